"""Languages are data: one TOML file each. A language without a file falls back and still works.

>>> from loccit.languages import language
>>> language("pt-BR").name
'any language'
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from loccit.types import Record

FALLBACK = "und"
"""ISO 639's code for "undetermined", and the file every unknown language is read with."""


def _words(value: str) -> frozenset[str]:
    return frozenset(value.split())


def _phrases(value: str) -> tuple[str, ...]:
    return tuple(value.split("|")) if "|" in value else tuple(value.split())


def _groups(value: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line.split()) for line in value.splitlines() if line.strip())


Words = Annotated[frozenset[str], BeforeValidator(_words)]
Phrases = Annotated[tuple[str, ...], BeforeValidator(_phrases)]
"""In the file one string: phrases parted by `|`, or single words parted by blanks."""
Groups = Annotated[tuple[tuple[str, ...], ...], BeforeValidator(_groups)]
"""In the file one string: a group a line."""


class Language(Record):
    """All that is particular to one language."""

    code: str
    name: str
    scripts: tuple[str, ...] = ()
    stemmer: str | None = None
    """The name of a Snowball stemmer."""
    marks: Literal["keep", "drop"] = "keep"
    """Whether accents and vowel signs make another word."""
    drop: str = ""
    """Characters that are never part of a word's identity."""
    decimal: Literal[".", ","] = "."
    probe: str
    """A text whose terms tell one analysis from another."""
    stopwords: Words = frozenset()
    question_noise: Words = frozenset()
    light: Words = frozenset()
    """Words passed over between two that belong together, such as articles."""
    synonyms: Groups = ()
    questions: dict[str, Phrases] = Field(default_factory=dict)
    answers: dict[str, Phrases] = Field(default_factory=dict)
    follow_up: dict[str, Phrases] = Field(default_factory=dict)
    wording: dict[str, str] = Field(default_factory=dict)


@cache
def codes() -> tuple[str, ...]:
    """The languages that have a file of their own, sorted."""
    names = (entry.name for entry in files(__package__).iterdir())
    return tuple(sorted(name[:-5] for name in names if name.endswith(".toml") and name[:-5] != FALLBACK))


@cache
def language(code: str) -> Language:
    """The language of a code such as `en` or `pt-BR`; where it has no file, the fallback under that code."""
    base = code.split("-", maxsplit=1)[0].lower()
    found = base if base in codes() else FALLBACK
    fields = tomllib.loads((files(__package__) / f"{found}.toml").read_text(encoding="utf-8"))
    return Language(code=base, **fields)


def wording(code: str, overrides: Mapping[str, Mapping[str, str]] | None = None) -> dict[str, str]:
    """The phrases of a language, English where it has none, `overrides` (by language) before both."""
    mine = (overrides or {}).get(code, {})
    return {**language("en").wording, **language(code).wording, **mine}
