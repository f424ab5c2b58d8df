"""Where in the index the right answers of a question stand."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from loccit.chunker import chunk
from loccit.evaluate.matching import occurrences
from loccit.evaluate.testset import Item
from loccit.index import Index
from loccit.types import Article, Span


class Place(NamedTuple):
    """A stretch of an article."""

    article_id: str
    span: Span

    def overlaps(self, article_id: str, span: Span) -> bool:
        """Whether the two share a character."""
        return self.article_id == article_id and self.span.start < span.end and span.start < self.span.end

    def lies_in(self, article_id: str, span: Span) -> bool:
        """Whether that stretch covers all of this one."""
        return self.article_id == article_id and span.start <= self.span.start and self.span.end <= span.end


class Gold(NamedTuple):
    """The evidence of a question, and the answers in it, in the index's articles."""

    articles: tuple[str, ...] = ()
    """Their ids."""
    evidence: tuple[Place, ...] = ()
    answers: tuple[Place, ...] = ()
    """Each occurrence of an answer in the evidence: the sets often name only the first."""
    problem: str | None = None


class Finder:
    """Finds the gold of questions in one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.article = lru_cache(maxsize=64)(index.article)  # parsing a long one takes milliseconds
        self._passages = lru_cache(maxsize=64)(self._cut)
        self._by_title: dict[str, list[str]] | None = None

    def find(self, item: Item) -> Gold:
        """Where the question's evidence stands; what of it is nowhere is the `problem`."""
        articles: dict[str, None] = {}
        evidence: list[Place] = []
        answers: dict[Place, None] = {}
        problem = None
        for entry in item.evidence:
            named = self._named(entry.article)
            found = [Place(each.id, span) for each in named for span in occurrences(entry.text, each.text)]
            articles.update(dict.fromkeys(each.id for each in named))
            if not found:
                what = "its evidence does not stand in" if named else "the index does not hold"
                problem = problem or f"{what} the article '{entry.article}'"
            evidence += found
            for place in found:
                answers.update(dict.fromkeys(self._answers(item, place)))
        return Gold(tuple(articles), tuple(evidence), tuple(answers), problem)

    def passages(self, gold: Gold) -> int:
        """How many passages overlap the evidence: as many could be found."""
        return sum(
            any(place.overlaps(article_id, span) for place in gold.evidence)
            for article_id in gold.articles
            for span in self._passages(article_id)
        )

    def _cut(self, article_id: str) -> list[Span]:
        article = self.article(article_id)
        return [passage.span for passage in chunk(article, self._index.settings.passages.size)] if article else []

    def _answers(self, item: Item, place: Place) -> Iterator[Place]:
        article = self.article(place.article_id)
        text = article.text[slice(*place.span)] if article else ""
        for answer in item.answers:
            for start, end in occurrences(answer, text, words=True) or occurrences(answer, text):
                yield Place(place.article_id, Span(place.span.start + start, place.span.start + end))

    def _named(self, name: str) -> list[Article]:
        """The articles of that id, or else of that file or title."""
        if (article := self.article(name)) is not None:
            return [article]
        if of_file := self._index.catalog.articles_of(name):
            return of_file
        if self._by_title is None:
            self._by_title = {}
            for article_id, title in self._index.catalog.titles().items():
                self._by_title.setdefault(title, []).append(article_id)
        ids = self._by_title.get(name) or self._by_title.get(name.replace("_", " "), [])
        return [article for article_id in ids if (article := self.article(article_id)) is not None]
