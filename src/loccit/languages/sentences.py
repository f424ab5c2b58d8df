"""A text becomes sentences: spans that are whole, trimmed, in order, and lose nothing but white space and bullets."""

import regex

from loccit.languages import Language
from loccit.languages import language as language_of
from loccit.types import Span

LONGEST_SENTENCE = 2_000
"""Characters. A longer "sentence" is a table or a dump: it is cut at white space so that no quote is endless."""

LONGEST_PARAGRAPH = 10_000
"""Characters that sentencex is given at once: its time grows with the square where quotation marks never close."""

WIDEST_LINE = 120
"""Text with longer lines than this was not wrapped by hand: there each line is a paragraph."""

_WHITE = regex.compile(r"[^\S\n\r\t ]")
_BULLET = regex.compile(r"\s*(?:[-*+•–‣▪·]|\d{1,3}[.)])(?=\s)\s*")
_LINE = regex.compile(r"[^\n]*\n?")
_BLOCK = regex.compile(r"(?:[^\n]*\S[^\n]*(?:\n|$))+")
_LAST_WORD = regex.compile(r"([\p{L}\p{M}\p{N}.-]+)\.\s*$")
_GOES_ON = regex.compile(r"\p{Ll}|-")
_QUOTED = regex.compile(r"[」』”\"][\p{Hiragana}\p{Hangul}]")
"""Whoever is quoted in Japanese or Korean says so in the same sentence."""
_BLANK = regex.compile(r"(?<=[\p{Lo}\p{M}]) +(?=\p{Lo})")


def split_sentences(text: str, language: str) -> list[Span]:
    """The sentences of a text, in its characters."""
    spans = []
    for paragraph in (piece for whole in _paragraphs(text) for piece in _bounded(text, whole, LONGEST_PARAGRAPH)):
        piece = text[slice(*paragraph)]
        cuts = _cuts(piece, language)
        start = 0
        for end in _mended(piece, cuts, language_of(language)):
            sentence = trim(text, Span(paragraph.start + start, paragraph.start + end))
            spans += _bounded(text, sentence, LONGEST_SENTENCE)
            start = end
    return spans


def _cuts(text: str, language: str) -> list[int]:
    """Where sentencex ends sentences; the end of the text where it cannot tell, for one text stops no other."""
    import sentencex

    try:
        return [boundary["end_index"] for boundary in sentencex.get_sentence_boundaries(language, text)]
    except BaseException as error:
        # It panics, which is no Exception, over white space of several bytes before a sign: "T\u00a0. Next" (1.0.32).
        if type(error).__name__ != "PanicException":
            raise
        plain = _WHITE.sub(" ", text)
        return _cuts(plain, language) if plain != text else [len(text)]


def _mended(text: str, cuts: list[int], language: Language) -> list[int]:
    """The ends of sentences without those after an abbreviation, and with blanks where they end sentences."""
    cuts = [cut for cut in cuts if not _QUOTED.match(text, max(0, cut - 1))]
    if language.abbreviations:
        cuts = [cut for cut in cuts[:-1] if not _abbreviated(text, cut, language.abbreviations)] + cuts[-1:]
    if language.blank_ends:
        mended = [0]
        for cut in sorted({*cuts, *(blank.end() for blank in _BLANK.finditer(text))}):
            if cut in cuts or cut - mended[-1] > language.blank_ends:
                mended.append(cut)
        cuts = mended[1:]
    return cuts


def _abbreviated(text: str, cut: int, abbreviations: frozenset[str]) -> bool:
    """Whether the dot before the cut ends no sentence: after an abbreviation or an initial, or before small letters."""
    last = _LAST_WORD.search(text, max(0, cut - 40), cut)
    if last is None:
        return False
    word = last[1]
    letters = word.rpartition(".")[2]
    initial = len(letters) == 1 and letters.isalpha() and not letters.islower()
    goes_on = _GOES_ON.match(text, cut) is not None
    return initial or goes_on or word.casefold() in abbreviations or (last.end() == last.end(1) + 1 and len(word) <= 3)


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
    first_word = following.split(maxsplit=1)[:1]
    return bool(first_word) and len(line.rstrip()) + 1 + len(first_word[0]) > width


def _without_bullet(text: str, span: Span) -> Span:
    bullet = _BULLET.match(text, span.start, span.end)
    return Span(bullet.end(), span.end) if bullet else span


def _bounded(text: str, span: Span, longest: int) -> list[Span]:
    """The span in pieces no longer than that, cut at white space."""
    spans = []
    start, end = span
    while end - start > longest:
        cut = start + longest
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
