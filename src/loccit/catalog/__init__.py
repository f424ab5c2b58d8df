"""What the index holds: the articles' texts, unless a cluster has them, the files they came from, and the lexicon.

It is a few SQLite files.

The lexicon (in how many passages each term occurs) is read by everything that weighs terms, whatever the engine: so
the same index gives the same answers from any of them. The files never change once they are written: whoever has a
catalog open goes on with it, whatever is written after.
"""

import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self
from weakref import finalize

from loccit import commits
from loccit.catalog import segments
from loccit.catalog.records import Elsewhere, alike, digest, unpacked
from loccit.errors import EngineUnreachable, IndexDamaged, IndexOutdated
from loccit.types import Article, Skipped

CatalogUnwritable = sqlite3.OperationalError
"""What writing raises where, for one, the disk is full."""


MODULUS = 1 << 256
_NAMED = "SELECT 1 FROM articles WHERE typeof(record) = 'text' LIMIT 1"
"""Whether an article is kept elsewhere."""


class FileState(NamedTuple):
    """What a file looked like when it was read."""

    size: int
    touched_ns: int
    """Of no meaning but that another one tells of another file."""
    sha256: str


class Lengths(NamedTuple):
    """How many passages a language has, and their mean length in terms."""

    passages: int
    mean: float


