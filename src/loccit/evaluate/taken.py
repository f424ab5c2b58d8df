"""The measures of an evaluation, taken from its rows alone."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain
from typing import NamedTuple

from loccit.evaluate import intervals, measures
from loccit.evaluate.evaluation import Measure, Row
from loccit.evaluate.intervals import Sample, Unit
from loccit.evaluate.measures import reciprocal_rank, wilson

FOUND = 5
"""Passages among which a follow-up's article has to be."""


class Taken(NamedTuple):
    """A measure's value over `n` questions, and what its interval is drawn from."""

    value: float | None
    n: int
    sample: Sample
    share: bool = False
    """Whether it is a share of yes and no: then Wilson's interval stands in where drawing gives none."""

    def measured(self) -> Measure:
        """The value and its interval."""
        if self.value is None:
            return Measure(value=None, n=0)
        few = len({unit.article or unit for unit in self.sample.units}) < intervals.FEW
        drawn = None if self.share and few else intervals.interval(self.sample)
        if self.share and (drawn is None or drawn[0] == drawn[1]):  # at 0 and 1 every draw is alike
            drawn = wilson(self.value, self.n)
        return Measure(value=self.value, n=self.n, interval=drawn)


def measure(rows: Sequence[Row]) -> dict[str, Measure]:
    """The measures of some rows: of all, or of those with a tag."""
    return {name: each.measured() for name, each in take(rows).items()}


def take(rows: Sequence[Row]) -> dict[str, Taken]:
    """The measures of some rows, before their intervals are drawn."""
    answerable = [row for row in rows if row.answerable]
    evidenced = [row for row in answerable if row.article is not None]
    answered = [row for row in answerable if row.right is not None]
    unanswerable = [row for row in rows if not row.answerable]
    hidden = [row for row in answerable if row.hidden is not None]
    ranked = [row for row in rows if row.average_precision is not None]
    rewritten = [row for row in evidenced if row.rewritten is not None]
    asked = [Entry.of(row) for row in (*answered, *unanswerable)]
    positive = [Entry.of(row) for row in answerable]
    unsure = [Entry(_unit(row), row.hidden.confidence) for row in hidden if row.hidden is not None]
    everything = [*asked, *unsure]
    return {
        **{f"retrieval/success@{k}": _share(evidenced, partial(_found, k)) for k in (1, 5, 10)},
        "retrieval/mrr@10": _mean(evidenced, lambda row: reciprocal_rank(row.passage_rank, 10)),
        "retrieval/ndcg@10": _mean(evidenced, lambda row: row.passage_ndcg),
        **{f"answer/sentence@{k}": _share(answered, partial(_said, k)) for k in (1, 3)},
        "answer/sentence@1+decline": _share(answered, lambda row: row.said is True),
        "answer/evidence@1": _share([row for row in answered if row.covers is not None], lambda row: bool(row.covers)),
        "answer/em": _mean([row for row in answered if row.em is not None], lambda row: row.em or 0.0),
        "answer/f1": _mean([row for row in answered if row.f1 is not None], lambda row: row.f1 or 0.0),
        "sentence/map": _mean(ranked, lambda row: row.average_precision or 0.0),
        "sentence/mrr": _mean(ranked, lambda row: reciprocal_rank(row.candidate_rank, row.candidate_rank or 0)),
        "decline/rate": _share(answerable, lambda row: row.declined),
        "decline/right": _share(unanswerable, lambda row: row.declined),
        "decline/right/without-gold": _share(hidden, lambda row: row.hidden is not None and row.hidden.declined),
        "decline/auroc/answerable": _auroc(positive, [*(Entry.of(row) for row in unanswerable), *unsure]),
        "decline/auroc/without-gold": _auroc(positive, unsure),
        "decline/auroc/correct": _auroc([e for e in asked if e.right], [e for e in asked if not e.right]),
        "decline/aurc": _aurc(asked if answered else []),
        "decline/coverage@80": _coverage(0.8, everything, len(answered)),
        "decline/coverage@90": _coverage(0.9, everything, len(answered)),
        "followup/retained": _ratio(
            rewritten,
            [_within(row.passage_rank, FOUND) for row in rewritten],
            [_within(row.rewritten.passage_rank, FOUND) for row in rewritten if row.rewritten is not None],
        ),
        "citation/verbatim": _ratio(
            rows, [row.verbatim for row in rows], quotes := [row.quotes for row in rows], n=sum(quotes), share=True
        ),
    }


class Entry(NamedTuple):
    """How sure an answer was, and whether it was right."""

    unit: Unit
    confidence: float
    right: bool = False

    @classmethod
    def of(cls, row: Row) -> "Entry":
        """The answer of a row."""
        return cls(_unit(row), row.confidence, bool(row.right))


def _found(cutoff: int, row: Row) -> bool:
    return _within(row.passage_rank, cutoff)


def _said(cutoff: int, row: Row) -> bool:
    return _within(row.sentence_rank, cutoff)


def _unit(row: Row) -> Unit:
    return Unit(row.article, row.id)


def _within(rank: int | None, cutoff: int) -> bool:
    return rank is not None and rank <= cutoff


def _share(rows: Sequence[Row], holds: Callable[[Row], bool]) -> Taken:
    return _mean(rows, holds)._replace(share=True)


def _mean(rows: Sequence[Row], value: Callable[[Row], float]) -> Taken:
    return _ratio(rows, [value(row) for row in rows], [1] * len(rows))


def _ratio(
    rows: Sequence[Row], tops: Sequence[float], bottoms: Sequence[float], *, n: int | None = None, share: bool = False
) -> Taken:
    whole = sum(bottoms)
    sample = Sample([_unit(row) for row in rows], intervals.ratio(tops, bottoms))
    return Taken(sum(tops) / whole if whole else None, len(rows) if n is None else n, sample, share)


def _auroc(positive: Sequence[Entry], negative: Sequence[Entry]) -> Taken:
    sure, unsure = ([each.confidence for each in entries] for entries in (positive, negative))
    is_positive = [True] * len(positive) + [False] * len(negative)
    statistic = intervals.auroc([*sure, *unsure], is_positive)
    return _of(measures.auroc(sure, unsure), chain(positive, negative), statistic)


def _aurc(asked: Sequence[Entry]) -> Taken:
    statistic = intervals.aurc([each.confidence for each in asked], [each.right for each in asked])
    return _of(measures.aurc(map(_asked, asked)), asked, statistic)


def _coverage(precision: float, asked: Sequence[Entry], answerable: int) -> Taken:
    """The first so many are answerable."""
    statistic = intervals.coverage_at(
        precision,
        [each.confidence for each in asked],
        [each.right for each in asked],
        [number < answerable for number in range(len(asked))],
    )
    return _of(measures.coverage_at(precision, map(_asked, asked), answerable), asked, statistic)


def _asked(entry: Entry) -> measures.Asked:
    return measures.Asked(entry.confidence, entry.right)


def _of(value: float | None, entries: Iterable[Entry], statistic: intervals.Statistic) -> Taken:
    units = [entry.unit for entry in entries]
    return Taken(value, len(units), Sample(units, statistic))
