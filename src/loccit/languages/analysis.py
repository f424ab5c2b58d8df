r"""A text becomes terms: what articles are found by and questions are searched with.

Words are runs of Unicode letters and their marks, or numbers; Python's own `\w` loses the vowel signs of Hindi or
Thaana. A term carries its language (`en:war`), so that one engine holds all languages.
"""

import hashlib
import threading
import unicodedata
from collections.abc import Iterable
from functools import cache, cached_property
from itertools import pairwise

import regex

from loccit.languages import Language, language

LONGEST_TERM = 64
"""Characters; whatever is longer is no word, and engines differ in what they do with it."""

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = regex.compile(
    rf"[{_UNSPACED}][{_UNSPACED}\p{{M}}ー]*"  # a run without spaces between its words
    rf"|[\p{{L}}--[{_UNSPACED}]][[\p{{L}}--[{_UNSPACED}]]\p{{M}}ـ]*"
    r"|\p{N}+(?:[.,٫٬]\p{N}+)*",
    regex.V1,
)
_IS_UNSPACED = regex.compile(rf"[{_UNSPACED}]")
_MARKS = regex.compile(r"\p{Mn}")


class Analyzer(dict[str, tuple[str, ...]]):
    """A language's words and the terms each becomes, remembered: every word is folded and stemmed once.

    A stopword becomes no term, a run of letters without spaces its overlapping pairs, any other word one term.
    """

    LIMIT = 500_000  # words remembered; about 100 MB

    def __init__(self, of: Language) -> None:
        self._language = of
        self._lock = threading.Lock()  # a Snowball stemmer is not thread-safe
        self._stem = _stemmer(of.stemmer)
        self._stopwords = frozenset(map(self._fold, of.stopwords))
        self._noise = frozenset(map(self._fold, of.question_noise))
        self._light = frozenset(map(self._fold, of.light))
        self._prefix = of.code + ":"

    def terms(self, text: str) -> tuple[str, ...]:
        """The terms of a text of an article, in its order."""
        return tuple(term for word in _WORD.findall(text) for term in self[word])

    def question_terms(self, text: str) -> dict[str, str]:
        """The terms of a question, in its order, each with the word it came from; said twice is asked once."""
        found: dict[str, str] = {}
        for word in _WORD.findall(text):
            if self._fold(word) not in self._noise:
                for term in self[word]:
                    found.setdefault(term, word)
        return found

    def sequence(self, text: str) -> list[str]:
        """Every word of a text in its order: its term, or the word itself where it is a stopword."""
        folded = ((word, self[word] or (word.casefold(),)) for word in _WORD.findall(text))
        return [term for word, terms in folded for term in terms if word.casefold() not in self._light]

    @cached_property
    def synonyms(self) -> dict[str, frozenset[str]]:
        """For each term of the language file's groups, the others of its groups."""
        kin: dict[str, set[str]] = {}
        for group in self._language.synonyms:
            terms = {term for word in group for term in self[word]}
            for term in terms:
                kin.setdefault(term, set()).update(terms - {term})
        return {term: frozenset(others) for term, others in kin.items()}

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) > self.LIMIT:
            self.clear()
        self[word] = terms = tuple(self._prefix + term[:LONGEST_TERM] for term in self._analyse(word))
        return terms

    def _analyse(self, word: str) -> Iterable[str]:
        if word[0].isnumeric():
            return (self._number(word),)
        folded = self._fold(word)
        if not folded or folded in self._stopwords:
            return ()
        if _IS_UNSPACED.match(folded):
            return (folded,) if len(folded) == 1 else map("".join, pairwise(folded))
        with self._lock:
            return (self._stem(folded),)

    def _fold(self, word: str) -> str:
        folded = unicodedata.normalize("NFKC", word).casefold()
        if self._language.marks == "drop":
            folded = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", folded)))
        return folded.translate(dict.fromkeys(map(ord, self._language.drop)))

    def _number(self, word: str) -> str:
        """1,000 and ١٬٠٠٠ are 1000; 100.50 and 100.5 are one."""
        digits = "".join(str(unicodedata.decimal(c, c)) for c in unicodedata.normalize("NFKC", word))
        thousands = "." if self._language.decimal == "," else ","
        whole, _, fraction = digits.replace("٬", "").replace(thousands, "").replace("٫", ".").partition(".")
        fraction = fraction.rstrip("0")
        return f"{whole}.{fraction}" if fraction else whole


@cache
def analyzer(code: str) -> Analyzer:
    """The analyzer of a language, one for the whole process."""
    return Analyzer(language(code))


def words(text: str) -> list[str]:
    """The words of a text as they are written."""
    return [str(word) for word in _WORD.findall(text)]


def fingerprint(codes: Iterable[str]) -> str:
    """A hash of what the analysis makes of each language's probe: equal where, and only where, terms are equal."""
    lines = [" ".join((code, *analyzer(code).terms(language(code).probe))) for code in sorted(codes)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _stemmer(name: str | None):  # type: ignore[no-untyped-def]  # PyStemmer has no types
    if name is None:
        return str
    import Stemmer

    return Stemmer.Stemmer(name).stemWord
