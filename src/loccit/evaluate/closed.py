"""A throw-away index of the articles that a test set brings with it."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from loccit.errors import BadTestSet
from loccit.evaluate.beir import documents
from loccit.evaluate.content import lines_of
from loccit.evaluate.testset import Context, TestSet
from loccit.index import Index
from loccit.indexer import build_from
from loccit.settings import IndexSettings
from loccit.types import Article, Section, Span

Progress = Callable[[int, int], None]
"""Told how many articles were indexed, of how many."""


@contextmanager
def closed_index(
    testset: TestSet,
    settings: IndexSettings | None = None,
    *,
    language: str | None = None,
    progress: Progress | None = None,
) -> Iterator[Index]:
    """An index of the set's own articles alone, gone afterwards; `language` where it is not to be found out."""
    if not testset.contexts and not testset.corpora:
        raise BadTestSet(f"{testset.name} brings no articles of its own. Evaluate it on an index, without --closed.")
    settings = settings or IndexSettings()
    contexts = _told(testset, progress)
    with tempfile.TemporaryDirectory(prefix="loccit-") as folder:
        built = build_from((article(context, language) for context in contexts), Path(folder), settings)
        try:
            yield Index(built, settings, Path(folder))
        finally:
            built.catalog.close()


def _told(testset: TestSet, progress: Progress | None) -> Iterator[Context]:
    """The set's articles one by one; told is how many there were."""
    contexts = chain(testset.contexts, *map(documents, testset.corpora))
    if progress is None:
        yield from contexts
        return
    size = len(testset.contexts) + sum(1 for corpus in testset.corpora for _ in lines_of(corpus))
    for number, context in enumerate(contexts, 1):
        yield context
        progress(number, size)


def article(context: Context, language: str | None = None) -> Article:
    """The paragraphs as one article; without an id of its own its title is that."""
    text = "\n\n".join(context.paragraphs)
    return Article(
        id=context.id or context.title,
        title=context.title.replace("_", " "),
        language=language,
        text=text,
        sections=(Section(span=Span(0, len(text))),),
        file=context.id or context.title,
    )
