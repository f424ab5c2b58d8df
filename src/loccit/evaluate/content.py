"""A test set's file as text, unpacked where it is gzipped; never more of it than memory bears."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from loccit.errors import BadTestSet

MOST = 256 << 20
"""Bytes of a file that is read whole, unpacked: a hundred thousand questions with paragraphs are a tenth of it."""
LONGEST_LINE = 16 << 20
"""Bytes of a line where a file is read line by line."""
GZIP = b"\x1f\x8b"


def text_of(path: Path, what: str = "test set") -> str:
    """The whole text of a file; raises BadTestSet."""
    with _opened(path, what) as file:
        content = file.read(MOST + 1)
    if len(content) > MOST:
        raise BadTestSet(f"{path} holds more than {MOST >> 20} MiB of text. Split it into several files.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadTestSet(f"{path} is not UTF-8 from its byte {error.start:,} on. Save it as UTF-8.") from error


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file of any size that are not blank, with their numbers; raises BadTestSet."""
    number = 0
    with _opened(path) as file:
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                raise BadTestSet(f"{path}, line {number} holds more than {LONGEST_LINE >> 20} MiB. Is it such a file?")
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                raise BadTestSet(f"{path}, line {number} is not UTF-8. Save the file as UTF-8.") from None
            if text.strip():
                yield number, text


@contextmanager
def _opened(path: Path, what: str = "test set") -> Iterator[IO[bytes]]:
    try:
        with path.open("rb") as plain:
            if plain.peek(2)[:2] == GZIP:
                with gzip.GzipFile(fileobj=plain) as packed:
                    yield cast("IO[bytes]", packed)
            else:
                yield plain
    except FileNotFoundError:
        raise BadTestSet(f"There is no {what} {path}. Check the path.") from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise BadTestSet(f"{path} is not whole: what is packed in it breaks off. Fetch it once more.") from None
    except OSError as error:
        raise BadTestSet(f"{path} cannot be read: {error.strerror}.") from error
