"""Tables of web pages and wikis: what the lines of their rows say."""

from pathlib import Path

import pytest

from loccit.readers import read
from loccit.readers.grid import LONGEST, MOST, WIDEST, Cell, lines, spans
from loccit.readers.html import pieces, tree
from loccit.types import Article
from tests.readers.test_real import REAL


def table(text: str) -> list[list[Cell]]:
    """A row a line, cells apart by bars: `!` before a heading, `2x` before what spans two columns, `2+` two rows."""
    return [[cell(each.strip()) for each in row.split("|")] for row in text.split(" / ")]


def cell(text: str) -> Cell:
    heads = text.startswith("!")
    text = text.removeprefix("!")
    across, _, rest = text.rpartition("x ")
    down, _, rest = rest.rpartition("+ ")
    return Cell(rest, heads, int(across or 1), int(down or 1))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("!Year|!Ships / 1920|112 / 1930|245", "Year: 1920; Ships: 112 / Year: 1930; Ships: 245"),
        ("!Year:|!Ships / 1920| / |112", "Year: 1920 / Ships: 112"),
        ("a|b / c|", "a | b / c"),
        ("!Area|3 km / !People:|7", "Area: 3 km / People: 7"),
        ("!Ships|112|245", "Ships | 112 | 245"),
        ("!3x Ships / !Year|!Rope|!Fish / 1920|1|2", "Ships / Year: 1920; Rope: 1; Fish: 2"),
        ("!2+ Name|!2x People / !2010|!2020 / A|1|2", "Name: A; People 2010: 1; People 2020: 2"),
        ("!A|!B|!C / x|2x y", "A: x; B, C: y"),
        ("!A|!B / 2x north / 1|2", "north / A: 1; B: 2"),
        ("!A|!B / !2+ x|1 / 2", "A: x; B: 1 / A: x; B: 2"),
        ("!A|!B / 1|2 / !C|!D / 3|4", "A: 1; B: 2 / C: 3; D: 4"),
        ("!A|!B / 1|2|3", "A: 1; B: 2; 3"),
        ("|!A|!B / x|1|2", "x; A: 1; B: 2"),
        ("!A|!B / !1|!2", "A | B / 1 | 2"),
        ("!3+ Year|!Ships / 112 / 245", "Ships: 112 / Ships: 245"),
        ("", ""),
    ],
)
def test_a_row_names_its_columns(rows: str, expected: str) -> None:
    assert " / ".join(lines(table(rows))) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [(None, 1), ("", 1), ("2", 2), (" 3 ", 3), ("0", 1), ("-2", 1), ("²", 1), ("x", 1), ("9" * 8, 7), ("9" * 5_000, 1)],
)
def test_a_span_is_a_number_or_one(number: str | None, expected: int) -> None:
    assert spans(number, 7) == expected
    assert spans("0", 7, zero=7) == 7


def test_what_spans_more_than_there_is_harms_nothing() -> None:
    assert list(lines([[Cell("a", across=WIDEST, down=LONGEST)], [Cell("b")]])) == ["a", "a | b"]


def test_what_reaches_into_many_rows_is_bounded() -> None:
    wide = [Cell(f"{n} {'x' * 100}", across=WIDEST, down=LONGEST) for n in range(WIDEST)]
    said = list(lines([wide, *([Cell("b")] for _ in range(5_000))]))
    assert said[-1] == "b"
    assert sum(map(len, said)) < 2 * MOST


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<tbody style='display:none'><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></tbody>", []),
        ("<thead hidden><tr><th>A</th><th>B</th></tr></thead><tr><th>C</th><td>2</td></tr>", ["C: 2"]),
        ("<th>A</th><td>B value</td>", ["A | B value"]),
        (
            "<tr><th>A</th><th>B</th></tr><tr><td rowspan=0>1<td>2</tr><tr><td>3</tr><tr><td>4</tr>",
            ["A: 1; B: 2", "A: 1; B: 3", "A: 1; B: 4"],
        ),
        ("<tr><td></td><td> </td><td></td></tr>", []),
        ("<tr><th>A</th><td><aside>kept</aside></td><td><form>245</form></td></tr>", ["A | kept | 245"]),
    ],
)
def test_a_table_shows_what_a_reader_sees(page: str, expected: list[str]) -> None:
    found = pieces(tree(f"<html><body><main><table>{page}</table></main></body></html>"))
    assert [piece.text for piece in found] == expected


def test_a_title_below_a_table_is_the_title(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    table = "<table><tr><th>Area</th><td>3 km</td></tr></table>"
    path.write_text(f"<title>Atoll - Wiki</title>{table}<h1>Atoll</h1><p>Text of the atoll.</p>", encoding="utf-8")
    (article,) = read(path, "a.html")
    assert isinstance(article, Article)
    assert article.title == "Atoll"


def test_a_pages_layout_is_no_table() -> None:
    layout = (
        "<table><tr><td><p>One.</p><p>Two.</p></td><td><table><tr><th>A</th><td>1</td></tr></table></td></tr></table>"
    )
    assert [piece.text for piece in pieces(tree(layout))] == ["One.", "Two.", "A: 1"]


def test_the_tables_of_an_encyclopedias_page_are_quotable_row_by_row() -> None:
    (article,) = read(REAL / "libzim" / "tables.zim", "tables.zim")
    assert isinstance(article, Article)
    for line in (
        "Inhabitants: 1,420 (2020)",
        "Languages: Dhivehi, English",
        "Ships by year",
        "Year: 1930; Ships: 245; Rope (t): 1,120",
        "Captain: Ali Saeed; Boat: Reef; Harbour: Kudhoo",
        "Captain: Mariyam Didi; Boat, Harbour: none, she swam",
    ):
        assert line in article.text.split("\n\n")
