"""PDF: the text of its pages as paragraphs, running heads left out, words that a line's end divided made whole."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import regex

from loccit.readers import confined
from loccit.readers.contents import Unreadable, check, title_of
from loccit.readers.outline import MAX_HEADING, Levels, Mark, enter, names, sections
from loccit.readers.pieces import clean
from loccit.types import Article, Skipped

EDGE = 2
"""Lines at the top and the bottom of a page that may be a running head or a page number."""
REPEATS = 3
"""Pages on which a line stands at the same edge before it is taken for a running head; in short files, two."""
FULL, SHORT = 0.7, 0.4
"""Of a wide line: a shorter one ends its paragraph; one still shorter even before a small letter."""

_HYPHENS = ("-", "\u2010")
_JOINED = re.compile("[\ufffe\x02]")
"""What PDFium leaves where it has joined two lines at a hyphen."""
_STARTS = regex.compile(r"\p{Ll}+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_NUMBER = regex.compile(r"\d+|\b[ivxlc]+\b")
_ENTRY = regex.compile(r"(?:[•–▪◦*]|\(?\d{1,3}[.)]|\(?[a-z]\))\s")


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
    text, starts = flowed(pages)
    if not check(text).strip():
        raise Unreadable("there is no text on its pages, they may be scanned; run OCR on the file first")
    title = " ".join(clean(document.get_metadata_value("Title")).split())[:MAX_HEADING]
    marks = [(mark.start, mark.end, mark.heading) for mark in headings(text, starts, outline, title)]
    return {"text": text, "pages": starts, "headings": marks, "title": title}


def flowed(pages: list[str]) -> tuple[str, tuple[int, ...]]:
    """The pages' paragraphs as one text, and where each page begins in it."""
    leaves = [[row.strip() for row in clean(page).replace("\r", "\n").split("\n")] for page in pages]
    leaves = without_heads([[row for row in leaf if row] for leaf in leaves])
    words = Counter(_WORD.findall(" ".join(row for leaf in leaves for row in leaf)))
    widths = [sorted(len(row) for row in leaf)[int(0.8 * len(leaf))] if leaf else 0 for leaf in whole_rows(leaves)]
    leaves = [[mended(row, words) for row in leaf] for leaf in leaves]
    parts: list[str] = []
    starts: list[int] = []
    length, before, wide = 0, "", 0
    for leaf, width in zip(leaves, widths, strict=True):
        starts.append(length)
        for place, row in enumerate(leaf):
            joint = "\n\n"
            divided = _ending(before[:-1]) if before.endswith(_HYPHENS) else ""
            follows = _STARTS.match(row)
            if row[0] in ".,;:)" and len(row) == 1:
                joint = ""  # what stands behind the small number of a note
            elif len(divided) > 1 and follows:
                if "-" not in whole(divided, follows[0], words):
                    parts[-1] = parts[-1][:-1]
                    length -= 1
                joint = ""
            elif before and len(before) >= FULL * wide and not _ENTRY.match(row):
                joint = " "
            elif before and follows and before[-1] not in ".!?:" and (not place or len(before) >= SHORT * wide):
                joint = " "  # a sentence goes on, overleaf perhaps
            if not parts:
                joint = ""
            parts.append(joint + row)
            if not place:
                starts[-1] = length + len(joint)
            length += len(parts[-1])
            before, wide = row, width
    return "".join(parts), tuple(min(start, length) for start in starts)


def whole_rows(leaves: list[list[str]]) -> list[list[str]]:
    """The lines as they are on the page: PDFium has joined some at a hyphen, and those are twice as long."""
    return [
        [part for row in leaf for part in (_JOINED.split(row) if _JOINED.search(row) else (row,))] for leaf in leaves
    ]


def mended(row: str, words: Counter[str]) -> str:
    """The line with the words made whole that PDFium has marked as divided."""
    said, *others = _JOINED.split(row)
    for other in others:
        left, right = _ending(said), _beginning(other)
        said = said[: len(said) - len(left)] + whole(left, right, words) + other[len(right) :]
    return said


def whole(left: str, right: str, words: Counter[str]) -> str:
    """The word that a line's end divided: with its hyphen only where the file has it so more often."""
    hyphenated = f"{left}-{right}"
    return hyphenated if words[hyphenated] > words[left + right] else left + right


def _beginning(row: str) -> str:
    return next((row[:end] for end, letter in enumerate(row) if not letter.isalpha()), row)


def _ending(row: str) -> str:
    return _beginning(row[::-1])[::-1]


def without_heads(leaves: list[list[str]]) -> list[list[str]]:
    """Leave out lines that stand at the same edge of several pages, but for their numbers."""
    seen = Counter(key for leaf in leaves for key in {_key(leaf, place) for place in _edges(leaf)})
    needed = REPEATS if len(leaves) > REPEATS else 2
    kept = []
    for leaf in leaves:
        heads = {place % len(leaf) for place in _edges(leaf) if seen[_key(leaf, place)] >= needed}
        kept.append([row for place, row in enumerate(leaf) if place not in heads])
    return kept


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


def _edges(leaf: list[str]) -> list[int]:
    # A page of few lines has no edges: they may all be text.
    return [*range(EDGE), *range(-EDGE, 0)] if len(leaf) > 2 * EDGE else []


def _key(leaf: list[str], place: int) -> tuple[int, str]:
    return place, _NUMBER.sub("#", leaf[place])
