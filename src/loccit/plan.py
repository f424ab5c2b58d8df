"""What an update has to do: what is there, held against what was read before."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from loccit import files
from loccit.built import Built
from loccit.catalog import FileState
from loccit.readers import READERS
from loccit.types import Record, Skipped
from loccit.writer import may_be_taken

WRITTEN, NAMED = 3.0, 0.3
"""Bytes that are written for each one of a text, at most: the index, and what is merged on the way; and of an index
whose passages and articles lie in a cluster."""
PACKED = (".pdf", ".docx", ".epub", ".htm", ".html")
"""Files that are mostly no text: how much there is in them is not known before they are read."""


class Report(Record):
    """What an indexing did, in files, and what the index holds now."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    """From where to where: the same bytes in another place, whose articles keep their ids."""
    unchanged: int = 0
    skipped: tuple[Skipped, ...] = ()
    articles: int = 0
    passages: int = 0
    languages: tuple[str, ...] = ()
    needs: int = 0
    """Bytes on the disk that it takes at most, roughly, until the old index is removed."""
    notes: tuple[str, ...] = ()
    """What should be known of it besides, a sentence each."""


class Plan(NamedTuple):
    """What is there and what has to be done about it."""

    known: dict[str, FileState]
    found: dict[str, tuple[Path, FileState]]
    unseen: list[Skipped]
    """What cannot be looked at now: it is not gone."""
    gone: list[str]
    moved: dict[str, str]
    """New files that have the bytes of one that is gone, and which."""
    changed: list[str]
    """New or different files, and with them those of which something may be taken now; in order."""
    written: float = WRITTEN
    """Bytes for each one of a text."""

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.gone or self.moved or self.changed)

    @property
    def needs(self) -> int:
        """Bytes that will be written, roughly."""
        paths = (self.found[file] for file in self.changed if file not in self.moved)
        return round(self.written * sum(state.size for path, state in paths if path.suffix.lower() not in PACKED))

    def report(self, untaken: Iterable[str] = ()) -> Report:
        """The plan as told to the user; a new file that was not taken was not added."""
        refused = set(untaken)
        new = [file for file in self.changed if file not in self.known and file not in self.moved]
        differ = [f for f in self.changed if f in self.known and self.found[f][1].sha256 != self.known[f].sha256]
        return Report(
            added=tuple(file for file in new if file not in refused),
            changed=tuple(differ),
            removed=tuple(self.gone),
            moved=tuple(sorted((old, new) for new, old in self.moved.items())),
            unchanged=len(self.found) - len(new) - len(differ) - len(self.moved),
            skipped=tuple(self.unseen),
            needs=self.needs,
        )


def make(
    base: Path, articles: Iterable[str], old: Built | None, add: Sequence[Path] = (), remove: Sequence[Path] = ()
) -> Plan:
    """The plan for all articles, or for `add` and `remove` alone where there is an old index; nothing is written."""
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
    hidden = [skipped.file for skipped in unseen]
    gone = {
        file
        for file in known
        if below(file, dropped)
        or (file not in found and not below(file, hidden) and (not partly or below(file, within)))
    }
    changed = {f for f, (_, state) in found.items() if f not in known or state.sha256 != known[f].sha256} - gone
    moved = _moved(sorted(file for file in changed if file not in known), found, sorted(gone), known)
    gone -= set(moved.values())
    if old and (gone or changed):
        changed |= {skipped.file for skipped in old.catalog.skipped if may_be_taken(skipped)} & found.keys() - gone
    return Plan(known, found, unseen, sorted(gone), moved, sorted(changed))


def below(file: str, roots: Iterable[str]) -> bool:
    """Whether a file is one of the roots or in one."""
    return any(root in (file, ".") or file.startswith(root + "/") for root in roots)


def _moved(
    new: Sequence[str], found: dict[str, tuple[Path, FileState]], gone: Sequence[str], known: dict[str, FileState]
) -> dict[str, str]:
    """New files to the gone ones of the same bytes, each to another."""
    left: dict[str, list[str]] = {}
    for file in reversed(gone):
        if known[file].sha256:
            left.setdefault(known[file].sha256, []).append(file)
    moved = {}
    for file in new:
        if same := left.get(found[file][1].sha256):
            moved[file] = same.pop()
    return moved
