"""The promise under all others: sentences and the gaps between them give back the text."""

import re
import time

import pytest
import sentencex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from loccit.languages.sentences import LONGEST_SENTENCE, split_sentences

PIECES = st.sampled_from(
    [
        "Hello.",
        " ",
        "\n",
        "\r\n",
        "\n\n",
        "- ",
        "1. ",
        "Dr. No",
        "é",
        "é",
        "😀",
        "👩\u200d👩\u200d👧",
        "العربية.",
        "ދިވެހި",
        "日本。",
        "\t",
        "\u200f",
        "\x00",
        "\x0b",
        "\u2028",
        "…",
        "?",
        "!",
        "A.M.",
        "3,000.50",
        "“Stop.”",
        "=",
        "\ufeff",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join)


GAP = re.compile(r"(?:\s|(?:[-*+•–‣▪·]|\d{1,3}[.)])(?=\s))*")
"""What may stand between sentences: blanks, and the bullets of lists."""


@settings(max_examples=300)
@given(TEXTS, st.sampled_from(["en", "ar", "de", "dv", "ja", "th", "und"]))
@example("- \r\n- x\r\n", "en")
@example("a\n\x1c\nb", "en")
@example("a" * 5000 + "\u0301" * 50, "en")
def test_sentences_are_trimmed_in_order_and_lose_only_blanks_and_bullets(text: str, code: str) -> None:
    place = 0
    for start, end in split_sentences(text, code):
        assert place <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert end - start <= LONGEST_SENTENCE
        assert GAP.fullmatch(text[place:start])
        place = end
    assert GAP.fullmatch(text[place:])


def test_a_sentence_without_end_is_cut_at_a_blank() -> None:
    text = "word " * 2000
    spans = split_sentences(text, "en")
    assert "".join(text[slice(*span)] for span in spans).replace(" ", "") == text.replace(" ", "")
    assert all(text[slice(*span)].startswith("word") and text[slice(*span)].endswith("word") for span in spans)


def test_a_letter_keeps_its_marks_where_a_text_without_blanks_is_cut() -> None:
    text = ("e\u0301" * 3000).strip()
    assert all(not text[span.start].startswith("\u0301") for span in split_sentences(text, "en"))


def test_quotation_marks_that_never_close_cost_no_more_than_other_text() -> None:
    text = "\u201c" * 60_000
    start = time.process_time()
    split_sentences(text, "en")
    assert time.process_time() - start < 2


def test_a_text_that_the_library_cannot_read_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a panic is no Exception, it would end the indexing of all articles."""

    class PanicException(BaseException):
        pass

    def panic(_language: str, _text: str) -> None:
        raise PanicException

    monkeypatch.setattr(sentencex, "get_sentence_boundaries", panic)
    assert split_sentences("One. Two.", "en") == [(0, 9)]


def test_white_space_of_several_bytes_before_a_sign_stops_nothing() -> None:
    """The library that finds sentences panics over it; what is quoted keeps it as it is."""
    for white in "\u0085\u00a0\u2003\u2028\u3000":
        text = f"Malta is here T {white}. ## Sails are n {white}, He went. She came."
        assert [text[slice(*span)] for span in split_sentences(text, "en")][-1] == "She came."
