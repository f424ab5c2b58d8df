"""The lines of a PDF's pages as paragraphs: running heads left out, footnotes set apart, divided words made whole."""

import re
from collections import Counter
from collections.abc import Collection
from functools import cached_property

import regex

from loccit.readers.pieces import clean

EDGE = 2
"""Lines at the top and the bottom of a page that may be a running head or a page number."""
REPEATS = 3
"""Pages on which a line stands at the same edge before it is taken for a running head; in short files, two."""
FULL, SHORT = 0.7, 0.4
"""Of a wide line: a shorter one ends its paragraph; one still shorter even before a small letter."""

_HYPHENS = ("-", "\u2010")
_JOINED_BY = "\ufffe\x02"
_JOINED = re.compile(f"[{_JOINED_BY}]")
"""What PDFium leaves where it has joined two lines at a hyphen."""
_STARTS = regex.compile(r"\p{Ll}+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_NUMBER = regex.compile(r"\d+|\b[ivxlc]+\b")
_ENTRY = regex.compile(r"(?:[•–▪◦*]|\(?\d{1,3}[.)]|\(?[a-z]\))\s")
_MARK = regex.compile(r"(?<=\p{L}[.,;:!?”’\"')\]]{0,2})(\d{1,2})(?=\s|$)")
"""The number of a note, raised on the page: behind a letter or its punctuation."""
_NOTE = regex.compile(r"(\d{1,2})\s?(?=$|[\p{Lu}“\"(])")
_LEADER = re.compile(r"(?:\. ?){5,}\s*\d*$")
"""A line of a table of contents."""
_COUNTED = re.compile(r"^[\dIVXA-Z.]+\s+")


def flowed(pages: list[str], titles: Collection[str] = ()) -> tuple[str, tuple[int, ...]]:
    """The pages' paragraphs as one text, and where each page begins in it; `titles` are lines that stand alone.

    Footnotes are told before the last paragraph of their page, which may go on overleaf.
    """
    leaves = [[" ".join(row.split()) for row in clean(page).replace("\r", "\n").split("\n")] for page in pages]
    leaves = without_heads([[row for row in leaf if row] for leaf in leaves])
    words = Words(leaves)
    joined = any(mark in page for page in pages for mark in _JOINED_BY)
    widths = [_wide(leaf) for leaf in (whole_rows(leaves) if joined else leaves)]
    bodies, notes = footnotes([[mended(row, words) for row in leaf] for leaf in leaves] if joined else leaves)
    parts: list[str] = []
    starts: list[int] = []
    length, before, wide, apart = 0, "", 0, False
    held: list[str] = []  # notes below a paragraph that began on an earlier page
    for leaf, below, width in zip(bodies, notes, widths, strict=True):
        starts.append(length)
        begun, last = False, 0  # whether the page has, and where the last paragraph begins that began on it
        for place, row in enumerate(leaf):
            if not place and _is_head(row, leaf[1:2], before, wide):
                held.append(f"\n\n{row}")
                continue
            alone = _stands_alone(row, titles)
            joint = "\n\n" if alone or apart else _joint(row, before, wide, words, overleaf=not place)
            if joint == "-":
                parts[-1] = parts[-1][:-1]
                length -= 1
                joint = ""
            if not parts:
                joint = ""
            if joint == "\n\n" and held:
                parts += held
                length += sum(map(len, held))
                held = []
            if joint == "\n\n" and begun:
                last = len(parts)
            parts.append(joint + row)
            if not begun:
                starts[-1] = length + len(joint)
                begun = True
            length += len(parts[-1])
            before, wide, apart = row, width, alone
        said = [f"\n\n{note}" for note in below]
        if last:
            parts[last:last] = said
            length += sum(map(len, said))
        else:
            held += said
    parts += held
    return "".join(parts).lstrip("\n"), tuple(min(start, length) for start in starts)


class Words:
    """How often the file has a word; counted when that is first asked, for most files divide none."""

    def __init__(self, leaves: list[list[str]]) -> None:
        self._leaves = leaves

    def __getitem__(self, word: str) -> int:
        return self._counts[word]

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(_WORD.findall(" ".join(row for leaf in self._leaves for row in leaf)))


def _wide(leaf: list[str]) -> int:
    return sorted(map(len, leaf))[int(0.8 * len(leaf))] if leaf else 0


def _joint(row: str, before: str, wide: float, words: Words, *, overleaf: bool) -> str:
    """What goes between a line and the one before: nothing, a blank or a paragraph's end; `-` takes a hyphen away."""
    if len(row) == 1 and row in ".,;:)":
        return ""  # what stands behind the small number of a note
    if before.endswith(("--", "—")) and not before.endswith(" —"):
        return ""
    divided = _ending(before[:-1]) if before.endswith(_HYPHENS) else ""
    follows = _STARTS.match(row)
    if len(divided) > 1 and follows:
        return "" if "-" in whole(divided, follows[0], words) else "-"
    if before and len(before) >= FULL * wide and not _ENTRY.match(row):
        return " "
    goes_on = before and follows and before[-1] not in ".!?:"  # overleaf perhaps
    return " " if goes_on and (overleaf or len(before) >= SHORT * wide) else "\n\n"


def _is_head(row: str, following: list[str], before: str, wide: float) -> bool:
    """Whether a page begins with a line that is none of its text: the line below goes on with the page before."""
    unfinished = bool(before) and before[-1] not in ".!?:" and not before.endswith(_HYPHENS)
    goes_on = bool(following) and _STARTS.match(following[0]) is not None
    return unfinished and goes_on and len(row) < FULL * wide and not _STARTS.match(row)


def whole_rows(leaves: list[list[str]]) -> list[list[str]]:
    """The lines as they are on the page: PDFium has joined some at a hyphen, and those are twice as long."""
    return [
        [part for row in leaf for part in (_JOINED.split(row) if _JOINED.search(row) else (row,))] for leaf in leaves
    ]


def mended(row: str, words: Words) -> str:
    """The line with the words made whole that PDFium has marked as divided."""
    said, *others = _JOINED.split(row)
    for other in others:
        left, right = _ending(said), _beginning(other)
        said = said[: len(said) - len(left)] + whole(left, right, words) + other[len(right) :]
    return said


def whole(left: str, right: str, words: Words) -> str:
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


def footnotes(leaves: list[list[str]]) -> tuple[list[list[str]], list[list[str]]]:
    """The lines of each page without its footnotes and their small numbers, and the footnotes."""
    bodies, notes = [], []
    for leaf in leaves:
        begins = _first_note(leaf)
        below: list[str] = []
        for row in leaf[begins:]:
            if note := _NOTE.match(row):
                below.append(row[note.end() :].strip())
            elif below:
                below[-1] = f"{below[-1]} {row}".strip()
        numbers = {note[1] for row in leaf[begins:] if (note := _NOTE.match(row))}
        rows: list[str] = []
        broken = False
        for row in leaf[:begins]:
            # A raised number ends PDFium's line, wherever the line on the page may end.
            mark = _MARK.search(row, pos=max(0, len(row) - 5)) if row[-1:].isdigit() else None
            shown = row
            for each in reversed(list(_MARK.finditer(row)) if numbers else []):
                shown = shown[: each.start()] + shown[each.end() :] if each[1] in numbers else shown
            rows[-1:] = [f"{rows[-1]} {shown}"] if broken else [*rows[-1:], shown]
            broken = mark is not None and mark.end() == len(row)
        bodies.append(rows)
        notes.append([note for note in below if note])
    return bodies, notes


def _first_note(leaf: list[str]) -> int:
    """The line from which on a page holds footnotes: each begins with a number that stands, raised, further up."""
    notes = [
        (begins, note[1])
        for begins, row in enumerate(leaf)
        if begins and row[:1].isdecimal() and (note := _NOTE.match(row))
    ]
    marks = [(mark[1], place) for place, row in enumerate(leaf) for mark in _MARK.finditer(row)] if notes else []
    for begins, first in notes:
        if any(number == first and place < begins for number, place in marks):
            numbers = [int(other[1]) for line in leaf[begins:] if (other := _NOTE.match(line))]
            if numbers == list(range(numbers[0], numbers[0] + len(numbers))):
                return begins
    return len(leaf)


def _stands_alone(row: str, titles: Collection[str]) -> bool:
    if row in titles or (titles and _COUNTED.sub("", row) in titles):
        return True
    return row.count(".") > 4 and _LEADER.search(row) is not None


def _edges(leaf: list[str]) -> list[int]:
    # A page of few lines has no edges: they may all be text.
    return [*range(EDGE), *range(-EDGE, 0)] if len(leaf) > 2 * EDGE else []


def _key(leaf: list[str], place: int) -> tuple[int, str]:
    return place, _NUMBER.sub("#", leaf[place])
