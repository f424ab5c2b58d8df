"""How far a measure may be from what it is on other articles: 95 % intervals by drawing the articles anew.

Questions of one article depend on each other, so whole articles are drawn, with replacement (the cluster bootstrap;
Field and Welsh 2007).
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy import float32, floating, intp
    from numpy.typing import NDArray

    Floats = NDArray[floating[Any]]
    Statistic = Callable[[NDArray[float32], NDArray[intp]], Floats]
else:
    Statistic = Callable
# How often each article is drawn (a row an article, a column a draw), and the row of each entry -> the measure a draw.

DRAWS = 1000
FEW = 10
"""Articles below which drawing them tells nothing: then questions are drawn."""
MOST = 5000
"""Articles above which they are drawn in as many bundles: that bounds time and memory."""
BLOCK = 1 << 20
"""Numbers in memory at once."""
SEED = 19820404

Interval = tuple[float, float]


class Unit(NamedTuple):
    """What an entry of a measure is of: a question, and its article where that is known."""

    article: str | None
    question: str


class Sample(NamedTuple):
    """The entries that a measure is taken of, and the measure as a function of how often each is drawn."""

    units: Sequence[Unit]
    statistic: Statistic


def clustered_interval(values: Sequence[float], articles: Sequence[str]) -> Interval | None:
    """The 95 % interval of the mean of values, each of an article; None for fewer than ten values."""
    units = [Unit(article, str(number)) for number, article in enumerate(articles)]
    return interval(Sample(units, ratio(values)))


def interval(sample: Sample) -> Interval | None:
    """The 95 % interval of a measure; None where there are too few entries or hardly a draw has a value."""
    return _between(_numbered(sample.units), sample)


def paired_interval(before: Sample, after: Sample) -> Interval | None:
    """The 95 % interval of how much a measure differs between two runs over the same questions.

    Two indexes may name an article in two ways: a question is drawn with that of the first run.
    """
    articles = {unit.question: unit.article for unit in (*after.units, *before.units)}
    before, after = (
        each._replace(units=[Unit(articles[unit.question], unit.question) for unit in each.units])
        for each in (before, after)
    )
    return _between(_numbered([*before.units, *after.units]), after, before)


# -- statistics


def ratio(tops: Sequence[float], bottoms: Sequence[float] | None = None) -> Statistic:
    """The mean of values, or the sum of values over the sum of others."""
    import numpy as np

    top, bottom = np.array(tops, float), np.ones(len(tops)) if bottoms is None else np.array(bottoms, float)

    def statistic(drawn: "NDArray[float32]", rows: "NDArray[intp]") -> "Floats":
        above, below = (np.bincount(rows, values, len(drawn)) @ drawn for values in (top, bottom))
        mean: Floats = above / below
        return mean

    return statistic


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> Statistic:
    """As `measures.auroc`."""
    groups = _Groups(scores, positive)

    def statistic(drawn: "NDArray[float32]", rows: "NDArray[intp]") -> "Floats":
        sizes, positives = groups.drawn(drawn, rows)
        negatives = sizes - positives
        below = negatives.cumsum(axis=0) - negatives / 2
        area: Floats = (positives * below).sum(axis=0) / (positives.sum(axis=0) * negatives.sum(axis=0))
        return area

    return statistic


def aurc(scores: Sequence[float], right: Sequence[bool]) -> Statistic:
    """As `measures.aurc`."""
    import numpy as np

    groups = _Groups([-score for score in scores], right)

    def statistic(drawn: "NDArray[float32]", rows: "NDArray[intp]") -> "Floats":
        sizes, rights = groups.drawn(drawn, rows)
        wrong = sizes - rights
        ends = sizes.cumsum(axis=0)
        share = wrong / np.maximum(sizes, 1)
        before = wrong.cumsum(axis=0) - wrong - share * (ends - sizes)
        # the sum of 1 / k over the places of a group, from the harmonic numbers
        harmonic = np.append(0.0, (1 / np.arange(1, ends.max(initial=0) + 1)).cumsum())
        places = harmonic[ends.astype(int)] - harmonic[(ends - sizes).astype(int)]
        area: Floats = (wrong + before * places).sum(axis=0) / ends[-1]
        return area

    return statistic


def coverage_at(
    precision: float, scores: Sequence[float], right: Sequence[bool], answerable: Sequence[bool]
) -> Statistic:
    """As `measures.coverage_at`."""
    import numpy as np

    groups = _Groups([-score for score in scores], right)
    counted = np.array(answerable, float)

    def statistic(drawn: "NDArray[float32]", rows: "NDArray[intp]") -> "Floats":
        answered, rights = (part.cumsum(axis=0) for part in groups.drawn(drawn, rows))
        best = np.where(rights >= precision * answered, rights, 0).max(axis=0)
        covered: Floats = best / (np.bincount(rows, counted, len(drawn)) @ drawn)
        return covered

    return statistic


class _Groups:
    """Entries in the order of their scores, those of one score together."""

    def __init__(self, scores: Sequence[float], holds: Sequence[bool]) -> None:
        import numpy as np

        values = np.array(scores, float)
        self._order = np.argsort(values, kind="stable")
        self._holds = np.array(holds, bool)[self._order][:, None]
        self._starts = np.flatnonzero(np.diff(values[self._order], prepend=-np.inf))

    def drawn(self, drawn: "NDArray[float32]", rows: "NDArray[intp]") -> "tuple[Floats, Floats]":
        """For each group and draw, how many entries are drawn, and how many of those hold."""
        import numpy as np

        sizes = drawn[rows[self._order]]
        holding = sizes * self._holds
        if len(self._starts) == len(sizes):
            return sizes, holding
        return np.add.reduceat(sizes, self._starts), np.add.reduceat(holding, self._starts)


# -- drawing


def _numbered(units: Sequence[Unit]) -> dict[Unit, int]:
    """For each unit, the number of what it is drawn with: its article, or where those are few, itself."""
    import numpy as np

    articles = [unit.article or f"\0{unit.question}" for unit in units]
    keys = articles if len(set(articles)) >= FEW else [unit.question for unit in units]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    if len(numbers) > MOST:
        bundles = np.random.RandomState(SEED).permutation(len(numbers)) % MOST
        numbers = dict(zip(numbers, bundles.tolist(), strict=True))
    return {unit: numbers[key] for unit, key in zip(units, keys, strict=True)}


def _between(numbers: dict[Unit, int], sample: Sample, less: Sample | None = None) -> Interval | None:
    import numpy as np

    size = max(numbers.values(), default=-1) + 1
    if size < FEW:
        return None
    samples = (sample,) if less is None else (sample, less)
    rows = [np.array([numbers[unit] for unit in each.units], np.intp) for each in samples]
    step = max(1, BLOCK // max(1, *map(len, rows)))
    values = np.zeros(DRAWS)
    with np.errstate(invalid="ignore", divide="ignore"):  # a draw may have nothing to measure
        for start in range(0, DRAWS, step):
            drawn = _draws(size)[:, start : start + step]
            for each, sign, entries in zip(samples, (1, -1), rows, strict=False):
                values[start : start + step] += sign * each.statistic(drawn, entries)
    values = values[np.isfinite(values)]
    if len(values) < DRAWS / 2:
        return None
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


@lru_cache(maxsize=2)
def _draws(size: int) -> "NDArray[float32]":
    """How often each of so many is drawn, always the same."""
    import numpy as np

    numbers = np.random.RandomState(SEED).randint(size, size=(DRAWS, size))  # its stream is frozen for good
    numbers += size * np.arange(DRAWS)[:, None]
    counts = np.bincount(numbers.ravel(), minlength=DRAWS * size)
    return np.ascontiguousarray(counts.reshape(DRAWS, size).T, np.float32)
