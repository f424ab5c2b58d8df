"""The file a bot keeps its state in: SQLite, private, set aside when damaged, in memory where it cannot be had."""

import logging
import os
import secrets
import sqlite3
import time
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import IO

from loccit.errors import LoccitError

VERSION = 1
"""Of all tables together: they stand in one file."""
_LOG = logging.getLogger(__name__)


def connect(path: Path, schema: str) -> sqlite3.Connection:
    """The file, made where there is none, with these tables; better one in memory than no bot.

    Raises LoccitError where a newer loccit has written it.
    """
    try:
        return _open(path, schema)
    except (OSError, sqlite3.OperationalError) as error:  # read-only, say, or a full disk
        return _in_memory(path, schema, error)
    except sqlite3.DatabaseError as error:
        try:
            aside = _set_aside(path)
            _LOG.error("%s is damaged (%s). It is kept as %s, and a new one begun.", path, error, aside)
            return _open(path, schema)
        except (OSError, sqlite3.Error) as failure:
            return _in_memory(path, schema, failure)


def claim(path: Path) -> IO[bytes] | None:
    """Keep the state for this process until the file is closed; None where nothing can be written.

    Raises LoccitError where another process has it: both would answer what only one has seen.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.with_name(f"{path.name}-lock").open("ab")
    except OSError:
        return None
    try:
        flock(lock, LOCK_EX | LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise LoccitError(
            f"Another bot keeps its state in {path}. Stop it, or name another file in LOCCIT_STATE."
        ) from error
    return lock


def _open(path: Path, schema: str) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Made before SQLite opens it: its own files, `-wal` and `-shm`, then get the same mode.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    path.chmod(0o600)
    connection = sqlite3.connect(path, check_same_thread=False)
    try:
        _prepare(connection, path, schema)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, schema: str) -> None:
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found > VERSION:
        raise LoccitError(f"{path} was written by a newer loccit. Upgrade, or name another file in LOCCIT_STATE.")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON")
    (fault,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if fault != "ok":
        raise sqlite3.DatabaseError(fault)
    connection.executescript(f"{schema} PRAGMA user_version = {VERSION};")


def _in_memory(path: Path, schema: str, error: Exception) -> sqlite3.Connection:
    reason = error.strerror if isinstance(error, OSError) else error
    _LOG.error("The bot's state cannot be kept in %s: %s. It is kept in memory, until the bot ends.", path, reason)
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.executescript(schema)
    return connection


def _set_aside(path: Path) -> Path:
    stamp = time.strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.name}.damaged-{stamp}-{secrets.token_hex(2)}")
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + suffix))
    return aside
