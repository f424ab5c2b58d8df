"""The tokens of a text: its words, numbers and signs, each with its shape."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import regex

from loccit.highlight.asked import Asked, match_of
from loccit.languages import language as language_of
from loccit.languages.analysis import analyzer, words

MOST = 400
"""Of a text, how many words and signs are looked at; an indexed sentence has fewer."""
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_FIRST = rf"[[\p{{L}}\p{{N}}]--[{_UNSPACED}]]"
_LATER = rf"(?:{_FIRST}|[\p{{M}}\u200c\u200d])"
_TOKEN = regex.compile(  # whatever a token begins with, the marks after it are part of it
    r"(?P<abbreviation>(?:\p{Lu}\p{M}*\.){2,}\p{M}*)"
    r"|(?P<number>\p{Sc}?\p{Nd}+(?:[.,:٫٬]\p{Nd}+)*(?:[%٪°]|(?:st|nd|rd|th|s)(?![\p{L}\p{N}]))?\p{M}*"
    rf"(?!{_FIRST}))"
    rf"|(?P<possessive>['’]s(?!{_LATER}))"
    rf"|(?P<run>(?!\p{{M}})[{_UNSPACED}][{_UNSPACED}\p{{M}}ー]*)"
    rf"|(?P<word>{_FIRST}{_LATER}*+(?:(?:['’](?!s(?!{_LATER}))|[.\-‐‑&]){_FIRST}{_LATER}*+)*+)"
    r"|(?P<sign>[%٪°]\p{M}*)"
    r"|(?P<other>\S)",
    regex.V1,
)
_MONEY = regex.compile(r"\p{Lu}{2,3}\p{Nd}")  # RM85


class Token(NamedTuple):
    """A word, a number or a sign of a text."""

    start: int
    end: int
    word: str
    shape: str
    match: str
    suffix: str


EDGE = Token(0, 0, "", "$", "", "")
"""What stands before the first token and after the last."""
CAPITAL = frozenset("CAXI")
NUMERIC = frozenset("YDNPMTSOW")
TIME = frozenset("YDTSOm")
CONTENT = CAPITAL | NUMERIC | frozenset("lm")
"""The shapes of words that say something; `l` is a small word of content, `m` a month."""


def tokenize(text: str, language: str, asked: Asked) -> list[Token]:
    """The words, numbers and signs of a text, the first ones of a very long one."""
    kinds = _kinds(language)
    stems = analyzer(language)
    tokens: list[Token] = []
    for found in _TOKEN.finditer(text):
        raw = found[0]
        group = found.lastgroup
        word = raw.casefold()
        match = suffix = ""
        if group == "other":
            shape = '"' if raw in '"“”„«»' else raw
        elif group == "possessive":
            shape = "'s"
        elif group == "sign":
            shape = "%"
        else:
            terms = stems[raw] if raw.isalpha() else [term for part in words(raw) for term in stems[part]]
            for term in terms:
                if match := match_of(term, asked, len(language) + 1):
                    break
            shape = _number(raw) if group == "number" else kinds.get(word, "")
            if shape == "m" and raw[0].islower() and not terms:  # "may" and "march" are other words too
                shape = ""
            if not shape or (terms and shape in "pa"):
                shape = _shape(raw, bool(terms), bool(tokens))
            if shape == "l":
                suffix = word[-3:]
        start, end = found.span()
        tokens.append(Token(start, end, word, shape, match, suffix))
        if len(tokens) == MOST:
            break
    return tokens


def _number(raw: str) -> str:
    if raw[-1] in "%٪":
        return "P"
    if not raw[0].isdecimal():
        return "M"
    if raw.isdecimal():
        return "D" if len(raw) < 3 else "Y" if len(raw) == 4 and 1000 <= int(raw) < 2100 else "N"
    if raw[-1].isdecimal():
        return "T" if ":" in raw else "N"
    return "S" if raw.endswith("0s") else "O"


def _shape(raw: str, content: bool, inside: bool) -> str:
    """How a word is written: name, capitals, mixed, first of the sentence, or small (and any without capitals)."""
    first = raw[0]
    if len(raw) > 1 and raw.isupper():
        return "M" if _MONEY.match(raw) else "A"
    if not content:
        return "F" if first.isupper() and inside else "f"
    if first.isupper():
        return "C" if inside else "I"
    return "l" if raw == raw.lower() else "X"


@cache
def _kinds(code: str) -> Mapping[str, str]:
    """For words of the language file, what they are: preposition of place, reason, number, month, article."""
    of = language_of(code)
    named = {"p": "place", "r": "reason", "W": "numbers", "m": "months"}
    kinds = {word: shape for shape, name in named.items() for word in of.answers.get(name, ()) if " " not in word}
    return kinds | dict.fromkeys(of.light, "a")
