"""Whatever a file holds, and whatever it is, there is a sentence that says why it is not read."""

import json
import os
import socket
from pathlib import Path

import pytest

from loccit.readers import READERS, read
from loccit.types import Article, Skipped
from tests.conftest import unprivileged

TITLE_ALONE = "there is no text under its title"
TEXT = b'"id": 1, "title": "T", "text": "Text."'


def outcome(path: Path) -> list[str]:
    """The text of what was read, and the reasons of what was not."""
    read_or_not = list(read(path, path.name))
    assert all(found.file == path.name for found in read_or_not)
    return [found.text if isinstance(found, Article) else found.reason for found in read_or_not]


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("a.txt", b"", "the file is empty"),
        ("a.jsonl", b"", "the file is empty"),
        ("a.txt", b" \r\n\t\n", "there is no text, only blanks"),
        ("a.md", b"\xef\xbb\xbf\n", "there is no text, only blanks"),
        ("a.jsonl", b"\n \n", "there is no text, only blanks"),
        ("a.txt", b"one\0two", "character 3 is NUL; remove it, or save the file as plain text"),
        ("a.txt", b"caf\xe9.", "byte 0xe9 at offset 3 is not UTF-8; save the file as UTF-8"),
        ("a.md", b"cut \xe2\x82", "byte 0xe2 at offset 4 is not UTF-8; save the file as UTF-8"),
        ("a.txt", "\ufeffText.".encode("utf-16-le"), "the file is UTF-16; save it as UTF-8"),
        ("a.txt", "\ufeffText.".encode("utf-16-be"), "the file is UTF-16; save it as UTF-8"),
        ("a.jsonl", "\ufeffText.".encode("utf-32-le"), "the file is UTF-32; save it as UTF-8"),
        ("a.md", "\ufeffText.".encode("utf-32-be"), "the file is UTF-32; save it as UTF-8"),
        ("a.txt", b"= Title =\n\n", TITLE_ALONE),
        ("a.txt", b"Title\n\n", TITLE_ALONE),
        ("a.txt", b"Title\n=====", TITLE_ALONE),
        ("a.md", b"# Title\n## Section", TITLE_ALONE),
        ("a.txt", b"x" * 10_000_001, "10,000,001 characters are over the limit of 10,000,000; split the article"),
        (
            "a.odt",
            b"PK",
            "there is no reader for files ending in '.odt'; known are .bz2, .csv, .docx, .epub, .gz, .htm, .html, "
            ".jsonl, .markdown, .md, .pdf, .tsv, .txt, .xhtml, .xml, .zim and no ending at all",
        ),
    ],
)
def test_a_bad_file_is_skipped_with_its_reason(tmp_path: Path, name: str, raw: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    assert outcome(path) == [reason]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            b'{"id": 1, "title"}',
            "this is not JSON (Expecting ':' delimiter, column 18); write one object a line",
        ),
        (b"[1]", 'this is an array, not an object; write {"id": ..., "title": ..., "text": ...}'),
        (b"null", 'this is null, not an object; write {"id": ..., "title": ..., "text": ...}'),
        (b'{"id": 1, "text": "x"}', "there is no `title`; add it"),
        (b'{"id": " ", "title": "T", "text": "x"}', "`id` is empty; fill it in"),
        (b'{"id": true, "title": "T", "text": "x"}', "`id` is a truth value, not a string; put it in quotation marks"),
        (b'{"id": 1.5, "title": "T", "text": "x"}', "`id` is a number, not a string; put it in quotation marks"),
        (b'{"id": 1, "title": "T", "text": ["x"]}', "`text` is an array, not a string; put it in quotation marks"),
        (b'{"id": 1, "title": "T", "text": ""}', "there is no text, only blanks"),
        (b'{"id": 1, "title": "T", "text": "a\\ud800"}', "character 1 of `text` is half a surrogate pair; remove it"),
        (
            b'{"id": 1, "title": "T\\u0000", "text": "a"}',
            "character 1 of `title` is NUL; remove it, or save the file as plain text",
        ),
        (b'{"text": "\xff"}', "byte 0xff at offset 52 is not UTF-8; save the file as UTF-8"),
        (b"[" * 100_000, "this JSON has a number that is too long, or is nested too deeply"),
        (b"9" * 5000, "this JSON has a number that is too long, or is nested too deeply"),
    ],
)
def test_a_bad_line_is_skipped_and_the_others_are_read(tmp_path: Path, line: bytes, reason: str) -> None:
    path = tmp_path / "a.jsonl"
    good = b"{" + TEXT + b"}\n"
    path.write_bytes(good + b"\n" + line + b"\n" + good)
    assert outcome(path) == ["Text.", f"line 3: {reason}", "Text."]


