"""What a question asks for, and which words of a sentence are its own."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from loccit.highlight.groups import WIDE, group
from loccit.highlight.model import Model
from loccit.languages.analysis import analyzer, words
from loccit.languages.questions import question_type
from loccit.types import Question

EVERY = 4
"""Of a question's tables, how many hold weights for all features: every question's, its type's, its asking words'."""
_STEM, _SAME = 5, 0.65  # as in the lexicon: letters and share of the longer that two forms have in common


class Asked(NamedTuple):
    """A question, as a sentence is compared with it."""

    tables: tuple[str, ...]
    """Which weights apply, the first two to every feature."""
    size: int
    """How many terms it has."""
    terms: Mapping[str, str]
    """For a term, how it stands in the question: `f` in what is asked for, `b` before the asking word, or after it."""
    beginnings: Mapping[str, Sequence[str]]
    lexical: bool


def understand(question: Question, language: str, model: Model) -> Asked | None:
    """What is asked for; None for a yes/no question."""
    text = question.understood_as or question.text
    kind = question_type(text, question.language)
    if kind == "yesno":
        return None
    stems = analyzer(language)
    said = words(text)
    folded = [word.casefold() for word in said]
    lexical = question.language == language == model.language
    tables = ["", f"T:{kind}"]
    asking = next((at for at, word in enumerate(folded) if word in model.asking), None) if lexical else None
    focus: list[str] = []
    if asking is not None:
        follows = folded[asking + 1] if asking + 1 < len(said) else ""
        at = asking + 1
        while at < len(said) and (not stems[said[at]] or folded[at] in model.passed):
            at += 1
        if model.asking[folded[asking]]:
            focus = [term for word in said[at : at + 2] for term in stems[word][:1]]
        tables += [f"P:{folded[asking]}", f"P:{folded[asking]} {follows}", *(f"F:{term}" for term in focus)]
    terms: dict[str, str] = {}
    after = 0
    for at, word in enumerate(said):
        for term in stems[word]:
            if term not in terms:
                place = "f" if term in focus else "m" if asking is None else "b" if at < asking else str(min(after, 3))
                after += place.isdecimal()
                terms[term] = place
    size = len(terms)
    beginnings: dict[str, list[str]] = {}
    shortest = len(language) + 1 + _STEM
    for term in tuple(terms):
        if len(term) >= shortest:
            beginnings.setdefault(term[:shortest], []).append(term)
        for other in stems.synonyms.get(term, ()):
            terms.setdefault(other, terms[term])
    return Asked(tuple(tables), size, terms, beginnings, lexical)


def match_of(term: str, asked: Asked, start: int) -> str:
    """How a term of a sentence stands in the question, as itself or in another form; empty where it does not."""
    place = asked.terms.get(term)
    if place is not None:
        return place
    for other in asked.beginnings.get(term[: start + _STEM], ()):
        common = next((at for at, (a, b) in enumerate(zip(term, other, strict=False)) if a != b), len(term)) - start
        if common >= _SAME * (max(len(term), len(other)) - start):
            return asked.terms[other]
    return ""


def tables_of(feature: str, asked: Asked) -> tuple[str, ...]:
    """The tables that a feature has weights in."""
    return asked.tables if group(feature) in WIDE else asked.tables[:EVERY]
