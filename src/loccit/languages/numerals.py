"""Numbers and dates in one form each: 1,000 is 1000, two million 2000000, and 1982-04-04 is 4 April 1982."""

import unicodedata
from collections.abc import Iterable, Iterator

import regex

from loccit.languages import Language

_BLANK = r"[ \u00a0\u202f]"
_ENDS = r"(?![\p{L}\p{M}])"
_DAY, _YEAR = r"(?P<day>\p{Nd}{1,2})", r"(?P<year>\p{Nd}{4})(?![\p{N}]|[.,]\p{N})"
_ISO = r"(?P<year>\p{Nd}{4})-(?P<number>\p{Nd}{2})-(?P<day>\p{Nd}{2})(?![\p{N}-])"
_IS_NUMERAL = regex.compile(rf"\p{{N}}|[\p{{L}}\p{{M}}]++\.?(?:{_BLANK}|-)")
"""What any begins with: digits, or the first of several words."""
_PARTS = regex.compile(rf"{_BLANK}|-")
_HUNDRED, _THOUSAND = 100, 1_000


class Numerals:
    """How a language writes numbers and dates."""

    def __init__(self, of: Language) -> None:
        self._decimal = of.decimal
        self._month_names = [group.split()[0] for group in of.writing.months]
        self._months = {
            form: n for n, group in enumerate(of.writing.months, 1) for form in group.replace("/", " ").split()
        }
        self._values = {word: int(value) for word, (value,) in of.writing.numerals.items()}
        self._thousands = regex.compile(rf"[٬ '’{'.' if of.decimal == ',' else ','}](?=(?:\d{{2,3}}\D)*\d{{3}}(?!\d))")
        number = r"\p{N}+(?:[.,٫٬]\p{N}+|[\u00a0\u202f'’]\p{N}{3}(?!\p{N}))*"
        if of.decimal == ",":
            number = rf"\p{{N}}{{1,3}}(?: \p{{N}}{{3}})+(?!\p{{N}})(?:,\p{{N}}+)?|{number}"
        self._number = regex.compile(number, regex.V1)
        ordinal = rf"(?:(?:{_any(of.writing.ordinals)}){_ENDS})?+" if of.writing.ordinals else ""
        self.pattern = f"(?:{number}){ordinal}"
        """What a number looks like in a text."""
        dates, runs = list(self._dates(of, ordinal)), list(self._runs(number))
        self._date, self._run = (regex.compile("|".join(map("".join, each)), regex.V1) for each in (dates, runs))
        self.longer = _unnamed("|".join(map("".join, (*dates, *runs))))
        """What several words are that make up one number or date; empty where the language file has none."""
        self.begun = _unnamed("|".join(pattern for _, pattern in (*dates, *runs)))
        """The same without a look at what follows, so that a part match tells whether one may begin."""

    def read(self, word: str) -> tuple[str, ...]:
        """A number's digits; a date's day, the first name of its month, and its year; nothing of any other word."""
        if not _IS_NUMERAL.match(word):
            return ()
        try:
            return self._read(word)
        except ValueError:  # 2½ million, or a digit that Python does not know yet: each part is read by itself
            return tuple(self._digits(part) if self._number.match(part) else part for part in _PARTS.split(word))

    def _read(self, word: str) -> tuple[str, ...]:
        if self._date.pattern and (date := self._date.fullmatch(word)):
            at = int(date["number"]) if date["number"] else self._months.get(date["month"].casefold(), 0)
            month = self._month_names[at - 1] if 0 < at <= len(self._month_names) else str(at)
            return (str(int(date["day"])), month, *([str(int(date["year"]))] if date["year"] else []))
        if self._run.pattern and self._run.fullmatch(word):
            return (self._value(word),)
        return (self._digits(word),) if self._number.match(word) else ()

    def _dates(self, of: Language, ordinal: str) -> Iterator[tuple[str, str]]:
        """Patterns, each with a look ahead that is cheaper."""
        if len(of.writing.months) != 12:
            return
        yield "", _ISO
        long = [form for group in of.writing.months for form in group.partition("/")[0].split()]
        short = [form for group in of.writing.months for form in group.partition("/")[2].split()]
        if long[0][0].isdecimal():
            return
        link = rf"(?:(?:{_any(of.writing.date_links)}){_BLANK})?" if of.writing.date_links else ""
        month = rf"(?P<month>{_any(long)}){_ENDS}"
        brief = rf"(?P<month>{_any(short)}){_ENDS}\.?" if short else "(?!)"
        first = f"(?:{ordinal}|\\.)?" if ordinal else r"\.?"
        gap, last = rf",?{_BLANK}", rf"{_DAY}(?:{ordinal})(?!\p{{N}}|[.,:]\p{{N}})"
        yield "", rf"{_DAY}{first}{_BLANK}{link}(?:{month}(?:{gap}{link}{_YEAR})?|{brief}{gap}{_YEAR})"
        ahead = rf"(?={_first(long + short)}[\p{{L}}\p{{M}}]*+\.?{_BLANK}\p{{N}})"
        yield ahead, rf"(?:{month}{_BLANK}{last}(?:{gap}{_YEAR})?|{brief}{_BLANK}{last}{gap}{_YEAR})"

    def _runs(self, number: str) -> Iterator[tuple[str, str]]:
        large = [word for word, value in self._values.items() if value >= _HUNDRED]
        scales = _any(large)
        units = _any(word for word, value in self._values.items() if value < _HUNDRED)
        if not scales:
            return
        head = f"(?:{number}|(?:{units})(?:-(?:{units}))?{_ENDS})" if units else f"(?:{number})"
        group = rf"{head}(?:(?:{_BLANK}|-)(?:{scales}){_ENDS})+"
        begun = f"|{_first(self._values)}[\\p{{L}}\\p{{M}}]*+(?:-[\\p{{L}}\\p{{M}}]++)?" if units else ""
        ahead = rf"(?=(?:\p{{N}}[\p{{N}}.,٫٬'’ \u00a0\u202f]*{begun})(?:{_BLANK}|-){_first(large)})"
        yield ahead, f"{group}(?:{_BLANK}{group})*"

    def _value(self, words: str) -> str:
        """What a number in words, or in digits and words, is: 2.5 million, three thousand five hundred."""
        whole, part, scale = 0.0, 0.0, 1
        for word in _PARTS.split(words):
            value = self._values.get(word.casefold())
            if value is None or value < _HUNDRED:
                if scale >= _THOUSAND:
                    whole, part, scale = whole + part, 0.0, 1
                part += float(self._digits(word)) if value is None else value
            else:
                part, scale = part * value, value
        return f"{whole + part:.6f}".rstrip("0").rstrip(".")

    def _digits(self, word: str) -> str:
        """1,000 and ١٬٠٠٠ are 1000, as 1.000 is where a comma parts the decimals; 100.50 and 100.5 are one."""
        found = self._number.match(word)
        if found is None:
            raise ValueError(word)  # a numeral in letters that the table has otherwise: ALTI for altı
        digits = "".join(str(unicodedata.decimal(c, c)) for c in unicodedata.normalize("NFKC", found[0]))
        digits = str(self._thousands.sub("", digits)).replace("٫" if "٫" in digits else self._decimal, ".")
        whole, dot, fraction = digits.partition(".")
        return whole + (dot + fraction.rstrip("0")).rstrip(".") if fraction.isdecimal() else digits


def _unnamed(pattern: str) -> str:
    """The pattern as part of one whose groups are not wanted."""
    return str(regex.sub(r"\?P<\w+>", "?:", pattern))


def _first(words: Iterable[str]) -> str:
    """What the words begin with: a look at it, and at what follows, is cheaper than to try each of them."""
    return f"[{''.join(sorted({letter for word in words for letter in (word[0], word[0].upper())}))}]"


def _any(words: Iterable[str]) -> str:
    """One of some words, the longest that fits, in whatever letters."""
    found = sorted(set(words), key=lambda word: (-len(word), word))
    return f"(?i:{'|'.join(map(regex.escape, found))})" if found else ""
