"""Text with marks on it (a quote, a link), put together and cut to what one message holds."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import NamedTuple

import regex
from telegram import MessageEntity
from telegram.constants import MessageLimit

from loccit.letters import Direction, clean, direction, direction_of, line
from loccit.types import Span

LONGEST = int(MessageLimit.MAX_TEXT_LENGTH)
"""UTF-16 units, as Telegram counts."""
MOST_MARKS = int(MessageLimit.MESSAGE_ENTITIES)

_ISOLATE, _END = "\u2068", "\u2069"

# Where a text is best cut, the best first.
_BREAKS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"[.!?…؟۔।。！？]+[\"'’”»)\]]*\s|[。！？]"),
    re.compile(r"\s"),
)

_CHARACTER = regex.compile(r"\X")
"""What is seen as one: a letter with its marks, a family of emoji, a flag."""
_FAR = 64
"""Characters looked at behind a place to tell whether one ends there."""


class Mark(NamedTuple):
    """What a stretch of a text is: a `MessageEntity` type and a span in characters."""

    kind: str
    span: Span
    url: str | None = None


@dataclass(frozen=True)
class Marked:
    """A text and its marks."""

    text: str = ""
    marks: tuple[Mark, ...] = ()

    def __add__(self, other: "Marked | str") -> "Marked":
        if isinstance(other, str):
            return Marked(self.text + other, self.marks)
        by = len(self.text)
        moved = (Mark(kind, Span(span.start + by, span.end + by), url) for kind, span, url in other.marks)
        return Marked(self.text + other.text, (*self.marks, *moved))

    def marked(self, kind: str, url: str | None = None) -> "Marked":
        """The same, the whole of it marked."""
        whole = Mark(kind, Span(0, len(self.text)), url)
        return Marked(self.text, (whole, *self.marks)) if self.text else self

    def cut(self, start: int, end: int) -> "Marked":
        """A part of it, the marks clipped, no white space at its ends."""
        text = self.text[start:end]
        start += len(text) - len(text.lstrip())
        text = text.strip()
        end = start + len(text)
        clipped = (
            Mark(kind, Span(max(span.start, start) - start, min(span.end, end) - start), url)
            for kind, span, url in self.marks
        )
        return Marked(text, tuple(mark for mark in clipped if mark.span.start < mark.span.end))

    def entities(self) -> list[MessageEntity]:
        """The marks as Telegram wants them: in UTF-16 units."""
        plain = [MessageEntity(m.kind, m.span.start, m.span.end - m.span.start, url=m.url) for m in self.marks]
        return list(MessageEntity.adjust_message_entities_to_utf_16(self.text, plain))


def join(pieces: list[Marked], between: str) -> Marked:
    """One text out of several."""
    whole = Marked()
    for number, piece in enumerate(pieces):
        whole = whole + between + piece if number else piece
    return whole


def split(whole: Marked, longest: int = LONGEST, most: int = MOST_MARKS) -> list[Marked]:
    """What fits into one message each; nothing but white space at the cuts is lost."""
    pieces = []
    start, end = 0, len(whole.text)
    while start < end:
        cut = _cut(whole, start, longest, most)
        piece = whole.cut(start, cut)
        if piece.text:
            pieces.append(Marked(piece.text, piece.marks[:most]))
        start = cut
    return pieces


def units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def _cut(whole: Marked, start: int, longest: int, most: int) -> int:
    text = whole.text
    end = min(len(text), start + longest)
    while units(text[start:end]) > longest:
        end -= max(1, (units(text[start:end]) - longest) // 2)
    begun = sorted(mark.span.start for mark in whole.marks if mark.span.end > start)
    if len(begun) > most and start < begun[most] < end:
        return begun[most]
    if end == len(text):
        return end
    half = start + (end - start) // 2
    for kind in _BREAKS:
        places = [match.end() for match in kind.finditer(text, half, end)]
        for place in reversed(places):
            if _parts_nothing(text, start, place):
                return place
    edges = [match.start() for match in _CHARACTER.finditer(text, start, end + _FAR) if start < match.start() <= end]
    return edges[-1] if edges else end  # what is seen as one character may be longer than a message


def _parts_nothing(text: str, start: int, place: int) -> bool:
    """Whether a cut there leaves whole what is seen as one character; `start` is where one begins."""
    return any(match.start() == place for match in _CHARACTER.finditer(text, start, place + _FAR))


def isolated(text: Marked, around: Direction | None) -> Marked:
    """The text kept from mixing with what is around it where that runs the other way."""
    own = direction(text.text)
    return Marked(_ISOLATE) + text + _END if own and around and own != around else text


def fill(phrase: str, **parts: Marked | str | int) -> Marked:
    """A phrase with its fields filled in, those that run the other way isolated."""
    return join(list(_filled(phrase, parts)), "")


def _filled(phrase: str, parts: dict[str, Marked | str | int]) -> Iterator[Marked]:
    around = direction_of(phrase)
    for literal, name, _, _ in Formatter().parse(phrase):
        yield Marked(literal)
        if name is not None:
            part = parts[name]
            yield isolated(part if isinstance(part, Marked) else Marked(clean(str(part))), around)


def listed(words: Sequence[str], phrase: str) -> Marked:
    """Words in a row within a phrase, each that runs the other way isolated."""
    way = direction_of(phrase)
    return join([isolated(Marked(line(word)), way) for word in words], "، " if way == "rtl" else ", ")
