"""What the commands share: their options, the index they open, their JSON, their progress."""

import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from loccit.errors import IndexMissing

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from loccit.index import Index

BUILT, SETTINGS = Path("index", "built"), Path("bot", "bot.toml")
LISTED = 20
"""Files named one by one; of more only the number is told."""
NO_PROJECT = (
    "There is no index in {built}. Begin with `loccit init .`, put your articles into {base}/articles and run"
    " `loccit index`."
)

index_option = click.option(
    "--index",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="The built index.  [default: index/built, here or in a folder above]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def built_folder(folder: Path | None) -> Path:
    """The folder of the index: the one named, or `index/built` here or in the nearest folder above that has one."""
    if folder is not None:
        return folder
    return (nearest(BUILT, BUILT.parent / "index.toml") or Path()) / BUILT


def nearest(*marks: Path) -> Path | None:
    """This folder, or the nearest above, that has one of these; None where there is none."""
    here = Path.cwd()
    for above in (here, *here.parents):
        if any((above / mark).exists() for mark in marks):
            return Path() if above == here else above
    return None


def recipe_folder(folder: Path | None) -> Path:
    """The folder of an index to be built; raises IndexMissing where there is nothing to build one from."""
    built = built_folder(folder)
    if folder is None and not built.parent.is_dir():
        raise IndexMissing(NO_PROJECT.format(built=built, base=built.parent))
    return built


def open_index(folder: Path | None) -> "Index":
    """The index, open; raises IndexMissing with what to do about it."""
    from loccit.index import Index

    built = built_folder(folder)
    try:
        return Index.open(built)
    except IndexMissing:
        if built.parent.is_dir():
            raise
        raise IndexMissing(NO_PROJECT.format(built=built, base=built.parent)) from None


def print_json(fields: object) -> None:
    """One line of JSON; what could steer a terminal is escaped, which JSON allows everywhere."""
    from loccit.letters import escape

    readable = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    click.echo(escape(json.dumps(fields, ensure_ascii=not readable)))


@contextlib.contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """Something to tell how much is done of how much; it draws a bar on a terminal, on stderr."""
    if not sys.stderr.isatty():
        yield None
        return
    bars: list[ProgressBar[int]] = []
    with contextlib.ExitStack() as stack:

        def tell(done: int, size: int) -> None:
            if not bars:  # drawn when there is something to tell
                bars.append(stack.enter_context(click.progressbar(length=size, label=label, file=sys.stderr)))
            bars[0].update(done - bars[0].pos)

        yield tell
