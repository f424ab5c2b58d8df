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
    """Yield the article of a table: `Island: Malé; People: 142,909` for each row below the first; a bad row ends it."""
    raw = whole(path).removeprefix(BOM)
    columns: list[str] = []
    lines: list[str] = []
    heads = 0  # characters down to the end of the row that names the columns
    refused = ""
    try:
        for row in rows(raw, "\t" if path.suffix.lower() == ".tsv" else delimiter(raw)):
            if columns or not any(row):
                lines.append(named(columns, row))
            else:
                columns = row
                lines.append(" | ".join(filter(None, columns)))
                heads = len("\n".join(lines))
    except csv.Error as error:
        # Not read past it: what follows may be the rest of a cell, and would be said of the wrong columns.
        cause = "a cell is too long" if "limit" in str(error) else "a quotation mark is not closed, or not doubled"
        refused = (
            f"row {len(lines) + 1:,} cannot be read ({error}): {cause}; mend it, the rows from there on are left out"
        )
    text = check("\n".join(lines))
    body = text[heads:].strip()
    if body:
        start = text.index(body, heads)
        starts = [0]
        for line in lines[:-1]:
            starts.append(starts[-1] + len(line) + 1)
        section = Section(span=Span(start, start + len(body)), kind="table")
        yield Article(id=file, title=title_of(path), text=text, sections=(section,), pages=tuple(starts), file=file)
    if refused or not body:
        raise Unreadable(refused or "there is no row below the names of the columns; add one")


def rows(text: str, separator: str) -> Iterator[list[str]]:
    """Each row's cells without line breaks."""
    # Strict, for otherwise a quotation mark that never closes swallows the rest of the file in silence.
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=separator != "\t"):
        yield [" ".join(clean(cell).split()) for cell in row]


def named(columns: list[str], row: list[str]) -> str:
    """A row as one line, each cell behind its column's name; a cell beyond the last column has none."""
    names = [*columns, *[""] * (len(row) - len(columns))]
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in zip(names, row, strict=False) if cell)


def delimiter(text: str) -> str:
    """What separates the cells of the first row: whichever is there most often; a comma, if none is."""
    first = text.lstrip("\r\n").partition("\n")[0]
    return max(DELIMITERS, key=first.count)
