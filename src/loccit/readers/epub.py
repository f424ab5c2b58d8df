"""E-books: the chapters in their order, each under its headings."""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from loccit.readers import confined
from loccit.readers.contents import Unreadable, title_of
from loccit.readers.html import decoded, pieces, tree
from loccit.readers.pieces import Document, Piece, article
from loccit.readers.zipped import DC, archive, xml
from loccit.types import Article, Skipped

LOCKED = "META-INF/encryption.xml"


def read(path: Path, file: str) -> Iterator[Article | Skipped]:
    """Yield the article of an e-book."""
    found = confined.extract(__name__, path)
    book = Document([Piece(*piece) for piece in found["pieces"]], found["title"], found["language"])
    yield article(book, file, title_of(path))


def extract(content: BinaryIO) -> dict[str, object]:
    """The pieces, the title and the language of a book."""
    with archive(io.BytesIO(content.read()), "EPUB") as parts:
        return _book(parts)


def _book(parts: zipfile.ZipFile) -> dict[str, object]:
    container = xml(parts, "META-INF/container.xml")
    package = container.xpath("//*[local-name()='rootfile']/@full-path")[0]
    root = xml(parts, package)
    folder = posixpath.dirname(package)
    files = {item.get("id"): item for item in root.xpath("//*[local-name()='manifest']/*[local-name()='item']")}
    found: list[Piece] = []
    for entry in root.xpath("//*[local-name()='spine']/*[local-name()='itemref']"):
        item = files.get(entry.get("idref"))
        if (
            item is None
            or "nav" in (item.get("properties") or "").split()
            or "html" not in (item.get("media-type") or "")
        ):
            continue
        name = posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))
        found += pieces(tree(decoded(parts.read(name))))
    if not found:
        locked = LOCKED in parts.namelist()
        raise Unreadable(
            "the book is encrypted (DRM); only books without are read" if locked else "there is no text in the book"
        )
    title = (root.findtext(f".//{DC}title") or "").strip()
    return {"pieces": found, "title": title, "language": (root.findtext(f".//{DC}language") or "").strip() or None}
