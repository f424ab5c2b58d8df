"""Test sets of questions and answers alone: the JSON lines of NQ-open and DrQA, the JSON of WebQuestions."""

from collections.abc import Iterable, Iterator

from loccit.evaluate.fields import Fields, entries, lines, objects, opening
from loccit.evaluate.testset import Item, TestSet


def read(text: str, name: str) -> TestSet | None:
    """The questions, numbered where they have no ids; those without an answer are left out."""
    if set(opening(text, "{")) == {"question", "answer"}:
        return TestSet(name=name, items=tuple(_items(objects(lines(text), name))))
    if {"qText", "answers"} <= set(opening(text, "[{")):
        return TestSet(name=name, items=tuple(_items(entries(text, name, "question"))))
    return None


def _items(asked: Iterable[Fields]) -> Iterator[Item]:
    for number, fields in enumerate(asked, 1):
        answers = fields.texts("answer") or fields.texts("answers")
        item_id, question = fields.take("qId", str, str(number)), fields.take("qText", str, "")
        if answers:
            yield Item(id=item_id, question=question or fields.text("question"), answers=answers)
