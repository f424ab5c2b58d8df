"""A throw-away index of the articles that a test set brings with it, alone or among others."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from loccit import files
from loccit.errors import BadTestSet
from loccit.evaluate.beir import documents
from loccit.evaluate.content import lines_of
from loccit.evaluate.testset import Context, TestSet
from loccit.index import Index
from loccit.indexer import build_from
from loccit.readers import READERS, read
from loccit.settings import IndexSettings
from loccit.types import Article, Section, Skipped, Span

MANY = 62_000_000
"""Characters of text that make some 100,000 passages."""

Progress = Callable[[int, int], None]
"""Told how many articles were indexed, of how many."""


@contextmanager
def closed_index(
    testset: TestSet,
    settings: IndexSettings | None = None,
    *,
    language: str | None = None,
    among: Iterable[Article] = (),
    progress: Progress | None = None,
) -> Iterator[Index]:
    """An index of the set's own articles, alone or among others, gone afterwards.

    `language` is theirs, where it is not to be found out. Of two articles of one title the set's is taken.
    """
    if not testset.contexts and not testset.corpora:
        raise BadTestSet(f"{testset.name} brings no articles of its own. Evaluate it on an index, without --closed.")
    settings = settings or IndexSettings()
    own = (article(context, language) for context in _told(testset, progress))
    titles = {folded(context.title) for context in testset.contexts}
    others = (each for each in among if folded(each.title) not in titles)
    with tempfile.TemporaryDirectory(prefix="loccit-") as folder:
        built = build_from(chain(own, others), Path(folder), settings)
        try:
            yield Index(built, settings, Path(folder))
        finally:
            built.catalog.close()


@contextmanager
def large_index(testset: TestSet, folder: Path, languages: Sequence[str]) -> Iterator[Index]:
    """One of the set's articles among those of a folder, some 100,000 passages, all in one of these languages."""
    if not testset.contexts:
        raise BadTestSet(f"{testset.name} brings no articles that could be among others. Leave out --among.")
    with closed_index(testset, IndexSettings(languages=tuple(languages)), among=articles_in(folder, MANY)) as index:
        yield index


def articles_in(folder: Path, most: int) -> Iterator[Article]:
    """The articles of a folder's files until they have so many characters; raises BadTestSet where there are none."""
    left = most
    for file in files.find([folder], folder, READERS):
        for each in () if isinstance(file, Skipped) else read(file[1], file[0]):
            if isinstance(each, Article):
                if left <= 0:
                    return
                yield each
                left -= len(each.text)
    if left == most:
        raise BadTestSet(f"There are no articles in {folder}. Name a folder of files that `loccit index` could read.")


def folded(title: str) -> str:
    """A title as it is compared, of SQuAD's form or not."""
    return title.replace("_", " ").casefold()


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
