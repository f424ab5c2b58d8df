"""An update of a built index in the making: all of it is swapped in at once, or nothing."""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

from loccit import __version__
from loccit.built import FORMAT, Built, Current, open_built, open_catalog
from loccit.catalog import Catalog, CatalogUnwritable, FileState
from loccit.chunker import CHUNKER_VERSION, chunk
from loccit.durable import put, sha256_of
from loccit.engines import ENGINES, open_engine
from loccit.errors import BadSettings, IndexDamaged, IndexMissing, IndexOutdated, LoccitError, MissingLibrary
from loccit.languages import FALLBACK, codes, language
from loccit.languages.analysis import fingerprint
from loccit.languages.detection import detect
from loccit.languages.sentences import split_sentences
from loccit.settings import IndexSettings
from loccit.types import Article, Entry, Skipped

_CODE = re.compile(r"[a-z]{2,3}")
"""Of a language: ISO 639. A region makes no other language here."""


class Writer:
    """An update in the making: nothing of it is seen before `commit`."""

    def __init__(self, folder: Path, settings: IndexSettings, old: Built | None, paths: Sequence[str]) -> None:
        self._folder, self._settings, self._paths = folder, settings, paths
        self._chunking = chunking(settings)
        self._scratch = folder / ".new"
        shutil.rmtree(self._scratch, ignore_errors=True)  # of a writer that was killed
        self._scratch.mkdir()
        path = self._scratch / "catalog.sqlite"
        if old is None:
            self._catalog = Catalog.create(path)
            self._engine = open_engine(settings.engine, folder / settings.engine, cluster=settings.opensearch)
        else:
            self._catalog = old.catalog.copy(path)
            self._engine = old.engine

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._catalog.close()
        shutil.rmtree(self._scratch, ignore_errors=True)
        if isinstance(error, (OSError, CatalogUnwritable)):
            reason = str(getattr(error, "strerror", None) or error).lower()
            raise LoccitError(
                f"The index cannot be written to {self._folder}: {reason}. The old one is unchanged."
            ) from error

    def __len__(self) -> int:
        """How many articles it holds so far."""
        return len(self._catalog)

    def put(self, article: Article) -> Skipped | None:
        """Add an article, its language detected where it does not say; or why it cannot be added."""
        if (other := self._catalog.article(article.id)) is not None:
            where = "this file" if other.file == article.file else other.file
            return Skipped(file=article.file, reason=f"its id '{article.id}' is taken by an article of {where}")
        code = (article.language or "").partition("-")[0].lower()
        if not _CODE.fullmatch(code):  # none, or one that is no code
            code = detect(article.text, self._settings.languages or codes())
        article = article.model_copy(update={"language": code})
        try:
            passages = list(chunk(article, self._settings.passages.size))
        except Exception as error:  # noqa: BLE001  # our mistake, but it shall cost one article, not all of them
            return Skipped(file=article.file, reason=f"'{article.title}' cannot be cut into passages: {error!r}")
        if not passages:
            return Skipped(file=article.file, reason=f"there is no text under its title '{article.title}'")
        self._catalog.put(article, passages)
        self._engine.add(map(Entry.of, passages))
        return None

    def forget(self, file: str) -> None:
        """Take a file's articles out; they are cut once more to know what to take off the lexicon."""
        for article in self._catalog.articles_of(file):
            self._catalog.remove(article.id, chunk(article, self._settings.passages.size))
            self._engine.delete(article.id)
        self._catalog.set_file(file, None)

    def note(self, file: str, state: FileState, skipped: Sequence[Skipped]) -> None:
        """Remember what a file looked like when it was read, and what of it could not be taken."""
        self._catalog.set_file(file, state, skipped)

    def skipped(self) -> list[Skipped]:
        """What could not be taken so far."""
        return self._catalog.skipped

    def commit(self) -> Built:
        """Write the engine, then the catalog, then swap."""
        commit = self._engine.commit()
        analysis = fingerprint(self._catalog.languages())
        content = hashlib.sha256(analysis.encode())
        for article_id, sha256 in self._catalog.hashes():
            content.update(f"{article_id}\0{sha256}\n".encode())
        self._catalog.commit(
            {
                "format": FORMAT,
                "version": __version__,
                "analysis": analysis,
                "chunking": self._chunking,
                "engine": self._settings.engine,
                "commit": commit,
                "index": content.hexdigest()[:16],
            }
        )
        self._catalog.close()
        written = self._scratch / "catalog.sqlite"
        sha256 = sha256_of(written)
        name = f"catalog-{sha256[:16]}.sqlite"
        put(written, self._folder / name)
        pointer = self._scratch / "CURRENT"
        current = Current(name, sha256, tuple(self._paths))
        pointer.write_text(json.dumps(current._asdict(), indent=1) + "\n", encoding="utf-8")
        put(pointer, self._folder / "CURRENT")
        self._engine.prune()
        for engine in ENGINES.keys() - {self._settings.engine}:
            shutil.rmtree(self._folder / engine, ignore_errors=True)
        for other in self._folder.glob("catalog-*.sqlite"):
            if other.name != name:
                other.unlink(missing_ok=True)
        return Built(Catalog.read(self._folder / name), self._engine)


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


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One writer at a time; raises LoccitError where another process is writing, or nobody may."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise BadSettings(f"The index cannot be written to {folder}: {error.strerror}.") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LoccitError(f"Another loccit is writing to {folder}. Wait until it is done.") from None
        yield
    finally:
        os.close(handle)
