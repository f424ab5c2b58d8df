"""Whatever the lines, nothing raises and nothing is lost."""

import json
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loccit.readers import read
from loccit.types import Article

WORDS = st.text(alphabet="aB ·.é👩‍🔬e\u0301\u0651\u07a6ދޮسلام=#-`|>\t\u2028\x0c\x85", max_size=12)
KNOWN = st.sampled_from(
    [
        *("", "", "= Title =", "==Section ==", "=== Sub ===", "== ", "Infobox", "Infobox ship", "- Key: value", "---"),
        *("# Title", "## Section ##", "===", "```", "~~~sh", "title: x", "History.", "Early years of the state."),
        *("Paris.", "A sentence that goes on and on, and stops.", "</doc>", '<doc id="1" title="History">', "<doc x>"),
    ]
)
LINES = st.lists(st.tuples(KNOWN | WORDS, st.sampled_from(["\n", "\r\n"])).map("".join), max_size=25)
TEXTS = st.tuples(st.sampled_from(["", "\ufeff"]), LINES, WORDS).map(
    lambda parts: parts[0] + "".join(parts[1]) + parts[2]
)


def articles(raw: bytes, suffix: str) -> list[Article]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(raw)
        return [found for found in read(path, "a") if isinstance(found, Article)]


def check_spans(article: Article) -> str:
    """The text outside its sections."""
    outside, last = [], 0
    for section in article.sections:
        start, end = section.span
        body = article.text[start:end]
        assert last <= start < end <= len(article.text)
        assert body == body.strip()
        outside.append(article.text[last:start])
        last = end
    return "\n".join([*outside, article.text[last:]])


def is_blank(line: str) -> bool:
    return not line.strip("\ufeff").strip()


def is_marker(line: str, suffix: str) -> bool:
    """Whether a line outside the sections may be there: a rim that says nothing."""
    line = line.strip("\ufeff").strip()
    if suffix == ".md":
        return True
    return line.startswith(("=", "Infobox")) or set(line) <= set("=-~*_#")


@pytest.mark.parametrize("suffix", [".txt", "", ".md"])
@given(text=TEXTS)
def test_a_file_is_its_text_and_every_line_has_its_place(suffix: str, text: str) -> None:
    found = articles(text.encode(), suffix)
    for article in found:
        outside = [line for line in check_spans(article).split("\n") if not is_blank(line)]
        unplaced = [line for line in outside if line.strip("\ufeff").strip() != article.title]
        if article.id == "a":
            assert article.text == text
            assert all(is_marker(line, suffix) for line in unplaced)


@given(text=TEXTS)
def test_markdown_leaves_out_only_front_matter_code_headings_and_rules(text: str) -> None:
    plain = text.replace("`", "").replace("~", "").removeprefix("\ufeff").lstrip("-")
    for article in articles(plain.encode(), ".md"):
        names = {article.title, *(name for section in article.sections for name in section.heading)}
        for line in check_spans(article).split("\n"):
            name = line.strip().strip("#").strip()
            assert set(name) <= set("=-*_# \t") or name in names or is_heading_without_body(line, plain)


def is_heading_without_body(line: str, text: str) -> bool:
    rows = [row.strip() for row in text.split("\n")]
    below = [following for row, following in pairwise(rows) if row == line.strip()]
    return line.lstrip().startswith("#") or any(set(row) <= set("=-") for row in below)


@given(text=TEXTS)
def test_a_record_is_its_text(text: str) -> None:
    row = json.dumps({"id": 1, "title": "T", "text": text}, ensure_ascii=False)
    for article in articles(f"\n{row}\n".encode(), ".jsonl"):
        assert article.text == text
        outside = check_spans(article).split("\n")
        assert all(is_marker(line, ".jsonl") for line in outside if not is_blank(line))


@given(texts=st.lists(TEXTS.filter(lambda text: "doc" not in text), max_size=3))
def test_an_article_of_wikiextractor_is_what_is_between_its_tags(texts: list[str]) -> None:
    raw = "".join(f'<doc id="{number}" title="Paris.">\n{text}\n</doc>\n' for number, text in enumerate(texts))
    for article in articles(raw.encode(), ""):
        assert article.text == texts[int(article.id)] + "\n"
        outside = [line.strip("\ufeff").strip() for line in check_spans(article).split("\n")]
        assert all(line.endswith(".") and len(line.split()) <= 6 for line in outside if line)


@given(raw=st.binary(max_size=200), suffix=st.sampled_from([".txt", "", ".md", ".jsonl"]))
def test_no_bytes_raise(raw: bytes, suffix: str) -> None:
    for start in (b"", b'<doc id="1" title="T">\n', b'{"id": 1, "title": "T", "text": "'):
        articles(start + raw, suffix)
