"""What is known of a sentence as an answer.

Every feature is a share, a yes/no or a logarithm, so that it means the same in an index of two articles and of a
million, and no engine's score is among them.
"""

import math
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from loccit.highlight import Highlight
from loccit.languages import language
from loccit.languages.analysis import analyzer, is_unspaced
from loccit.languages.questions import holds_answer
from loccit.scorer.asked import Asked, Cover, join, years
from loccit.types import Passage

CHECKED = frozenset({"time", "number", "person", "place", "reason"})
"""The types of question whose answers can be told by their looks."""
ELSEWHERE = 0.75
"""What it counts that something looks like an answer where the model of highlights knows shapes alone, not words."""


class Features(NamedTuple):
    """A "share" is of the rarity of the question's terms. The first ones are known of every sentence."""

    own: float = 0.0
    """The share the sentence holds itself."""
    plain: float = 0.0
    """The same of what is neither a name nor what the asking word stands with ("which river")."""
    above: float = 0.0
    """What title and headings add to its own share."""
    covered: float = 0.0
    """The share that it, the sentences beside it (or the infobox lines of its number), title and headings hold."""
    names_lost: float = 0.0
    """The share of the question's names and numbers that are not covered so."""
    passage: float = 0.0
    """The passage's BM25 as a share of the best one's."""
    leads: float = 0.0
    """Whether it begins a passage below no heading: what articles say first is what they are about."""
    length: float = 0.0
    """The logarithm of its length in hundreds of characters."""
    # These are looked at where the first ones promise something.
    refers: float = 0.0
    """What the one before adds where a pronoun says that it goes on, or the infobox lines of its number."""
    pairs: float = 0.0
    """The share of the question's pairs of words, small words included, that are pairs in the sentence."""
    order: float = 0.0
    """The share of the question's words that stand in the sentence in their order."""
    associated: float = 0.0
    """The share it does not hold, but words that often stand near those; as alike as they are."""
    conflict: float = 0.0
    """Whether it names years, but none of those asked about."""
    fits: float = 0.0
    """Whether it holds what the question asks for: a time, a number, a name."""
    fails: float = 0.0
    """Whether the question asks for such a thing and the sentence has none."""
    opens: float = 0.0
    """Whether it begins with what the question asks the meaning of."""
    answer: float = 0.0
    """How much in it looks like an answer: the logarithm of the summed likelihood of its parts (see `highlight`)."""


FIRST = Features._fields.index("length") + 1
"""How many features are known of every sentence."""


class Place(NamedTuple):
    """A sentence in its passage, and what it and those around it cover of the question."""

    passage: Passage
    at: int
    text: str
    own: Cover
    before: Cover
    """With the one before, or the infobox lines of its number."""
    above: Cover
    """With title and headings."""
    covered: Cover
    """With these, and those on both sides or the infobox lines of its number."""


def places(asked: Asked, passage: Passage) -> list[Place]:
    """The sentences of a passage."""
    above = asked.cover(passage.context)
    held = [asked.cover(sentence.terms) for sentence in passage.sentences]
    found = []
    for at, sentence in enumerate(passage.sentences):
        own = held[at]
        if sentence.hints:  # an infobox line belongs to those of its number, not to the lines beside it
            before = near = join(own, asked.cover(sentence.hints))
        else:
            before = join(own, *held[max(0, at - 1) : at])
            near = join(before, *held[at + 1 : at + 2])
        start = passage.span.start
        text = passage.text[sentence.span.start - start : sentence.span.end - start]
        found.append(Place(passage, at, text, own, before, join(own, above), join(near, above)))
    return found


def first_look(asked: Asked, place: Place, passage_share: float) -> Features:
    """What costs nothing to know."""
    own = asked.share(place.own)
    return Features(
        own=own,
        plain=asked.plain_share(place.own),
        above=asked.share(place.above) - own,
        covered=asked.share(place.covered),
        names_lost=asked.lost(place.covered),
        passage=passage_share,
        leads=float(place.at == 0 and not place.passage.source.heading),
        length=math.log(max(1, len(place.text)) / 100),
    )


def second_look(asked: Asked, place: Place, features: Features) -> Features:
    """What it takes reading the sentence to know."""
    sentence = place.passage.sentences[place.at]
    sequence = analyzer(asked.language).sequence(place.text)
    named = years(sentence.terms)
    fits = holds_answer(place.text, asked.kind, asked.language)
    goes_on = bool(sentence.hints) or not _pronouns(asked.language).isdisjoint(sequence)
    return features._replace(
        refers=asked.share(place.before) - features.own if goes_on else 0.0,
        pairs=len(asked.pairs.intersection(pairwise(sequence))) / max(1, len(asked.pairs)),
        order=asked.in_order(sequence),
        associated=asked.associated(sentence.terms, place.own),
        conflict=float(bool(asked.years) and bool(named) and asked.years.isdisjoint(named)),
        fits=float(fits),
        fails=float(not fits and asked.kind in CHECKED),
        opens=float(asked.kind == "definition" and _opens(asked, sentence.terms)),
    )


def last_look(asked: Asked, place: Place, features: Features) -> tuple[Features, Highlight | None]:
    """The part of the sentence that answers, which takes longest to find, and how much looks like one at all."""
    found = asked.reader.read(place.text)
    return features._replace(answer=_looks(asked, place.text) * found.weight if found else 0.0), found


def _looks(asked: Asked, text: str) -> float:
    """What it counts that something looks like an answer: nothing where words have no blanks between them."""
    return 1.0 if asked.reader.lexical else 0.0 if is_unspaced(text) else ELSEWHERE


def _opens(asked: Asked, terms: Sequence[str]) -> bool:
    return any(term in asked.shares for term in terms[:3])


@cache
def _pronouns(code: str) -> frozenset[str]:
    signs = language(code).follow_up
    return frozenset((*signs.get("pronouns", ()), *signs.get("pointers", ())))
