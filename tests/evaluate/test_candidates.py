"""The ranking of given sentences, through the scorer that the bot uses."""

from collections.abc import Iterator

import pytest

from loccit.evaluate import Row, TestSet, closed_index, evaluate, measure, read_testset
from loccit.evaluate.candidates import candidates_of
from loccit.evaluate.measures import average_precision
from loccit.index import Index
from tests.evaluate.test_formats import HEAD, text

SENTENCES = (
    "The landing was shown live . It was watched by Mr. Smith of Ohio .",
    "first",
    "Neil Armstrong was the first man on the Moon .",
    "The lunar module Eagle carried Neil Armstrong , the first on the Moon .",
)
OTHERS = ("Mount Everest rises high .", "Hillary climbed it in 1953 .")


@pytest.fixture(scope="module")
def testset(tmp_path_factory: pytest.TempPathFactory) -> TestSet:
    apollo = [f"D1\tApollo 11\tD1-{n}\t{s}" for n, s in enumerate(SENTENCES)]
    rows = [
        *(f"Q1\tWho was the first man on the Moon?\t{line}\t{n // 2}" for n, line in enumerate(apollo)),
        *(f"Q2\tWho slept?\t{line}\t0" for line in apollo),
        *(f"Q3\tzebra?\tD2\tEverest\tD2-{n}\t{s}\t{n}" for n, s in enumerate(OTHERS)),
    ]
    return read_testset(text(tmp_path_factory.mktemp("sets") / "wikiqa.tsv", "\n".join([HEAD, *rows])))


@pytest.fixture(scope="module")
def index(testset: TestSet) -> Iterator[Index]:
    with closed_index(testset, language="en") as index:
        yield index


def test_each_candidate_is_one_sentence_of_one_passage(index: Index, testset: TestSet) -> None:
    first, last = (candidates_of(index, testset.items[number]) for number in (0, 2))
    (hit,) = first.hits
    passage = hit.passage
    assert tuple(passage.text[slice(*sentence.span)] for sentence in passage.sentences) == SENTENCES
    assert first.labels == (False, False, True, True)
    assert (passage.source.title, passage.language, passage.context) == ("Apollo 11", "en", ("en:apollo", "en:11"))
    assert first.lexicon.languages == index.catalog.languages()
    assert last.question.text == "zebra?"
    assert last.hits[0].score > 0  # though no term meets


def test_ranks_are_those_of_the_scorer_and_nobody_is_forgotten(index: Index, testset: TestSet) -> None:
    first, last = (candidates_of(index, testset.items[number]) for number in (0, 2))
    ranked = index.rank(first.question, first.hits, first.lexicon)
    assert len(ranked) == 4
    assert first.ranks(ranked) == [1, 2]
    assert first.ranks(ranked[::-1]) == [3, 4]
    assert first.ranks([]) == [3, 4]
    assert last.ranks([]) == [2]


def test_average_precision() -> None:
    assert average_precision([1, 2], 2) == 1
    assert average_precision([4, 1], 2) == pytest.approx((1 + 2 / 4) / 2)
    assert average_precision([2], 2) == pytest.approx(1 / 4)
    assert average_precision([], 2) == average_precision([], 0) == 0


def test_map_and_mrr_are_over_the_questions_with_a_right_sentence(index: Index, testset: TestSet) -> None:
    evaluation = evaluate(index, testset)
    ranked = [(row.candidate_rank, row.average_precision) for row in evaluation.rows]
    assert ranked[:2] == [(1, 1.0), (None, None)]
    assert ranked[2] in ((1, 1.0), (2, 0.5))
    assert evaluation.measures["sentence/map"].n == evaluation.measures["sentence/mrr"].n == 2
    rows = [
        Row(id="1", question="?", answerable=True, candidate_rank=4, average_precision=0.25),
        Row(id="2", question="?", answerable=True, candidate_rank=1, average_precision=0.75),
        Row(id="3", question="?", answerable=True, average_precision=0.0, problem="too long"),
        Row(id="4", question="?", answerable=False),
    ]
    measured = measure(rows)
    assert measured["sentence/map"].value == pytest.approx(1 / 3)
    assert measured["sentence/map"].n == 3
    assert measured["sentence/mrr"].value == pytest.approx(1.25 / 3)


def test_the_articles_of_the_set_are_searched_too(index: Index, testset: TestSet) -> None:
    first = evaluate(index, testset).rows[0]
    assert (first.article, first.passage_rank, first.right, first.problem) == ("D1", 1, None, None)
