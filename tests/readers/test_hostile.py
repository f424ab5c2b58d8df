"""Documents made to harm, or to lose text in silence."""

import io
import random
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from loccit.readers import confined, html, read
from loccit.types import Article
from tests.readers.test_documents import DOCUMENTS, only, reason, written, zipped


def test_a_page_is_read_however_deep_or_not_at_all(tmp_path: Path) -> None:
    def nested(depth: int) -> Path:
        return written(tmp_path / "a.html", f"<p>Start.</p>{'<div>' * depth}<p>Deep.</p>{'</div>' * depth}<p>End.</p>")

    assert only(nested(2_000)).text == "Start.\n\nDeep.\n\nEnd."
    said = "its elements are nested more than 2,000 deep; print it as a PDF from a browser"
    assert [reason(nested(depth)) for depth in (2_100, 100_000)] == [said, said]


def test_a_page_of_many_titles_is_read_in_seconds() -> None:
    page = f"<body><p>Text.</p>{'<title>a</title>' * 150_000}".encode()
    begun = time.process_time()
    assert "Text." in html.extract(io.BytesIO(page)).pieces[0].text
    assert time.process_time() - begun < 8, "their square takes twenty"


@pytest.mark.parametrize("charset", ["undefined", "idna", "punycode", "zlib", "unheard-of"])
def test_what_is_no_charset_of_a_page_is_passed_over(tmp_path: Path, charset: str) -> None:
    page = f"<meta charset={charset}><p>Café à la crème, très fraîche, à côté du théâtre.</p>".encode("cp1252")
    assert only(written(tmp_path / "a.html", page)).text.startswith("Caf")


def test_a_chapter_may_hold_the_end_of_a_declaration(tmp_path: Path) -> None:
    path = tmp_path / "a.epub"
    with zipfile.ZipFile(DOCUMENTS / "pandoc.epub") as book:
        parts = {name: book.read(name) for name in book.namelist()}
    chapter = next(name for name in sorted(parts) if "ch001" in name)
    parts[chapter] = b"<html><body><p>The first sentence.</p><p>So PHP ends: ?&gt; or ?>.</p></body></html>"
    article = only(zipped(path, parts))
    assert "The first sentence." in article.text
    assert "So PHP ends: ?> or ?>." in article.text


def test_a_compression_that_is_unknown_is_said_of_the_book(tmp_path: Path) -> None:
    raw = bytearray(zipped(tmp_path / "a.epub", {"META-INF/container.xml": b"<a/>"}).read_bytes())
    raw[raw.index(b"PK\1\2") + 10] = 99  # the method of compression, in the archive's list
    assert reason(written(tmp_path / "a.epub", bytes(raw))) == "this is no EPUB file, or it is cut short; save it anew"


def test_what_lies_in_the_working_directory_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("json.py", "pypdfium2.py"):
        written(tmp_path / name, "raise SystemExit(f'{__file__} was run')")
    monkeypatch.chdir(tmp_path)
    confined.stop()
    assert only(DOCUMENTS / "chromium.pdf").pages


def pdf(path: Path, body: str, outline: str) -> Path:
    """A page with the text, and an outline."""
    stream = f"BT /F 9 Tf 9 700 Td {body} ET"
    objects = (
        "<</Type/Catalog/Pages 2 0 R/Outlines 5 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F<</Type/Font"
        "/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
        "<</Type/Outlines/First 6 0 R/Last 6 0 R/Count 1>>",
        f"<</Title(Gone)/Parent 5 0 R{outline}>>",
    )
    numbered = "".join(f"{number} 0 obj{each}endobj\n" for number, each in enumerate(objects, 1))
    return written(path, f"%PDF-1.7\n{numbered}trailer<</Root 1 0 R/Size 7>>\n%%EOF")


@pytest.mark.parametrize("outline", ["", "/Dest[5 0 R/Fit]", "/Dest[77/Fit]", "/Dest[(x)/Fit]"])
def test_an_outline_that_leads_nowhere_is_passed_over(tmp_path: Path, outline: str) -> None:
    path = pdf(tmp_path / "a.pdf", "(The harbour was built in 1911.) Tj", outline)
    assert only(path).text == "The harbour was built in 1911."


def test_what_a_page_says_is_put_together_where_it_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("loccit.readers.pdf.flowed")
    monkeypatch.delattr("loccit.readers.pdf.headings")
    assert only(DOCUMENTS / "chromium.pdf").pages


def test_a_page_of_100_mb_is_not_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    with path.open("wb") as page:
        page.truncate(100_000_000)
    assert reason(path) == "100,000,000 bytes are over the limit of 40,000,000; split the article"


def test_many_threads_may_read_at_once() -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: only(DOCUMENTS / "chromium.pdf").text, range(8)))
    assert len(set(found)) == 1


@pytest.mark.parametrize("name", ["chromium.pdf", "pdflatex.pdf", "libreoffice.docx", "pandoc.epub", "chromium.html"])
def test_whatever_is_damaged_in_a_document_is_told_in_a_sentence(tmp_path: Path, name: str) -> None:
    whole = (DOCUMENTS / name).read_bytes()
    pick = random.Random(name)  # noqa: S311  # the same damage each time
    for _ in range(12):
        raw = bytearray(whole[: pick.randrange(1, len(whole))] if pick.random() < 0.4 else whole)
        for _ in range(pick.choice((1, 10, 200))):
            raw[pick.randrange(len(raw))] = pick.randrange(256)
        (found,) = read(written(tmp_path / name, bytes(raw)), name)
        assert isinstance(found, Article) or (found.reason[:1].islower() and "Traceback" not in found.reason)
