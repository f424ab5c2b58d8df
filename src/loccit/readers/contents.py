"""What a file holds, decoded strictly, or why that cannot be."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

MAX_CHARACTERS = 10_000_000
"""The longest article."""

MAX_BYTES = 4 * MAX_CHARACTERS
"""A longer one is not even decoded: in UTF-8 a character takes four bytes at most."""

BOM = "\ufeff"

# Longest first: UTF-16's mark begins UTF-32's.
FOREIGN_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


class Unreadable(Exception):
    """Why a file, or an entry of one, cannot become an article."""


@contextmanager
def opened(path: Path, *, foreign: bool = False) -> Iterator[BinaryIO]:
    """Open a regular file, if it holds anything and stays as it is while it is read; UTF-16 if `foreign`."""
    if not S_ISREG(path.stat().st_mode):
        raise Unreadable("this is not a regular file; name a file, or a folder of files")
    # A FIFO that took the file's place since would wait for a writer for ever.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as content:
        before = os.fstat(descriptor)
        if not S_ISREG(before.st_mode):
            raise Unreadable("this is not a regular file; name a file, or a folder of files")
        if not before.st_size:
            raise Unreadable("the file is empty")
        start = content.peek(4)
        for mark, encoding in FOREIGN_MARKS.items():
            if not foreign and start.startswith(mark):
                raise Unreadable(f"the file is {encoding}; save it as UTF-8")
        yield content
        after = os.fstat(descriptor)
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise Unreadable("the file changed while it was read; index it again")


def whole(path: Path) -> str:
    """Read the text of a file that holds one article."""
    return check(decode(raw(path)))


def raw(path: Path) -> bytes:
    """Read the bytes of a file that holds one article."""
    with opened(path) as content:
        size = os.fstat(content.fileno()).st_size
        if size > MAX_BYTES:
            raise Unreadable(too_long(size, "bytes"))
        # Bounded, for a file may grow; and what was added is noticed when it closes.
        return content.read(size + 1)


def decode(raw: bytes, offset: int = 0) -> str:
    """Decode UTF-8, which begins at `offset` in the file."""
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        place = f"byte 0x{raw[error.start]:02x} at offset {offset + error.start:,}"
        raise Unreadable(f"{place} is not UTF-8; save the file as UTF-8") from None


def check(text: str, whose: str = "") -> str:
    """Pass a text on, if it is not too long and holds no NUL, which only files that are no text have."""
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(too_long(len(text), "characters"))
    if "\0" in text:
        raise Unreadable(f"character {text.index(chr(0)):,} {whose}is NUL; remove it, or save the file as plain text")
    return text


def too_long(size: int, unit: str) -> str:
    """Say why an article of that size is not read."""
    limit = MAX_CHARACTERS if unit == "characters" else MAX_BYTES
    return f"{size:,} {unit} are over the limit of {limit:,}; split the article"


def title_of(path: Path) -> str:
    """Make a title from the file's name, for an article that has none: `early-years.txt` gives "early years"."""
    return " ".join(path.stem.replace("-", " ").replace("_", " ").split()) or path.stem