def test_a_long_article_of_escapes_is_counted_in_its_own_characters(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"id": 1, "title": "T", "text": "ދ" * 3_000_000}))
    assert outcome(path) == ["ދ" * 3_000_000]


def test_a_wikiextractor_file_is_read_past_its_bad_articles(tmp_path: Path) -> None:
    path = tmp_path / "wiki_00"
    path.write_bytes(
        b'<doc id="0" title="A">\nA\n\nUnfinished.\n'
        + b'<doc id="1" title="B">\nB\n\nWhole.\n\n</doc>\noutside\n'
        + b'<doc id="2" title="C">\nC\n\n</doc>\n'
        + b'<doc url="3">\nNameless.\n</doc>\n'
        + b'<doc id="4" title="D">\nD\n\nA line of XML:\n<doc name="x">\nText.</doc>\n'
        + b'<doc id="5" title="E">\nE\n\nb\xffd\n</doc>\n'
        + b'<doc id="6" title="F">\nF\n\nCut'
    )
    assert outcome(path) == [
        "line 1: the article that begins here has no </doc>; the file may be cut short",
        "B\n\nWhole.\n\n",
        "line 12: there is no text under its title",
        'line 16: this <doc> has no id; write <doc id="..." title="..."> on a line of its own',
        'D\n\nA line of XML:\n<doc name="x">\nText.',
        f"line 25: byte 0xff at offset {path.read_bytes().index(0xFF)} is not UTF-8; save the file as UTF-8",
        "line 30: the article that begins here has no </doc>; the file may be cut short",
    ]


@pytest.mark.parametrize(
    ("name", "before", "after", "outcomes"),
    [
        ("a.txt", b"", b"", ["50,000,000 bytes are over the limit of 40,000,000; split the article"]),
        (
            "a.jsonl",
            b"",
            b"\n{" + TEXT + b"}",
            ["line 1: 50,000,000 bytes are over the limit of 40,000,000; split the article", "Text."],
        ),
        (
            "wiki_00",
            b'<doc id="1" title="T">\n',
            b'\n</doc>\n<doc id="2" title="T">\nText.</doc>',
            ["line 1: 50,000,001 bytes are over the limit of 40,000,000; split the article", "Text."],
        ),
    ],
)
def test_an_enormous_line_is_not_held_in_memory(
    tmp_path: Path, name: str, before: bytes, after: bytes, outcomes: list[str]
) -> None:
    path = tmp_path / name
    line = 50_000_000 - (name == "a.jsonl")
    path.write_bytes(before + b"x" * line + after)
    assert outcome(path) == outcomes


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    reason = "this is not a regular file; name a file, or a folder of files"
    folder, fifo, listener = tmp_path / "folder", tmp_path / "fifo", tmp_path / "socket"
    folder.mkdir()
    os.mkfifo(fifo)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(listener))
        assert [outcome(path) for path in (folder, fifo, listener)] == [[reason]] * 3


def test_what_the_system_refuses_is_said(tmp_path: Path) -> None:
    loop, inside_a_file = tmp_path / "loop.txt", tmp_path / "file" / "a.md"
    loop.symlink_to(loop)
    inside_a_file.parent.write_text("Text.")
    wording = "the file cannot be opened or read ({}); check that it exists and that you may read it"
    assert outcome(loop) == [wording.format("Too many levels of symbolic links")]
    assert outcome(tmp_path / "gone.txt") == [wording.format("No such file or directory")]
    assert outcome(inside_a_file) == [wording.format("Not a directory")]


def test_a_file_that_may_not_be_read_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Text.")
    path.chmod(0)
    with unprivileged(tmp_path):
        assert "Permission denied" in outcome(path)[0]


@pytest.mark.parametrize("change", ["cut", "grown"])
def test_a_file_that_changes_while_it_is_read_is_said_to(tmp_path: Path, change: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes((b"{" + TEXT + b"}\n") * 100_000)
    articles = read(path, "a.jsonl")
    assert isinstance(next(articles), Article)
    os.truncate(path, 1_000_000 if change == "cut" else 5_000_000)
    *_, last = articles
    assert last == Skipped(file="a.jsonl", reason="the file changed while it was read; index it again")


@pytest.mark.parametrize("file", ["a\nb.txt", "a\udcff.txt", "\u202etxt", ""])
def test_the_name_by_which_it_is_cited_may_be_odd(tmp_path: Path, file: str) -> None:
    path = tmp_path / "a.TXT"
    path.write_text("Text.")
    assert [(found.file, isinstance(found, Article)) for found in read(path, file)] == [(file, True)]


def test_a_path_may_have_a_name_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"a\xff\n.txt")
    path.write_text("Text.")
    assert outcome(path) == ["Text."]


def test_a_reader_is_a_function_of_a_module() -> None:
    assert all(module.partition(":")[1:] == (":", "read") for module in READERS.values())
