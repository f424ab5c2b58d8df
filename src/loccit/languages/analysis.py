"""A text becomes terms: what articles are found by and questions are searched with.

A word is folded and stemmed; of several spellings one is searched. A script without blanks is cut where another script
or a stopword stands, and what is left goes by overlapping pieces. A term carries its language (`en:war`), so that one
engine holds all languages.
"""

import hashlib
import threading
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property, lru_cache

import regex

from loccit.languages import Language, language
from loccit.languages.numerals import Numerals
from loccit.languages.pieces import Pieces
from loccit.languages.words import TRIPLED, UNSPACED, begun_pattern, word_pattern

LONGEST_TERM = 64
"""Characters; whatever is longer is no word, and engines differ in what they do with it."""

ROOT = 3
"""Letters of a root at least."""

_IS_LONE_KANA = regex.compile(r"\p{Hiragana}ー?")
_IS_SPELLED = regex.compile(r"[\p{L}\p{M}]+")
_MARKS = regex.compile(r"\p{Mn}")
_JOINERS = dict.fromkeys(map(ord, "\u200c\u200dʿʾʻʼˈ"))
"""What is no letter of a word: joiners, and the signs for sounds that transcriptions leave out as well."""
_STROKES = str.maketrans("łıđøħŧ", "lidoht")
"""Letters whose stroke or dot is no mark to Unicode."""
_ANY = Language(code="", name="", probe="")
_WORD = word_pattern(_ANY, Numerals(_ANY))


