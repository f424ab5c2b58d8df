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
FORMAT = 1


class Evidence(NamedTuple):
    """What tells whether the first sentence answers; the shares are of the rarity of the question's terms."""

    bias: float = 1.0
    covered: float = 0.0
    """The share that the sentence, those beside it, its title and headings hold."""
    own: float = 0.0
    """The share it holds itself."""
    score: float = 0.0
    """Its score, as a logit."""
    margin: float = 0.0
    """How far its score is above that of the next one that says something else."""
    ideal: float = 0.0
    """The best passage's BM25 as a share of what a passage could have at most."""
    lead: float = 0.0
    """How far that is above the fifth one's."""
    terms: float = 0.0
    """The logarithm of the number of the question's terms; few count as four, for short questions are no worse."""
    likely: float = 0.0
    """The probability of what is highlighted in it."""
    names_lost: float = 0.0
    """The share of the question's names and numbers that is not covered."""
    conflict: float = 0.0
    """Whether it names other years than those asked about."""
    unknown: float = 0.0
    """The share of words that are nowhere in the index; all of it where a name is not."""


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
