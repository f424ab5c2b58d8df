"""Scored sentences become an answer: the best quotes, in their order, or that the articles do not say."""

import math
from collections.abc import Mapping, Sequence

from loccit.languages.analysis import analyzer
from loccit.scorer import Scored
from loccit.types import Answer, Question, Suggestion

SUGGESTIONS = 3
ALIKE = 0.8
"""Two sentences that share more of their words than this say the same."""
WORTH_SAYING = 0.6
"""A further quote is added where its score is at least this share of the first one's."""


def decide(
    question: Question,
    ranked: Sequence[Scored],
    rarity: Mapping[str, float],
    *,
    index: str,
    precision: float = 0.8,
    limit: int = 3,
) -> Answer:
    """The answer: at most `limit` quotes, or declined with the nearest sentences as suggestions."""
    sure = confidence(question, ranked, rarity)
    different = _different(ranked)
    if not different or sure < threshold(precision):
        nearest = different[:SUGGESTIONS]
        return Answer(
            question=question,
            declined=True,
            confidence=sure,
            missing=_missing(question, nearest[:1]),
            suggestions=tuple(
                Suggestion(text=s.quote.text, span=s.quote.span, source=s.quote.source) for s in nearest
            ),
            index=index,
        )
    said = [s for s in different[:limit] if s.quote.score >= WORTH_SAYING * different[0].quote.score]
    return Answer(
        question=question,
        quotes=tuple(scored.quote for scored in said),
        confidence=sure,
        missing=_missing(question, said),
        index=index,
    )


def confidence(question: Question, ranked: Sequence[Scored], rarity: Mapping[str, float]) -> float:
    """How likely the first sentence answers: the more of the question's rarity it and its surroundings cover."""
    if not ranked:
        return 0.0
    first = ranked[0]
    asked = max(question.terms.values(), key=lambda terms: len(first.covered.intersection(terms)), default=())
    whole = sum(rarity[term] for term in asked) or 1.0
    lost = max((rarity[term] for term in asked if term not in first.covered), default=0.0)
    covered = sum(rarity[term] for term in first.covered) / whole
    return 1 / (1 + math.exp(-(8.0 * covered - 2.0 * lost / whole + 2.0 * first.quote.score - 5.5)))


def threshold(precision: float) -> float:
    """The confidence from which on answers are right that often."""
    return precision - 0.3


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
            for term, word in analyzer(code).question_terms(question.understood_as or question.text).items():
                words[word] = words.get(word, False) or term in covered
    return tuple(word for word, found in words.items() if not found)
