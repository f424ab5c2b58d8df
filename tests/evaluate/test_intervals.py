"""Intervals: what is drawn gives the measure itself, and about as wide a range as theory says."""

import math
import random
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loccit.evaluate import Row, intervals, measure, measures
from loccit.evaluate.intervals import Sample, Unit, clustered_interval, interval, paired_interval, ratio

ENTRIES = st.lists(st.tuples(st.integers(0, 4).map(float), st.booleans(), st.integers(1, 3)), min_size=1, max_size=12)


def rows(size: int, articles: int) -> list[Row]:
    """Right or wrong, more or less sure."""
    dice = random.Random(0)  # noqa: S311  # nothing secret
    found = []
    for number in range(size):
        right = dice.random() < 0.7
        answerable = dice.random() < 0.6
        found.append(
            Row(
                id=str(number),
                question="?",
                answerable=answerable,
                article=f"a{number % articles}",
                confidence=round(dice.random() + 0.3 * right, 6),
                right=right if answerable else None,
                sentence_rank=1 if right else None,
                passage_rank=1,
                passage_ndcg=dice.random(),
                quotes=2,
                verbatim=2,
            )
        )
    return found


@given(ENTRIES)
def test_an_entry_drawn_twice_counts_twice(entries: list[tuple[float, bool, int]]) -> None:
    scores, labels, times = (list(column) for column in zip(*entries, strict=True))
    often = [(score, label) for score, label, many in entries for _ in range(many)]
    drawn, each = np.array(times, np.float32)[:, None], np.arange(len(times))
    asked = [measures.Asked(score, label) for score, label in often]
    right, wrong = ([score for score, label in often if label is kind] for kind in (True, False))
    with np.errstate(invalid="ignore"):
        (area,) = intervals.auroc(scores, labels)(drawn, each)
        (risk,) = intervals.aurc(scores, labels)(drawn, each)
        (covered,) = intervals.coverage_at(0.75, scores, labels, [True] * len(times))(drawn, each)
        (mean,) = ratio(scores)(drawn, each)
    expected = measures.auroc(right, wrong)
    assert math.isnan(area) if expected is None else area == pytest.approx(expected)
    assert risk == pytest.approx(measures.aurc(asked))
    assert covered == pytest.approx(measures.coverage_at(0.75, asked, len(asked)))
    assert mean == pytest.approx(sum(score for score, _ in often) / len(often))


def test_an_interval_is_as_wide_as_theory_says() -> None:
    dice = random.Random(1)  # noqa: S311
    values = [float(dice.random() < 0.7) for _ in range(2_000)]
    own = clustered_interval(values, [str(number) for number in range(2_000)])
    assert own == pytest.approx(measures.wilson(sum(values) / 2_000, 2_000), abs=0.003)
    # of articles whose questions are all right or all wrong, the articles alone count: √20 times as wide
    alike = [value for value in values[:100] for _ in range(20)]
    clustered = clustered_interval(alike, [str(number // 20) for number in range(2_000)])
    assert clustered == pytest.approx(measures.wilson(sum(values[:100]) / 100, 100), abs=0.015)


def test_intervals_are_always_the_same() -> None:
    values, articles = [0.0, 0.5, 1.0] * 10, [str(number % 12) for number in range(30)]
    once = clustered_interval(values, articles)
    intervals._draws.cache_clear()
    assert once == clustered_interval(values, articles)
    assert once is not None
    assert once[0] < 0.5 < once[1]


def test_where_articles_are_few_questions_are_drawn_and_of_few_questions_none() -> None:
    values = [0.0, 1.0] * 20
    assert clustered_interval(values, ["one"] * 40) == clustered_interval(values, [str(n) for n in range(40)])
    assert clustered_interval(values[:9], ["one"] * 9) is None
    assert clustered_interval([], []) is None


def test_what_hardly_a_draw_can_measure_has_no_interval() -> None:
    units = [Unit(str(number), str(number)) for number in range(20)]
    assert interval(Sample(units, ratio([1.0] * 20, [0.0] * 20))) is None


def test_a_small_change_on_the_same_questions_is_seen() -> None:
    dice = random.Random(2)  # noqa: S311
    before = [float(dice.random() < 0.5) for _ in range(600)]
    after = [1.0 if number % 19 == 0 else value for number, value in enumerate(before)]
    units = [Unit(f"a{number % 30}", str(number)) for number in range(600)]
    found = paired_interval(Sample(units, ratio(before)), Sample(units, ratio(after)))
    assert found is not None
    change = sum(after) / 600 - sum(before) / 600
    assert 0 <= found[0] < change < found[1] < 0.07
    alone = interval(Sample(units, ratio(after)))
    assert alone is not None
    assert alone[1] - alone[0] > 2 * (found[1] - found[0])


def test_the_same_question_is_drawn_alike_whatever_its_article_is_called() -> None:
    values = [float(number % 3 == 0) for number in range(60)]
    one, other = ([Unit(f"{name}{number % 12}", str(number)) for number in range(60)] for name in "ab")
    assert paired_interval(Sample(one, ratio(values)), Sample(other, ratio(values))) == (0, 0)


def test_more_articles_than_are_drawn_singly_are_drawn_in_bundles(monkeypatch: pytest.MonkeyPatch) -> None:
    values, articles = [0.0, 1.0, 1.0, 1.0] * 500, [str(number) for number in range(2_000)]
    single = clustered_interval(values, articles)
    monkeypatch.setattr(intervals, "MOST", 400)
    assert clustered_interval(values, articles) == pytest.approx(single, abs=0.006)
    assert clustered_interval(values, articles) != single


def test_shares_of_few_articles_or_without_width_have_wilsons_interval() -> None:
    few, many = measure(rows(60, 2)), measure(rows(60, 20))
    right, n = few["answer/sentence@1"].value, few["answer/sentence@1"].n
    assert right is not None
    assert few["answer/sentence@1"].interval == measures.wilson(right, n)
    assert many["answer/sentence@1"].interval != measures.wilson(right, n)
    assert many["retrieval/success@1"].interval == measures.wilson(1.0, n)
    assert many["citation/verbatim"].interval == measures.wilson(1.0, 120)
    for name in ("retrieval/ndcg@10", "decline/auroc/answerable", "decline/aurc", "decline/coverage@80"):
        value, between = many[name].value, many[name].interval
        assert value is not None
        assert between is not None
        assert between[0] <= value <= between[1]


def test_three_thousand_rows_are_measured_in_half_a_second() -> None:
    asked = rows(3_000, 24)
    start = time.process_time()
    measure(asked)
    assert time.process_time() - start < 2  # half a second on a machine that does nothing else
