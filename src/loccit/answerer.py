"""Scored sentences become an answer: the best quotes, in their order, or that the articles do not say."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from loccit.languages.analysis import analyzer
from loccit.scorer import Scored, logistic, logit
from loccit.types import Answer, Question, Span, Suggestion

THRESHOLDS = (
    (0.61, 0.1),
    (0.68, 0.2),
    (0.73, 0.3),
    (0.78, 0.4),
    (0.81, 0.5),
    (0.84, 0.6),
    (0.88, 0.7),
    (0.91, 0.8),
    (0.94, 0.9),
)
"""Precision and the confidence that gives it, measured by `benchmarks/confidence.py`."""
SUGGESTIONS = 3
ALIKE = 0.8
"""Two sentences that share more of their words than this say the same."""
WORTH_SAYING = 1.5
"""A further quote is added where its score is less than this behind the first one's, as logits."""


Mark = Callable[[Question, str, str], Span | None]
"""Given a question, a sentence and its language, the part of the sentence that answers."""


def decide(
    question: Question,
    ranked: Sequence[Scored],
    *,
    index: str,
    precision: float = 0.8,
    limit: int = 3,
    mark: Mark = lambda *_: None,
) -> Answer:
    """The answer: at most `limit` quotes, or declined with the nearest sentences as suggestions.

    `mark` finds what is highlighted in a quote.
    """
    sure = confidence(ranked)
    different = _different(ranked)
    if not different or sure < threshold(precision):
        nearest = different[:SUGGESTIONS]
        return Answer(
            question=question,
            declined=True,
            confidence=sure,
            missing=_missing(question, nearest[:1]),
            suggestions=tuple(Suggestion(text=s.quote.text, span=s.quote.span, source=s.quote.source) for s in nearest),
            index=index,
        )
    least = logit(different[0].quote.score) - WORTH_SAYING
    said = [scored for scored in different[:limit] if logit(scored.quote.score) >= least]
    return Answer(
        question=question,
        quotes=tuple(
            scored.quote.model_copy(update={"highlight": mark(question, scored.quote.text, scored.language)})
            for scored in said
        ),
        confidence=sure,
        missing=_missing(question, said),
        index=index,
    )


def confidence(ranked: Sequence[Scored]) -> float:
    """How likely the first sentence answers: it covers the question, is better than the next, and loses no name.

    The weights were fitted on SQuAD questions, asked with their article and without it; those of lost names and
    unknown words were raised, for in a small index what is unknown tells more.
    """
    if not ranked:
        return 0.0
    first = ranked[0]
    features = first.features
    others = [scored for scored in ranked[1:10] if scored.quote.text != first.quote.text]
    margin = logit(first.quote.score) - logit(others[0].quote.score) if others else 1.0
    return logistic(
        2.23 * (features.own + features.near + features.above)
        + 0.28 * logit(first.quote.score)
        + 1.17 * margin
        - 2.5 * features.names_lost
        - 6.0 * features.unknown
        - 2.74
    )


def threshold(precision: float) -> float:
    """The confidence from which on answers are right that often; read off the same questions."""
    if precision <= THRESHOLDS[0][0]:
        return THRESHOLDS[0][1]
    for (below, start), (above, end) in pairwise(THRESHOLDS):
        if precision <= above:
            return start + (end - start) * (precision - below) / (above - below)
    return THRESHOLDS[-1][1]


def _different(ranked: Sequence[Scored]) -> list[Scored]:
    """The first ones that do not say the same as one before them."""
    kept: list[tuple[Scored, frozenset[str]]] = []
    for scored in ranked:
        words = frozenset(scored.quote.text.casefold().split())
        if all(len(words & other) <= ALIKE * len(words | other) for _, other in kept):
            kept.append((scored, words))
        if len(kept) == 10:  # more are never shown
            break
    return [scored for scored, _ in kept]


def _missing(question: Question, said: Sequence[Scored]) -> tuple[str, ...]:
    """The question's own words that none of these covers."""
    covered = frozenset().union(*(scored.covered for scored in said))
    spoken = {term.partition(":")[0] for term in covered} or set(question.terms)
    words: dict[str, bool] = {}
    for code in question.terms:
        if code in spoken:
            for term, word in analyzer(code).question_terms(question.text).items():
                words[word] = words.get(word, False) or term in covered
    return tuple(word for word, found in words.items() if not found)
