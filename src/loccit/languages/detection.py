"""Which language a text is in: by its script, then by its small words and letters; a library breaks what is left."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import regex

from loccit.languages import FALLBACK, codes, scripts, signs
from loccit.languages.analysis import words

SAMPLE = 2_000
"""Characters looked at: more change nothing."""

WEIGHT = {"Han": 3, "Hangul": 3, "Hiragana": 2, "Katakana": 2, "Thai": 2}
"""How much a letter counts where Latin names stand in the text: one of these says more than one of the alphabet."""

NEARLY = 0.8
"""Share of the letters that another language of the script must cover to come into question: zh beside ja."""

EVIDENCE, MARGIN = 0.45, 1.3
"""The votes a language needs, a word no other has being one or, of two letters, less, and its lead."""


def detect(text: str, candidates: Sequence[str], *, library: bool = True) -> str:
    """The likeliest of the candidate languages (codes, the first preferred); `und` where none is written so.

    With `library=False` what script and small words leave open goes to the first candidate: for a question, that
    saves the 0.7 s the library takes to load.
    """
    sample = text[:SAMPLE]
    written = _by_script(sample, tuple(dict.fromkeys(candidates)))
    if len(written) < 2:
        return written[0] if written else FALLBACK
    votes = _votes(sample, written)
    first = max(written, key=lambda code: votes[code])  # of equals the first
    most, second = votes[first], max(votes[code] for code in written if code != first)
    if most >= EVIDENCE and most >= MARGIN * second:
        return first
    if library and words(sample):
        return str(_identifier(written).classify(sample)[0])
    return first if most >= EVIDENCE else written[0]


def _by_script(text: str, candidates: tuple[str, ...]) -> tuple[str, ...]:
    """The candidates written in the script most letters of the text are in; those of no known script always."""
    counts: Counter[str] = Counter()
    for letter, n in Counter(text).items():
        script = _script(letter)
        counts[script] += n * WEIGHT.get(script, 1)
    del counts[""]
    covered = {code: counts.total() if not own else sum(counts[s] for s in own) for code, own in _own(candidates)}
    most = max(covered.values(), default=0)
    return tuple(code for code in candidates if covered[code] >= NEARLY * most) if most else ()


@cache
def _own(candidates: tuple[str, ...]) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((code, scripts(code)) for code in candidates)


def _votes(text: str, written: tuple[str, ...]) -> Mapping[str, float]:
    """Each word and letter votes for the languages that have it; the more have it, the less it counts."""
    votes = dict.fromkeys(written, 0.0)
    ballot = _ballot(tuple(sorted(written)))
    said = [word.casefold() for word in words(text) if len(word) > 1 or word.islower()]  # no initials
    letters = (f".{letter}" for letter in text.casefold() if letter > "\x7f")
    for each in (*said, *letters):
        for code, share in ballot.get(each, ()):
            votes[code] += share
    return votes


@cache
def _ballot(written: tuple[str, ...]) -> Mapping[str, tuple[tuple[str, float], ...]]:
    having: dict[str, list[str]] = {}
    for code in written:
        for sign in {sign.casefold() for sign in signs(code)}:
            having.setdefault(sign, []).append(code)
    weights = {sign: (0.4 if len(sign) == 2 and sign.isascii() and sign.isalpha() else 1.0) for sign in having}
    return {sign: tuple((code, weights[sign] / len(them)) for code in them) for sign, them in having.items()}


@cache
def _script(letter: str) -> str:
    """The script of a letter, "" of what is none; "other" where no language has a file for it."""
    if not letter.isalpha():
        return ""
    return next((name for name, pattern in _patterns() if pattern.match(letter)), "other")


@cache
def _patterns() -> tuple[tuple[str, Any], ...]:  # the regex package has no types
    names = sorted({name for code in codes() for name in scripts(code)}, key=lambda name: (name != "Latin", name))
    return tuple((name, regex.compile(rf"\p{{Script={name}}}")) for name in names)


@cache
def _identifier(candidates: tuple[str, ...]) -> Any:  # py3langid has no types
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    known = [code for code in candidates if code in identifier.labels] or None
    identifier.set_languages(known)
    return identifier
