"""Hits become sentences with scores: features of question and sentence, weighed by a model that is data."""

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from loccit.highlight import Highlight
from loccit.highlight import Model as Highlights
from loccit.lexicon import Lexicon
from loccit.scorer.asked import Asked, Cover, title_names
from loccit.scorer.features import FIRST, Features, Place, first_look, last_look, places, second_look
from loccit.scorer.model import Model, shipped
from loccit.types import Hit, Question, Quote, Span

__all__ = [
    "FIRST",
    "PASSAGES",
    "Features",
    "Model",
    "Scored",
    "Situation",
    "logistic",
    "logit",
    "rank",
    "shipped",
    "weigh",
]

PASSAGES = 12
"""Of the hits, how many have their sentences looked at."""
READ, LEAST, WITHIN = 8, 3, 2.0
"""Of these sentences, how many are looked at twice; and in how many of these the part that answers is looked for, which
takes longest: so many in any case, for they may be said and compared, and of the others none that is so far behind the
best, as logits. Four on average; all of ten would find the right one as often."""


class Situation(NamedTuple):
    """What is the same for all sentences of one search."""

    passages: int = 1
    """How many there are in their language."""
    terms: int = 0
    """How many the question has."""
    bare: bool = False
    """Whether it is nothing but a few of these ("Hamas"): then any sentence that has them will do."""
    unknown: float = 0.0
    """The share of words that are nowhere in the index; all of it where a name is not."""
    articles: Mapping[str, float] = MappingProxyType({})
    """How much more of the hits' BM25 is of each article than chance would give it."""


class Scored(NamedTuple):
    """A sentence as a quote, and what its score was made of."""

    quote: Quote
    language: str
    features: Features
    covered: Cover
    """What it, its neighbours, its title or its headings cover of the question."""
    situation: Situation = Situation()
    found: Highlight | None = None
    """The part that answers, however unlikely; None where it was not looked for."""


def rank(
    question: Question,
    hits: Sequence[Hit],
    lexicon: Lexicon,
    model: Model | None = None,
    highlights: Highlights | None = None,
    chances: Mapping[str, float] = MappingProxyType({}),
    *,
    read: int = READ,
    within: float = WITHIN,
) -> list[Scored]:
    """The sentences of the best hits, best first; each once, however many hits hold it.

    All are ranked by a first look and the best `read` of them by a second; in those `within` so much of the very best
    the part that answers is found, and they come before the others. `model` and `highlights` are those shipped where
    None is given; `chances` is for articles their share of the index's passages. Raises BadModel.
    """
    model = model or shipped()
    hits = hits[:PASSAGES]
    titles = {(hit.passage.source.title, hit.passage.language) for hit in hits}
    titled = {term for title, code in titles for term in title_names(title, code)}
    searched = [hit.passage for hit in hits]
    asked = {
        code: Asked.of(question, code, lexicon, titled, searched, highlights)
        for code in {hit.passage.language for hit in hits}
    }
    best = hits[0].score if hits else 0.0
    seen: dict[tuple[str, Span], tuple[float, Place, Features]] = {}
    for hit in hits:
        for place in places(asked[hit.passage.language], hit.passage):
            key = (hit.passage.source.article_id, hit.passage.sentences[place.at].span)
            if key not in seen:
                features = first_look(asked[hit.passage.language], place, hit.score / best)
                seen[key] = weigh(features, model.first), place, features
    order = sorted(seen, key=lambda key: (-seen[key][0], key))
    by_article = _by_article(hits, chances)
    situations = {
        code: Situation(lexicon.languages[code].passages, len(one.shares), one.bare, one.unknown, by_article)
        for code, one in asked.items()
    }
    looked = []
    for key in order[:read]:
        _, place, first = seen[key]
        second = second_look(asked[place.passage.language], place, first)
        looked.append((weigh(second, model.full), place, second))
    looked.sort(key=lambda one: -one[0])
    near = max(LEAST, sum(one[0] >= looked[0][0] - within for one in looked))
    ranked = []
    for _, place, second in looked[:near]:
        code = place.passage.language
        features, found = last_look(asked[code], place, second)
        ranked.append(_scored(place, weigh(features, model.full), features, situations[code], found))
    ranked.sort(key=lambda one: (-one.quote.score, one.quote.source.article_id, one.quote.span))
    for tier, done in ((looked, near), ([seen[key] for key in order], read)):  # what was read comes first
        last = logit(ranked[-1].quote.score) if ranked else 0.0
        for score, place, features in tier[done:]:
            behind = score - tier[done - 1][0]
            ranked.append(_scored(place, last + behind, features, situations[place.passage.language], None))
    return ranked


def passages(hits: Sequence[Hit], ranked: Iterable[Scored]) -> list[Hit]:
    """The hits in the order of their best sentences, those without one last."""
    best: dict[tuple[str, Span], int] = {}
    for at, scored in enumerate(ranked):
        best.setdefault((scored.quote.source.article_id, scored.quote.span), at)
    last = len(best)

    def place(hit: Hit) -> int:
        spans = ((hit.passage.source.article_id, sentence.span) for sentence in hit.passage.sentences)
        return min((best.get(span, last) for span in spans), default=last)

    return sorted(hits, key=place)


def weigh(features: Sequence[float], weights: Sequence[float]) -> float:
    """The weighed sum."""
    return sum(feature * weight for feature, weight in zip(features, weights, strict=True))


def logistic(x: float) -> float:
    """From any number to a probability that is neither 0 nor 1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))


def logit(p: float) -> float:
    """From a probability back to the number."""
    return math.log(p / (1 - p))


def _scored(place: Place, score: float, features: Features, situation: Situation, found: Highlight | None) -> Scored:
    passage = place.passage
    span = passage.sentences[place.at].span
    # Not checked once more, for its parts are records: there are some fifty of these, of which three are said.
    quote = Quote.model_construct(text=place.text, span=span, score=logistic(score), source=passage.source)
    return Scored(quote, passage.language, features, place.covered, situation, found)


def _by_article(hits: Sequence[Hit], chances: Mapping[str, float]) -> Mapping[str, float]:
    """Each article's share of the hits' BM25, less what it would have by chance."""
    whole = sum(hit.score for hit in hits) or 1.0
    shares: dict[str, float] = {}
    for hit in hits:
        article = hit.entry.article_id
        shares[article] = shares.get(article, -chances.get(article, 0.0)) + hit.score / whole
    return shares
