"""Where in the index the right answers of a question stand."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import NamedTuple

from loccit.chunker import chunk
from loccit.evaluate.matching import occurrences
from loccit.evaluate.measures import ndcg
from loccit.evaluate.testset import Item, Page
from loccit.index import Index
from loccit.types import Article, Hit, Passage, Source, Span


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
    pages: Mapping[str, int] = MappingProxyType({})
    """The ids of articles that answer as a whole, and how much each is worth."""
    problem: str | None = None

    def holds(self, passage: Passage) -> bool:
        """Whether the passage is of a gold page or overlaps the evidence."""
        article_id = passage.source.article_id
        return article_id in self.pages or any(place.overlaps(article_id, passage.span) for place in self.evidence)


class Finder:
    """Finds the gold of questions in one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.article = lru_cache(maxsize=64)(index.article)  # parsing a long one takes milliseconds
        self._passages = lru_cache(maxsize=64)(self._cut)
        self._sources: dict[Source, Source] = {}

    def source(self, source: Source) -> Source:
        """The same, one for all rows that are of it."""
        return self._sources.setdefault(source, source)

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
        pages = {each: page.gain for page in item.pages for each in self._pages(page)}
        if item.pages and not pages:
            first = item.pages[0]
            problem = problem or f"the index does not hold the article '{first.title or first.id}'"
        return Gold(tuple({**articles, **pages}), tuple(evidence), tuple(answers), pages, problem)

    def ndcg(self, gold: Gold, hits: Sequence[Hit], cutoff: int) -> float:
        """Of the passages, each that overlaps the evidence worth 1; of gold pages, each where its best passage is."""
        if gold.pages:
            found = dict.fromkeys(hit.passage.source.article_id for hit in hits)
            return ndcg([gold.pages.get(article_id, 0) for article_id in found], gold.pages.values(), cutoff)
        return ndcg([gold.holds(hit.passage) for hit in hits], [1.0] * self._passages_with(gold), cutoff)

    def _passages_with(self, gold: Gold) -> int:
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
        found = (self.article(article_id) for article_id in self._titled(name))
        return [article for article in found if article is not None]

    def _pages(self, page: Page) -> list[str]:
        """The ids of the articles of that title; where the set has none, those of that id, file or title."""
        if page.title is not None:
            return self._titled(page.title)
        return [article.id for article in self._named(page.id)]

    def _titled(self, title: str) -> list[str]:
        return self._by_title.get(title) or self._by_title.get(title.replace("_", " "), [])

    @cached_property
    def _by_title(self) -> dict[str, list[str]]:
        by_title: dict[str, list[str]] = {}
        for article_id, title in self._index.catalog.titles().items():
            by_title.setdefault(title, []).append(article_id)
        return by_title
