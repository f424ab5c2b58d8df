"""What is wrong with a built index, in sentences, and how it is mended."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from loccit import commits, plan
from loccit.built import Built, Current, clear, joined, leftovers, open_built, open_catalog
from loccit.errors import IndexDamaged, IndexMissing, IndexOutdated, MissingLibrary
from loccit.settings import IndexSettings
from loccit.writer import chunking, remembered_paths

NAMED = 5
"""Files named of many."""


class Finding(NamedTuple):
    """Something that is not as it should be."""

    sentence: str
    cure: Literal["clear", "rebuild", "install"] | None = None
    """None: the index is whole, but another `loccit index` would change it."""


def examine(folder: Path, settings: IndexSettings) -> Iterator[Finding]:
    """All that is wrong with the index in a folder; every byte of it is read, and the articles' files are looked at."""
    try:
        current = Current.read(folder)
        catalog = open_catalog(folder, current, thorough=True)
    except (IndexMissing, IndexDamaged, IndexOutdated) as error:
        yield Finding(str(error), "rebuild")
        return
    for path in leftovers(folder, current, catalog):
        yield Finding(f"{path} is left over from an earlier or an interrupted update.", "clear")
    try:
        built = open_built(folder, settings.opensearch)
        yield from _engine(folder, joined(catalog, built.engine))
    except MissingLibrary as error:
        yield Finding(str(error), "install")
    except (IndexDamaged, IndexOutdated) as error:
        yield Finding(str(error), "rebuild")
    else:
        yield from _stale(folder, settings, built)
    for fault in catalog.faults():
        yield Finding(f"In the catalog {fault}.", "rebuild")


def cleared(folder: Path) -> None:
    """Remove what is left over."""
    current = Current.read(folder)
    clear(folder, current, open_catalog(folder, current))


def _engine(folder: Path, built: Built) -> Iterator[Finding]:
    catalog, engine = built
    counted = sum(lengths.passages for lengths in catalog.languages().values())
    if len(engine) != counted:
        yield Finding(f"The engine finds {len(engine):,} passages, the catalog knows {counted:,}.", "rebuild")
    commit = folder / catalog.about["engine"] / catalog.about["commit"]
    if (commit / commits.RECORD).exists():
        try:
            commits.check(commit, thorough=True)
        except (OSError, ValueError) as error:
            raise IndexDamaged(f"{commit} is damaged: {error}.") from error


def _stale(folder: Path, settings: IndexSettings, built: Built) -> Iterator[Finding]:
    about = built.catalog.about
    if about["engine"] != settings.engine:
        yield Finding(f"index.toml says engine '{settings.engine}', the index was made with '{about['engine']}'.")
    elif about["chunking"] != chunking(settings):
        yield Finding("index.toml says another size of passages or other languages than the index was made with.")
    made = plan.make(folder.parent, (*settings.articles, *remembered_paths(folder)), built)
    differ = [file for file in made.changed if file in made.known]
    new = [file for file in made.changed if file not in made.known]
    for files, what in ((made.gone, "gone"), (differ, "changed since they were read"), (new, "new")):
        if files:
            some = ", ".join(files[:NAMED]) + (", …" if len(files) > NAMED else "")
            yield Finding(f"{len(files):,} files are {what}: {some}.")
    for skipped in made.unseen:
        yield Finding(f"{skipped.file}: {skipped.reason}.")
