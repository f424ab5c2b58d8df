"""The features of a text's candidates: of their two edges, their inside and their whole."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import regex

from loccit.highlight.asked import Asked
from loccit.highlight.tags import tags_of
from loccit.highlight.tokens import CONTENT, EDGE, Token, tokenize

LONGEST = 12
"""Words and signs of a candidate at most."""
_FIELD = regex.compile(r"(?:^|\n)(?:- )?(?:[^\s:]+[ \t]+){0,2}[^\s:]+:[ \t]+(?=\S[^\n]*$)")
"""The key of an infobox line, the value after it."""
_START = CONTENT | frozenset("fFpr")
_END = CONTENT | frozenset(("F", "%", "'s"))
_STOPS = frozenset(";؛?؟!。|")
UNTAGGED = ("tag:none",)
_LENGTHS = [f"len:{n if n < 6 else 7 if n < 8 else 10 if n < 11 else 12}" for n in range(LONGEST + 1)]
_FAR = "01235599999x"[:10] + "x"


class Sheet(NamedTuple):
    """A text's features: of a start, of an end, of every token inside; `spans` are the candidates."""

    tokens: Sequence[Token]
    starts: Mapping[int, list[str]]
    ends: Mapping[int, list[str]]
    inside: Sequence[list[str]]
    tags: Mapping[tuple[int, int], list[str]]
    spans: Sequence[tuple[int, int]]


def sheet_of(text: str, language: str, asked: Asked) -> Sheet:
    """The candidates of a text and all that the model looks at."""
    tokens = tokenize(text, language, asked)
    field = _FIELD.search(text)
    first = next((at for at, token in enumerate(tokens) if field and token.start >= field.end()), 0)
    spans = list(_candidates(tokens, first))
    padded = [EDGE, EDGE, *tokens, EDGE, EDGE]
    left, right = _nearest(tokens), [*reversed(_nearest(tokens[::-1]))]
    starts = {i: _edge("s", padded[max(0, i - 2) : i + 3][::-1], left[i], asked.lexical) for i in {i for i, _ in spans}}
    ends = {j: _edge("e", padded[j + 2 : j + 7], right[j], asked.lexical) for j in {j for _, j in spans}}
    inside = [_inner(token, asked.lexical) for token in tokens]
    return Sheet(tokens, starts, ends, inside, tags_of(tokens), spans)


def of_span(sheet: Sheet, i: int, j: int, lexical: bool) -> list[str]:
    """The features of a candidate as a whole."""
    tokens = sheet.tokens
    before = tokens[i - 1] if i else EDGE
    after = tokens[j + 1] if j + 1 < len(tokens) else EDGE
    found = [
        *of_shapes(j - i, tokens[i].shape, tokens[j].shape, before.shape, after.shape),
        *sheet.tags.get((i, j), UNTAGGED),
    ]
    if lexical:
        found.append(of_words(before.word, after.word))
    return found


def of_shapes(more: int, first: str, last: str, before: str, after: str) -> tuple[str, str, str]:
    """Those that follow from how many tokens it has beyond one, and from shapes."""
    return _LENGTHS[more + 1], f"az:{first}{last}", f"ba:{before},{after}"


def of_words(before: str, after: str) -> str:
    """That of the words around it."""
    return f"ba={before},{after}"


def _candidates(tokens: Sequence[Token], first: int) -> Iterator[tuple[int, int]]:
    """Runs that neither begin nor end with a small word or a sign, nor go beyond a bracket or a stop."""
    ends = [token.shape in _END for token in tokens]
    for i in range(first, len(tokens)):
        if tokens[i].shape in _START:
            depth = 0
            for j in range(i, min(len(tokens), i + LONGEST)):
                shape = tokens[j].shape
                if shape in _STOPS or (shape == ")" and not depth):
                    break
                depth += (shape == "(") - (shape == ")")
                if ends[j]:
                    yield i, j


def _nearest(tokens: Sequence[Token]) -> list[tuple[str, str]]:
    """For every token, how far before it the question's last word stands, and which."""
    found = []
    last = None
    for at, token in enumerate(tokens):
        far = at - last if last is not None else 0
        found.append((_FAR[min(far, 10)], tokens[last].match) if last is not None else ("", ""))
        if token.match:
            last = at
    return found


def _inner(token: Token, lexical: bool) -> list[str]:
    found = [f"i:{token.shape}", f"im:{token.match}"]
    if lexical:
        found.append(f"i=0{token.word}")
        if token.suffix:
            found.append(f"i=x{token.suffix}")
    return found


def _edge(side: str, outwards: Sequence[Token], nearest: tuple[str, str], lexical: bool) -> list[str]:
    """The features of a first (or last) token and of those before (or after) it."""
    here, next_, third = outwards[:3]
    far, which = nearest
    found = [
        f"{side}0:{here.shape}",
        f"{side}1:{next_.shape}",
        f"{side}2:{third.shape}",
        f"{side}01:{here.shape}{next_.shape}",
        f"{side}012:{here.shape}{next_.shape}{third.shape}",
        f"{side}m0:{here.match}",
        f"{side}m1:{next_.match}",
        f"{side}d:{far}",
        f"{side}r:{which}",
        f"{side}dr:{far},{which}",
    ]
    if lexical:
        found += (
            f"{side}=0{here.word}",
            f"{side}=1{next_.word}",
            f"{side}=2{third.word}",
            f"{side}=3{next_.word} {third.word}",
        )
        if here.suffix:
            found.append(f"{side}=x{here.suffix}")
        if next_.suffix:
            found.append(f"{side}=y{next_.suffix}")
        way: list[str] = []  # the small words between it and a word of the question
        for token in outwards[1:5]:
            if token.match:
                found += (f"{side}=p{' '.join(way)}", f"{side}=q{token.match}{' '.join(way)}")
                break
            if token.shape in CONTENT or token.shape == "$" or len(way) == 3:
                break
            if token.shape != "a":
                way.append(token.word)
    return found
