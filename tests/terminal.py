"""A terminal as people have one: the command runs in a pseudo-terminal, an emulator draws what it writes."""

import os
import re
import select
import signal
import subprocess
import sys
import termios
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyte
from wcwidth import wcwidth

PATIENCE = 30
"""Seconds after which nothing will come any more."""
KNOWN = re.compile(
    r"NO_COLOR|COLUMNS|LINES|FORCE_|PYTHONIO|TELEGRAM|LOCCIT|XDG_|PAGER|BROWSER|LESS|VTE_|TERM|KITTY|WT_|KONSOLE"
)
PROMPTS = re.compile(r"\n\?(?= |$)", re.MULTILINE)
Changes = Mapping[str, str]
NONE: Changes = {}
START = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); {}; from loccit.cli import main; main()"
"""The command, its terminal in control of it: so that Ctrl-C is a signal where nobody reads it as a key."""


def environment(changes: Changes = NONE) -> dict[str, str]:
    """That of the tests without what could change what is shown, and with the changes."""
    kept = {name: value for name, value in os.environ.items() if not KNOWN.match(name)}
    return kept | {"TERM": "xterm-256color"} | dict(changes)


@contextmanager
def interruptible() -> Iterator[None]:
    """What is started meanwhile heeds SIGINT, also where the tests run in the background and ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _Screen(pyte.Screen):
    """One that answers when it is asked where the cursor is."""

    def __init__(self, columns: int, lines: int, answer: Callable[[str], None]) -> None:
        super().__init__(columns, lines)
        self._answer = answer

    def draw(self, data: str) -> None:
        """Draw it without what takes no place, where pyte would stop."""
        super().draw("".join(c for c in data if wcwidth(c) or unicodedata.combining(c)))

    def write_process_input(self, data: str) -> None:
        self._answer(data)


class Terminal:
    """The command `loccit` in a terminal of that size; `first` is Python that runs before."""

    def __init__(
        self, *args: str, at: Path, columns: int = 80, lines: int = 50, changes: Changes = NONE, first: str = "pass"
    ) -> None:
        self._ours, theirs = os.openpty()
        termios.tcsetwinsize(theirs, (lines, columns))
        self._screen = _Screen(columns, lines, self.type)
        self._stream = pyte.ByteStream(self._screen)
        self.written = b""
        self.entered = 0
        with interruptible():
            self._process = subprocess.Popen(
                [sys.executable, "-c", START.format(first), *args],
                cwd=at,
                env=environment(changes),
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                start_new_session=True,
            )
        os.close(theirs)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)

    @property
    def shown(self) -> str:
        """What is on the screen, without blanks at the ends."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip()

    def styled(self, **wanted: object) -> list[str]:
        """The stretches of the screen that look so: `bold=True`, `fg="cyan"`."""
        found = []
        for row in range(self._screen.lines):
            cells = [self._screen.buffer[row][column] for column in range(self._screen.columns)]
            line = "".join(cell.data if _is(cell, wanted) else "\0" for cell in cells)
            found += [part for part in line.split("\0") if part.strip()]
        return found

    def type(self, text: str) -> None:
        """Press these keys."""
        os.write(self._ours, text.encode())

    def enter(self, text: str) -> None:
        """Type a line when one is asked for."""
        self.wait_for_prompt()
        self.type(f"{text}\r")
        self.entered += 1

    def wait_for_prompt(self) -> None:
        """Until the chat asks for another line than those entered."""
        self.wait_until(lambda shown: len(PROMPTS.findall(f"\n{shown}")) > self.entered and shown.endswith("?"))

    def wait_for_reading(self) -> None:
        """Until the chat sleeps over what is typed: Python's `input` misses a Ctrl-C just before it does."""
        state = Path(f"/proc/{self._process.pid}/stat")
        while state.exists() and state.read_text().rpartition(")")[2].split()[0] != "S":
            time.sleep(0.01)

    def wait_for(self, text: str) -> None:
        """Until the screen has that text."""
        self.wait_until(lambda shown: text in shown)

    def wait_until(self, holds: Callable[[str], bool]) -> None:
        """Until that holds of what is shown."""
        deadline = time.monotonic() + PATIENCE
        while not holds(self.shown):
            assert self._read(deadline), self.shown

    def end(self) -> int:
        """What the command exits with, everything read that it wrote."""
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline):
            pass
        return self._process.wait(PATIENCE)

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self._ours], [], [], max(0.0, deadline - time.monotonic()))
        assert ready, f"nothing came any more after:\n{self.shown}"
        try:
            got = os.read(self._ours, 65_536)
        except OSError:  # the other side has closed
            return False
        self.written += got
        self._stream.feed(got)
        return bool(got)


def _is(cell: Any, wanted: dict[str, object]) -> bool:
    return all(getattr(cell, name) == value for name, value in wanted.items())
