"""MediaWiki's exports (`…-pages-articles.xml`, also `.bz2` and `.gz`): each page of an article, however large the dump.

A redirect is another title of the page it leads to. Where they lead is gathered first, so the dump is read twice.
"""

import bz2
import gzip
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import quote
from xml.parsers import expat
from zlib import error as ZlibError  # noqa: N812  # it is one

from loccit.readers import wikitext
from loccit.readers.confined import Worker
from loccit.readers.contents import MAX_CHARACTERS, Unreadable, opened
from loccit.readers.gathered import Gathered
from loccit.readers.outline import sections
from loccit.types import Article, Skipped

MARKUP = "loccit.readers.wikicode"
"""What makes text of a page, in a process of its own."""
PIECE = 1 << 16
MAX_MARKUP = 1 << 20
"""Characters of a tag; a longer one would have to be held whole."""
DEEPEST = 20
SECONDS = 60
"""For one page; the longest a wiki allows, 2 MB, takes one or two."""
ALIASES = 40
"""Other titles of a page, the shortest first; what is left out are turns of them mostly."""
HIDDEN = ("6", "14")
"""The namespaces of files and categories: a link there is a picture, or shows nothing."""
_FOREIGN = "this is no export of MediaWiki, it {}; of XML no other is read, save it as a web page or as text"
_STUB = "this dump is a stub, without the pages' text; download the one named pages-articles"
_CUT = "the dump is damaged or cut short after {}; download it anew, what stands before is taken"


@dataclass
class Page:
    """A page as it is collected: of several revisions the last."""

    fields: dict[str, str] = field(default_factory=dict)
    size: int = 0
    """Characters of its markup, all counted, whether kept or not."""
    stub: bool = False
    """Whether it should have markup."""

    @property
    def title(self) -> str:
        """Its title."""
        return self.fields.get("title", "").strip()

    @property
    def redirect(self) -> str:
        """The title it leads to; empty for an article, and for what leads to a section of one."""
        target = self.fields.get("redirect", "") if self.fields.get("ns", "0") == "0" else ""
        return "" if f"[[{target}#" in self.fields.get("text", "")[:1_000].replace("_", " ") else target

    @property
    def is_article(self) -> bool:
        """Whether it is in the namespace of articles, and wiki text."""
        is_text = self.fields.get("model", "wikitext") == "wikitext"
        return self.fields.get("ns", "0") == "0" and is_text and "redirect" not in self.fields


class Dump:
    """What is read of an export: what it says of the wiki, and its pages one by one."""

    def __init__(self) -> None:
        self.language: str | None = None
        self.site: dict[str, str] = {}
        self.hidden: list[str] = []
        self.begun = False
        self.last = "its beginning"
        self._ready: list[Page] = []
        self._page = Page()
        self._path: list[str] = []
        self._words: list[str] = []
        self._size = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._say
        self._parser.StartDoctypeDeclHandler = self._refuse

    def pages(self, content: BinaryIO) -> Iterator[Page]:
        """Yield the pages; raises Unreadable at what is no export, or no more."""
        fed = 0
        while True:
            wrong: Exception | None = None
            try:
                piece = content.read(PIECE)
                self._parser.Parse(piece, not piece)
            except (Unreadable, expat.ExpatError, EOFError, OSError, ZlibError) as error:
                wrong, piece = error, b""
            yield from self._ready  # those before what is wrong
            self._ready.clear()
            if isinstance(wrong, Unreadable):
                raise wrong
            if wrong and not self.begun:
                raise Unreadable(_FOREIGN.format("begins with no tag"))
            if wrong:
                where = ""
                if isinstance(wrong, expat.ExpatError):
                    where = f"line {wrong.lineno:,}: {expat.ErrorString(wrong.code)}; "
                raise Unreadable(where + self._broken())
            if not piece:
                return
            fed += len(piece)
            if fed - self._parser.CurrentByteIndex > MAX_MARKUP:
                raise Unreadable(f"a tag of its XML is over the limit of {MAX_MARKUP:,} bytes; {self._broken()}")

    def _broken(self) -> str:
        return _CUT.format(self.last)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._path and name != "mediawiki":
            raise Unreadable(_FOREIGN.format(f"begins with <{name[:40]}>"))
        self.begun = True
        self._path.append(name)
        if len(self._path) > DEEPEST:
            raise Unreadable(f"its elements are nested more than {DEEPEST} deep; {self._broken()}")
        self._words, self._size = [], 0
        match self._path[1:]:
            case []:
                self.language = attributes.get("xml:lang")
            case ["page"]:
                self._page = Page()
            case ["page", "redirect"]:
                self._page.fields["redirect"] = attributes.get("title", "")
            case ["page", "revision", "text"]:
                self._page.stub = attributes.get("bytes", "0") != "0" and "deleted" not in attributes
            case ["siteinfo", "namespaces", "namespace"]:
                self._words = [attributes.get("key", ""), ":"]

    def _say(self, words: str) -> None:
        self._size += len(words)
        if self._size > MAX_CHARACTERS:
            self._words.clear()
        else:
            self._words.append(words)

    def _end(self, _name: str) -> None:
        words = "".join(self._words)
        match self._path[1:]:
            case ["page"]:
                if self._page.stub and not self._page.size:
                    raise Unreadable(_STUB)
                self._ready.append(self._page)
                self.last = f"the page '{self._page.title}'"
            case ["page", "title" | "ns" | "id" as name]:
                self._page.fields[name] = words
            case ["page", "revision", "id"]:
                self._page.fields["revision"] = words
            case ["page", "revision", "timestamp" | "model" | "text" as name]:
                self._page.fields[name] = words
                self._page.size = self._size if name == "text" else self._page.size
            case ["siteinfo", "base" | "dbname" as name]:
                self.site[name] = words
            case ["siteinfo", "namespaces", "namespace"]:
                key, _, space = words.partition(":")
                self.hidden += [space] if key in HIDDEN else []
        self._path.pop()
        self._words, self._size = [], 0

    def _refuse(self, *_: object) -> None:
        raise Unreadable("its XML declares a document type, as no export of MediaWiki does, so it is not read")


