"""A recipe becomes a built index: files are read, cut into passages and added to the engine; only what changed."""

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from loccit import files
from loccit.built import Built
from loccit.catalog import FileState
from loccit.errors import LoccitError
from loccit.readers import READERS, read
from loccit.settings import IndexSettings
from loccit.types import Article, Record, Skipped
from loccit.writer import Writer, alone, last_catalog, remembered_paths, reusable

OUTGROWN = 200_000
"""Passages from which on the memory engine takes more memory and time to open than need be."""

Progress = Callable[[int, int], None]
"""Told how many bytes were read, of how many."""


class Report(Record):
    """What an indexing did, in files, and what the index holds now."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    skipped: tuple[Skipped, ...] = ()
    articles: int = 0
    passages: int = 0
    languages: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What should be known of it besides, a sentence each."""


class Plan(NamedTuple):
    """What is there and what has to be done about it."""

    known: dict[str, FileState]
    found: dict[str, tuple[Path, FileState]]
    unseen: list[Skipped]
    gone: list[str]
    changed: list[str]
    """New or different files, and with them those of which something could not be taken last time."""

    def report(self) -> Report:
        """The plan as told to the user."""
        new = [file for file in self.changed if file not in self.known]
        differ = [f for f in self.changed if f in self.known and self.found[f][1].sha256 != self.known[f].sha256]
        return Report(
            added=tuple(new),
            changed=tuple(differ),
            removed=tuple(self.gone),
            unchanged=len(self.found) - len(new) - len(differ),
            skipped=tuple(self.unseen),
        )


def build(
    folder: Path,
    settings: IndexSettings,
    *,
    add: Sequence[Path] = (),
    remove: Sequence[Path] = (),
    rebuild: bool = False,
    allow_loss: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Bring the index in `folder` in step with its article folders; given `add` or `remove`, with those paths alone.

    Raises LoccitError where there is nothing to index, where more than half of the files would be dropped without
    `allow_loss`, or where another process is writing.
    """
    with alone(folder):
        old = None if rebuild else reusable(folder, settings)
        remembered = remembered_paths(folder)
        paths = _remember(remembered, folder.parent, add, remove)
        catalog = old.catalog if old else last_catalog(folder)
        before = catalog.files if catalog is not None else {}
        for path in remove:
            if not any(_below(file, [files.name(path, folder.parent)]) for file in (*before, *remembered)):
                raise LoccitError(f"Nothing in the index came from {path}. `loccit info --json` tells what did.")
        plan = _plan(folder.parent, (*settings.articles, *paths), old, add, remove)
        lost = plan.gone if old else [file for file in before if file not in plan.found]
        if len(lost) > len(before) / 2 and not (allow_loss or remove):
            raise LoccitError(
                f"{len(lost)} of the {len(before)} indexed files are gone: is a disk not mounted?"
                " If they are meant to go, add --yes."
            )
        report = plan.report()
        if catalog is not None and (engine := catalog.about["engine"]) != settings.engine:
            note = f"The index was made with the engine '{engine}'; for '{settings.engine}' all articles are read anew."
            report = report.model_copy(update={"notes": (note,)})
        if dry_run:
            return report
        if old is not None and not plan.gone and not plan.changed and paths == remembered:
            return _holding(report, old)
        with Writer(folder, settings, old, paths) as writer:
            _write(plan, writer, progress)
            if not len(writer):
                raise LoccitError(_nothing(folder, settings, paths, plan, writer.skipped()))
            return _holding(report, writer.commit())


def build_from(articles: Iterable[Article], folder: Path, settings: IndexSettings) -> Built:
    """A new index of these articles alone, for a test set that brings its own."""
    with alone(folder), Writer(folder, settings, None, ()) as writer:
        for article in articles:
            writer.put(article)
        return writer.commit()


def _plan(base: Path, articles: Iterable[str], old: Built | None, add: Sequence[Path], remove: Sequence[Path]) -> Plan:
    known = old.catalog.files if old else {}
    partly = old is not None and bool(add or remove)
    roots = list(add) if partly else [base / path for path in articles]
    found: dict[str, tuple[Path, FileState]] = {}
    unseen: list[Skipped] = []
    for entry in files.find(roots, base, READERS):
        if isinstance(entry, Skipped):
            unseen.append(entry)
            continue
        name, path = entry
        try:
            found[name] = path, files.state(path, known.get(name))
        except OSError as error:
            unseen.append(Skipped(file=name, reason=files.unreadable(error)))
    dropped = [files.name(path, base) for path in remove]
    within = [files.name(path, base) for path in add]
    hidden = [skipped.file for skipped in unseen]  # what cannot be looked at now is not gone
    gone = [
        file
        for file in known
        if _below(file, dropped)
        or (file not in found and not _below(file, hidden) and (not partly or _below(file, within)))
    ]
    changed = [f for f, (_, state) in found.items() if f not in known or state.sha256 != known[f].sha256]
    if old and (gone or changed):
        again = {skipped.file for skipped in old.catalog.skipped}
        changed += [file for file in found if file in again and file not in changed]
    return Plan(known, found, unseen, gone, [file for file in changed if file not in gone])


def _write(plan: Plan, writer: Writer, progress: Progress | None) -> None:
    for file in (*plan.gone, *plan.changed):
        writer.forget(file)
    size = sum(plan.found[file][1].size for file in plan.changed)
    done = 0
    for file in plan.changed:
        path, state = plan.found[file]
        skipped = []
        for entry in read(path, file):
            refused = entry if isinstance(entry, Skipped) else writer.put(entry)
            if refused is not None:
                skipped.append(refused)
        writer.note(file, state, skipped)
        done += state.size
        if progress is not None:
            progress(done, size)


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


def _nothing(
    folder: Path, settings: IndexSettings, paths: Sequence[str], plan: Plan, skipped: Sequence[Skipped]
) -> str:
    where = ", ".join(os.path.normpath(folder.parent / path) for path in (*settings.articles, *paths))
    reasons = "".join(f"\n  {s.file}: {s.reason}" for s in (*plan.unseen, *skipped)[:10])
    kinds = ", ".join(suffix for suffix in READERS if suffix)
    return f"There is nothing to index in {where}. Put articles there ({kinds}).{reasons}"


def _remember(paths: Sequence[str], base: Path, add: Sequence[Path], remove: Sequence[Path]) -> tuple[str, ...]:
    kept = {*paths, *(files.name(path, base) for path in add)} - {files.name(path, base) for path in remove}
    return tuple(sorted(kept))


def _below(file: str, roots: Iterable[str]) -> bool:
    return any(root in (file, ".") or file.startswith(root + "/") for root in roots)
