"""Where the bot's questions are answered: the indexes and the store, in one thread of their own."""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

from loccit.bot.shelf import Shelf
from loccit.bot.store import INLINE, Place, Shown, Store
from loccit.bot.work import CURRENT
from loccit.errors import LoccitError
from loccit.explain import Why
from loccit.proof import Proof, prove, stands
from loccit.settings import BotSettings
from loccit.types import Answer

MAIN = ""
"""The name of the index that answers wherever no rule names another."""
_LOG = logging.getLogger(__name__)
T = TypeVar("T")

Refusal = Literal["gone", "changed", "unknown_answer"]
"""A phrase's name: why there is no proof."""


class Given(NamedTuple):
    """An answer and the id it is kept under; None where it could not be kept."""

    id: str | None
    answer: Answer
    replies: tuple[int, ...] = ()
    """The messages that showed what it takes the place of."""


class Desk:
    """Everything that may take a while, one after the other, so that Telegram is never kept waiting."""

    def __init__(self, folder: Path, state: Path, settings: BotSettings) -> None:
        self._rules, self._keep_days = settings.chats, settings.keep_days
        folders = {MAIN: folder} | {name: Path(path) for name, path in settings.indexes.items()}
        self._shelves = {name: Shelf(name, path) for name, path in folders.items()}
        self.store = Store.open(state)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="loccit-desk")

    async def run(self, work: Callable[[], T]) -> T:
        """Have something done in the desk's thread, which alone touches the store and the indexes."""
        # In the task's context, so that the log can tell which update it is about.
        return await asyncio.get_running_loop().run_in_executor(self._thread, copy_context().run, work)

    def shelf(self, chat: int) -> Shelf:
        """The index that a chat's rule names; for an inline question or a private chat, that of its user's id."""
        return self._shelves[self._rules.get(str(chat), MAIN)]

    def shelves(self) -> list[Shelf]:
        """All indexes."""
        return list(self._shelves.values())

    async def warm(self) -> None:
        """Ask each index something, so that what is read at first use is there before anybody waits for it."""
        await self.run(self._warm)

    async def ask(self, place: Place, text: str) -> Given:
        """The answer to a question, and to what it leans on; it is kept."""
        return await self.run(lambda: self._ask(place, text))

    async def ask_again(self, place: Place, text: str) -> Given:
        """The answer to a question that was edited, in place of the one it had."""
        return await self.run(lambda: self._ask_again(place, text))

    async def ask_as_typed(self, chat: int, answer_id: str) -> tuple[Shown, Given] | None:
        """The answer to a question's own words alone, in place of the one it had; None where that is not known."""
        return await self.run(lambda: self._ask_as_typed(chat, answer_id))

    async def ask_inline(self, user: int, text: str, limit: int, wanted: Callable[[], bool]) -> Given | None:
        """The answer to what somebody types in any chat, kept for its links; None where it is no longer wanted."""
        return await self.run(lambda: self._ask_inline(user, text, limit) if wanted() else None)

    async def sent(self, given: Given, messages: list[int]) -> None:
        """Remember in which messages an answer was shown."""
        if work := CURRENT.get():
            work.finish()  # all is said; what follows may wait behind many questions
        if given.id is not None:
            answer_id = given.id
            await self.run(lambda: self._kept(lambda: self.store.sent(answer_id, messages)))

    async def prove(self, chat: int, answer_id: str, number: int) -> Proof | Refusal:
        """The proof of a quote of an answer that was shown in that chat, or inline by a link."""
        return await self.run(lambda: self._prove(chat, answer_id, number))

    async def why(self, chat: int, answer_id: str) -> Why | None:
        """Why an answer that was shown there is as it is; None where another index has come since."""
        return await self.run(lambda: self._why(chat, answer_id))

    async def titles(self, chat: int) -> list[str]:
        """The titles of all articles that a chat may ask about."""
        return await self.run(lambda: list(self.shelf(chat).current().catalog.titles().values()))

    async def purge(self) -> None:
        """Forget what is older than `keep_days`."""
        await self.run(lambda: self._kept(lambda: self.store.purge(self._keep_days)))

    def close(self) -> None:
        """Wait for what is under way, then let go of the files."""
        self._thread.shutdown()
        self.store.close()

    def _warm(self) -> None:
        for shelf in self.shelves():
            with contextlib.suppress(LoccitError):  # whoever asks is told
                shelf.answer(shelf.current().catalog.any_title())

    def _ask(self, place: Place, text: str) -> Given:
        shelf, history = self.shelf(place.chat), self._history(place)
        answer = shelf.answer(text, history)
        return Given(self._kept(lambda: self.store.put(place, text, answer, shelf.name)), answer)

    def _ask_again(self, place: Place, text: str) -> Given:
        old = self._kept(lambda: self.store.asked_in(place.chat, place.message))
        return self._instead(old, text, self._history(place, old.created)) if old else self._ask(place, text)

    def _ask_as_typed(self, chat: int, answer_id: str) -> tuple[Shown, Given] | None:
        old = self.store.get(answer_id, chat, self.shelf(chat).name)
        if old is None or not old.question or old.place.chat != chat:  # inline there is nothing to change
            return None
        return old, self._instead(old, old.question, as_typed=True)

    def _instead(self, old: Shown, text: str, history: list[str] | None = None, *, as_typed: bool = False) -> Given:
        shelf = self.shelf(old.place.chat)
        answer = shelf.answer(text, history or (), as_typed=as_typed)
        if (text, answer) == (old.question, old.answer):
            return Given(old.id, answer, old.replies)
        new = self._kept(lambda: self.store.put(old.place, text, answer, shelf.name, instead=old))
        return Given(new, answer, old.replies)

    def _ask_inline(self, user: int, text: str, limit: int) -> Given:
        shelf, place = self.shelf(user), Place(INLINE, 0, user, 0)
        answer = shelf.answer(text, limit=limit)
        if not answer.quotes:
            return Given(None, answer)
        return Given(self._kept(lambda: self.store.put(place, text, answer, shelf.name)), answer)

    def _prove(self, chat: int, answer_id: str, number: int) -> Proof | Refusal:
        shelf = self.shelf(chat)
        shown = self.store.get(answer_id, chat, shelf.name)
        quotes = shown.answer.cited if shown else ()
        if not 1 <= number <= len(quotes):
            return "unknown_answer"
        quoted = quotes[number - 1]
        proof = prove(number, quoted, shelf.current().article(quoted.source.article_id))
        if isinstance(proof, Proof) and shelf.file_has_changed(quoted.source):
            return proof._replace(remarks=(*proof.remarks, "file_changed"))
        return proof

    def _why(self, chat: int, answer_id: str) -> Why | None:
        shelf = self.shelf(chat)
        shown, index = self.store.get(answer_id, chat, shelf.name), shelf.current()
        if shown is None or not shown.question or shown.answer.index != index.id:
            return None
        why = index.why(shown.answer.question)
        said = [seen.sentence for seen in (why.first, why.second) if seen]
        return why if all(stands(each, index.article(each.source.article_id)) for each in said) else None

    def _history(self, place: Place, before: float | None = None) -> list[str]:
        return self._kept(lambda: self.store.history(place.chat, place.thread, before=before)) or []

    def _kept(self, work: Callable[[], T]) -> T | None:
        """What the store does; on a full disk, say, better an answer without buttons than none."""
        try:
            return work()
        except sqlite3.Error as error:
            _LOG.error("The bot's state cannot be read or written: %s.", error)
            return None
