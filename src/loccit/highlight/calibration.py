"""The evidence that a candidate is right, and the probability it makes."""

import math
from collections.abc import Sequence
from typing import NamedTuple


class Evidence(NamedTuple):
    """What tells whether the best candidate is right."""

    best: float
    """The logarithm of its share of all candidates' likelihood."""
    near: float
    """The log odds of it and those that overlap it by half."""
    covered: float
    """The share of the question's terms that the sentence holds."""
    held: float
    """Their number, 3 at most."""
    length: float
    """The logarithm of its length in words."""
    untagged: float
    """Whether it is no name, date, number or other whole thing."""


def calibrated(found: Evidence, calibration: Sequence[float]) -> float:
    """The logistic function of the weighed evidence."""
    bias, *weights = calibration
    x = bias + sum(weight * value for weight, value in zip(weights, found, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))
