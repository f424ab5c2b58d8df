"""Headings without markup: a few words and a full stop on a line of their own.

What may as well be a sentence is taken for one, for a heading missed costs less than a sentence lost.
"""

from collections.abc import Iterator

MAX_LENGTH = 80
"""A longer line is no heading."""


def headings(rows: list[str]) -> Iterator[int]:
    """Find which lines are headings.

    A line of one to three words is one if text follows, with no more than two others between: more would be a list.
    A line of four to six words may well be a sentence: it must stand alone between two lines of text.
    """
    counts = [heading_words(row) if len(row) <= MAX_LENGTH else 0 for row in rows]
    run: list[int] = []
    for number, (row, count) in enumerate(zip(rows, counts, strict=True)):
        if 1 <= count <= 3:
            run.append(number)
            continue
        if run and len(run) <= 3 and row.strip():
            yield from run
        run = []
        if count and 0 < number < len(rows) - 1 and not counts[number - 1] and not counts[number + 1]:
            before, after = rows[number - 1].rstrip(), rows[number + 1].rstrip()
            if before and not before.endswith(",") and len(after) > len(row):
                yield number


def heading_words(row: str) -> int:
    """Count the words of a line that looks like a heading; else 0."""
    if row[-1:] not in (".", "\r", " "):
        return 0
    line = row.strip()
    words = line.split()
    if not line.endswith(".") or line.endswith("..") or len(words) > 6:
        return 0
    first = line.lstrip("\"'“‘«([{¿¡")[:1]
    if not first.isalnum() or first.islower() or any(mark in line for mark in ";!?…"):
        return 0
    # A full stop within is an abbreviation's (`St.`, `U.S.`), a sentence's or a list's number's.
    stopped = [word for word in words[:-1] if word.endswith(".")]
    if any(word[:-1].isdigit() or (len(word) > 3 and "." not in word[:-1]) for word in stopped):
        return 0
    return len(words)
