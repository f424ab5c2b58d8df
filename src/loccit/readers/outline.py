"""Where the bodies of an article lie: what is between the marks."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Literal, NamedTuple

from loccit.readers.contents import BOM, Unreadable
from loccit.types import Section, Span

MAX_HEADING = 300
"""A longer line is text, whatever it looks like."""

Levels = tuple[tuple[int, str], ...]
"""The headings a line stands under, each with its level."""


class Line(NamedTuple):
    """A line of a text without its line feed, and where it begins."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """Where its line feed is."""
        return self.start + len(self.text)


class Mark(NamedTuple):
    """A stretch that is no body, a heading's line say, and what the text after it stands under."""

    start: int
    end: int
    heading: tuple[str, ...] = ()
    kind: Literal["prose", "infobox", "table"] = "prose"


def lines(text: str, start: int = 0) -> Iterator[Line]:
    """Yield the lines of a text from `start` on, the byte order mark left out."""
    start = max(start, len(BOM) * text.startswith(BOM))
    # Not `splitlines`, which also cuts at characters that are part of a line elsewhere (a form feed, U+2028).
    for line in text[start:].split("\n"):
        yield Line(start, line)
        start += len(line) + 1


def enter(path: Levels, level: int, name: str) -> Levels:
    """Put a heading at the end of the path, where it ends those of its level and of the levels below."""
    return (*(heading for heading in path if heading[0] < level), (level, name))


def names(path: Levels) -> tuple[str, ...]:
    """Leave out the levels."""
    return tuple(name for _, name in path)


def sections(text: str, marks: Iterable[Mark]) -> tuple[Section, ...]:
    """Cut the bodies from between the marks, trimmed; a text without any is no article."""
    found: list[Section] = []
    last = Mark(0, len(BOM) * text.startswith(BOM))
    for mark in chain(marks, [Mark(len(text), len(text))]):
        body = text[last.end : mark.start]
        start = last.end + len(body) - len(body.lstrip())
        end = last.end + len(body.rstrip())
        if start < end:
            found.append(Section(heading=last.heading, span=Span(start, end), kind=last.kind))
        last = mark
    if not found:
        titled = text.removeprefix(BOM).strip()
        raise Unreadable("there is no text under its title" if titled else "there is no text, only blanks")
    return tuple(found)
