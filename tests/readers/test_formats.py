"""What each format calls a title, a heading and a body, one case at a time."""

from pathlib import Path

import pytest

from loccit.readers import headings, markdown, read, text, wikitext
from loccit.types import Article


def only(path: Path, raw: str) -> Article:
    path.write_text(raw, encoding="utf-8", newline="")
    (article,) = read(path, path.name)
    assert isinstance(article, Article)
    return article


def bodies(article: Article) -> list[tuple[str, str]]:
    return [("/".join(section.heading), article.text[slice(*section.span)]) for section in article.sections]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("= Title =", (1, "Title")),
        ("==Section==", (2, "Section")),
        ("== Palestinians in Malaysia==  \r", (2, "Palestinians in Malaysia")),
        ("==== E = mc² ====", (4, "E = mc²")),
        ("== Unbalanced ===", None),
        ("=== Unbalanced ==", None),
        ("==  ==", None),
        ("======", None),
        ("=", None),
        ("======= Seven =======", None),
        (" == Indented ==", None),
        ("== " + "x" * 300 + " ==", None),
    ],
)
def test_wiki_headings_are_balanced(line: str, expected: tuple[int, str] | None) -> None:
    assert wikitext.heading(line) == expected


def test_a_level_may_be_left_out_and_ends_those_below(tmp_path: Path) -> None:
    article = only(tmp_path / "a.txt", "= T =\nA\n== B ==\nb\n==== C ====\nc\n=== D ===\nd\n== E ==\ne")
    assert bodies(article) == [("", "A"), ("B", "b"), ("B/C", "c"), ("B/D", "d"), ("E", "e")]


def test_an_infobox_ends_where_its_list_does(tmp_path: Path) -> None:
    article = only(tmp_path / "a.txt", "= T =\nInfobox\n- A: 1\n- B: 2\nText.\n- C: 3\n\nInfobox is a word.\n")
    assert bodies(article) == [("Infobox", "- A: 1\n- B: 2"), ("", "Text.\n- C: 3\n\nInfobox is a word.")]
    assert [section.kind for section in article.sections] == ["infobox", "prose"]


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("A title\n\nText.", "A title"),
        ("\n  A title  \r\n\r\nText.", "A title"),
        ("A title\n-------\nText.", "A title"),
        ("A sentence.\n\nText.", "my own notes"),
        ("A “sentence.”\n\nText.", "my own notes"),
        ("یہ ایک جملہ ہے۔\n\nText.", "my own notes"),
        ("A line\nof text.", "my own notes"),
        ("A line alone\n", "my own notes"),
        ("x" * 121 + "\n\nText.", "my own notes"),
    ],
)
def test_a_plain_title_stands_alone_and_is_no_sentence(tmp_path: Path, raw: str, title: str) -> None:
    article = only(tmp_path / "my-own_notes.txt", raw)
    assert article.title == title
    body = raw.strip() if title == "my own notes" else "Text."
    assert bodies(article) == [("", body)]


def test_wiki_text_without_a_title_is_named_after_its_file(tmp_path: Path) -> None:
    article = only(tmp_path / "early-years.txt", "Text.\n== A ==\na")
    assert (article.title, bodies(article)) == ("early years", [("", "Text."), ("A", "a")])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("# A", (1, "A")),
        ("  ### A b ###  ", (3, "A b")),
        ("## C#", (2, "C#")),
        ("#hashtag", None),
        ("####### seven", None),
        ("#", None),
        ("# #", None),
        ("    # code", None),
    ],
)
def test_markdown_headings_have_a_blank_behind_their_hashes(line: str, expected: tuple[int, str] | None) -> None:
    assert markdown.atx(line) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Two\nlines\n---\nx", [("", "Two\nlines"), ("", "x")]),
        ("One\n---\nx", [("One", "x")]),
        ("- entry\n---\nx", [("", "- entry"), ("", "x")]),
        ("1. entry\n---\nx", [("", "1. entry"), ("", "x")]),
        ("> said\n---\nx", [("", "> said"), ("", "x")]),
        ("| a |\n|---|\n| b |", [("", "| a |\n|---|\n| b |")]),
        ("a\n~~~\n# b\n```\n~~~~\nc", [("", "a"), ("", "c")]),
        ("a\n```x```\nb", [("", "a\n```x```\nb")]),
        ("## A\nnever closed:\n```\n# b\nc", [("A", "never closed:\n```\n# b\nc")]),
        ("---\nno front matter", [("", "no front matter")]),
        ("## A\na\n# T\nt\n# U\nu\n### V\nv", [("A", "a"), ("", "t"), ("U", "u"), ("U/V", "v")]),
    ],
)
def test_markdown_is_cut_at_headings_code_and_rules(tmp_path: Path, raw: str, expected: list[tuple[str, str]]) -> None:
    assert bodies(only(tmp_path / "a.md", raw)) == expected


def test_front_matter_names_what_has_no_heading(tmp_path: Path) -> None:
    article = only(tmp_path / "a.md", "---\ntitle: 'A: b'\nlanguage: ms\nnested:\n  url: no\n...\nText.")
    assert (article.title, article.language, article.url, bodies(article)) == ("A: b", "ms", None, [("", "Text.")])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("History.", 1),
        ("World War II.", 3),
        ("U.S. involvement after St. Helena.", 5),
        ('"Wozzeck" (1925).', 2),
        ("20th century: Price and Cannan.", 5),
        ("History", 0),
        ("and so on.", 0),
        ("He left. She stayed.", 0),
        ("6. No violence.", 0),
        ("Wait for it..", 0),
        ("Really? Yes.", 0),
        ("One two three four five six seven.", 0),
    ],
)
def test_a_heading_of_wikiextractor_is_a_few_words_and_a_full_stop(line: str, words: int) -> None:
    assert headings.heading_words(line) == words


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["Body text here", "History.", "Body text here"], [1]),
        (["Religion.", "Islam.", "Sunni.", "Body text here"], [0, 1, 2]),
        (["Paris.", "London.", "Rome.", "Oslo.", "Body text here"], []),
        (["Body text here", "Paris.", ""], []),
        (["Body text here", "Paris."], []),
        (["Taxis.", "Two firms serve the valley.", "Buses.", "Body text here"], [0, 2]),
        (["Body text here", "Views on the early church.", "Body text that is longer still"], [1]),
        (["Wild winds were blowing,", "And holy is his name.", "From age to age his mercy rests"], []),
        (["", "Angels are works of art.", "Body text that is longer still"], []),
    ],
)
def test_what_may_be_a_sentence_or_a_list_is_no_heading(rows: list[str], expected: list[int]) -> None:
    assert list(headings.headings(rows)) == expected


def test_a_plain_rule_is_of_one_character() -> None:
    assert [text.is_underline(line) for line in ("===", " --- ", "=-=", "==", "")] == [True, True, False, False, False]


def test_revisions_and_quoted_titles_of_wikiextractor_are_read(tmp_path: Path) -> None:
    head = """<doc  revid = "9" title='"Hi" &amp; x="y"' url="u" id='1' >"""
    article = only(tmp_path / "wiki_00", f"\n{head}\r\nText &amp; more.\r\n</doc>\r\n")
    assert (article.id, article.revision, article.url, article.title) == ("1", "9", "u", '"Hi" & x="y"')
    assert article.text == "Text &amp; more.\r\n"
