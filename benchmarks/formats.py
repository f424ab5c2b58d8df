"""How much of a document is found whole in the extracted text, and how fast a PDF is read.

`formats.py`: the real documents in `tests/readers/real`, and the pages of their PDFs a second over PDFium's own text of
them, the best of some rounds of both by turns. `formats.py A.md B.md …`: documents that pandoc, LibreOffice, Chromium
and pdfLaTeX make of these, as far as they are installed. A sentence counts if it stands in the extracted text, white
space apart.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from loccit.languages.sentences import split_sentences
from loccit.readers import read
from loccit.types import Article
from table import table

REAL = Path(__file__).parent.parent / "tests" / "readers" / "real"
ROUNDS, COPIES = 10, 10
OFFICE = ("soffice", "--headless", "--convert-to")
CHROMIUM = ("chromium", "--headless", "--no-sandbox", "--disable-gpu")
QUOTES = {"DoubleQuote": "“”", "SingleQuote": "‘’"}


def real() -> Iterator[tuple[str, Path, list[str]]]:
    """Each real document with what made it and its sentences."""
    for path in sorted(path for path in REAL.glob("*/*.*") if path.parent.name != "sentences"):
        own = REAL / "sentences" / f"{path.parent.name}-{path.stem}.txt"
        said = own if own.exists() else own.with_name(f"{path.stem}.txt")
        yield f"{path.suffix[1:].upper()}, {path.parent.name}", path, said.read_text(encoding="utf-8").splitlines()


def made(source: Path, folder: Path) -> Iterator[tuple[str, Path, list[str]]]:
    """The same of what is made of a Markdown file."""
    page, docx = folder / "a.html", folder / "a.docx"
    run("pandoc", source, "-s", "-o", page)
    run("pandoc", source, "-s", "-o", docx)
    steps: list[tuple[str, Path, tuple[object, ...]]] = [
        ("EPUB, pandoc", folder / "a.epub", ("pandoc", source, "-o", folder / "a.epub")),
        ("PDF, pdflatex", folder / "l.pdf", ("pandoc", source, "-V", "documentclass=book", "-o", folder / "l.pdf")),
        ("PDF, chromium", folder / "b.pdf", (*CHROMIUM, f"--print-to-pdf={folder / 'b.pdf'}", page.as_uri())),
        ("PDF, libreoffice", folder / "a.pdf", (*OFFICE, "pdf", "--outdir", folder, docx)),
        (
            "DOCX, libreoffice",
            folder / "o" / "a.docx",
            (*OFFICE, "docx:MS Word 2007 XML", "--outdir", folder / "o", docx),
        ),
    ]
    said = sentences(source)
    yield from (("HTML, pandoc", page, said), ("DOCX, pandoc", docx, said))
    for name, path, command in steps:
        run(*command)
        if path.exists():
            yield name, path, said


def sentences(source: Path) -> list[str]:
    """The sentences of a Markdown file's paragraphs, as pandoc parses it."""
    parsed = subprocess.run(["pandoc", "-t", "json", source], capture_output=True, check=True).stdout
    found = [" ".join(part[a:b].split()) for part in paragraphs(json.loads(parsed)["blocks"]) for a, b in cut(part)]
    return [sentence for sentence in found if sentence]


def cut(paragraph: str) -> Iterator[tuple[int, int]]:
    """Where its sentences are."""
    yield from split_sentences(paragraph, "en")


def paragraphs(blocks: list[Any]) -> Iterator[str]:
    """The text of each paragraph, those of lists and quotations too."""
    for block in blocks:
        kind, content = block["t"], block.get("c")
        if kind in ("Para", "Plain"):
            yield inline(content)
        elif kind in ("BlockQuote", "BulletList", "OrderedList", "Div"):
            inner = content if kind in ("BlockQuote", "BulletList") else content[1]
            for part in [inner] if kind in ("BlockQuote", "Div") else inner:
                yield from paragraphs(part)


