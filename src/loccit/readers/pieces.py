"""Pieces of a document, put together: the text that is extracted, its headings marked, its pages counted."""

import re
from typing import Literal, NamedTuple

from loccit.readers.contents import check
from loccit.readers.outline import MAX_HEADING, Levels, Mark, enter, names, sections
from loccit.types import Article


class Piece(NamedTuple):
    """A paragraph, or, with a level, a heading, or a row of a table."""

    text: str
    level: int = 0
    row: bool = False


class Document(NamedTuple):
    """What a library found in a file."""

    pieces: list[Piece]
    title: str = ""
    language: str | None = None
    url: str | None = None
    date: str | None = None


def article(found: Document, file: str, title: str) -> Article:
    """Make the article of a document: a paragraph a line, with a blank line between; `title` is for one without any."""
    parts: list[str] = []
    marks: list[Mark] = []
    under: Levels = ()
    within = False  # a table
    name, length = " ".join(found.title.split()), 0
    for piece in found.pieces:
        words = clean(piece.text)
        if not words.strip():
            continue
        gap = 2 if parts else 0
        start = length + gap
        length = start + len(words)
        parts.append(words)
        if piece.row != within:
            within = piece.row
            marks.append(Mark(start, start, names(under), "table" if within else "prose"))
        if piece.level and len(words) <= MAX_HEADING:
            heading = " ".join(words.split())
            first = piece.level == 1 and all(mark.start == mark.end for mark in marks)  # tables may stand before it
            # The title said once more is no heading to stand under.
            if heading == name or (first and (not name or name.startswith(heading))):
                name, under = heading, ()
            else:
                under = enter(under, piece.level, heading)
            marks.append(Mark(start, length, names(under)))
    text = check("\n\n".join(parts))
    return Article(
        id=file,
        title=name[:MAX_HEADING] or title,
        language=found.language,
        text=text,
        sections=sections(text, marks),
        url=found.url,
        file=file,
        date=found.date,
    )


def clean(text: str) -> str:
    """Leave out what no reader sees: soft hyphens, characters without a width, NUL and halves of surrogate pairs."""
    seen = text.translate(INVISIBLE) if _INVISIBLE.search(text) else text  # which is slow, and seldom needed
    return seen.encode("utf-8", "ignore").decode().strip()


INVISIBLE: dict[int, Literal[" "] | None] = {0: None, 0xAD: None, 0x200B: None, 0x2060: None, 0xFEFF: None, 0xA0: " "}
"""A blank that does not break is a blank; joiners of letters (U+200C, U+200D) stay, for they change what is read."""
_INVISIBLE = re.compile(f"[{''.join(map(chr, INVISIBLE))}]")
