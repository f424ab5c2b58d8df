"""Tables, comma or tab separated: each row is a line that names its columns, and is quoted whole."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from loccit.readers.contents import BOM, Unreadable, check, title_of, whole
from loccit.readers.pieces import clean
from loccit.types import Article, Section, Skipped, Span

DELIMITERS = ",;\t|"


def read(path: Path, file: str) -> Iterator[Article | Skipped]:
    """Yield the article of a table: `Island: Malé; People: 142,909` for each row below the first."""
    raw = whole(path).removeprefix(BOM)
    found = rows(raw, "\t" if path.suffix.lower() == ".tsv" else delimiter(raw))
    columns = next(found, [])
    lines = [" | ".join(filter(None, columns))]
    starts, length = [0], len(lines[0])
    for row in found:
        lines.append(named(columns, row))
        starts.append(length + 1)
        length += 1 + len(lines[-1])
    text = check("\n".join(lines))
    start = len(lines[0]) + 1
    body = text[start:].strip()
    if not body:
        raise Unreadable("there is no row below the names of the columns; add one")
    start = text.index(body, start)
    section = Section(span=Span(start, start + len(body)), kind="table")
    yield Article(id=file, title=title_of(path), text=text, sections=(section,), pages=tuple(starts), file=file)


def rows(text: str, separator: str) -> Iterator[list[str]]:
    """Each row's cells without line breaks; where a quotation mark never closes, it is said in which row."""
    # Strict, for otherwise a quotation mark that never closes swallows the rest of the file in silence.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=separator != "\t")
    number = 0
    try:
        for row in reader:
            number += 1
            yield [" ".join(clean(cell).split()) for cell in row]
    except csv.Error as error:
        cure = "a quotation mark is not closed, or not doubled" if "limit" not in str(error) else "a cell is too long"
        raise Unreadable(f"row {number + 1:,} cannot be read ({error}): {cure}; mend it") from None


def named(columns: list[str], row: list[str]) -> str:
    """A row as one line, each cell behind its column's name; a cell beyond the last column has none."""
    names = [*columns, *[""] * (len(row) - len(columns))]
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in zip(names, row, strict=False) if cell)


def delimiter(text: str) -> str:
    """What separates the cells of the first row: whichever is there most often; a comma, if none is."""
    first = text.lstrip("\r\n").partition("\n")[0]
    return max(DELIMITERS, key=first.count)
