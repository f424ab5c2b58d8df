"""The chat at a terminal: what is on the screen after which keys."""

import json
import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from loccit.index import Index
from tests.conftest import TIES, TIES_ANSWER, MakeIndex
from tests.terminal import NONE, Changes, Terminal

GREETING = """\
I answer from 2 articles, in their own words, and show where each sentence
stands. Ask me anything about: Malaysia–Palestine relations, Maldives–Palestine
relations.
/help shows what else can be typed, /quit leaves.

"""
QUOTED = "The Maldives and Palestine established diplomatic ties on 4 April 1982."
PASSAGE = """\
[1] Maldives–Palestine relations › History
    articles/maldives-palestine-relations.txt, characters 400–471
    sha256 ee790ba1d1891f44a86b361ffbca5be34f81949a54ca26e0ea3a72b7cbf90307

The Maldives and Palestine established diplomatic ties on 4 April 1982. The
Palestine Liberation Organization opened an office for the Maldives and Sri
Lanka in 1975 and would later be transformed to the Embassy of Palestine to Sri
Lanka and the Maldives.
The Maldives has called for the establishment of an independent Palestine state
based on the pre-1967 borders with East Jerusalem as the capital of Palestine. …
"""
FORTY = """\
I answer from 2 articles, in their own
words, and show where each sentence
stands. Ask me anything about: car, 往返
马耳他岛的大船.
/help shows what else can be typed,
/quit leaves.

? 大船是否航行到马耳他岛
大船每年五月离开港口，用三天时间航行到马
耳他岛，然后返回。 [1]

[1] 往返马耳他岛的大船
    articles/ships.jsonl，第 0–29 个字符

? /sources 1
[1] 往返马耳他岛的大船
    articles/ships.jsonl，第 0–29 个字符
    sha256 ff8118c13630adfcd6e20b0c9e30f
    a87303e5f86531a24fd62dc73810a818533

大船每年五月离开港口，用三天时间航行到马
耳他岛，然后返回。

? Does the small red car drive to Rome,
  and back?
The small red car drives to Rome and
back. [1]

[1] car
    articles/car.txt, characters 0–42

? /help
Write a question and press Enter; Esc,
then Enter begins a new line.

/sources N  the passage around quote N
/open N     the page or the article that
            quote N is from
/why        why this answer
/new        begin a new subject
/lang CODE  the language of questions
            and phrases
/save FILE  keep this talk as Markdown
/help       this text
/quit       leave

? /quit
"""

INTERRUPT = "import os, signal; signal.signal(2, signal.SIG_IGN); os.killpg(0, 2)\n"
"""What Ctrl-C does to a pager, and to whoever started it."""

KEYS = """
import termios, tty
text = sys.stdin.read()
with open("/dev/tty", "r+b", buffering=0) as terminal:
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal)
    terminal.write(b"which key?\\n")
    terminal.write(b"it was " + terminal.read(1) + b"\\n")
    termios.tcsetattr(terminal, termios.TCSANOW, before)
"""
"""A pager that asks for a key, as `less` does: pressed, it is there without Enter."""

Chat = Callable[..., Terminal]


@pytest.fixture
def chat(sample: Index, tmp_path: Path) -> Chat:
    """A chat about the sample, with a state of its own; to be used with `with`."""

    def start(*options: str, index: Index = sample, columns: int = 80, changes: Changes = NONE) -> Terminal:
        changes = {"XDG_STATE_HOME": str(tmp_path / "state"), **changes}
        return Terminal("chat", "--index", str(index.folder), *options, at=tmp_path, columns=columns, changes=changes)

    return start


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return tmp_path / "state" / "loccit" / "history"


