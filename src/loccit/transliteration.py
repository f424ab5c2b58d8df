"""A name in another script, as it can be spelled in Latin letters: by the letters of its language's file."""

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import regex

from loccit.languages import language

SILENT = "-"
"""How a file says that a letter can be left out."""
GAP = 2
"""Unwritten vowels that may stand between two letters."""
_DOUBLED = regex.compile(r"(.)\1")


class Romanized(NamedTuple):
    """All the ways a name can be spelled."""

    pattern: Any  # the regex package has no types
    beginnings: frozenset[str]
    """The first letters that one of them has, so that a vocabulary need not be read whole."""

    def have(self, word: str) -> bool:
        """Whether a word is one of them; a doubled letter counts once."""
        return self.pattern.fullmatch(str(_DOUBLED.sub(r"\1", word))) is not None


def romanized(word: str, code: str) -> Iterator[Romanized]:
    """How a word of that language can be spelled, whole and then without what the language puts before its words."""
    prefixes = sorted(language(code).prefixes, key=len, reverse=True)
    prefix = next((each for each in prefixes if word.startswith(each)), "")
    for each in dict.fromkeys((word, word.removeprefix(prefix))):
        if len(letters := _letters(each, code)) > GAP:
            yield _romanized(letters, language(code).english.unwritten)


def _romanized(letters: list[tuple[str, ...]], unwritten: str) -> Romanized:
    gap = f"[{unwritten}]{{0,{GAP}}}" if unwritten else ""
    pattern = gap.join(f"(?:{'|'.join(sorted(alternatives, key=len, reverse=True))})" for alternatives in letters)
    beginnings = {"".join(each) for each in product(letters[0], ("", *unwritten), letters[1])}
    shortest = (each for each in beginnings if not any(each[:size] in beginnings for size in range(len(each))))
    return Romanized(regex.compile(pattern), frozenset(shortest))


def _letters(word: str, code: str) -> list[tuple[str, ...]]:
    """What each letter of a word can be; nothing where one is of no known letter but a mark."""
    known, found, at = language(code).english.letters, list[tuple[str, ...]](), 0
    while at < len(word):
        size = 2 if word[at : at + 2] in known else 1
        if alternatives := known.get(word[at : at + size]):
            found.append(tuple("" if each == SILENT else each for each in alternatives))
        elif word[at].isalpha():
            return []
        at += size
    return found
