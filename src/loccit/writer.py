"""An update of a built index in the making: all of it is swapped in at once, or nothing."""

import contextlib
import hashlib
import json
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Self

from loccit import __version__
from loccit.built import CATALOG, FORMAT, Built, Current, clear, joined, open_built, open_catalog
from loccit.catalog import Catalog, CatalogUnwritable, FileState
from loccit.catalog.draft import Draft
from loccit.catalog.records import Elsewhere, alike, unpacked
from loccit.chunker import CHUNKER_VERSION, chunk
from loccit.durable import put, sync
from loccit.engines import Keeper, open_engine
from loccit.errors import IndexDamaged, IndexMissing, IndexOutdated, LoccitError, MissingLibrary
from loccit.languages import FALLBACK, codes, language
from loccit.languages.analysis import fingerprint
from loccit.languages.sentences import split_sentences
from loccit.settings import IndexSettings
from loccit.types import Article, Entry, Skipped
from loccit.workers import Analysed, analyse, analysed, language_code


class Reading(NamedTuple):
    """A file that is read."""

    file: str
    entries: Iterator[Article | Skipped]
    was: str | None = None
    """The file it was before it was moved."""


class Writer:
    """An update in the making: nothing of it is seen before `commit`."""

    def __init__(self, folder: Path, settings: IndexSettings, old: Built | None, paths: Sequence[str]) -> None:
        self._folder, self._settings, self._paths = folder, settings, paths
        self._chunking = chunking(settings)
        self._catalog = Draft(folder / CATALOG, Current.read(folder).catalog if old else None)
        self._engine = (
            old.engine if old else open_engine(settings.engine, folder / settings.engine, cluster=settings.opensearch)
        )
        self._keeper = self._engine if isinstance(self._engine, Keeper) else None
        if self._keeper:
            self._catalog.attach(self._keeper.fetch)
        self._commit = old.catalog.about["commit"] if old else None
        self._claimed: dict[str, str] = {}  # the files of the articles that are being analysed, by their ids
        self.skipped: dict[str, list[Skipped]] = defaultdict(list)
        """What could not be taken, by file."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._catalog.close()
        shutil.rmtree(self._folder / CATALOG / ".new", ignore_errors=True)
        if error is not None:  # on a full disk least of all may half of an update be left
            with contextlib.suppress(LoccitError):
                current = Current.read(self._folder)
                clear(self._folder, current, open_catalog(self._folder, current))
        if isinstance(error, (OSError, CatalogUnwritable)):
            reason = str(getattr(error, "strerror", None) or error).lower()
            raise LoccitError(
                f"The index cannot be written to {self._folder}: {reason}. The old one is unchanged."
            ) from error

    def __len__(self) -> int:
        """How many articles it holds so far."""
        return len(self._catalog)

    def holds(self, file: str) -> bool:
        """Whether an article came from the file."""
        return bool(self._catalog.ids_of(file))

    def write(self, readings: Iterable[Reading]) -> None:
        """Have the articles of these files be those that are read, the files in the order of their names.

        What is as it was costs nothing; an article of an id that is taken is skipped.
        """
        for found in analysed(self._differing(readings), self._settings):
            self._put(found)

    def forget(self, file: str) -> None:
        """Take a file's articles out."""
        for article_id in self._catalog.ids_of(file):
            self._remove(article_id)
        self._catalog.set_file(file, None)

    def note(self, file: str, state: FileState) -> None:
        """Remember what a file looked like when it was read, and what of it could not be taken."""
        self._catalog.set_file(file, state, self.skipped.get(file, ()))

    def commit(self) -> Built:
        """Write the engine, then the catalog, then swap."""
        if self._commit is None:
            self._commit = self._engine.commit()
        analysis = fingerprint(self._catalog.languages())
        commit = self._catalog.commit(
            {
                "version": __version__,
                "analysis": analysis,
                "chunking": self._chunking,
                "engine": self._settings.engine,
                "commit": self._commit,
                "index": hashlib.sha256(f"{analysis} {self._catalog.content}".encode()).hexdigest()[:16],
            }
        )
        sync(self._folder)
        pointer = self._folder / ".CURRENT"
        current = Current(FORMAT, commit, tuple(self._paths))
        pointer.write_text(json.dumps(current._asdict(), indent=1) + "\n", encoding="utf-8")
        put(pointer, self._folder / "CURRENT")
        self._engine.prune()
        catalog = open_catalog(self._folder, current)
        clear(self._folder, current, catalog)
        return joined(catalog, self._engine)

    def _put(self, found: Analysed) -> None:
        article = found.article
        self._claimed.pop(article.id, None)
        if found.refused is not None:
            self._skip(article.file, found.refused)
            return
        self._catalog.put(article, found.entries, self._kept(found))
        self._engine.add(found.entries)
        self._commit = None

    def _kept(self, found: Analysed) -> bytes | Elsewhere:
        """What the catalog keeps of an article: its record, or where the engine has that."""
        if self._keeper is None:
            return found.record
        name = self._keeper.keep(found.article.id, unpacked(found.record))
        return Elsewhere(name, str(found.article.language), alike(found.article))

    def _remove(self, article_id: str) -> Article:
        """Take an article out; it is cut once more to know what to take off the lexicon."""
        article = self._catalog.article(article_id)
        assert article is not None  # noqa: S101  # it was just found
        self._catalog.remove(article, [*map(Entry.of, chunk(article, self._settings.passages.size))])
        self._engine.delete(article_id)
        self._commit = None
        return article

    def _skip(self, file: str, reason: str) -> None:
        self.skipped[file].append(Skipped(file=file, reason=reason))

    def _differing(self, readings: Iterable[Reading]) -> Iterator[Article]:
        """The articles that are new or not what they were; what is no longer there is taken out."""
        for file, entries, was in readings:
            before = self._catalog.ids_of(was) if was else []
            left = {*before, *self._catalog.ids_of(file)}
            seen: set[str] = set()
            for entry in entries:
                if isinstance(entry, Skipped):
                    self.skipped[file].append(entry)
                    continue
                # one that is known by its file keeps its id when that is moved
                moved = len(before) == 1 and entry.id == file
                article = entry.model_copy(update={"id": before[0]}) if moved else entry
                if article.id in seen:
                    self._skip(file, _taken(article.id, "this file"))
                    continue
                seen.add(article.id)
                if article.id in left:
                    left.remove(article.id)
                    if self._is_as_it_was(article):
                        continue
                    self._remove(article.id)
                if self._is_free(article):
                    self._claimed[article.id] = file
                    yield article
            for article_id in left:
                self._remove(article_id)
            if was:
                self._catalog.set_file(was, None)

    def _is_as_it_was(self, article: Article) -> bool:
        """Whether the catalog has the same article; where only its file was moved, it has it from then on."""
        language = self._catalog.has(article)
        if language is None:
            return False
        if article.file != self._catalog.file_of(article.id):
            self._catalog.move(article)
        return language_code(article) in (None, language)

    def _is_free(self, article: Article) -> bool:
        """Whether its id is free, or is made so: the file whose name comes first has it, whichever came first."""
        file, own = article.file, article.id
        holder = self._catalog.file_of(own)
        if holder is not None and own == file and Path(holder).suffix == Path(file).suffix:
            # of one that was moved from here; that is named after its place again
            self._put(analyse(self._remove(own).model_copy(update={"id": holder}), self._settings))
        elif (first := self._claimed.get(own) or holder) is not None and first < file:
            self._skip(file, _taken(own, first))
            return False
        elif holder is not None:
            self._remove(own)
            reasons = [*self._catalog.skipped_of(holder), Skipped(file=holder, reason=_taken(own, file))]
            self._catalog.set_file(holder, self._catalog.file(holder), reasons)
        return True


