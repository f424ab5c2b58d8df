"""A catalog in the making: what the last one holds, and in a new segment what an update changes of it."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

from loccit import commits
from loccit.catalog import MODULUS, Catalog, FileState, segments
from loccit.catalog.records import Elsewhere, digest
from loccit.types import Article, Entry, Skipped

COLLECTED = 1_000_000
"""Terms that are counted in memory before they are written: a common one is written once for many articles."""


class Draft(Catalog):
    """Written by the indexer alone; nobody else sees it before `commit`."""

    def __init__(self, folder: Path, last: str | None) -> None:
        self._folder = folder / ".new"
        self._last = commits.check(folder / last) if last else {}
        commits.begin(self._folder, folder / last if last else None)
        older = [segments.read(path) for path in reversed(segments.paths(self._folder))]
        self._new = segments.create(self._folder)
        super().__init__([self._new, *older])
        self._content = int(self.about.get("content", "0"), 16)
        self._terms: Counter[str] = Counter()

    def put(self, article: Article, entries: Sequence[Entry], record: bytes | Elsewhere) -> None:
        """Add an article, `packed` or kept elsewhere, and count its passages."""
        self._write(article, len(entries), record.line() if isinstance(record, Elsewhere) else record)
        self._count(article, entries, 1)

    def remove(self, article: Article, entries: Sequence[Entry]) -> None:
        """Take an article out and its passages off the counts."""
        if len(self._segments) == 1:
            self._new.execute("DELETE FROM articles WHERE id = ?", (article.id,))
        else:
            self._new.execute("INSERT OR REPLACE INTO articles (id) VALUES (?)", (article.id,))
        self._count(article, entries, -1)

    def move(self, article: Article) -> None:
        """Have an article, otherwise the same, come from another file."""
        row = self._newest("SELECT record FROM articles WHERE id = ?", article.id)
        assert row is not None  # noqa: S101  # what is moved was there
        self._write(article, self.passages_of(article.id), row[0])

    def set_file(self, file: str, state: FileState | None, skipped: Iterable[Skipped] = ()) -> None:
        """Remember what a file looked like and what of it was skipped; forget it with None."""
        told = json.dumps([(each.file, each.reason) for each in skipped])
        row = (file, *(state or (None, None, None)), None if told == "[]" else told)
        self._new.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)", row)

    @property
    def content(self) -> str:
        """A hash of the articles' ids and texts."""
        return f"{self._content:064x}"

    def commit(self, about: Mapping[str, str]) -> str:
        """Have it on the disk with what it says of itself; gives the id to open it by."""
        self._write_terms()
        rows = {
            **about,
            "articles": str(self._articles),
            "content": self.content,
            "languages": json.dumps(self._lengths, sort_keys=True),
        }
        self._new.executemany("INSERT INTO about VALUES (?, ?)", sorted(rows.items()))
        self._new.commit()
        self.close()
        segments.merge(self._folder)
        return commits.seal(self._folder, self._last)

    def _write(self, article: Article, passages: int, record: bytes | str) -> None:
        row = (article.id, article.title, article.file, article.sha256, passages, record)
        self._new.execute("INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?, ?, ?)", row)

    def _count(self, article: Article, entries: Sequence[Entry], sign: int) -> None:
        self._articles += sign
        self._content = (self._content + sign * digest(article)) % MODULUS
        each = [entry.terms.split() for entry in entries]
        count = self._terms.update if sign > 0 else self._terms.subtract
        count(chain.from_iterable(map(set, each)))
        length = self._lengths.setdefault(str(article.language), [0, 0])
        length[0] += sign * len(entries)
        length[1] += sign * sum(map(len, each))
        if len(self._terms) > COLLECTED:
            self._write_terms()

    def _write_terms(self) -> None:
        self._new.executemany(
            "INSERT INTO terms VALUES (?1, ?2) ON CONFLICT (term) DO UPDATE SET passages = passages + ?2",
            sorted((term, n) for term, n in self._terms.items() if n),
        )
        self._terms.clear()
