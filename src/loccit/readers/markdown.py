"""Markdown: headings of both kinds, front matter, and code that is not quoted."""

from collections.abc import Iterator
from itertools import chain, pairwise
from pathlib import Path
from typing import NamedTuple

from loccit.readers.contents import title_of, whole
from loccit.readers.outline import MAX_HEADING, Levels, Line, Mark, enter, lines, names, sections
from loccit.types import Article, Skipped


class Block(NamedTuple):
    """Lines that are no body: a heading, or, at level 0, code or a rule."""

    start: int
    end: int
    level: int = 0
    name: str = ""


def read(path: Path, file: str) -> Iterator[Article | Skipped]:
    """Yield the article of a Markdown file."""
    text = whole(path)
    start, fields = front_matter(text)
    title: str | None = None
    under: Levels = ()
    marks = [Mark(0, start)]
    for block in blocks(text, start):
        if block.level == 1 and title is None:
            title, under = block.name, ()
        elif block.level:
            under = enter(under, block.level, block.name)
        marks.append(Mark(block.start, block.end, names(under)))
    yield Article(
        id=file,
        title=title or fields.get("title") or title_of(path),
        language=fields.get("language") or fields.get("lang"),
        text=text,
        sections=sections(text, marks),
        url=fields.get("url"),
        file=file,
        date=fields.get("date"),
    )


def front_matter(text: str) -> tuple[int, dict[str, str]]:
    """Find where the front matter ends, and its simple `key: value` lines."""
    fields: dict[str, str] = {}
    rest = lines(text)
    first = next(rest)
    if first.text.rstrip() == "---":
        for line in rest:
            if line.text.rstrip() in ("---", "..."):
                return line.end, fields
            key, _, field = line.text.partition(":")
            field = field.strip()
            if len(field) > 1 and field[0] == field[-1] and field[0] in "\"'":
                field = field[1:-1]
            if field and len(field) <= MAX_HEADING:
                fields[key] = field
    # Without its end it is a rule, and what follows is text.
    return first.start, {}


def blocks(text: str, start: int) -> Iterator[Block]:
    """Yield the headings, code blocks and rules, in order."""
    fence, opened = "", 0
    paragraph = underlined = False
    for line, following in pairwise(chain(lines(text, start), [Line(len(text), "")])):
        bare = line.text.strip()
        if fence:
            # A fence that is never closed cuts nothing: its lines stay text.
            if bare.startswith(fence) and not bare.strip(fence[0]):
                yield Block(opened, line.end)
                fence = ""
            continue
        if underlined:
            underlined = False
            continue
        fence, opened = fence_of(bare), line.start
        if fence:
            paragraph = False
        elif found := atx(line.text):
            yield Block(line.start, line.end, *found)
            paragraph = False
        elif not paragraph and (level := underline(following.text)) and may_be_underlined(line.text):
            yield Block(line.start, following.end, level, bare)
            underlined = True
        elif is_rule(bare):
            yield Block(line.start, line.end)
            paragraph = False
        else:
            paragraph = bool(bare)


def fence_of(line: str) -> str:
    """Take the backticks or tildes that open a code block, or nothing."""
    if not line.startswith(("```", "~~~")):
        return ""
    rest = line.lstrip(line[0])
    return "" if line[0] == "`" in rest else line[: len(line) - len(rest)]


def atx(line: str) -> tuple[int, str] | None:
    """Take the level and the name from a `## Heading ##`."""
    bare = line.strip()
    if not bare.startswith("#") or len(bare) > MAX_HEADING or line.startswith(("    ", "\t")):
        return None
    level = len(bare) - len(bare.lstrip("#"))
    name = bare[level:]
    # The hashes behind the name belong to it unless a blank is between: `# C#`.
    if name.rstrip("#").endswith((" ", "\t")):
        name = name.rstrip("#")
    return (level, name.strip()) if level <= 6 and name[:1] in (" ", "\t") and name.strip() else None


def underline(line: str) -> int:
    """Tell the level of the heading that the line underlines, or 0."""
    bare = line.strip()
    if len(bare) < 2 or line.startswith(("    ", "\t")):
        return 0
    return 1 if bare == "=" * len(bare) else 2 if bare == "-" * len(bare) else 0


def may_be_underlined(line: str) -> bool:
    """Tell whether the line is neither blank, code, a quotation, a table's row nor a list's entry."""
    bare = line.strip()
    if not bare or len(bare) > MAX_HEADING or bare.startswith((">", "|")) or line.startswith(("    ", "\t")):
        return False
    first = bare.split(maxsplit=1)[0]
    numbered = first.endswith((".", ")")) and first[:-1].isdigit()
    return first not in ("-", "*", "+") and not numbered and not is_rule(bare)


def is_rule(line: str) -> bool:
    """Tell whether the line is a rule across the page, such as `---` or `* * *`."""
    if line[:1] not in ("-", "*", "_") or len(line) > MAX_HEADING:
        return False
    marks = "".join(line.split())
    return len(marks) >= 3 and marks == marks[0] * len(marks)
