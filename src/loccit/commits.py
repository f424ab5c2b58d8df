"""A commit as a folder of files that never change: the next one begins as links to them and adds its own.

`files.json` in it says of each file how long it is, when it was written, and the hash of its bytes; the commit is named
by the hash of that. So opening one costs a look at each file, and its bytes are read only where it is younger.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from loccit.durable import put, sha256_of, sync

RECORD = "files.json"
Files = dict[str, list[int | str]]
"""For each file its size, when it was written in nanoseconds, and its SHA-256."""


def begin(folder: Path, last: Path | None) -> None:
    """A new folder that holds what the last commit does."""
    shutil.rmtree(folder, ignore_errors=True)  # of a writer that was killed
    folder.mkdir(parents=True)
    for path in files(last) if last else ():
        try:
            (folder / path.name).hardlink_to(path)
        except OSError:  # there are file systems without
            shutil.copy2(path, folder / path.name)


def seal(folder: Path, last: Files) -> str:
    """Have all of a folder on the disk and rename it to the commit's id, which it gives."""
    for lock in folder.glob("*.lock"):
        lock.unlink()
    found = {path.name: _state(path, last) for path in files(folder)}
    record = folder / RECORD
    record.write_text(json.dumps(found, sort_keys=True), encoding="utf-8")
    sync(record)
    for path in files(folder):
        if path.stat().st_mode != record.stat().st_mode:
            path.chmod(record.stat().st_mode)  # a library's temporary files are for nobody else
        if found.get(path.name) != last.get(path.name):
            sync(path)
    commit = _named(record)
    put(folder, folder.parent / commit)
    return commit


def check(folder: Path, *, thorough: bool = False) -> Files:
    """What a commit's folder holds; raises OSError or ValueError where that is not what was written.

    What is as long and as old as it was is taken to be so, unless it is to be `thorough`.
    """
    if _named(folder / RECORD) != folder.name:
        raise ValueError(f"{RECORD} has been changed")
    recorded: Files = json.loads((folder / RECORD).read_bytes())
    for name, (size, _, sha256) in recorded.items():
        if _state(folder / name, {} if thorough else recorded)[::2] != [size, sha256]:  # a copy is younger and as good
            raise ValueError(f"{name} has been changed or cut short")
    return recorded


def prune(folder: Path, commit: str | None) -> None:
    """Remove all commits but one; whoever reads another has its files open."""
    for other in folder.iterdir():
        if other.name != commit:
            shutil.rmtree(other, ignore_errors=True)


def files(folder: Path) -> Iterator[Path]:
    """A commit's files, the record of them apart."""
    return (path for path in sorted(folder.iterdir()) if path.suffix != ".lock" and path.name != RECORD)


def _state(path: Path, known: Files) -> list[int | str]:
    now = path.stat()
    seen: list[int | str] = [now.st_size, now.st_mtime_ns]
    if path.name in known and known[path.name][:2] == seen:
        return known[path.name]
    return [*seen, sha256_of(path)]


def _named(record: Path) -> str:
    return sha256_of(record)[:32]
