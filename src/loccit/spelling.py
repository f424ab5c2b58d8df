"""A question's typing errors are mended with the index's own words, so that it is searched as it was meant.

A word of no passage becomes one that is a single slip away: a letter too many, one too few, one for another, or two
neighbours that changed places (Damerau 1964). All that such a slip can have been are stemmed like any word and looked
up, for an index knows words by their stems alone. What a dictionary of the language has is left as it is: not to be in
the articles is no error.
"""

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from loccit.languages.analysis import analyzer
from loccit.languages.dictionary import dictionary
from loccit.languages.questions import is_name
from loccit.types import Question

SHORTEST, SURE, LONGEST = 4, 5, 32
"""Letters: the shorter a word, the more others are near; one of less than the second has to be a likely slip."""
MOST = 8
"""Words of a question that are looked at."""
CHANCES = {"swapped": 0.0, "missing": -0.5, "replaced": -3.0, "added": -3.0}
"""How likely each kind of slip is, as logarithms: a letter can be replaced in many ways, left out in one."""
LISTED = 2.0
"""How much likelier, as a logarithm, it is that a word of the dictionary was meant."""
SMALL = 100
"""Passages that a word counts for which is too common to be searched, such as a misspelt "which"."""
ENDING = 1
"""Letters that the stemmer may take off a word that no dictionary has: "erroreous" is no form of "error"."""
LARGE, JUNK, TIMES = 1_000, 2, 20
"""In an index of so many passages a word of so few, and of no dictionary, is mistyped there too where another one has
so many times more."""
_PARTS = re.compile(r"\s*\S+")


class Known(NamedTuple):
    """What an index has, so that errors are mended with nothing else."""

    having: Callable[[Iterable[str]], Mapping[str, int]]
    """In how many passages each term occurs."""
    passages: int
    elsewhere: Callable[[str], bool]
    """Whether a word occurs in another of its languages."""


class Typed(NamedTuple):
    """A word as it was typed."""

    word: str
    name: bool
    """Whether it is written like one."""
    having: int
    """Passages that have it."""


def correct(text: str, code: str, known: Known) -> str:
    """The text with each word that is not in the index as the likeliest that is."""
    asked = analyzer(code).question_terms(text)
    having = known.having(asked)
    typed = [Typed(word, is_name(word, text), having[term]) for term, word in asked.items()]
    rare = [one for one in typed if one.having <= (JUNK if known.passages >= LARGE and not one.name else 0)]
    mended = {one.word: meant(one, code, known) for one in rare[:MOST] if not known.elsewhere(one.word)}
    return analyzer(code).rewrite(text, {word: other for word, other in mended.items() if other})


def meant(typed: Typed, code: str, known: Known) -> str | None:
    """The likeliest word of the index that this one is a slip of, written as it is; None without one."""
    stems, listed = analyzer(code), dictionary(code)
    word = stems.fold(typed.word)
    if word in listed or not stems.is_spelled(word) or not SHORTEST <= len(word) <= LONGEST:
        return None
    near = slips(word, stems.alphabet.union(word))
    near = {other: kind for other, kind in near.items() if is_likely(kind, word, other, listed, name=typed.name)}
    found = _weighed(near, list(near), typed, code, known)
    if not found and not typed.name:  # colour is known as color; that is asked last, for it costs
        found = _weighed(near, [stems.vary(other) for other in near], typed, code, known)
    best = max(found)[2] if found else ""
    meant_more = (other for other, kind in near.items() if best and CHANCES[kind] > CHANCES[near[best]] + LISTED)
    if not best or any(other in listed and other not in {one for _, _, one in found} for other in meant_more):
        return None  # "recieve" is not "relieve" where no article has "receive"
    return _like(typed.word, best)


def _weighed(
    near: Mapping[str, str], spelled: Sequence[str], typed: Typed, code: str, known: Known
) -> list[tuple[float, int, str]]:
    """Those of the words, as they are spelled in the index, that it has, each with how likely it was meant."""
    stems, listed = analyzer(code), dictionary(code)
    terms = stems.stems(spelled)
    having = known.having(dict.fromkeys(terms))
    found = []
    for (other, kind), form, term in zip(near.items(), spelled, terms, strict=True):
        count = SMALL if other in stems.small and not typed.name else having[term]
        is_word = not listed or other in listed or term.endswith((form, form[:-ENDING]))
        if count > TIMES * typed.having and is_word:
            found.append((CHANCES[kind] + LISTED * (other in listed) + math.log(count), -len(other), other))
    return found


def slips(word: str, letters: Iterable[str]) -> dict[str, str]:
    """All that is one slip away, each with its likeliest kind."""
    cuts, letters = [(word[:at], word[at:]) for at in range(len(word) + 1)], sorted(letters)
    found = {head + tail[1:]: "added" for head, tail in cuts[:-1]}
    found |= {head + letter + tail[1:]: "replaced" for head, tail in cuts[:-1] for letter in letters}
    found |= {head + letter + tail: "missing" for head, tail in cuts for letter in letters}
    found |= {head + tail[1] + tail[0] + tail[2:]: "swapped" for head, tail in cuts[:-2]}
    found.pop(word, None)
    return found


def is_likely(kind: str, word: str, other: str, listed: Collection[str], *, name: bool) -> bool:
    """Whether a word can be the other one mistyped; names and short words are told by their first letter."""
    same = word[0] == other[0]
    if len(word) >= SURE:
        return same or bool(listed and not name)
    return same and other in listed and (kind in ("swapped", "missing") or (kind == "replaced" and not name))


def own_words(question: Question) -> Question:
    """The question as if it had been typed without the errors that were mended in it."""
    if question.understood_as is None:
        return question
    # by the blanks, which are never mended: to the analysis "4 Aprl 1982" is three words, and "4 April 1982" one
    own = _PARTS.findall(question.understood_as)[: len(_PARTS.findall(question.text))]
    return question.model_copy(update={"text": "".join(own)})


def _like(word: str, other: str) -> str:
    """The other word, its letters as large as those of the word."""
    if word.isupper():
        return other.upper()
    return other[0].upper() + other[1:] if word[0].isupper() else other
