"""A built index on the disk: opened whole or refused, replaced all at once or not at all.

`CURRENT` names the catalog and its hash, the catalog names the engine's commit. An update writes both beside the old
ones and then replaces `CURRENT`, one small file, by renaming: until then the old index answers.
"""

import json
import re
from pathlib import Path
from typing import NamedTuple, Self

from loccit import __version__
from loccit.catalog import Catalog
from loccit.durable import sha256_of
from loccit.endpoints import ClusterSettings
from loccit.engines import Engine, open_engine
from loccit.errors import IndexDamaged, IndexMissing, IndexOutdated
from loccit.languages.analysis import fingerprint

FORMAT = "2"
"""Of the built index. Another one is refused, and `loccit index` builds it anew."""

_CATALOG = re.compile(r"catalog-[0-9a-f]{16}\.sqlite")
REBUILD = "Build it anew with: loccit index --rebuild"


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
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise IndexDamaged(f"{folder / 'CURRENT'} cannot be read. {REBUILD}") from error
        if not _CATALOG.fullmatch(current.catalog):
            raise IndexDamaged(f"{folder / 'CURRENT'} names a file elsewhere. {REBUILD}")
        return current


class Built(NamedTuple):
    """What a folder holds."""

    catalog: Catalog
    engine: Engine


def open_built(folder: Path, cluster: ClusterSettings | None = None) -> Built:
    """The index in a folder, every byte of it checked; `cluster` is where the passages are, unless in the folder.

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
        return Built(catalog, open_engine(about["engine"], folder / about["engine"], about["commit"], cluster))
    except IndexDamaged:
        if Current.read(folder) != current:  # replaced while it was being opened
            return open_built(folder, cluster)
        raise


def open_catalog(folder: Path, current: Current) -> Catalog:
    """The catalog alone, whatever became of the rest; raises IndexDamaged or IndexOutdated."""
    path = folder / current.catalog
    try:
        whole = sha256_of(path) == current.sha256
    except OSError as error:
        raise IndexDamaged(f"{path} cannot be read ({error.strerror}). {REBUILD}") from error
    if not whole:
        raise IndexDamaged(f"{path} has been changed or cut short. {REBUILD}")
    catalog = Catalog.read(path)
    if (made := catalog.about.get("format")) != FORMAT:
        raise IndexOutdated(
            f"The index in {folder} has format {made}; loccit {__version__} reads format {FORMAT}. {REBUILD}"
        )
    return catalog
