"""Wiki markup as it is typed: the text that a wiki shows of it, its infoboxes as `- Key: value` lines.

What comes out is the form that `wikitext` reads: `==Section==`, `Infobox`, `- item`. It runs in a process of its own
(`confined.Worker`), for the parser takes minutes for brackets that somebody nested to harm.
"""

import re
from collections.abc import Callable, Collection, Iterator
from html import unescape
from itertools import accumulate
from typing import Any

from loccit.readers import grid, templates
from loccit.readers.contents import MAX_CHARACTERS, Unreadable, too_long
from loccit.readers.grid import Cell

Code = Any
"""One of mwparserfromhell's, which is imported when used."""

_UNSEEN = (
    "ref",
    "references",
    "gallery",
    "timeline",
    "imagemap",
    "templatestyles",
    "graph",
    "mapframe",
    "score",
    "section",
)
_DROPPED = re.compile(
    rf"<!--.*?(?:-->|\Z)|<({'|'.join(_UNSEEN)})\b[^<>]*?(?:/\s*>|>.*?</\1\s*>)|__[A-Z]+__", re.DOTALL | re.IGNORECASE
)
_ROW = "\0"
"""Stands before a row of a table until the text is put together; no page has it."""
_BLOCKS = frozenset(
    ("p", "div", "center", "blockquote", "li", "ul", "ol", "dl", "pre", "poem", "syntaxhighlight", "hr")
)
_ITEMS = {"*": "\n- ", "#": "\n- ", ":": "\n", ";": "\n"}
_FILE = re.compile(r"[^\n]*\.(?:svg|png|jpe?g|gif|tiff?|webp|ogg|oga|ogv|webm|mp3|pdf)|\d*(?:x\d+)?px", re.IGNORECASE)
_WIKI = re.compile(r"[a-z]{2,3}(?:-[a-z-]+)?|simple")
_NOTED = re.compile(r"[\s']*(?:\[\[#|\[\w+://|\[(?:\d+|[a-z])\][\s']*$)")
"""A raised mark of a note: a link, or its number or letter in brackets. A sign alone may be part of a formula."""
_HOLLOW = re.compile(r"[(（]\s*[;,:،–\s]*\s*[)）]")
_OPENING = re.compile(r"([(（])\s*(?:[;,:،]\s*)+")
_CLOSING = re.compile(r"(?:\s*[;,،])+\s*([)）])|\s+([)）,])")
_TAGS = re.compile(
    r"</?(?:li|ul|ol|p|div|span|small|big|center|font|ref|br|b|i|u|tr|td|th|table|sub|sup)\b[^<>\n]*>", re.I
)
"""Left over where they do not pair."""
NAMED = 4
"""Named values that make a template of the lead an infobox."""


def extract(found: dict[str, Any]) -> dict[str, object]:
    """The text that `markup` shows, and where rows of tables begin in it.

    `hidden` are the names of the namespaces of files and categories.
    """
    import mwparserfromhell

    if found["size"] > MAX_CHARACTERS:
        raise Unreadable(too_long(found["size"], "characters"))
    markup = _DROPPED.sub("", found["markup"])
    hidden = {name.casefold() for name in (*found["hidden"], "File", "Image", "Category", "Media")}
    code = mwparserfromhell.parse(markup, skip_style_tags=True)
    parts: list[str] = []
    lead = True
    for node in code.nodes:
        lead = lead and type(node).__name__ != "Heading"
        boxed = lead and type(node).__name__ == "Template" and (not parts or parts[-1].endswith("\n"))
        parts.append(_box(node, hidden) if boxed and _is_lead_box(node) else _node(node, hidden))
    said = tidy("".join(parts)).split(_ROW)
    return {"text": "".join(said), "rows": list(accumulate(map(len, said[:-1])))}


def tidy(text: str) -> str:
    """Lines of a paragraph joined as a wiki joins them, and what templates without text leave between brackets."""
    found: list[str] = []
    apart = True
    for row in unescape(_TAGS.sub(" ", re.sub(r"'{2,5}", "", text))).split("\n"):
        line = " ".join(_CLOSING.sub(r"\1\2", _OPENING.sub(r"\1", _HOLLOW.sub("", row))).split(" ")).strip()
        line = re.sub(r"[ \t\xa0]+", " ", re.sub(r"^(?:- ?)+[,;:.]*\s*(?=\S)", "- ", line))
        begins = line.startswith(("- ", "=", "Infobox\n", "Infobox ")) or line == "Infobox"
        if not line.strip(f"-|;,. \v{_ROW}"):
            if found and found[-1] and not line:
                found.append("")
            apart = apart or not line
        elif apart or begins or not found or not found[-1]:
            found.append(line)
            apart = begins and not line.startswith("- ")
        else:
            found[-1] += ("\n" if line.startswith("- ") else " ") + line
    return re.sub(r" ?\v ?", "\n", "\n".join(found)).strip() + "\n"


def _shown(code: Code, hidden: Collection[str]) -> str:
    return "".join(_node(node, hidden) for node in code.nodes) if code is not None else ""


def _node(node: Code, hidden: Collection[str]) -> str:
    shows = _SHOWS.get(type(node).__name__)
    return shows(node, hidden) if shows else ""


def _entity(node: Code, _hidden: Collection[str]) -> str:
    try:
        return str(node.normalize())
    except ValueError:  # of a number that is no character
        return ""


def _heading(node: Code, hidden: Collection[str]) -> str:
    rule = "=" * node.level
    return f"\n\n{rule}{_shown(node.title, hidden).strip()}{rule}\n\n"


