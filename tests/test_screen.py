"""What a terminal gets: wrapped lines, links, a sign of life."""

import io
import os
import re
import select
import time
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from loccit.screen import PATIENCE, busy, can_link, fit, linked

SEQUENCE = re.compile(r"\x1b\[[\d;]*m|\x1b\]8;[^\x1b]*\x1b\\")


def plain(text: str) -> str:
    return SEQUENCE.sub("", text)


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("one two three", 8, "one two\nthree"),
        ("one two\n\nthree\n", 80, "one two\n\nthree\n"),
        ("[1] Ships of Malta and others\n    ships.txt, characters 3–9", 16,
         "[1] Ships of\n    Malta and\n    others\n    ships.txt,\n    characters\n    3–9"),
        ("船はマルタへ向かう。車はローマへ。", 10, "船はマルタ\nへ向かう。\n車はローマ\nへ。"),
        ("船はマルタへ", 9, "船はマル\nタへ"),
        ("港です、船。", 6, "港で\nす、\n船。"),
        ("/open N  the page it is from", 24, "/open N  the page it is\n         from"),
        ("    one two", 12, "    one two"),
        ("    one two", 10, "    one\n    two"),
        ("    one two", 6, "one\ntwo"),
        ("verylongwordindeed", 10, "verylongwo\nrdindeed"),
        ("a \u2068b c d\u2069 e", 4, "a \u2068b\u2069\n\u2068c d\u2069\ne"),
        ("\x1b[1mone two\x1b[0m three", 4, "\x1b[1mone\x1b[0m\n\x1b[1mtwo\x1b[0m\nthre\ne"),
        ("", 10, ""),
    ],
)  # fmt: skip
def test_lines_are_wrapped_at_words_by_the_cells_they_take(text: str, columns: int, expected: str) -> None:
    assert fit(text, columns) == expected


def test_a_link_over_two_lines_is_one_link() -> None:
    link = linked("one two", "https://example.org/")
    first, second = fit(link, 4).split("\n")
    opening = link.partition("one")[0]
    assert (first, second) == (f"{opening}one\x1b]8;;\x1b\\", f"{opening}two\x1b]8;;\x1b\\")


LETTERS = ["a", "b", " ", "日", "ก", "e\u0301", "é", "-", "\n", "\u2068", "\u2069", "👍🏽", "ש"]


@given(st.lists(st.sampled_from(LETTERS), max_size=60).map("".join), st.integers(2, 40))
def test_no_line_is_wider_than_the_terminal_and_nothing_but_blanks_is_lost(text: str, columns: int) -> None:
    shown = fit(text, columns)
    assert all(wcswidth(line) <= columns for line in shown.split("\n"))
    kept = re.compile(r"[\s\u2068\u2069]")
    assert kept.sub("", shown) == kept.sub("", text)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "4800"}, False),
        ({"TERM": "xterm-256color", "VTE_VERSION": "new"}, False),
        ({"TERM": "xterm-256color", "WT_SESSION": "1"}, True),
        ({"TERM": "screen-256color", "VTE_VERSION": "7600"}, False),
        ({"TERM": "dumb", "WT_SESSION": "1"}, False),
        ({"WT_SESSION": "1"}, False),
        ({"TERM": "screen-256color", "FORCE_HYPERLINK": "1"}, True),
        ({"TERM": "xterm-kitty", "FORCE_HYPERLINK": "0"}, False),
    ],
)
def test_links_are_made_where_they_are_known_to_work(environment: Mapping[str, str], expected: bool) -> None:
    assert can_link(environment) is expected


def test_a_sign_turns_when_something_takes_long_and_is_gone_afterwards() -> None:
    ours, theirs = os.openpty()
    begun = time.monotonic()
    with os.fdopen(theirs, "w") as stream:
        with busy(stream, {"TERM": "xterm"}):
            shown = os.read(ours, 1_000)
            assert time.monotonic() - begun >= PATIENCE
        shown += os.read(ours, 1_000)
    os.close(ours)
    assert re.fullmatch(rb"(\r[|/\\-] )+\r  \r", shown)


@pytest.mark.parametrize(("seconds", "term"), [(0, "xterm"), (PATIENCE + 0.05, "dumb")])
def test_nothing_turns_when_it_is_quick_or_the_terminal_cannot(seconds: float, term: str) -> None:
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w") as stream:
        with busy(stream, {"TERM": term}):
            time.sleep(seconds)
        assert select.select([ours], [], [], 0)[0] == []
    os.close(ours)


def test_nothing_turns_where_there_is_no_terminal() -> None:
    with io.StringIO() as stream, busy(stream, {"TERM": "xterm"}):
        time.sleep(PATIENCE + 0.05)
        assert stream.getvalue() == ""
