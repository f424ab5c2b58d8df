"""Whether quotes still stand where they were taken from: the articles' files are read once more."""

from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from loccit.readers import find
from loccit.types import Article, Quoted, Skipped

SHOWN = 200
"""Characters of what stands now where a quote does not."""


class Check(NamedTuple):
    """What became of a quote."""

    quote: Quoted
    holds: bool
    remark: str
    """Empty, or in a sentence what differs."""


def verify(quotes: Iterable[Quoted], base: Path, files: Container[str]) -> Iterator[Check]:
    """Each quote, held against its article's file, named relative to `base`; no other than these `files` is read.

    A file is read once, whatever the number of quotes.
    """
    asked = list(quotes)
    places: dict[str, dict[str, list[int]]] = {}
    for place, quote in enumerate(asked):
        places.setdefault(quote.source.file, {}).setdefault(quote.source.article_id, []).append(place)
    checks: dict[int, Check] = {}
    for file, wanted in places.items():
        reason = ""
        for entry in find(base / file, file, wanted) if file in files else ():
            if isinstance(entry, Skipped):
                reason = entry.reason
            else:
                checks |= {place: _check(asked[place], entry) for place in wanted[entry.id]}
        missing = reason if file in files else "the index has no such file"
        for article, those in wanted.items():
            remark = missing or f"the article '{article}' is not in this file any more"
            checks |= {place: Check(asked[place], holds=False, remark=remark) for place in those if place not in checks}
    yield from (checks[place] for place in range(len(asked)))


def _check(quote: Quoted, article: Article) -> Check:
    start, end = quote.span
    there = article.text[start:end]
    if not 0 <= start < end <= len(article.text):
        remark = f"there is no such place, the article has {len(article.text)} characters"
        return Check(quote, holds=False, remark=remark)
    if there != quote.text:
        short = there if len(there) <= SHOWN else there[:SHOWN] + "…"
        return Check(quote, holds=False, remark=f"there it says now: {short!r}")
    changed = article.sha256 != quote.source.sha256
    return Check(quote, holds=True, remark="the article has changed elsewhere since" if changed else "")
