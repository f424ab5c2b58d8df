"""Test sets of CANARD's form: the turns of a talk about a page, each with a rewrite that needs no history."""

from loccit.errors import BadTestSet
from loccit.evaluate.fields import entries, opening
from loccit.evaluate.testset import Item, Page, TestSet


def read(text: str, name: str) -> TestSet | None:
    """The turns; the page that a talk is about is the one to be found."""
    if not {"QuAC_dialog_id", "Rewrite"} <= set(opening(text, "[{")):
        return None
    items = []
    for fields in entries(text, name, "turn"):
        said = fields.texts("History", as_they_are=True)
        if not said:
            raise BadTestSet(f"{fields.place}: 'History' is empty. It has to begin with the page's title.")
        items.append(
            Item(
                id=f"{fields.text('QuAC_dialog_id')}#{fields.take('Question_no', int)}",
                question=fields.text("Question"),
                pages=(Page(id=said[0], title=said[0]),),
                history=asked(said),
                rewrite=fields.text("Rewrite"),
            )
        )
    return TestSet(name=name, items=tuple(items))


def asked(said: tuple[str, ...]) -> tuple[str, ...]:
    """What of a talk's history is asked: it begins with the page's title, which stays, and a section's, which goes.

    Then question and answer take turns.
    """
    return tuple(text for text in (*said[:1], *said[2::2]) if text.strip())
