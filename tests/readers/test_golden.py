"""The files in `files/`, and what is read from them: `files/expected.json` is written by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from loccit.readers import read
from loccit.types import Article

FILES = Path(__file__).parent / "files"
EXPECTED: dict[str, list[dict[str, Any]]] = json.loads((FILES / "expected.json").read_text(encoding="utf-8"))
WITH_LINES_OF_THEIR_OWN = [name for name in EXPECTED if not name.endswith(".jsonl")]


def summary(article: Article, file: str) -> dict[str, Any]:
    fields = article.model_dump(include={"id", "title", "language", "url", "revision", "date"}, exclude_none=True)
    sections = []
    for section in article.sections:
        lines = article.text[slice(*section.span)].splitlines()
        ends = {"begins": lines[0][:40], "ends": lines[-1][-40:]}
        sections.append({"heading": list(section.heading), "kind": section.kind, **ends})
    return {name: field for name, field in fields.items() if field != file} | {"sections": sections}


def summaries(path: Path) -> list[dict[str, Any]]:
    return [summary(article, path.name) for article in read(path, path.name) if isinstance(article, Article)]


@pytest.mark.parametrize("name", EXPECTED)
def test_every_format_is_read_as_a_person_reads_it(name: str) -> None:
    assert summaries(FILES / name) == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_line_ends_and_byte_order_marks_change_nothing(tmp_path: Path, name: str, mark: bytes, end: bytes) -> None:
    raw = mark + (FILES / name).read_bytes().replace(b"\n", end)
    path = tmp_path / name
    path.write_bytes(raw)
    assert summaries(path) == EXPECTED[name]
    articles = [article for article in read(path, name) if isinstance(article, Article)]
    if len(EXPECTED[name]) == 1:
        assert [article.text for article in articles] == [raw.decode()]


def test_every_file_is_expected() -> None:
    assert {path.name for path in FILES.iterdir()} == {*EXPECTED, "expected.json"}
