"""The measures, as pure functions of ranks, confidences and texts."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from loccit.evaluate.matching import contains_answer, normalise

__all__ = [
    "Asked",
    "aurc",
    "auroc",
    "average_precision",
    "calibration_error",
    "contains_answer",
    "coverage_at",
    "exact_match",
    "f1",
    "mcnemar",
    "ndcg",
    "normalise",
    "percentile",
    "reciprocal_rank",
    "wilson",
]


def exact_match(said: str, answers: Iterable[str]) -> float:
    """1 where the text is one of the answers after SQuAD's normalisation (Rajpurkar et al. 2016), else 0."""
    return float(normalise(said) in map(normalise, answers))


def f1(said: str, answers: Iterable[str]) -> float:
    """The words that the text shares with the nearest answer, precision and recall in one, as SQuAD counts them."""
    mine = Counter(normalise(said).split())
    best = 0.0
    for answer in answers:
        theirs = Counter(normalise(answer).split())
        if common := (mine & theirs).total():
            best = max(best, 2 * common / (mine.total() + theirs.total()))
    return best


def reciprocal_rank(rank: int | None, cutoff: int) -> float:
    """One over the rank (from 1) of the first right one; 0 where it is beyond the cutoff or nowhere."""
    return 1 / rank if rank is not None and rank <= cutoff else 0.0


def average_precision(ranks: Iterable[int], right: int) -> float:
    """The mean, over the right ones, of the share of right ones as far as each; `ranks`, from 1, of those found."""
    return sum(found / rank for found, rank in enumerate(sorted(ranks), 1)) / right if right else 0.0


def mcnemar(won: int, lost: int) -> float:
    """How likely a fair coin falls at least as unevenly: the exact, two-sided test of McNemar 1947."""
    n, few = won + lost, min(won, lost)
    tail = math.fsum(
        math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) - n * math.log(2))
        for k in range(few + 1)
    )
    return min(1.0, 2 * tail)


def ndcg(gains: Sequence[float], ideal: Iterable[float], cutoff: int) -> float:
    """The discounted gain of a ranking over that of the best one (Järvelin and Kekäläinen 2002), 0 without any."""
    best = _discounted(sorted(ideal, reverse=True)[:cutoff])
    return _discounted(gains[:cutoff]) / best if best else 0.0


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """How often a positive's score is above a negative's, ties counted half; None where one of them is missing."""
    if not positive or not negative:
        return None
    wins, below = 0.0, 0
    scored = sorted([(score, True) for score in positive] + [(score, False) for score in negative])
    for _, group in groupby(scored, key=lambda pair: pair[0]):
        kinds = [is_positive for _, is_positive in group]
        positives = sum(kinds)
        negatives = len(kinds) - positives
        wins += positives * (below + negatives / 2)
        below += negatives
    return wins / (len(positive) * len(negative))


class Asked(NamedTuple):
    """How sure an answer was, and whether it was right."""

    confidence: float
    right: bool


def aurc(asked: Iterable[Asked]) -> float | None:
    """The area under the risk-coverage curve: the mean, over all k, of the share of wrong ones among the surest k.

    Geifman et al. 2019. Within equal confidences the wrong ones are spread evenly.
    """
    risks: list[float] = []
    wrong = 0.0
    for group in _surest_first(asked):
        share = sum(not each.right for each in group) / len(group)
        for _ in group:
            wrong += share
            risks.append(wrong / (len(risks) + 1))
    return math.fsum(risks) / len(risks) if risks else None


def coverage_at(precision: float, asked: Iterable[Asked], answerable: int) -> float | None:
    """The share of the answerable ones still answered rightly where so much of what is answered is right.

    It is the largest that a threshold on the confidence reaches, seen the answers: a bound, not a promise.
    """
    best = answered = right = 0
    for group in _surest_first(asked):
        answered += len(group)
        right += sum(each.right for each in group)
        if right >= precision * answered:
            best = right
    return best / answerable if answerable else None


def calibration_error(asked: Iterable[Asked], bins: int = 10) -> float | None:
    """The mean difference of confidence and share of right ones, over bins of equally many (Guo et al. 2017)."""
    ordered = sorted(asked)
    if not ordered:
        return None
    cuts = [len(ordered) * at // bins for at in range(bins + 1)]
    lost = 0.0
    for start, end in pairwise(cuts):
        some = ordered[start:end]
        lost += abs(sum(each.confidence for each in some) - sum(each.right for each in some))
    return lost / len(ordered)


def percentile(values: Iterable[float], percent: float) -> float | None:
    """The value below which that many percent lie, between two neighbours by straight line."""
    ordered = sorted(values)
    if not ordered:
        return None
    place = (len(ordered) - 1) * percent / 100
    low, high = ordered[math.floor(place)], ordered[math.ceil(place)]
    return low + (high - low) * (place - math.floor(place))


def wilson(share: float, count: int) -> tuple[float, float]:
    """The 95 % interval of a share of `count` (Wilson 1927); it keeps its width at 0 and 1."""
    z = 1.959964
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def _surest_first(asked: Iterable[Asked]) -> list[list[Asked]]:
    ordered = sorted(asked, key=lambda each: -each.confidence)
    return [list(group) for _, group in groupby(ordered, key=lambda each: each.confidence)]


def _discounted(gains: Iterable[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))
