"""Folders that are watched for changes, wherever the system tells of them; else they are looked at now and then."""

import contextlib
import glob
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from watchfiles import watch

from loccit.errors import LoccitError
from loccit.ignoring import NAME

QUIET = 300
"""Milliseconds without a further change before one is told: an editor writes a file in several steps."""
LONGEST = 3_000
"""Milliseconds after which it is told all the same."""
LOOK = 5_000
"""Milliseconds between looks at what nobody tells of: folders that come and go, and `index.toml`."""


def ticks(paths: Callable[[], Sequence[Path]], base: Path, built: Path) -> Iterator[bool]:
    """At once, when something changes and every few seconds: whether something may have; raises KeyboardInterrupt.

    The paths are asked for again when `index.toml` changes; what is not there is waited for. The index does not count.
    """
    besides = (base / NAME, base / "index.toml")
    roots = [base]

    def counts(_: object, name: str) -> bool:
        path = Path(name)
        return not path.is_relative_to(built.absolute()) and (path.name == NAME or not path.name.startswith("."))

    while True:
        yield True
        with contextlib.suppress(LoccitError):  # which is told by whoever reads the recipe
            roots = [_static(path.absolute()) for path in paths()]
        seen, fresh = _stamps([*roots, *besides]), True
        changes = watch(
            *(root for root in roots if root.exists()),
            watch_filter=counts,
            debounce=LONGEST,
            step=QUIET,
            rust_timeout=LOOK,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        )
        with contextlib.closing(changes):  # not left to the interpreter, which loses a Ctrl-C while it does that
            for told in changes:
                if _stamps([*roots, *besides]) != seen:
                    break
                yield bool(told) or fresh  # what changed before it began to watch was not told
                fresh = False


def _static(path: Path) -> Path:
    """The path; of a pattern the folder it begins in."""
    parts = path.parts
    plain = next((at for at, part in enumerate(parts) if glob.has_magic(part)), len(parts))
    return path if path.exists() else Path(*parts[:plain])


def _stamps(paths: Sequence[Path]) -> list[tuple[int, int] | None]:
    """What is another where a folder or a file was exchanged for another."""
    found: list[tuple[int, int] | None] = []
    for path in paths:
        try:
            state = path.stat()
        except OSError:
            found.append(None)
        else:
            found.append((state.st_ino, 0 if path.is_dir() else state.st_mtime_ns))
    return found