def _link(node: Code, hidden: Collection[str]) -> str:
    title = str(node.title).strip()
    space, colon, _ = title.partition(":")
    known = space.strip().casefold().replace("_", " ") in hidden
    if colon and (known or (node.text is None and _WIKI.fullmatch(space))):
        return ""
    return _shown(node.text, hidden) if node.text is not None else title.removeprefix(":").replace("_", " ")


def _tag(node: Code, hidden: Collection[str]) -> str:
    name = str(node.tag).strip().lower()
    if name in ("li", "dd", "dt") and node.wiki_markup:
        return _ITEMS.get(str(node.wiki_markup), "\n").lstrip("\n")
    if name == "table":
        return _table(node, hidden)
    if name in _UNSEEN or (name == "sup" and _NOTED.match(str(node.contents))):
        return ""
    if name == "br":
        return "\v"
    inside = _shown(node.contents, hidden)
    if name == "poem":
        inside = inside.strip().replace("\n", "\v")
    return f"\n\n{inside}\n\n" if name in _BLOCKS else inside


def _table(node: Code, hidden: Collection[str]) -> str:
    """A row is a paragraph of its own; those of an infobox are its lines."""
    classes = _attribute(node, "class")
    if "navbox" in classes or "metadata" in classes or node.contents is None:
        return ""
    parts = node.contents.nodes
    captions, first = list[Code](), list[Code]()  # the first row needs no mark
    for cell in _cells(parts):
        (captions if str(cell).startswith("|+") else first).append(cell)
    rows = [first, *(_cells(part.contents.nodes) for part in parts if _is(part, "tr") and part.contents)]
    table = [[_cell(cell, hidden) for cell in row] for row in rows]
    if "infobox" in classes:
        return _lines((row[0].text.rstrip(":"), row[1].text) for row in table if len(row) == 2)
    said = [_cell(caption, hidden).text.lstrip("+ ") for caption in captions]
    row = _ROW if any(cell.heads for cells in table for cell in cells) else ""  # without headings it may be a layout
    return "\n\n" + "\n\n".join([*said, *(row + line for line in grid.lines(table))]) + "\n\n"


def _cells(nodes: list[Code]) -> list[Code]:
    return [node for node in nodes if _is(node, "td", "th")]


def _cell(node: Code, hidden: Collection[str]) -> Cell:
    across, down = (_attribute(node, name) for name in ("colspan", "rowspan"))
    text = _flat(_shown(node.contents, hidden))
    reaches = grid.spans(down, grid.LONGEST, zero=grid.LONGEST)  # 0: all rows that are left
    return Cell(text, _is(node, "th"), grid.spans(across, grid.WIDEST), reaches)


def _attribute(node: Code, name: str) -> str:
    return " ".join(str(each.value) for each in node.attributes if str(each.name).strip().lower() == name)


def _is(node: Code, *names: str) -> bool:
    return type(node).__name__ == "Tag" and str(node.tag).strip().lower() in names


def _template(node: Code, hidden: Collection[str]) -> str:
    name = _name(node)
    if templates.is_infobox(name):
        return _box(node, hidden)
    function, colon, rest = name.partition(":")
    if colon and function in ("formatnum", "lc", "uc", "ucfirst", "lcfirst"):
        return str(node.name).partition(":")[2].strip()
    pattern = templates.shows(name, [str(each.name).strip() for each in node.params if str(each.value).strip()])
    if pattern is None or rest:
        return ""
    if "{" not in pattern:
        return pattern
    given = {str(each.name).strip(): _shown(each.value, hidden).strip() for each in node.params}
    return templates.filled(pattern, name, given, _flat)


def _box(node: Code, hidden: Collection[str]) -> str:
    return _lines(_entries(node, hidden))


def _entries(node: Code, hidden: Collection[str]) -> Iterator[tuple[str, str]]:
    for each in node.params:
        inner = [box for box in each.value.filter_templates(recursive=False) if _is_box(box)]
        if inner:
            for box in inner:
                yield from _entries(box, hidden)
            continue
        key = str(each.name).strip().replace("_", " ")
        value = _flat(_shown(each.value, hidden))
        if value and each.showkey and not _FILE.fullmatch(value):
            yield key[:1].upper() + key[1:], value


def _lines(entries: Iterator[tuple[str, str]]) -> str:
    rows = [f"- {' '.join(key.split())}: {value}" for key, value in entries if key and value]
    return "\n\nInfobox\n" + "\n".join(rows) + "\n\n" if rows else ""


def _flat(text: str) -> str:
    """A value on one line, its own lines with commas between."""
    rows = (re.sub(r"^(?:- ?)+", "", row.strip()).strip() for row in re.split(r"[\n\v]", re.sub(r"'{2,5}", "", text)))
    joined = " ".join(", ".join(filter(None, rows)).split())
    return _CLOSING.sub(r"\1\2", _OPENING.sub(r"\1", _HOLLOW.sub("", joined))).replace(",,", ",").strip(" ,;")


def _is_box(node: Code) -> bool:
    return templates.is_infobox(_name(node))


def _is_lead_box(node: Code) -> bool:
    named = sum(1 for each in node.params if each.showkey and str(each.value).strip())
    many = named >= NAMED and all(each.showkey for each in node.params)
    return _is_box(node) or (many and not templates.is_plain(_name(node)))


def _name(node: Code) -> str:
    return " ".join(str(node.name).replace("_", " ").split()).casefold()


_SHOWS: dict[str, Callable[[Code, Collection[str]], str]] = {
    "Argument": lambda node, hidden: _shown(node.default, hidden),
    "ExternalLink": lambda node, hidden: _shown(node.title, hidden) if node.brackets else str(node.url),
    "HTMLEntity": _entity,
    "Heading": _heading,
    "Tag": _tag,
    "Template": _template,
    "Text": lambda node, _: str(node.value),
    "Wikilink": _link,
}