class Analyzer(dict[str, tuple[str, ...]]):
    """A language's words and the terms each becomes, remembered: every word is folded and stemmed once.

    A stopword becomes no term, a run of letters without blanks its overlapping pieces, any other word one term.
    """

    LIMIT = 500_000  # words remembered; about 100 MB

    def __init__(self, of: Language) -> None:
        self._language = of
        self._lock = threading.Lock()  # a Snowball stemmer is not thread-safe
        self._snowball = _stemmer(of.stemmer)
        self._dropped = str.maketrans("", "", of.drop + of.inside + "- \u2010\u2011") | _JOINERS
        self._numerals = Numerals(of)
        self._word = word_pattern(of, self._numerals)
        self._pieces = Pieces(self._word, self, begun_pattern(of, self._numerals))
        self._varies = regex.compile("|".join(pattern for pattern, _ in of.writing.variants) or "(?!)")
        self._variants = [(regex.compile(pattern), becomes) for pattern, becomes in of.writing.variants]
        self._pairs = regex.compile(rf"\p{{Script={of.pairs}}}") if of.pairs else None
        self._prefixes = sorted(map(self.fold, of.prefixes), key=len, reverse=True)
        self._suffixes = sorted(map(self.fold, of.suffixes), key=len, reverse=True)
        self._stopwords = self._forms(of.stopwords)
        self._noise = self._forms(of.question_noise)
        self._light = frozenset(map(self.fold, of.light))
        self._prefix = of.code + ":"
        self._weak = str.maketrans("", "", of.weak)
        self._in_order = lru_cache(maxsize=self.LIMIT)(self._spoken)
        self._asked = lru_cache(maxsize=256)(self._question_terms)  # asked a dozen times while a question is answered

    def terms(self, text: str) -> tuple[str, ...]:
        """The terms of a text of an article, in its order."""
        return self._pieces.terms(text)

    def question_terms(self, text: str) -> Mapping[str, str]:
        """The terms of a question, in its order, each with the word it came from; said twice is asked once."""
        return self._asked(text)

    def _question_terms(self, text: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for word in self._word.findall(text):
            if self.fold(word) not in self._noise:
                for term in self[word]:
                    found.setdefault(term, word)
        return found

    def sequence(self, text: str) -> list[str]:
        """Every word of a text in its order: its term, or the word itself where it is a stopword."""
        return [term for word in self._word.findall(text) for term in self._in_order(word)]

    def _spoken(self, word: str) -> tuple[str, ...]:
        folded = word.casefold()
        return () if folded in self._light else self[word] or (folded,)

    def rewrite(self, text: str, words: Mapping[str, str]) -> str:
        """The text with some of its words replaced."""
        return str(self._word.sub(lambda found: words.get(found[0], found[0]), text)) if words else text

    def stems(self, folded: Sequence[str]) -> list[str]:
        """The term of each of some folded words, none of them remembered."""
        return [self._prefix + stem[:LONGEST_TERM] for stem in self._stem(folded)]

    def root(self, term: str) -> str:
        """What the forms of a word have in common, of its term; empty where a language has none such, or too little."""
        if not self._weak:
            return ""
        root = term.removeprefix(self._prefix).translate(self._weak)
        forms = [root.removeprefix(prefix) for prefix in self._language.root_prefixes]
        return next((form for form in (*forms, root) if len(form) >= ROOT), "")

    def is_spelled(self, folded: str) -> bool:
        """Whether a word is one term and letters alone, so that its spelling can be judged."""
        spelled = _IS_SPELLED.fullmatch(folded) and not is_unspaced(folded)
        return bool(spelled) and not (self._pairs and self._pairs.search(folded))

    @cached_property
    def small(self) -> frozenset[str]:
        """The folded words that a question is not searched with."""
        return self._stopwords | self._noise

    @cached_property
    def alphabet(self) -> frozenset[str]:
        """The letters that the words of the language file are written with."""
        of = self._language
        groups = (of.stopwords, of.question_noise, *of.synonyms, *of.answers.values(), *of.questions.values())
        return frozenset(
            letter for group in groups for word in group for letter in self.fold(word) if _IS_SPELLED.match(letter)
        )

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
        plain = word.isascii() and word.isalpha()  # as most are: then what is rare is not looked for
        if not plain and (read := self._numerals.read(word)):
            return tuple(found for part in read for found in self._read(part))
        folded = self.fold(word)
        if not folded or folded in self._stopwords:
            return ()
        if not plain and _IS_LONE_KANA.fullmatch(folded):
            return ()  # an ending, or a particle
        if not plain and is_unspaced(folded):
            return _pieces(folded, 3 if TRIPLED.match(folded) else 2)
        (stem,) = self._stem((self.vary(folded),))
        return _pieces(stem, 2) if self._pairs and self._pairs.match(stem) else (stem,)

    def fold(self, word: str) -> str:
        """A word as it is compared: in small letters, one form of each."""
        folded = self._replace(self._replace(unicodedata.normalize("NFKC", word)).casefold())
        if self._language.marks == "drop" and not folded.isascii():
            folded = _unmarked(folded)
        return folded.translate(self._dropped)

    def vary(self, folded: str) -> str:
        """A folded word as it is spelled where it is spelled in several ways."""
        for pattern, becomes in self._variants if self._varies.match(folded) else ():
            folded = pattern.sub(becomes, folded)
        return folded

    def _read(self, part: str) -> Iterable[str]:
        """The terms of a part of a number or date: its digits, or a month's name."""
        said = self._word.findall(part)
        if said == [part] and not part[0].isalpha():
            return (part,)
        return (found for word in said for found in self._analyse(word))

    def _replace(self, word: str) -> str:
        for letters, others in self._language.fold.items():
            word = word.replace(letters, others)
        return word

    def _forms(self, words: Iterable[str]) -> frozenset[str]:
        """The words folded and, where marks are dropped from stems alone, also as they are typed without them."""
        folded = frozenset(map(self.fold, words))
        return folded.union(map(_unmarked, folded)) if self._language.marks == "stem" else folded

    def _stem(self, folded: Sequence[str]) -> list[str]:
        affixed = self._prefixes or self._suffixes
        with self._lock:
            stems = self._snowball([self._without_affixes(word) for word in folded] if affixed else folded)
        return [_unmarked(stem) for stem in stems] if self._language.marks == "stem" else stems

    def _without_affixes(self, word: str) -> str:
        """The word without the language file's prefixes, as many as there are, and without one suffix."""
        shortest = self._language.shortest_stem
        while prefix := next((p for p in self._prefixes if word.startswith(p) and len(word) - len(p) >= shortest), ""):
            word = word[len(prefix) :]
        suffix = next((s for s in self._suffixes if word.endswith(s) and len(word) - len(s) >= shortest), "")
        return word.removesuffix(suffix)


@cache
def analyzer(code: str) -> Analyzer:
    """The analyzer of a language, one for the whole process."""
    return Analyzer(language(code))


def words(text: str) -> list[str]:
    """The words of a text as they are written."""
    return [str(word) for word in _WORD.findall(text)]


def parts(text: str) -> list[tuple[str, int]]:
    """The words of a text and where they begin, those of a script without blanks letter by letter."""
    found = list[tuple[str, int]]()
    for word in _WORD.finditer(text):
        letters = word[0] if is_unspaced(word[0]) else (word[0],)
        found += [(part, word.start() + n) for n, part in enumerate(letters)]
    return found


def is_unspaced(word: str) -> bool:
    """Whether a word is of a script that writes no blanks between words."""
    return UNSPACED.match(word) is not None


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
    """What stems many words at once, for a call is what costs."""
    if name is None:
        return list
    import Stemmer

    return Stemmer.Stemmer(name, 0).stemWords  # without its cache, which takes longer than to stem
