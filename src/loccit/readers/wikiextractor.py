"""WikiExtractor's files: `<doc id="12" url="..." title="...">`, a text, `</doc>`, and so on.

A section's heading is a line like any other, short and with a full stop: `History.` (see `headings`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import BinaryIO

from loccit.readers.contents import MAX_BYTES, Unreadable, check, decode, opened, too_long
from loccit.readers.headings import headings
from loccit.readers.outline import Mark, lines, sections
from loccit.types import Article, Skipped

PIECE = 1 << 20
"""As much of a line as is read at once: a line may be as long as the file."""

BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*<doc ")

MAX_HEAD = 4_000
"""A longer `<doc>` line is none."""

# A quote within a value does not end it: some versions do not escape titles.
ATTRIBUTE = re.compile(r"""\b([a-z]+)\s*=\s*(?:"(.*?)"|'(.*?)')(?=\s+[a-z]+\s*=|\s*/?>\s*$)""")


@dataclass
class Entry:
    """An article as it is collected: its `<doc>` line, where its text begins, and the text so far."""

    line: int
    head: bytes
    offset: int
    complete: bool = False
    size: int = 0
    body: bytearray = field(default_factory=bytearray)

    def add(self, piece: bytes) -> None:
        """Keep a piece of the text, and nothing of a text that is too long."""
        self.size += len(piece)
        if self.size > MAX_BYTES:
            self.body.clear()
        else:
            self.body += piece


def is_wikiextractor(path: Path) -> bool:
    """Tell whether the file begins with a `<doc>`."""
    with opened(path) as content:
        return BEGINNING.match(content.read(4096)) is not None


def read(path: Path, file: str) -> Iterator[Article | Skipped]:
    """Yield the articles of a file, however large, one in memory at a time."""
    with opened(path) as content:
        for entry in entries(content):
            try:
                yield article(entry, file)
            except Unreadable as error:
                yield Skipped(file=file, reason=f"line {entry.line:,}: {error}")


def entries(content: BinaryIO) -> Iterator[Entry]:
    """Yield what is between each `<doc>` and its `</doc>`, or the next `<doc>` where that is missing."""
    entry: Entry | None = None
    number = offset = 0
    fresh = True
    while piece := content.readline(PIECE):
        number += fresh
        offset += len(piece)
        # Without an id it is a line of an article about XML.
        begins = fresh and b"<doc " in piece and BEGINNING.match(piece)
        if begins and (entry is None or b" id=" in piece):
            if entry is not None:
                yield entry
            entry = Entry(number, piece, offset)
        elif entry is not None:
            body, end, rest = piece.rpartition(b"</doc>")
            if end and not rest.strip():
                entry.add(body)
                entry.complete = True
                yield entry
                entry = None
            else:
                entry.add(piece)
        fresh = piece.endswith(b"\n")
    if entry is not None:
        yield entry


def article(entry: Entry, file: str) -> Article:
    """Make the article of an entry."""
    if not entry.complete:
        raise Unreadable("the article that begins here has no </doc>; the file may be cut short")
    if entry.size > MAX_BYTES:
        raise Unreadable(too_long(entry.size, "bytes"))
    head = check(decode(entry.head, entry.offset - len(entry.head)))
    found = ATTRIBUTE.findall(head) if len(head) <= MAX_HEAD else []
    attributes = {name: unescape(double or single).strip() for name, double, single in found}
    for name in ("id", "title"):
        if not attributes.get(name):
            raise Unreadable(f'this <doc> has no {name}; write <doc id="..." title="..."> on a line of its own')
    text = check(decode(bytes(entry.body), entry.offset))
    return Article(
        id=attributes["id"],
        title=attributes["title"],
        text=text,
        sections=sections(text, marks(text, attributes["title"])),
        url=attributes.get("url") or None,
        file=file,
        revision=attributes.get("revid") or None,
    )


def marks(text: str, title: str) -> Iterator[Mark]:
    """Yield the title's line and the headings."""
    start = 0
    first = next((line for line in lines(text) if line.text.strip()), None)
    if first and unescape(first.text).split() == title.split():
        yield Mark(first.start, first.end)
        start = first.end
    rows = text[start:].split("\n")
    found = headings(rows)
    due = next(found, None)
    for number, row in enumerate(rows):
        if due is None:
            break
        if number == due:
            yield Mark(start, start + len(row), (row.strip().removesuffix("."),))
            due = next(found, None)
        start += len(row) + 1
