"""How much of real documents is found whole: see `real/README.md`."""

from pathlib import Path

import pytest

from loccit.chunker import chunk
from loccit.readers import read
from loccit.types import Article

REAL = Path(__file__).parent / "real"
FILES = sorted(path for path in REAL.glob("*/*.*") if path.parent.name != "sentences")
KNOWN = {
    # PDFium turns the Thaana behind it.
    "libreoffice/maldives-palestine-relations.pdf": "road will be named after Palestine",
}


def sentences(path: Path) -> list[str]:
    """What a document says: its program's own wording of it, if there is one."""
    folder = REAL / "sentences"
    own = folder / f"{path.parent.name}-{path.stem}.txt"
    return (own if own.exists() else folder / f"{path.stem}.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_sentence_of_a_document_is_found_whole(path: Path) -> None:
    articles = [found for found in read(path, path.name) if isinstance(found, Article)]
    text = " ".join(" ".join(article.text for article in articles).split())
    missing = [sentence for sentence in sentences(path) if sentence not in text]
    known = KNOWN.get(f"{path.parent.name}/{path.name}")
    assert len(missing) == (known is not None)
    assert all(known and known in sentence for sentence in missing)


@pytest.mark.parametrize("folder", ["chromium", "zimwriterfs"])
def test_what_is_around_a_page_is_left_out(folder: str) -> None:
    paths = [path for path in FILES if path.parent.name == folder and path.suffix in (".html", ".zim")]
    for article in (found for path in paths for found in read(path, path.name)):
        assert isinstance(article, Article)
        for words in ("cookies", "Sign in", "All rights reserved", "Ten islands", "never seen"):
            assert words not in article.text


def test_a_footnote_divides_no_sentence_and_stays_on_its_page() -> None:
    (article,) = read(REAL / "pdflatex" / "harbour.pdf", "harbour.pdf")
    assert isinstance(article, Article)
    sentence = next(
        sentence
        for passage in chunk(article.model_copy(update={"language": "en"}))
        for sentence in passage.sentences
        if "international market" in article.text[slice(*sentence.span)]
    )
    assert article.text[slice(*sentence.span)] == (
        "When the international market for coir collapsed, the commission recommended that the neighbourhood be given"
        " over to boat-building."
    )
    assert sentence.span.start < article.pages[1] < sentence.span.end
    note = article.text.index("Older maps call the place Varudu")
    assert note < article.pages[1]
    assert "beach. It is the only" in article.text
    assert [section.heading for section in article.sections] == [(), ("The lighthouse",), ("Trade",), ("People",)]
