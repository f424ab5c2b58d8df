"""Languages are data: one TOML file each. A language without a file falls back and still works.

>>> from loccit.languages import language
>>> language("pt-BR").name
'Português'
>>> language("eo").name
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


def _entries(value: str) -> dict[str, tuple[str, ...]]:
    entries: dict[str, tuple[str, ...]] = {}
    for line in filter(str.strip, value.splitlines()):
        said, _, meant = line.partition(":")
        for each in said.split(","):
            entries.setdefault(each.strip(), tuple(filter(None, map(str.strip, meant.split(",")))))
    return entries


def _rules(value: str) -> tuple[tuple[str, str], ...]:
    rules = (line.partition(" -> ") for line in value.splitlines() if line.strip())
    return tuple((pattern.strip(), becomes.strip()) for pattern, _, becomes in rules)


def _groups(value: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line.split()) for line in value.splitlines() if line.strip())


Words = Annotated[frozenset[str], BeforeValidator(_words)]
Phrases = Annotated[tuple[str, ...], BeforeValidator(_phrases)]
"""In the file one string: phrases parted by `|`, or single words parted by blanks."""
Groups = Annotated[tuple[tuple[str, ...], ...], BeforeValidator(_groups)]
"""In the file one string: a group a line."""
Rules = Annotated[tuple[tuple[str, str], ...], BeforeValidator(_rules)]
"""In the file one string: a line each, a pattern, and after an arrow what it becomes."""
Entries = Annotated[dict[str, tuple[str, ...]], BeforeValidator(_entries)]
"""In the file one string: a line each, before the colon what stands for what is behind it, parted by commas."""


class English(Record):
    """What a question is asked with in English articles, and in those of any other language by way of English."""

    words: Entries = Field(default_factory=dict)
    """Words and phrases, each with what it is in English, the likeliest first; with nothing where it is not said."""
    letters: Entries = Field(default_factory=dict)
    """What the letters of names are spelled with in English."""
    unwritten: str = ""
    """Letters that may stand there between any two."""


class Writing(Record):
    """What is written in more than one way."""

    variants: Rules = ()
    """Patterns of a word's beginning, and what they become: of two spellings the one that is searched."""
    clitics: Words = frozenset()
    """What an apostrophe parts from a word although others stand within one: 's and d' part, O'Brien is one."""
    joined: Words = frozenset()
    """How words with a hyphen begin that are also written as one, or as two: e-mail."""
    ordinals: Words = frozenset()
    """What makes a number an ordinal, right behind it."""
    numerals: Entries = Field(default_factory=dict)
    """Words for numbers, each with its value."""
    months: Phrases = ()
    """Twelve groups: the names of a month, and behind a stroke its abbreviations."""
    date_links: Words = frozenset()
    """Words between a day, a month and a year."""


class Language(Record):
    """All that is particular to one language."""

    code: str
    name: str
    """In the language itself."""
    scripts: tuple[str, ...] = ()
    """As Unicode names them."""
    letters: str = ""
    """Letters that tell the language from others of its script."""
    tell: Words = frozenset()
    """Words that do so too, besides the stopwords."""
    twins: Words = frozenset()
    """Languages so like it that a question may be taken for one in them."""
    stemmer: str | None = None
    """The name of a Snowball stemmer."""
    prefixes: Words = frozenset()
    """What is taken off a word's beginning, as often as it is there, before it is stemmed."""
    suffixes: Words = frozenset()
    """What is taken off its end, the longest that fits."""
    shortest_stem: int = 3
    """Letters that prefixes and suffixes leave at least."""
    weak: str = ""
    """Letters that come and go between the forms of a word: what is left of a stem without them is its root."""
    root_prefixes: Phrases = ()
    """What stands before a root in some of its forms."""
    pairs: str | None = None
    """A script with blanks between its words whose words nevertheless go by overlapping pairs of letters."""
    marks: Literal["keep", "drop", "stem"] = "keep"
    """Whether accents and vowel signs make another word; with "stem" they go once the stemmer has seen them."""
    fold: dict[str, str] = Field(default_factory=dict)
    """Letters that are written for others, replaced before and after large and small are made one."""
    drop: str = ""
    """Characters that are never part of a word's identity."""
    inside: str = ""
    """Characters that part words elsewhere and here may stand within one; they are dropped."""
    decimal: Literal[".", ","] = "."
    abbreviations: Words = frozenset()
    """Words after whose dot no sentence ends, in small letters; numbers too, where a dot makes them ordinals."""
    blank_ends: int | None = None
    """Characters after which a blank ends a sentence, for a script without full stops."""
    probe: str
    """A text whose terms tell one analysis from another."""
    stopwords: Words = frozenset()
    question_noise: Words = frozenset()
    light: Words = frozenset()
    """Words passed over between two that belong together, such as articles."""
    synonyms: Groups = ()
    writing: Writing = Writing()
    questions: dict[str, Phrases] = Field(default_factory=dict)
    answers: dict[str, Phrases] = Field(default_factory=dict)
    follow_up: dict[str, Phrases] = Field(default_factory=dict)
    english: English = English()
    wording: dict[str, str] = Field(default_factory=dict)


@cache
def codes() -> tuple[str, ...]:
    """The languages that have a file of their own, sorted."""
    names = (entry.name for entry in files(__package__).iterdir())
    return tuple(sorted(name[:-5] for name in names if name.endswith(".toml") and name[:-5] != FALLBACK))


@cache
def language(code: str) -> Language:
    """The language of a code such as `en` or `pt-BR`; where it has no file, the fallback under that code."""
    return Language(code=_base(code), **tomllib.loads(_read(code)))


@cache
def scripts(code: str) -> frozenset[str]:
    """A language's scripts; only its file's first lines are parsed, for detection asks for all languages."""
    return frozenset(tomllib.loads(_read(code).partition("\n\n")[0]).get("scripts", ()))


@cache
def signs(code: str) -> frozenset[str]:
    """The words a language is told by, and the letters with a dot before each; its file's tables are not parsed."""
    head = tomllib.loads(_read(code).partition("\n[")[0])
    letters = (f".{letter}" for letter in head.get("letters", ""))
    return frozenset(_words(f"{head.get('stopwords', '')} {head.get('tell', '')}").union(letters))


def _base(code: str) -> str:
    return code.split("-", maxsplit=1)[0].lower()


def _read(code: str) -> str:
    found = _base(code) if _base(code) in codes() else FALLBACK
    return (files(__package__) / f"{found}.toml").read_text(encoding="utf-8")


def wording(code: str, overrides: Mapping[str, Mapping[str, str]] | None = None) -> dict[str, str]:
    """The phrases of a language, English where it has none, `overrides` (by language) before both."""
    mine = (overrides or {}).get(code, {})
    return {**language("en").wording, **language(code).wording, **mine}
