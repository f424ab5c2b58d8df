"""Cutting loses nothing, and Telegram takes every piece."""

import unicodedata
from itertools import pairwise

import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import MessageEntity

from loccit.bot.marked import LONGEST, MOST_MARKS, Mark, Marked, fill, isolated, listed, split, units
from loccit.letters import clean, direction, direction_of
from loccit.types import Span

ALPHABET = st.sampled_from(
    [*"ab .!?\n", "é", "e\u0301", "🍯", "👩‍👩‍👧", "👍🏽", "🇲🇾", "ﷺ", "سَلَام", " ", "؟ ", "ދިވެހި", "\n\n", "漢。"]
)
TEXTS = st.lists(ALPHABET, max_size=60).map("".join)


@st.composite
def marked_texts(draw: st.DrawFn) -> Marked:
    text = draw(TEXTS)
    marks = []
    for _ in range(draw(st.integers(0, 12))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, len(text)))
        if end > start:
            marks.append(Mark("bold", Span(start, end)))
    return Marked(text, tuple(marks))


def without_space(text: str) -> str:
    return "".join(text.split())


@given(marked_texts(), st.integers(2, 40), st.integers(1, 5))
def test_every_piece_can_be_sent_and_nothing_is_lost(whole: Marked, longest: int, most: int) -> None:
    pieces = split(whole, longest, most)
    assert without_space("".join(piece.text for piece in pieces)) == without_space(whole.text)
    for piece in pieces:
        assert piece.text == piece.text.strip() != ""
        assert units(piece.text) <= longest
        assert len(piece.marks) <= most
        for entity in piece.entities():
            assert 0 <= entity.offset < entity.offset + entity.length <= units(piece.text)


@given(marked_texts(), st.integers(2, 40))
def test_marks_stay_on_their_characters(whole: Marked, longest: int) -> None:
    bold = {place for _, span, _ in whole.marks for place in range(*span)}
    wanted = [text for place, text in enumerate(whole.text) if place in bold and not text.isspace()]
    kept = []
    for piece in split(whole, longest):
        places = {place for _, span, _ in piece.marks for place in range(*span)}
        kept += [text for place, text in enumerate(piece.text) if place in places and not text.isspace()]
    assert kept == wanted


SEEN = [
    "a",
    "b.",
    " ",
    "\n",
    "é",
    "e\u0301\u0323",
    "🍯",
    "👩‍👩‍👧",
    "👍🏽",
    "🇲🇾",
    "ﷺ",
    "سَ",
    "لَا",
    "؟ ",
    "ދި",
    "क्षि",
    "漢。",
    "각",
]


@st.composite
def long_answers(draw: st.DrawFn) -> tuple[Marked, set[int]]:
    """Up to 60 kB with many marks, and where what is seen as one character begins."""
    pattern = draw(st.lists(st.sampled_from(SEEN), min_size=1, max_size=40))
    few = "".join(pattern)
    text = few * (60_000 // len(few.encode()))
    edges = [match.start() for match in regex.finditer(r"\X", text)] + [len(text)]
    step = draw(st.integers(15, 400))
    places = edges[::step]
    kinds = (MessageEntity.BOLD, MessageEntity.BLOCKQUOTE, MessageEntity.CODE)
    marks = (Mark(kinds[n % 3], Span(*ends)) for n, ends in enumerate(pairwise(places)))
    return Marked(text, tuple(marks)), set(edges)


@settings(max_examples=12, deadline=None)
@given(long_answers())
def test_a_long_answer_is_cut_between_what_is_seen_as_one(answer: tuple[Marked, set[int]]) -> None:
    whole, edges = answer
    place = 0
    for piece in split(whole):
        assert units(piece.text) <= LONGEST
        assert len(piece.marks) <= MOST_MARKS
        place = whole.text.index(piece.text[:1], place)
        assert place in edges
        assert whole.text.startswith(piece.text, place)
        place += len(piece.text)
        assert place in edges
        for entity, mark in zip(piece.entities(), piece.marks, strict=True):
            covered = piece.text.encode("utf-16-le")[2 * entity.offset : 2 * (entity.offset + entity.length)]
            assert covered.decode("utf-16-le") == piece.text[slice(*mark.span)]
    assert not whole.text[place:].strip()
    assert without_space("".join(piece.text for piece in split(whole))) == without_space(whole.text)


def test_a_character_longer_than_a_message() -> None:
    pieces = split(Marked("e" + "\u0301" * 5000))
    assert [len(piece.text) for piece in pieces] == [4096, 905]


@given(TEXTS)
def test_entities_count_utf16(text: str) -> None:
    whole = Marked("🍯 ") + Marked(text).marked(MessageEntity.BOLD) + "."
    for entity in whole.entities():
        covered = whole.text.encode("utf-16-le")[2 * entity.offset : 2 * (entity.offset + entity.length)]
        assert covered.decode("utf-16-le") == text


@given(st.text())
def test_what_is_cleaned_is_plain_text(text: str) -> None:
    cleaned = clean(text)
    assert not [c for c in cleaned if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t"]
    assert not [
        c
        for c in cleaned
        if unicodedata.bidirectional(c) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    ]
    assert clean(cleaned) == cleaned


def test_cuts_at_the_best_place() -> None:
    assert [piece.text for piece in split(Marked("One two three. Four five."), 20)] == ["One two three.", "Four five."]
    assert [piece.text for piece in split(Marked("One two then.\nThree. Four."), 22)] == [
        "One two then.",
        "Three. Four.",
    ]
    assert [piece.text for piece in split(Marked("aaaaaaaa bbbbbbbb"), 10)] == ["aaaaaaaa", "bbbbbbbb"]
    assert [piece.text for piece in split(Marked("هل بُني؟ نعم بُني."), 12)] == ["هل بُني؟", "نعم بُني."]


def test_a_cut_quote_is_a_quote_in_both_messages() -> None:
    pieces = split(Marked("word " * 1000).marked(MessageEntity.BLOCKQUOTE))
    assert [len(piece.entities()) for piece in pieces] == [1, 1]
    assert all(units(piece.text) <= LONGEST for piece in pieces)


def test_directions() -> None:
    assert direction("1. abc") == "ltr"
    assert direction("[1] سلام abc") == "rtl"
    assert direction("ދިވެހި") == "rtl"
    assert direction("12!") is None
    assert direction("\u2068abc\u2069، سلام") == "rtl"
    assert direction_of("{file}، الأحرف {start}") == "rtl"
    assert isolated(Marked("سلام"), "ltr").text == "\u2068سلام\u2069"
    assert isolated(Marked("سلام"), "rtl").text == "سلام"
    assert fill("About: {words}.", words=listed(["war", "سلام"], "About:")).text == "About: war, \u2068سلام\u2069."
    assert fill("عن {words}.", words=listed(["war", "سلام"], "عن {words}.")).text == "عن \u2068war\u2069، سلام."


def test_filling_in_leaves_braces_of_others_alone() -> None:
    assert fill("{id}: {{{id}}}", id="{x}").text == "{x}: {{x}}"
