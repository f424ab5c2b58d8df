"""A question becomes its terms, and its terms the passages that hold them, scored by the exact BM25."""

import pytest

from loccit.chunker import chunk
from loccit.index import Index
from loccit.retriever import CANDIDATES, bm25, retrieve, understand
from loccit.settings import IndexSettings
from loccit.types import Entry, Hit, Passage
from tests.conftest import MakeIndex
from tests.engines import oracle

ENGLISH = IndexSettings(languages=("en",))


def passages_of(index: Index) -> list[Passage]:
    articles = [index.article(article_id) for article_id in index.catalog.titles()]
    return [passage for article in articles if article for passage in chunk(article)]


def hits_of(index: Index, text: str, limit: int = CANDIDATES) -> list[Hit]:
    question = index.understand(text)
    return retrieve(question, index._engine, index.look_up(question), limit=limit)


@pytest.mark.parametrize(
    "text",
    [
        "Who is the Palestinian ambassador in Malaysia?",
        "Malaysia Palestine Malaysia",
        "aid",
        "Hamas Hamas leaders of the Gaza Strip visited in 2013",
        "zebra Palestine",
    ],
)
def test_scores_are_those_of_the_oracle(sample: Index, text: str) -> None:
    terms = sample.understand(text).terms["en"]
    passages = passages_of(sample)
    expected = oracle.bm25(terms, passages)
    hits = hits_of(sample, text, limit=len(passages))
    assert {hit.passage.id: hit.score for hit in hits} == pytest.approx(expected, rel=1e-12)
    assert [hit.passage.id for hit in hits] == sorted(expected, key=lambda key: (-expected[key], key))
    assert {hit.passage for hit in hits} <= set(passages), "what the engine gives is what the chunker made"


def test_the_score_of_one_passage_by_hand(make_index: MakeIndex) -> None:
    """Two passages of 4 and 2 terms, their titles counted (mean 3); `sail` is twice in the first and nowhere else.

    idf = ln(1 + 1.5 / 1.5) = ln 2; norm = 1.2 × (1/4 + 3/4 × 4/3) = 1.5; ln 2 × 2 × 2.2 / (2 + 1.5).
    """
    index = make_index({"one.txt": "Sails sail 7.", "two.txt": "Car."}, ENGLISH)
    (first,) = hits_of(index, "sail")
    assert first.passage.terms == ["en:one", "en:sail", "en:sail", "en:7"]
    assert first.score == pytest.approx(0.8713850269896455, rel=1e-12)


def test_equal_scores_come_in_the_order_of_ids(make_index: MakeIndex) -> None:
    index = make_index({f"{letter}.txt": "= Ship =\n\nThe ship sails.\n" for letter in "dbac"}, ENGLISH)
    assert [hit.passage.source.file for hit in hits_of(index, "ship")] == [f"articles/{x}.txt" for x in "abcd"]


def test_no_term_no_hit(sample: Index) -> None:
    for text in ("who is the", "?!", "zebra"):
        assert hits_of(sample, text) == []


def test_a_limit_keeps_the_best(sample: Index) -> None:
    whole = hits_of(sample, "Palestine Malaysia embassy")
    assert len(whole) > 3
    assert hits_of(sample, "Palestine Malaysia embassy", limit=3) == whole[:3]


def test_a_hidden_article_is_not_found_and_takes_no_one_s_place(sample: Index) -> None:
    question = sample.understand("Palestine")
    lexicon = sample.look_up(question)
    hidden = "articles/malaysia-palestine-relations.txt"
    hits = sample.retrieve(question, lexicon, without=hidden)
    assert hits == [hit for hit in hits_of(sample, "Palestine", 1_000) if hit.passage.source.article_id != hidden]
    assert hits


def test_bm25_of_a_passage_without_the_terms_is_zero(sample: Index) -> None:
    question = sample.understand("zebra")
    assert bm25(question.terms["en"], Entry.of(passages_of(sample)[0]), sample.look_up(question)) == 0.0


def test_understanding_gives_the_terms_of_every_language_of_the_index() -> None:
    question = understand("Where are the ships of Malé?", "en", ["en", "ms"])
    assert question.terms == {"en": ("en:ship", "en:male"), "ms": ("ms:kapal", "ms:male")}
    assert (question.text, question.language, question.understood_as) == ("Where are the ships of Malé?", "en", None)


def test_a_language_the_index_has_not_is_asked_in_those_it_has() -> None:
    question = understand("где посол?", "ru", ["en"])
    assert (question.language, question.terms) == ("ru", {"en": ("en:ambassador",)})


def test_a_language_that_nothing_is_known_of_is_asked_in_its_own_words() -> None:
    question = understand("missä on suurlähettiläs?", "fi", ["en"])
    assert (question.language, question.terms) == ("fi", {"en": ("en:missa", "en:suurlahettila")})


def test_the_completed_question_is_the_one_searched() -> None:
    question = understand("Why?", "en", ["en"], "Why? (Najib Gaza)")
    assert (question.text, question.understood_as) == ("Why?", "Why? (Najib Gaza)")
    assert question.terms == {"en": ("en:najib", "en:gaza")}
