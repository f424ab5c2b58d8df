"""The answers that were shown, kept for taps on their sources and for follow-up questions. Private: file mode 0600."""

import logging
import os
import secrets
import sqlite3
import time
from pathlib import Path
from typing import NamedTuple, Self
from weakref import finalize

from pydantic import ValidationError

from loccit.errors import LoccitError
from loccit.types import Answer

SCHEMA_VERSION = 1
TALK = 30 * 60
"""Seconds for which a question can lean on those before it."""
_DAY = 24 * 60 * 60

_SCHEMA = """
CREATE TABLE IF NOT EXISTS shown (
    id TEXT PRIMARY KEY, chat INTEGER NOT NULL, thread INTEGER NOT NULL, user INTEGER, message INTEGER NOT NULL,
    question TEXT NOT NULL, answer TEXT NOT NULL, created REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS shown_in ON shown (chat, thread, created);
CREATE INDEX IF NOT EXISTS shown_when ON shown (created);
"""

_LOG = logging.getLogger(__name__)


class Place(NamedTuple):
    """Where a question was asked, and by whom."""

    chat: int
    thread: int
    """A forum's topic; 0 where there are none."""
    user: int | None
    message: int


class Shown(NamedTuple):
    """An answer that was shown, and where."""

    place: Place
    question: str
    answer: Answer


class Store:
    """One SQLite file; for one thread at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        finalize(self, connection.close)  # one that is merely dropped lets go of its file too

    @classmethod
    def open(cls, path: Path) -> Self:
        """The file, made where there is none; a damaged one is set aside. Raises LoccitError where it cannot be had."""
        try:
            return cls(_connect(path))
        except sqlite3.OperationalError as error:
            raise LoccitError(f"The bot's state cannot be kept in {path}: {error}.") from error
        except OSError as error:
            raise LoccitError(f"The bot's state cannot be kept in {path}: {error.strerror}.") from error
        except sqlite3.DatabaseError as error:
            aside = _set_aside(path)
            _LOG.error("%s is damaged (%s). It is kept as %s, and a new one begun.", path, error, aside)
            return cls(_connect(path))

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def put(self, place: Place, question: str, answer: Answer) -> str:
        """Keep an answer; the id it is found by cannot be guessed."""
        answer_id = secrets.token_urlsafe(9)
        row = (answer_id, *place, question, answer.model_dump_json(), time.time())
        with self._db:
            self._db.execute("INSERT INTO shown VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return answer_id

    def get(self, answer_id: str, chat: int) -> Shown | None:
        """The answer of that id; None also where it was shown in another chat."""
        row = self._db.execute(
            "SELECT chat, thread, user, message, question, answer FROM shown WHERE id = ? AND chat = ?",
            (answer_id, chat),
        ).fetchone()
        if row is None:
            return None
        *place, question, answer = row
        try:
            return Shown(Place(*place), question, Answer.model_validate_json(answer))
        except ValidationError:  # of a version that knew other fields
            return None

    def history(self, chat: int, thread: int, limit: int = 12) -> list[str]:
        """The last questions of a talk as they were understood, oldest first, those of the last half hour."""
        rows = self._db.execute(
            "SELECT coalesce(json_extract(answer, '$.question.understood_as'), question) FROM shown"
            " WHERE chat = ? AND thread = ? AND created > ? ORDER BY created DESC LIMIT ?",
            (chat, thread, time.time() - TALK, limit),
        )
        return [question for (question,) in rows][::-1]

    def purge(self, keep_days: int) -> int:
        """Forget what is older; how many answers that were."""
        with self._db:
            return self._db.execute("DELETE FROM shown WHERE created < ?", (time.time() - keep_days * _DAY,)).rowcount


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Made before SQLite opens it: its own files, `-wal` and `-shm`, then get the same mode.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    path.chmod(0o600)
    connection = sqlite3.connect(path, check_same_thread=False)
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise LoccitError(f"{path} was written by a newer loccit. Upgrade, or name another file in LOCCIT_STATE.")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON")
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(found)
    connection.executescript(f"{_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION};")


def _set_aside(path: Path) -> Path:
    stamp = time.strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.name}.damaged-{stamp}-{secrets.token_hex(2)}")
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + suffix))
    return aside
