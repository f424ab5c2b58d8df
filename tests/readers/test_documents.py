"""Documents as people have them: those in `documents/` were made by the programs they are named after."""

import io
import time
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from loccit.chunker import chunk
from loccit.cli import cli
from loccit.link import file
from loccit.readers import READERS, confined, flow, html, read
from loccit.readers.contents import Unreadable
from loccit.types import Article, Quote, Skipped, Source, Span
from loccit.verification import verify

DOCUMENTS = Path(__file__).parent / "documents"
TITLE = "The harbour of Vardhoo"


def only(path: Path) -> Article:
    (article,) = read(path, path.name)
    assert isinstance(article, Article), article
    return article


def reason(path: Path) -> str:
    (skipped,) = read(path, path.name)
    assert isinstance(skipped, Skipped)
    return skipped.reason


def written(path: Path, raw: bytes | str) -> Path:
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return path


def zipped(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in parts.items():
            archive.writestr(name, raw)
    return path


def test_a_web_page_is_its_main_text() -> None:
    article = only(DOCUMENTS / "chromium.html")
    assert (article.title, article.language, article.url) == (TITLE, "en", "https://example.org/harbour")
    assert article.text.split("\n\n") == [
        TITLE,
        "The harbour was built in 1911 by fishermen of the northern atoll. It is the only self-contained anchorage.",
        "Trade",
        "Dried fish is shipped to Colombo.",
        "Coir rope was second.",
        "Year: 1920; Ships: 112",
        "The book is read aloud each January.",
    ]
    assert [(section.heading, section.kind) for section in article.sections] == [
        ((), "prose"),
        (("Trade",), "prose"),
        (("Trade",), "table"),
        (("Trade",), "prose"),
    ]


@pytest.mark.parametrize("name", ["pandoc.docx", "libreoffice.docx", "pandoc.epub"])
def test_a_document_keeps_its_headings(name: str) -> None:
    article = only(DOCUMENTS / name)
    assert article.title == TITLE
    headings = list(dict.fromkeys(section.heading for section in article.sections))
    assert headings == [(), ("History",), ("History", "The lighthouse"), ("Trade",)]
    assert "Year: 1930; Ships: 245; Cargo: rope" in article.text
    assert article.text.endswith("The accounts of the programme were lost in 1950.")


@pytest.mark.parametrize("name", ["libreoffice.pdf", "chromium.pdf", "pdflatex.pdf"])
def test_a_pdf_is_whole_sentences_each_with_its_page(name: str) -> None:
    article = only(DOCUMENTS / name)
    assert article.title == TITLE
    sentence = (
        "It is the only self-contained anchorage between the two channels, and it has been dredged three times since."
    )
    assert sentence in article.text
    assert "\ufffe" not in article.text
    pages = {passage.source.page for passage in chunk(article)}
    assert pages == set(range(1, len(article.pages) + 1))
    for page, (start, end) in enumerate(zip(article.pages, [*article.pages[1:], None], strict=True), 1):
        first = next(passage for passage in chunk(article) if passage.source.page == page)
        assert article.text[start:end].strip()
        assert first.span.start >= start


def test_running_heads_go_and_divided_words_are_mended() -> None:
    bodies = [
        f"{start} reef is well-known, a recon-\nstruction\n{start} pier\nit was." for start in ("One", "Two", "Six")
    ]
    pages = [f"The harbour {number}\n{body}\n{number}" for number, body in enumerate(bodies, 1)]
    text, starts = flow.flowed([*pages, "The reconstruction of 1911."])
    assert "The harbour" not in text
    assert text.startswith("One reef is well-known, a reconstruction")
    assert [text[start:][:8] for start in starts] == ["One reef", "Two reef", "Six reef", "The reco"]


def test_a_word_keeps_its_hyphen_where_the_file_has_it_elsewhere() -> None:
    text, _ = flow.flowed(["A self-contained reef.\nIt is a self-\ncontained lagoon, self\ufffecontained as said."])
    assert text.count("self-contained") == 3


def test_a_row_is_a_line_with_its_number() -> None:
    article = only(DOCUMENTS / "islands.csv")
    rows = [(passage.text, passage.source.place) for passage in chunk(article.model_copy(update={"language": "en"}))]
    assert rows == [
        ("Island: Malé; People: 142,909; Remark: The capital. It is crowded.", "islands.csv#row=2"),
        ("Island: Addu; People: 34000", "islands.csv#row=3"),
        ("Island: Fuvahmulah; People: 11857; Remark: One island; =1+1", "islands.csv#row=4"),
    ]
    sentences = [len(passage.sentences) for passage in chunk(article)]
    assert sentences == [1, 1, 1]


@pytest.mark.parametrize(
    ("bad", "cause"),
    [
        ('"Addu,34000\nMalé,1\n', "unexpected end of data): a quotation mark is not closed, or not doubled"),
        (
            '"Addu "City"\nSouth",34000\nMalé,1\n',
            "',' expected after '\"'): a quotation mark is not closed, or not doubled",
        ),
        (f"{'x' * 131_073},1\n", "field larger than field limit (131072)): a cell is too long"),
    ],
)
def test_the_rows_above_a_bad_one_are_read(tmp_path: Path, bad: str, cause: str) -> None:
    path = written(tmp_path / "a.csv", f"\nIsland,People\nFuvahmulah,11857\n{bad}")
    article, skipped = read(path, path.name)
    assert isinstance(article, Article)
    assert [(passage.text, passage.source.page) for passage in chunk(article)] == [
        ("Island: Fuvahmulah; People: 11857", 3)
    ]
    assert isinstance(skipped, Skipped)
    assert skipped.reason == f"row 4 cannot be read ({cause}; mend it, the rows from there on are left out"


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("[!e]*.*")), ids=lambda path: path.name)
def test_a_quote_is_verified_by_extracting_again(path: Path) -> None:
    article = only(path)
    passage = list(chunk(article))[-1]
    quote = Quote(text=passage.text, span=passage.span, score=1, source=passage.source)
    moved = quote.model_copy(update={"span": Span(passage.span.start - 1, passage.span.end - 1)})
    still, other = verify([quote, moved], path.parent, {path.name})
    assert (still.holds, still.remark, other.holds) == (True, "", False)