def read(path: Path, file: str) -> Iterator[Article | Skipped]:
    """Yield the articles of a dump; what is in other namespaces is passed over, and redirects become other titles."""
    with Gathered() as redirects, opened(path) as content:
        _gather(path, redirects)
        dump = Dump()
        pages = (page for page in dump.pages(unpacked(content)) if page.is_article)
        yield from _articles(dump, pages, file, redirects)


def find(path: Path, file: str, ids: Collection[str]) -> Iterator[Article | Skipped]:
    """Yield the articles of these ids; the dump is read as far as the last of them."""
    left = dict.fromkeys(ids, True)
    with Gathered() as redirects, opened(path) as content:
        dump = Dump()
        pages = takewhile(lambda _: left, dump.pages(unpacked(content)))
        wanted = (page for page in pages if page.is_article and left.pop(_id(dump, page), False))
        yield from _articles(dump, wanted, file, redirects)


def _articles(dump: Dump, pages: Iterator[Page], file: str, redirects: Gathered) -> Iterator[Article | Skipped]:
    def asked(page: Page) -> dict[str, object]:
        return {"markup": page.fields.pop("text", ""), "hidden": dump.hidden, "size": page.size}

    with Worker(seconds=SECONDS) as worker:
        for page, found in worker.map(MARKUP, ((page, asked(page)) for page in pages)):
            try:
                yield _article(dump, page, found, file, redirects.of(page.title, ALIASES))
            except Unreadable as error:
                yield Skipped(file=file, reason=f"the page '{page.title}': {error}")


def unpacked(content: BinaryIO) -> BinaryIO:
    """The XML of a dump, unpacked as it is read."""
    start = cast("Any", content).peek(4)
    if start.startswith(b"BZh"):
        return cast("BinaryIO", bz2.open(content))
    return cast("BinaryIO", gzip.open(content)) if start.startswith(b"\x1f\x8b") else content


def _gather(path: Path, redirects: Gathered) -> None:
    with suppress(Unreadable), opened(path) as content:  # it is said when the articles are read
        pages = Dump().pages(unpacked(content))
        redirects.put((page.redirect, page.title) for page in pages if page.redirect)


def _id(dump: Dump, page: Page) -> str:
    number = page.fields.get("id", page.title)
    return f"{dump.site['dbname']}:{number}" if dump.site.get("dbname") else number


def _article(dump: Dump, page: Page, found: Any, file: str, aliases: tuple[str, ...]) -> Article:
    if isinstance(found, Unreadable):
        raise found
    text = str(found["text"])
    revision = page.fields.get("revision")
    return Article(
        id=_id(dump, page),
        title=page.title,
        aliases=aliases,
        language=dump.language,
        text=text,
        sections=sections(text, wikitext.marks(text, frozenset(found["rows"]))),
        url=address(dump.site.get("base", ""), page.title, revision),
        file=file,
        revision=revision,
        date=page.fields.get("timestamp", "")[:10] or None,
    )


def address(base: str, title: str, revision: str | None) -> str | None:
    """A page's address in its wiki, whose main page's is `base`: of that revision, for the page may change."""
    start, slash, main = base.rpartition("=" if "?" in base else "/")
    if not main or "://" not in base:
        return None
    page = f"{start}{slash}{quote(title.replace(' ', '_'), safe='/:,()!*@;')}"
    return f"{page}{'&' if '?' in page else '?'}oldid={revision}" if revision else page
