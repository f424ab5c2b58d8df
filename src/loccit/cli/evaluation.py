"""The commands about how good the answers are: evaluate, train, compare, gate."""

import contextlib
import math
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from loccit.cli.common import built_folder, index_option, open_index, progress
from loccit.errors import BadSettings, LoccitError

if TYPE_CHECKING:
    from loccit.evaluate import TestSet
    from loccit.index import Index

file_path = click.Path(dir_okay=False, path_type=Path)
testsets_argument = click.argument("testsets", nargs=-1, required=True, type=click.Path(path_type=Path))
closed_option = click.option("--closed", is_flag=True, help="Index the test sets' own articles for the while.")


@click.command()
@testsets_argument
@index_option
@closed_option
@click.option("--without-gold", is_flag=True, help="Ask each question a second time with its article hidden.")
@click.option("--json", "json_file", type=file_path, help="Write all of it there.")
def evaluate(
    testsets: tuple[Path, ...], folder: Path | None, json_file: Path | None, *, closed: bool, without_gold: bool
) -> None:
    """Score the answers against TESTSETS."""
    from loccit.evaluate import evaluate as score
    from loccit.evaluate import table, to_json
    from loccit.letters import clean

    if json_file is not None:
        _look_for_folder(json_file)
    with _opened(testsets, folder, closed=closed) as (index, testset), progress("Asking") as tell:
        evaluation = score(index, testset, without_gold=without_gold, progress=tell)
    click.echo(clean(table(evaluation)))
    if json_file is not None:
        _write(json_file, to_json(evaluation))


@click.command()
@testsets_argument
@index_option
@closed_option
@click.option("--model", "file", type=file_path, required=True, help="Write the model there.")
@click.option(
    "--among",
    type=click.Path(exists=True, path_type=Path),
    help="Ask too of an index of the test sets' articles among those of this folder, some 100,000 passages.",
)
@click.option(
    "--highlights",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    metavar="FILE",
    help="A model of highlights; of several each article has the first that was not trained on it.",
)
def train(
    testsets: tuple[Path, ...],
    folder: Path | None,
    file: Path,
    among: Path | None,
    highlights: tuple[Path, ...],
    *,
    closed: bool,
) -> None:
    """Fit the choice of sentences and the confidence on the questions of TESTSETS.

    To use the model, name it in index.toml: [answer] model = "FILE".
    """
    from loccit.evaluate import train as fit
    from loccit.evaluate.closed import large_index
    from loccit.highlight import load
    from loccit.letters import clean

    _look_for_folder(file)
    models = [load(path) for path in highlights]
    with _opened(testsets, folder, closed=closed) as (index, testset), contextlib.ExitStack() as stack:
        large = stack.enter_context(large_index(testset, among, index.languages)) if among else None
        tell = stack.enter_context(progress("Looking"))
        text, report = fit(index, testset, large=large, highlights=models, date=today(), progress=tell)
    _write(file, text)
    base = built_folder(folder).parent.resolve()
    named = os.path.relpath(file.resolve(), base) if base.is_dir() else file.resolve()
    cure = f'To answer by it, write into index.toml, below [answer]: model = "{named}"'
    click.echo(clean(f"{report}\n{file} is written. {cure}"))


@click.command()
@click.argument("first", type=file_path)
@click.argument("second", type=file_path)
@click.option("--limit", type=click.IntRange(0), default=10, show_default=True, help="Questions won and lost to list.")
def compare(first: Path, second: Path, limit: int) -> None:
    """Print two runs of `evaluate --json` side by side, with the change from FIRST to SECOND and what it changed."""
    from loccit.evaluate import compare as side_by_side
    from loccit.evaluate import comparison_table, read_run
    from loccit.letters import clean

    click.echo(clean(comparison_table(side_by_side(read_run(first), read_run(second)), limit=limit)))


@click.command()
@click.argument("run", type=file_path)
@click.option("--baseline", type=file_path, required=True, help="The run it is held against.")
@click.option("--max-drop", "drops", multiple=True, metavar="MEASURE=X", help="How much worse a measure may be.")
@click.option("--sure", is_flag=True, help="Count a drop only as far as its 95 % interval is sure of it.")
def gate(run: Path, baseline: Path, drops: tuple[str, ...], *, sure: bool) -> None:
    """Fail (exit code 1) where RUN is worse than a baseline, or a single quote is not verbatim."""
    from loccit.evaluate import gate as held_against
    from loccit.evaluate import read_run
    from loccit.letters import clean

    now, before = read_run(run), read_run(baseline)
    allowed = dict(_drop(text, list({**before.measures, **before.timings})) for text in drops)
    failures = held_against(now, before, allowed, sure=sure)
    for failure in failures:
        click.echo(clean(failure))
    if failures:
        raise LoccitError(f"{run} does not pass the gate.")
    click.echo(clean(f"{run} passes: every quote is verbatim, and no measure dropped by more than allowed."))


@contextlib.contextmanager
def _opened(testsets: tuple[Path, ...], folder: Path | None, *, closed: bool) -> Iterator[tuple["Index", "TestSet"]]:
    """The test sets as one, and the index they are asked of: that of the folder, or one of their own articles."""
    from loccit.evaluate import closed_index, merge, read_testset

    testset = merge([read_testset(path) for path in testsets])
    with contextlib.ExitStack() as stack:
        if closed:
            with progress("Indexing") as told:
                index = stack.enter_context(closed_index(testset, progress=told))
        else:
            index = open_index(folder)
        yield index, testset


def _look_for_folder(file: Path) -> None:
    """Raises BadSettings where the file could not be written after the long work that is ahead."""
    if not file.parent.is_dir():
        raise BadSettings(f"There is no folder {file.parent} to write {file.name} into. Make it first.")


def today() -> str:
    """The day, or that of SOURCE_DATE_EPOCH: the same inputs give the same bytes then."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    told = epoch.isdecimal() and len(epoch) <= len(str(int(time.time())))
    return datetime.fromtimestamp(int(epoch) if told else time.time(), UTC).date().isoformat()


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadSettings(f"{file} cannot be written: {error.strerror}.") from error


def _drop(text: str, measures: list[str]) -> tuple[str, float]:
    """What `--max-drop` says."""
    from loccit.evaluate.fields import nearest

    name, _, most = text.rpartition("=")
    if name not in measures:
        raise click.BadParameter(f"there is no measure '{name}'. {nearest(name, measures)}", param_hint="--max-drop")
    with contextlib.suppress(ValueError):
        if math.isfinite(value := float(most)) and value >= 0:
            return name, value
    raise click.BadParameter(f"'{most}' is no number from 0 on. Write: {name}=0.01", param_hint="--max-drop")
