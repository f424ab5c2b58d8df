"""The model that ranks sentences and tells how sure an answer is: weights, read from a file and checked.

`loccit train` makes one; the one that comes with loccit is `models/answers.json`.
"""

from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from loccit.models import FOLDER, ModelFile
from loccit.scorer.features import FIRST, Features

SHIPPED = FOLDER / "answers.json"
FORMAT = 3


class Evidence(NamedTuple):
    """What tells whether the first sentence answers; a "share" that is of words is of the rarity of the question's."""

    bias: float = 1.0
    score: float = 0.0
    """Its score, as a logit."""
    own: float = 0.0
    """The share it holds itself."""
    chosen: float = 0.0
    """Its share of the likelihood of all that were read: how likely it is the right one, were one of them right.
    Nothing where a name or a number is lost: that it is ahead of all others tells nothing of what it is not about."""
    met: float = 0.0
    """The logarithm of how many of the question's terms it, those beside it, its title or headings hold, and one; what
    a question has fewer than four counts as held, for short ones are no worse."""
    unknown: float = 0.0
    """The share of words that are nowhere in the index; all of it where a name is not."""
    conflict: float = 0.0
    """Whether it names other years than those asked about."""
    article: float = 0.0
    """How much more of the hits' BM25 is its article's than chance would give that."""
    articles: float = 0.0
    """How many articles the first five sentences are from."""
    small: float = 0.0
    """The logarithm of how many times fewer than a thousand passages the index has."""
    large: float = 0.0
    """The logarithm of how many times more."""


class Model(NamedTuple):
    """What was learnt of questions and the sentences that answer them."""

    first: Features
    """Weights where only the first look was taken."""
    full: Features
    evidence: Evidence
    """Weights of the logistic function that makes the confidence."""
    thresholds: tuple[tuple[float, float], ...]
    """Precision and the confidence from which on answers are right that often, both rising."""

    def threshold(self, precision: float) -> float:
        """The confidence from which on answers are right that often."""
        if precision <= self.thresholds[0][0]:
            return self.thresholds[0][1]
        for (below, start), (above, end) in pairwise(self.thresholds):
            if precision <= above:
                return start + (end - start) * (precision - below) / (above - below)
        return self.thresholds[-1][1]


@cache
def shipped() -> Model:
    """The model that comes with loccit; raises BadModel."""
    return load(SHIPPED)


def load(path: Path) -> Model:
    """The model of a file; raises BadModel."""
    cure = "Reinstall loccit." if path == SHIPPED else "Make it anew with `loccit train --model FILE`."
    file = ModelFile.read(path, what="The model", version=FORMAT, cure=cure)
    return Model(
        first=Features(**file.weights("first", Features._fields[:FIRST])),
        full=Features(**file.weights("full", Features._fields)),
        evidence=Evidence(**file.weights("evidence", Evidence._fields)),
        thresholds=_thresholds(file),
    )


def document(model: Model, trained_on: Mapping[str, object]) -> dict[str, object]:
    """What a file holds."""
    return {
        "format": FORMAT,
        "trained_on": dict(trained_on),
        "first": dict(list(model.first._asdict().items())[:FIRST]),
        "full": model.full._asdict(),
        "evidence": model.evidence._asdict(),
        "thresholds": [list(pair) for pair in model.thresholds],
    }


def _thresholds(file: ModelFile) -> tuple[tuple[float, float], ...]:
    found = file.take("thresholds")
    try:
        curve = tuple((float(precision), float(confidence)) for precision, confidence in found)
    except (TypeError, ValueError):
        raise file.damaged("'thresholds' has to be a list of pairs") from None
    rising = all(a < c and b <= d for (a, b), (c, d) in pairwise(curve))
    if not curve or not rising or not all(0 <= x <= 1 for pair in curve for x in pair):
        raise file.damaged("'thresholds' have to rise from 0 to 1")
    return curve
