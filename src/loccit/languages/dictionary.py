"""The words a language has, whatever an index holds: a word that is merely not in the articles is not mistyped."""

from functools import cache

from loccit.languages import language


@cache
def dictionary(code: str) -> frozenset[str]:
    """The common words of a language, in small letters; none where there is no list of it. Read at the first call."""
    from spellchecker import SpellChecker

    base = language(code).code
    if base not in SpellChecker.languages():
        return frozenset()
    return frozenset(SpellChecker(language=base).word_frequency.words())
