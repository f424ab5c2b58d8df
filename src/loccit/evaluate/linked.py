"""Test sets whose questions name the pages that answer them: JSON lines with `qid`, `question`, `gold_pages`."""

from loccit.evaluate.canard import asked
from loccit.evaluate.fields import Fields, checked, lines, objects, opening
from loccit.evaluate.testset import Item, Page, TestSet


def read(text: str, name: str) -> TestSet | None:
    """The questions of the lines; answers that do not stand in the page as it is are left out."""
    if not {"question", "gold_pages"} <= set(opening(text, "{")):
        return None
    return TestSet(name=name, items=tuple(map(_item, objects(lines(text), name))))


def _item(fields: Fields) -> Item:
    named = (Fields(entry, fields.place) for entry in fields.take("gold_pages", list))
    pages = tuple(Page(id=str(entry.take("curid", (str, int))), title=entry.text("title")) for entry in named)
    return checked(
        Item(
            id=str(fields.take("qid", (str, int))),
            question=fields.text("question"),
            answers=fields.texts("answers") if fields.take("answer_in_page", bool, True) else (),
            pages=pages,
            history=asked(fields.texts("history", as_they_are=True)),
            rewrite=fields.text("rewrite") if fields.take("rewrite", str, "") else None,
        ),
        fields.place,
    )
