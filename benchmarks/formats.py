"""How much of a document is found whole in the extracted text, and how fast a PDF is read.

`formats.py`: five documents a format, written here as HTML and made by pandoc, LibreOffice, Chromium and pdfLaTeX, as
far as they are installed. A sentence counts if it stands in the extracted text, white space apart.
"""

import random
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from loccit.readers import read
from loccit.types import Article
from table import table

DOCUMENTS, CHAPTERS, PARAGRAPHS = 5, 8, 8
PAGES = 20
"""Times a text is repeated for the PDF that is timed."""
OPENING = ("The old", "A wooden", "This well-known", "That self-contained", "The international", "An extraordinary")
NOUNS = ("harbour", "administration", "lighthouse", "correspondence", "responsibility", "neighbourhood", "commission")
VERBS = ("describes", "reconstructs", "recommends", "acknowledges", "celebrates", "investigates", "misunderstands")
OFFICE = ("soffice", "--headless", "--convert-to")
CHROMIUM = ("chromium", "--headless", "--no-sandbox", "--disable-gpu")


def text(seed: int) -> list[list[list[str]]]:
    """Chapters of paragraphs of sentences."""
    pick = random.Random(seed)  # noqa: S311  # the same text each time

    def sentence() -> str:
        subject, verb = f"{pick.choice(OPENING)} {pick.choice(NOUNS)}", pick.choice(VERBS)
        return (
            f"{subject} {verb} the {pick.choice(NOUNS)} of {pick.randrange(1500, 2000)} and “its {pick.choice(NOUNS)}”."
        )

    return [[[sentence() for _ in range(pick.randrange(3, 9))] for _ in range(PARAGRAPHS)] for _ in range(CHAPTERS)]


def markdown(chapters: list[list[list[str]]]) -> str:
    """The text as pandoc's Markdown."""
    parts = ["---\ntitle: A chronicle\nlang: en\n---"]
    for number, chapter in enumerate(chapters, 1):
        parts += [f"## Chapter {number}", *(" ".join(paragraph) for paragraph in chapter)]
    return "\n\n".join(parts)


def make(source: Path) -> list[tuple[str, Path]]:
    """The document in every format that can be made here, and by what."""
    page, docx, folder = source.with_suffix(".html"), source.with_suffix(".docx"), source.parent / source.stem
    folder.mkdir()
    run("pandoc", source, "-s", "-o", page)
    run("pandoc", source, "-s", "-o", docx)
    made = [("HTML, pandoc", page), ("DOCX, pandoc", docx)]
    steps: list[tuple[str, Path, tuple[object, ...]]] = [
        ("EPUB, pandoc", folder / "a.epub", ("pandoc", source, "-o", folder / "a.epub")),
        ("PDF, pdfLaTeX", folder / "a.pdf", ("pandoc", source, "-V", "documentclass=book", "-o", folder / "a.pdf")),
        ("PDF, Chromium", folder / "b.pdf", (*CHROMIUM, f"--print-to-pdf={folder / 'b.pdf'}", page.as_uri())),
        ("PDF, LibreOffice", folder / docx.with_suffix(".pdf").name, (*OFFICE, "pdf", "--outdir", folder, docx)),
        ("HTML, LibreOffice", folder / page.name, (*OFFICE, "html", "--outdir", folder, docx)),
        ("DOCX, LibreOffice", folder / docx.name, (*OFFICE, "docx:MS Word 2007 XML", "--outdir", folder, docx)),
    ]
    for name, path, command in steps:
        run(*command)
        made += [(name, path)] if path.exists() else []
    return made


def run(*command: object) -> None:
    """Run a program, if it is installed; that it failed shows in what it did not write."""
    if shutil.which(str(command[0])):
        subprocess.run([str(part) for part in command], check=False, capture_output=True, timeout=120)


def extracted(path: Path) -> str:
    """The text that is quoted from, its white space made blanks."""
    return " ".join(" ".join(found.text for found in read(path, path.name) if isinstance(found, Article)).split())


def pages_a_second(path: Path) -> tuple[int, float, float]:
    """How many pages, and how many a second the reader and PDFium alone read; the best of three."""
    import pypdfium2

    def alone() -> int:
        document = pypdfium2.PdfDocument(path)
        return sum(1 for page in document if page.get_textpage().get_text_range() is not None)

    def timed(reading: object) -> float:
        begun = time.perf_counter()
        reading()  # type: ignore[operator]
        return time.perf_counter() - begun

    pages = alone()
    return pages, *(pages / min(timed(each) for _ in range(3)) for each in (lambda: extracted(path), alone))  # type: ignore[return-value]


def main() -> None:
    """Print both tables."""
    found: dict[str, list[int]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(DOCUMENTS):
            chapters = text(seed)
            source = Path(folder) / f"document{seed}.md"
            source.write_text(markdown(chapters), encoding="utf-8")
            sentences = [sentence for chapter in chapters for paragraph in chapter for sentence in paragraph]
            for name, path in make(source):
                whole = extracted(path)
                counts = found.setdefault(name, [0, 0])
                counts[0] += sum(sentence in whole for sentence in sentences)
                counts[1] += len(sentences)
        rows = [[name, f"{n:,}", f"{whole / n:.4f}"] for name, (whole, n) in sorted(found.items())]
        print(table(["made by", "sentences", "found whole"], rows))
        long = Path(folder) / "long.md"
        long.write_text("\n\n".join([markdown(text(seed)) for seed in range(PAGES)]), encoding="utf-8")
        run("pandoc", long, "-s", "-o", long.with_suffix(".pdf"))
        if long.with_suffix(".pdf").exists():
            pages, ours, alone = pages_a_second(long.with_suffix(".pdf"))
            print(f"\n{pages} pages of PDF: {ours:.0f} a second, PDFium alone {alone:.0f}, ratio {ours / alone:.2f}")


if __name__ == "__main__":
    main()
