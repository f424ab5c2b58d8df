"""A question, as passages of one language are compared with it."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from loccit.highlight import Model as Highlights
from loccit.highlight import Reader
from loccit.languages.analysis import analyzer
from loccit.languages.names import country_terms
from loccit.languages.questions import is_name, question_type
from loccit.lexicon import CLOSENESS, Lexicon
from loccit.scorer.associations import associated
from loccit.types import Passage, Question

CARRIED = 0.25
"""How much a term counts that was carried over from an earlier question."""

BARE = 3
"""Words that a question has at most which only names what is looked for."""

Cover = Mapping[str, float]
"""Terms of the question that a text covers, and how well: 1 for the term itself, less for a form or a synonym."""


class Asked(NamedTuple):
    """What is to be looked for."""

    language: str
    """Of the passages."""
    shares: Mapping[str, float]
    """Each term's share of the rarity of all."""
    kin: Mapping[str, Mapping[str, float]]
    associates: Mapping[str, Mapping[str, float]]
    """For a term of the index, the terms of the question it often stands near, and how alike they are."""
    names: frozenset[str]
    """Names and numbers."""
    subjects: frozenset[str]
    """The names that stand in a title: what a sentence is about that lacks one is something else."""
    plain: Mapping[str, float]
    """The same of what is neither a name nor what the asking word stands with ("which *river*"), of these alone."""
    years: frozenset[str]
    unknown: float
    sequence: Sequence[str]
    """Its words in their order, small ones included."""
    pairs: frozenset[tuple[str, str]]
    kind: str | None
    reader: Reader

    @classmethod
    def of(
        cls,
        question: Question,
        code: str,
        lexicon: Lexicon,
        titled: Iterable[str] = (),
        passages: Sequence[Passage] = (),
        highlights: Highlights | None = None,
    ) -> "Asked":
        """What is to be looked for in passages of that language; `titled` are names in titles of all passages found.

        Raises BadModel.
        """
        text = question.understood_as or question.text
        terms = question.terms.get(code, ())
        stems = analyzer(code)
        typed = stems.question_terms(question.text)
        weights = {term: lexicon.rarity[term] * (1.0 if term in typed else CARRIED) for term in terms}
        whole = sum(weights.values()) or 1.0
        texts = [passage.text for passage in passages]
        subjects = typed.keys() & set(titled)
        unknown = lexicon.unknown & typed.keys()
        names = subjects.union(
            unknown and unknown & country_terms(code),
            (
                term
                for term, word in typed.items()
                if word[0].isdecimal() or is_name(word, question.text) or _is_written_as_name(word, texts)
            ),
        )
        reader = Reader(question, code, highlights)
        focus = {term for term, place in reader.asked.terms.items() if place == "f"} if reader.asked else set()
        sequence = [term for term, _ in groupby(stems.sequence(text))]  # said twice is asked once
        return cls(
            language=code,
            shares=_shares(weights),
            kin=_with_roots(lexicon.kin, terms, passages, code),
            associates=associated(terms, code),
            names=frozenset(names.intersection(terms)),
            subjects=frozenset(subjects.intersection(terms)),
            plain=_shares({term: weights[term] for term in terms if term not in names | focus}),
            years=years(terms),
            unknown=1.0 if unknown & names else sum(weights.get(term, 0.0) for term in unknown) / whole,
            sequence=sequence,
            pairs=frozenset(pairwise(sequence)),
            kind=question_type(text, question.language),
            reader=reader,
        )

    @property
    def bare(self) -> bool:
        """Whether it is nothing but a few words to look up, and asks nothing of them."""
        return self.kind is None and len(self.sequence) <= BARE and all(term in self.shares for term in self.sequence)

    def cover(self, terms: Iterable[str]) -> Cover:
        """Which of the question's terms these cover."""
        found: dict[str, float] = {}
        for term in terms:
            if term in self.kin:
                for asked, closeness in self.kin[term].items():
                    found[asked] = max(closeness, found.get(asked, 0.0))
        return found

    def share(self, cover: Cover) -> float:
        """How much of the question's rarity a cover makes up."""
        return sum(closeness * self.shares.get(term, 0.0) for term, closeness in cover.items())

    def plain_share(self, cover: Cover) -> float:
        """How much it makes up of the plain words."""
        return sum(closeness * self.plain.get(term, 0.0) for term, closeness in cover.items())

    def lost(self, cover: Cover) -> float:
        """The share of names and numbers that a cover lacks; 1 where that is a number or a title's name."""
        lost = self.names - cover.keys()
        if lost & self.subjects or any(term.partition(":")[2][:1].isdecimal() for term in lost):
            return 1.0
        return len(lost) / max(1, len(self.names))

    def associated(self, terms: Iterable[str], cover: Cover) -> float:
        """The share of rarity that is not covered but has words beside it that often stand near, as alike they are."""
        found: dict[str, float] = {}
        for term in terms:
            if term in self.associates and term not in self.kin:
                for asked, likeness in self.associates[term].items():
                    if asked not in cover:
                        found[asked] = max(likeness, found.get(asked, 0.0))
        return self.share(found)

    def in_order(self, sequence: Sequence[str]) -> float:
        """The share of the question's words that stand in a text in the same order (longest common subsequence)."""
        best = [0] * (len(self.sequence) + 1)
        wanted = set(self.sequence)
        for term in sequence:
            stands_for = self.kin.get(term, ())
            if term in wanted or stands_for:
                left = 0
                for at, asked in enumerate(self.sequence, 1):
                    above = best[at]
                    best[at] = left + 1 if asked == term or asked in stands_for else max(above, best[at - 1])
                    left = above
        return best[-1] / max(1, len(self.sequence))


