"""What a question asks for (a time, a place, a person …), whether a sentence holds that, and what in it is a name."""

from functools import cache
from typing import Any

import regex

from loccit.languages import language
from loccit.languages.analysis import analyzer, is_unspaced, parts

_YEAR = r"(?<!\p{N})(?:1\p{N}{3}|20\p{N}{2})(?!\p{N})"
_NAME = r"(?<!^)[\p{Lu}\p{Lo}][\p{L}\p{M}]+"
_FULL_NAME = r"\p{Lu}[\p{L}\p{M}.'’-]+(?:\s+(?:\p{Ll}{1,3}[\s-])?\p{Lu}[\p{L}\p{M}.'’-]*)+"
_BEFORE = "\"'“‘«([¿¡ "
"""What can stand before a question's first word."""


@cache
def _openings(code: str) -> list[tuple[list[str], bool, str]]:
    """A phrase, whether it counts as an opening alone, and its type; the longest phrase first."""
    table = language(code).questions
    phrases = [
        (_asked(phrase, code), phrase[0] == "^" or kind in ("yesno", "definition"), kind)
        for kind, them in table.items()
        for phrase in them
    ]
    return sorted(phrases, key=lambda row: (-len(row[0]), row[0]))


def question_type(text: str, code: str) -> str | None:
    """The type of a question: `person`, `time`, `place`, `number`, `reason`, `definition`, `yesno` or None.

    The longest phrase of the language file that opens it decides, else the longest that stands anywhere in it; a
    definition, a yes/no question and phrases with a `^` go by the opening alone.
    """
    asked = _asked(text, code)
    table = _openings(code)
    for phrase, _, kind in table:
        if asked[: len(phrase)] == phrase:
            return kind
    for phrase, opening, kind in table:
        size = len(phrase)
        if not opening and any(asked[at : at + size] == phrase for at in range(1, len(asked) - size + 1)):
            return kind
    return None


def is_name(word: str, text: str) -> bool:
    """Whether a word of a question is written like a name: not the first, nor where all is in capitals."""
    return word[0].isupper() and not text.isupper() and not text.lstrip(_BEFORE).startswith(word)


def _asked(text: str, code: str) -> list[str]:
    fold = analyzer(code).fold  # as it is written in any way: أين, اين
    return [fold(part) for part, _ in parts(text)]


def holds_answer(text: str, kind: str | None, code: str) -> bool:
    """Whether a sentence holds the kind of thing a question of that type asks for; False where none is known."""
    pattern = _pattern(kind, code) if kind else None
    return pattern is not None and pattern.search(text) is not None


@cache
def _pattern(kind: str, code: str) -> Any:  # the regex package has no types
    answers = language(code).answers
    parts = {
        "time": [_YEAR, _any(answers.get("months", ()))],
        "number": [r"\p{N}", _any(answers.get("numbers", ()))],
        "person": [_FULL_NAME],
        "place": [
            f"{_any(answers['place'])}\\s+(?:\\p{{Ll}}{{1,4}}\\s+)?(?-i:{_NAME})" if "place" in answers else "",
            f"(?-i:{_NAME})['’]?\\s*{_any(answers['place_after'])}" if "place_after" in answers else "",
        ],
        "reason": [_any(answers.get("reason", ()))],
    }.get(kind, [])
    alternatives = [part for part in parts if part]
    flags = regex.V1 if kind == "person" else regex.V1 | regex.IGNORECASE
    return regex.compile("|".join(f"(?:{part})" for part in alternatives), flags) if alternatives else None


def _any(phrases: tuple[str, ...]) -> str:
    """One of the phrases, as whole words where words have blanks between them."""
    parted = [rf"\b{regex.escape(phrase)}\b" for phrase in phrases if not is_unspaced(phrase)]
    return (
        f"(?:{'|'.join([*parted, *(regex.escape(phrase) for phrase in phrases if is_unspaced(phrase))])})"
        if phrases
        else ""
    )
