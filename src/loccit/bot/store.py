"""The answers that were shown, kept for taps on their sources and for follow-up questions. Private: file mode 0600."""

import json
import secrets
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Self
from weakref import finalize

from pydantic import ValidationError

from loccit.bot.state import connect
from loccit.errors import LoccitError
from loccit.types import Answer

TALK = 30 * 60
"""Seconds for which a question can lean on those before it."""
INLINE = 0
"""The chat of what was asked inline: any, and the bot is not told which."""
DAY = 24 * 60 * 60

_SCHEMA = """
CREATE TABLE IF NOT EXISTS shown (
    id TEXT PRIMARY KEY, chat INTEGER NOT NULL, thread INTEGER NOT NULL, user INTEGER, message INTEGER NOT NULL,
    question TEXT NOT NULL, answer TEXT NOT NULL, created REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS shown_in ON shown (chat, thread, created);
CREATE INDEX IF NOT EXISTS shown_when ON shown (created);
CREATE INDEX IF NOT EXISTS shown_for ON shown (chat, message);
CREATE TABLE IF NOT EXISTS placed (
    answer TEXT PRIMARY KEY, shelf TEXT NOT NULL, replies TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS begun (
    chat INTEGER, thread INTEGER, since REAL NOT NULL, PRIMARY KEY (chat, thread)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS people (user INTEGER PRIMARY KEY, language TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS verdicts (
    answer TEXT, user INTEGER, good INTEGER NOT NULL, created REAL NOT NULL, PRIMARY KEY (answer, user)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS waiting (
    id INTEGER PRIMARY KEY, chat INTEGER NOT NULL, thread INTEGER NOT NULL, user INTEGER, message INTEGER NOT NULL,
    question TEXT NOT NULL, language TEXT, shelf TEXT NOT NULL, tried TEXT NOT NULL, created REAL NOT NULL,
    UNIQUE (chat, message, user)
);
"""
_SHOWN = """
SELECT chat, thread, user, message, id, question, shown.answer, created, coalesce(replies, '[]')
FROM shown LEFT JOIN placed ON placed.answer = id WHERE
"""
_FORGOTTEN = """
UPDATE shown SET user = NULL, question = '', answer = json_set(answer, '$.question.text', '',
    '$.question.terms', json('{}'), '$.question.understood_as', NULL, '$.missing', json('[]'), '$.notice', NULL)
WHERE created < ? AND question != ''
"""


class Place(NamedTuple):
    """Where a question was asked, and by whom."""

    chat: int
    thread: int
    """A forum's topic; 0 where there are none."""
    user: int | None
    message: int


class Shown(NamedTuple):
    """An answer that was shown, and where."""

    id: str
    place: Place
    question: str
    """Empty where it was forgotten, after `keep_days`."""
    answer: Answer
    created: float
    replies: tuple[int, ...]
    """The messages it was shown in."""


class Store:
    """One SQLite file; for one thread at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.db = connection
        finalize(self, connection.close)  # one that is merely dropped lets go of its file too

    @classmethod
    def open(cls, path: Path) -> Self:
        """The file, made where there is none; in memory where it cannot be had."""
        return cls(connect(path, _SCHEMA))

    @classmethod
    def reading(cls, path: Path) -> Self:
        """That of a bot which may be at work, not to be changed; raises LoccitError for a file that is none."""
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            connection.execute("SELECT 1 FROM shown, placed, verdicts")
        except sqlite3.Error as error:
            connection.close()
            raise LoccitError(f"{path} is not the state of a bot: {error}. Name another file.") from error
        return cls(connection)

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    def put(self, place: Place, question: str, answer: Answer, shelf: str = "", instead: Shown | None = None) -> str:
        """Keep an answer, in place of another maybe; the id it is found by cannot be guessed."""
        answer_id = secrets.token_urlsafe(9)
        created, replies = (instead.created, instead.replies) if instead else (time.time(), ())
        with self.db:
            if instead:
                self.forget(instead.id)
                self.db.execute("DELETE FROM waiting WHERE chat = ? AND message = ?", (place.chat, place.message))
            row = (answer_id, *place, question, answer.model_dump_json(), created)
            self.db.execute("INSERT INTO shown VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            self.db.execute("INSERT INTO placed VALUES (?, ?, ?)", (answer_id, shelf, json.dumps(replies)))
        return answer_id

    def sent(self, answer_id: str, replies: Sequence[int]) -> None:
        """Remember in which messages an answer was shown."""
        with self.db:
            self.db.execute("UPDATE placed SET replies = ? WHERE answer = ?", (json.dumps(replies), answer_id))

    def get(self, answer_id: str, chat: int, shelf: str = "") -> Shown | None:
        """The answer of that id; None also where it was shown in another chat or comes from another index."""
        return self._one("id = ? AND chat IN (?, ?) AND coalesce(shelf, '') = ?", answer_id, chat, INLINE, shelf)

    def asked_in(self, chat: int, message: int) -> Shown | None:
        """The answer to the question of a message, the last where it had several."""
        where = "chat = ? AND message = ? AND question != '' AND chat != 0 ORDER BY created DESC"
        return self._one(where, chat, message)

    def history(self, chat: int, thread: int, limit: int = 12, *, before: float | None = None) -> list[str]:
        """The last questions of a talk as they were understood, oldest first, those of the last half hour."""
        now = time.time() if before is None else before
        rows = self.db.execute(
            "SELECT coalesce(json_extract(answer, '$.question.understood_as'), question) FROM shown"
            " LEFT JOIN begun USING (chat, thread)"
            " WHERE chat = ?1 AND thread = ?2 AND created > max(?3, coalesce(since, 0))"
            " AND (?4 IS NULL OR created < ?4) ORDER BY created DESC LIMIT ?5",
            (chat, thread, now - TALK, before, limit),
        )
        return [question for (question,) in rows][::-1]

    def begin(self, chat: int, thread: int) -> None:
        """A new talk: what follows leans on nothing before."""
        with self.db:
            self.db.execute("INSERT OR REPLACE INTO begun VALUES (?, ?, ?)", (chat, thread, time.time()))

    def forget(self, answer_id: str) -> None:
        """An answer and what belongs to it; the caller commits."""
        for table, key in (("shown", "id"), ("placed", "answer"), ("verdicts", "answer")):
            self.db.execute(f"DELETE FROM {table} WHERE {key} = ?", (answer_id,))  # noqa: S608  # of this line

    def purge(self, keep_days: int) -> int:
        """Forget questions that are older, and who asked; how many those were.

        What was quoted stays, for it is the articles' own: the buttons of an old answer go on working.
        """
        ended = time.time() - keep_days * DAY
        with self.db:
            self.db.execute("DELETE FROM waiting WHERE created < ?", (ended,))
            self.db.execute("DELETE FROM begun WHERE since < ?", (ended,))
            self.db.execute("DELETE FROM verdicts WHERE created < ?", (ended,))
            return self.db.execute(_FORGOTTEN, (ended,)).rowcount

    def _one(self, where: str, *values: object) -> Shown | None:
        row = self.db.execute(_SHOWN + where, values).fetchone()
        if row is None:
            return None
        *place, answer_id, question, answer, created, replies = row
        if (told := read(answer)) is None:
            return None
        return Shown(answer_id, Place(*place), question, told, created, tuple(json.loads(replies)))


def read(answer: str) -> Answer | None:
    """An answer as it is kept; None for one of a version that knew other fields."""
    try:
        return Answer.model_validate_json(answer)
    except ValidationError:
        return None
