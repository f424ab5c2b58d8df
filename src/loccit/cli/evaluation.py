"""The commands about how good the answers are: evaluate, compare, gate."""

import contextlib
import difflib
import math
import os
from pathlib import Path

import click

from loccit.cli.common import built_folder, index_option, open_index, progress
from loccit.errors import BadSettings, LoccitError

run_argument = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("testsets", nargs=-1, required=True, type=click.Path(path_type=Path))
@index_option
@click.option("--closed", is_flag=True, help="Index the test sets' own articles for the while.")
@click.option("--without-gold", is_flag=True, help="Ask each question a second time with its article hidden.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write all of it there.")
def evaluate(
    testsets: tuple[Path, ...], folder: Path | None, json_file: Path | None, *, closed: bool, without_gold: bool
) -> None:
    """Score the answers against TESTSETS."""
    from loccit.evaluate import closed_index, merge, read_testset, table, to_json
    from loccit.evaluate import evaluate as score
    from loccit.letters import clean

    testset = merge([read_testset(path) for path in testsets])
    with contextlib.ExitStack() as stack:
        if closed:
            with progress("Indexing") as told:
                index = stack.enter_context(closed_index(testset, progress=told))
        else:
            index = open_index(folder)
        tell = stack.enter_context(progress("Asking"))
        evaluation = score(index, testset, without_gold=without_gold, progress=tell)
    click.echo(clean(table(evaluation)))
    if json_file is not None:
        try:
            json_file.write_text(to_json(evaluation), encoding="utf-8")
        except OSError as error:
            raise BadSettings(f"{json_file} cannot be written: {error.strerror}.") from error


@click.command()
@click.argument("testsets", nargs=-1, required=True, type=click.Path(path_type=Path))
@index_option
@click.option("--closed", is_flag=True, help="Index the test sets' own articles for the while.")
@click.option(
    "--model", "file", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Write the model there."
)
def train(testsets: tuple[Path, ...], folder: Path | None, file: Path, *, closed: bool) -> None:
    """Fit the choice of sentences and the confidence on the questions of TESTSETS.

    To use the model, name it in index.toml: [answer] model = "FILE".
    """
    from loccit.evaluate import closed_index, merge, read_testset
    from loccit.evaluate import train as fit
    from loccit.letters import clean

    if not file.parent.is_dir():
        raise BadSettings(f"There is no folder {file.parent} to write {file.name} into. Make it first.")
    testset = merge([read_testset(path) for path in testsets])
    with contextlib.ExitStack() as stack:
        if closed:
            with progress("Indexing") as told:
                index = stack.enter_context(closed_index(testset, progress=told))
        else:
            index = open_index(folder)
        tell = stack.enter_context(progress("Looking"))
        text, report = fit(index, testset, progress=tell)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadSettings(f"{file} cannot be written: {error.strerror}.") from error
    base = built_folder(folder).parent.resolve()
    named = os.path.relpath(file.resolve(), base) if base.is_dir() else file.resolve()
    cure = f'To answer by it, write into index.toml, below [answer]: model = "{named}"'
    click.echo(clean(f"{report}\n{file} is written. {cure}"))


@click.command()
@click.argument("first", type=run_argument)
@click.argument("second", type=run_argument)
@click.option("--limit", type=click.IntRange(0), default=10, show_default=True, help="Questions won and lost to list.")
def compare(first: Path, second: Path, limit: int) -> None:
    """Print two runs of `evaluate --json` side by side, with the change from FIRST to SECOND and what it changed."""
    from loccit.evaluate import compare as side_by_side
    from loccit.evaluate import comparison_table, read_run
    from loccit.letters import clean

    click.echo(clean(comparison_table(side_by_side(read_run(first), read_run(second)), limit=limit)))


@click.command()
@click.argument("run", type=run_argument)
@click.option("--baseline", type=run_argument, required=True, help="The run it is held against.")
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


def _drop(text: str, measures: list[str]) -> tuple[str, float]:
    """What `--max-drop` says."""
    name, _, most = text.rpartition("=")
    if name not in measures:
        near = difflib.get_close_matches(name, measures, n=1)
        cure = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(measures)}."
        raise click.BadParameter(f"there is no measure '{name}'. {cure}", param_hint="--max-drop")
    with contextlib.suppress(ValueError):
        if math.isfinite(value := float(most)) and value >= 0:
            return name, value
    raise click.BadParameter(f"'{most}' is no number from 0 on. Write: {name}=0.01", param_hint="--max-drop")
