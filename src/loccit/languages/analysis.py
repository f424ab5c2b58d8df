r"""A text becomes terms: what articles are found by and questions are searched with.

Words are runs of Unicode letters and their marks, or numbers; Python's own `\w` loses the vowel signs of Hindi or
Thaana. A script without blanks is cut where another script or a stopword stands, and what is left goes by overlapping
pieces. A term carries its language (`en:war`), so that one engine holds all languages.
"""

import hashlib
import threading
import unicodedata
from collections.abc import Iterable
from functools import cache, cached_property, lru_cache
from typing import Any

import regex

from loccit.languages import Language, language

LONGEST_TERM = 64
"""Characters; whatever is longer is no word, and engines differ in what they do with it."""

_PAIRED = r"\p{Han}\p{Hiragana}\p{Katakana}ー"
_TRIPLED = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_UNSPACED = _PAIRED + _TRIPLED
_RUNS = (r"\p{Han}", r"[\p{Hiragana}ー]", r"[\p{Katakana}ーｰﾞﾟ]", rf"(?:[{_TRIPLED}]\p{{M}}*+)")
_IS_UNSPACED = regex.compile(rf"[{_UNSPACED}]")
_IS_TRIPLED = regex.compile(rf"[{_TRIPLED}]")
_IS_LONE_KANA = regex.compile(r"\p{Hiragana}ー?")
_IS_NUMBER = regex.compile(r"[\p{N}--\p{Han}]", regex.V1)
_MARKS = regex.compile(r"\p{Mn}")
_JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))
_STROKES = str.maketrans("łıđøħŧ", "lidoht")
"""Letters whose stroke or dot is no mark to Unicode."""


def _word(inside: str, stopwords: Iterable[str] = ()) -> Any:  # the regex package has no types
    """What a word is: `inside` one may stand some characters, a run without blanks is cut at its stopwords."""
    cuts = sorted((w for w in stopwords if is_unspaced(w)), key=lambda w: (-len(w), w))
    cut = "|".join(map(regex.escape, cuts))
    runs = [f"(?:(?!{cut}){letter})+" for letter in _RUNS] if cut else [f"{letter}+" for letter in _RUNS]
    joint = rf"|(?<=\p{{L}})[{regex.escape(inside)}](?=\p{{L}})" if inside else ""
    letters = rf"[[\p{{L}}--[{_UNSPACED}]]\p{{M}}]*+"
    word = rf"[\p{{L}}--[{_UNSPACED}]]{letters}(?:(?:(?<=\p{{M}})[\u200c\u200d]{joint}){letters})*+"
    number = r"\p{N}+(?:[.,٫٬]\p{N}+|[\u00a0\u202f]\p{N}{3}(?!\p{N}))*"
    return regex.compile("|".join([word, *([cut] if cut else []), *runs, number]), regex.V1)


_WORD = _word("")


