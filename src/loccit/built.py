"""A built index on the disk: opened whole or refused, replaced all at once or not at all.

`CURRENT` names the catalog and its hash, the catalog names the engine's commit. An update writes both beside the old
ones and then replaces `CURRENT`, one small file, by renaming: until then the old index answers.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Self

from loccit import __version__
from loccit.catalog import Catalog, FileState
from loccit.chunker import chunk
from loccit.engines import Engine, open_engine
from loccit.errors import BadSettings, IndexDamaged, IndexMissing, IndexOutdated, LoccitError
from loccit.languages import FALLBACK, codes, language
from loccit.languages.analysis import fingerprint
from loccit.languages.detection import detect
from loccit.languages.sentences import split_sentences
from loccit.settings import IndexSettings
from loccit.types import Article, Skipped

FORMAT = "1"
"""Of the built index. Another one is refused, and `loccit index` builds it anew."""

_REBUILD = "Build it anew with: loccit index --rebuild"


class Current(NamedTuple):
    """What the file `CURRENT` says."""

    catalog: str
    sha256: str
    paths: tuple[str, ...]
    """Added on the command line, besides those of `index.toml`; relative to it."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises IndexMissing where there is none, IndexDamaged where it cannot be made out."""
        try:
            fields = json.loads((folder / "CURRENT").read_text(encoding="utf-8"))
            current = cls(str(fields["catalog"]), str(fields["sha256"]), tuple(map(str, fields["paths"])))
        except FileNotFoundError:
            raise IndexMissing(f"There is no index in {folder} yet. Make one with: loccit index") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexDamaged(f"{folder / 'CURRENT'} cannot be read. {_REBUILD}") from error
        if Path(current.catalog).name != current.catalog:
            raise IndexDamaged(f"{folder / 'CURRENT'} names a file elsewhere. {_REBUILD}")
        return current


class Built(NamedTuple):
    """What a folder holds."""

    catalog: Catalog
    engine: Engine


def open_built(folder: Path) -> Built:
    """The index in a folder, every byte of it checked.

    Raises IndexMissing, IndexDamaged, or IndexOutdated where its terms are not those of this version's analysis.
    """
    current = Current.read(folder)
    try:
        catalog = _open_catalog(folder, current)
        about = catalog.about
        if about["analysis"] != fingerprint(catalog.languages()):
            raise IndexOutdated(
                f"The index in {folder} was made with another analysis of words than this version has. {_REBUILD}"
            )
        return Built(catalog, open_engine(about["engine"], folder / about["engine"], about["commit"]))
    except IndexDamaged:
        if Current.read(folder) != current:  # replaced while it was being opened
            return open_built(folder)
        raise


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
            self._engine = open_engine(settings.engine, folder / settings.engine)
        else:
            self._catalog = old.catalog.copy(path)
            self._engine = old.engine

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._catalog.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def __len__(self) -> int:
        """How many articles it holds so far."""
        return len(self._catalog)

    def put(self, article: Article) -> Skipped | None:
        """Add an article, its language detected where it does not say; or why it cannot be added."""
        if (other := self._catalog.article(article.id)) is not None:
            where = "this file" if other.file == article.file else other.file
            return Skipped(file=article.file, reason=f"its id '{article.id}' is taken by an article of {where}")
        if article.language is None:
            candidates = self._settings.languages or codes()
            article = article.model_copy(update={"language": detect(article.text, candidates)})
        passages = list(chunk(article, self._settings.passages.size))
        if not passages:
            return Skipped(file=article.file, reason=f"there is no text under its title '{article.title}'")
        self._catalog.put(article, passages)
        self._engine.add(passages)
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
        sha256 = _sha256(written)
        name = f"catalog-{sha256[:16]}.sqlite"
        _sync(written)
        written.replace(self._folder / name)
        pointer = self._scratch / "CURRENT"
        current = Current(name, sha256, tuple(self._paths))
        pointer.write_text(json.dumps(current._asdict(), indent=1) + "\n", encoding="utf-8")
        _sync(pointer)
        pointer.replace(self._folder / "CURRENT")
        _sync(self._folder)
        self._engine.prune()
        for other in self._folder.glob("catalog-*.sqlite"):
            if other.name != name:
                other.unlink(missing_ok=True)
        return Built(Catalog.read(self._folder / name), self._engine)


def reusable(folder: Path, settings: IndexSettings) -> Built | None:
    """The index an update can start from; None where everything has to be read anew."""
    try:
        built = open_built(folder)
    except (IndexMissing, IndexDamaged, IndexOutdated):
        return None
    about = built.catalog.about
    same = about["chunking"] == chunking(settings) and about["engine"] == settings.engine
    return built if same else None


def remembered_paths(folder: Path) -> tuple[str, ...]:
    """The paths added on the command line; they outlive a damaged index."""
    try:
        return Current.read(folder).paths
    except (IndexMissing, IndexDamaged):
        return ()


def chunking(settings: IndexSettings) -> str:
    """A hash of how this version cuts passages: where it differs, old and new passages do not go together."""
    cuts = [(code, split_sentences(language(code).probe, code)) for code in (*codes(), FALLBACK)]
    return hashlib.sha256(repr((settings.passages, settings.languages, cuts)).encode()).hexdigest()[:16]


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One writer at a time; raises LoccitError where another process is writing, or nobody may."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise BadSettings(f"The index cannot be written to {folder}: {error.strerror}.") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise LoccitError(f"Another loccit is writing to {folder}. Wait until it is done.") from None
    finally:
        os.close(handle)


def _open_catalog(folder: Path, current: Current) -> Catalog:
    path = folder / current.catalog
    try:
        whole = _sha256(path) == current.sha256
    except OSError as error:
        raise IndexDamaged(f"{path} cannot be read ({error.strerror}). {_REBUILD}") from error
    if not whole:
        raise IndexDamaged(f"{path} has been changed or cut short. {_REBUILD}")
    catalog = Catalog.read(path)
    if (made := catalog.about.get("format")) != FORMAT:
        raise IndexOutdated(
            f"The index in {folder} has format {made}; loccit {__version__} reads format {FORMAT}. {_REBUILD}"
        )
    return catalog


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
