"""What countries, languages and months are called in each language, from Unicode's CLDR."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from loccit.languages import language
from loccit.languages.analysis import analyzer, is_unspaced, words


def names(source: str, target: str) -> Iterator[tuple[str, str]]:
    """The names of countries, languages and months in one language, each with its name in the other."""
    ours, theirs = _locale(source), _locale(target)
    if ours is None or theirs is None:
        return
    # not "stand-alone", which Babel mixes up between languages that have none of their own (2.18)
    months = [locale.months["format"]["wide"] for locale in (ours, theirs)]
    for mine, other in ((ours.territories, theirs.territories), (ours.languages, theirs.languages), months):
        for key, name in mine.items():
            if key in other and not str(name).isdecimal():
                yield _plain(name), _plain(other[key])


def countries(code: str) -> list[str]:
    """The names of countries that are one word of the language; none where CLDR does not have it."""
    locale = _locale(code)
    found = locale.territories.items() if locale else ()
    return sorted(name for territory, name in found if len(territory) == 2 and words(name) == [name])


@cache
def country_terms(code: str) -> frozenset[str]:
    """The terms of those, by which a name is known in small letters too; none where words have no blanks between."""
    terms = analyzer(code).question_terms
    return frozenset(term for name in countries(code) if not is_unspaced(name) for term in terms(name))


def name_of(code: str, reader: str) -> str:
    """What a language is called in the reader's, or else in itself."""
    locale = _locale(reader)
    return str(locale.languages.get(language(code).code, "") if locale else "") or language(code).name


def _plain(name: str) -> str:
    """Without what is only said to tell two apart: Myanmar (Burma), Hong Kong SAR China."""
    return name.partition(" (")[0].partition(" SAR ")[0]


@cache
def _locale(code: str) -> Any:  # Babel has types, but not of these tables
    from babel import Locale, UnknownLocaleError

    try:
        return Locale(language(code).code)
    except (UnknownLocaleError, ValueError):  # CLDR does not have it, or it is no code at all
        return None
