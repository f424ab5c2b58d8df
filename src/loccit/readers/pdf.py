"""PDF: the text of its pages as paragraphs, running heads left out, words that a line's end divided made whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import regex

from loccit.readers import confined
from loccit.readers.contents import Unreadable, check, title_of
from loccit.readers.flow import flowed
from loccit.readers.outline import MAX_HEADING, Levels, Mark, enter, names, sections
from loccit.readers.pieces import clean
from loccit.types import Article, Skipped


def read(path: Path, file: str) -> Iterator[Article | Skipped]:
    """Yield the article of a PDF; its pages are counted as viewers count them, from 1."""
    found = confined.extract(__name__, path)
    text = found["text"]
    yield Article(
        id=file,
        title=found["title"] or title_of(path),
        text=text,
        sections=sections(text, [Mark(start, end, tuple(heading)) for start, end, heading in found["headings"]]),
        pages=tuple(found["pages"]),
        file=file,
    )


def extract(content: BinaryIO) -> dict[str, object]:
    """The text, where its pages begin, the headings and the title."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(content.read())
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable("the file is encrypted; save it without a password") from None
        raise Unreadable("this is no PDF, or it is damaged or cut short; save it anew") from None
    pages = []
    for number in range(len(document)):
        try:
            page = document[number]
            pages.append(page.get_textpage().get_text_range())
            page.close()
        except pdfium.PdfiumError:
            pages.append("")  # a damaged page keeps its number
    try:
        marked = [(mark.level, mark.get_title(), mark.get_dest()) for mark in document.get_toc()]
    except (pdfium.PdfiumError, ValueError):
        marked = []  # the text is whole without its headings
    outline = [(level, name, where.get_index()) for level, name, where in marked if where]
    text, starts = flowed(pages, {" ".join(clean(name).split()) for _, name, _ in outline})
    if not check(text).strip():
        raise Unreadable("there is no text on its pages, they may be scanned; run OCR on the file first")
    title = " ".join(clean(document.get_metadata_value("Title")).split())[:MAX_HEADING]
    marks = [(mark.start, mark.end, mark.heading) for mark in headings(text, starts, outline, title)]
    return {"text": text, "pages": starts, "headings": marks, "title": title}


def headings(
    text: str, starts: tuple[int, ...], outline: list[tuple[int, str, int | None]], title: str
) -> Iterator[Mark]:
    """Yield the lines that the outline names, where they stand on its pages."""
    under: Levels = ()
    last = 0
    for level, entry, page in outline:
        name = " ".join(clean(entry).split())
        # No page: what the entry leads to is missing, or in another file.
        if not name or len(name) > MAX_HEADING or page is None or not 0 <= page < len(starts):
            continue
        end = starts[page + 1] if page + 1 < len(starts) else len(text)
        line = r"(?m)^(?:[\dIVXA-Z.]+\s+)?" + r"\s+".join(map(regex.escape, name.split())) + r"\s*$"
        found = regex.search(line, text, pos=max(last, starts[page]), endpos=end)
        if found:
            under = enter(under, level + 1, name) if name != title else ()
            last = found.end()
            yield Mark(found.start(), last, names(under))
