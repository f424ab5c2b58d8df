"""A question in words of another language: no more than its words one by one, names as they are, and what it asks for.

The words come from the language files' `[english]` tables, through English where neither language is English, and from
CLDR's names of countries, languages and months. What none of them has stays as it is: a name, as a rule. In
articles of the other language such a word is either found or unknown, and that weighs on the confidence.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from loccit.languages import FALLBACK, codes, language, wording
from loccit.languages.analysis import analyzer, is_unspaced, parts, words
from loccit.languages.names import name_of, names
from loccit.languages.questions import question_type
from loccit.types import Question

PIVOT = "en"
"""The language that the others' tables lead to."""
LONGEST_HEARD = 400
"""Characters of a question in which names of another script are listened to: each takes some looking up."""

Key = tuple[tuple[str, ...], ...]


class Vocabulary(NamedTuple):
    """What an index can say of words, so that a translation is chosen that it has."""

    has: Callable[[str, str], bool] = lambda *_: False
    """Whether all of some words occur in that language."""
    sounding: Callable[[str, str, str], str | None] = lambda *_: None
    """A word of that language that sounds like one of another script."""


class Piece(NamedTuple):
    """Some words of a question and what they are in the other language."""

    said: tuple[str, ...]
    meant: str


class Translation(NamedTuple):
    """A question as it is asked of the articles of another language."""

    question: Question
    pieces: tuple[Piece, ...] = ()

    def missing(self, lost: Iterable[str]) -> tuple[str, ...]:
        """The user's own words for some words of the question as it is asked of the articles."""
        if not self.pieces:
            return tuple(lost)
        gone = frozenset(lost)
        said = (word for piece in self.pieces if gone.intersection(words(piece.meant)) for word in piece.said)
        return tuple(dict.fromkeys(said))


class _Dictionary(NamedTuple):
    """What phrases of one language are in another, by the words as they are written and by their stems."""

    written: Mapping[tuple[str, ...], Sequence[str]]
    stems: Mapping[Key, Sequence[str]]
    longest: int

    def look_up(self, said: Sequence[str], stems: Key) -> tuple[int, Sequence[str]]:
        """How many of the first words make up the longest phrase it has, and what that is; 0 where there is none."""
        for size in range(min(self.longest, len(said)), 0, -1):
            found = self.written.get(tuple(said[:size]))
            if found is None:
                found = self.stems.get(stems[:size])
            if found is not None:
                return size, found
        return 0, ()


def translate(question: Question, target: str, vocabulary: Vocabulary | None = None) -> Translation:
    """The question, with its terms, in the words of another language; as it is where one has no table of words."""
    source, vocabulary = question.language, vocabulary or Vocabulary()
    if is_same(source, target) or not _has_table(source) or not _has_table(target):
        return Translation(_with_terms(question, target))
    pieces = _pieces(question.text, source, target, vocabulary)
    searched = question.understood_as and _join(_pieces(question.understood_as, source, target, vocabulary))
    translated = Question(text=_join(pieces), language=target, terms={}, understood_as=searched)
    return Translation(_with_terms(translated, target), tuple(pieces))


def is_same(code: str, other: str) -> bool:
    """Whether two codes are of one language: pt and pt-BR are."""
    return language(code).code == language(other).code


def notice(spoken: str, asked: str) -> str | None:
    """That the articles quoted are in another language than the question; None where they are not."""
    told = language(asked).code in codes() and language(spoken).code != FALLBACK
    if is_same(spoken, asked) or not told:
        return None
    return wording(asked)["other_language"].format(language=name_of(spoken, asked))


def _has_table(code: str) -> bool:
    return language(code).code == PIVOT or bool(language(code).english.words)


def _with_terms(question: Question, code: str) -> Question:
    """The question with its terms in that language alone."""
    if question.terms.keys() == {code}:
        return question
    terms = question.terms.get(code) or tuple(analyzer(code).question_terms(question.understood_as or question.text))
    return question.model_copy(update={"terms": {code: terms}})


