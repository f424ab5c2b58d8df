"""Weights fitted by Newton's method with a ridge, and articles cut into folds: no chance, the same every time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from loccit.errors import BadTestSet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

FOLDS = 5
RIDGE = 1.0
STEPS = 50
DONE = 1e-6
"""No weight moves by more, in standard deviations of its feature."""


def choose(sets: Sequence[tuple["Floats", "Floats"]], ridge: float = RIDGE) -> "Floats":
    """The weights by which the right ones of each set are likeliest chosen: a conditional logit (McFadden 1974).

    A set is its features, a row a sentence, and which rows are right. Raises BadTestSet where there is no choice.
    """
    import numpy as np

    sets = [(features, right) for features, right in sets if right.any() and not right.all()]
    if not sets:
        raise BadTestSet("No question has both a sentence that answers and one that does not. Add longer articles.")
    x = np.concatenate([features for features, _ in sets]).astype(np.float64)
    y = np.concatenate([right for _, right in sets]).astype(np.float64)
    begin = np.concatenate([[0], np.cumsum([len(right) for _, right in sets])])[:-1]
    count = np.diff(np.append(begin, len(x)))
    spread = x.std(axis=0)
    spread[spread == 0] = 1.0
    x = x / spread
    weights = np.zeros(x.shape[1])
    for _ in range(STEPS):
        score = x @ weights
        score -= np.repeat(np.maximum.reduceat(score, begin), count)
        power = np.exp(score)
        share = power / np.repeat(np.add.reduceat(power, begin), count)
        aim = power * y
        aim /= np.repeat(np.maximum(np.add.reduceat(aim, begin), 1e-300), count)
        slope = x.T @ (aim - share) - ridge * weights
        mean = np.add.reduceat(x * share[:, None], begin)
        # The bound without the right ones' own spread: every step goes up (Hunter and Lange 2004).
        curve = (x * share[:, None]).T @ x - mean.T @ mean + ridge * np.eye(len(weights))
        step = np.linalg.solve(curve, slope)
        weights += step
        if float(np.abs(step).max()) < DONE:
            break
    return np.asarray(weights / spread)


def regress(
    x: "Floats",
    y: "Floats",
    each: "Floats | float" = 1.0,
    fixed: Mapping[int, float] = MappingProxyType({}),
    ridge: float = RIDGE,
) -> "Floats":
    """The weights of a logistic regression of yes and no on rows of features; those `fixed` stay as they are.

    `each` is how much a row counts.
    """
    import numpy as np

    weights = np.zeros(x.shape[1])
    weights[list(fixed)] = list(fixed.values())
    free = np.array([at not in fixed for at in range(x.shape[1])])
    given = x @ weights
    spread = x[:, free].std(axis=0)
    spread[spread == 0] = 1.0
    x = x[:, free] / spread
    found = np.zeros(x.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(x @ found + given, -30, 30)))
        curve = (x * (each * p * (1 - p))[:, None]).T @ x + ridge * np.eye(len(found))
        step = np.linalg.solve(curve, x.T @ (each * (y - p)) - ridge * found)
        found += step
        if float(np.abs(step).max()) < DONE:
            break
    weights[free] = found / spread
    return np.asarray(weights)


def folds_of(groups: Sequence[str], folds: int = FOLDS) -> list[int]:
    """The fold of each example: whole articles, the largest first, to the fold that has least."""
    load = [0] * folds
    fold: dict[str, int] = {}
    for group, count in sorted(Counter(groups).items(), key=lambda row: (-row[1], row[0])):
        fold[group] = load.index(min(load))
        load[fold[group]] += count
    return [fold[group] for group in groups]
