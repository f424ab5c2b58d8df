"""Wiki text: `= Title =`, `== Section ==`, `=== Subsection ===`, and infoboxes as lists."""

from collections.abc import Collection, Iterator
from itertools import chain, pairwise
from typing import Literal

from loccit.readers.outline import MAX_HEADING, Levels, Line, Mark, enter, lines, names


def heading(line: str) -> tuple[int, str] | None:
    """Take the level and the name from a heading line: `== Early years ==` gives `(2, "Early years")`."""
    if not line.startswith("=") or len(line) > MAX_HEADING:
        return None
    line = line.rstrip()
    level = len(line) - len(line.lstrip("="))
    name = line[level:-level]
    if level > 6 or not line.endswith("=" * level) or name.endswith("=") or not name.strip():
        return None
    return level, name.strip()


def title(text: str) -> str | None:
    """Find the title, which stands on the first line that is not blank."""
    first = next((line.text for line in lines(text) if line.text.strip()), "")
    level, name = heading(first) or (0, "")
    return name if level == 1 else None


def is_wikitext(text: str) -> bool:
    """Tell whether the text has a title or a section of wiki text."""
    if "=" not in text:
        return False
    found = (heading(line.text) for line in lines(text))
    return title(text) is not None or any(level > 1 for level, _ in filter(None, found))


def marks(text: str, rows: Collection[int] = ()) -> Iterator[Mark]:
    """Yield the lines of the title and the headings, and where infoboxes and tables begin and end.

    A table's rows are known by where they begin.
    """
    path: Levels = ()
    untitled = True
    kind: Literal["prose", "infobox", "table"] = "prose"
    for line, following in pairwise(chain(lines(text), [Line(len(text), "")])):
        in_table = line.start in rows or (kind == "table" and not line.text.strip())
        if (kind == "infobox" and not line.text.startswith("- ")) or (kind == "table" and not in_table):
            kind = "prose"
            yield Mark(line.start, line.start, names(path))
        if not in_table and (found := heading(line.text)):
            if not (untitled and found[0] == 1):
                path = enter(path, *found)
            yield Mark(line.start, line.end, names(path))
        elif begins_infobox(line.text) and following.text.startswith("- "):
            kind = "infobox"
            yield Mark(line.start, line.end, ("Infobox",), "infobox")
        elif in_table and kind == "prose":
            kind = "table"
            yield Mark(line.start, line.start, names(path), "table")
        untitled = untitled and not line.text.strip()


def begins_infobox(line: str) -> bool:
    """Tell whether the line is `Infobox`, or `Infobox` and its kind."""
    return line.startswith("Infobox") and len(line) <= MAX_HEADING and line.split(maxsplit=1)[0] == "Infobox"
