"""A model fitted on a test set: which sentence answers, how sure that is, and from where on it may be said.

The same questions give the same model. What the confidence is fitted on comes from weights that have not seen the
article (five folds).
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from loccit.answerer import evidence
from loccit.errors import BadTestSet
from loccit.evaluate.examples import Example, Kind, gather
from loccit.evaluate.fitting import FOLDS, choose, folds_of, regress
from loccit.evaluate.measures import Asked, calibration_error
from loccit.evaluate.testset import TestSet
from loccit.highlight import Model as Highlights
from loccit.index import Index
from loccit.scorer import FIRST, Features, Scored, logistic, weigh
from loccit.scorer.model import Evidence, Model, document

FEWEST = 20
"""Questions with a right sentence that a model can be made of at least."""
FIXED = {"unknown": -3.0}
"""Evidence weighed by hand. Test sets are written by people who have the article before them; who asks a bot has
not, and a word that is nowhere in the articles tells more of their questions than it does of these."""
SHARES: Mapping[Kind, float] = {"answerable": 0.5, "hidden": 0.25, "unanswerable": 0.25}
"""The questions that a precision is promised for: half have an answer, half of the others are near misses."""
PRECISIONS = tuple(at / 100 for at in range(50, 100, 3))


class Crossed(NamedTuple):
    """The evidence of a question's first sentence by weights that had not seen its article, and whether it is right."""

    fold: int
    group: str
    evidence: Evidence
    right: bool
    kind: Kind
    scene: str = ""


def train(
    index: Index,
    testset: TestSet,
    *,
    large: Index | None = None,
    highlights: Sequence[Highlights] = (),
    date: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[str, str]:
    """The text of a model file fitted on a test set, and a report; raises BadTestSet where there is too little.

    The questions are asked of small indexes too, cut out of the set's articles where it brings any, and of `large`.
    For the rest see `gather`; `date` is told in the file.
    """
    found = list(gather(index, testset, large=large, highlights=highlights, progress=progress))
    rows = crossed(found)
    about = {
        "sets": testset.name,
        "sha256": testset.sha256[:16],
        "index": index.id,
        "articles": len({row.group for row in rows}),
        "questions": len(testset.items),
        "asked": dict(Counter(row.scene for row in rows)),
        "date": date,
    }
    return text_of(fit(found, rows), about), report(rows)


def text_of(model: Model, trained_on: Mapping[str, object]) -> str:
    """What the file holds, readable."""
    return json.dumps(document(model, trained_on), ensure_ascii=False, indent=1) + "\n"


def report(rows: Sequence[Crossed]) -> str:
    """How well the cross-fitted rows do, in a sentence or two."""
    asked = [each for _, each in rows_asked(rows)]
    articles = len({row.group for row in rows})
    return (
        f"Of {len(rows):,} questions of {articles:,} articles, asked of weights that had not seen the article, "
        f"{sum(row.right for row in rows):,} have a right first sentence; "
        f"the confidence is off by {calibration_error(asked):.3f} on average."
    )


def rows_asked(rows: Sequence[Crossed]) -> list[tuple[Crossed, Asked]]:
    """Each row with its confidence by weights that had not seen its article, and whether it is right."""
    found = []
    for out in sorted({row.fold for row in rows}):
        weights = _confidence([row for row in rows if row.fold != out])
        asked = [row for row in rows if row.fold == out]
        found += [(row, Asked(logistic(weigh(row.evidence, weights)), row.right)) for row in asked]
    return found


def crossed(found: Sequence[Example], folds: int = FOLDS) -> list[Crossed]:
    """For each example with a sentence its evidence, cross-fitted."""
    fold = folds_of([example.group for example in found], folds)
    rows = []
    for out in range(folds):
        weights = ranking(example for example, at in zip(found, fold, strict=True) if at != out)
        for example, at in zip(found, fold, strict=True):
            if at == out and example.ranked:
                first, right = ranked_by(example, weights)
                rows.append(Crossed(out, example.group, evidence(first), right, example.kind, example.scene))
    return rows


def ranked_by(example: Example, weights: Features) -> tuple[list[Scored], bool]:
    """The sentences in the order of some weights, and whether the first one is right."""
    scores = [logistic(weigh(scored.features, weights)) for scored in example.ranked]
    order = sorted(range(len(scores)), key=lambda at: -scores[at])
    again = [
        example.ranked[at]._replace(quote=example.ranked[at].quote.model_copy(update={"score": scores[at]}))
        for at in order
    ]
    return again, example.right[order[0]]


def fit(found: Sequence[Example], rows: Sequence[Crossed]) -> Model:
    """The weights fitted on all examples, the confidence on the cross-fitted rows.

    The precision a threshold gives is that of rows mixed as `SHARES` says. Raises BadTestSet for too few examples.
    """
    right = sum(any(example.right) for example in found)
    if right < FEWEST:
        raise BadTestSet(
            f"A model can be made of {FEWEST} questions whose answer is found at least, here are {right}. Add some."
        )
    return Model(_first_look(found), ranking(found), _confidence(rows), thresholds(rows))


def ranking(found: Iterable[Example], leave_out: Sequence[str] = ()) -> Features:
    """The weights by which the sentences looked at twice are ranked; those left out are 0."""
    import numpy as np

    kept = np.array([name not in leave_out for name in Features._fields])
    sets = [
        (np.array([s.features for s in each.ranked])[:, kept], np.array(each.right)) for each in found if each.ranked
    ]
    weights = np.zeros(len(kept))
    weights[kept] = choose(sets)
    return Features(*_rounded(weights))


def _first_look(found: Iterable[Example]) -> Features:
    """The weights by which it is found out which sentences are worth a second look."""
    import numpy as np

    sets = []
    for example in found:
        if example.ranked:
            looked = np.array([scored.features[:FIRST] for scored in example.ranked])
            right = np.array((*example.right, *example.others_right), dtype=bool)
            sets.append((np.concatenate([looked, example.others]), right))
    return Features(*_rounded(choose(sets)))


def _confidence(rows: Sequence[Crossed]) -> Evidence:
    import numpy as np

    x = np.array([row.evidence for row in rows])
    y = np.array([float(row.right) for row in rows])
    scenes = Counter(row.scene for row in rows)
    each = np.array([len(rows) / len(scenes) / scenes[row.scene] for row in rows])
    fixed = {Evidence._fields.index(name): weight for name, weight in FIXED.items()}
    return Evidence(*_rounded(regress(x, y, each, fixed)))


def thresholds(rows: Sequence[Crossed]) -> tuple[tuple[float, float], ...]:
    """Precision and the confidence that gives it, each row's by weights that had not seen its article."""
    count = Counter(row.kind for row in rows)
    sure = sorted(rows_asked(rows), key=lambda each: -each[1].confidence)
    best: dict[float, float] = {}
    said = well = 0.0
    for row, (confidence, right) in sure:
        share = SHARES.get(row.kind, 0.0) / count[row.kind]
        said += share
        well += share * right
        for precision in PRECISIONS:
            if well >= precision * said:
                best[precision] = confidence
    risen: list[tuple[float, float]] = []
    for precision, confidence in best.items():
        risen.append((precision, round(max(confidence, risen[-1][1] if risen else 0.0), 3)))
    return tuple(sorted(risen)) or ((0.5, 0.5),)


def _rounded(weights: Iterable[float]) -> list[float]:
    return [round(float(weight), 3) for weight in weights]
