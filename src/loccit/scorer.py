"""Hits become sentences with scores: features of question and sentence, weighed.

Every feature is a share or a yes/no, so that it means the same in an index of two articles and of a million.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from loccit.languages import language
from loccit.languages.analysis import analyzer
from loccit.languages.questions import holds_answer, question_type
from loccit.lexicon import Lexicon
from loccit.types import Hit, Passage, Question, Quote, Span

PASSAGES = 12
"""Of the hits, how many have their sentences looked at."""

CHECKED = frozenset({"time", "number", "person", "place", "reason"})
"""The types of question whose answers can be told by their looks."""

CARRIED = 0.25
"""How much a term counts that was carried over from an earlier question."""

Cover = dict[str, float]
"""Terms of the question that a text covers, and how well: 1 for the term itself, less for a form or a synonym."""


class Features(NamedTuple):
    """What is known of a sentence as an answer; a "share" is of the rarity of the question's terms."""

    own: float = 0.0
    """The share the sentence holds itself."""
    near: float = 0.0
    """What the sentences beside it add to that."""
    refers: float = 0.0
    """What the one before adds where a pronoun says that it goes on, or the infobox lines of its number."""
    above: float = 0.0
    """What title and headings add."""
    around: float = 0.0
    """What the rest of the passage adds."""
    rarest: float = 0.0
    """Whether the sentence holds the rarest term."""
    phrases: float = 0.0
    """The share of the question's pairs of words, small words included, that are pairs in the sentence."""
    passage: float = 0.0
    """The passage's score as a share of the best one's."""
    fits: float = 0.0
    """Whether it holds what the question asks for: a time, a number, a name."""
    fails: float = 0.0
    """Whether the question asks for such a thing and the sentence has none."""
    opens: float = 0.0
    """Whether it begins with what the question asks the meaning of."""
    names_lost: float = 0.0
    """The share of the question's names and numbers that neither it, nor what is near or above, holds."""
    unknown: float = 0.0
    """The share that is nowhere in the index; all of it where a name is not. The same for every sentence."""


WEIGHTS = Features(
    own=5.0,
    near=1.5,
    refers=1.5,
    above=2.5,
    around=0.0,
    rarest=0.3,
    phrases=2.0,
    passage=2.5,
    fits=0.8,
    fails=-0.3,
    opens=0.3,
    names_lost=-1.0,
)
BIAS = -6.0


class Scored(NamedTuple):
    """A sentence as a quote, and what its score was made of."""

    quote: Quote
    language: str
    features: Features
    covered: Cover
    """What it, its neighbours, its title or its headings cover of the question."""


class Asked(NamedTuple):
    """A question in one language of the index."""

    shares: Mapping[str, float]
    """Each term's share of the rarity of all."""
    kin: Mapping[str, Mapping[str, float]]
    names: frozenset[str]
    subjects: frozenset[str]
    """The names that stand in a title: what a sentence is about that lacks one is something else."""
    unknown: float
    pairs: frozenset[tuple[str, str]]
    kind: str | None

    @classmethod
    def of(cls, question: Question, code: str, lexicon: Lexicon, titled: Iterable[str] = ()) -> "Asked":
        """What is to be looked for in passages of that language; `titled` are names in titles."""
        text = question.understood_as or question.text
        terms = question.terms.get(code, ())
        typed = analyzer(code).question_terms(question.text)
        weights = {term: lexicon.rarity[term] * (1.0 if term in typed else CARRIED) for term in terms}
        whole = sum(weights.values()) or 1.0
        subjects = typed.keys() & set(titled)
        names = subjects.union(term for term, word in typed.items() if _is_name(word, question.text))
        pairs = pairwise(analyzer(code).sequence(text))
        unknown = lexicon.unknown & typed.keys()
        return cls(
            shares={term: weight / whole for term, weight in weights.items()},
            kin=lexicon.kin,
            names=frozenset(names.intersection(terms)),
            subjects=frozenset(subjects.intersection(terms)),
            unknown=1.0 if unknown & names else sum(weights.get(term, 0.0) for term in unknown) / whole,
            pairs=frozenset(pair for pair in pairs if not lexicon.kin.keys().isdisjoint(pair)),
            kind=question_type(text, question.language),
        )

    def cover(self, terms: Sequence[str]) -> Cover:
        """Which of the question's terms these cover."""
        found: Cover = {}
        for term in terms:
            if term in self.kin:
                for asked, closeness in self.kin[term].items():
                    found[asked] = max(closeness, found.get(asked, 0.0))
        return found

    def share(self, cover: Cover) -> float:
        """How much of the question's rarity a cover makes up."""
        return sum(share * cover.get(term, 0.0) for term, share in self.shares.items())

    def lost(self, cover: Cover) -> float:
        """The share of names and numbers that a cover lacks; 1 where that is a number or a title's name."""
        lost = self.names - cover.keys()
        if lost & self.subjects or any(term.partition(":")[2][:1].isdecimal() for term in lost):
            return 1.0
        return len(lost) / max(1, len(self.names))