class Analyzer(dict[str, tuple[str, ...]]):
    """A language's words and the terms each becomes, remembered: every word is folded and stemmed once.

    A stopword becomes no term, a run of letters without blanks its overlapping pieces, any other word one term.
    """

    LIMIT = 500_000  # words remembered; about 100 MB

    def __init__(self, of: Language) -> None:
        self._language = of
        self._lock = threading.Lock()  # a Snowball stemmer is not thread-safe
        self._snowball = _stemmer(of.stemmer)
        self._dropped = str.maketrans("", "", of.drop + of.inside) | _JOINERS
        self._word = _word(of.inside, of.stopwords)
        self._thousands = regex.compile(rf"[٬ {'.' if of.decimal == ',' else ','}](?=\d{{3}}(?!\d))")
        self._pairs = regex.compile(rf"\p{{Script={of.pairs}}}") if of.pairs else None
        self._prefixes = sorted(map(self._fold, of.prefixes), key=len, reverse=True)
        self._suffixes = sorted(map(self._fold, of.suffixes), key=len, reverse=True)
        self._stopwords = self._forms(of.stopwords)
        self._noise = self._forms(of.question_noise)
        self._light = frozenset(map(self._fold, of.light))
        self._prefix = of.code + ":"
        self._in_order = lru_cache(maxsize=self.LIMIT)(self._spoken)

    def terms(self, text: str) -> tuple[str, ...]:
        """The terms of a text of an article, in its order."""
        return tuple(term for word in self._word.findall(text) for term in self[word])

    def question_terms(self, text: str) -> dict[str, str]:
        """The terms of a question, in its order, each with the word it came from; said twice is asked once."""
        found: dict[str, str] = {}
        for word in self._word.findall(text):
            if self._fold(word) not in self._noise:
                for term in self[word]:
                    found.setdefault(term, word)
        return found

    def sequence(self, text: str) -> list[str]:
        """Every word of a text in its order: its term, or the word itself where it is a stopword."""
        return [term for word in self._word.findall(text) for term in self._in_order(word)]

    def _spoken(self, word: str) -> tuple[str, ...]:
        folded = word.casefold()
        return () if folded in self._light else self[word] or (folded,)

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
        if _IS_NUMBER.match(word):
            return (self._number(word),)
        folded = self._fold(word)
        if not folded or folded in self._stopwords:
            return ()
        if _IS_LONE_KANA.fullmatch(folded):
            return ()  # an ending, or a particle
        if is_unspaced(folded):
            return _pieces(folded, 3 if _IS_TRIPLED.match(folded) else 2)
        stem = self._stem(folded)
        return _pieces(stem, 2) if self._pairs and self._pairs.match(stem) else (stem,)

    def _fold(self, word: str) -> str:
        folded = self._replace(self._replace(unicodedata.normalize("NFKC", word)).casefold())
        if self._language.marks == "drop":
            folded = _unmarked(folded)
        return folded.translate(self._dropped)

    def _replace(self, word: str) -> str:
        for letters, others in self._language.fold.items():
            word = word.replace(letters, others)
        return word

    def _forms(self, words: Iterable[str]) -> frozenset[str]:
        """The words folded and, where marks are dropped from stems alone, also as they are typed without them."""
        folded = frozenset(map(self._fold, words))
        return folded.union(map(_unmarked, folded)) if self._language.marks == "stem" else folded

    def _stem(self, folded: str) -> str:
        with self._lock:
            stem = str(self._snowball(self._without_affixes(folded)))
        return _unmarked(stem) if self._language.marks == "stem" else stem

    def _without_affixes(self, word: str) -> str:
        """The word without the language file's prefixes, as many as there are, and without one suffix."""
        shortest = self._language.shortest_stem
        while prefix := next((p for p in self._prefixes if word.startswith(p) and len(word) - len(p) >= shortest), ""):
            word = word[len(prefix) :]
        suffix = next((s for s in self._suffixes if word.endswith(s) and len(word) - len(s) >= shortest), "")
        return word.removesuffix(suffix)

    def _number(self, word: str) -> str:
        """1,000 and ١٬٠٠٠ are 1000, as 1.000 is where a comma parts the decimals; 100.50 and 100.5 are one."""
        digits = "".join(str(unicodedata.decimal(c, c)) for c in unicodedata.normalize("NFKC", word))
        digits = str(self._thousands.sub("", digits)).replace("٫" if "٫" in digits else self._language.decimal, ".")
        whole, dot, fraction = digits.partition(".")
        return whole + (dot + fraction.rstrip("0")).rstrip(".") if fraction.isdecimal() else digits


@cache
def analyzer(code: str) -> Analyzer:
    """The analyzer of a language, one for the whole process."""
    return Analyzer(language(code))


def words(text: str) -> list[str]:
    """The words of a text as they are written."""
    return [str(word) for word in _WORD.findall(text)]


def is_unspaced(word: str) -> bool:
    """Whether a word is of a script that writes no blanks between words."""
    return _IS_UNSPACED.match(word) is not None


def fingerprint(codes: Iterable[str]) -> str:
    """A hash of what the analysis makes of each language's probe: equal where, and only where, terms are equal."""
    lines = [" ".join((code, *analyzer(code).terms(language(code).probe))) for code in sorted(codes)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _pieces(run: str, size: int) -> list[str]:
    """The overlapping pieces of a run of letters; all of it where it is no longer than one."""
    return [run[at : at + size] for at in range(max(1, len(run) - size + 1))]


def _unmarked(word: str) -> str:
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", word))).translate(_STROKES)


def _stemmer(name: str | None):  # type: ignore[no-untyped-def]  # PyStemmer has no types
    if name is None:
        return str
    import Stemmer

    return Stemmer.Stemmer(name).stemWord
