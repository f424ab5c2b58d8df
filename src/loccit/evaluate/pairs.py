"""Test sets of questions and answers alone: the JSON lines of NQ-open and DrQA, the JSON of WebQuestions."""

from collections.abc import Iterator

from loccit.evaluate.fields import Fields, line_of, opening, parsed
from loccit.evaluate.testset import Item, TestSet


def read(text: str, name: str) -> TestSet | None:
    """The questions, numbered where they have no ids; those without an answer are left out."""
    if set(opening(text, "{")) == {"question", "answer"}:
        lines = ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())
        fields = [Fields(line_of(line, place := f"{name}, line {number}"), place) for number, line in lines]
    elif {"qText", "answers"} <= set(opening(text, "[{")):
        fields = [Fields(entry, f"{name}, question {number}") for number, entry in enumerate(parsed(text, name), 1)]
    else:
        return None
    return TestSet(name=name, items=tuple(_items(fields)))


def _items(entries: list[Fields]) -> Iterator[Item]:
    for number, fields in enumerate(entries, 1):
        answers = fields.texts("answer") or fields.texts("answers")
        item_id, question = fields.take("qId", str, str(number)), fields.take("qText", str, "")
        if answers:
            yield Item(id=item_id, question=question or fields.text("question"), answers=answers)
