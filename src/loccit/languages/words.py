r"""What a word is in each language.

Words are runs of Unicode letters and their marks, or numbers; Python's own `\w` loses the vowel signs of Hindi or
Thaana. What a language writes as several words and means as one, a date or a number, is one too.
"""

from typing import Any

import regex

from loccit.languages import Language
from loccit.languages.numerals import Numerals

_PAIRED = r"\p{Han}\p{Hiragana}\p{Katakana}ー"
_TRIPLED = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_UNSPACED = _PAIRED + _TRIPLED
_RUNS = (r"\p{Han}", r"[\p{Hiragana}ー]", r"[\p{Katakana}ーｰﾞﾟ]", rf"(?:[{_TRIPLED}]\p{{M}}*+)")
UNSPACED = regex.compile(rf"[{_UNSPACED}]")
"""A letter of a script that writes no blanks between words."""
TRIPLED = regex.compile(rf"[{_TRIPLED}]")
"""One of those whose words go by three letters."""
_HYPHEN = r"[-\u2010\u2011 ]"
_LETTERS = rf"[[\p{{L}}--[{_UNSPACED}]]\p{{M}}]*+"


def word_pattern(of: Language, numerals: Numerals) -> Any:  # the regex package has no types
    """What a word is: `inside` one may stand some characters, a run without blanks is cut at its stopwords."""
    cuts = sorted((w for w in of.stopwords if UNSPACED.match(w)), key=lambda w: (-len(w), w))
    cut = "|".join(map(regex.escape, cuts))
    runs = [f"(?:(?!{cut}){letter})+" for letter in _RUNS] if cut else [f"{letter}+" for letter in _RUNS]
    joint = rf"|{_joint(of)}" if of.inside else ""
    word = rf"[\p{{L}}--[{_UNSPACED}]]{_LETTERS}(?:(?:(?<=\p{{M}})[\u200c\u200d]{joint}){_LETTERS})*+"
    longer = [numerals.longer] if numerals.longer else []
    found = [*longer, *_joined(of), word, *([cut] if cut else []), *runs, numerals.pattern]
    return regex.compile("|".join(found), regex.V1)


def begun_pattern(of: Language, numerals: Numerals) -> Any:
    """What has blanks within: only where this matches, wholly or in part, may a word go on behind a blank."""
    found = [numerals.begun, *_joined(of), numerals.pattern]
    return regex.compile("|".join(filter(None, found)), regex.V1)


def _joined(of: Language) -> list[str]:
    return [rf"(?i:{each.replace('-', _HYPHEN)}){_LETTERS}" for each in sorted(of.writing.joined)]


def _joint(of: Language) -> str:
    """What stands within a word: between letters, and parting no clitic from it."""
    behind = [regex.escape(each[1:]) for each in of.writing.clitics if each[0] in of.inside]
    before = [regex.escape(each[:-1]) for each in of.writing.clitics if each[-1] in of.inside]
    parted = rf"(?!(?i:{'|'.join(sorted(behind))})(?!\p{{L}}))" if behind else ""
    parts = rf"(?<!(?<!\p{{L}})(?i:{'|'.join(sorted(before))}))" if before else ""
    return rf"(?<=\p{{L}}){parts}[{regex.escape(of.inside)}](?=\p{{L}}){parted}"
