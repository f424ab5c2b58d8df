"""The tags of runs of tokens that belong together: names, dates, numbers, what is quoted."""

from collections.abc import Iterable, Iterator, Sequence

from loccit.highlight.tokens import CAPITAL, CONTENT, NUMERIC, TIME, Token

_DATED = frozenset("mYST")


def tags_of(tokens: Sequence[Token]) -> dict[tuple[int, int], list[str]]:
    """What is found whole: names, dates, numbers with their unit, chunks, what is quoted or in brackets."""
    shapes = [token.shape for token in tokens]
    names = list(_runs(shapes, CAPITAL))
    numbers = list(_runs(shapes, NUMERIC | {"%"}))
    found = {
        "tag:chunk": list(_runs(shapes, CONTENT)),
        "tag:name": names,
        "tag:names": _joined(tokens, names),
        "tag:date": [run for run in _runs(shapes, TIME | {","}) if not _DATED.isdisjoint(shapes[slice(*run)])],
        "tag:number": numbers,
        "tag:unit": [(i, j + n) for i, j in numbers for n in (1, 2) if shapes[j : j + n] == ["l"] * n],
        "tag:quoted": _within(shapes, '"', '"'),
        "tag:bracket": _within(shapes, "(", ")"),
    }
    tags: dict[tuple[int, int], list[str]] = {}
    for tag, runs in found.items():
        for start, end in runs:
            tags.setdefault((start, end - 1), []).append(tag)
    return tags


def _runs(shapes: Sequence[str], of: frozenset[str]) -> Iterator[tuple[int, int]]:
    """The longest runs of these shapes, without commas at their ends."""
    at = 0
    while at < len(shapes):
        start = at
        while at < len(shapes) and shapes[at] in of:
            at += 1
        end = at
        while start < end and shapes[start] == ",":
            start += 1
        while start < end and shapes[end - 1] == ",":
            end -= 1
        if start < end:
            yield start, end
        at += 1


def _joined(tokens: Sequence[Token], names: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Names with the short words inside: "University of the West", "Dato' Seri Dr. Ahmad"."""
    joined: list[tuple[int, int]] = []
    for start, end in names:
        gap = tokens[joined[-1][1] : start] if joined else []
        if 0 < len(gap) < 3 and all(token.shape in "fpal.'’" and len(token.word) < 4 for token in gap):
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


def _within(shapes: Sequence[str], opening: str, closing: str) -> list[tuple[int, int]]:
    """What stands between two signs."""
    found = []
    opened = None
    for at, shape in enumerate(shapes):
        if shape == closing and opened is not None:
            found.append((opened + 1, at))
            opened = None
        elif shape == opening:
            opened = at
    return found
