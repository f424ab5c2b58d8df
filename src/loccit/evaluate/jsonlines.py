"""Test sets of our own form: one question a line, as a JSON object."""

from loccit.evaluate.fields import Fields, apart, checked, lines, objects
from loccit.evaluate.testset import Evidence, Item, TestSet

KEYS = ("id", "question", "answers", "answerable", "evidence", "history", "tags")


def read(text: str, name: str) -> TestSet | None:
    """The questions of the lines; blank lines are skipped."""
    if text.strip() and not text.lstrip().startswith("{"):
        return None
    found = ((fields.place, _item(fields)) for fields in objects(lines(text), name, KEYS))
    return TestSet(name=name, items=apart(found, name))


def _item(fields: Fields) -> Item:
    answers, place = fields.texts("answers"), fields.place
    named = (Fields(entry, place, tuple(Evidence.model_fields)) for entry in fields.take("evidence", list, []))
    evidence = tuple(Evidence(article=entry.text("article"), text=entry.text("text")) for entry in named)
    return checked(
        Item(
            id=fields.text("id"),
            question=fields.text("question"),
            answers=answers,
            answerable=fields.take("answerable", bool, bool(answers or evidence)),
            evidence=evidence,
            history=fields.texts("history"),
            tags=fields.texts("tags"),
        ),
        place,
    )
