"""Test sets of SelQA's form: a question, the sentences of an article's section, and which of them answer."""

from loccit.errors import BadTestSet
from loccit.evaluate.fields import Fields, entries, opening
from loccit.evaluate.testset import Candidate, Context, Evidence, Item, TestSet


def read(text: str, name: str) -> TestSet | None:
    """The questions, numbered, and the articles, as far as sections of them are given."""
    if not {"question", "candidates"} <= set(opening(text, "[{")):
        return None
    sections: dict[str, dict[str, None]] = {}
    items: list[Item] = []
    for number, fields in enumerate(entries(text, name, "question"), 1):
        item = _item(fields, str(number))
        if item.context:
            sections.setdefault(item.context.article, {})[item.context.text] = None
        items.append(item)
    contexts = tuple(Context(title=title, paragraphs=tuple(texts)) for title, texts in sections.items())
    return TestSet(name=name, items=tuple(items), contexts=contexts)


def _item(fields: Fields, item_id: str) -> Item:
    sentences, right = fields.texts("candidates", as_they_are=True), fields.take("answers", list)
    if not any(map(str.strip, sentences)):
        raise BadTestSet(f"{fields.place}: there are no 'candidates'. Add some.")
    for place in right:
        if type(place) is not int or not 0 <= place < len(sentences):
            raise BadTestSet(
                f"{fields.place}: 'answers' names the candidate {place!r:.40}, there are 0 to {len(sentences) - 1}."
                " Correct it."
            )
    article = fields.text("article")
    given = [  # the published sets have empty ones
        Candidate(text=sentence, right=number in right) for number, sentence in enumerate(sentences) if sentence.strip()
    ]
    answers = dict.fromkeys(candidate.text for candidate in given if candidate.right)
    return Item(
        id=item_id,
        question=fields.text("question"),
        answerable=bool(answers),
        evidence=tuple(Evidence(article=article, text=text) for text in answers),
        tags=fields.texts("q_types"),
        context=Evidence(article=article, text="\n".join(candidate.text for candidate in given)),
        candidates=tuple(given),
    )
