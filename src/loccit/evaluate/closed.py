"""A throw-away index of the articles that a test set brings with it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loccit.errors import BadTestSet
from loccit.evaluate.testset import Context, TestSet
from loccit.index import Index
from loccit.indexer import build_from
from loccit.settings import IndexSettings
from loccit.types import Article, Section, Span


@contextmanager
def closed_index(
    testset: TestSet, settings: IndexSettings | None = None, *, language: str | None = None
) -> Iterator[Index]:
    """An index of the set's own articles alone, gone afterwards; `language` where it is not to be found out."""
    if not testset.contexts:
        raise BadTestSet(f"{testset.name} brings no articles of its own. Evaluate it on an index, without --closed.")
    settings = settings or IndexSettings()
    with tempfile.TemporaryDirectory(prefix="loccit-") as folder:
        built = build_from((article(context, language) for context in testset.contexts), Path(folder), settings)
        try:
            yield Index(built, settings, Path(folder))
        finally:
            built.catalog.close()


def article(context: Context, language: str | None = None) -> Article:
    """The paragraphs as one article, its title as its id."""
    text = "\n\n".join(context.paragraphs)
    return Article(
        id=context.title,
        title=context.title.replace("_", " "),
        language=language,
        text=text,
        sections=(Section(span=Span(0, len(text))),),
        file=context.title,
    )
