"""Thumbs up and down: kept, and given out as a test set for `loccit evaluate`."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from telegram import Update
from telegram.ext import CallbackQueryHandler

from loccit.bot.incoming import ID, Context, Handler, tap_of
from loccit.bot.services import Services
from loccit.bot.speaker import notify
from loccit.bot.store import Store, read
from loccit.types import Answer

_JUDGED = """
SELECT question, shown.answer, sum(good) > count(*) / 2.0 FROM verdicts JOIN shown ON id = verdicts.answer
JOIN placed ON placed.answer = verdicts.answer WHERE question != '' AND shelf = ? GROUP BY id ORDER BY shown.created
"""


class Feedback:
    """The two buttons under each answer."""

    def __init__(self, services: Services) -> None:
        self._desk, self._speaker = services.desk, services.speaker

    def handlers(self) -> list[Handler]:
        """One for both buttons."""
        return [CallbackQueryHandler(self.judge, rf"^f:{ID}:([01])$")]

    async def judge(self, update: Update, context: Context) -> None:
        """Keep what somebody thinks of an answer; the last word counts."""
        query, message, (answer_id, good) = tap_of(update, context)
        phrases, user, desk = self._speaker.phrases(query.from_user), query.from_user.id, self._desk
        chat = message.chat.id if message else 0
        kept = await desk.run(lambda: judge(desk.store, answer_id, chat, desk.shelf(chat).name, user, good=good == "1"))
        await notify(query, phrases["thanks" if kept else "unknown_answer"], alert=not kept)


def judge(store: Store, answer_id: str, chat: int, shelf: str, user: int, *, good: bool) -> bool:
    """Keep a verdict; false where the chat has no such answer."""
    if store.get(answer_id, chat, shelf) is None:
        return False
    with store.db:
        row = (answer_id, user, int(good), time.time())
        store.db.execute("INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?)", row)
    return True


class Judged(NamedTuple):
    """An answer that people thought well of, or ill."""

    question: str
    answer: Answer
    good: bool


def judged(path: Path, shelf: str = "") -> list[Judged]:
    """Those of an index in a bot's state, the oldest first; of a question asked twice, the last. Raises LoccitError."""
    store = Store.reading(path)
    try:
        rows = store.db.execute(_JUDGED, (shelf,)).fetchall()
    finally:
        store.close()
    found = (Judged(question, answer, bool(good)) for question, kept, good in rows if (answer := read(kept)))
    return list({one.answer.question.understood_as or one.question: one for one in found}.values())


def testset(verdicts: list[Judged]) -> Iterator[str]:
    """A test set in JSON lines: of each good answer, the first quote is what is right to say."""
    for number, (question, answer, _) in enumerate((one for one in verdicts if one.good and one.answer.quotes), 1):
        quote = answer.quotes[0]
        item: dict[str, Any] = {
            "id": f"feedback-{number:04}",
            "question": answer.question.understood_as or question,
            # Without a highlight the whole sentence: to `loccit train` one that holds no answer is wrong.
            "answers": [quote.text[slice(*(quote.highlight or (None, None)))]],
            "answerable": True,
            "evidence": [{"article": quote.source.article_id, "text": quote.text}],
            "tags": ["feedback"],
        }
        yield json.dumps(item, ensure_ascii=False)


def complaints(verdicts: list[Judged]) -> Iterator[str]:
    """In JSON lines, the questions whose answer was bad, and what was said: somebody has to say what is right."""
    for question, answer, _ in (one for one in verdicts if not one.good):
        said = [{"article": quote.source.article_id, "text": quote.text} for quote in answer.quotes]
        yield json.dumps({"question": answer.question.understood_as or question, "said": said}, ensure_ascii=False)
