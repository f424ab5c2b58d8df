"""What a terminal can show: lines that fit it, links, and that something takes its time."""

import re
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import cycle
from typing import TextIO

PATIENCE = 0.3
"""Seconds after which somebody who waits is shown that something is being done."""

LINKING = {"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio", "WarpTerminal"}
"""Values of TERM_PROGRAM, and below of TERM and names of variables, of terminals where OSC 8 makes links."""
LINKING_TERMS = {"xterm-kitty", "xterm-ghostty", "alacritty", "foot", "foot-extra", "contour", "wezterm"}
LINKING_VARIABLES = {"KITTY_WINDOW_ID", "WT_SESSION", "KONSOLE_VERSION", "DOMTERM", "ALACRITTY_WINDOW_ID"}
VTE_LINKING = 5001

_ISOLATE, _END = "\u2068", "\u2069"
_STYLE = r"(?:\x1b\[[\d;]*m)*"
_HANGING = re.compile(rf"{_STYLE}\[\d+\]{_STYLE} |/\w+(?: [A-Z]+)? +(?<=  )| +")
"""The number of a source, a command, or blanks: below them nothing is written."""
_UNSPACED = "\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_BREAK = re.compile(
    rf"(?<=[{_UNSPACED}、。，．！？：；」』）】》〉])(?=[{_UNSPACED}「『（【《〈])(?![ぁぃぅぇぉっゃゅょァィゥェォッャュョ])"
)
"""Where a line may end in a script without blanks."""


def is_dumb(environment: Mapping[str, str]) -> bool:
    """Whether the terminal can do nothing but write lines."""
    return environment.get("TERM", "") in ("", "dumb", "unknown")


def can_link(environment: Mapping[str, str]) -> bool:
    """Whether the terminal is known to make links; FORCE_HYPERLINK=1 or 0 decides it."""
    if forced := environment.get("FORCE_HYPERLINK"):
        return forced != "0"
    term = environment.get("TERM", "")
    if is_dumb(environment) or term.startswith(("screen", "tmux", "linux")):  # the first two may swallow a link
        return False
    version = environment.get("VTE_VERSION", "")
    return (
        term in LINKING_TERMS
        or environment.get("TERM_PROGRAM") in LINKING
        or not LINKING_VARIABLES.isdisjoint(environment)
        or (version.isdecimal() and int(version) >= VTE_LINKING)
    )


def linked(text: str, uri: str) -> str:
    """The text as a link; the address must be of printable ASCII."""
    shared = f"{zlib.crc32(uri.encode()):x}"  # with one id, the lines of a wrapped link light up together
    return f"\x1b]8;id={shared};{uri}\x1b\\{text}\x1b]8;;\x1b\\"


def fit(text: str, columns: int) -> str:
    """The text wrapped at words to so many columns, what follows a number such as `[1]` below it indented."""
    from wcwidth import propagate_sgr
    from wcwidth.textwrap import SequenceTextWrapper

    class Wrapper(SequenceTextWrapper):
        def _split(self, text: str) -> list[str]:  # as `textwrap` suggests to subclasses
            return [part for chunk in super()._split(text) for part in _BREAK.split(chunk)]

    lines: list[str] = []
    for line in text.split("\n"):
        hanging = _HANGING.match(line)
        indent = " " * len(re.sub(_STYLE, "", hanging[0])) if hanging else ""
        indent = indent if 2 * len(indent) < columns else ""
        first = indent if line.startswith(" ") else ""
        wrapper = Wrapper(columns, initial_indent=first, subsequent_indent=indent)
        lines += _isolated(propagate_sgr(wrapper.wrap(line[len(first) :]))) or [""]
    return "\n".join(lines)


@contextmanager
def busy(stream: TextIO, environment: Mapping[str, str]) -> Iterator[None]:
    """Something turns on the terminal as long as this lasts, if it lasts; nothing stays of it."""
    if not stream.isatty() or is_dumb(environment):
        yield
        return
    done = threading.Event()

    def turn() -> None:
        if done.wait(PATIENCE):
            return
        for sign in cycle("|/-\\"):
            stream.write(f"\r{sign} ")
            stream.flush()
            if done.wait(0.1):
                break
        stream.write("\r  \r")
        stream.flush()

    turning = threading.Thread(target=turn, daemon=True)
    turning.start()
    try:
        yield
    finally:
        done.set()
        turning.join()


def _isolated(lines: list[str]) -> list[str]:
    """Lines of one paragraph: what is isolated over a break is isolated on both sides of it."""
    depth = 0
    balanced = []
    for line in lines:
        opened = _ISOLATE * depth + line
        depth = max(0, opened.count(_ISOLATE) - opened.count(_END))
        balanced.append(opened + _END * depth)
    return balanced
