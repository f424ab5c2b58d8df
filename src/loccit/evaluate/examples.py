"""What there is to learn from a question: its sentences as the scorer sees them, and which of them are right."""

import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from loccit.errors import LoccitError
from loccit.evaluate.gold import Finder
from loccit.evaluate.matching import contains_answer
from loccit.evaluate.scenes import exchanged, typed
from loccit.evaluate.testset import Item, TestSet
from loccit.highlight import Model as Highlights
from loccit.index import Index
from loccit.scorer import FIRST, Features, Scored, rank
from loccit.scorer.model import Evidence, Model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

READ = 10
"""Sentences of a question that are looked at twice."""
START = Model(
    first=Features(own=5.0, above=2.5, covered=2.5, passage=2.5, names_lost=-1.0),
    full=Features(own=5.0, above=2.5, covered=2.5, passage=2.5, names_lost=-1.0, pairs=2.0),
    evidence=Evidence(),
    thresholds=((0.5, 0.5),),
)
"""Whose first look finds the sentences to learn from."""

Kind = Literal["answerable", "hidden", "unanswerable", "doubtful"]
"""With its article there, or hidden; without an answer there; or with a word exchanged: then nobody knows."""


class Example(NamedTuple):
    """A question, its sentences, and which of them are right."""

    group: str
    """The article it is of: no fold is measured by weights that saw it."""
    ranked: tuple[Scored, ...]
    """The sentences looked at twice."""
    right: tuple[bool, ...]
    others: "Floats"
    """The first features of those looked at once."""
    others_right: tuple[bool, ...]
    kind: Kind
    scene: str = ""
    """The kind of index it was asked of: each counts the same for the confidence."""


def examples(
    index: Index,
    testset: TestSet,
    *,
    scene: str = "",
    hide: bool = True,
    every: int = 2,
    highlights: Callable[[str], Highlights | None] = lambda _: None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Example]:
    """What there is to learn from each question that can be asked, with its article and, to `hide`, without it.

    Each `every`-th one is asked once more with a word exchanged, every fourth in small letters. `highlights` is the
    model of highlights for an article, None for the one shipped; `scene` is what kind of index it is.
    """
    finder = Finder(index)
    changed = exchanged(testset.items, index.languages[0], every)
    for done, item in enumerate(map(typed, testset.items), 1):
        gold = finder.find(item)
        group = gold.articles[0] if gold.articles else item.context.article if item.context else item.id
        with suppress(LoccitError):  # one that cannot be asked teaches nothing
            looked = Looking(index, group, highlights(group), scene)
            yield looked.at(item, "answerable" if item.answerable else "unanswerable")
            if hide and item.answerable and gold.articles:
                yield looked.at(item, "hidden", without=gold.articles[0])
            if other := changed.get(item.id):
                yield looked.at(typed(other), "doubtful" if "word" in other.tags else "unanswerable")
        if progress:
            progress(done, len(testset.items))


class Looking(NamedTuple):
    """Looks at questions of one article."""

    where: Index
    group: str
    highlights: Highlights | None
    scene: str

    def at(self, item: Item, kind: Kind, *, without: str | None = None) -> Example:
        """A question, asked as if the article `without` were not there: then nothing is right."""
        import numpy as np

        index = self.where
        question = index.understand(item.question, history=item.history)
        lexicon = index.look_up(question, without=without)
        hits = index.retrieve(question, lexicon, without=without)
        chances = index.chances(hits)
        ranked = rank(question, hits, lexicon, START, self.highlights, chances, read=READ, within=math.inf)
        answers = item.answers if kind == "answerable" else ()
        right = tuple(bool(answers) and contains_answer(scored.quote.text, answers) for scored in ranked)
        others = np.array([one.features[:FIRST] for one in ranked[READ:]], dtype=np.float32)
        return Example(
            group=self.group,
            ranked=tuple(ranked[:READ]),
            right=right[:READ],
            others=others.reshape(-1, FIRST),
            others_right=right[READ:],
            kind=kind,
            scene=self.scene,
        )