def test_the_address_of_a_file_has_its_page(tmp_path: Path) -> None:
    source = Source(article_id="a", title="a", file="a.pdf", page=7, sha256="")
    assert file(Quote(text="a", span=Span(0, 1), score=1, source=source), tmp_path).endswith("/a.pdf#page=7")


SCRIPTS = "there is no text on this page, only scripts, images or markup; save it from a browser as shown"


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("a.html", "<script>f()</script>", SCRIPTS),
        ("a.html", "<!-- -->", SCRIPTS),
        ("a.html", b" " * 40_000_001, "40,000,001 bytes are over the limit of 40,000,000; split the article"),
        ("a.csv", "a,b\n", "there is no row below the names of the columns; add one"),
        (
            "a.csv",
            '"a,b\n1,2\n',
            "row 1 cannot be read (unexpected end of data): a quotation mark is not closed, or not doubled; mend it,"
            " the rows from there on are left out",
        ),
        ("a.pdf", "%PDF-1.7 garbage", "this is no PDF, or it is damaged or cut short; save it anew"),
        ("a.docx", "garbage", "this is no DOCX file, or it is cut short; save it anew"),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "the file is encrypted, or in the old .doc form; save it as .docx without a password",
        ),
        ("a.epub", "garbage", "this is no EPUB file, or it is cut short; save it anew"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, raw: bytes | str, expected: str) -> None:
    assert reason(written(tmp_path / name, raw)) == expected


def test_an_encrypted_pdf_and_a_scanned_one_are_said_to_be(tmp_path: Path) -> None:
    import pypdfium2

    assert reason(DOCUMENTS / "encrypted.pdf") == "the file is encrypted; save it without a password"
    scanned = pypdfium2.PdfDocument.new()
    scanned.new_page(200, 200)
    scanned.save(tmp_path / "a.pdf")
    assert reason(tmp_path / "a.pdf") == "there is no text on its pages, they may be scanned; run OCR on the file first"


@pytest.mark.parametrize("name", ["a.docx", "a.epub"])
def test_a_bomb_is_not_unpacked(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / name, {"word/document.xml": b" " * 50_000_000, "[Content_Types].xml": b"<a/>"})
    assert path.stat().st_size < 100_000
    assert reason(path) == "50,000,004 bytes are over the limit of 40,000,000; split the article"


def test_a_book_that_is_cut_or_hollow_is_said_to_be(tmp_path: Path) -> None:
    raw = (DOCUMENTS / "pandoc.epub").read_bytes()
    assert reason(written(tmp_path / "a.epub", raw[:-500])) == "this is no EPUB file, or it is cut short; save it anew"
    assert reason(zipped(tmp_path / "b.epub", {"a.xml": b"<a/>"})) == (
        "this is no EPUB file, or it is cut short; save it anew"
    )