def _join(pieces: Iterable[Piece]) -> str:
    return " ".join(piece.meant for piece in pieces if piece.meant)


def _pieces(text: str, source: str, target: str, vocabulary: Vocabulary) -> list[Piece]:
    """What it asks for, as the other language says that, and then its words."""
    if len(text) > LONGEST_HEARD:
        vocabulary = vocabulary._replace(sounding=Vocabulary().sounding)
    openings = language(target).questions.get(question_type(text, source) or "", ())
    return [*(Piece((), phrase.lstrip("^")) for phrase in openings[:1]), *_translated(text, source, target, vocabulary)]


def _translated(text: str, source: str, target: str, vocabulary: Vocabulary) -> Iterator[Piece]:
    book, places = _dictionary(source, target), parts(text)
    said = [part for part, _ in places]
    named = [part[0].isupper() and vocabulary.has(part, target) for part in said[1:]]
    stems = list(_stems(said, source))
    for n in (n for n, name in enumerate(named, 1) if name):
        stems[n] = (said[n],)  # a name that the articles have is no form of a word
    folded, at, left = [part.casefold() for part in said], 0, 0
    while at < len(said):
        size, meanings = book.look_up(folded[at : at + book.longest], tuple(stems[at : at + book.longest]))
        if size:
            yield from _as_they_are(_between(text, places[left:at]), source, target, vocabulary)
            meant = next((each for each in meanings if vocabulary.has(each, target)), "".join(meanings[:1]))
            yield Piece(tuple(words(_between(text, places[at : at + size]))), meant)
            left = at + size
        at += size or 1
    yield from _as_they_are(_between(text, places[left:]), source, target, vocabulary)


def _as_they_are(text: str, source: str, target: str, vocabulary: Vocabulary) -> Iterator[Piece]:
    """Words that no table has: small ones go, a name of another script becomes the word that sounds like it."""
    for word in dict.fromkeys(analyzer(source).question_terms(text).values()):
        yield Piece((word,), vocabulary.sounding(word, source, target) or word)


@cache
def _dictionary(source: str, target: str) -> _Dictionary:
    written: dict[tuple[str, ...], Sequence[str]] = {}
    stems: dict[Key, Sequence[str]] = {}
    for phrase, meanings in _entries(source, target):
        said = [part for part, _ in parts(phrase)]
        key, folded = _stems(said, source), tuple(part.casefold() for part in said)
        written.setdefault(folded, meanings)
        if key not in stems or key == tuple((f"{language(source).code}:{part}",) for part in folded):
            stems[key] = meanings  # of words with one stem, the one that is the stem itself
    return _Dictionary(written, stems, max(map(len, written), default=0))


def _entries(source: str, target: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Phrases and what they can be, the likeliest first."""
    into, out = language(source).english.words, _from_pivot(target)
    if source == PIVOT:
        yield from out.items()
    elif target == PIVOT:
        yield from into.items()
    else:
        for phrase, meanings in into.items():
            yield phrase, tuple(dict.fromkeys(word for meaning in meanings for word in out.get(meaning, ())))
    for phrase, name in names(source, target):
        yield phrase, (name,)
    for phrases in language(source).questions.values():
        yield from ((phrase, ()) for phrase in phrases)  # what is asked for is said by the opening


def _from_pivot(target: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for phrase, meanings in language(target).english.words.items():
        for meaning in meanings:
            found[meaning] = (*found.get(meaning, ()), phrase)
    return found


def _between(text: str, places: Sequence[tuple[str, int]]) -> str:
    """A text from the first of some of its parts to the last."""
    return text[places[0][1] : places[-1][1] + len(places[-1][0])] if places else ""


def _stems(said: Iterable[str], code: str) -> Key:
    stems = analyzer(code)
    return tuple((not is_unspaced(part) and tuple(stems.sequence(part))) or (part,) for part in said)
