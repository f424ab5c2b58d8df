"""What a question asks for (a time, a place, a person …), and whether a sentence holds such a thing."""

from functools import cache
from typing import Any

import regex

from loccit.languages import language
from loccit.languages.analysis import words

_YEAR = r"(?<!\p{N})(?:1\p{N}{3}|20\p{N}{2})(?!\p{N})"
_NAME = r"(?<!^)\p{Lu}[\p{L}\p{M}]+"
_FULL_NAME = r"\p{Lu}[\p{L}\p{M}.'’-]+(?:\s+(?:\p{Ll}{1,3}[\s-])?\p{Lu}[\p{L}\p{M}.'’-]*)+"


@cache
def _openings(code: str) -> list[tuple[list[str], str]]:
    """Phrase and type, the longest phrase first."""
    table = language(code).questions
    phrases = [(phrase.split(), kind) for kind, them in table.items() for phrase in them]
    return sorted(phrases, key=lambda row: (-len(row[0]), row[0]))


def question_type(text: str, code: str) -> str | None:
    """The type of a question: `person`, `time`, `place`, `number`, `reason`, `definition`, `yesno` or None.

    The longest phrase of the language file that opens it decides, else the longest that stands anywhere in it; a
    yes/no question is one only by its opening.
    """
    asked = [word.casefold() for word in words(text)]
    table = _openings(code)
    for phrase, kind in table:
        if asked[: len(phrase)] == phrase:
            return kind
    for phrase, kind in table:
        size = len(phrase)
        if kind not in ("yesno", "definition") and any(
            asked[at : at + size] == phrase for at in range(1, len(asked) - size + 1)
        ):
            return kind
    return None


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
        "place": [f"{_any(answers['place'])}\\s+(?:\\p{{Ll}}{{1,4}}\\s+)?(?-i:{_NAME})" if "place" in answers else ""],
        "reason": [_any(answers.get("reason", ()))],
    }.get(kind, [])
    alternatives = [part for part in parts if part]
    flags = regex.V1 if kind == "person" else regex.V1 | regex.IGNORECASE
    return regex.compile("|".join(f"(?:{part})" for part in alternatives), flags) if alternatives else None


def _any(phrases: tuple[str, ...]) -> str:
    return r"\b(?:" + "|".join(map(regex.escape, phrases)) + r")\b" if phrases else ""
