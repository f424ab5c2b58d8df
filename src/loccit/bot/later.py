"""A question the articles could not answer waits until they can; who asked is told then, once."""

import asyncio
import logging
from functools import partial
from typing import NamedTuple

from telegram import Bot, Update, User
from telegram.error import TelegramError
from telegram.ext import CallbackQueryHandler

from loccit.bot.desk import Given
from loccit.bot.incoming import ID, Context, Handler, tap_of
from loccit.bot.reply import answered
from loccit.bot.request import Undelivered
from loccit.bot.services import Services
from loccit.bot.shelf import Shelf
from loccit.bot.speaker import notify
from loccit.bot.store import Place

PAUSE = 30.0
"""Seconds between two looks whether there is another index."""
_LOG = logging.getLogger(__name__)


class Waiting(NamedTuple):
    """A question that waits, and where and by whom it was asked."""

    id: int
    question: str
    language: str | None
    place: Place


class Later:
    """The button "tell me when you know", and what becomes of it."""

    def __init__(self, services: Services) -> None:
        self._services, self._desk, self._speaker = services, services.desk, services.speaker

    def handlers(self) -> list[Handler]:
        """One, for the button."""
        return [CallbackQueryHandler(self.wait, rf"^l:{ID}$")]

    async def wait(self, update: Update, context: Context) -> None:
        """Keep the question for whoever taps."""
        query, message, (answer_id,) = tap_of(update, context)
        user, phrases = query.from_user, self._speaker.phrases(query.from_user)
        chat = message.chat.id if message else None
        kept = chat is not None and await self._desk.run(lambda: self._keep(chat, answer_id, user))
        await notify(query, phrases["will_tell" if kept else "unknown_answer"])

    async def watch(self, bot: Bot) -> None:
        """For as long as the bot runs: ask the waiting questions of each new index."""
        while True:
            try:
                for shelf in self._desk.shelves():
                    await self._ask_anew(bot, shelf)
            except Exception as error:  # noqa: BLE001  # a full disk, say: the next round may do better
                _LOG.error("The waiting questions could not be asked.", exc_info=error)
            await asyncio.sleep(PAUSE)

    async def _ask_anew(self, bot: Bot, shelf: Shelf) -> None:
        """One after the other, so that others have their turn between."""
        while (found := await self._desk.run(lambda: self._next(shelf))) is not None:
            waiting, given = found
            if given is None or await self._tell(bot, waiting, given):
                continue
            await self._desk.run(partial(self._tried, waiting, ""))
            return  # Telegram cannot be reached: the next round asks again

    def _keep(self, chat: int, answer_id: str, user: User) -> bool:
        store, shelf = self._desk.store, self._desk.shelf(chat)
        shown = store.get(answer_id, chat, shelf.name)
        if shown is None or not shown.question or shown.answer.quotes:
            return False
        asked = shown.answer.question.understood_as or shown.question
        place = shown.place._replace(user=user.id)
        row = (*place, asked, user.language_code, shelf.name, shown.answer.index, shown.created)
        with store.db:
            store.db.execute("INSERT OR IGNORE INTO waiting VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        return True

    def _next(self, shelf: Shelf) -> tuple[Waiting, Given | None] | None:
        """One that the index of today has not been asked, and its answer if there is one now."""
        store, index = self._desk.store, shelf.current().id
        row = store.db.execute(
            "SELECT id, question, language, chat, thread, user, message FROM waiting"
            " WHERE shelf = ? AND tried != ? ORDER BY id LIMIT 1",
            (shelf.name, index),
        ).fetchone()
        if row is None:
            return None
        number, question, language, *where = row
        waiting = Waiting(number, question, language, place := Place(*where))
        if not self._services.access.admits(place.user, place.chat) or self._desk.shelf(place.chat) is not shelf:
            self._told(waiting)
            return waiting, None
        self._tried(waiting, index)
        answer = shelf.answer(question)
        if not answer.quotes:
            return waiting, None
        return waiting, Given(store.put(place, question, answer, shelf.name), answer)

    def _tried(self, waiting: Waiting, index: str) -> None:
        with self._desk.store.db as db:
            db.execute("UPDATE waiting SET tried = ? WHERE id = ?", (index, waiting.id))

    def _told(self, waiting: Waiting) -> None:
        with self._desk.store.db as db:
            db.execute("DELETE FROM waiting WHERE id = ?", (waiting.id,))

    async def _tell(self, bot: Bot, waiting: Waiting, given: Given) -> bool:
        """Send the answer, once; false where it surely did not arrive."""
        place = waiting.place
        user = User(place.user or 0, "", is_bot=False, language_code=waiting.language)
        phrases = self._speaker.phrases(user, given.answer.question.language)
        said = {**phrases, "understood_as": phrases["now_known"]}
        replies = answered(given.answer, given.id, said, asked=waiting.question)
        sent: list[int] = []
        try:
            sent = await self._speaker.send(bot, place.chat, place.thread or None, replies, place.message)
        except Undelivered:
            return False
        except TelegramError as error:
            _LOG.warning("An answer that was waited for could not be sent.", exc_info=error)
        await self._desk.run(lambda: self._told(waiting))
        await self._desk.sent(given, sent)
        return True
