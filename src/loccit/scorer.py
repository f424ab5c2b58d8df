"""Hits become sentences with scores: features of question and sentence, weighed.

Every feature is a share or a yes/no, so that it means the same in an index of two articles and of a million.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from loccit.languages.questions import holds_answer, question_type
from loccit.types import Hit, Passage, Question, Quote, Span

PASSAGES = 12
"""Of the hits, how many have their sentences looked at."""


class Features(NamedTuple):
    """What is known of a sentence as an answer; a "share" is of the rarity of the question's terms."""

    own: float = 0.0
    """The share the sentence holds itself."""
    near: float = 0.0
    """What the sentences beside it, or the infobox lines of its number, add to that."""
    above: float = 0.0
    """What title and headings add."""
    around: float = 0.0
    """What the rest of the passage adds."""
    rarest: float = 0.0
    """Whether the sentence holds the rarest term."""
    pairs: float = 0.0
    """The share of the question's neighbouring terms that are neighbours in the sentence."""
    passage: float = 0.0
    """The passage's score as a share of the best one's."""
    fits: float = 0.0
    """Whether it holds what the question asks for: a time, a number, a name."""
    fails: float = 0.0
    """Whether the question asks for such a thing and the sentence has none."""
    opens: float = 0.0
    """Whether it begins with what the question asks the meaning of."""
    long: float = 0.0
    """The logarithm of its length in terms."""


WEIGHTS = Features(own=5.0, near=1.6, above=1.6, around=0.6, rarest=0.3, pairs=1.0, passage=1.6, fits=0.8, opens=0.5)
BIAS = -4.0


class Scored(NamedTuple):
    """A sentence as a quote, and what its score was made of."""

    quote: Quote
    features: Features
    covered: frozenset[str]
    """The question's terms that it, its neighbours, its title or its headings hold."""


def rank(question: Question, hits: Sequence[Hit], rarity: Mapping[str, float]) -> list[Scored]:
    """The sentences of the best hits, best first; each once, however many hits hold it."""
    kind = question_type(question.understood_as or question.text, question.language)
    best = hits[0].score if hits else 0.0
    found: dict[tuple[str, Span], Scored] = {}
    for hit in hits[:PASSAGES]:
        source = hit.passage.source
        for at, sentence in enumerate(hit.passage.sentences):
            if (source.article_id, sentence.span) not in found:
                scored = _score(question, kind, hit.passage, at, hit.score / best, rarity)
                found[source.article_id, sentence.span] = scored
    return sorted(found.values(), key=lambda s: (-s.quote.score, s.quote.source.article_id, s.quote.span))


def probability(features: Features, weights: Features = WEIGHTS, bias: float = BIAS) -> float:
    """The logistic function of the weighed features."""
    return 1 / (1 + math.exp(-bias - sum(f * w for f, w in zip(features, weights, strict=True))))


def _score(
    question: Question, kind: str | None, passage: Passage, at: int, share: float, rarity: Mapping[str, float]
) -> Scored:
    asked = question.terms.get(passage.language, ())
    sentence = passage.sentences[at]
    start, end = sentence.span
    text = passage.text[start - passage.span.start : end - passage.span.start]
    beside = {*sentence.hints, *(t for s in passage.sentences[max(0, at - 1) : at + 2] for t in s.terms)}
    layers = {}
    left = set(asked)
    for name, terms in (
        ("own", sentence.terms),
        ("near", beside),
        ("above", passage.context),
        ("around", passage.terms),
    ):
        layers[name] = left & set(terms)
        left = left - layers[name]
    whole = sum(rarity[term] for term in asked) or 1.0
    rarest = max(asked, key=lambda term: rarity[term], default=None)
    side_by_side = set(pairwise(sentence.terms))
    pairs = [pair in side_by_side for pair in pairwise(asked)]
    fits = holds_answer(text, kind, passage.language)
    features = Features(
        **{name: sum(rarity[term] for term in terms) / whole for name, terms in layers.items()},
        rarest=float(rarest in layers["own"]),
        pairs=sum(pairs) / len(pairs) if pairs else 0.0,
        passage=share,
        fits=float(fits),
        fails=float(not fits and kind in ("time", "number", "person", "place", "reason")),
        opens=float(kind == "definition" and bool(layers["own"].intersection(sentence.terms[:3]))),
        long=math.log1p(len(sentence.terms)),
    )
    quote = Quote(text=text, span=sentence.span, score=probability(features), source=passage.source)
    covered = frozenset(layers["own"] | layers["near"] | layers["above"])
    return Scored(quote, features, covered)
