"""The table of associations, `models/associations.json`: which common words of a language often stand near each other.

Positive pointwise mutual information of words at most eight apart, reduced to 200 dimensions (Levy, Goldberg and Dagan
2015), and of each word the most alike others. Run: python benchmarks/train_associations.py CORPUS [--write]
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus import articles
from loccit.languages.analysis import analyzer, words
from loccit.models import FOLDER
from loccit.scorer.associations import FORMAT

LANGUAGE = "en"
CONTEXTS = 15_000
"""Words whose neighbourhoods are counted."""
KEPT = 5_000
"""Of these the commonest, which have a line in the table."""
MOST = 8
LEAST = 45
"""Percent."""
APART = 8
DIMENSIONS = 200
SMOOTHING = 0.75
RARE = 60
BATCH = 2_000_000


def texts(corpus: Path) -> Iterator[list[str]]:
    """Each article's stems."""
    stems = analyzer(LANGUAGE)
    start = len(LANGUAGE) + 1
    for article in articles(corpus, LANGUAGE):
        yield [term[start:] for word in words(article.text) for term in stems[word]]


def counted(corpus: Path) -> tuple[list[str], NDArray[np.float32]]:
    """The commonest words, and how often they stand near each other, nearer ones counting more."""
    count: Counter[str] = Counter()
    for text in texts(corpus):
        count.update(text)
    common = [word for word, n in count.most_common() if word.isalpha() and len(word) > 1 and n >= RARE][:CONTEXTS]
    number = {word: at for at, word in enumerate(common)}
    size = len(common)
    together = np.zeros(size * size, dtype=np.float32)

    def add(batch: list[int]) -> None:
        ids = np.array(batch, dtype=np.int64)
        for apart in range(1, APART + 1):
            left, right = ids[:-apart], ids[apart:]
            both = (left >= 0) & (right >= 0)
            at, n = np.unique(left[both] * size + right[both], return_counts=True)
            together[at] += n / (1 + (apart - 1) / 4)

    batch: list[int] = []
    for text in texts(corpus):
        batch += [number.get(word, -1) for word in text] + [-1] * APART
        if len(batch) > BATCH:
            add(batch)
            batch = []
    add(batch)
    square = together.reshape(size, size)
    return common, square + square.T


def alike(together: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of the commonest words, the cosine of their reduced neighbourhoods."""
    of_word = together.sum(axis=1, dtype=np.float64)
    of_context = of_word**SMOOTHING / (of_word**SMOOTHING).sum()
    with np.errstate(divide="ignore"):
        together /= of_word.astype(np.float32)[:, None]
        together /= of_context.astype(np.float32)[None, :]
        np.log(together, out=together)
    np.maximum(together, 0, out=together)
    # Randomized subspace iteration (Halko, Martinsson and Tropp 2011), from a fixed seed.
    basis = np.random.default_rng(0).standard_normal((len(together), DIMENSIONS + 20)).astype(np.float32)
    for _ in range(2):
        basis, _ = np.linalg.qr(together @ basis)
        basis, _ = np.linalg.qr(together.T @ basis)
    small = basis.T @ together
    left, squares, _ = np.linalg.svd(small @ small.T)
    found = (basis @ left)[:, :DIMENSIONS] * squares[:DIMENSIONS] ** 0.25
    found = found[:KEPT] / (np.linalg.norm(found[:KEPT], axis=1, keepdims=True) + 1e-9)
    return np.asarray(found @ found.T)


def main() -> None:
    """Count, reduce, print some, and write the file where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--name", default="", help="What the corpus is, for the file.")
    parser.add_argument("--write", action="store_true", help="Write models/associations.json.")
    given = parser.parse_args()
    common, together = counted(given.corpus)
    likeness = alike(together)
    table: dict[str, str] = {}
    for at, word in enumerate(common[:KEPT]):
        percent = np.rint(100 * likeness[at]).astype(int)
        percent[at] = 0
        best = sorted((other for other in np.flatnonzero(percent >= LEAST)), key=lambda other: (-percent[other], other))
        if best:
            table[word] = " ".join(f"{common[other]} {percent[other]}" for other in best[:MOST])
    for word in list(table)[:2000:200]:
        print(f"{word}: {table[word]}")
    if given.write:
        found = {"format": FORMAT, "made_from": given.name, "words": {LANGUAGE: dict(sorted(table.items()))}}
        path = FOLDER / "associations.json"
        path.write_text(json.dumps(found, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
        print(f"{path}: {path.stat().st_size:,} bytes, {len(table):,} words")


if __name__ == "__main__":
    main()
