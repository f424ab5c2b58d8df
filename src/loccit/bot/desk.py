"""Where the bot's questions are answered: the index and the store, in one thread of their own."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

from loccit.bot.proof import Proof, cited, prove, sound
from loccit.bot.store import Place, Store
from loccit.errors import IndexDamaged, LoccitError
from loccit.index import Index
from loccit.types import Answer

_DAY = 24 * 60 * 60
_LOG = logging.getLogger(__name__)
T = TypeVar("T")

Refusal = Literal["gone", "changed", "unknown_answer"]
"""A phrase's name: why there is no proof."""


class Given(NamedTuple):
    """An answer and the id it is kept under; None where it could not be kept."""

    id: str | None
    answer: Answer


class Desk:
    """Everything that may take a while, one after the other, so that Telegram is never kept waiting."""

    def __init__(self, folder: Path, state: Path, keep_days: int) -> None:
        self._folder, self._keep_days = folder, keep_days
        self._seen = self._stamp()
        self._index = Index.open(folder)
        self._store = Store.open(state)
        self._purged = 0.0
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="loccit-desk")

    async def ask(self, place: Place, text: str) -> Given:
        """The answer to a question, and to what it leans on; it is kept."""
        return await self._run(lambda: self._ask(place, text))

    async def prove(self, chat: int, answer_id: str, number: int) -> Proof | Refusal:
        """The proof of a quote of an answer that was shown in that chat."""
        return await self._run(lambda: self._prove(chat, answer_id, number))

    async def titles(self) -> list[str]:
        """The titles of all articles."""
        return await self._run(lambda: list(self._current().catalog.titles().values()))

    def close(self) -> None:
        """Wait for what is under way, then let go of the files."""
        self._thread.shutdown()
        self._store.close()

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _ask(self, place: Place, text: str) -> Given:
        try:
            history = self._store.history(place.chat, place.thread)
        except sqlite3.Error as error:
            _LOG.error("Earlier questions cannot be read: %s.", error)
            history = []
        answer = self._sound_answer(text, history)
        try:
            answer_id = self._store.put(place, text, answer)
            self._purge()
        except sqlite3.Error as error:  # a full disk, say: better an answer without buttons than none
            _LOG.error("The answer cannot be kept: %s.", error)
            return Given(None, answer)
        return Given(answer_id, answer)

    def _sound_answer(self, text: str, history: list[str]) -> Answer:
        """An answer each quote of which stands in its article: there is no other that may be sent."""
        index = self._current()
        answer = index.ask(text, history=history)
        if not sound(answer, index.article):
            _LOG.error("A quote differs from its article; the index is opened anew.")
            index = self._reopen()
            answer = index.ask(text, history=history)
            if not sound(answer, index.article):
                raise IndexDamaged(
                    "A quote differs from its article. Build the index anew with: loccit index --rebuild"
                )
        return answer

    def _prove(self, chat: int, answer_id: str, number: int) -> Proof | Refusal:
        shown = self._store.get(answer_id, chat)
        quotes = cited(shown.answer) if shown else ()
        if not 1 <= number <= len(quotes):
            return "unknown_answer"
        quoted = quotes[number - 1]
        return prove(number, quoted, self._current().article(quoted.source.article_id))

    def _current(self) -> Index:
        """The index; opened anew where `loccit index` has made another since, the old one kept if that fails."""
        stamp = self._stamp()
        if stamp != self._seen:
            try:
                self._reopen()
                self._seen = stamp
            except LoccitError as error:
                _LOG.error("The new index cannot be opened; the old one goes on answering. %s", error)
        return self._index

    def _reopen(self) -> Index:
        index, old = Index.open(self._folder), self._index
        self._index = index
        old.catalog.close()
        _LOG.info("The index has been opened anew.")
        return index

    def _stamp(self) -> tuple[int, int, int]:
        """What changes when another index takes the place of this one."""
        try:
            found = (self._folder / "CURRENT").stat()
        except OSError:
            return (0, 0, 0)
        return (found.st_ino, found.st_mtime_ns, found.st_size)

    def _purge(self) -> None:
        if time.monotonic() - self._purged > _DAY or not self._purged:
            self._purged = time.monotonic()
            self._store.purge(self._keep_days)