def may_be_taken(skipped: Skipped) -> bool:
    """Whether what was skipped can be taken later although its file is the same: an id got free, a library is there."""
    return "is taken by an article of" in skipped.reason or "pip install" in skipped.reason


def reusable(folder: Path, settings: IndexSettings) -> Built | None:
    """The index an update can start from; None where everything has to be read anew."""
    try:
        about = open_catalog(folder, Current.read(folder)).about
        if about["engine"] != settings.engine:  # which may be a cluster that is no longer there
            return None
        built = open_built(folder, settings.opensearch)
    except (IndexMissing, IndexDamaged, IndexOutdated, MissingLibrary):
        return None
    return built if about["chunking"] == chunking(settings) else None


def last_catalog(folder: Path) -> Catalog | None:
    """That of the index that is there, usable or not; None where it cannot be read."""
    try:
        return open_catalog(folder, Current.read(folder))
    except (IndexMissing, IndexDamaged, IndexOutdated):
        return None


def remembered_paths(folder: Path) -> tuple[str, ...]:
    """The paths added on the command line; they outlive a damaged index."""
    try:
        return Current.read(folder).paths
    except (IndexMissing, IndexDamaged):
        return ()


def chunking(settings: IndexSettings) -> str:
    """A hash of how this version cuts passages: where it differs, old and new passages do not go together."""
    cuts = [(code, split_sentences(language(code).probe, code)) for code in (*codes(), FALLBACK)]
    how = (CHUNKER_VERSION, settings.passages, settings.languages, cuts)
    return hashlib.sha256(repr(how).encode()).hexdigest()[:16]


def _taken(article_id: str, where: str) -> str:
    return f"its id '{article_id}' is taken by an article of {where}"
