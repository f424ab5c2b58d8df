"""The updates Telegram has handed over, kept until they are answered; their numbers longer than it may repeat them."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Self, TypeVar
from weakref import finalize

from loccit.bot.state import connect
from loccit.bot.work import State

KEPT = 2 * 24 * 60 * 60
"""Seconds for which an update's number is known: twice as long as Telegram keeps an update itself."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS inbox (
    bot INTEGER NOT NULL, id INTEGER NOT NULL, chat INTEGER, state TEXT NOT NULL, content TEXT, stored REAL NOT NULL,
    PRIMARY KEY (bot, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS inbox_open ON inbox (bot, state) WHERE state != 'done';
"""
_FORGOTTEN = """
UPDATE inbox SET state = 'done', content = NULL
WHERE bot = ?1 AND state IN ('waiting', 'open') AND id < ?2 AND (?4 IS NULL OR chat = ?4)
    AND ?3 IN (SELECT json_extract(value, '$.from.id') FROM json_each(content) WHERE type = 'object')
"""
T = TypeVar("T")


class Kept(NamedTuple):
    """An update that was kept, as Telegram wrote it."""

    id: int
    state: State
    content: str


class Inbox:
    """One bot's part of the state; for one thread at a time."""

    def __init__(self, connection: sqlite3.Connection, bot: int) -> None:
        self._db, self._bot = connection, bot
        finalize(self, connection.close)  # one that is merely dropped lets go of its file too

    @classmethod
    def open(cls, path: Path, bot: int) -> Self:
        """The file, made where there is none; in memory where it cannot be had."""
        return cls(connect(path, _SCHEMA), bot)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def do(self, steps: Sequence[Callable[[], T]]) -> list[T]:
        """Take some of the steps below in one transaction: many cost little more than one."""
        with self._db:
            return [step() for step in steps]

    def put(self, number: int, chat: int | None, content: str) -> bool:
        """Keep an update; False where its number is known."""
        row = (self._bot, number, chat, content, time.time())
        return self._db.execute("INSERT OR IGNORE INTO inbox VALUES (?, ?, ?, 'waiting', ?, ?)", row).rowcount == 1

    def mark(self, number: int, state: State) -> None:
        """Say how far it is; what it said is forgotten with its answer."""
        content = "NULL" if state == "done" else "content"
        statement = f"UPDATE inbox SET state = ?, content = {content} WHERE bot = ? AND id = ? AND state != 'done'"  # noqa: S608
        self._db.execute(statement, (state, self._bot, number))

    def unanswered(self) -> list[Kept]:
        """What an earlier run left, in the order it came in."""
        return self._kept("state IN ('waiting', 'sending')")

    def reopen(self, chat: int, number: int, *, later: bool) -> list[Kept]:
        """An open update of that chat, or it and the later ones, wait again; empty where there is none."""
        which = f"state = 'open' AND chat = ? AND id {'>=' if later else '='} ?"
        found = self._kept(which, chat, number)
        statement = f"UPDATE inbox SET state = 'waiting' WHERE bot = ? AND {which}"  # noqa: S608
        self._db.execute(statement, (self._bot, chat, number))
        return found

    def forget(self, user: int, chat: int | None, before: int) -> None:
        """What a user wrote before that update, in that chat or anywhere, is answered no more."""
        self._db.execute(_FORGOTTEN, (self._bot, before, user, chat))

    def purge(self) -> None:
        """Forget what Telegram will not repeat and nobody will ask for."""
        self._db.execute("DELETE FROM inbox WHERE state IN ('done', 'open') AND stored < ?", (time.time() - KEPT,))

    def _kept(self, which: str, *values: int) -> list[Kept]:
        query = f"SELECT id, state, content FROM inbox WHERE bot = ? AND {which} ORDER BY id"  # noqa: S608
        return [Kept(*row) for row in self._db.execute(query, (self._bot, *values))]
