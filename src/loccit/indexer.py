"""A recipe becomes a built index: files are read, cut into passages and added to the engine; only what changed."""

import contextlib
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path

from loccit import files, plan
from loccit.built import Built, alone, is_remote
from loccit.catalog import FileState
from loccit.errors import LoccitError
from loccit.plan import Plan, Report, below
from loccit.readers import READERS, read
from loccit.settings import IndexSettings
from loccit.types import Article, Skipped
from loccit.writer import Reading, Writer, last_catalog, remembered_paths, reusable

OUTGROWN = 200_000
"""Passages from which on the memory engine takes more memory and time to open than need be."""
UNSTABLE = FileState(-1, 0, "")
"""What is remembered of a file that changed while it was read: no file looks like that, so it is read again."""

Progress = Callable[[int, int], None]
"""Told how many bytes were read, of how many."""


def build(
    folder: Path,
    settings: IndexSettings,
    *,
    add: Sequence[Path] = (),
    remove: Sequence[Path] = (),
    rebuild: bool = False,
    allow_loss: bool = False,
    dry_run: bool = False,
    starting: Callable[[Report], None] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Bring the index in `folder` in step with its article folders; given `add` or `remove`, with those paths alone.

    `starting` is told what will be done before anything is written; with `dry_run` nothing is written at all.
    Raises LoccitError where there is nothing to index, where another process is writing, and, without `allow_loss`,
    where more than half of the files would be dropped or there may be no room for what will be written.
    """
    with contextlib.nullcontext() if dry_run else alone(folder):
        old = None if rebuild else reusable(folder, settings)
        remembered = remembered_paths(folder)
        paths = _remember(remembered, folder.parent, add, remove)
        catalog = old.catalog if old else last_catalog(folder)
        before = catalog.files if catalog is not None else {}
        for path in remove:
            if not any(below(file, [files.name(path, folder.parent)]) for file in (*before, *remembered)):
                raise LoccitError(f"Nothing in the index came from {path}. `loccit info --json` tells what did.")
        made = plan.make(folder.parent, (*settings.articles, *paths), old, add, remove)
        made = made._replace(written=plan.NAMED if is_remote(settings.engine) else plan.WRITTEN)
        if not made.found and not made.known.keys() - made.gone:
            raise LoccitError(_nothing(folder, settings, paths, made.unseen))
        if not allow_loss:
            _refuse_loss(made, before, rebuilt=old is None, meant=bool(remove))
            _refuse_without_room(folder, made)
        report = made.report()
        if catalog is not None and (engine := catalog.about["engine"]) != settings.engine:
            note = f"The index was made with the engine '{engine}'; for '{settings.engine}' all articles are read anew."
            report = report.model_copy(update={"notes": (note,)})
        if dry_run:
            return report
        if old is not None and made.idle and paths == remembered:
            return _holding(report, old)
        if starting is not None:
            starting(report)
        with Writer(folder, settings, old, paths) as writer:
            _write(made, writer, progress)
            if not len(writer):
                skipped = (each for some in writer.skipped.values() for each in some)
                raise LoccitError(_nothing(folder, settings, paths, (*made.unseen, *skipped)))
            untaken = [file for file in writer.skipped if not writer.holds(file)]
            return _holding(made.report(untaken).model_copy(update={"notes": report.notes}), writer.commit())


def build_from(articles: Iterable[Article], folder: Path, settings: IndexSettings) -> Built:
    """A new index of these articles alone, for a test set that brings its own."""
    with alone(folder), Writer(folder, settings, None, ()) as writer:
        writer.write([Reading("", iter(articles))])
        return writer.commit()


def _write(made: Plan, writer: Writer, progress: Progress | None) -> None:
    size = sum(made.found[file][1].size for file in made.changed)
    unstable: set[str] = set()

    def entries(file: str) -> Iterator[Article | Skipped]:
        path, state = made.found[file]
        yield from read(path, file)
        if files.has_changed(path, state):
            unstable.add(file)
            yield Skipped(file=file, reason="it changed while it was read; the next `loccit index` reads it again")

    def readings() -> Iterator[Reading]:
        done = 0
        for file in made.changed:
            yield Reading(file, entries(file), made.moved.get(file))
            done += made.found[file][1].size
            if progress is not None:
                progress(done, size)

    for file in made.gone:
        writer.forget(file)
    writer.write(readings())
    for file in made.changed:
        writer.note(file, UNSTABLE if file in unstable else made.found[file][1])


def _holding(report: Report, built: Built) -> Report:
    catalog, engine = built
    notes = report.notes
    if len(engine) > OUTGROWN and catalog.about["engine"] == "memory":
        advice = """Set engine = "tantivy" in index.toml and run: pip install 'loccit[tantivy]' && loccit index"""
        notes += (f"{len(engine):,} passages are many for the engine 'memory', which keeps them all there. {advice}",)
    return report.model_copy(
        update={
            "skipped": (*report.skipped, *catalog.skipped),
            "articles": len(catalog),
            "passages": len(engine),
            "languages": tuple(catalog.languages()),
            "notes": notes,
        }
    )


def _refuse_loss(made: Plan, before: Collection[str], *, rebuilt: bool, meant: bool) -> None:
    """Raises where many files are gone, or where what cannot be looked at now would be dropped."""
    lost = [file for file in before if file not in made.found] if rebuilt else made.gone
    hidden = [each.file for each in made.unseen]
    unseen = [file for file in lost if below(file, hidden)] if rebuilt else []
    if unseen:
        where = "; ".join(f"{each.file}: {each.reason}" for each in made.unseen)
        raise LoccitError(
            f"{len(unseen)} of the {len(before)} indexed files cannot be looked at now and would be dropped ({where})."
            " If they are meant to go, add --yes."
        )
    if len(lost) > len(before) / 2 and not meant:
        raise LoccitError(
            f"{len(lost)} of the {len(before)} indexed files are gone: is a disk not mounted?"
            " If they are meant to go, add --yes."
        )


def _refuse_without_room(folder: Path, made: Plan) -> None:
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    if made.needs > free:
        raise LoccitError(
            f"The index may need {made.needs / 1e6:,.0f} MB in {folder} before the old one is removed, and"
            f" {free / 1e6:,.0f} MB are free. Make room, or add --yes to try."
        )


def _nothing(folder: Path, settings: IndexSettings, paths: Sequence[str], skipped: Sequence[Skipped]) -> str:
    where = ", ".join(os.path.normpath(folder.parent / path) for path in (*settings.articles, *paths))
    reasons = "".join(f"\n  {s.file}: {s.reason}" for s in skipped[:10])
    kinds = ", ".join(suffix for suffix in READERS if suffix)
    return f"There is nothing to index in {where}. Put articles there ({kinds}).{reasons}"


def _remember(paths: Sequence[str], base: Path, add: Sequence[Path], remove: Sequence[Path]) -> tuple[str, ...]:
    kept = {*paths, *(files.name(path, base) for path in add)} - {files.name(path, base) for path in remove}
    return tuple(sorted(kept))
