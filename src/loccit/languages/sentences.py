"""A text becomes sentences: spans that are whole, trimmed, in order, and lose nothing but white space and bullets."""

import regex

from loccit.types import Span

LONGEST_SENTENCE = 2_000
"""Characters. A longer "sentence" is a table or a dump: it is cut at white space so that no quote is endless."""

WIDEST_LINE = 120
"""Text with longer lines than this was not wrapped by hand: there each line is a paragraph."""

_BULLET = regex.compile(r"\s*(?:[-*+•–‣▪·]|\d{1,3}[.)])(?=\s)\s*")
_LINE = regex.compile(r"[^\n]*\n?")
_BLOCK = regex.compile(r"(?:[^\n]*\S[^\n]*(?:\n|$))+")


def split_sentences(text: str, language: str) -> list[Span]:
    """The sentences of a text, in its characters."""
    import sentencex

    spans = []
    for paragraph in _paragraphs(text):
        piece = text[slice(*paragraph)]
        for boundary in sentencex.get_sentence_boundaries(language, piece):
            start, end = boundary["start_index"], boundary["end_index"]
            spans += _bounded(text, trim(text, Span(paragraph.start + start, paragraph.start + end)))
    return spans


def trim(text: str, span: Span) -> Span:
    """The span without the white space at its ends."""
    piece = text[slice(*span)]
    start = span.start + len(piece) - len(piece.lstrip())
    return Span(start, max(start, span.end - (len(piece) - len(piece.rstrip()))))


def _paragraphs(text: str) -> list[Span]:
    """The stretches no sentence crosses: list items, and lines that were not merely wrapped."""
    spans = []
    for block in _BLOCK.finditer(text):
        lines = [Span(block.start() + m.start(), block.start() + m.end()) for m in _LINE.finditer(block[0]) if m[0]]
        width = max(len(text[slice(*line)].rstrip()) for line in lines)
        start = lines[0].start
        for line, following in zip(lines, [*lines[1:], None], strict=True):
            if following is None or not _wrapped(text[slice(*line)], text[slice(*following)], width):
                spans.append(_without_bullet(text, Span(start, line.end)))
                start = line.end
    return spans


def _wrapped(line: str, following: str, width: int) -> bool:
    """Whether the line broke only because the next word did not fit into the width of its block."""
    if width > WIDEST_LINE or _BULLET.match(following):
        return False
    first_word = following.split(maxsplit=1)[0]
    return len(line.rstrip()) + 1 + len(first_word) > width


def _without_bullet(text: str, span: Span) -> Span:
    bullet = _BULLET.match(text, span.start, span.end)
    return Span(bullet.end(), span.end) if bullet else span


def _bounded(text: str, span: Span) -> list[Span]:
    spans = []
    start, end = span
    while end - start > LONGEST_SENTENCE:
        cut = start + LONGEST_SENTENCE
        blank = max(text.rfind(" ", start + 1, cut), text.rfind("\n", start + 1, cut))
        cut = blank if blank > 0 else _before_marks(text, cut)
        spans.append(trim(text, Span(start, cut)))
        start = trim(text, Span(cut, end)).start
    if end > start:
        spans.append(Span(start, end))
    return spans


def _before_marks(text: str, cut: int) -> int:
    """The last place up to `cut` where no combining mark is parted from its letter."""
    for place in range(cut, cut - 32, -1):
        if not regex.match(r"[\p{M}\u200d\uFE0F]", text[place]):
            return place
    return cut
