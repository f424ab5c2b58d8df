"""Test sets of our own form: one question a line, as a JSON object."""

from loccit.errors import BadTestSet
from loccit.evaluate.fields import Fields, checked, line_of
from loccit.evaluate.testset import Evidence, Item, TestSet

KEYS = ("id", "question", "answers", "answerable", "evidence", "history", "tags")


def read(text: str, name: str) -> TestSet | None:
    """The questions of the lines; blank lines are skipped."""
    if text.strip() and not text.lstrip().startswith("{"):
        return None
    items: dict[str, tuple[int, Item]] = {}
    for number, line in enumerate(text.split("\n"), 1):  # not splitlines: JSON may hold U+2028 as it is
        if not line.strip():
            continue
        place = f"{name}, line {number}"
        item = _item(line, place)
        if item.id in items:
            first, _ = items[item.id]
            raise BadTestSet(f"{place}: the id '{item.id}' is that of line {first} too. Give each question its own.")
        items[item.id] = number, item
    return TestSet(name=name, items=tuple(item for _, item in items.values()))


def _item(line: str, place: str) -> Item:
    value = line_of(line, place)
    fields = Fields(value, place, KEYS)
    answers = fields.texts("answers")
    entries = (Fields(entry, place, tuple(Evidence.model_fields)) for entry in fields.take("evidence", list, []))
    evidence = tuple(Evidence(article=entry.text("article"), text=entry.text("text")) for entry in entries)
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
