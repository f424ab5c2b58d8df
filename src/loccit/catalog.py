"""What the index holds: the articles' texts, the files they came from, and the lexicon, in one SQLite file.

The lexicon (in how many passages each term occurs) is read by everything that weighs terms, whatever the engine: so
the same index gives the same answers from any of them.
"""

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, Self
from weakref import finalize

from loccit.errors import IndexDamaged
from loccit.types import Article, Passage, Skipped

_SCHEMA = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (file TEXT PRIMARY KEY, size INTEGER, touched_ns INTEGER, sha256 TEXT) WITHOUT ROWID;
CREATE TABLE skipped (file TEXT, reason TEXT);
CREATE TABLE articles (id TEXT PRIMARY KEY, title TEXT, file TEXT, sha256 TEXT, passages INTEGER, record TEXT);
CREATE INDEX articles_of_file ON articles (file);
CREATE TABLE terms (term TEXT PRIMARY KEY, passages INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE languages (language TEXT PRIMARY KEY, passages INTEGER NOT NULL, length INTEGER NOT NULL) WITHOUT ROWID;
"""


CatalogUnwritable = sqlite3.OperationalError
"""What writing raises where, for one, the disk is full."""


class FileState(NamedTuple):
    """What a file looked like when it was read."""

    size: int
    touched_ns: int
    sha256: str


class Lengths(NamedTuple):
    """How many passages a language has, and their mean length in terms."""

    passages: int
    mean: float


class Catalog:
    """Read from everywhere, written by the indexer alone."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        finalize(self, connection.close)  # one that is merely dropped lets go of its file too

    @classmethod
    def create(cls, path: Path) -> Self:
        """A new, empty one."""
        catalog = cls(sqlite3.connect(path, check_same_thread=False))
        catalog._db.executescript(_SCHEMA)
        return catalog

    @classmethod
    def read(cls, path: Path) -> Self:
        """One that nobody writes any more; may be used from any thread."""
        try:
            where = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
            catalog = cls(sqlite3.connect(where, uri=True, check_same_thread=False))
            catalog._db.execute("SELECT count(*) FROM about").fetchone()
        except sqlite3.DatabaseError as error:
            raise IndexDamaged(f"{path} cannot be read ({error}). Run: loccit index --rebuild") from error
        return catalog

    def copy(self, path: Path) -> Self:
        """A copy in another file, to be changed by its only writer."""
        copied = type(self)(sqlite3.connect(path, check_same_thread=False))
        self._db.backup(copied._db)  # noqa: SLF001  # it is one of these
        return copied

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    # -- what it says of itself

    @property
    def about(self) -> dict[str, str]:
        """Versions, fingerprints, the engine and its commit."""
        return dict(self._db.execute("SELECT key, value FROM about"))

    @property
    def files(self) -> dict[str, FileState]:
        """Each file that was read, skipped ones included, and what it looked like."""
        rows = self._db.execute("SELECT file, size, touched_ns, sha256 FROM files ORDER BY file")
        return {file: FileState(*state) for file, *state in rows}

    def file(self, file: str) -> FileState | None:
        """What a file looked like; None where it was not read."""
        row = self._db.execute("SELECT size, touched_ns, sha256 FROM files WHERE file = ?", (file,)).fetchone()
        return FileState(*row) if row else None

    @property
    def skipped(self) -> list[Skipped]:
        """What could not be indexed, and why."""
        rows = self._db.execute("SELECT file, reason FROM skipped ORDER BY file, reason")
        return [Skipped(file=file, reason=reason) for file, reason in rows]

    # -- articles

    def article(self, article_id: str) -> Article | None:
        """The article of that id, with its text."""
        row = self._db.execute("SELECT record FROM articles WHERE id = ?", (article_id,)).fetchone()
        return Article.model_validate_json(row[0]) if row else None

    def titles(self) -> dict[str, str]:
        """Each article's id and title, sorted by title."""
        return dict(self._db.execute("SELECT id, title FROM articles ORDER BY title, id"))

    def __len__(self) -> int:
        """How many articles there are."""
        (count,) = self._db.execute("SELECT count(*) FROM articles").fetchone()
        return int(count)

    def articles_of(self, file: str) -> list[Article]:
        """The articles that came from a file."""
        rows = self._db.execute("SELECT record FROM articles WHERE file = ? ORDER BY id", (file,))
        return [Article.model_validate_json(record) for (record,) in rows]

    def passages_of(self, article_id: str) -> int:
        """How many passages an article has."""
        row = self._db.execute("SELECT passages FROM articles WHERE id = ?", (article_id,)).fetchone()
        return int(row[0]) if row else 0

    def hashes(self) -> Iterator[tuple[str, str]]:
        """Each article's id and the hash of its text, in the order of ids."""
        yield from self._db.execute("SELECT id, sha256 FROM articles ORDER BY id")

    # -- lexicon

    def passages_with(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages each of the terms occurs; 0 for one that is nowhere."""
        asked = list(dict.fromkeys(terms))
        counts = dict.fromkeys(asked, 0)
        for start in range(0, len(asked), 500):  # SQLite takes so many parameters at once
            some = asked[start : start + 500]
            marks = ",".join("?" * len(some))
            counts.update(self._db.execute(f"SELECT term, passages FROM terms WHERE term IN ({marks})", some))  # noqa: S608
        return counts

    def terms_beginning(self, prefix: str, limit: int = 200) -> list[str]:
        """The terms that begin so, the commonest first."""
        rows = self._db.execute(
            "SELECT term FROM terms WHERE term >= ?1 AND term < ?1 || char(1114111)"
            " ORDER BY passages DESC, term LIMIT ?2",
            (prefix, limit),
        )
        return [term for (term,) in rows]

    def languages(self) -> dict[str, Lengths]:
        """The languages of the passages, the one with the most first."""
        rows = self._db.execute("SELECT language, passages, length FROM languages ORDER BY passages DESC, language")
        return {language: Lengths(passages, length / passages) for language, passages, length in rows if passages}

    # -- writing

    def put(self, article: Article, passages: Collection[Passage]) -> None:
        """Add an article and count its passages."""
        record = article.model_dump_json(exclude_defaults=True)
        self._db.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?)",
            (article.id, article.title, article.file, article.sha256, len(passages), record),
        )
        self._count(passages, 1)

    def remove(self, article_id: str, passages: Iterable[Passage]) -> None:
        """Take an article out and its passages off the counts."""
        self._db.execute("DELETE FROM articles WHERE id = ?", (article_id,))
        self._count(passages, -1)

    def set_file(self, file: str, state: FileState | None, skipped: Iterable[Skipped] = ()) -> None:
        """Remember what a file looked like and what of it was skipped; forget it with None."""
        self._db.execute("DELETE FROM files WHERE file = ?", (file,))
        self._db.execute("DELETE FROM skipped WHERE file = ?", (file,))
        if state is not None:
            self._db.execute("INSERT INTO files VALUES (?, ?, ?, ?)", (file, *state))
        self._db.executemany("INSERT INTO skipped VALUES (?, ?)", [(s.file, s.reason) for s in skipped])

    def commit(self, about: Mapping[str, str]) -> None:
        """Write all of it at once, and what it says of itself."""
        self._db.execute("DELETE FROM terms WHERE passages = 0")
        self._db.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", sorted(about.items()))
        self._db.commit()
        self._db.execute("PRAGMA optimize")

    def _count(self, passages: Iterable[Passage], sign: int) -> None:
        terms: Counter[str] = Counter()
        languages: Counter[str] = Counter()
        lengths: Counter[str] = Counter()
        for passage in passages:
            terms.update(set(passage.terms))
            languages[passage.language] += 1
            lengths[passage.language] += len(passage.terms)
        self._db.executemany(
            "INSERT INTO terms VALUES (?1, ?2) ON CONFLICT (term) DO UPDATE SET passages = passages + ?2",
            [(term, sign * n) for term, n in terms.items()],
        )
        self._db.executemany(
            "INSERT INTO languages VALUES (?1, ?2, ?3)"
            " ON CONFLICT (language) DO UPDATE SET passages = passages + ?2, length = length + ?3",
            [(language, sign * n, sign * lengths[language]) for language, n in languages.items()],
        )
