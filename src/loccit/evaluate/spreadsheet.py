"""Test sets out of a spreadsheet: CSV with a header, a question a row."""

import csv
import io

from loccit.errors import BadTestSet
from loccit.evaluate.fields import apart, checked, nearest
from loccit.evaluate.testset import Evidence, Item, Page, TestSet

COLUMNS = ("question", "answers", "answerable", "article", "text", "history", "id", "tags")
DELIMITERS = ",;\t"
"""Which one a program writes depends on its language; the header tells."""
SEVERAL = "|"
"""Stands between answers, earlier questions and tags."""
SAID = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
LONGEST_CELL = 1_000_000
Row = dict[str, str]


def read(text: str, name: str) -> TestSet | None:
    """The questions of the rows; of all columns but `question` any may be missing, and cells may be empty."""
    head = text.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=head.count)
    columns = [cell.strip().strip('"').strip().casefold() for cell in head.split(delimiter)]
    if "question" not in columns:
        return None
    for column in columns:
        if column not in COLUMNS:
            raise BadTestSet(f"{name}: there is no column '{column}'. {nearest(column, COLUMNS)}")
        if columns.count(column) > 1:
            raise BadTestSet(f"{name} has two columns '{column}'. Leave one out.")
    found = ((place, _item(row, place)) for place, row in _rows(text, delimiter, columns, name))
    return TestSet(name=name, items=apart(found, name))


def _rows(text: str, delimiter: str, columns: list[str], name: str) -> list[tuple[str, Row]]:
    # All at once: the limit is for the whole process, and has to be back before anybody else reads a table.
    found: list[tuple[str, Row]] = []
    limit = csv.field_size_limit(LONGEST_CELL)
    rows = csv.reader(io.StringIO(text.lstrip(), newline=""), delimiter=delimiter, strict=True)
    number = 1
    try:
        next(rows)
        for number, cells in enumerate(rows, 2):
            if not any(cell.strip() for cell in cells):
                continue
            place = f"{name}, row {number}"
            if len(cells) != len(columns):
                raise BadTestSet(
                    f"{place} has {len(cells)} cell{'s' * (len(cells) > 1)}, the header {len(columns)}."
                    f" Put a cell that holds a '{delimiter}' in quotation marks."
                )
            found.append((place, dict(zip(columns, map(str.strip, cells), strict=True))))
    except csv.Error as error:
        raise BadTestSet(
            f"{name} is no CSV from its row {number + 1} on ({error}). Save it as CSV once more."
        ) from None
    finally:
        csv.field_size_limit(limit)
    return found


def _item(row: Row, place: str) -> Item:
    if not row["question"]:
        raise BadTestSet(f"{place}: 'question' is empty. Fill it in or leave the row out.")
    answers, article, text = _several(row, "answers"), row.get("article", ""), row.get("text", "")
    if text and not article:
        raise BadTestSet(f"{place} has a text but no article. Name the article it stands in.")
    said = row.get("answerable", "").casefold()
    if said and said not in SAID:
        raise BadTestSet(f"{place}: 'answerable' is '{said:.40}'. It has to be yes or no, or empty.")
    return checked(
        Item(
            id=row.get("id") or place.rpartition(" ")[2],
            question=row["question"],
            answers=answers,
            answerable=SAID[said] if said else bool(answers or article),
            evidence=(Evidence(article=article, text=text),) if text else (),
            pages=(Page(id=article),) if article and not text else (),
            history=_several(row, "history"),
            tags=_several(row, "tags"),
        ),
        place,
    )


def _several(row: Row, column: str) -> tuple[str, ...]:
    parts = (part.strip() for part in row.get(column, "").split(SEVERAL))
    return tuple(dict.fromkeys(part for part in parts if part))
