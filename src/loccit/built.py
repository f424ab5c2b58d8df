"""A built index on the disk: opened whole or refused, replaced all at once or not at all.

`CURRENT` names the catalog's commit, the catalog names the engine's. An update writes both beside the old ones and then
replaces `CURRENT`, one small file, by renaming: until then the old index answers.
"""

import contextlib
import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Self

from loccit import __version__
from loccit.catalog import Catalog
from loccit.endpoints import ClusterSettings
from loccit.engines import ENGINES, REMOTE, Engine, Keeper, open_engine
from loccit.errors import BadSettings, IndexDamaged, IndexMissing, IndexOutdated, LoccitError
from loccit.languages.analysis import fingerprint

FORMAT = "3"
"""Of the built index. Another one is refused, and `loccit index` builds it anew."""
CATALOG = "catalog"
"""The folder of the catalog's commits; each engine has one of its name."""

_COMMIT = re.compile(r"[0-9a-f]{32}")
REBUILD = "Build it anew with: loccit index --rebuild"


class Current(NamedTuple):
    """What the file `CURRENT` says."""

    format: str
    catalog: str
    paths: tuple[str, ...]
    """Added on the command line, besides those of `index.toml`; relative to it."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises IndexMissing where there is none, IndexDamaged where it cannot be made out."""
        try:
            fields = json.loads((folder / "CURRENT").read_text(encoding="utf-8"))
            current = cls(str(fields.get("format", "1")), str(fields["catalog"]), tuple(map(str, fields["paths"])))
        except FileNotFoundError:
            raise IndexMissing(f"There is no index in {folder} yet. Make one with: loccit index") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise IndexDamaged(f"{folder / 'CURRENT'} cannot be read. {REBUILD}") from error
        if current.format == FORMAT and not _COMMIT.fullmatch(current.catalog):
            raise IndexDamaged(f"{folder / 'CURRENT'} names a file elsewhere. {REBUILD}")
        return current


class Built(NamedTuple):
    """What a folder holds."""

    catalog: Catalog
    engine: Engine


def open_built(folder: Path, cluster: ClusterSettings | None = None) -> Built:
    """The index in a folder, every file of it checked; `cluster` is where the passages are, unless in the folder.

    Raises IndexMissing, IndexDamaged, or IndexOutdated where its terms are not those of this version's analysis.
    """
    current = Current.read(folder)
    try:
        catalog = open_catalog(folder, current)
        about = catalog.about
        if about["analysis"] != fingerprint(catalog.languages()):
            raise IndexOutdated(
                f"The index in {folder} was made with another analysis of words than this version has. {REBUILD}"
            )
        return joined(catalog, open_engine(about["engine"], folder / about["engine"], about["commit"], cluster))
    except IndexDamaged:
        if Current.read(folder) != current:  # replaced while it was being opened
            return open_built(folder, cluster)
        raise


def joined(catalog: Catalog, engine: Engine) -> Built:
    """Both, the catalog with what gives it the articles that the engine keeps."""
    if isinstance(engine, Keeper):
        catalog.attach(engine.fetch)
    return Built(catalog, engine)


def is_remote(engine: str) -> bool:
    """Whether what is found, and the articles, lie in a cluster, not in the folder."""
    return engine in REMOTE


def open_catalog(folder: Path, current: Current, *, thorough: bool = False) -> Catalog:
    """The catalog alone, whatever became of the rest; raises IndexDamaged or IndexOutdated."""
    if current.format != FORMAT:
        raise IndexOutdated(
            f"The index in {folder} has format {current.format}; loccit {__version__} reads format {FORMAT}. {REBUILD}"
        )
    return Catalog.open(folder / CATALOG, current.catalog, thorough=thorough)


def leftovers(folder: Path, current: Current, catalog: Catalog) -> Iterator[Path]:
    """What lies in the folder and is of no use: other commits, half ones, other engines, an older format's files."""
    engine, commit = catalog.about["engine"], catalog.about["commit"]
    for name in sorted({CATALOG, *ENGINES} - {engine, CATALOG}):
        yield from folder.glob(name)
    for name, kept in ((CATALOG, current.catalog), (engine, commit)):
        commits = (
            path for path in sorted(folder.glob(f"{name}/*")) if path.name == ".new" or _COMMIT.fullmatch(path.name)
        )
        yield from (path for path in commits if path.name != kept)
    for pattern in (".new", ".CURRENT", "catalog-*.sqlite"):
        yield from folder.glob(pattern)


def clear(folder: Path, current: Current, catalog: Catalog) -> None:
    """Remove what is left over."""
    for path in leftovers(folder, current, catalog):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


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
