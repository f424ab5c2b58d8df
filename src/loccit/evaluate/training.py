"""A model fitted on a test set: which sentence answers, how sure that is, and from where on it may be said.

The same questions give the same model. What the confidence is fitted on comes from weights that have not seen the
article (five folds).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from loccit.answerer import evidence
from loccit.errors import BadTestSet, LoccitError
from loccit.evaluate.fitting import FOLDS, choose, folds_of, regress
from loccit.evaluate.gold import Finder
from loccit.evaluate.matching import contains_answer
from loccit.evaluate.measures import Asked, calibration_error
from loccit.evaluate.testset import Item, TestSet
from loccit.highlight import Model as Highlights
from loccit.index import Index
from loccit.scorer import FIRST, Features, Scored, logistic, rank, weigh
from loccit.scorer.model import Evidence, Model, document

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

READ = 10
"""Sentences of a question that are looked at twice."""
FEWEST = 20
"""Questions with a right sentence that a model can be made of at least."""
START = Model(
    first=Features(own=5.0, above=2.5, covered=2.5, passage=2.5, names_lost=-1.0),
    full=Features(own=5.0, above=2.5, covered=2.5, passage=2.5, names_lost=-1.0, pairs=2.0),
    evidence=Evidence(),
    thresholds=((0.5, 0.5),),
)
"""Whose first look finds the sentences to learn from."""
FIXED = {"unknown": -4.0, "names_lost": -2.5}
"""Evidence weighed by hand. Test sets are written by people who have the article before them; who asks a bot has
not, and a word that is nowhere in the articles tells more of their questions than it does of these."""
PRECISIONS = tuple(at / 100 for at in range(50, 100, 3))


class Example(NamedTuple):
    """A question, its sentences, and which of them are right."""

    group: str
    """The article it is of: no fold is measured by weights that saw it."""
    ranked: tuple[Scored, ...]
    """The sentences looked at twice."""
    right: tuple[bool, ...]
    others: "Floats"
    """The first features of those looked at once."""
    others_right: tuple[bool, ...]
    answerable: bool
    hidden: bool
    """Whether its article was hidden."""


class Crossed(NamedTuple):
    """The evidence of a question's first sentence by weights that had not seen its article, and whether it is right."""

    fold: int
    group: str
    evidence: Evidence
    right: bool
    possible: bool = True
    """Whether it has an answer, be its article hidden or not."""


def examples(
    index: Index,
    testset: TestSet,
    *,
    hide: bool = True,
    highlights: Callable[[str], Highlights | None] = lambda _: None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Example]:
    """What there is to learn from each question that can be asked, with its article and, to `hide`, without it.

    `highlights` is the model of highlights for an article, None for the one shipped.
    """
    finder = Finder(index)
    for done, item in enumerate(testset.items, 1):
        gold = finder.find(item)
        group = gold.articles[0] if gold.articles else item.context.article if item.context else item.id
        with suppress(LoccitError):  # one that cannot be asked teaches nothing
            yield _example(index, item, group, highlights(group))
            if hide and item.answerable and gold.articles:
                yield _example(index, item, group, highlights(group), without=gold.articles[0])
        if progress:
            progress(done, len(testset.items))


def _example(
    index: Index, item: Item, group: str, highlights: Highlights | None, *, without: str | None = None
) -> Example:
    """A question, asked as if the article `without` were not there: then nothing is right."""
    import numpy as np

    question = index.understand(item.question, history=item.history)
    lexicon = index.look_up(question, without=without)
    ranked = rank(
        question, index.retrieve(question, lexicon, without=without), lexicon, START, highlights=highlights, read=READ
    )
    answers = item.answers if item.answerable and without is None else ()
    right = tuple(bool(answers) and contains_answer(scored.quote.text, answers) for scored in ranked)
    return Example(
        group=group,
        ranked=tuple(ranked[:READ]),
        right=right[:READ],
        others=np.array([one.features[:FIRST] for one in ranked[READ:]], dtype=np.float32).reshape(-1, FIRST),
        others_right=right[READ:],
        answerable=item.answerable,
        hidden=without is not None,
    )


def train(index: Index, testset: TestSet, *, progress: Callable[[int, int], None] | None = None) -> tuple[str, str]:
    """The text of a model file fitted on a test set, and a report; raises BadTestSet where there is too little."""
    found = list(examples(index, testset, progress=progress))
    rows = crossed(found)
    model = fit(found, rows)
    about = {"sets": testset.name, "sha256": testset.sha256[:16], "index": index.id, "questions": len(testset.items)}
    return text_of(model, about), report(rows)


def text_of(model: Model, trained_on: Mapping[str, object]) -> str:
    """What the file holds, readable."""
    return json.dumps(document(model, trained_on), ensure_ascii=False, indent=1) + "\n"


def report(rows: Sequence[Crossed]) -> str:
    """How well the cross-fitted rows do, in a sentence or two."""
    asked = rows_asked(rows)
    articles = len({row.group for row in rows})
    return (
        f"Of {len(rows):,} questions of {articles:,} articles, asked of weights that had not seen the article, "
        f"{sum(row.right for row in rows):,} have a right first sentence; "
        f"the confidence is off by {calibration_error(asked):.3f} on average."
    )


def rows_asked(rows: Sequence[Crossed], of: Sequence[Crossed] | None = None) -> list[Asked]:
    """Each row's confidence by weights that had not seen its article, and whether it is right; of some rows alone."""
    found = []
    for out in sorted({row.fold for row in rows}):
        weights = _confidence([row for row in rows if row.fold != out])
        asked = [row for row in of or rows if row.fold == out]
        found += [Asked(logistic(weigh(row.evidence, weights)), row.right) for row in asked]
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
                rows.append(Crossed(out, example.group, evidence(first), right, example.answerable))
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


def fit(found: Sequence[Example], rows: Sequence[Crossed], curve: Sequence[Crossed] | None = None) -> Model:
    """The weights fitted on all examples, the confidence on the cross-fitted rows.

    The precision a threshold gives is that on the rows of the `curve`, all of them where none are named: it is promised
    for their mixture of questions with and without an answer. Raises BadTestSet for too few examples.
    """
    right = sum(any(example.right) for example in found)
    if right < FEWEST:
        raise BadTestSet(
            f"A model can be made of {FEWEST} questions whose answer is found at least, here are {right}. Add some."
        )
    return Model(_first_look(found), ranking(found), _confidence(rows), _thresholds(rows, curve or rows))


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
    fixed = {Evidence._fields.index(name): weight for name, weight in FIXED.items()}
    return Evidence(*_rounded(regress(x, y, fixed)))


def _thresholds(rows: Sequence[Crossed], curve: Sequence[Crossed]) -> tuple[tuple[float, float], ...]:
    """Precision and the confidence that gives it, each row's by weights that had not seen its article."""
    sure = rows_asked(rows, curve)
    sure.sort(key=lambda each: -each.confidence)
    best: dict[float, float] = {}
    well = 0
    for said, (confidence, right) in enumerate(sure, 1):
        well += right
        for precision in PRECISIONS:
            if well >= precision * said:
                best[precision] = confidence
    risen: list[tuple[float, float]] = []
    for precision, confidence in best.items():
        risen.append((precision, round(max(confidence, risen[-1][1] if risen else 0.0), 3)))
    return tuple(sorted(risen)) or ((0.5, 0.5),)


def _rounded(weights: Iterable[float]) -> list[float]:
    return [round(float(weight), 3) for weight in weights]