def join(*covers: Cover) -> Cover:
    """What several texts cover together."""
    joined: dict[str, float] = {}
    for cover in covers:
        for term, closeness in cover.items():
            joined[term] = max(closeness, joined.get(term, 0.0))
    return joined


def _shares(weights: Mapping[str, float]) -> Mapping[str, float]:
    whole = sum(weights.values()) or 1.0
    return {term: weight / whole for term, weight in weights.items()}


def _with_roots(
    kin: Mapping[str, Mapping[str, float]], terms: Iterable[str], passages: Iterable[Passage], code: str
) -> Mapping[str, Mapping[str, float]]:
    """The same with those terms of the passages that have the root of one of the question's, where words have roots."""
    root = analyzer(code).root
    asked: dict[str, list[str]] = {}
    for term in terms:
        asked.setdefault(root(term), []).append(term)
    asked.pop("", None)
    if not asked:
        return kin
    said = [(passage, each) for passage in passages if passage.language == code for each in passage.sentences]
    found = {term for passage, each in said for term in (*passage.context, *each.terms, *each.hints)}
    related = {term: dict.fromkeys(asked[root(term)], CLOSENESS) for term in found if root(term) in asked}
    return {**kin, **{term: {**others, **kin.get(term, {})} for term, others in related.items()}}


def years(terms: Iterable[str]) -> frozenset[str]:
    """The terms that are numbers of four digits."""
    return frozenset(term for term in terms if len(term) > 4 and term[-4:].isdecimal() and term[-5] == ":")


def title_names(title: str, code: str) -> Iterable[str]:
    """The terms of a title's words with a capital."""
    return [term for term, word in analyzer(code).question_terms(title).items() if word[0].isupper()]


def _is_written_as_name(word: str, texts: Iterable[str]) -> bool:
    """Whether a word that is typed small has a capital wherever the texts have it, not at beginnings alone."""
    if not word.islower():
        return False
    capital = word[0].upper() + word[1:]
    inside = False
    for text in texts:
        at = text.find(capital)
        while at >= 0:
            inside = inside or (at > 1 and text[at - 1] in " -–" and text[at - 2] not in ".!?:")
            at = text.find(capital, at + 1)
        if word in text:
            return False
    return inside
