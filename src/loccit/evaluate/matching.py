"""Whether and where one text stands in another, as whole words."""

import string
from collections.abc import Iterable, Iterator
from functools import lru_cache

import regex

from loccit.types import Span

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = regex.compile(r"\b(?:a|an|the)\b")
_SPACELESS = "".join(
    rf"\p{{scx={script}}}" for script in ("Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar")
)
_WORD = regex.compile(rf"[[\p{{L}}\p{{M}}\p{{N}}]--[{_SPACELESS}]]", regex.V1)
"""A character that a word can go on with; in the scripts without spaces a word may end anywhere."""


@lru_cache(maxsize=1 << 16)
def normalise(text: str) -> str:
    """Lower case without ASCII punctuation and English articles, and with single spaces.

    This is `normalize_answer` of SQuAD's evaluate-v1.1.py (Rajpurkar et al. 2016), step by step.
    """
    return _spaced(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)))


def contains_answer(sentence: str, answers: Iterable[str]) -> bool:
    """Whether the sentence holds one of the answers as whole words, both normalised."""
    return any(
        _holds(normalise(sentence), normalise(answer))
        if normalise(answer)
        else _holds(_spaced(sentence.lower()), _spaced(answer.lower()))  # "The A", "%": nothing else is left of them
        for answer in answers
    )


def occurrences(piece: str, text: str, *, words: bool = False) -> list[Span]:
    """Where the piece stands in the text: letter by letter, or else white space and capitals apart.

    With `words`, only where it begins and ends with a word.
    """
    found = [span for span in _exact(piece, text) if not words or _is_whole(text, span)]
    if found or not piece.strip():
        return found
    pattern = r"\s+".join(regex.escape(word) for word in piece.split())
    loose = (Span(*match.span()) for match in regex.finditer(pattern, text, flags=regex.IGNORECASE, overlapped=True))
    return [span for span in loose if not words or _is_whole(text, span)]


def _holds(text: str, words: str) -> bool:
    return any(_is_whole(text, span) for span in _exact(words, text))


def _exact(piece: str, text: str) -> Iterator[Span]:
    at = text.find(piece) if piece else -1
    while at >= 0:
        yield Span(at, at + len(piece))
        at = text.find(piece, at + 1)


def _is_whole(text: str, span: Span) -> bool:
    """Whether no word goes on across an end of the span."""
    return not any(0 < at < len(text) and _goes_on(text[at - 1 : at + 1]) for at in span)


@lru_cache(maxsize=1 << 16)
def _goes_on(pair: str) -> bool:
    return all(map(_WORD.match, pair))


def _spaced(text: str) -> str:
    return " ".join(text.split())
