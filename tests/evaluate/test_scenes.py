"""Questions as they might be asked elsewhere: small indexes, and words that were not meant."""

from collections import Counter

import pytest

from loccit.evaluate import Evidence, Item, TestSet
from loccit.evaluate.scenes import INSIDE, MOST, OUTSIDE, SIZES, excerpts, exchanged, typed
from loccit.evaluate.testset import Context
from loccit.languages.names import countries

VERBS = ("printed", "painted", "written", "carved")
NAMES = ("Tesla", "Edison", "Marie Curie", "Warsaw", "Oslo", "Kenya")


def paragraph(title: str, number: int) -> str:
    return f"{title} has a paragraph with the number {number}."


def item(title: str, number: int, *, answerable: bool = True) -> Item:
    text = paragraph(title, number)
    return Item(
        id=f"{title} {number}",
        question=f"Which paragraph of {NAMES[number % len(NAMES)]} was {VERBS[number % len(VERBS)]} under {number}?",
        answers=(str(number),) if answerable else (),
        answerable=answerable,
        evidence=(Evidence(article=title, text=text),) if answerable else (),
        context=Evidence(article=title, text=text),
    )


TITLES = ("Alpha", "Beta", "Gamma")
TESTSET = TestSet(
    name="made",
    items=tuple(item(title, number, answerable=number % 10 > 0) for title in TITLES for number in range(60)),
    contexts=tuple(Context(title=title, paragraphs=tuple(paragraph(title, n) for n in range(60))) for title in TITLES),
)


def test_a_small_index_is_a_stretch_of_two_articles_and_questions_to_the_first() -> None:
    small = list(excerpts(TESTSET))
    assert small == list(excerpts(TESTSET)), "the same each time"
    assert [one.contexts[0].title for one in small] == ["Alpha", "Alpha", "Beta", "Beta", "Gamma", "Gamma"]
    for one in small:
        first, second = one.contexts
        whole = next(context for context in TESTSET.contexts if context.title == first.title).paragraphs
        start = whole.index(first.paragraphs[0])
        assert first.paragraphs == whole[start : start + len(first.paragraphs)]
        assert {len(first.paragraphs), len(second.paragraphs)} <= set(SIZES)
        assert first.title != second.title
        inside = [each for each in one.items if each.context and each.context.text in first.paragraphs]
        assert 0 < len(inside) <= INSIDE
        assert len(one.items) - len(inside) == OUTSIDE
        assert all(each.answerable and each.context and each.context.article == first.title for each in one.items)


def test_of_many_articles_few_small_indexes_are_made() -> None:
    titles = [f"Title {number}" for number in range(500)]
    many = TestSet(
        name="many",
        items=tuple(item(title, 1) for title in titles),
        contexts=tuple(Context(title=title, paragraphs=(paragraph(title, 1),)) for title in titles),
    )
    assert 30 < len(list(excerpts(many))) <= MOST


def test_a_set_without_articles_has_no_small_ones() -> None:
    bare = [each.model_copy(update={"context": None}) for each in TESTSET.items]
    assert list(excerpts(TestSet(name="bare", items=tuple(bare)))) == []


def test_about_every_second_question_is_asked_once_more_with_one_word_exchanged() -> None:
    changed = exchanged(TESTSET.items, "en")
    assert changed == exchanged(TESTSET.items, "en"), "the same each time"
    before = {each.id: each for each in TESTSET.items}
    assert 0.3 < len(changed) / sum(each.answerable for each in TESTSET.items) < 0.7
    for item_id, each in changed.items():
        old = before[item_id].question.split()
        new = each.question.split()
        assert sum(a != b for a, b in zip(old, new, strict=True)) == 1
        assert (each.answerable, each.answers, each.evidence) == (False, (), ())
    kinds = Counter(each.tags[0] for each in changed.values())
    assert set(kinds) == {"name", "number", "word"}
    strangers = [each for each in changed.values() if set(each.question.split()) & set(countries("en")) - {"Kenya"}]
    assert strangers, "some names are of countries that nobody asked about"


@pytest.mark.parametrize("code", ["xx", "ja"])
def test_any_language_will_do(code: str) -> None:
    items = [Item(id=str(n), question=question) for n, question in enumerate(("東京はどこですか", "?!", "", "Wo?"))]
    assert all(each.question for each in exchanged(items, code).values())


def test_every_fourth_question_is_typed_small_and_nothing_else_is_changed() -> None:
    found = [*map(typed, TESTSET.items)]
    small = [each for each in found if each.question.islower()]
    assert 0.15 < len(small) / len(found) < 0.35
    assert [each.question.lower() for each in found] == [each.question.lower() for each in TESTSET.items]
    assert [each.id for each in found] == [each.id for each in TESTSET.items]
