"""Test sets of SQuAD's form, 1.1 and 2.0, which XQuAD, ARCD and many others share.

Questions without an answer were written there with the paragraph at hand, to look as if it had one (Rajpurkar, Jia and
Liang 2018): they have the tag `adversarial`.
"""

import json
from collections.abc import Iterator

import regex

from loccit.errors import BadTestSet
from loccit.evaluate.fields import Fields, broken, checked
from loccit.evaluate.testset import ADVERSARIAL, Context, Evidence, Item, TestSet

_BEGINNING = regex.compile(r'\s*\{\s*(?:"\w+"\s*:\s*"[^"]*"\s*,\s*)*"data"\s*:')
"""By which a broken file is still known."""


def read(text: str, name: str) -> TestSet | None:
    """The questions of all paragraphs, and the articles they are the paragraphs of."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        if not _BEGINNING.match(text):
            return None
        raise BadTestSet(broken(name)) from None
    if "data" not in value:
        return None
    paragraphs: dict[str, list[str]] = {}
    items: list[Item] = []
    for entry in Fields(value, name).take("data", list):
        article = Fields(entry, name)
        title = article.text("title")
        for paragraph in article.take("paragraphs", list):
            fields = Fields(paragraph, f"{name}, '{title}'")
            context = Evidence(article=title, text=fields.text("context"))
            paragraphs.setdefault(title, []).append(context.text)
            items += questions(fields, context)
    contexts = tuple(Context(title=title, paragraphs=tuple(texts)) for title, texts in paragraphs.items())
    return TestSet(name=name, items=tuple(items), contexts=contexts)


def questions(paragraph: Fields, context: Evidence) -> Iterator[Item]:
    """The questions of one paragraph."""
    for entry in paragraph.take("qas", list):
        fields = Fields(entry, paragraph.place)
        item_id = fields.take("id", (str, int))  # some sets number them
        place = f"{paragraph.place}, question {item_id}"
        asked = Fields(entry, place)
        impossible = asked.take("is_impossible", bool, False)
        given = () if impossible else asked.take("answers", list)  # an impossible one may have "plausible" ones
        answers = dict.fromkeys(Fields(answer, place).text("text") for answer in given)
        if not answers and not impossible:
            raise BadTestSet(f'{place}: there are no answers. Add some, or "is_impossible": true.')
        yield checked(
            Item(
                id=str(item_id),
                question=asked.text("question"),
                answers=tuple(answers),
                answerable=not impossible,
                evidence=() if impossible else (context,),
                context=context,
                tags=(ADVERSARIAL,) if impossible else (),
            ),
            place,
        )