class Catalog:
    """Read from everywhere; may be used from any thread."""

    def __init__(self, newest_first: Sequence[sqlite3.Connection]) -> None:
        self._segments = newest_first
        for segment in newest_first:
            finalize(self, segment.close)  # one that is merely dropped lets go of its files too
        # Of all of them: SQLite opens a file when it is first read, and others may remove it at any time.
        about = [dict(segment.execute("SELECT key, value FROM about")) for segment in newest_first]
        self.about: dict[str, str] = next(filter(None, about), {})
        """Versions, fingerprints, the engine and its commit, how much there is of what."""
        self._fetch: Callable[[Sequence[str]], list[bytes]] | None = None
        self._articles = int(self.about.get("articles", 0))
        self._lengths: dict[str, list[int]] = json.loads(self.about.get("languages", "{}"))

    @classmethod
    def open(cls, folder: Path, commit: str, *, thorough: bool = False) -> Self:
        """That of a commit, every byte read if `thorough`; raises IndexDamaged where it is not what was written."""
        try:
            recorded = commits.check(folder / commit, thorough=thorough)
            return cls([segments.read(folder / commit / name) for name in sorted(recorded, reverse=True)])
        except (OSError, ValueError, KeyError, TypeError, sqlite3.DatabaseError) as error:
            what = getattr(error, "strerror", None) or error
            raise IndexDamaged(f"{folder / commit} cannot be read ({what}). Run: loccit index --rebuild") from error

    def attach(self, fetch: Callable[[Sequence[str]], list[bytes]]) -> None:
        """Have the records that are kept elsewhere be given by this, by their names."""
        self._fetch = fetch

    def close(self) -> None:
        """Let go of the files."""
        for segment in self._segments:
            segment.close()

    # -- files

    @property
    def files(self) -> dict[str, FileState]:
        """Each file that was read, skipped ones included, and what it looked like."""
        found: dict[str, FileState] = {}
        for segment in reversed(self._segments):
            for file, *state in segment.execute("SELECT file, size, touched_ns, sha256 FROM files"):
                found[file] = FileState(*state)
        return {file: found[file] for file in sorted(found) if found[file].sha256 is not None}

    def file(self, file: str) -> FileState | None:
        """What a file looked like; None where it was not read."""
        row = self._newest("SELECT size, touched_ns, sha256 FROM files WHERE file = ?", file)
        return FileState(*row) if row and row[2] is not None else None

    @property
    def skipped(self) -> list[Skipped]:
        """What could not be indexed, and why."""
        files = {
            file for each in self._segments for (file,) in each.execute("SELECT file FROM files WHERE skipped NOTNULL")
        }
        return [skipped for file in sorted(files) for skipped in self.skipped_of(file)]

    def skipped_of(self, file: str) -> list[Skipped]:
        """What of a file could not be indexed, and why."""
        row = self._newest("SELECT skipped FROM files WHERE file = ?", file)
        return [Skipped(file=name, reason=reason) for name, reason in json.loads(row[0])] if row and row[0] else []

    # -- articles

    def article(self, article_id: str) -> Article | None:
        """The article of that id, with its text; raises EngineUnreachable where it lies in a cluster that is down."""
        return self.articles([article_id]).get(article_id)

    def articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """Those of these ids that are there, asked for at once; raises EngineUnreachable."""
        rows = {one: self._newest("SELECT record, file FROM articles WHERE id = ?", one) for one in ids}
        there = {one: row for one, row in rows.items() if row and row[0]}
        found = {}
        for (one, row), record in zip(there.items(), self._records([row[0] for row in there.values()]), strict=True):
            article = Article.model_validate_json(record)
            found[one] = article if article.file == row[1] else article.model_copy(update={"file": row[1]})
        return found

    def has(self, article: Article) -> str | None:
        """The language of an article that is there, the same but for that and its file; None where it is not."""
        row = self._newest("SELECT record FROM articles WHERE id = ?", article.id)
        if not row or not row[0]:
            return None
        if isinstance(row[0], str):
            kept = Elsewhere.read(row[0])
            return kept.language if kept.alike == alike(article) else None
        old = Article.model_validate_json(unpacked(row[0]))
        same = article.model_copy(update={"language": old.language, "file": old.file}) == old
        return old.language if same else None

    def _records(self, kept: Sequence[bytes | str]) -> list[bytes]:
        """What was packed, or is elsewhere, in its order."""
        names = {each: Elsewhere.read(each).name for each in kept if isinstance(each, str)}
        if names and self._fetch is None:
            raise EngineUnreachable("The articles lie in OpenSearch, which is not open.")
        fetched = dict(zip(names, self._fetch(list(names.values())), strict=True)) if names and self._fetch else {}
        return [unpacked(each) if isinstance(each, bytes) else fetched[each] for each in kept]

    def file_of(self, article_id: str) -> str | None:
        """The file an article came from, or was moved to; None where there is no such article."""
        row = self._newest("SELECT file FROM articles WHERE id = ?", article_id)
        return row[0] if row else None

    def passages_of(self, article_id: str) -> int:
        """How many passages an article has."""
        row = self._newest("SELECT passages FROM articles WHERE id = ?", article_id)
        return int(row[0]) if row else 0

    def titles(self) -> dict[str, str]:
        """Each article's id and title, sorted by title."""
        found: dict[str, str | None] = {}
        for segment in reversed(self._segments):
            found.update(segment.execute("SELECT id, title FROM articles"))
        titles = ((title, article_id) for article_id, title in found.items() if title is not None)
        return {article_id: title for title, article_id in sorted(titles)}

    def any_title(self) -> str:
        """The title of an article, or of one that was; empty where there is none."""
        rows = (each.execute("SELECT title FROM articles WHERE title NOTNULL").fetchone() for each in self._segments)
        return next((str(row[0]) for row in rows if row), "")

    def __len__(self) -> int:
        """How many articles there are."""
        return self._articles

    def ids_of(self, file: str) -> list[str]:
        """The ids of the articles that came from a file."""
        rows = (segment.execute("SELECT id FROM articles WHERE file = ?", (file,)) for segment in self._segments)
        return sorted({found for each in rows for (found,) in each if self.file_of(found) == file})

    def articles_of(self, file: str) -> list[Article]:
        """The articles that came from a file."""
        return [article for article_id in self.ids_of(file) if (article := self.article(article_id))]

    # -- lexicon

    def passages_with(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages each of the terms occurs; 0 for one that is nowhere."""
        counts = dict.fromkeys(terms, 0)
        asked = list(counts)
        for start in range(0, len(asked), 500):  # SQLite takes so many parameters at once
            some = asked[start : start + 500]
            query = f"SELECT term, passages FROM terms WHERE term IN ({','.join('?' * len(some))})"  # noqa: S608
            for segment in self._segments:
                for term, passages in segment.execute(query, some):
                    counts[term] += passages
        return counts

    def terms_beginning(self, prefix: str, limit: int = 200) -> list[str]:
        """The terms that begin so, the commonest first."""
        counts: Counter[str] = Counter()
        query = "SELECT term, passages FROM terms WHERE term >= ?1 AND term < ?1 || char(1114111)"
        for segment in reversed(self._segments):
            counts.update(dict(segment.execute(query, (prefix,))))
        found = sorted(sorted(counts), key=counts.__getitem__, reverse=True)
        return [term for term in found[:limit] if counts[term]]

    def languages(self) -> dict[str, Lengths]:
        """The languages of the passages, the one with the most first."""
        rows = sorted(
            (-passages, language, length) for language, (passages, length) in self._lengths.items() if passages
        )
        return {code: Lengths(-passages, length / -passages) for passages, code, length in rows}

    def faults(self) -> Iterator[str]:
        """What does not go together, in half sentences; every article is looked at, unless OpenSearch is not open."""
        for segment in self._segments:
            for (told,) in segment.execute("PRAGMA quick_check"):
                if told != "ok":
                    yield f"SQLite finds {told}"
        content = passages = 0
        files = self.files
        titles = self.titles()
        if self._fetch is None and any(each.execute(_NAMED).fetchone() for each in self._segments):
            return
        for article_id in titles:
            try:
                article = self.article(article_id)
            except (ValueError, zlib.error, IndexOutdated) as error:
                yield f"the article '{article_id}' cannot be read ({type(error).__name__})"
                continue
            assert article is not None  # noqa: S101  # it was just named
            content += digest(article)
            passages += self.passages_of(article_id)
            if (file := self.file_of(article_id)) not in files:
                yield f"the article '{article_id}' is of a file that is not there, {file}"
        if f"{content % MODULUS:064x}" != self.about.get("content"):
            yield "the articles are not those that were written"
        if len(titles) != len(self) or passages != sum(length[0] for length in self._lengths.values()):
            yield f"{len(titles):,} articles with {passages:,} passages are counted otherwise"

    def _newest(self, query: str, key: str) -> Sequence[Any] | None:
        """The one row of that key that no newer one has replaced."""
        return next(filter(None, (segment.execute(query, (key,)).fetchone() for segment in self._segments)), None)
