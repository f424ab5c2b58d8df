"""The engine for any number of passages on one machine: tantivy, on the disk.

Its files never change once they are written, so a commit is a folder of links to those of the one before and of what is
new: an update costs what it changes, who reads goes on with what was opened, a killed writer leaves what was there.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import tantivy
from tantivy import DocAddress, Document, Index, Occur, Query

from loccit import commits
from loccit.errors import IndexDamaged
from loccit.types import Entry, Hit

HEAP = 128_000_000
"""Bytes it may collect before it writes them."""
TIED = 10_000
"""Passages of one score that are put in order by their id; of more, some come first by chance."""

Ranked = list[tuple[float, DocAddress]]


class TantivyEngine:
    """Entries as their lines beside tantivy's postings of their terms."""

    def __init__(self, folder: Path, commit: str | None = None) -> None:
        self._folder = folder
        self._commit = commit
        self._schema = _schema()
        self._files: commits.Files = {}
        self._searcher: tantivy.Searcher | None = None
        self._writer: tantivy.IndexWriter | None = None
        if commit is not None:
            self._open(commit)

    def search(self, terms: Sequence[str], limit: int) -> list[Hit]:
        """The best passages that hold one of the terms at least; best first, ties by passage id."""
        if self._searcher is None:
            return []
        with _told(self._folder):
            best = self._best(self._searcher, terms, limit)
            found = sorted((-score, Entry.read(self._searcher.doc(address)["entry"][0])) for score, address in best)
            return [Hit(entry, -score) for score, entry in found[:limit]]

    def __len__(self) -> int:
        """How many passages can be found."""
        return self._searcher.num_docs if self._searcher else 0

    def add(self, entries: Iterable[Entry]) -> None:
        """Passages to be found from the next commit on; raises OSError where there is no room for them."""
        writer = self._begun()
        with _written():
            for entry in entries:
                writer.add_document(_document(entry))

    def delete(self, article_id: str) -> None:
        """No passage of the article is found from the next commit on."""
        writer = self._begun()
        with _written():
            writer.delete_documents_by_term("article", article_id)

    def commit(self) -> str:
        """Finish the new folder and name it by what is in it; the one before stays as it is."""
        _end(self._begun())
        self._writer = None
        kept, deleted = _passages(self._scratch)
        if deleted > kept:
            self._write_anew()
        commit = commits.seal(self._scratch, self._files)
        self._open(commit)
        return commit

    def prune(self) -> None:
        """Remove the other commits' folders; whoever reads one has its files open."""
        commits.prune(self._folder, self._commit)

    def _best(self, searcher: tantivy.Searcher, terms: Sequence[str], limit: int) -> list[tuple[float, DocAddress]]:
        """The best, and with the last of them all that have its score.

        Tantivy scores every posting of the terms here, for it does not skip any when asked from Python. To look for
        passages by the rarer terms alone (MaxScore) was tried and took longer: seeking costs more than scoring.
        """
        each = [(Occur.Should, Query.term_query(self._schema, "terms", term, "freq")) for term in terms]
        wanted = 2 * limit
        while True:
            hits = searcher.search(Query.boolean_query(each), wanted, count=False).hits
            ranked = [(round(score, 4), address) for score, address in hits]  # as exact as single precision is
            border = ranked[:limit][-1][0] if ranked else 0.0
            if len(ranked) < wanted or ranked[-1][0] < border or wanted > TIED:
                return [hit for hit in ranked if hit[0] >= border]
            wanted *= 4

    # -- writing

    @property
    def _scratch(self) -> Path:
        return self._folder / ".new"

    def _begun(self) -> tantivy.IndexWriter:
        """The writer of the new folder, which begins as the last commit."""
        if self._writer is None:
            last = self._folder / self._commit if self._commit else None
            commits.begin(self._scratch, last)
            self._writer = _writer(Index.open(str(self._scratch)) if last else self._new())
        return self._writer

    def _new(self) -> Index:
        return Index(self._schema, str(self._scratch))

    def _write_anew(self) -> None:
        """Write what is not deleted into a new folder; tantivy itself keeps large segments as they are."""
        searcher = _searcher(self._scratch)
        commits.begin(self._scratch, None)
        writer = _writer(self._new())
        for article_id, passages in searcher.terms_with_prefix("article", ""):
            query = Query.term_query(self._schema, "article", article_id, "basic")
            for _, address in searcher.search(query, passages, count=False).hits:
                entry = Entry.read(searcher.doc(address)["entry"][0])
                with _written():
                    writer.add_document(_document(entry))
        _end(writer)

    def _open(self, commit: str) -> None:
        folder = self._folder / commit
        with _told(folder):
            self._files = commits.check(folder)
            self._searcher = _searcher(folder)
        self._commit = commit


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("article", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    builder.add_bytes_field("entry", stored=True)
    return builder.build()


def _document(entry: Entry) -> Document:
    document = Document()
    document.add_text("article", entry.article_id)
    document.add_text("terms", entry.terms)
    document.add_bytes("entry", entry.line)
    return document


def _writer(index: Index) -> tantivy.IndexWriter:
    return index.writer(HEAP, 1)  # analysis is what takes long


def _end(writer: tantivy.IndexWriter) -> None:
    """Have everything written and merged."""
    with _written():
        writer.commit()
        writer.wait_merging_threads()


def _searcher(folder: Path) -> tantivy.Searcher:
    """A commit opened by way of another folder: tantivy locks what it opens, and this one may be read-only."""
    # A thread of tantivy's may write its lock there while the folder is cleared away: no reason to fail.
    with TemporaryDirectory(prefix="loccit-", ignore_cleanup_errors=True) as links:
        for path in commits.files(folder):
            (Path(links) / path.name).symlink_to(path.absolute())
        index = Index.open(links)
        index.config_reader("manual")
        return index.searcher()


def _passages(folder: Path) -> tuple[int, int]:
    """How many passages a tantivy folder has, and how many deleted ones besides."""
    segments = json.loads((folder / "meta.json").read_bytes())["segments"]
    deleted = sum((segment["deletes"] or {"num_deleted_docs": 0})["num_deleted_docs"] for segment in segments)
    return sum(segment["max_doc"] for segment in segments) - deleted, deleted


@contextmanager
def _written() -> Iterator[None]:
    """What tantivy says of a disk that is full is a ValueError."""
    try:
        yield
    except ValueError as error:
        raise OSError(str(error)) from error


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """A file that is missing or damaged is told, a panic of tantivy's over it included."""
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"{folder} cannot be read ({error}). Run: loccit index --rebuild") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise IndexDamaged(f"{folder} is damaged. Run: loccit index --rebuild") from error
