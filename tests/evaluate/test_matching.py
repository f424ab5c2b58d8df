"""An answer is found as whole words, after SQuAD's normalisation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loccit.evaluate.matching import contains_answer, normalise, occurrences


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The  Moon,\na U.S. flag", "moon us flag"),
        ("An anthem (24-10)!", "anthem 2410"),
        ("Theatre", "theatre"),
        ("القدس، فلسطين", "القدس، فلسطين"),
        ("the", ""),
    ],
)
def test_normalise(text: str, normal: str) -> None:
    assert normalise(text) == normal


@pytest.mark.parametrize(
    ("sentence", "answer", "holds"),
    [
        ("It was in July, 1969.", "the July 1969", True),
        ("It was in 1969.", "196", False),
        ("Seasons 1990–1995 were wet.", "1990", True),  # the dash is no ASCII punctuation, yet parts words
        ("The Theory", "theo", False),
        ("The Theory", "theory", True),
        ("Grade A milk", "A", True),  # nothing is left of "A" normalised
        ("Grade B milk", "A", False),
        ("It is 5 %.", "%", True),
        ("Anything", "", False),
        ("ذهب إلى القدس", "القدس", True),
        ("ذهب إلى والقدس", "القدس", False),
        ("कि", "क", False),  # a vowel sign goes on with the word
        ("東京は日本の首都です。", "日本", True),
        ("東京は2013年に", "2013", True),
        ("東京は2013年に", "201", False),
        ("กรุงเทพเป็นเมืองหลวง", "เมืองหลวง", True),
        ("スーパーマン", "スーパー", True),
    ],
)
def test_contains_answer(sentence: str, answer: str, holds: bool) -> None:
    assert contains_answer(sentence, [answer]) is holds
    assert contains_answer(sentence, ["nowhere else", answer]) is holds


def test_nothing_contains_no_answer() -> None:
    assert not contains_answer("It was in July.", [])


@given(st.text(), st.text(min_size=1), st.text())
def test_a_text_holds_what_stands_between_spaces(before: str, words: str, after: str) -> None:
    if words.strip():
        assert contains_answer(f"{before} {words} {after}", [words])


@pytest.mark.parametrize(
    ("piece", "text", "words", "found"),
    [
        ("aa", "aaa", False, ["aa", "aa"]),
        ("2", "2 of 12, 2", True, ["2", "2"]),
        ("the  moon", "On The\nMoon.", False, ["The\nMoon"]),
        ("Moon", "moonlight, moon", True, ["moon"]),
        ("(", "a ( b", False, ["("]),
        ("moon", "Sun", False, []),
        ("", "Sun", False, []),
        (" ", "Sun", True, []),
    ],
)
def test_occurrences(piece: str, text: str, words: bool, found: list[str]) -> None:
    assert [text[slice(*span)] for span in occurrences(piece, text, words=words)] == found
