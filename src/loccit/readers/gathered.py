"""What is gathered of a file before it is read, such as where its redirects lead; on disk once it outgrows memory."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Self


class Gathered:
    """Values under keys, several under one if need be."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")  # a temporary file of SQLite's
        self._db.execute("CREATE TABLE pairs (key, value)")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def put(self, pairs: Iterable[tuple[str | int, str | int]]) -> None:
        """Add values, each with the key before it."""
        self._db.executemany("INSERT INTO pairs VALUES (?, ?)", pairs)

    def of(self, key: str | int, limit: int) -> tuple[str, ...]:
        """The values under a key, the shortest first."""
        # Not before all are there: kept in order while they come, millions would take hours.
        self._db.execute("CREATE INDEX IF NOT EXISTS keys ON pairs (key)")
        chosen = "SELECT value FROM pairs WHERE key = ? ORDER BY length(value), value LIMIT ?"
        return tuple(str(value) for (value,) in self._db.execute(chosen, (key, limit)))

    def by_key(self) -> Iterator[int]:
        """All values in the order of their keys."""
        for (value,) in self._db.execute("SELECT value FROM pairs ORDER BY key"):
            yield int(value)
