"""A process of its own for a format whose files may be made to harm: its time and memory are bounded."""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

from loccit.readers.contents import MAX_CHARACTERS, Unreadable, opened

SECONDS = 300
"""For one file; a book of 1,000 pages takes a few."""
MEMORY = 2 << 30
"""Bytes of address space."""
MAX_OUTPUT = 20 * MAX_CHARACTERS
"""Bytes of JSON the process may say; a character outside the first plane takes twelve."""


def extract(module: str, path: Path, *, seconds: int = SECONDS, memory: int = MEMORY) -> object:
    """What `extract(content)` of a module makes of a file, as JSON; raises Unreadable for whatever goes wrong there."""
    code = f"from loccit.readers.confined import say; say({module!r}, {seconds}, {memory})"
    with opened(path) as content:
        os.lseek(content.fileno(), 0, os.SEEK_SET)  # whoever looked at its beginning has moved it for the child too
        try:
            ran = subprocess.run(  # noqa: S603  # this interpreter, on a text of ours
                # -P: or a `json.py` in the working directory, among somebody's articles say, would be imported.
                [sys.executable, "-P", "-X", "utf8", "-c", code],
                stdin=content,
                capture_output=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unreadable(
                f"reading it took more than {seconds} seconds, so it was stopped; split the file or save it anew"
            ) from None
    words = ran.stderr.decode(errors="replace").strip().splitlines() or [f"signal {-ran.returncode}"]
    # Killed: nobody but a system without memory does that.
    if ran.returncode == -9 or (ran.returncode and ("MemoryError" in words[-1] or "bad_alloc" in words[-1])):
        raise Unreadable(
            f"reading it took more than {memory >> 20:,} MiB of memory, or than there is, so it was stopped;"
            " split the file or save it anew"
        )
    if ran.returncode:
        raise Unreadable(f"the file is damaged ({words[-1][:200]}); save it anew")
    said = json.loads(ran.stdout)
    if "missing" in said:
        raise ModuleNotFoundError(name=said["missing"])
    if "reason" in said:
        raise Unreadable(said["reason"])
    found: object = said["found"]
    return found


def say(module: str, seconds: int, memory: int) -> None:
    """What the process does: print what the module's `extract` makes of standard input, or why it makes nothing."""
    try:
        import resource

        # Later than the parent's clock: for when somebody has stopped the parent.
        resource.setrlimit(resource.RLIMIT_CPU, (seconds + 5, seconds + 5))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass  # no such bounds on this system, or narrower ones already: the parent's clock is left
    try:
        said = json.dumps({"found": importlib.import_module(module).extract(sys.stdin.buffer)})
    except Unreadable as error:
        said = json.dumps({"reason": str(error)})
    except ModuleNotFoundError as error:
        said = json.dumps({"missing": error.name})
    if len(said) > MAX_OUTPUT:
        said = json.dumps({"reason": f"its text is over the limit of {MAX_CHARACTERS:,} characters; split the article"})
    sys.stdout.write(said)