def inline(parts: list[Any]) -> str:
    """The text of a paragraph, its notes left out."""
    found = []
    for part in parts:
        kind, content = part["t"], part.get("c")
        if kind in ("Space", "SoftBreak", "LineBreak"):
            found.append(" ")
        elif kind == "Str":
            found.append(content)
        elif kind == "Quoted":
            marks = QUOTES[content[0]["t"]]
            found.append(f"{marks[0]}{inline(content[1])}{marks[1]}")
        elif kind in ("Code", "Math"):
            found.append(content[1])
        elif kind in ("Cite", "Link", "Image", "Span"):
            found.append(inline(content[1]))
        elif kind not in ("Note", "RawInline"):
            found.append(inline(content))
    return "".join(found)


def run(*command: object) -> None:
    """Run a program, if it is installed; that it failed shows in what it did not write."""
    if shutil.which(str(command[0])):
        subprocess.run([str(part) for part in command], check=False, capture_output=True, timeout=120)


def extracted(path: Path) -> str:
    """The text that is quoted from, its white space made blanks."""
    return " ".join(" ".join(found.text for found in read(path, path.name) if isinstance(found, Article)).split())


def measured(documents: list[tuple[str, Path, list[str]]]) -> None:
    """Print how much is found, by format and program, and what is not."""
    counts: dict[str, list[int]] = {}
    missing = []
    for name, path, said in documents:
        text = extracted(path)
        lost = [sentence for sentence in said if sentence not in text]
        for key in (name, f"{name.partition(',')[0]}, all"):
            files, whole, all_of_them = counts.get(key, [0, 0, 0])
            counts[key] = [files + 1, whole + len(said) - len(lost), all_of_them + len(said)]
        missing += [f"{name}, {path.name}: {sentence[:90]}" for sentence in lost]
    rows = [[key, str(files), f"{n:,}", f"{whole / n:.4f}"] for key, (files, whole, n) in sorted(counts.items())]
    print(table(["made by", "files", "sentences", "found whole"], rows))
    print("\nnot found:", *missing[:20], sep="\n  ")


def speed(paths: list[Path]) -> None:
    """Print how many pages of PDF a second the reader and PDFium alone read."""
    import pypdfium2

    def alone() -> int:
        documents = [pypdfium2.PdfDocument(path) for path in paths]
        return sum(1 for document in documents for page in document if page.get_textpage().get_text_range())

    def ours() -> int:
        return sum(len(found.pages) for path in paths for found in read(path, path.name) if isinstance(found, Article))

    def timed(reading: Callable[[], int]) -> float:
        begun = time.perf_counter()
        reading()
        return time.perf_counter() - begun

    pages, best = alone(), [float("inf"), float("inf")]
    ours()  # the process is started
    for _ in range(ROUNDS):
        best = [min(each) for each in zip(best, (timed(ours), timed(alone)), strict=True)]
    ours_a_second, alone_a_second = (pages / seconds for seconds in best)
    print(
        f"{pages} pages of {len(paths)} PDFs: {ours_a_second:.0f} a second, PDFium {alone_a_second:.0f},"
        f" ratio {ours_a_second / alone_a_second:.2f}"
    )


def book(paths: list[Path], folder: str) -> Path:
    """One PDF of all of them, some times over."""
    import pypdfium2

    whole = pypdfium2.PdfDocument.new()
    for _ in range(COPIES):
        for path in paths:
            whole.import_pages(pypdfium2.PdfDocument(path))
    whole.save(Path(folder) / "book.pdf")
    return Path(folder) / "book.pdf"


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        documents = [] if sys.argv[1:] else list(real())
        for number, source in enumerate(sys.argv[1:]):
            within = Path(folder) / str(number)
            within.mkdir()
            documents += list(made(Path(source), within))
        measured(documents)
        paths = [path for _, path, _ in documents if path.suffix == ".pdf"]
        print()
        speed(paths)
        speed([book(paths, folder)])


if __name__ == "__main__":
    main()
