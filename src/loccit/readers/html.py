"""Web pages: the main text with its headings, in order; title, language and canonical address from the head."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from loccit.readers import confined, grid
from loccit.readers.contents import MAX_BYTES, Unreadable, title_of
from loccit.readers.grid import Cell
from loccit.readers.pieces import Document, Piece, article
from loccit.types import Article, Skipped

Element = Any
"""One of lxml's, which is imported when used."""
NO_TEXT = "there is no text on this page, only scripts, images or markup; save it from a browser as shown"
HEADINGS = {f"h{level}": level for level in range(1, 7)}
UNSEEN = frozenset(
    (
        *("script", "style", "noscript", "template", "svg", "math", "iframe", "object"),
        *("canvas", "audio", "video", "head", "button", "select", "textarea"),
        *("input", "dialog"),
    )
)
AROUND = frozenset(("nav", "header", "footer", "aside", "form", "menu"))
"""What is around the main text of a page, unless it is inside of it."""
ROLES = frozenset(("navigation", "banner", "contentinfo", "complementary", "search", "menu", "dialog"))
BLOCKS = frozenset(
    (
        *("address", "article", "blockquote", "body", "caption", "center", "dd", "details"),
        *("div", "dl", "dt", "fieldset", "figcaption", "figure"),
        *("footer", "form", "header", "hr", "html", "li", "main", "nav"),
        *("ol", "p", "pre", "aside", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul"),
        *("menu", "legend", "hgroup"),
    )
)
NOTE = "{http://www.idpf.org/2007/ops}type"
MAIN = ("//main", "//*[@role='main']", "//article", "//*[@itemprop='articleBody']", "//*[@id='mw-content-text']")


def read(path: Path, file: str) -> Iterator[Article | Skipped]:
    """Yield the article of a web page."""
    pieces, *said = confined.extract(__name__, path, limit=MAX_BYTES, foreign=True)
    yield article(Document([Piece(*piece) for piece in pieces], *said), file, title_of(path))


def extract(content: BinaryIO) -> Document:
    """What a page says, from its bytes."""
    return document(decoded(content.read()))


def document(text: str) -> Document:
    """What a page says, scripts and what is around its main text left out."""
    root = tree(text)
    found = Document(
        pieces=pieces(main(root)),
        title=_first(root, "//head//meta[@property='og:title']/@content") or _first(root, "//title/text()"),
        language=_first(root, "/html/@lang") or _first(root, "/html/@xml:lang") or None,
        url=_address(root),
        date=_first(root, "//meta[@property='article:modified_time' or @name='date']/@content") or None,
    )
    if not found.pieces:
        raise Unreadable(NO_TEXT)
    return found


def tree(text: str) -> Element:
    """The elements of a page, however broken."""
    from lxml import etree, html

    parser = html.HTMLParser(huge_tree=True, no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = html.document_fromstring(text.replace("\0", "").encode("utf-8", "ignore"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):  # nothing but blanks and comments
        raise Unreadable(NO_TEXT) from None
    # libxml2 goes no deeper than 2,048 elements and leaves out what follows.
    if any(error.level == etree.ErrorLevels.FATAL for error in parser.error_log):
        raise Unreadable("its elements are nested more than 2,000 deep; print it as a PDF from a browser")
    return root


def main(root: Element) -> Element:
    """The one element that is marked as the main text and holds at least a third of it; else the whole page."""
    whole = _size(root)
    for path in MAIN:
        found = root.xpath(path)
        if len(found) == 1 and 3 * _size(found[0]) >= whole:
            return found[0]
    return root


def pieces(root: Element) -> list[Piece]:
    """Headings and paragraphs below an element, in order; a row of a table is a paragraph, and names its columns."""
    found: list[Piece] = []
    line: list[str] = []

    def finish(level: int = 0) -> None:
        words = "\n".join(filter(None, (" ".join(row.split()) for row in "".join(line).split("\v"))))
        if words.strip("| "):  # no more is left between a layout's cells
            found.append(Piece(words.replace("\n", " ") if level else words, level))
        line.clear()

    inside = root.tag in ("main", "article", "td", "th", "caption")
    cells: list[Element] = []
    todo: list[tuple[Element, bool]] = [(root, True)]
    # Not by recursion: a page may be nested as deeply as it likes.
    while todo:
        node, enters = todo.pop()
        tag = node.tag if isinstance(node.tag, str) else ""
        tag = tag.rpartition("}")[2].lower()
        skips = enters and node is not root and _skipped(node, tag, inside=inside)
        if enters and not skips and not cells and tag in ("td", "th") and _is_cell(node):
            cells.append(node)
        elif tag in HEADINGS or tag in BLOCKS:
            if cells:
                line.append(" ")
            else:
                finish(0 if enters else HEADINGS.get(tag, 0))
        elif enters and tag == "br":
            line.append("\v")
        if tag == "table" and enters and not skips and not cells and _has_headings(node):
            found += _table(node)
            skips = True
        if enters and not skips:
            line.append(node.text or "")
            todo.append((node, False))
            todo.extend((child, True) for child in reversed(node))
            continue
        if tag in ("td", "th") and node is not root:
            line.append(" | " if node.getnext() is not None else " ")
        if cells and cells[-1] is node:
            cells.pop()
        line.append((node.tail or "") if node is not root else "")
    finish()
    return found


def decoded(raw: bytes) -> str:
    """The letters of a page: its mark or UTF-8 if it is that, else the charset it names, unless that is a lie."""
    from charset_normalizer import from_bytes

    named = re.search(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", raw[:4096], re.IGNORECASE)
    tried = ["utf-8-sig"] if not raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-16"]
    if named:
        tried.append({"iso-8859-1": "cp1252", "latin1": "cp1252"}.get(name := named[1].decode().lower(), name))
    for charset in tried:
        try:
            return raw.decode(charset)
        except (UnicodeError, LookupError):  # what it names may be no charset, or one for addresses
            continue
    guess = from_bytes(raw[:200_000]).best()
    try:
        return raw.decode(guess.encoding if guess else "cp1252", "strict")
    except UnicodeDecodeError:
        raise Unreadable("no charset fits all of the page's bytes; save it as UTF-8") from None


def _skipped(node: Element, tag: str, *, inside: bool) -> bool:
    if not tag or tag in UNSEEN or node.get("hidden") is not None or node.get("aria-hidden") == "true":
        return True
    if "display:none" in (node.get("style") or "").replace(" ", "").lower():
        return True
    if tag in ("sup", "a") and _refers(node if tag == "a" else node.find(".//a")):
        return True
    if "note" in _kind(node):  # of an e-book, which puts them aside
        return False
    return not inside and (tag in AROUND or node.get("role") in ROLES) and node.find(".//main") is None


def _has_headings(table: Element) -> bool:
    """Whether its columns or rows are named, and it is not a page's layout."""
    return table.find(".//tr/th") is not None and next(table.iterdescendants("table", *HEADINGS), None) is None


def _table(table: Element) -> Iterator[Piece]:
    for caption in _shown(table, "caption"):
        yield from pieces(caption)
    rows = [[_cell(cell) for cell in _shown(row, "td", "th")] for row in _shown(table, "tr")]
    yield from (Piece(line, row=True) for line in grid.lines(rows))


def _shown(above: Element, *names: str) -> Iterator[Element]:
    """What has one of these names below an element, and nothing that is hidden above it."""
    todo = list(reversed(above))
    while todo:
        node = todo.pop()
        tag = node.tag if isinstance(node.tag, str) else ""
        if _skipped(node, tag, inside=True):
            continue
        if tag in names:
            yield node
        else:
            todo.extend(reversed(node))


def _cell(node: Element) -> Cell:
    said = ", ".join(part for piece in pieces(node) for part in piece.text.split("\n"))
    across = grid.spans(node.get("colspan"), grid.WIDEST)
    down = grid.spans(node.get("rowspan"), grid.LONGEST, zero=grid.LONGEST)  # 0: all that are left
    return Cell(said, node.tag == "th", across, down)


def _is_cell(node: Element) -> bool:
    """Whether it holds a paragraph at most; of others a page's layout is made."""
    blocks = (below for below in node.iterdescendants() if below.tag in BLOCKS or below.tag in HEADINGS)
    return len(list(islice(blocks, 2))) < 2


def _kind(node: Element) -> str:
    return str(node.get("epub:type") or node.get(NOTE) or "")


def _refers(link: Element) -> bool:
    """Whether it is the small number of a note, which would stand in the middle of a quote."""
    if link is None:
        return False
    if "noteref" in (link.get("role") or "") or "noteref" in _kind(link):
        return True
    small = link.find(".//sup") is not None or next(link.iterancestors("sup"), None) is not None
    number = "".join(link.itertext()).strip("[]() ↩↑^\ufe0e")
    return "#" in (link.get("href") or "") and (small or not number or number.isdigit())


def _size(node: Element) -> int:
    # Not by XPath: sorting what `//` finds takes the square of the page's size.
    paragraphs = sum(len(part) for paragraph in node.iter("p") for part in paragraph.itertext())
    return paragraphs or sum(len(part) for part in node.itertext())


def _first(root: Element, path: str) -> str:
    found = root.xpath(path, namespaces={"xml": "http://www.w3.org/XML/1998/namespace"})
    return " ".join(str(found[0]).split()) if found else ""


def _address(root: Element) -> str | None:
    address = _first(root, "//link[@rel='canonical']/@href") or _first(root, "//meta[@property='og:url']/@content")
    try:
        return address if urlsplit(address).scheme in ("http", "https") else None
    except ValueError:
        return None
