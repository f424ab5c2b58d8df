"""A process of its own for formats whose files may be made to harm: its time and memory are bounded."""

import atexit
import contextlib
import importlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO, Self, TypeVar, cast

from loccit.readers.contents import MAX_CHARACTERS, Unreadable, opened, too_long

SECONDS = 120
"""Of a processor, for one file; a book of 1,000 pages takes a few."""
MEMORY = 2 << 30
"""Bytes of address space."""
MAX_OUTPUT = 20 * MAX_CHARACTERS
"""Bytes of JSON the process may say; a character outside the first plane takes twelve."""
TASKS = 500
"""Files after which the process is made anew: libraries do not give back all memory."""
KEPT = {"MALLOC_TRIM_THRESHOLD_": str(64 << 20), "MALLOC_MMAP_THRESHOLD_": str(32 << 20)}
"""What glibc keeps of a file's memory for the next: to give it back and get it anew takes a tenth of PDFium's time."""

T = TypeVar("T")


def extract(
    module: str, path: Path, *, seconds: int = SECONDS, memory: int = MEMORY, limit: int = 0, foreign: bool = False
) -> Any:
    """What `extract(content)` of a module makes of a file, as JSON; raises Unreadable for whatever goes wrong there.

    A file of more than `limit` bytes is not even looked at; one in UTF-16 is if `foreign`.
    """
    with opened(path, foreign=foreign) as content, _LOCK:
        if 0 < limit < (size := os.fstat(content.fileno()).st_size):
            raise Unreadable(too_long(size, "bytes"))
        key = os.getpid(), seconds, memory
        if key not in _WORKERS:  # kept, for to start one takes longer than most files do
            _WORKERS[key] = Worker(seconds=seconds, memory=memory)
            atexit.register(stop)
        content.seek(0)
        _WORKERS[key].send(module, content=content)
        return _WORKERS[key].receive()


def stop() -> None:
    """End the processes that are kept; the next file starts another."""
    with _LOCK:
        for (owner, *_), worker in _WORKERS.items():
            if owner == os.getpid():
                worker.close()
        _WORKERS.clear()


class Worker:
    """A process that makes something of one value after another, of each with bounded time and memory.

    What it makes of a value has to be received before the next is sent; it works on it meanwhile.
    """

    def __init__(self, *, seconds: int, memory: int = MEMORY) -> None:
        code = f"from loccit.readers.confined import serve; serve({seconds}, {memory})"
        # -P: or a `json.py` in the working directory, among somebody's articles say, would be imported.
        self._command = [sys.executable, "-P", "-X", "utf8", "-c", code]
        self._seconds, self._memory = seconds, memory
        self._process: subprocess.Popen[bytes] | None = None
        self._tasks = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._end(self._process)

    def map(self, module: str, asked: Iterable[tuple[T, object]]) -> Iterator[tuple[T, Any]]:
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
                self.send(module, following[1])
            yield from made
            if not following:
                break
        for cause in refused:
            raise cause

    def send(self, module: str, value: object = None, content: BinaryIO | None = None) -> None:
        """Have `extract(value)` of a module called, or `extract(content)` with all of a file."""
        if self._process is not None and (self._tasks >= TASKS or self._process.poll() is not None):
            self.close()
        pipe = cast("IO[bytes]", self._running().stdin)
        self._tasks += 1
        size = left = os.fstat(content.fileno()).st_size if content else 0
        if size > self._memory / 4:  # it is held whole, and what is made of it too
            raise Unreadable(_greedy(self._memory))
        with contextlib.suppress(BrokenPipeError):  # it is said when that is received
            pipe.write(json.dumps((module, value, size)).encode() + b"\n")
            while content and left and (piece := content.read(min(left, 1 << 20))):
                pipe.write(piece)
                left -= len(piece)
            pipe.flush()
            if left:
                self.close()
                raise Unreadable("the file changed while it was read; index it again")

    def receive(self) -> Any:
        """What came of it; raises Unreadable for whatever goes wrong there."""
        process = self._running()
        line = cast("IO[bytes]", process.stdout).readline()
        if not line.endswith(b"\n"):
            raise Unreadable(self._why(self._end(process)))
        said = json.loads(line)
        if "missing" in said:
            raise ModuleNotFoundError(name=said["missing"])
        if "reason" in said:
            raise Unreadable(said["reason"])
        return said["found"]

    def _received(self) -> Any:
        try:
            return self.receive()
        except Unreadable as error:
            return error

    def _why(self, ended: int) -> str:
        if ended == -signal.SIGXCPU:
            return (
                f"reading it took more than {self._seconds} seconds, so it was stopped; split the file or save it anew"
            )
        if ended == -signal.SIGKILL:  # nobody but a system without memory does that
            return _greedy(self._memory)
        # A library that gets no more memory ends itself, as does one that finds the file impossible.
        return f"the file is damaged, or takes more than {self._memory >> 20:,} MiB of memory ({ended}); save it anew"

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._tasks = 0
            self._process = subprocess.Popen(  # noqa: S603  # this interpreter, on a text of ours
                self._command,
                env=KEPT | os.environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process

    def _end(self, process: subprocess.Popen[bytes]) -> int:
        self._process = None
        with contextlib.suppress(BrokenPipeError), process:  # closes the pipes, and waits
            pass
        return process.wait()


def _greedy(memory: int) -> str:
    return (
        f"reading it took more than {memory >> 20:,} MiB of memory, or than there is, so it was stopped;"
        " split the file or save it anew"
    )


def serve(seconds: int, memory: int) -> None:
    """What the process does: say what comes of each value, or why nothing does."""
    said = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library may print
    while line := sys.stdin.buffer.readline():
        module, value, size = json.loads(line)
        # Of its own time: how long the parent takes for the last one says nothing of this one.
        _bound(int(sum(os.times()[:2])) + seconds + 1, memory)
        said.write(_said(module, io.BytesIO(sys.stdin.buffer.read(size)) if size else value, memory).encode() + b"\n")
        said.flush()


def _bound(seconds: int, memory: int) -> None:
    try:
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, most))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass  # no such bounds on this system, or narrower ones already


def _said(module: str, value: object, memory: int) -> str:
    try:
        said = json.dumps({"found": importlib.import_module(module).extract(value)})
    except Unreadable as error:
        return json.dumps({"reason": str(error)})
    except ModuleNotFoundError as error:
        return json.dumps({"missing": error.name})
    except MemoryError:
        return json.dumps({"reason": _greedy(memory)})
    except Exception as error:  # noqa: BLE001  # whatever is wrong in the file, it is the file's
        return json.dumps({"reason": f"the file is damaged ({type(error).__name__}: {error}"[:200] + "); save it anew"})
    if len(said) > MAX_OUTPUT:
        return json.dumps({"reason": f"its text is over the limit of {MAX_CHARACTERS:,} characters; split the article"})
    return said


_WORKERS: dict[tuple[int, int, int], Worker] = {}
_LOCK = threading.Lock()
