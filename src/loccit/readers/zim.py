"""ZIM files (Kiwix: Wikipedia and other sites offline): each web page an article, redirects its other titles.

The file is looked at in a process of its own alone. Pages are read in the order in which they are packed, some hundred
together: in the order of their names each would have its pack unpacked anew.
"""

import os
import struct
from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import quote, urlsplit

from loccit.readers.confined import Worker
from loccit.readers.contents import MAX_BYTES, Unreadable, opened, too_long
from loccit.readers.gathered import Gathered
from loccit.readers.html import decoded, document
from loccit.readers.pieces import Document, Piece, article
from loccit.types import Article, Skipped

MAGIC = b"ZIM\x04"
SECONDS = 60
"""For one page, or for listing some thousand."""
LISTED = 5_000
ALIASES = 40
PAGES = ("A", "C")
"""Where ZIM files keep what is shown: the older ones, the newer ones."""
DAMAGED = "the file is damaged ({}); download it anew"


def read(path: Path, file: str) -> Iterator[Article | Skipped]:
    """Yield the articles of a ZIM file, one in memory at a time."""
    with opened(path) as content, Worker(seconds=SECONDS) as worker:
        whole(content)
        about = _about(worker, path)
        with Gathered() as redirects, Gathered() as pages:
            for listed in _listed(worker, path):
                redirects.put(listed["redirects"])
                pages.put(listed["pages"])
            asked = ((number, {"path": str(path), "entry": number}) for number in pages.by_key())
            for number, found in worker.map(__name__, asked):
                yield _article(about, found, file, redirects.of(number, ALIASES))


def find(path: Path, file: str, ids: Collection[str]) -> Iterator[Article | Skipped]:
    """Yield the articles of these ids, each looked up in the file's own index."""
    with opened(path) as content, Worker(seconds=SECONDS) as worker:
        whole(content)
        about = _about(worker, path)
        begins = _id(about, file, "")
        asked = ((None, {"path": str(path), "page": each[len(begins) :]}) for each in ids if each.startswith(begins))
        for _, found in worker.map(__name__, asked):
            if found:
                yield _article(about, found, file, ())


def whole(content: BinaryIO) -> None:
    """Raise Unreadable for what is no ZIM file, or not all of one: it says where it ends."""
    head = content.read(80)
    if not head.startswith(MAGIC) or len(head) < 80:
        raise Unreadable("this is no ZIM file; download it anew")
    size = os.fstat(content.fileno()).st_size
    urls, _, packs, types, _, checksum = struct.unpack_from("<QQQQQQ", head, 32)
    end = checksum + 16
    if size < end:
        raise Unreadable(f"the file is cut short, {size:,} of its {end:,} bytes are there; download it anew")
    if max(urls, packs, types) > size:
        raise Unreadable(DAMAGED.format("a part of it would lie behind its end"))


def extract(asked: dict[str, Any]) -> object:
    """What is asked of a file: what it says of itself, some of its entries, or a page."""
    archive = _archive(asked["path"])
    try:
        if "entry" in asked:
            return _page(archive.get_entry_by_url_index(asked["entry"]))
        if "page" in asked:
            return _found(archive, asked["page"])
        return _entries(archive, asked["from"]) if "from" in asked else _metadata(archive)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001  # whatever is wrong in the file, it is the file's
        raise Unreadable(DAMAGED.format(type(error).__name__)) from None


@cache
def _archive(path: str) -> Any:
    import pyzim

    try:
        return pyzim.Zim.open(path)
    except Exception as error:  # noqa: BLE001
        raise Unreadable(DAMAGED.format(type(error).__name__)) from None


def _metadata(archive: Any) -> dict[str, str]:
    known = set(archive.get_metadata_keys())
    return {key: str(archive.get_metadata(key)) for key in ("Name", "Source", "Date") if key in known}


def _entries(archive: Any, start: int) -> dict[str, object]:
    """Pages as where they are packed and their number, redirects as the number they lead to and their title."""
    end = min(start + LISTED, archive.header.entry_count)
    redirects: list[tuple[int, str]] = []
    pages: list[tuple[int, int]] = []
    for number in range(start, end):
        entry = archive.get_entry_by_url_index(number)
        if entry.namespace not in PAGES:
            continue
        if entry.is_redirect:
            redirects.append((entry.redirect_index, entry.title))
        elif _is_page(entry):
            pages.append((entry.cluster_number << 32 | entry.blob_number, number))
    return {"redirects": redirects, "pages": pages, "next": end if end < archive.header.entry_count else None}


def _found(archive: Any, path: str) -> dict[str, object] | None:
    from pyzim.exceptions import EntryNotFound

    for namespace in PAGES:
        with suppress(EntryNotFound):
            entry = archive.get_entry_by_url(namespace, path)
            if _is_page(entry):
                return _page(entry)
    return None


def _is_page(entry: Any) -> bool:
    return not entry.is_redirect and str(entry.mimetype).startswith("text/html")


def _page(entry: Any) -> dict[str, object]:
    size = entry.get_size()
    try:
        said = document(decoded(entry.read())) if size <= MAX_BYTES else None
    except Unreadable as error:
        raise Unreadable(f"the page '{entry.title}': {error}") from None
    if said is None:
        raise Unreadable(f"the page '{entry.title}': {too_long(size, 'bytes')}")
    return {"path": entry.url, "title": entry.title, "said": said}


def _about(worker: Worker, path: Path) -> dict[str, str]:
    worker.send(__name__, {"path": str(path)})
    return cast("dict[str, str]", worker.receive())


def _listed(worker: Worker, path: Path) -> Iterator[dict[str, Any]]:
    start: int | None = 0
    while start is not None:
        worker.send(__name__, {"path": str(path), "from": start})
        listed: dict[str, Any] = worker.receive()
        yield listed
        start = listed["next"]


def _id(about: dict[str, str], file: str, page: str) -> str:
    return f"{about.get('Name') or Path(file).stem}:{page}"


def _article(about: dict[str, str], found: Any, file: str, aliases: tuple[str, ...]) -> Article | Skipped:
    if isinstance(found, Unreadable):
        return Skipped(file=file, reason=str(found))
    pieces, *said = found["said"]
    page = Document([Piece(*piece) for piece in pieces], *said)
    made = article(page, file, found["title"])
    return made.model_copy(
        update={
            "id": _id(about, file, found["path"]),
            "title": found["title"] or made.title,
            "aliases": aliases,
            "url": page.url or address(about.get("Source", ""), found["path"]),
            "date": page.date or about.get("Date"),
        }
    )


def address(source: str, path: str) -> str | None:
    """A page's address where the file is a wiki's of Wikimedia, which all have them alike."""
    host = urlsplit(source if "//" in source else f"//{source}").hostname or ""
    is_wiki = host.endswith((".wikipedia.org", ".wiktionary.org", ".wikivoyage.org", ".wikibooks.org", ".wikinews.org"))
    return f"https://{host}/wiki/{quote(path, safe='/:,()!*@;')}" if is_wiki else None
