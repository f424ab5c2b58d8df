"""Test sets of our own form: one question a line, as a JSON object."""

import json

from loccit.errors import BadTestSet
from loccit.evaluate.fields import Fields, checked
from loccit.evaluate.testset import Evidence, Item, TestSet


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
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        reason = (
            f"{error.msg}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "too deep or too long"
        )
        raise BadTestSet(f"{place} is not JSON ({reason}). Write each question as one object on a line.") from error
    fields = Fields(value, place, tuple(name for name in Item.model_fields if name != "context"))
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
