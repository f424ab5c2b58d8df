"""The engine for up to some hundred thousand passages: rank-bm25, with the postings kept in arrays."""

import hashlib
import io
import math
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from rank_bm25 import BM25Okapi

from loccit import commits
from loccit.durable import put, sync
from loccit.errors import IndexDamaged
from loccit.types import Entry, Hit

K1, B = 1.2, 0.75

Array = np.ndarray[Any, Any]


class SmoothedOkapi(BM25Okapi):  # type: ignore[misc]  # rank-bm25 has no types
    """rank-bm25's Okapi with an idf that is never negative, scored over the postings of the asked terms alone.

    The package's own idf is zero for a term in half of the passages and negative for one in more, which leaves a
    small index without any ranking. This one is Lucene's: ln(1 + (N - n + 1/2) / (n + 1/2)). `get_scores` is the
    package's own; `best` gives the same scores many times faster.
    """

    def __init__(self, corpus: Iterable[Sequence[str]]) -> None:
        super().__init__(corpus, k1=K1, b=B)

    @classmethod
    def load(cls, postings: bytes, terms: bytes) -> "SmoothedOkapi":
        """The one whose files `save` wrote; no text is analysed and no passage looked at."""
        loaded = cls.__new__(cls)
        loaded.k1, loaded.b = K1, B
        with np.load(io.BytesIO(postings), allow_pickle=False) as arrays:
            loaded.hold(**arrays)
        loaded.terms = terms.decode().split("\n") if len(loaded.starts) > 1 else []
        return loaded

    def save(self, folder: Path) -> None:
        """Write the postings as plain arrays and the terms as text."""
        np.savez(
            folder / "postings.npz",
            starts=self.starts,
            documents=self.documents,
            frequencies=self.frequencies,
            lengths=self.doc_len,
        )
        (folder / "terms.txt").write_text("\n".join(self.terms), encoding="utf-8", newline="")

    def best(self, query: Sequence[str], limit: int) -> list[tuple[int, float]]:
        """The documents with the highest scores above zero, best first, ties by number; with their scores."""
        scores = np.zeros(self.corpus_size)
        for term in query:
            row = self.rows.get(term)
            if row is not None:
                postings = slice(self.starts[row], self.starts[row + 1])
                documents, frequencies = self.documents[postings], self.frequencies[postings]
                weights = frequencies * (self.k1 + 1) / (frequencies + self._norms[documents])
                scores[documents] += self._idf(len(documents)) * weights
        found = np.flatnonzero(scores > 0)
        if len(found) > limit:
            reached = scores[found]
            found = found[reached >= np.partition(reached, -limit)[-limit]]
        order = np.lexsort((found, -scores[found]))[:limit]
        return [(int(document), float(scores[document])) for document in found[order]]

    @cached_property
    def rows(self) -> dict[str, int]:
        """Where each term's postings are."""
        return {term: row for row, term in enumerate(self.terms)}

    @cached_property
    def doc_freqs(self) -> list[dict[str, int]]:
        """What `get_scores` reads: for each document its terms and how often. Made when somebody asks."""
        documents: list[dict[str, int]] = [{} for _ in range(self.corpus_size)]
        for row, term in enumerate(self.terms):
            for place in range(self.starts[row], self.starts[row + 1]):
                documents[self.documents[place]][term] = int(self.frequencies[place])
        return documents

    @cached_property
    def idf(self) -> dict[str, float]:
        """What `get_scores` reads: the idf of each term."""
        return {term: self._idf(int(n)) for term, n in zip(self.terms, np.diff(self.starts), strict=True)}

    @cached_property
    def _norms(self) -> Array:
        norms: Array = self.k1 * (1 - self.b + self.b * self.doc_len / self.avgdl)
        return norms

    def _idf(self, n: int) -> float:
        return math.log(1 + (self.corpus_size - n + 0.5) / (n + 0.5))

    def _initialize(self, corpus: Iterable[Sequence[str]]) -> dict[str, int]:
        """Called by the package's constructor: counts the corpus, here into postings instead of a dict a document."""
        del self.doc_freqs, self.idf  # the constructor's empty ones hide the properties
        rows: dict[str, int] = {}
        lengths, row_of, document_of = [], [], []
        for number, document in enumerate(corpus):
            lengths.append(len(document))
            row_of += [rows.setdefault(term, len(rows)) for term in document]
            document_of += [number] * len(document)
        # one key a posting, sorted by term and document; counting equal keys gives the frequencies
        size = max(1, len(lengths))
        alphabetical = sorted(rows)
        place = np.empty(len(rows), dtype=np.int64)
        place[[rows[term] for term in alphabetical]] = np.arange(len(rows))
        keys = place[np.array(row_of, dtype=np.int64)] * size + np.array(document_of, dtype=np.int64)
        keys, frequencies = np.unique(keys, return_counts=True)
        self.terms = alphabetical
        self.hold(
            starts=np.searchsorted(keys, np.arange(len(rows) + 1) * size),
            documents=(keys % size).astype(np.int32),
            frequencies=frequencies.astype(np.int32),
            lengths=np.array(lengths, dtype=np.int64),
        )
        return {}

    def _calc_idf(self, nd: dict[str, int]) -> None:
        """Called by the package's constructor; `idf` is a property here."""

    def hold(self, starts: Array, documents: Array, frequencies: Array, lengths: Array) -> None:
        """Take the arrays: where each term's postings start, their documents and frequencies; documents' lengths."""
        self.starts, self.documents, self.frequencies = starts, documents, frequencies
        self.doc_len = lengths
        self.corpus_size = len(lengths)
        self.avgdl = max(1, int(lengths.sum())) / max(1, self.corpus_size)


