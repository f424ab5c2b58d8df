"""Word documents: headings by their styles, paragraphs, lists, tables and notes, in order."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from loccit.readers import confined
from loccit.readers.contents import Unreadable, title_of
from loccit.readers.html import pieces, tree
from loccit.readers.pieces import Document, Piece, article
from loccit.readers.zipped import BROKEN, DC, archive, xml
from loccit.types import Article, Skipped

TITLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => h2:fresh"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an OLE file begins: a .doc, or a .docx with a password."""


def read(path: Path, file: str) -> Iterator[Article | Skipped]:
    """Yield the article of a Word document."""
    found = confined.extract(__name__, path)
    yield article(Document([Piece(*piece) for piece in found["pieces"]], found["title"]), file, title_of(path))


def extract(content: BinaryIO) -> dict[str, object]:
    """The pieces and the title of a document."""
    import mammoth

    raw = content.read()
    if raw.startswith(OLD):
        raise Unreadable("the file is encrypted, or in the old .doc form; save it as .docx without a password")
    content = io.BytesIO(raw)
    with archive(content, "DOCX") as parts:
        names = set(parts.namelist())
        if "word/document.xml" not in names and "[Content_Types].xml" not in names:
            raise Unreadable("this is no DOCX file, or it is cut short; save it anew")
        title = _title(parts) if "docProps/core.xml" in names else ""
    try:
        made = mammoth.convert_to_html(content, style_map=TITLES, convert_image=mammoth.images.img_element(_no_image))
    except (MemoryError, ModuleNotFoundError):
        raise
    except Exception as error:  # noqa: BLE001  # whatever is wrong in the file, it is the file's
        raise Unreadable(f"the file is damaged ({type(error).__name__}); save it anew") from None
    if not made.value.strip():
        raise Unreadable("there is no text in the document")
    return {"pieces": pieces(tree(made.value)), "title": title}


def _title(parts: zipfile.ZipFile) -> str:
    try:
        return (xml(parts, "docProps/core.xml").findtext(f"{DC}title") or "").strip()
    except (Unreadable, *BROKEN):
        return ""  # the text may be whole all the same


def _no_image(_image: object) -> dict[str, str]:
    return {}
