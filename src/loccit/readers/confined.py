"""A process of its own for a format whose files may be made to harm: its time and memory are bounded."""

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Self, TypeVar, cast

from loccit.readers.contents import MAX_CHARACTERS, Unreadable, opened

SECONDS = 300
"""For one file; a book of 1,000 pages takes a few."""
MEMORY = 2 << 30
"""Bytes of address space."""
MAX_OUTPUT = 20 * MAX_CHARACTERS
"""Bytes of JSON the process may say; a character outside the first plane takes twelve."""


def extract(module: str, path: Path, *, seconds: int = SECONDS, memory: int = MEMORY) -> object:
    """What `extract(content)` of a module makes of a file, as JSON; raises Unreadable for whatever goes wrong there."""
    with opened(path) as content:
        os.lseek(content.fileno(), 0, os.SEEK_SET)  # whoever looked at its beginning has moved it for the child too
        try:
            ran = subprocess.run(  # noqa: S603  # this interpreter, on a text of ours
                _command(f"say({module!r}, {seconds}, {memory})"),
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
    return _found(ran.stdout)


T = TypeVar("T")


class Worker:
    """A process that makes something of one value after another, of each with bounded time and memory.

    What it makes of a value has to be received before the next is sent; it works on it meanwhile.
    """

    def __init__(self, module: str, *, seconds: int, memory: int = MEMORY) -> None:
        self._command = _command(f"serve({module!r}, {seconds}, {memory})")
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._end(self._process)

    def map(self, asked: Iterable[tuple[T, object]]) -> Iterator[tuple[T, object]]:
        """What it makes of each value, beside what came with it; Unreadable, as a value, for what goes wrong there.

        It works on a value while its receiver deals with the one before.
        """
        left, waiting, refused = iter(asked), list[T](), list[Unreadable]()
        while True:
            try:
                following = next(left, None)
            except Unreadable as error:  # what is under way is received first
                following = None
                refused.append(error)
            made = [(whose, self._received()) for whose in waiting]
            waiting = [following[0]] if following else []
            if following:
                self.send(following[1])
            yield from made
            if not following:
                break
        for cause in refused:
            raise cause

    def _received(self) -> object:
        try:
            return self.receive()
        except Unreadable as error:
            return error

    def send(self, value: object) -> None:
        """Have it work on a value, JSON."""
        pipe = cast("IO[bytes]", self._running().stdin)
        with contextlib.suppress(BrokenPipeError):  # it is said when that is received
            pipe.write(json.dumps(value).encode() + b"\n")
            pipe.flush()

    def receive(self) -> object:
        """What `extract(value)` of the module made of it; raises Unreadable for whatever goes wrong there."""
        process = self._running()
        line = cast("IO[bytes]", process.stdout).readline()
        if line.endswith(b"\n"):
            return _found(line)
        ended = self._end(process)
        if ended == -signal.SIGXCPU:
            raise Unreadable(f"reading it took more than {self._seconds} seconds, so it was stopped; split it")
        raise Unreadable(f"it cannot be read: it brought the process down that tried ({ended}); save it anew")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603  # this interpreter, on a text of ours
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        return self._process

    def _end(self, process: subprocess.Popen[bytes]) -> int:
        self._process = None
        with contextlib.suppress(BrokenPipeError), process:  # closes the pipes, and waits
            pass
        return process.wait()


def _command(code: str) -> list[str]:
    # -P: or a `json.py` in the working directory, among somebody's articles say, would be imported.
    return [sys.executable, "-P", "-X", "utf8", "-c", f"from loccit.readers.confined import say, serve; {code}"]


def _found(line: bytes) -> object:
    said = json.loads(line)
    if "missing" in said:
        raise ModuleNotFoundError(name=said["missing"])
    if "reason" in said:
        raise Unreadable(said["reason"])
    found: object = said["found"]
    return found


def say(module: str, seconds: int, memory: int) -> None:
    """What the process does: print what the module's `extract` makes of standard input, or why it makes nothing."""
    # Later than the parent's clock: for when somebody has stopped the parent.
    _bound(seconds + 5, memory)
    sys.stdout.write(_said(module, sys.stdin.buffer))


def serve(module: str, seconds: int, memory: int) -> None:
    """What a worker's process does: print what the module's `extract` makes of each line, or why it makes nothing."""
    for line in sys.stdin.buffer:
        # Not the parent's clock: how long the parent takes for the last one says nothing of this one.
        _bound(int(sum(os.times()[:2])) + seconds + 1, memory)
        try:
            said = _said(module, json.loads(line))
        except MemoryError:
            said = json.dumps({"reason": f"reading it took more than {memory >> 20:,} MiB of memory; split it"})
        print(said, flush=True)  # noqa: T201  # its one way to speak


def _bound(seconds: int, memory: int) -> None:
    try:
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, most))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass  # no such bounds on this system, or narrower ones already: the parent's clock is left


def _said(module: str, value: object) -> str:
    try:
        said = json.dumps({"found": importlib.import_module(module).extract(value)})
    except Unreadable as error:
        said = json.dumps({"reason": str(error)})
    except ModuleNotFoundError as error:
        said = json.dumps({"missing": error.name})
    if len(said) > MAX_OUTPUT:
        said = json.dumps({"reason": f"its text is over the limit of {MAX_CHARACTERS:,} characters; split the article"})
    return said
