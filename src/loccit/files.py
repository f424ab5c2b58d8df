"""The files of the article folders: found in order, never twice, never out of a loop of links."""

import glob
import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from loccit.catalog import FileState
from loccit.ignoring import Ignoring
from loccit.types import Skipped


def find(paths: Iterable[Path], base: Path, suffixes: Iterable[str]) -> Iterator[tuple[str, Path] | Skipped]:
    """Each file with one of the suffixes below the paths, with its name relative to `base`; what cannot be looked at.

    A path named directly, or by a pattern (`docs/*.pdf`), is given whatever its suffix.
    Hidden files and folders are left alone, and what a `.loccitignore` there or in a folder above, up to `base`, says.
    """
    known = set(suffixes)
    seen: set[tuple[int, int]] = set()
    for root in (found for path in paths for found in matching(path)):
        ignoring = Ignoring()
        for above in reversed(root.parents):
            if above.is_relative_to(base):
                ignoring = ignoring.within(above)
        for path in _walk(root, seen, ignoring):
            if isinstance(path, Skipped):
                yield Skipped(file=name(Path(path.file), base), reason=path.reason)
            elif path == root or path.suffix.lower() in known:
                file = name(path, base)
                try:
                    file.encode()
                except UnicodeEncodeError:
                    yield Skipped(file=ascii(file), reason="its name is not valid UTF-8; rename it")
                else:
                    yield file, path


def matching(path: Path) -> list[Path]:
    """The paths that a pattern names, hidden ones left out; the path itself where it is none, or names nothing."""
    if not glob.has_magic(str(path)) or path.exists():
        return [path]
    # Not by `glob.glob`, whose `**` runs in circles where links do; pathlib takes it as a whole part alone.
    parts = [part if part == "**" else re.sub(r"\*+", "*", part) for part in path.relative_to(path.anchor).parts]
    found = Path(path.anchor or ".").glob("/".join(parts))
    shown = [each for each in found if not any(part.startswith(".") for part in each.parts if part not in path.parts)]
    return sorted(shown) or [path]


def state(path: Path, known: FileState | None = None) -> FileState:
    """What a file looks like now; its bytes are read only where size or time differ from what is known."""
    found = path.stat()
    # Both: a restored file may have its old time back, and one from times to come would hide what came after.
    touched = (found.st_mtime_ns + found.st_ctime_ns) & (1 << 63) - 1
    if known is not None and (found.st_size, touched) == known[:2]:
        return known
    if not stat.S_ISREG(found.st_mode):  # a pipe would be waited for
        return FileState(found.st_size, touched, "")
    with path.open("rb") as file:
        return FileState(found.st_size, touched, hashlib.file_digest(file, "sha256").hexdigest())


def has_changed(path: Path, known: FileState | None) -> bool:
    """Whether a file is no longer as it was when it was read, or gone."""
    try:
        return known is None or state(path, known).sha256 != known.sha256
    except OSError:
        return True


def name(path: Path, base: Path) -> str:
    """How a file is cited: its path relative to `base`, with `/`."""
    return Path(os.path.relpath(path, base)).as_posix()


def unreadable(error: OSError) -> str:
    """Why a file or folder is skipped that the system does not give."""
    return f"it cannot be read: {(error.strerror or str(error)).lower()}"


def _walk(path: Path, seen: set[tuple[int, int]], ignoring: Ignoring) -> Iterator[Path | Skipped]:
    try:
        found = path.stat()
        if (found.st_dev, found.st_ino) in seen:
            return
        seen.add((found.st_dev, found.st_ino))
        if not stat.S_ISDIR(found.st_mode):
            yield path
            return
        with os.scandir(path) as entries:
            shown = sorted(entry.name for entry in entries if not entry.name.startswith("."))
    except OSError as error:
        yield Skipped(file=str(path), reason=unreadable(error))
        return
    ignoring = ignoring.within(path)
    for name in shown:
        if not ignoring.leaves_out(path / name):
            yield from _walk(path / name, seen, ignoring)
