"""Scored sentences become an answer: the best quotes, in their order, or that the articles do not say."""

import math
from collections.abc import Sequence

from loccit.highlight import SHOWN, SURE
from loccit.languages.analysis import analyzer
from loccit.scorer import Scored, logistic, logit, weigh
from loccit.scorer.model import Evidence, Model, shipped
from loccit.types import Answer, Question, Span, Suggestion

SUGGESTIONS = 3
ALIKE = 0.8
"""Two sentences that share more of their words than this say the same."""
WORTH_SAYING = 1.5
"""A further quote is added where its score is less than this behind the first one's, as logits."""
LIKELY, AHEAD = 0.5, 0.5
"""The confidence from which, and the lead as logits by which, what answers is told before the quote."""
RIVALS = 6
"""Sentences, the first among them, of which it is one that answers."""
FEW = 4
"""Terms of a question that fewer are taken for."""
TYPICAL = 1_000
"""Passages of an index that is neither small nor large."""


def decide(
    question: Question,
    ranked: Sequence[Scored],
    *,
    index: str,
    precision: float = 0.8,
    limit: int = 3,
    model: Model | None = None,
) -> Answer:
    """The answer: at most `limit` quotes, or declined with the nearest sentences as suggestions.

    `model` is the one shipped where None is given; raises BadModel.
    """
    model = model or shipped()
    sure = confidence(ranked, model)
    different = _different(ranked)
    if not different or sure < model.threshold(precision):
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
        quotes=tuple(scored.quote.model_copy(update={"highlight": highlighted(scored)}) for scored in said),
        headline=_headline(different, sure),
        confidence=sure,
        missing=_missing(question, said),
        index=index,
    )


def confidence(ranked: Sequence[Scored], model: Model | None = None) -> float:
    """How likely the first sentence answers: the logistic function of the evidence, as the model weighs it."""
    return logistic(weigh(evidence(ranked), (model or shipped()).evidence)) if ranked else 0.0


def evidence(ranked: Sequence[Scored]) -> Evidence:
    """What tells whether the first of some sentences answers."""
    first = ranked[0]
    situation = first.situation
    best = logit(first.quote.score)
    others = [logit(scored.quote.score) for scored in ranked[1:RIVALS] if scored.quote.text != first.quote.text]
    ahead = 1.0 if situation.bare else 1 / (1 + sum(math.exp(min(0.0, each - best)) for each in others))
    size = math.log(max(1, situation.passages) / TYPICAL)
    return Evidence(
        score=best,
        own=first.features.own,
        chosen=0.0 if first.features.names_lost else ahead,
        met=math.log1p(len(first.covered) + max(0, FEW - situation.terms)),
        unknown=situation.unknown,
        conflict=first.features.conflict,
        article=situation.articles.get(first.quote.source.article_id, 0.0),
        articles=len({scored.quote.source.article_id for scored in ranked[:5]}),
        small=max(0.0, -size),
        large=max(0.0, size),
    )


def highlighted(scored: Scored) -> Span | None:
    """The part of a sentence that answers; None where that is not sure enough to be shown."""
    return scored.found.span if scored.found is not None and scored.found.probability >= SHOWN else None


def _headline(different: Sequence[Scored], sure: float) -> str | None:
    """What may be told first: the part is sure, so is the sentence, and it is clearly ahead of the next."""
    first = different[0]
    if first.found is None or first.found.probability < SURE or sure < LIKELY:
        return None
    if len(different) > 1 and logit(first.quote.score) - logit(different[1].quote.score) < AHEAD:
        return None
    return first.quote.text[slice(*first.found.span)]


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