def program(path: Path, body: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!{sys.executable}\nimport json, sys\n{body}\n")
    path.chmod(0o755)
    return path


def test_a_talk_from_the_greeting_to_quit(chat: Chat, tmp_path: Path) -> None:
    with chat() as screen:
        screen.enter(TIES)
        screen.enter("")
        screen.enter("/sources 2")
        screen.enter("/save talk.md")
        screen.enter("/sources")
        screen.enter("/quit")
        assert screen.end() == 0
        assert screen.shown + "\n" == (
            f"{GREETING}? {TIES}\n{TIES_ANSWER}\n?\n? /sources 2\nThere is no source 2; the last answer has 1.\n"
            f"\n? /save talk.md\nSaved: talk.md\n\n? /sources\n{PASSAGE}\n? /quit\n"
        )
        assert screen.styled(bold=True) == ["4 April 1982"] * 2
        assert screen.styled(fg="cyan") == ["[1]", "[1]", "[1] ", "[1] "]
        assert screen.styled(reverse=True) == [QUOTED]
    assert (tmp_path / "talk.md").read_text().startswith(f"## {TIES}\n")


def test_forty_columns_are_enough(chat: Chat, make_index: MakeIndex) -> None:
    row = {"id": "1", "title": "往返马耳他岛的大船", "language": "zh"}
    row["text"] = "大船每年五月离开港口，用三天时间航行到马耳他岛，然后返回。"
    index = make_index({"ships.jsonl": json.dumps(row), "car.txt": "The small red car drives to Rome and back."})
    with chat(index=index, columns=40) as screen:
        screen.enter("大船是否航行到马耳他岛")
        screen.enter("/sources 1")
        screen.enter("Does the small red car drive to Rome, and back?")
        screen.enter("/help")
        screen.enter("/quit")
        assert screen.end() == 0
        assert screen.shown + "\n" == FORTY


def test_a_source_is_a_link_where_the_terminal_makes_them(chat: Chat, make_index: MakeIndex, tmp_path: Path) -> None:
    row = {"id": "1", "title": "Ship", "url": "https://example.org/ship", "text": "The ship sails to Malta."}
    index = make_index({"ships.jsonl": json.dumps(row), "car.txt": "The car drives to Rome."})
    shown = []
    for force in "10":
        with chat(index=index, changes={"FORCE_HYPERLINK": force}) as screen:
            screen.enter("Does the ship sail?")
            screen.enter("Does the car drive?")
            screen.enter("/quit")
            assert screen.end() == 0
            links = re.findall(rb"\x1b\]8;id=\w+;([^\x1b]+)\x1b\\(.*?)\x1b\]8;;\x1b\\", screen.written)
            shown.append(screen.shown)
        if force == "1":
            ship = b"https://example.org/ship#:~:text=The%20ship%20sails%20to%20Malta."
            car = (tmp_path / "articles" / "car.txt").as_uri().encode()
            assert links == [(ship, b"[1]"), (ship, b"Ship"), (car, b"[1]"), (car, b"car")]
        else:
            assert links == []
    assert shown[1].replace("    https://example.org/ship\n", "") == shown[0]


# -- typing


def test_a_line_is_cleared_continued_and_pasted(chat: Chat) -> None:
    with chat() as screen:
        screen.enter("Who visi\x03When did the Maldives\x1b\rand Palestine establish ties?")
        screen.wait_for("400–471")
        screen.enter("\x1b[200~When did the Maldives\r\nand Palestine establish ties?\n\x1b[201~")
        screen.wait_until(lambda shown: shown.count("400–471") == 2)
        screen.wait_for_prompt()
        screen.type("\x03\x04")
        assert screen.end() == 0
        asked = "? When did the Maldives\n  and Palestine establish ties?\n"
        assert screen.shown + "\n" == f"{GREETING}{asked}{TIES_ANSWER}\n{asked}\n{TIES_ANSWER}\n?\n"


def test_what_is_typed_is_remembered_and_suggested(chat: Chat, history: Path) -> None:
    with chat() as screen:
        screen.enter(TIES)
        screen.enter("/quit")
        assert screen.end() == 0
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    assert stat.S_IMODE(history.parent.stat().st_mode) == 0o700
    history.chmod(0o644)
    with chat() as screen:
        screen.wait_for_prompt()
        screen.type("When")
        screen.wait_for(f"? {TIES}")
        screen.type("\x1b[C\r")
        screen.entered += 1
        screen.enter("\x1b[A")
        screen.wait_until(lambda shown: shown.count("400–471") == 2)
        screen.enter("/quit")
        assert screen.end() == 0
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    kept = [line[1:] for line in history.read_text().splitlines() if line.startswith("+")]
    assert kept == [TIES, "/quit", TIES, "/quit"]


def test_without_history_nothing_is_read_or_kept(chat: Chat, history: Path) -> None:
    history.parent.mkdir(parents=True)
    history.write_text(f"\n# now\n+{TIES}\n")
    with chat("--no-history") as screen:
        screen.enter("\x1b[A/lang en")
        screen.enter("/quit")
        assert screen.end() == 0
        assert TIES not in screen.shown
    assert history.read_text() == f"\n# now\n+{TIES}\n"


def test_a_history_that_cannot_be_kept_is_told_and_does_without(chat: Chat, history: Path) -> None:
    history.mkdir(parents=True)
    with chat(columns=200) as screen:
        screen.enter("/quit")
        assert screen.end() == 0
        assert f"\nloccit: What you type is not remembered ({history}: Is a directory).\n" in screen.shown


def test_neither_a_damaged_history_nor_keys_that_mean_nothing_do_harm(chat: Chat, history: Path) -> None:
    history.parent.mkdir(parents=True)
    history.write_bytes(
        b"\xff\x00\x1b[2J" * 100_000 + b"\n# then\n+\x1b]0;pwned\x07Old\n" + f"\n# now\n+{TIES}\n".encode()
    )
    with chat() as screen:
        screen.enter("\x1b[A\x1b[A\x1b[B")
        screen.wait_for("400–471")
        screen.enter("\x00\x01\x7f\x1b[99~\x1bOP\x1b[200~\x1b]0;pwned\x07\x9b31m\u202e\x1b[201~")
        screen.enter("👍🏽" * 30)
        screen.enter("/quit")
        assert screen.end() == 0
        assert b"pwned\x07" not in screen.written
        assert b"This should not have happened" not in screen.written
    assert history.stat().st_size < 1_000


def test_the_tab_key_completes_commands_what_they_take_and_titles(chat: Chat, tmp_path: Path) -> None:
    (tmp_path / "there.md").touch()
    with chat() as screen:
        screen.wait_for_prompt()
        screen.type("/s")
        screen.wait_for("/save FILE")
        assert screen.shown + "\n" == (
            GREETING + "? /s\n"
            "     /sources N  the passage around quote N\n"
            "     /save FILE  keep this talk as Markdown\n"
        )
        for typed, completed in [
            ("\x03/la", "/lang CODE"),
            ("\t", "? /lang"),
            (" n", "Nederlands"),
            ("\t", "? /lang nl"),
            ("\x03What of mald\t", "? What of Maldives–Palestine relations"),
            ("\x03hamas\r", "\n[3] "),
            ("/so", "/sources N"),
            ("\t", "? /sources"),
            (" ", "   3 "),
            ("\t", "? /sources 1"),
            ("\x03/save th", "there.md"),
            ("\t", "? /save there.md"),
            ("\r", "there.md is there already. Choose another name."),
        ]:
            screen.type(typed)
            screen.entered += "\r" in typed
            screen.wait_for(completed)
            if "\r" in typed:
                screen.wait_for_prompt()
        screen.enter("/quit")
        assert screen.end() == 0


def test_a_question_that_takes_long_shows_so_and_can_be_given_up(sample: Index, tmp_path: Path) -> None:
    slow = "import time; from loccit.index import Index as I; ask = I.ask; "
    slow += "I.ask = lambda *a, **k: (time.sleep(9 * ('slow' in a[1])), ask(*a, **k))[1]"
    with Terminal("chat", "--no-history", "--index", str(sample.folder), at=tmp_path, first=slow) as screen:
        screen.enter("slow one")
        screen.wait_for("? slow one\n/")
        screen.type("\x03")
        screen.enter(TIES)
        screen.enter("/quit")
        assert screen.end() == 0
        assert screen.shown == f"{GREETING}? slow one\n? {TIES}\n{TIES_ANSWER}\n? /quit"


# -- /open


def test_an_article_is_opened_in_the_pager_at_the_quote(chat: Chat, sample: Index, tmp_path: Path) -> None:
    seen = tmp_path / "seen.json"
    less = program(tmp_path / "bin" / "less", f"json.dump([sys.argv[1:], sys.stdin.read()], open({str(seen)!r}, 'w'))")
    with chat(changes={"PATH": str(less.parent)}) as screen:
        screen.enter(TIES)
        screen.enter("/open 1")
        screen.enter("/quit")
        assert screen.end() == 0
        opened = screen.shown.partition("? /open 1\n")[2]
    assert opened == TIES_ANSWER.rpartition("\n\n")[2] + "\n? /quit"
    arguments, text = json.loads(seen.read_text())
    article = sample.article("articles/maldives-palestine-relations.txt")
    assert article is not None
    line = article.text[:400].count("\n") + 1
    assert arguments == ["-R", f"+{line - 2}"]
    quote = article.text[400:471]
    assert text == article.text.replace(quote, f"\x1b[7m{quote}\x1b[0m") + "\n"


def test_a_pager_has_the_terminal_and_its_keys_until_it_ends(chat: Chat, tmp_path: Path) -> None:
    own = program(tmp_path / "bin" / "own", KEYS)
    with chat(changes={"PAGER": str(own)}) as screen:
        screen.enter(TIES)
        screen.enter("/open")
        screen.wait_for("which key?")
        screen.type("q")
        screen.wait_for("it was q")
        screen.enter("/quit")
        assert screen.end() == 0
        opened = screen.shown.partition("? /open\n")[2]
    assert opened == f"which key?\nit was q\n{TIES_ANSWER.rpartition(chr(10) * 2)[2]}\n? /quit"


def test_a_pager_of_ones_own_gets_the_arguments_it_was_named_with(chat: Chat, tmp_path: Path) -> None:
    seen = tmp_path / "seen.json"
    own = program(tmp_path / "bin" / "own pager", INTERRUPT + f"json.dump(sys.argv[1:], open({str(seen)!r}, 'w'))")
    with chat(changes={"PAGER": f"'{own}' --plain '; touch hacked'", "NO_COLOR": "1"}) as screen:
        screen.enter(TIES)
        screen.enter("/open")
        screen.enter("/quit")
        assert screen.end() == 0
    assert json.loads(seen.read_text()) == ["--plain", "; touch hacked"]
    assert not (tmp_path / "hacked").exists()


def test_a_page_is_opened_in_the_browser_at_the_quote(chat: Chat, make_index: MakeIndex, tmp_path: Path) -> None:
    row = {"id": "1", "title": "Ship", "url": "https://example.org/$(touch hacked)?a&b", "text": "The ship sails."}
    index = make_index({"ships.jsonl": json.dumps(row | {"url": row["url"].replace(" ", "%20")})})
    seen = tmp_path / "seen.json"
    browser = program(tmp_path / "browse", f"json.dump(sys.argv[1:], open({str(seen)!r}, 'w'))")
    with chat(index=index, changes={"BROWSER": f"{browser} %s"}) as screen:
        screen.enter("Does the ship sail?")
        screen.enter("/open")
        screen.enter("/quit")
        assert screen.end() == 0
    assert json.loads(seen.read_text()) == ["https://example.org/$(touch%20hacked)?a&b#:~:text=The%20ship%20sails."]
    assert not (tmp_path / "hacked").exists()


def test_it_is_told_where_there_is_no_way_to_open(chat: Chat, sample: Index, tmp_path: Path) -> None:
    with chat(columns=200, changes={"PATH": str(tmp_path), "PAGER": "'no such"}) as screen:
        screen.enter(TIES)
        screen.enter("/open 1")
        screen.enter("/quit")
        assert screen.end() == 0
        place = sample.base / "articles" / "maldives-palestine-relations.txt"
        assert f"? /open 1\nNothing here can open it. It is at: {place}\n\n?" in screen.shown


# -- less of a terminal


def test_no_colour_is_no_colour(chat: Chat) -> None:
    with chat(changes={"NO_COLOR": "1"}) as screen:
        screen.enter(TIES)
        screen.wait_for_prompt()
        screen.type("Whe")
        screen.wait_until(lambda shown: shown.count(TIES) == 2)
        screen.type("\x03\x04")
        assert screen.end() == 0
        styles = {part for found in re.findall(rb"\x1b\[([\d;]*)m", screen.written) for part in found.split(b";")}
        assert styles <= {b"", b"0", b"2"}, "dim at most: for what is only suggested"


def test_a_dumb_terminal_gets_lines_and_nothing_else(chat: Chat, history: Path) -> None:
    with chat(changes={"TERM": "dumb"}) as screen:
        screen.enter(TIES)
        screen.wait_for_prompt()
        screen.type("Who vis")
        screen.wait_for("Who vis")
        screen.wait_for_reading()
        screen.type("\x03")
        screen.entered += 1
        screen.enter("/sources 3")
        screen.wait_for_prompt()
        screen.type("\x04")
        assert screen.end() == 0
        written = screen.written.decode().replace("\r\n", "\n")
    assert written == (
        f"{GREETING}? {TIES}\n{TIES_ANSWER}\n? Who vis^C\n? /sources 3\n"
        "There is no source 3; the last answer has 1.\n\n? \n"
    )
    assert not history.exists()


def test_json_asks_for_nothing_on_a_terminal_either(chat: Chat) -> None:
    with chat("--json") as screen:
        screen.type(f"{TIES}\n")
        screen.wait_for("elapsed_ms")
        screen.type("\x04")
        assert screen.end() == 0
        echoed, answer, *_ = screen.written.decode().split("\r\n")
    assert echoed == TIES
    assert json.loads(answer)["quotes"][0]["span"] == [400, 471]
