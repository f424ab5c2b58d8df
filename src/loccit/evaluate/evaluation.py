"""What an evaluation comes to: signature, measures, and one row a question, from which alone the measures follow."""

from collections.abc import Mapping

from loccit.types import Record, Suggestion


class Signature(Record):
    """What was evaluated: equal signatures give equal measures."""

    index: str
    testset: str
    settings: str
    version: str
    without_gold: bool = False


class Measure(Record):
    """A value over `n` questions, None where there was nothing to measure, and its 95 % interval."""

    value: float | None
    n: int
    interval: tuple[float, float] | None = None


class Hidden(Record):
    """What became of an answerable question with its article hidden: it should have been declined."""

    declined: bool
    confidence: float


class Rewritten(Record):
    """What the question finds when it is written out by hand."""

    passage_rank: int | None


class Row(Record):
    """What became of one question."""

    id: str
    question: str
    answerable: bool
    tags: tuple[str, ...] = ()
    article: str | None = None
    """The one with the gold evidence, or the gold page; of an unanswerable question the one it was asked of."""
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
    """Of the first passage that overlaps the gold evidence or is of a gold page, from 1."""
    passage_ndcg: float = 0.0
    """Of the first ten passages, those that overlap the gold evidence being worth 1; of gold pages, of ten articles."""
    sentence_rank: int | None = None
    """Of the first sentence that holds a gold answer, from 1."""
    candidate_rank: int | None = None
    """Of the first right one of the given sentences, from 1."""
    average_precision: float | None = None
    """Of the ranking of the given sentences; None where none is given or none is right."""
    em: float | None = None
    """Whether what is highlighted in the first sentence is a gold answer; None where the set names none."""
    f1: float | None = None
    """How many words it shares with one."""
    quotes: int = 0
    verbatim: int = 0
    """Of the quotes, how many stand in the article letter by letter."""
    hidden: Hidden | None = None
    rewritten: Rewritten | None = None
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
