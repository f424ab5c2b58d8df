"""ZIM files, as openZIM's programs make them: see `dumps/README.md` and `real/README.md`."""

import json
import struct
from pathlib import Path
from typing import Any

import pytest

from loccit.chunker import chunk
from loccit.readers import find, read, zim
from loccit.types import Article, Quote, Skipped
from loccit.verification import verify

DUMPS = Path(__file__).parent / "dumps"
REAL = Path(__file__).parent / "real"
EXPECTED: dict[str, list[dict[str, Any]]] = json.loads((REAL / "zim.json").read_text(encoding="utf-8"))
SCRIPTS = "there is no text on this page, only scripts, images or markup; save it from a browser as shown"


def outcome(path: Path) -> list[str]:
    return [found.title if isinstance(found, Article) else found.reason for found in read(path, path.name)]


def written(path: Path, raw: bytes) -> Path:
    path.write_bytes(raw)
    return path


def test_each_page_is_an_article_in_the_order_of_the_file() -> None:
    main, relations, script = read(DUMPS / "libzim.zim", "a.zim")
    assert isinstance(main, Article)
    assert isinstance(relations, Article)
    assert isinstance(script, Skipped)
    assert main.title == "Main Page"
    assert relations.id == "wikipedia_en_two:Maldives–Palestine_relations"
    assert (relations.title, relations.language, relations.date) == ("Maldives–Palestine relations", "en", "2024-08-13")
    assert relations.aliases == ("Palestine–Maldives relations",)
    assert relations.url == "https://en.wikipedia.org/wiki/Maldives%E2%80%93Palestine_relations"
    assert [section.heading for section in relations.sections] == [(), ("History",)]
    assert "established diplomatic ties on 4 April 1982. The Palestine Liberation" in relations.text
    assert script.reason == f"the page 'Script': {SCRIPTS}"


def test_what_zimwriterfs_made_is_read() -> None:
    found = {
        article.title: article for article in read(DUMPS / "zimwriterfs.zim", "a.zim") if isinstance(article, Article)
    }
    assert sorted(found) == ["Islands of the atoll", "The harbour of Vardhoo"]
    harbour = found["The harbour of Vardhoo"]
    assert harbour.id.startswith("atoll_en:")
    assert harbour.url is None
    assert [section.heading for section in harbour.sections] == [(), ("Trade",)]


def test_every_file_is_expected() -> None:
    assert {path.name for path in (REAL / "libzim").iterdir()} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_every_article_has_its_titles_address_and_headings(name: str) -> None:
    fields = {"id", "title", "aliases", "language", "url"}
    found = [article for article in read(REAL / "libzim" / name, name) if isinstance(article, Article)]
    headings = [[" / ".join((*each.heading, f"[{each.kind}]")) for each in article.sections] for article in found]
    dumped = [article.model_dump(mode="json", include=fields) for article in found]
    assert [{**each, "headings": under} for each, under in zip(dumped, headings, strict=True)] == EXPECTED[name]


def test_a_quote_is_verified_by_reading_again() -> None:
    article = next(read(DUMPS / "libzim.zim", "libzim.zim"))
    assert isinstance(article, Article)
    passage = next(chunk(article))
    quote = Quote(text=passage.text, span=passage.span, score=1, source=passage.source)
    (check,) = verify([quote], DUMPS, {"libzim.zim"})
    assert (check.holds, check.remark) == (True, "")


@pytest.mark.parametrize("path", sorted([*DUMPS.glob("*.zim"), *REAL.glob("*/*.zim")]), ids=lambda path: path.name)
def test_an_article_is_found_by_its_id_as_it_is_read(path: Path) -> None:
    for article in read(path, "a.zim"):
        if isinstance(article, Article):
            assert list(find(path, "a.zim", {article.id})) == [article.model_copy(update={"aliases": ()})]


@pytest.mark.parametrize("name", ["", "Vardu", "-/mw/style.css", "nowhere", "\0"])
def test_what_is_no_article_of_the_file_is_not_found(name: str) -> None:
    path = REAL / "libzim" / "tables.zim"
    assert not list(find(path, "a.zim", {f"atoll_tables:{name}", f"other:{name}", name}))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("en.wikipedia.org", "https://en.wikipedia.org/wiki/A_b%3F"),
        ("https://ms.wikipedia.org/", "https://ms.wikipedia.org/wiki/A_b%3F"),
        ("https://example.org", None),
        ("", None),
    ],
)
def test_only_of_wikimedias_wikis_the_address_is_known(source: str, expected: str | None) -> None:
    assert zim.address(source, "A_b?") == expected


def test_one_that_is_cut_short_or_none_is_said_to_be(tmp_path: Path) -> None:
    raw = (DUMPS / "libzim.zim").read_bytes()
    assert outcome(written(tmp_path / "a.zim", raw[:-500])) == [
        f"the file is cut short, {len(raw) - 500:,} of its {len(raw):,} bytes are there; download it anew"
    ]
    assert outcome(written(tmp_path / "b.zim", b"PK" + raw)) == ["this is no ZIM file; download it anew"]
    assert outcome(written(tmp_path / "c.zim", raw[:50])) == ["this is no ZIM file; download it anew"]


@pytest.mark.parametrize("place", [16, 24, 28, 32, 40, 48, 56, 72])
@pytest.mark.parametrize("value", [0, 0xFFFFFFFF, 100])
def test_numbers_that_lie_cost_the_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int, value: int
) -> None:
    monkeypatch.setattr(zim, "SECONDS", 2)
    raw = bytearray((DUMPS / "libzim.zim").read_bytes())
    struct.pack_into("<I", raw, place, value)
    path = written(tmp_path / "a.zim", bytes(raw))
    assert all(isinstance(found, Article) or found.reason for found in read(path, "a.zim"))