class MemoryEngine:
    """Entries as their lines, their postings in arrays; a commit is a folder of its own, named by its content."""

    def __init__(self, folder: Path, commit: str | None = None) -> None:
        self._folder = folder
        self._commit = commit
        self._added: dict[str, list[Entry]] = defaultdict(list)  # by article
        self._deleted: set[str] = set()
        self._lines: list[bytes] = []
        self._index = SmoothedOkapi([])
        if commit is not None:
            self._open(folder / commit, commit)

    def search(self, terms: Sequence[str], limit: int) -> list[Hit]:
        """The best passages that hold one of the terms at least; best first, ties by passage id."""
        return [Hit(Entry.read(self._lines[number]), score) for number, score in self._index.best(terms, limit)]

    def __len__(self) -> int:
        """How many passages can be found."""
        return len(self._lines)

    def add(self, entries: Iterable[Entry]) -> None:
        """Passages to be found from the next commit on."""
        for entry in entries:
            self._added[entry.article_id].append(entry)

    def delete(self, article_id: str) -> None:
        """No passage of the article is found from the next commit on."""
        self._deleted.add(article_id)
        self._added.pop(article_id, None)

    def commit(self) -> str:
        """Write everything anew into a folder of its own; nothing that is read now is touched."""
        entries = sorted(chain(self._kept(), *self._added.values()))
        self._folder.mkdir(parents=True, exist_ok=True)
        scratch = self._folder / ".new"
        shutil.rmtree(scratch, ignore_errors=True)  # of a writer that was killed
        scratch.mkdir()
        try:
            (scratch / "entries.txt").write_bytes(b"".join(entry.line + b"\n" for entry in entries))
            SmoothedOkapi(entry.terms.split() for entry in entries).save(scratch)
            commit = _digest(_contents(scratch))
            for path in scratch.iterdir():
                sync(path)
            if not self._is_whole(commit):
                shutil.rmtree(self._folder / commit, ignore_errors=True)
                put(scratch, self._folder / commit)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        self._added.clear()
        self._deleted.clear()
        self._open(self._folder / commit, commit)
        return commit

    def prune(self) -> None:
        """Remove the other commits' folders; whoever has one open holds it in memory."""
        commits.prune(self._folder, self._commit)

    def _kept(self) -> Iterator[Entry]:
        return (entry for entry in map(Entry.read, self._lines) if entry.article_id not in self._deleted)

    def _is_whole(self, commit: str) -> bool:
        try:
            return _digest(_contents(self._folder / commit)) == commit
        except OSError:
            return False

    def _open(self, folder: Path, commit: str) -> None:
        try:
            contents = _contents(folder)
        except OSError as error:
            raise IndexDamaged(
                f"{error.filename} cannot be read ({error.strerror}). Run: loccit index --rebuild"
            ) from error
        if _digest(contents) != commit:
            raise IndexDamaged(f"A file in {folder} has been changed or cut short. Run: loccit index --rebuild")
        entries, postings, terms = contents
        self._lines = entries.splitlines()
        self._index = SmoothedOkapi.load(postings, terms)
        self._commit = commit


def _contents(folder: Path) -> tuple[bytes, bytes, bytes]:
    """The three files of a commit."""
    entries, postings, terms = ((folder / name).read_bytes() for name in ("entries.txt", "postings.npz", "terms.txt"))
    return entries, postings, terms


def _digest(contents: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(content).digest() for content in contents)).hexdigest()[:32]
