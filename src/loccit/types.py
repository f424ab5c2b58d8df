"""The records: what flows from an article to an answer. The map of the system.

An article has sections, sections become passages of whole sentences, an engine finds passages as hits, the scorer
picks quotes from them, and an answer holds the quotes. Every span counts characters (code points) of the article's
text, so `article.text[slice(*quote.span)] == quote.text` holds everywhere.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict

from loccit.errors import IndexDamaged


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
    aliases: tuple[str, ...] = ()  # other titles it is found by: what redirects to it
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


class Sentence(NamedTuple):
    """A sentence's place and its terms: no text is analysed for a question. A tuple, for an answer takes hundreds."""

    span: Span
    terms: tuple[str, ...]
    hints: tuple[str, ...] = ()
    """Terms it does not hold but belongs to: in an infobox, those of the lines numbered alike."""


class Passage(NamedTuple):
    """Whole sentences of one section: what an engine finds."""

    id: str
    source: Source
    language: str
    span: Span
    text: str
    sentences: tuple[Sentence, ...]
    context: tuple[str, ...] = ()
    """The terms of the titles and the headings: they help to find the passage but are not quoted."""

    @property
    def terms(self) -> list[str]:
        """All terms the passage can be found by, repeated as often as they occur."""
        return list(chain(self.context, *[sentence.terms for sentence in self.sentences]))


class Entry(NamedTuple):
    """A passage as an engine keeps it: what it is found by, and a line that all of it can be read from."""

    id: str
    article_id: str
    language: str
    terms: str
    """All terms the passage can be found by, repeated as often as they occur, with blanks between them."""
    line: bytes
    """UTF-8 without a line break: JSON of the above, a tab, JSON of the rest."""

    @classmethod
    def of(cls, passage: Passage) -> Self:
        """The entry of a passage."""
        terms, source = passage.terms, passage.source
        prefix = terms[0].partition(":")[0] + ":" if terms else ""
        found = " ".join(terms)
        if not found.startswith(prefix) or found.count(" ") != found.count(" " + prefix):
            prefix = ""  # the language of all of them is written once
        bare = found[len(prefix) :].replace(" " + prefix, " ")
        start = passage.span.start
        cuts = [(s.span.start - start, s.span.end - start, len(s.terms)) for s in passage.sentences]
        hints = [[n, s.hints] for n, s in enumerate(passage.sentences) if s.hints]
        head = (passage.id, source.article_id, passage.language, prefix, bare, len(terms))
        rest = (source.title, source.heading, source.url, source.page, source.file, source.sha256)
        line = f"{_json(head)}\t{_json((*rest, passage.span, len(passage.context), cuts, hints, passage.text))}"
        return cls(passage.id, source.article_id, passage.language, found, line.encode())

    @classmethod
    def read(cls, line: bytes) -> Self:
        """The entry of a line; raises ValueError where it is none."""
        passage, article, language, prefix, bare, size = json.loads(line.partition(b"\t")[0].decode())
        return cls(passage, article, language, prefix + bare.replace(" ", " " + prefix) if size else "", line)

    def passage(self) -> Passage:
        """The passage, as it was when the line was made of it; raises IndexDamaged where that cannot be read."""
        try:
            rest = json.loads(self.line.partition(b"\t")[2].decode())
            title, heading, url, page, file, sha256, (start, end), named, cuts, hints, text = rest
            source = Source(
                article_id=self.article_id, title=title, heading=heading, url=url, page=page, file=file, sha256=sha256
            )
            terms, hinted = iter(self.terms.split(" ")), dict(hints)
            context = tuple(islice(terms, named))
            sentences = tuple(
                Sentence(Span(start + first, start + last), tuple(islice(terms, size)), tuple(hinted.get(at, ())))
                for at, (first, last, size) in enumerate(cuts)
            )
        except (ValueError, TypeError) as error:
            raise IndexDamaged(f"Passage {self.id} cannot be read ({error}). Run: loccit index --rebuild") from error
        return Passage(self.id, source, self.language, Span(start, end), text, sentences, context)


@dataclass(frozen=True)
class Hit:
    """A passage that an engine found, and how well it matches; it is read when it is looked at."""

    entry: Entry
    score: float

    @classmethod
    def of(cls, passage: Passage, score: float) -> Self:
        """A hit of a passage that is there already."""
        return cls(Entry.of(passage), score)

    @cached_property
    def passage(self) -> Passage:
        """What was found."""
        return self.entry.passage()


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


def _json(values: Sequence[object]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
