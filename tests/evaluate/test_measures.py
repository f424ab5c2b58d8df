"""The measures, against cases worked out by hand and an oracle that tries everything."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loccit.evaluate.measures import (
    Asked,
    aurc,
    auroc,
    coverage_at,
    exact_match,
    f1,
    ndcg,
    percentile,
    reciprocal_rank,
    wilson,
)

SCORES = st.lists(st.integers(0, 5).map(float), max_size=12)


def test_reciprocal_rank() -> None:
    assert [reciprocal_rank(rank, 10) for rank in (1, 4, 10, 11, None)] == [1, 0.25, 0.1, 0, 0]


def test_ndcg() -> None:
    assert ndcg([0, 1], [1], 10) == pytest.approx(1 / math.log2(3))
    assert ndcg([1, 0, 1], [1, 1], 10) == pytest.approx((1 + 1 / 2) / (1 + 1 / math.log2(3)))
    assert ndcg([0, 1], [1], 1) == 0
    assert ndcg([2, 1], [1, 2], 2) == 1
    assert ndcg([0], [], 10) == 0


def test_auroc_counts_ties_half() -> None:
    assert auroc([0.9, 0.8], [0.1, 0.2]) == 1
    assert auroc([0.1], [0.9]) == 0
    assert auroc([0.5], [0.5]) == 0.5
    assert auroc([0.9, 0.5], [0.5, 0.1]) == 0.875
    assert auroc([], [0.5]) is None
    assert auroc([0.5], []) is None


@given(SCORES, SCORES)
def test_auroc_is_the_share_of_pairs_in_order(positive: list[float], negative: list[float]) -> None:
    pairs = [(p > n) + (p == n) / 2 for p in positive for n in negative]
    assert auroc(positive, negative) == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)


def test_aurc() -> None:
    assert aurc([]) is None
    assert aurc([Asked(0.9, True), Asked(0.1, True)]) == 0
    # risks 0, 1/2, 1/3
    assert aurc([Asked(0.5, False), Asked(0.1, True), Asked(0.9, True)]) == pytest.approx((1 / 2 + 1 / 3) / 3)
    # equally sure: risks 1/2, 1/2, whichever comes first
    assert aurc([Asked(0.5, False), Asked(0.5, True)]) == aurc([Asked(0.5, True), Asked(0.5, False)]) == 0.5


def test_coverage_at_a_precision() -> None:
    asked = [Asked(0.9, True), Asked(0.8, True), Asked(0.7, False), Asked(0.6, True), Asked(0.5, True)]
    assert coverage_at(1.0, asked, 4) == 0.5
    assert coverage_at(0.8, asked, 4) == 1
    assert coverage_at(0.8, asked, 8) == 0.5
    assert coverage_at(0.9, [Asked(0.5, True), Asked(0.5, False)], 2) == 0  # no threshold parts the two
    assert coverage_at(0.9, [Asked(0.5, False)], 0) is None
    # all of ten thousand at a precision that floats cannot hold
    assert coverage_at(0.9, [Asked(0.5, n >= 1000) for n in range(10_000)], 9_000) == 1


def test_percentile() -> None:
    assert percentile([], 50) is None
    assert percentile([3], 95) == 3
    assert percentile([4, 1, 3, 2], 50) == 2.5
    assert percentile(range(101), 95) == 95


def test_wilson_interval() -> None:
    # Newcombe 1998, table I: 81 of 263 and 0 of 20
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)
    assert wilson(1, 20) == pytest.approx((0.8389, 1), abs=5e-5)


@pytest.mark.parametrize(
    ("said", "answers", "em", "shared"),
    [
        ("4 April 1982", ["4 April 1982", "1982"], 1, 1),
        ("the 4 April, 1982!", ["4 april 1982"], 1, 1),
        ("April 1982", ["4 April 1982"], 0, 0.8),
        ("Cairo", ["Kuala Lumpur"], 0, 0),
        ("", ["Cairo"], 0, 0),
    ],
)
def test_a_highlight_against_the_answers(said: str, answers: list[str], em: float, shared: float) -> None:
    assert exact_match(said, answers) == em
    assert f1(said, answers) == pytest.approx(shared)
