"""Articles and passages of a folder of WikiExtractor files, for the benchmarks that need many, and questions to ask."""

import json
from collections.abc import Iterator
from pathlib import Path

from loccit.chunker import chunk
from loccit.readers.wikiextractor import is_wikiextractor, read
from loccit.types import Article, Passage

Chunked = tuple[Article, list[Passage]]


def articles(folder: Path, language: str) -> Iterator[Article]:
    """The articles, in the order of the files."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and is_wikiextractor(path)):
        for entry in read(path, path.name):
            if isinstance(entry, Article):
                yield entry.model_copy(update={"language": language})


def chunked(folder: Path, passages: int, language: str = "en") -> Iterator[Chunked]:
    """Articles with their passages, in the order of the files, until there are so many passages."""
    for article in articles(folder, language):
        cut = list(chunk(article))
        yield article, cut
        passages -= len(cut)
        if passages <= 0:
            return
    raise SystemExit(f"{folder} lacks {passages:,} passages: it needs more WikiExtractor files, or ask for fewer.")


def questions_of(path: Path, most: int | None = None) -> list[str]:
    """What JSON lines have as `question`; so many of them, evenly spread, where there are more."""
    lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    step = max(1, len(lines) // most) if most else 1
    return [json.loads(line)["question"] for line in lines[::step][:most]]
