"""A question and the earlier ones become the question that is searched.

What a question leaves out is taken from the earlier questions alone, never from an answer: names first, else the words.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Literal, NamedTuple, Self

from loccit.languages import language
from loccit.languages.analysis import analyzer, words

REMEMBERED, LONGEST = 12, 500
"""Earlier questions that are looked at, and characters of each."""
CARRIED = 12
"""Terms after which no more are carried over."""
SHORT = 4
"""A question with so many terms of its own is hardly ever the rest of another."""
VAGUE, VAGUE_DEFINITE = 0.5, 0.65
"""Rarities that add up to less do not tell what a question is about; the second with an article ("the band")."""

Lack = Literal["subject", "question", "place"]
"""What a question lacks: whom it is about, the whole of the last one, or that one but for the place it takes in it."""
Run = tuple[int, int]
"""Words of a phrase, from one to before another."""


class Word(NamedTuple):
    """A word and where it stands; without terms it cannot be searched."""

    start: int
    end: int
    folded: str
    terms: tuple[str, ...]
    name: bool
    number: bool


class Phrase(NamedTuple):
    """A text and its words."""

    text: str
    words: tuple[Word, ...]
    signs: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, text: str, code: str) -> Self:
        """A text, read in a language."""
        signs, found, end = _signs(code), list[Word](), 0
        for word in words(text):
            start, folded = text.index(word, end), word.casefold()
            end = start + len(word)
            terms = () if folded in signs.get("more", ()) else tuple(analyzer(code).question_terms(word))
            name = bool(terms) and word[0].isupper() and not text.isupper()
            found.append(Word(start, end, folded, terms, name, word[0].isdecimal()))
        if any(word.folded not in signs.get("links", ()) for word in found if not word.terms):
            found[0] = found[0]._replace(name=False)  # a sentence's first word is large for no reason
        return cls(text, tuple(found), signs)

    @property
    def own(self) -> frozenset[str]:
        """The terms it can be searched by."""
        return frozenset(term for word in self.words for term in word.terms)

    def where(self, kind: str) -> list[int]:
        """Which of its words are signs of a kind."""
        return [at for at, word in enumerate(self.words) if word.folded in self.signs.get(kind, ())]

    def opening(self, kind: str) -> int:
        """How many of its first words are the longest sign of a kind."""
        asked = [word.folded for word in self.words]
        signs = (sign.split() for sign in self.signs.get(kind, ()))
        return max((len(sign) for sign in signs if asked[: len(sign)] == sign), default=0)

    def names(self) -> list[Run]:
        """Its names, each whole: Eleanor of Aquitaine, Riyad al-Maliki."""
        return self._stretches([at for at, word in enumerate(self.words) if word.name], self.where("links"))

    def content(self, without: Run = (0, 0)) -> list[str]:
        """What of it can be searched, as it is written; one run of words left out."""
        kept = [at for at, word in enumerate(self.words) if word.terms and not without[0] <= at < without[1]]
        small = [at for at, word in enumerate(self.words) if not word.terms]
        return self.cut(self._stretches(kept[:CARRIED], small))

    def cut(self, runs: Iterable[Run]) -> list[str]:
        """Runs of words as they are written."""
        return [self.text[self.words[start].start : self.words[end - 1].end] for start, end in runs]

    def fits(self, run: Run, before: str) -> tuple[bool, bool]:
        """Whether a name is more than part of the next word's ("the Palestinian ambassador"), and stands after that."""
        start, end = run
        alone = end == len(self.words) or not self.words[end].terms or start - 1 in self.where("yesno")
        return alone, start > 0 and self.words[start - 1].folded == before

    def _stretches(self, kept: Sequence[int], small: Sequence[int]) -> list[Run]:
        runs: list[Run] = []
        for at in kept:
            start, end = runs[-1] if runs else (0, 0)
            gaps = [self.text[self.words[n].end : self.words[n + 1].start] for n in range(end - 1, at)]
            if runs and set(small).issuperset(range(end, at)) and not "".join(gaps).strip(" .'’-–"):
                runs[-1] = start, at + 1
            else:
                runs.append((at, at + 1))
        return runs


