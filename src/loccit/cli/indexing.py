"""The commands that write an index: index and doctor."""

import contextlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from loccit.cli.common import LISTED, built_folder, index_option, json_option, print_json, progress, recipe_folder
from loccit.errors import BadSettings, LoccitError

if TYPE_CHECKING:
    from loccit.plan import Report
    from loccit.settings import IndexSettings

LARGE = 100_000_000
"""Bytes from which on it is told beforehand what will be written."""


class Pattern(click.Path):
    """A path that is there, or a pattern such as `docs/**/*.pdf` that something matches."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, or the pattern as a path."""
        from loccit.files import matching

        path = Path(value)
        return path if matching(path) != [path] else super().convert(value, param, ctx)


@click.command()
@click.argument("paths", nargs=-1, type=Pattern(exists=True, path_type=Path))
@index_option
@click.option("--engine", metavar="NAME", help="Instead of the one in index.toml.")
@click.option("--remove", multiple=True, type=click.Path(path_type=Path), help="Take out what came from this path.")
@click.option("--rebuild", is_flag=True, help="Read everything anew.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--yes", is_flag=True, help="Go on where more than half of the files are gone.")
@click.option("--watch", is_flag=True, help="Go on, and bring it in step whenever something changes; Ctrl-C ends it.")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Processes that analyse; one a core otherwise.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing where nothing changed.")
@json_option
def index(
    paths: tuple[Path, ...],
    folder: Path | None,
    engine: str | None,
    remove: tuple[Path, ...],
    *,
    rebuild: bool,
    dry_run: bool,
    yes: bool,
    watch: bool,
    workers: int | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Bring the index in step with its article folders, or with PATHS, which are remembered."""
    if watch and dry_run:
        raise click.UsageError("--dry-run only looks, --watch writes: choose one of them.")
    built = built_folder(folder) if paths else recipe_folder(folder)

    def bring(*, first: bool) -> None:
        from loccit.indexer import build

        report = build(
            built,
            _settings(built, engine, workers),
            add=paths if first else (),
            remove=remove if first else (),
            rebuild=rebuild and first,
            allow_loss=yes,
            dry_run=dry_run,
            starting=_told_of_room,
            progress=tell,
        )
        _report(report, built, dry_run=dry_run, quiet=quiet or not first, as_json=as_json)

    if not watch:
        with progress("Reading") as tell:
            bring(first=True)
        return
    tell = None  # a bar that is full is no good a second time
    with contextlib.suppress(KeyboardInterrupt):
        _watch(bring, built, engine)


def _watch(bring: Callable[..., None], built: Path, engine: str | None) -> None:
    """Bring the index in step whenever something changes, and again after what went wrong, which is told once."""
    from loccit.letters import clean
    from loccit.watching import ticks
    from loccit.writer import remembered_paths

    def watched() -> list[Path]:
        settings = _settings(built, engine)
        return [built.parent / path for path in (*settings.articles, *remembered_paths(built))]

    first, said = True, ""
    for changed in ticks(watched, built.parent, built):
        if changed or said:
            try:
                bring(first=first)
                first, said = False, ""
            except LoccitError as error:
                if str(error) != said:
                    click.echo(clean(f"loccit: {error}"), err=True)
                said = str(error)


@click.command()
@index_option
@click.option("--mend", is_flag=True, help="Mend what can be mended, without asking.")
def doctor(folder: Path | None, *, mend: bool) -> None:
    """Look at every byte of an index and say what is wrong with it; exit code 1 where something is."""
    from loccit.built import alone
    from loccit.doctor import cleared, examine
    from loccit.indexer import build
    from loccit.letters import line

    built = recipe_folder(folder)
    settings = _settings(built, None)
    with contextlib.ExitStack() as stack:
        if built.is_dir():
            with contextlib.suppress(BadSettings):  # it may only be read: nor is anybody in the way then
                stack.enter_context(alone(built))
        findings = list(examine(built, settings))
    for finding in findings:
        click.echo(line(finding.sentence))
    cures = {finding.cure for finding in findings} - {None}
    if None in {finding.cure for finding in findings}:
        click.echo("The index itself would be brought in step by: loccit index")
    if not cures:
        click.echo(f"The index in {built} is whole.")
        return
    asked = sys.stdin.isatty() and sys.stdout.isatty()
    if cures == {"install"} or not (mend or (asked and click.confirm("Mend it?", default=True))):
        raise LoccitError(f"{'' if cures == {'install'} else 'Mend it with: loccit doctor --mend. '}It is not whole.")
    if "rebuild" in cures:
        with progress("Reading") as tell:
            build(built, settings, rebuild=True, progress=tell)
    else:
        with alone(built):
            cleared(built)
    click.echo(f"Mended: the index in {built} is whole.")


def _settings(built: Path, engine: str | None, workers: int | None = None) -> "IndexSettings":
    from loccit.settings import IndexSettings, read_settings

    settings = read_settings(IndexSettings, built.parent / "index.toml")
    given = {"engine": engine, "workers": workers}
    return settings.model_copy(update={name: value for name, value in given.items() if value})


def _told_of_room(report: "Report") -> None:
    """Say before a long run how much it may write."""
    if report.needs > LARGE:
        click.echo(f"Up to {report.needs / 1e6:,.0f} MB will be written.", err=True)


def _report(report: "Report", built: Path, *, dry_run: bool, quiet: bool, as_json: bool) -> None:
    from loccit.letters import line

    changes = (("+", report.added), ("~", report.changed), ("-", report.removed))
    if quiet and not (report.moved or any(files for _, files in changes)):
        return
    if as_json:
        print_json(report.model_dump(mode="json"))
        return
    moved = [f"{old} -> {new}" for old, new in report.moved]
    for sign, files in (*changes, (">", moved)):
        for file in files[:LISTED]:
            click.echo(line(f"{sign} {file}"))
        if len(files) > LISTED:
            click.echo(f"{sign} … and {len(files) - LISTED:,} more")
    for skipped in report.skipped:
        click.echo(line(f"skipped {skipped.file}: {skipped.reason}"), err=True)
    for note in report.notes:
        click.echo(line(note), err=True)
    click.echo(
        f"{'It would be: ' if dry_run else ''}{len(report.added):,} added, {len(report.changed):,} changed,"
        f" {len(report.removed):,} removed, {f'{len(moved):,} moved, ' if moved else ''}"
        f"{report.unchanged:,} unchanged, {len(report.skipped):,} skipped"
    )
    if not dry_run:
        languages = ", ".join(report.languages)
        click.echo(line(f"{report.articles:,} articles, {report.passages:,} passages ({languages}) in {built}"))
    elif report.needs > LARGE:
        click.echo(f"Up to {report.needs / 1e6:,.0f} MB would be written.")
