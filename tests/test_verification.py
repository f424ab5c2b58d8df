"""Quotes held against their files."""

from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from loccit import readers, verification
from loccit.chunker import chunk
from loccit.types import Article, Quote, Skipped
from loccit.verification import verify

DUMPS = Path(__file__).parent / "readers" / "dumps"


def quotes(file: str) -> list[Quote]:
    articles = [article for article in readers.read(DUMPS / file, file) if isinstance(article, Article)]
    passages = [passage for article in articles for passage in chunk(article)]
    return [Quote(text=each.text, span=each.span, score=1, source=each.source) for each in passages]


def test_a_file_is_read_once_and_the_checks_come_in_the_order_of_the_quotes(monkeypatch: pytest.MonkeyPatch) -> None:
    files = ("mediawiki.xml", "libzim.zim")
    asked = [quote for pair in zip(*map(quotes, files), strict=False) for quote in pair]
    gone = asked[0].model_copy(update={"source": asked[0].source.model_copy(update={"article_id": "gone"})})
    other = asked[0].model_copy(update={"source": asked[0].source.model_copy(update={"file": "other.xml"})})
    opened: list[str] = []

    def counted(path: Path, file: str, ids: Collection[str]) -> Iterator[Article | Skipped]:
        opened.append(file)
        return readers.find(path, file, ids)

    monkeypatch.setattr(verification, "find", counted)
    checks = list(verify([gone, *asked, other, *asked], DUMPS, set(files)))
    assert [check.quote for check in checks] == [gone, *asked, other, *asked]
    assert [check.remark for check in checks if not check.holds] == [
        "the article 'gone' is not in this file any more",
        "the index has no such file",
    ]
    assert opened == list(files)
