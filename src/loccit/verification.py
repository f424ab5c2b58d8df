"""Whether quotes still stand where they were taken from: the articles' files are read once more."""

from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from loccit.readers import read
from loccit.types import Article, Quoted, Skipped, Source

SHOWN = 200
"""Characters of what stands now where a quote does not."""


class Check(NamedTuple):
    """What became of a quote."""

    quote: Quoted
    holds: bool
    remark: str
    """Empty, or in a sentence what differs."""


def verify(quotes: Iterable[Quoted], base: Path, files: Container[str]) -> Iterator[Check]:
    """Each quote, held against its article's file, named relative to `base`; no other than these `files` is read."""
    read_before: dict[tuple[str, str], Article | Skipped] = {}
    for quote in quotes:
        key = quote.source.file, quote.source.article_id
        if key not in read_before:
            unknown = Skipped(file=quote.source.file, reason="the index has no such file")
            read_before[key] = _article(quote.source, base) if quote.source.file in files else unknown
        article = read_before[key]
        if isinstance(article, Skipped):
            yield Check(quote, holds=False, remark=article.reason)
            continue
        start, end = quote.span
        there = article.text[start:end]
        if not 0 <= start < end <= len(article.text):
            yield Check(
                quote, holds=False, remark=f"there is no such place, the article has {len(article.text)} characters"
            )
        elif there != quote.text:
            short = there if len(there) <= SHOWN else there[:SHOWN] + "…"
            yield Check(quote, holds=False, remark=f"there it says now: {short!r}")
        elif article.sha256 != quote.source.sha256:
            yield Check(quote, holds=True, remark="the article has changed elsewhere since")
        else:
            yield Check(quote, holds=True, remark="")


def _article(source: Source, base: Path) -> Article | Skipped:
    refused = Skipped(file=source.file, reason=f"the article '{source.article_id}' is not in this file any more")
    for entry in read(base / source.file, source.file):
        if isinstance(entry, Skipped):
            refused = entry
        elif entry.id == source.article_id:
            return entry
    return refused