@pytest.mark.parametrize("charset", ["utf-8", "cp1251", "utf-16"])
def test_a_charset_that_lies_is_seen_through(tmp_path: Path, charset: str) -> None:
    words = "Гавань была построена рыбаками в тысяча девятьсот одиннадцатом году. Маяк стоит на восточном молу."
    page = f"<meta charset='{'utf-8' if charset == 'cp1251' else 'iso-8859-1'}'><title>Гавань</title><p>{words}</p>"
    assert only(written(tmp_path / "a.html", page.encode(charset))).text == words


def test_a_file_that_takes_too_long_or_too_much_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "endless.py").write_text("def extract(content):\n    while True: pass")
    (tmp_path / "greedy.py").write_text("def extract(content):\n    return len(bytearray(10**10))")
    (tmp_path / "crash.py").write_text("def extract(content):\n    import os; os.abort()")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    path = written(tmp_path / "a", "text")
    confined.stop()  # what was started before does not look there
    (tmp_path / "killed.py").write_text("def extract(content):\n    import os; os.kill(os.getpid(), 9)")
    for module, words in (
        ("endless", "1 seconds"),
        ("greedy", "1,024 MiB of memory"),
        ("killed", "or than there is"),
        ("crash", "is damaged"),
    ):
        with pytest.raises(Unreadable, match=words):
            confined.extract(module, path, seconds=1, memory=1 << 30)


def test_a_missing_library_is_named_with_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pypdfium2.py").write_text("raise ModuleNotFoundError(name='pypdfium2')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    confined.stop()  # what was started before has the library
    assert reason(DOCUMENTS / "chromium.pdf") == "reading it needs the package pypdfium2: pip install 'loccit[pdf]'"
    confined.stop()


def test_a_pattern_names_files_and_one_bad_file_stops_none(tmp_path: Path) -> None:
    (tmp_path / "index" / "articles").mkdir(parents=True)
    (tmp_path / "index" / "index.toml").write_text('articles = ["articles"]\n')
    docs = tmp_path / "docs"
    docs.mkdir()
    written(docs / "bad.pdf", "%PDF")
    for name in ("chromium.pdf", "islands.csv"):
        written(docs / name, (DOCUMENTS / name).read_bytes())
    ran = CliRunner().invoke(cli, ["index", "--index", str(tmp_path / "index" / "built"), str(docs / "*.pdf")])
    assert "+ ../docs/chromium.pdf" in ran.stdout, ran.output
    assert "islands" not in ran.output
    assert "skipped ../docs/bad.pdf: this is no PDF" in ran.output
    none = CliRunner().invoke(cli, ["index", "--index", str(tmp_path / "index" / "built"), str(docs / "*.odt")])
    assert none.exit_code != 0
    assert "does not exist" in none.output


def test_a_large_page_takes_no_longer_for_its_size_than_a_small_one() -> None:
    def took(paragraphs: int) -> float:
        said = "".join(f"<p>Ship {n} sails to <b>Malta</b> in spring.</p>" for n in range(paragraphs))
        page = f"<html><body><main>{said}</main></body></html>".encode()
        start = time.process_time()
        found = html.extract(io.BytesIO(page))  # not by `read`, which has another process take the time
        assert "".join(found.pieces[-1].text).startswith(f"Ship {paragraphs - 1} sails")
        return time.process_time() - start

    took(1_000)  # what is imported is not counted
    assert took(32_000) < 24 * took(4_000), "eight times the text, and not its square"


def test_a_bad_file_of_each_format_is_named_with_its_reason_and_stops_none(tmp_path: Path) -> None:
    folder = tmp_path / "index" / "articles"
    folder.mkdir(parents=True)
    (tmp_path / "index" / "index.toml").write_text('articles = ["articles"]\n')
    for suffix in READERS:
        written(folder / f"bad{suffix}", b"<script>f()</script>" if "htm" in suffix else b"\x00\xff\x01 garbage")
    odd = ["line\nfeed.txt", "bell\x07\x1b[31m.txt", "\u202etxt.pdf.txt", "x" * 251 + ".txt"]
    for name in ["good.txt", *odd]:
        written(folder / name, "The harbour was built in 1911.")
    ran = CliRunner().invoke(cli, ["index", "--index", str(tmp_path / "index" / "built")])
    assert ran.exit_code == 0, ran.output
    assert "+ articles/good.txt" in ran.stdout
    for suffix in READERS:
        (said,) = (line for line in ran.output.splitlines() if line.startswith(f"skipped articles/bad{suffix}: "))
        assert len(said) > len(f"skipped articles/bad{suffix}: ") + 20
    assert f"{len(odd) + 1} articles" in ran.output
    assert "\x1b" not in ran.output
    assert "\x07" not in ran.output
    assert "\u202e" not in ran.output
    assert "line\nfeed" not in ran.output
