"""Which language a text is in: by its script first, then by its small words; a library breaks what is left."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

import regex

from loccit.languages import FALLBACK, language
from loccit.languages.analysis import words

SAMPLE = 4_000
"""Characters looked at: more change nothing."""


def detect(text: str, candidates: Sequence[str], *, library: bool = True) -> str:
    """The likeliest of the candidate languages (codes, the first preferred); `und` where none is written so.

    With `library=False` what script and small words leave open goes to the first candidate: for a question, that
    saves the 0.7 s the library takes to load.
    """
    sample = text[:SAMPLE]
    written = _by_script(sample, tuple(dict.fromkeys(candidates)))
    if len(written) < 2:
        return written[0] if written else FALLBACK
    folded = [word.casefold() for word in words(sample)]
    votes = Counter({code: sum(word in language(code).stopwords for word in folded) for code in written})
    (first, most), (_, second) = votes.most_common(2)
    if most >= 2 and most >= 1.5 * second:
        return first
    if library and folded:
        return str(_identifier(tuple(written)).classify(sample)[0])
    return first if most > second else written[0]


def _by_script(text: str, candidates: Sequence[str]) -> list[str]:
    """The candidates written in the script most letters of the text are in; those of no known script always."""
    letters = {code: len(_script(language(code).scripts).findall(text)) for code in candidates}
    most = max(letters.values(), default=0)
    return [code for code in candidates if letters[code] == most] if most else []


@cache
def _script(names: tuple[str, ...]) -> Any:  # the regex package has no types
    return regex.compile("|".join(rf"\p{{Script={name}}}" for name in names) or r"\p{L}")


@cache
def _identifier(candidates: tuple[str, ...]) -> Any:  # py3langid has no types
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    known = [code for code in candidates if code in identifier.labels] or None
    identifier.set_languages(known)
    return identifier
