"""What there is to learn from a question: its sentences as the scorer sees them, and which of them are right."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from loccit.errors import BadModel, LoccitError
from loccit.evaluate.closed import closed_index, folded
from loccit.evaluate.gold import Finder
from loccit.evaluate.matching import contains_answer
from loccit.evaluate.scenes import excerpts, exchanged, typed
from loccit.evaluate.testset import ADVERSARIAL, Item, TestSet
from loccit.highlight import Model as Highlights
from loccit.index import Index
from loccit.scorer import FIRST, Features, Scored, rank
from loccit.scorer.model import Evidence, Model
from loccit.settings import IndexSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

WHOLE, SMALL, LARGE = "all articles", "20 passages", "100,000 passages"
"""The kinds of index that questions are asked of."""
EVERY = 4
"""Of so many questions one is asked of a large index."""
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
"""With its article there, or hidden; without an answer there; or doubtful: with a word exchanged, so that nobody knows,
or written to look as if it had an answer, for which no precision is promised."""


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


def gather(
    index: Index,
    testset: TestSet,
    *,
    large: Index | None = None,
    highlights: Sequence[Highlights] = (),
    part: slice = slice(None),
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Example]:
    """What there is to learn from a test set: asked of an index, of small ones cut out of its articles, of a large one.

    Of the models of highlights each article has the first that was not trained on it. `part` is of the questions.
    Raises BadModel where each of them has seen an article.
    """
    titles = index.catalog.titles()
    small = list(excerpts(testset))[part]
    some = testset.model_copy(update={"items": testset.items[part]})
    few = testset.model_copy(update={"items": testset.items[::EVERY][part]}) if large else None

    def choose(article: str) -> Highlights | None:
        return unseen(highlights, titles.get(article, article)) if highlights else None

    size, done = sum(len(each.items) for each in (some, *small, few) if each), 0

    def told(here: int, _: int) -> None:
        if progress is not None:
            progress(done + here, size)

    yield from examples(index, some, scene=WHOLE, highlights=choose, progress=told)
    done += len(some.items)
    for each in small:
        with closed_index(each, IndexSettings(languages=index.languages)) as cut:
            yield from examples(cut, each, scene=SMALL, hide=False, every=1, highlights=choose, progress=told)
        done += len(each.items)
    if large and few:
        yield from examples(large, few, scene=LARGE, highlights=choose, progress=told)


def unseen(models: Sequence[Highlights], title: str) -> Highlights:
    """The first model of highlights that was not trained on the article of that title; raises BadModel."""
    for model in models:
        if folded(title) not in map(folded, model.articles):
            return model
    raise BadModel(f"Each model of highlights has seen '{title}'. Name one that has not with --highlights, or none.")


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
        looked = Looking(index, group, highlights(group), scene)
        with suppress(LoccitError):  # one that cannot be asked teaches nothing
            impossible: Kind = "doubtful" if ADVERSARIAL in item.tags else "unanswerable"
            yield looked.at(item, "answerable" if item.answerable else impossible)
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
