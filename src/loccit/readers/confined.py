"""A process of its own for a format whose files may be made to harm: its time and memory are bounded."""

import json
import os
import subprocess
import sys
from pathlib import Path

from loccit.readers.contents import Unreadable, opened

SECONDS = 300
"""For one file; a book of 1,000 pages takes a few."""
MEMORY = 2 << 30
"""Bytes of address space."""
MAX_OUTPUT = 200_000_000
"""Bytes that are taken of what the process says, at most."""

CHILD = """
import importlib, json, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
    resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, ValueError, OSError):
    pass  # no such bounds on this system: the parent's clock is left
from loccit.readers.contents import Unreadable
module = importlib.import_module("{module}")
try:
    said = {{"found": module.extract(sys.stdin.buffer)}}
except Unreadable as error:
    said = {{"reason": str(error)}}
except ModuleNotFoundError as error:
    said = {{"missing": error.name}}
except MemoryError:
    said = {{"memory": True}}
json.dump(said, sys.stdout)
"""


def extract(module: str, path: Path, *, seconds: int | None = None, memory: int | None = None) -> object:
    """What `extract(content)` of a module makes of a file, as JSON; raises Unreadable for whatever goes wrong there."""
    seconds, memory = seconds or SECONDS, memory or MEMORY
    code = CHILD.format(module=module, seconds=seconds, memory=memory)
    with opened(path) as content:
        os.lseek(content.fileno(), 0, os.SEEK_SET)  # whoever looked at its beginning has moved it for the child too
        try:
            ran = subprocess.run(  # noqa: S603  # this interpreter, on a text of ours
                [sys.executable, "-X", "utf8", "-c", code],
                stdin=content,
                capture_output=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unreadable(slow(seconds)) from None
        try:
            said = json.loads(ran.stdout[:MAX_OUTPUT])
        except ValueError:
            # Killed by a signal: its clock (SIGXCPU, SIGKILL) or a crash of the library.
            if -ran.returncode in (9, 24):
                raise Unreadable(slow(seconds)) from None
            words = ran.stderr.decode(errors="replace").strip().splitlines() or [f"signal {-ran.returncode}"]
            if "MemoryError" in words[-1] or "bad_alloc" in words[-1]:
                raise Unreadable(large(memory)) from None
            raise Unreadable(f"the file is damaged ({words[-1][:200]}); save it anew") from None
    if "missing" in said:
        raise ModuleNotFoundError(name=said["missing"])
    if "memory" in said:
        raise Unreadable(large(memory))
    if "reason" in said:
        raise Unreadable(said["reason"])
    found: object = said["found"]
    return found


def slow(seconds: int) -> str:
    """Say that a file took too long."""
    return f"reading it took more than {seconds} seconds, so it was stopped; split the file or save it anew"


def large(memory: int) -> str:
    """Say that a file took too much memory."""
    return (
        f"reading it took more than {memory >> 20:,} MiB of memory, so it was stopped; split the file or save it anew"
    )
