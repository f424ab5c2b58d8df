"""A catalog's segments: SQLite files, each with what one update changed, until it is merged into an older one.

A row replaces what older segments say of the same file or article; an empty one says that it is gone. Counts of terms
are added up.
"""

import shutil
import sqlite3
from pathlib import Path

_SCHEMA = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (file TEXT PRIMARY KEY, size INTEGER, touched_ns INTEGER, sha256 TEXT, skipped TEXT) WITHOUT ROWID;
CREATE TABLE articles (id TEXT PRIMARY KEY, title TEXT, file TEXT, sha256 TEXT, passages INTEGER, record BLOB);
CREATE INDEX articles_of_file ON articles (file);
CREATE TABLE terms (term TEXT PRIMARY KEY, passages INTEGER NOT NULL) WITHOUT ROWID;
"""
_APPLY = """
INSERT OR REPLACE INTO files SELECT * FROM newer.files;
INSERT OR REPLACE INTO articles SELECT * FROM newer.articles;
INSERT INTO terms SELECT * FROM newer.terms WHERE true
  ON CONFLICT DO UPDATE SET passages = passages + excluded.passages;
DELETE FROM terms WHERE passages = 0;
DELETE FROM about;
INSERT INTO about SELECT * FROM newer.about;
"""
_BURY = """
DELETE FROM files WHERE sha256 IS NULL;
DELETE FROM articles WHERE record IS NULL;
"""
"""For the oldest: below it there is nothing that a gone one could hide."""

MERGED = 4
"""A segment is merged with the one before it unless that is so many times as large: so there are few, and what an
update writes is on average a small multiple of what it changes."""
CACHE_KIB = 32_768


def paths(folder: Path) -> list[Path]:
    """The segments in a folder, the oldest first."""
    return sorted(folder.glob("*.sqlite"))


def read(path: Path) -> sqlite3.Connection:
    """One that nobody writes any more; may be used from any thread."""
    where = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(where, uri=True, check_same_thread=False)


def create(folder: Path) -> sqlite3.Connection:
    """A new one, newer than those in the folder; it is of no use until it is whole, so it needs no journal."""
    segment = _open(_next(folder))
    segment.executescript(_SCHEMA)
    return segment


def merge(folder: Path) -> None:
    """Merge the newest ones until each is much smaller than the one before it; the files there are left as they are."""
    while len(found := paths(folder)) > 1 and _size(found[-2]) < MERGED * _size(found[-1]):
        *_, older, newer = found
        merged = _next(folder)
        shutil.copyfile(older, merged)
        segment = _open(merged)
        try:
            segment.execute("ATTACH ? AS newer", (f"{newer.absolute().as_uri()}?mode=ro&immutable=1",))
            segment.executescript(f"BEGIN; {_APPLY} {_BURY if len(found) == 2 else ''} COMMIT;")
        finally:
            segment.close()
        older.unlink()
        newer.unlink()


def _open(path: Path) -> sqlite3.Connection:
    segment = sqlite3.connect(f"{path.absolute().as_uri()}", uri=True, check_same_thread=False)
    segment.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -{CACHE_KIB};")
    return segment


def _next(folder: Path) -> Path:
    """A name after all of those in the folder."""
    last = paths(folder)[-1:]
    return folder / f"{int(last[0].stem) + 1 if last else 1:08}.sqlite"


def _size(path: Path) -> int:
    return path.stat().st_size
