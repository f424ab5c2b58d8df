"""The records: what flows from an article to an answer. The map of the system.

An article has sections, sections become passages of whole sentences, an engine finds passages as hits, the scorer
picks quotes from them, and an answer holds the quotes. Every span counts characters (code points) of the article's
text, so `article.text[slice(*quote.span)] == quote.text` holds everywhere.
"""

import hashlib
from functools import cached_property
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict


class Span(NamedTuple):
    """Characters `start` to `end` (exclusive) of an article's text; `[start, end]` in JSON."""

    start: int
    end: int


class Record(BaseModel):
    """Frozen, and closed: an unknown field is an error, not a surprise."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Section(Record):
    """A stretch of an article under one heading path, the heading lines themselves left out."""

    heading: tuple[str, ...] = ()
    span: Span
    kind: Literal["prose", "infobox", "table"] = "prose"
    """In an infobox (`- Key: value`) and in a table each line is a sentence of its own."""


class Article(Record):
    """A text as it stands in its file, and where its sections lie."""

    id: str
    title: str
    language: str | None = None
    """A language code; None until the indexer has detected it."""
    text: str
    sections: tuple[Section, ...] = ()
    url: str | None = None
    file: str
    """The file's path relative to `index.toml`, with `/`."""
    revision: str | None = None
    date: str | None = None
    pages: tuple[int, ...] = ()
    """Where each page begins, the first one first; a table's pages are its rows."""

    @cached_property
    def sha256(self) -> str:
        """The hash of the text's UTF-8, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class Skipped(Record):
    """A file, or an entry of one, that cannot become an article, and why in one sentence."""

    file: str
    reason: str


class Source(Record):
    """Where a passage or a quote comes from."""

    article_id: str
    title: str
    heading: tuple[str, ...] = ()
    url: str | None = None
    page: int | None = None
    """The page, or of a table the row, counted from 1."""
    file: str
    sha256: str

    @property
    def place(self) -> str:
        """The file and, as in an address (RFC 8118, RFC 7111), the page or row: `report.pdf#page=3`, `a.csv#row=7`."""
        unit = "row" if self.file.lower().endswith((".csv", ".tsv")) else "page"
        return f"{self.file}#{unit}={self.page}" if self.page else self.file


class Sentence(Record):
    """A sentence's place and its terms, so that a question needs no analysis of text."""

    span: Span
    terms: tuple[str, ...]
    hints: tuple[str, ...] = ()
    """Terms it does not hold but belongs to: in an infobox, those of the lines numbered alike."""


class Passage(Record):
    """Whole sentences of one section: what an engine finds."""

    id: str
    source: Source
    language: str
    span: Span
    text: str
    context: tuple[str, ...] = ()
    """The terms of the title and the headings: they help to find the passage but are not quoted."""
    sentences: tuple[Sentence, ...]

    @cached_property
    def terms(self) -> list[str]:
        """All terms the passage can be found by, repeated as often as they occur."""
        return [*self.context, *(term for sentence in self.sentences for term in sentence.terms)]


class Hit(Record):
    """A passage that an engine found, and how well it matches."""

    passage: Passage
    score: float


class Question(Record):
    """A question as it is searched."""

    text: str
    language: str
    terms: dict[str, tuple[str, ...]]
    """For each language of the index, the question's terms in it."""
    understood_as: str | None = None
    """What was searched, where that is not what was typed (a follow-up completed, say)."""


class Quote(Record):
    """One sentence of an article, verbatim, and its place."""

    text: str
    span: Span
    highlight: Span | None = None
    """The part that answers, in characters of the quote."""
    score: float
    source: Source


class Suggestion(Record):
    """The nearest thing to an answer where there is none."""

    text: str
    span: Span
    source: Source


Quoted = Quote | Suggestion


class Answer(Record):
    """What the bot says: quotes, best first, or that the articles do not say."""

    question: Question
    quotes: tuple[Quote, ...] = ()
    headline: str | None = None
    """The highlighted part of the first quote, where that is so sure that it may be told first."""
    declined: bool = False
    confidence: float
    """How likely the first quote answers the question, 0 to 1."""
    missing: tuple[str, ...] = ()
    """The question's words that no quote covers."""
    suggestions: tuple[Suggestion, ...] = ()
    notice: str | None = None
    index: str
    """A hash of the index's content, never a path."""

    @property
    def cited(self) -> tuple[Quoted, ...]:
        """What the numbers told with it stand for."""
        return self.quotes or self.suggestions
