"""Documents that are ZIP archives: what is in them, as far as it is not a bomb."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from loccit.readers.contents import MAX_BYTES, Unreadable, too_long

MAX_ENTRIES = 20_000
DC = "{http://purl.org/dc/elements/1.1/}"
"""Dublin Core, in which documents say their title."""


BROKEN = (zipfile.BadZipFile, NotImplementedError, EOFError, KeyError, IndexError, ValueError, OSError)
"""What zipfile raises over a damaged archive, when it is opened and when a part is read, or over a part that is not
there. Not implemented is to it a version or a compression that it does not know: garbage may claim to be of one."""


@contextmanager
def archive(content: BinaryIO, kind: str) -> Iterator[zipfile.ZipFile]:
    """An archive whose texts, unpacked, are together no longer than an article may be; damaged, it is Unreadable."""
    try:
        with zipfile.ZipFile(content) as found:
            _check(found.infolist())
            yield found
    except BROKEN:
        raise Unreadable(f"this is no {kind} file, or it is cut short; save it anew") from None


def _check(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise Unreadable(f"there are {len(entries):,} files in it, over the limit of {MAX_ENTRIES:,}; split it")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("the file is encrypted; save it without a password")
    # An entry never gives more than the size it claims: zipfile stops there.
    size = sum(entry.file_size for entry in entries if is_text(entry.filename))
    if size > MAX_BYTES:
        raise Unreadable(too_long(size, "bytes"))


def is_text(name: str) -> bool:
    """Tell the parts that are read from pictures and fonts."""
    return name.lower().endswith((".xml", ".rels", ".html", ".xhtml", ".htm", ".opf", ".ncx"))


def xml(parts: zipfile.ZipFile, name: str) -> Any:
    """The root of a part that is XML; no entity of it is resolved."""
    from lxml import etree

    try:
        return etree.fromstring(parts.read(name), etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        raise Unreadable(f"its {name} is damaged; save it anew") from None