def rank(question: Question, hits: Sequence[Hit], lexicon: Lexicon) -> list[Scored]:
    """The sentences of the best hits, best first; each once, however many hits hold it."""
    hits = hits[:PASSAGES]
    titled = {term for hit in hits for term in _names(hit.passage.source.title, hit.passage.language)}
    asked = {code: Asked.of(question, code, lexicon, titled) for code in {hit.passage.language for hit in hits}}
    best = hits[0].score if hits else 0.0
    found: dict[tuple[str, Span], Scored] = {}
    for hit in hits:
        for scored in _sentences(asked[hit.passage.language], hit.passage, hit.score / best):
            found.setdefault((scored.quote.source.article_id, scored.quote.span), scored)
    return sorted(found.values(), key=lambda s: (-s.quote.score, s.quote.source.article_id, s.quote.span))


def probability(features: Features, weights: Features = WEIGHTS, bias: float = BIAS) -> float:
    """The logistic function of the weighed features."""
    return logistic(bias + sum(f * w for f, w in zip(features, weights, strict=True)))


def logistic(x: float) -> float:
    """From any number to a probability."""
    return 1 / (1 + math.exp(-x))


def logit(p: float) -> float:
    """From a probability back to the number."""
    return math.log(p / (1 - p))


def _sentences(asked: Asked, passage: Passage, share: float) -> Iterator[Scored]:
    above = asked.cover(passage.context)
    held = [asked.cover(sentence.terms) for sentence in passage.sentences]
    everywhere = _join(above, *held)
    rarest = max(asked.shares, key=lambda term: asked.shares[term], default="")
    signs = language(passage.language).follow_up
    pronouns = frozenset((*signs.get("pronouns", ()), *signs.get("pointers", ())))
    for at, sentence in enumerate(passage.sentences):
        start, end = sentence.span
        text = passage.text[start - passage.span.start : end - passage.span.start]
        own = held[at]
        before = _join(own, *held[max(0, at - 1) : at])
        near = _join(before, *held[at : at + 2])
        sequence = analyzer(passage.language).sequence(text) if near else []
        goes_on = not pronouns.isdisjoint(sequence)
        if sentence.hints:  # an infobox line belongs to those of its number, not to the lines beside it
            before = near = _join(own, asked.cover(sentence.hints))
            goes_on = True
        covered = _join(near, above)
        own_share, near_share, covered_share = asked.share(own), asked.share(near), asked.share(covered)
        fits = holds_answer(text, asked.kind, passage.language)
        features = Features(
            own=own_share,
            near=near_share - own_share,
            refers=asked.share(before) - own_share if goes_on else 0.0,
            above=covered_share - near_share,
            around=asked.share(everywhere) - covered_share,
            rarest=own.get(rarest, 0.0),
            phrases=len(asked.pairs.intersection(pairwise(sequence))) / max(1, len(asked.pairs)),
            passage=share,
            fits=float(fits),
            fails=float(not fits and asked.kind in CHECKED),
            opens=float(asked.kind == "definition" and any(term in asked.shares for term in sentence.terms[:3])),
            names_lost=asked.lost(covered),
            unknown=asked.unknown,
        )
        quote = Quote(text=text, span=sentence.span, score=probability(features), source=passage.source)
        yield Scored(quote, passage.language, features, covered)


def _join(*covers: Cover) -> Cover:
    joined: Cover = {}
    for cover in covers:
        for term, closeness in cover.items():
            joined[term] = max(closeness, joined.get(term, 0.0))
    return joined


def _names(title: str, code: str) -> Iterator[str]:
    for term, word in analyzer(code).question_terms(title).items():
        if word[0].isupper():
            yield term


def _is_name(word: str, text: str) -> bool:
    """Whether a word of a question is written like a name or a number; its first word may be large for no reason."""
    return word[0].isdecimal() or (word[0].isupper() and not text.lstrip("\"'“‘«([¿¡ ").startswith(word))
