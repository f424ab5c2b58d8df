"""Test sets of IDK-MRC's form: a list of paragraphs without titles, each with questions like SQuAD's."""

from loccit.evaluate.fields import entries, opening
from loccit.evaluate.squad import questions
from loccit.evaluate.testset import Context, Evidence, Item, TestSet


def read(text: str, name: str) -> TestSet | None:
    """The questions of all paragraphs, each paragraph an article whose title is its number."""
    if not {"context", "qas"} <= set(opening(text, "[{")):
        return None
    items: list[Item] = []
    contexts: list[Context] = []
    for number, paragraph in enumerate(entries(text, name, "paragraph"), 1):
        context = Evidence(article=str(number), text=paragraph.text("context"))
        items += questions(paragraph, context)
        contexts.append(Context(title=context.article, paragraphs=(context.text,)))
    return TestSet(name=name, items=tuple(items), contexts=tuple(contexts))
