"""A table of a web page or a wiki: each row becomes a line that names its columns, and so can be quoted alone."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

WIDEST, LONGEST = 1_000, 65_534
"""Columns of a table, and rows that a cell may span, as in HTML."""
MOST = 2_000_000
"""Columns and characters that reach into rows below; after these, none does."""


class Cell(NamedTuple):
    """What a cell says, whether it is a heading, and how many columns and rows it spans."""

    text: str
    heads: bool = False
    across: int = 1
    down: int = 1


Row = dict[int, Cell]
"""Cells by their first column; one that spans rows is in each of them."""
Names = dict[int, tuple[str, ...]]
"""The headings over each column."""


def lines(table: list[list[Cell]]) -> Iterator[str]:
    """Yield each row as `Year: 1930; Ships: 245`; rows of headings are no lines, they name what is below.

    Where nothing is named, bars stand between the cells, and a colon behind the heading of a row of two.
    """
    rows = list(spread(table))
    names: Names = {}
    only_headings = all(map(_is_heading, rows))
    for above, row in pairwise([{}, *rows]):
        if only_headings or not _is_heading(row):
            yield from filter(None, [_line(row, names)])
            continue
        if not _is_heading(above):
            names = {}
        for column, cell in row.items():
            for under in range(column, column + cell.across):
                names[under] = tuple(dict.fromkeys((*names.get(under, ()), cell.text.rstrip(" :"))))


def spread(table: list[list[Cell]]) -> Iterator[Row]:
    """Yield the cells of each row, with those that reach into it from above."""
    reaching: Row = {}
    left = MOST
    for cells in table:
        row = dict(reaching)
        taken = {under for column, cell in row.items() for under in range(column, column + cell.across)}
        free = 0
        for cell in cells:
            while free in taken:
                free += 1
            row[free] = cell._replace(across=max(1, min(cell.across, WIDEST - free)))
            free += row[free].across
        yield dict(sorted(row.items()))
        reaching = {column: cell._replace(down=cell.down - 1) for column, cell in row.items() if cell.down > 1}
        left -= sum(cell.across + len(cell.text) for cell in reaching.values())
        if left < 0:
            reaching = {}


def spans(number: str | None, most: int, *, zero: int = 1) -> int:
    """How many columns or rows an attribute says; one where it says nothing, `zero` where it says 0."""
    digits = (number or "").strip()
    known = digits.isascii() and digits.isdigit() and len(digits) < 10
    return min(int(digits) or zero, most) if known else 1


def _is_heading(row: Row) -> bool:
    """Whether it names columns; one cell alone is over the rows below."""
    return sum(cell.heads for cell in row.values()) > 1 and all(cell.heads or not cell.text for cell in row.values())


def _line(row: Row, names: Names) -> str:
    named = ((_name(names, column, cell), cell) for column, cell in row.items() if cell.text)
    # A heading may reach down into the rows that it names.
    cells = [(name, cell) for name, cell in named if name != cell.text or not cell.heads]
    if any(name for name, _ in cells):
        return "; ".join(f"{name}: {cell.text}" if name else cell.text for name, cell in cells)
    if len(cells) == 2 and cells[0][1].heads and not cells[1][1].heads:
        return f"{cells[0][1].text.rstrip(' :')}: {cells[1][1].text}"
    return " | ".join(cell.text for _, cell in cells)


def _name(names: Names, column: int, cell: Cell) -> str:
    """The names of the columns that it spans, none where it spans all."""
    found = dict.fromkeys(" ".join(names.get(under, ())).strip() for under in range(column, column + cell.across))
    return ", ".join(filter(None, found)) if cell.across == 1 or cell.across < len(names) else ""