class Talk:
    """What was spoken of: in all, in the last question besides, and that question itself."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._subject: list[str] = []
        self._beside: list[str] = []
        self._last: list[Phrase] = []

    def hear(self, text: str) -> None:
        """Take in an earlier question, as it was typed or as it was understood."""
        body, _, tail = text.strip().rpartition(" (")
        asked, carried = Phrase.of(body[:LONGEST], self._code), tail[:-1][:LONGEST].split(", ")
        lacks = lack(asked) or (None if asked.names() else "subject")
        if not (body and tail.endswith(")") and lacks):  # the brackets, if any, are the user's own
            asked, carried = Phrase.of(text[:LONGEST], self._code), []
            lacks = lack(asked)
        if lacks and not self._last:  # what it leaned on is no longer remembered
            self._subject, self._last = carried, [Phrase.of(piece, self._code) for piece in carried]
        names, known = asked.cut(asked.names()), self._terms(self._subject)
        new = [name for name in names if not self._terms([name]) <= known]
        if lacks == "place":
            self._last, rest = self._without(asked)
            self._subject = [*(names or asked.content()), *rest]
            self._beside = [name for phrase in self._last for name in phrase.cut(phrase.names())]
            self._last.insert(0, asked)
        elif lacks:
            self._last = [asked, *(self._last if lacks == "question" else ())]
            self._subject, self._beside = self._subject or names, new
        elif known & asked.own or (known and not names):
            self._last, self._beside = [asked], new if known & asked.own else asked.content()
        else:
            self._last, self._subject, self._beside = [asked], names or asked.content(), []

    def carried(self, asked: Phrase, lacks: Lack) -> list[str]:
        """What a question takes over."""
        last, subject = self._without(asked) if lacks == "place" else (self._last, self._subject)
        wanted = [] if lacks == "subject" else [piece for phrase in last for piece in phrase.content()]
        wanted += subject
        if lacks == "subject" and asked.where("pronouns") and not asked.where("persons"):
            wanted += self._beside
        known, taken = set(asked.own), []
        for piece in wanted:
            if not (terms := self._terms([piece])) <= known and len(known - asked.own) < CARRIED:
                taken.append(piece)
                known |= terms
        return taken

    def _terms(self, pieces: Iterable[str]) -> frozenset[str]:
        return frozenset(term for piece in pieces for term in analyzer(self._code).question_terms(piece))

    def _without(self, asked: Phrase) -> tuple[list[Phrase], list[str]]:
        """The last question and the subject without the name or number whose place another takes."""
        new = next((at for at, word in enumerate(asked.words) if word.name or word.number), None)
        if new is None or not asked.signs.get("instead"):  # German, say, writes all its nouns like names
            return self._last[:], self._subject
        number, before = any(word.number for word in asked.words), asked.words[max(new - 1, 0)].folded
        found: list[tuple[tuple[bool, bool], Phrase, Run]] = []
        for phrase in self._last:
            runs = [(at, at + 1) for at, word in enumerate(phrase.words) if word.number] if number else phrase.names()
            found += [(phrase.fits(run, before), phrase, run) for run in runs]
        if not found:
            return self._last[:], self._subject if number else []
        _, old, run = max(found, key=lambda one: one[0])
        gone = self._terms(old.cut([run]))
        pieces = [piece for phrase in self._last for piece in phrase.content(run if phrase is old else (0, 0))]
        subject = [name for name in self._subject if not self._terms([name]) & gone]
        return [Phrase.of(piece, self._code) for piece in pieces], subject


def resolve(text: str, history: Sequence[str], code: str, *, rarity: Mapping[str, float] | None = None) -> str:
    """The question with what it leaves out in brackets after it; as it is where it stands on its own feet.

    `history` holds the earlier questions, typed or understood, oldest first; `rarity` says how rare
    each of the question's terms is, as a share of the rarity of a term that is nowhere.
    """
    asked, talk = Phrase.of(text, code), Talk(code)
    lacks = lack(asked, rarity) if history and asked.words else None
    if lacks is None:
        return text
    for earlier in history[-REMEMBERED:]:
        talk.hear(earlier)
    carried = talk.carried(asked, lacks)
    return f"{text} ({', '.join(carried)})" if carried else text


def lack(asked: Phrase, rarity: Mapping[str, float] | None = None) -> Lack | None:
    """What a question lacks; None where it stands on its own feet."""
    own, pronouns, pointers = len(asked.own), asked.where("pronouns"), asked.where("pointers")
    if not own:
        return "subject" if pronouns and not pointers else "question"
    asking = asked.opening("phrases")
    pronouns = [at for at in pronouns if at >= asking]  # "من هو" asks who it is, and stands for nobody
    place = asked.opening("instead")
    if place and own < SHORT and not pronouns and all(at < place for at in asked.where("asking")):
        return "place"
    if pronouns:
        return ("question" if pointers and own < 2 else "subject") if _points_out(asked, pronouns[0]) else None
    opening = asked.opening("openers")
    if opening and own < 2 and not asked.where("yesno"):  # "by whom?", "any sisters?", "und Berlin?"
        if asked.names():
            return "place"
        return "subject" if any(word.terms for word in asked.words[opening:]) else "question"
    return None if asked.names() or not asked.signs else _lack_unnamed(asked, rarity or {})


def _lack_unnamed(asked: Phrase, rarity: Mapping[str, float]) -> Lack | None:
    """The same of a question without a name, a pronoun or such an opening."""
    own, pointers = len(asked.own), asked.where("pointers")
    if asked.where("more") and own < SHORT:
        return "subject"
    noun = any(word.terms for at in pointers for word in asked.words[at + 1 : at + 2])  # "this album"
    if pointers and own < (SHORT if noun else 2):
        return "question"
    if asked.opening("definition") and not asked.where("definite"):
        return None  # "What is creationism?" says it all, however common the word
    enough = VAGUE_DEFINITE if asked.where("definite") else VAGUE
    return "subject" if sum(rarity.get(term, 1.0) for term in asked.own) < enough else None


def _points_out(asked: Phrase, at: int) -> bool:
    """Whether nothing in the question itself can be what its pronoun stands for."""
    ahead = asked.words[:at]
    near = sum(bool(word.terms) for word in ahead) < 2 and at - 1 in asked.where("yesno")
    return not any(word.name for word in ahead) and (len(asked.own) < SHORT or (near and at in asked.where("sure")))


@cache
def _signs(code: str) -> dict[str, tuple[str, ...]]:
    """What the language file says of follow-ups, and the words that questions open with."""
    of = language(code)
    opening = {phrase.split()[0] for phrases in of.questions.values() for phrase in phrases}
    phrases = tuple(phrase.removeprefix("^") for phrases in of.questions.values() for phrase in phrases)
    return (
        {**of.questions, **of.follow_up, "asking": tuple(sorted(opening)), "phrases": phrases} if of.follow_up else {}
    )
