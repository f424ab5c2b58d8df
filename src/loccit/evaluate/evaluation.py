"""What an evaluation comes to: one row a question, and the measures that follow from the rows alone."""

from collections.abc import Iterable, Mapping, Sequence

from loccit.evaluate.measures import Asked, aurc, auroc, coverage_at, reciprocal_rank, wilson
from loccit.types import Record, Suggestion


class Signature(Record):
    """What was evaluated: equal signatures give equal measures."""

    index: str
    testset: str
    settings: str
    version: str
    without_gold: bool = False


class Measure(Record):
    """A value over `n` questions, None where there was nothing to measure; a share has its 95 % interval."""

    value: float | None
    n: int
    interval: tuple[float, float] | None = None


class Hidden(Record):
    """What became of an answerable question with its article hidden: it should have been declined."""

    declined: bool
    confidence: float


class Row(Record):
    """What became of one question."""

    id: str
    question: str
    answerable: bool
    tags: tuple[str, ...] = ()
    article: str | None = None
    """The one with the gold evidence."""
    declined: bool = False
    confidence: float = 0.0
    first: Suggestion | None = None
    """The first sentence, said or not."""
    right: bool | None = None
    """Whether that holds a gold answer; None where the set names none."""
    said: bool | None = None
    """Whether the bot said so: not declined, and its first quote holds a gold answer."""
    covers: bool | None = None
    """Whether the first sentence covers an occurrence of the gold answer in the gold evidence."""
    passage_rank: int | None = None
    """Of the first passage that overlaps the gold evidence, from 1."""
    passage_ndcg: float = 0.0
    """Of the first ten passages, those that overlap the gold evidence being worth 1."""
    sentence_rank: int | None = None
    """Of the first sentence that holds a gold answer, from 1."""
    em: float | None = None
    """Whether what is highlighted in the first sentence is a gold answer; None where the set names none."""
    f1: float | None = None
    """How many words it shares with one."""
    quotes: int = 0
    verbatim: int = 0
    """Of the quotes, how many stand in the article letter by letter."""
    hidden: Hidden | None = None
    problem: str | None = None
    """Why the question could not be asked, or which of its evidence the index does not hold: that counts as missed."""


class Evaluation(Record):
    """A test set's rows, measures and times."""

    name: str
    signature: Signature
    measures: dict[str, Measure]
    rows: tuple[Row, ...]
    timings: dict[str, Measure]
    """The one part that differs from run to run."""


def measure(rows: Sequence[Row]) -> dict[str, Measure]:
    """The measures of some rows: of all, or of those with a tag."""
    answerable = [row for row in rows if row.answerable]
    evidenced = [row for row in answerable if row.article is not None]
    answered = [row for row in answerable if row.right is not None]
    unanswerable = [row for row in rows if not row.answerable]
    hidden = [row.hidden for row in answerable if row.hidden is not None]
    asked = [Asked(row.confidence, bool(row.right)) for row in (*answered, *unanswerable)]
    unsure = [Asked(each.confidence, right=False) for each in hidden]
    positive = [row.confidence for row in answerable]
    negative = [row.confidence for row in unanswerable] + [each.confidence for each in hidden]
    everything = [*asked, *unsure]
    quotes = sum(row.quotes for row in rows)
    return {
        **{f"retrieval/success@{k}": _share(_within(row.passage_rank, k) for row in evidenced) for k in (1, 5, 10)},
        "retrieval/mrr@10": _mean([reciprocal_rank(row.passage_rank, 10) for row in evidenced]),
        "retrieval/ndcg@10": _mean([row.passage_ndcg for row in evidenced]),
        **{f"answer/sentence@{k}": _share(_within(row.sentence_rank, k) for row in answered) for k in (1, 3)},
        "answer/sentence@1+decline": _share(row.said is True for row in answered),
        "answer/evidence@1": _share(row.covers for row in answered if row.covers is not None),
        "answer/em": _mean([row.em for row in answered if row.em is not None]),
        "answer/f1": _mean([row.f1 for row in answered if row.f1 is not None]),
        "decline/rate": _share(row.declined for row in answerable),
        "decline/right": _share(row.declined for row in unanswerable),
        "decline/right/without-gold": _share(each.declined for each in hidden),
        "decline/auroc/answerable": _auroc(positive, negative),
        "decline/auroc/without-gold": _auroc(positive, [each.confidence for each in hidden]),
        "decline/auroc/correct": _auroc(
            [each.confidence for each in asked if each.right], [each.confidence for each in asked if not each.right]
        ),
        "decline/aurc": _of(aurc(asked), len(asked)),
        "decline/coverage@80": _of(coverage_at(0.8, everything, len(answered)), len(everything)),
        "decline/coverage@90": _of(coverage_at(0.9, everything, len(answered)), len(everything)),
        "citation/verbatim": _of(sum(row.verbatim for row in rows) / quotes if quotes else None, quotes, share=True),
    }


def rounded(measures: Mapping[str, Measure], digits: int = 6) -> dict[str, Measure]:
    """The same without the digits that only the order of an addition decides."""
    return {
        name: Measure(
            value=None if each.value is None else round(each.value, digits),
            n=each.n,
            interval=each.interval and (round(each.interval[0], digits), round(each.interval[1], digits)),
        )
        for name, each in measures.items()
    }


def _within(rank: int | None, cutoff: int) -> bool:
    return rank is not None and rank <= cutoff


def _share(hits: Iterable[bool | None]) -> Measure:
    counted = list(hits)
    return _of(sum(map(bool, counted)) / len(counted) if counted else None, len(counted), share=True)


def _mean(values: Sequence[float]) -> Measure:
    return _of(sum(values) / len(values) if values else None, len(values))


def _auroc(positive: Sequence[float], negative: Sequence[float]) -> Measure:
    return _of(auroc(positive, negative), len(positive) + len(negative))


def _of(value: float | None, n: int, *, share: bool = False) -> Measure:
    if value is None:
        return Measure(value=None, n=0)
    return Measure(value=value, n=n, interval=wilson(value, n) if share else None)
