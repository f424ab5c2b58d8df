"""What has been answered is not worked out again, unless something it depends on is another."""

from pathlib import Path

import pytest

from loccit.bot import shelf
from loccit.index import Index
from loccit.types import Answer, Question
from tests.bot.conftest import Start
from tests.bot.test_handlers import EN, QUOTE, TIES, UNANSWERABLE, ask, hear, quotes, tap
from tests.bot.test_inline import typed
from tests.bot.test_later import learn
from tests.emulator import Emulator, User


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions an index has worked out the answer to."""
    questions, answer = [], Index.answer

    def note(self: Index, question: Question, *, limit: int | None = None) -> Answer:
        if question.text not in self.catalog.titles().values():  # the bot asks for one at its start
            questions.append(question.text)
        return answer(self, question, limit=limit)

    monkeypatch.setattr(Index, "answer", note)
    return questions


def test_what_others_have_asked_is_answered_at_once(
    telegram: Emulator, start: Start, ann: User, worked_out: list[str]
) -> None:
    start()
    first = ask(telegram, ann)
    again = ask(telegram, telegram.user("Bob"))
    assert quotes(first) == quotes(again)
    assert first.keyboard != again.keyboard  # each is an answer of its own
    ask(telegram, ann, UNANSWERABLE)
    ask(telegram, ann, UNANSWERABLE)
    assert worked_out == [TIES, UNANSWERABLE]
    assert typed(telegram, ann, TIES).results  # of which there may be more
    assert worked_out == [TIES, UNANSWERABLE, TIES]


def test_what_is_understood_otherwise_is_another_question(
    telegram: Emulator, start: Start, ann: User, worked_out: list[str]
) -> None:
    start()
    ask(telegram, ann, "Who is Malaysia's ambassador to Palestine?")
    said = ask(telegram, ann, "and since when?")
    assert "Malaysia" in said.text.partition("\n")[0]
    tap(telegram, said, EN["as_typed"])
    bob = telegram.user("Bob")
    ask(telegram, bob, TIES)
    assert "Maldives" in ask(telegram, bob, "and since when?").text.partition("\n")[0]
    assert worked_out.count("and since when?") == 3


def test_another_index_is_asked_anew(
    telegram: Emulator, start: Start, ann: User, folder: Path, worked_out: list[str]
) -> None:
    start()
    assert quotes(ask(telegram, ann))[0] == QUOTE
    learn(folder, "Pepper grows in Kerala.", "Pepper")
    assert quotes(ask(telegram, ann))[0] == QUOTE
    (folder / "articles" / "maldives-palestine-relations.txt").unlink()
    learn(folder, "Pepper grows in Kerala, and so do cloves.", "Pepper")
    assert QUOTE not in ask(telegram, ann).text
    assert worked_out == [TIES] * 3


def test_only_so_many_are_remembered(
    telegram: Emulator, start: Start, ann: User, worked_out: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "KEPT", 2)
    start()
    for text in ("a pearl", "a reef", "a pearl", "an atoll", "a pearl", "a reef"):
        telegram.say(ann, text=text)
        hear(telegram, ann)
    assert worked_out == ["a pearl", "a reef", "an atoll", "a reef"]
