"""An article is cut into passages at sentence ends, never inside a sentence and never across sections."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import regex

from loccit.languages import FALLBACK
from loccit.languages.analysis import analyzer
from loccit.languages.sentences import split_sentences, trim
from loccit.types import Article, Passage, Section, Sentence, Source, Span

PASSAGE_SIZE = 1000
"""Characters a passage holds at most, a longer sentence apart; measured by `benchmarks/passage_size.py`."""

_KEY = regex.compile(r"(?P<name>[^:\n]*?)(?P<number>\d+)\s*:")


CHUNKER_VERSION = 2
"""Raised when the same file would be read or cut otherwise than before: indexes are then built anew."""
ALIAS_TERMS = 12
"""Terms of an article's other titles by which its passages are found."""
MOST_ALIKE = 20
"""Lines of an infobox with the same number; where there are more, the number says nothing."""


def chunk(article: Article, size: int = PASSAGE_SIZE) -> Iterator[Passage]:
    """The passages of an article, in its order; each is found by its titles and headings too."""
    code = article.language or FALLBACK
    terms = analyzer(code).terms
    named = terms(article.title)
    # Each once, and few: they lengthen every passage of the article.
    others = [term for alias in article.aliases for term in terms(alias) if term not in named]
    aliases = tuple(dict.fromkeys(others))[:ALIAS_TERMS]
    for section in article.sections:
        source = Source(
            article_id=article.id,
            title=article.title,
            heading=section.heading,
            url=article.url,
            file=article.file,
            sha256=article.sha256,
        )
        context = (*terms(" ".join((article.title, *section.heading))), *aliases)
        for sentences in _groups(article.text, _sentences(article, section, code), size, article.pages):
            span = Span(sentences[0].span.start, sentences[-1].span.end)
            page = bisect_right(article.pages, span.start) or None
            yield Passage(
                id=f"{article.id}#{span.start}",
                source=source.model_copy(update={"page": page}) if page else source,
                language=code,
                span=span,
                text=article.text[slice(*span)],
                context=context,
                sentences=tuple(sentences),
            )


def _sentences(article: Article, section: Section, code: str) -> list[Sentence]:
    if section.kind == "infobox":
        return _infobox(article.text, section.span, code)
    terms = analyzer(code).terms
    if section.kind == "table":
        lines = regex.finditer(r"[^\n]*\S[^\n]*", article.text, pos=section.span.start, endpos=section.span.end)
        return [Sentence(span=Span(*line.span()), terms=terms(line[0])) for line in lines]
    body = article.text[slice(*section.span)]
    spans = (Span(a + section.span.start, b + section.span.start) for a, b in split_sentences(body, code))
    return [Sentence(span=span, terms=terms(article.text[slice(*span)])) for span in spans]


def _groups(text: str, sentences: Iterable[Sentence], size: int, pages: Sequence[int]) -> Iterator[list[Sentence]]:
    """Neighbours on a page that fit into `size` characters; a paragraph ending in the second half ends the passage."""
    group: list[Sentence] = []
    for sentence in sentences:
        if group:
            filled = group[-1].span.end - group[0].span.start
            paragraph = "\n" in text[group[-1].span.end : sentence.span.start]
            turned = bisect_right(pages, group[0].span.start) != bisect_right(pages, sentence.span.start)
            if turned or sentence.span.end - group[0].span.start > size or (paragraph and filled > size / 2):
                yield group
                group = []
        group.append(sentence)
    if group:
        yield group


def _infobox(text: str, span: Span, code: str) -> list[Sentence]:
    """Each `- Key: value` line is a sentence; `- Envoytitle1: Ambassador` goes with the `- Envoy1: …` it is for.

    Lines whose keys end in the same number speak of the same thing, so each hints at the others' terms: `Envoy1` is
    the envoy of the country whose `Mission1` is named.
    """
    terms = analyzer(code).terms
    units: list[tuple[Span, str, str]] = []  # where, the key's name, its number
    for line in regex.finditer(r"[^\n]+", text[slice(*span)]):
        where = trim(text, Span(span.start + line.start(), span.start + line.end()))
        if text.startswith("- ", where.start):
            where = Span(where.start + 2, where.end)
        key = _KEY.match(text, where.start, where.end)
        name, number = (key["name"].strip().casefold(), key["number"]) if key else ("", "")
        if units and number and units[-1][1:] == (name + "title", number):
            where = Span(units.pop()[0].start, where.end)
        units.append((where, name, number))
    alike: dict[str, list[Span]] = defaultdict(list)
    for where, _, number in units:
        alike[number].append(where)
    return [
        Sentence(
            span=where,
            terms=terms(text[slice(*where)]),
            hints=tuple(
                term
                for other in alike[number]
                if number and other != where and len(alike[number]) <= MOST_ALIKE
                for term in terms(text[slice(*other)])
            ),
        )
        for where, _, number in units
        if where.end > where.start
    ]
