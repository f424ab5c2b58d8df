"""Files become articles: one module per format, picked by the file's suffix.

A reader is called with a file and the name by which it is cited, and yields its articles. A bad entry of a file it
yields as `Skipped`; of a bad file it may raise `Unreadable` or `OSError`, which `read` turns into `Skipped`.
"""

from collections.abc import Callable, Collection, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from loccit.readers.contents import Unreadable
from loccit.types import Article, Skipped

READERS: dict[str, str] = {
    "": "loccit.readers.text:read",
    ".bz2": "loccit.readers.mediawiki:read",
    ".csv": "loccit.readers.table:read",
    ".docx": "loccit.readers.docx:read",
    ".epub": "loccit.readers.epub:read",
    ".gz": "loccit.readers.mediawiki:read",
    ".htm": "loccit.readers.html:read",
    ".html": "loccit.readers.html:read",
    ".jsonl": "loccit.readers.jsonl:read",
    ".markdown": "loccit.readers.markdown:read",
    ".md": "loccit.readers.markdown:read",
    ".pdf": "loccit.readers.pdf:read",
    ".tsv": "loccit.readers.table:read",
    ".txt": "loccit.readers.text:read",
    ".xhtml": "loccit.readers.html:read",
    ".xml": "loccit.readers.mediawiki:read",
    ".zim": "loccit.readers.zim:read",
}
"""A file's suffix, in lower case, to the `module:attribute` of its reader, which is imported when used."""

FINDERS: dict[str, str] = {
    ".bz2": "loccit.readers.mediawiki:find",
    ".gz": "loccit.readers.mediawiki:find",
    ".xml": "loccit.readers.mediawiki:find",
    ".zim": "loccit.readers.zim:find",
}
"""The same of what finds some articles in a file, by their ids, without reading the others."""

EXTRAS = {
    ".bz2": "mediawiki",
    ".docx": "docx",
    ".epub": "epub",
    ".gz": "mediawiki",
    ".htm": "html",
    ".html": "html",
    ".pdf": "pdf",
    ".xhtml": "html",
    ".xml": "mediawiki",
    ".zim": "zim",
}
"""What to install for a suffix whose library is missing."""


def read(path: Path, file: str) -> Iterator[Article | Skipped]:
    """Yield the articles of a file, and what of it cannot become one; nothing raises for what the file holds."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(suffix for suffix in READERS if suffix)
        reason = f"there is no reader for files ending in {path.suffix!r}; known are {known} and no ending at all"
        yield Skipped(file=file, reason=reason)
        return
    yield from _told(lambda: _named(reader)(path, file), path, file)


def find(path: Path, file: str, ids: Collection[str]) -> Iterator[Article | Skipped]:
    """Yield the articles of a file that have one of these ids, perhaps without aliases, and what cannot be read."""
    finder = FINDERS.get(path.suffix.lower())
    found = _told(lambda: _named(finder)(path, file, ids), path, file) if finder else read(path, file)
    left = set(ids)
    for entry in found:
        if isinstance(entry, Skipped) or entry.id in left:
            yield entry
        if isinstance(entry, Article):
            left.discard(entry.id)
        if not left:
            return


def _named(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(import_module(module), attribute)


def _told(articles: Callable[[], Iterator[Article | Skipped]], path: Path, file: str) -> Iterator[Article | Skipped]:
    """What is yielded, and as the last of it why there is no more."""
    try:
        yield from articles()
    except Unreadable as error:
        yield Skipped(file=file, reason=str(error))
    except ModuleNotFoundError as error:
        if (error.name or "loccit").startswith("loccit"):
            raise
        extra = EXTRAS.get(path.suffix.lower(), "formats")
        reason = f"reading it needs the package {error.name}: pip install 'loccit[{extra}]'"
        yield Skipped(file=file, reason=reason)
    except OSError as error:
        cause = error.strerror or type(error).__name__
        reason = f"the file cannot be opened or read ({cause}); check that it exists and that you may read it"
        yield Skipped(file=file, reason=reason)
