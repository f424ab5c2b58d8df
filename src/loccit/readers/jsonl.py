"""JSON lines: on each line an object with an article's `id`, `title` and `text`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from loccit.readers import wikitext
from loccit.readers.contents import BOM, MAX_BYTES, Unreadable, check, decode, opened, too_long
from loccit.readers.outline import sections
from loccit.types import Article, Skipped

NUMBERS = ("id", "revision")
"""These may also be whole numbers."""

PIECE = 1 << 20
"""As much as is read at once of a line that is too long."""


def read(path: Path, file: str) -> Iterator[Article | Skipped]:
    """Yield the articles of a file, however large, one in memory at a time."""
    blank = True
    with opened(path) as content:
        for number, (offset, row, size) in enumerate(rows(content), start=1):
            if not row.strip():
                continue
            blank = False
            try:
                yield article(record(row, offset, size), file)
            except Unreadable as error:
                yield Skipped(file=file, reason=f"line {number:,}: {error}")
    if blank:
        raise Unreadable("there is no text, only blanks")


def rows(content: BinaryIO) -> Iterator[tuple[int, bytes, int]]:
    """Yield where each line begins, the line, and its size; of a line that is too long only a part is kept."""
    offset = 0
    while row := content.readline(MAX_BYTES + 1):
        size = len(row)
        if size > MAX_BYTES:
            last, row = row, row[:PIECE]
            while not last.endswith(b"\n") and (last := content.readline(PIECE)):
                size += len(last)
        yield offset, row, size
        offset += size


def record(row: bytes, offset: int, size: int) -> dict[str, object]:
    """Parse the object of a line."""
    if size > MAX_BYTES:
        raise Unreadable(too_long(size, "bytes"))
    try:
        found = json.loads(decode(row, offset).removeprefix(BOM).rstrip())
    except json.JSONDecodeError as error:
        raise Unreadable(f"this is not JSON ({error.msg}, column {error.colno:,}); write one object a line") from None
    except (ValueError, RecursionError):
        raise Unreadable("this JSON has a number that is too long, or is nested too deeply") from None
    if not isinstance(found, dict):
        raise Unreadable(f'this is {kind(found)}, not an object; write {{"id": ..., "title": ..., "text": ...}}')
    return found


def article(found: dict[str, object], file: str) -> Article:
    """Make the article of an object."""
    text = required(found, "text")
    marks = wikitext.marks(text) if wikitext.is_wikitext(text) else ()
    return Article(
        id=filled(found, "id"),
        title=filled(found, "title"),
        language=field(found, "language"),
        text=text,
        sections=sections(text, marks),
        url=field(found, "url"),
        file=file,
        revision=field(found, "revision"),
        date=field(found, "date"),
    )


def filled(found: dict[str, object], name: str) -> str:
    """Take a field that must not be blank."""
    text = required(found, name)
    if not text.strip():
        raise Unreadable(f"`{name}` is empty; fill it in")
    return text


def required(found: dict[str, object], name: str) -> str:
    """Take a field that must be there."""
    text = field(found, name)
    if text is None:
        raise Unreadable(f"there is no `{name}`; add it")
    return text


def field(found: dict[str, object], name: str) -> str | None:
    """Take a field that is text, or None if it is not there."""
    value = found.get(name)
    if name in NUMBERS and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Unreadable(f"`{name}` is {kind(value)}, not a string; put it in quotation marks")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Unreadable(f"character {error.start:,} of `{name}` is half a surrogate pair; remove it") from None
    return check(value, f"of `{name}` ")


def kind(value: object) -> str:
    """Name what JSON calls a value."""
    if isinstance(value, str):
        return "a string"
    if isinstance(value, list | dict):
        return "an array" if isinstance(value, list) else "an object"
    return "null" if value is None else "a truth value" if isinstance(value, bool) else "a number"
