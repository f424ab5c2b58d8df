"""What an index knows of a question's terms: how rare each is, and which other terms can stand for it."""

import math
from collections.abc import Iterator, Mapping
from os.path import commonprefix
from types import MappingProxyType
from typing import NamedTuple

from loccit.catalog import Catalog, Lengths
from loccit.languages.analysis import analyzer
from loccit.spelling import own_words
from loccit.types import Question

STEM = 5
"""Letters that two forms of a word have in common at least."""
SAME_STEM = 0.65
"""Share of the longer one that two forms have in common at least: Maldives and Maldivian, critic and criticise."""
MENDED = 0.9
"""How much a word counts that was searched in place of a mistyped one: it was not said."""
CLOSENESS = 0.7
"""How much another form of a word, or a synonym, counts for the word itself."""


class Lexicon(NamedTuple):
    """The terms of one question, as the index knows them."""

    rarity: Mapping[str, float]
    """For each term of the question."""
    kin: Mapping[str, Mapping[str, float]]
    """For a term of the index, the question's terms that it can stand for, and how well, 0 to 1."""
    unknown: frozenset[str]
    """The question's terms that neither occur nor have another stand for them."""
    languages: Mapping[str, Lengths]


def look_up(question: Question, catalog: Catalog, hidden: Mapping[str, int] = MappingProxyType({})) -> Lexicon:
    """What the index knows of a question's terms, without so many passages of each as are `hidden`."""
    languages = catalog.languages()
    kin: dict[str, dict[str, float]] = {}
    mended = _mended(question)
    for code, terms in question.terms.items():
        for term in terms:
            kin.setdefault(term, {})[term] = MENDED if term in mended else 1.0
            for other in {*analyzer(code).synonyms.get(term, ()), *_forms(term, code, catalog)} - {term}:
                kin.setdefault(other, {}).setdefault(term, CLOSENESS)
    having = {term: n - hidden.get(term, 0) for term, n in catalog.passages_with(kin).items()}
    known = {asked for term, n in having.items() if n for asked in kin[term]}
    return Lexicon(
        rarity={
            term: rarity(languages[code].passages, having[term])
            for code, terms in question.terms.items()
            for term in terms
        },
        kin=kin,
        unknown=frozenset(term for terms in question.terms.values() for term in terms if term not in known),
        languages=languages,
    )


def rarity(passages: int, having: int) -> float:
    """How much a term tells: ln(1 + (N - n + 1/2) / (n + 1/2)), never negative (Lucene's smoothed idf)."""
    return math.log(1 + (passages - having + 0.5) / (having + 0.5))


def _mended(question: Question) -> frozenset[str]:
    """The terms that stand for mistyped ones."""
    if question.understood_as is None:
        return frozenset()
    terms = analyzer(question.language).question_terms
    return frozenset(terms(own_words(question).text).keys() - terms(question.text).keys())


def _forms(term: str, code: str, catalog: Catalog) -> Iterator[str]:
    """Other terms of the index that share so much of their beginning that they are forms of one word."""
    start = len(code) + 1
    if len(term) - start < STEM or term[start].isdecimal():
        return
    for other in catalog.terms_beginning(term[: start + STEM]):
        common = len(commonprefix((term, other))) - start  # noqa: RUF071  # characters are what is wanted
        if common >= SAME_STEM * (max(len(term), len(other)) - start):
            yield other
