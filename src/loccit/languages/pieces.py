"""Terms of a text by what stands between its blanks: most of that comes again, and to find its words is what costs."""

from collections.abc import Mapping
from itertools import chain
from typing import Any

Terms = tuple[str, ...]


class Pieces(dict[str, Terms | None]):
    """For each piece of a text between blanks its terms; None where a word may go on behind it, as in "4 April"."""

    LIMIT = 250_000  # pieces remembered; about 60 MB
    LONGEST = 40  # characters; whatever is longer hardly comes again
    AROUND = "\"'()[],.;:!?"  # of ASCII: no word begins or ends with one of these
    BEGINNING = 3  # letters that tell of most words that none goes on behind them

    def __init__(self, word: Any, terms: Mapping[str, Terms], begun: Any) -> None:
        """`word` and `begun` are patterns (see `words`), `terms` has those of every word."""
        self._word = word
        self._terms = terms
        self._begun = begun
        self._may_go_on: dict[str, bool] = {}  # for a beginning, whether any word with it may

    def terms(self, text: str) -> Terms:
        """The terms of a text: those of its words, found in all of it at once."""
        pieces = text.split(" ")
        terms = list(map(self.__getitem__, pieces))
        if None not in terms:
            return tuple(chain.from_iterable(terms))  # type: ignore[arg-type]  # there is no None
        found: list[str] = []
        at = start = 0
        for number in [number for number, known in enumerate(terms) if known is None]:
            if number >= at:  # not behind the blank of one before
                found += chain.from_iterable(terms[at:number])  # type: ignore[arg-type]
                start += sum(map(len, pieces[at:number])) + number - at
                past = self._beyond(text, start, start + len(pieces[number]), found)
                at = number
                while start < past:
                    start += len(pieces[at]) + 1
                    at += 1
        found += chain.from_iterable(terms[at:])  # type: ignore[arg-type]
        return tuple(found)

    def __missing__(self, piece: str) -> Terms | None:
        terms = self._analyse(piece)
        if len(piece) <= self.LONGEST:
            if len(self) >= self.LIMIT:
                self.clear()
            self[piece] = terms
        return terms

    def _analyse(self, piece: str) -> Terms | None:
        bare = piece.strip(self.AROUND)
        if bare.isascii() and bare.isalpha() and not self._begins(bare):  # as most are: one word, and no other
            return self._terms[bare]
        found: list[str] = []
        at = 0
        for word in self._word.finditer(piece):
            if self._goes_on(piece, at, word.start() + 1):
                return None
            found += self._terms[word[0]]
            at = word.end()
        return None if self._goes_on(piece, at, len(piece)) else tuple(found)

    def _begins(self, word: str) -> bool:
        """Whether a word may go on behind a blank, as far as its beginning tells."""
        start = word[: self.BEGINNING]
        known = self._may_go_on.get(start)
        if known is None:
            known = self._may_go_on[start] = self._begun.match(start, partial=True) is not None
        return known

    def _goes_on(self, piece: str, start: int, end: int) -> bool:
        """Whether what begins there, with a letter or a digit, may go on behind the piece."""
        begins = (at for at in range(start, end) if piece[at].isalnum())
        return any(self._begun.match(piece + " ", at, partial=True) for at in begins)

    def _beyond(self, text: str, start: int, end: int, found: list[str]) -> int:
        """Add the terms of a piece whose words may go on behind its blank; gives where the next piece begins."""
        for word in self._word.finditer(text, start):
            if word.start() >= end:
                break
            found += self._terms[word[0]]
            if word.end() > end:
                blank = text.find(" ", word.end())
                end = len(text) if blank < 0 else blank
        return end + 1
