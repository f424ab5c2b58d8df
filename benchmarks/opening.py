"""How long a fresh process takes to open an index and to give its first answer; opening has to take under a second.

Run: python benchmarks/opening.py CORPUS [--passages 20000], where CORPUS is a folder of WikiExtractor files.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from corpus import chunked
from loccit.indexer import build_from
from loccit.settings import IndexSettings
from loccit.types import Article
from table import table

LIMIT = 1.0
"""Seconds that opening may take."""

PROCESS = """
import json, sys, time
from pathlib import Path
start = time.perf_counter()
from loccit.index import Index
imported = time.perf_counter()
index = Index.open(Path(sys.argv[1]))
opened = time.perf_counter()
splits = "sentencex" in sys.modules
index.ask(sys.argv[2])
answered = time.perf_counter()
index.ask(sys.argv[3])
again = time.perf_counter()
print(json.dumps([len(index), splits, imported - start, opened - imported, answered - opened, again - answered]))
"""
STEPS = ("import loccit.index", "Index.open", "the first answer", "the second answer")


def main() -> None:
    """Build, open in fresh processes, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="Build the index there and leave it.")
    given = parser.parse_args()
    titles: list[str] = []

    def articles() -> Iterator[Article]:
        for article, _ in chunked(given.corpus, given.passages):  # build_from cuts them once more
            titles.append(article.title)
            yield article

    with tempfile.TemporaryDirectory(prefix="loccit-") as temporary:
        folder = given.keep or Path(temporary, "built")
        start = time.perf_counter()
        build_from(articles(), folder, IndexSettings()).catalog.close()
        built = time.perf_counter() - start
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        runs = []
        for title in titles[:: len(titles) // given.runs][: given.runs]:
            command = [sys.executable, "-c", PROCESS, str(folder), f"What is {title}?", f"Who wrote of {title}?"]
            runs.append(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))
    passages = runs[0][0]
    print(f"{passages:,} passages of {len(titles):,} articles, {size / 1e6:,.0f} MB on the disk,", end=" ")
    print(f"read, cut twice and written in {built:.0f} s; {len(runs)} processes\n")
    rows = []
    for step, times in zip(STEPS, zip(*(run[2:] for run in runs), strict=True), strict=True):
        rows.append((step, *(f"{1000 * each:.0f}" for each in (median(times), min(times), max(times)))))
    print(table(("milliseconds", "median", "least", "most"), rows))
    if any(run[1] for run in runs):
        raise SystemExit("Opening split sentences: it must read no text.")
    if (opening := median(run[3] for run in runs)) >= LIMIT:
        raise SystemExit(f"Opening took {opening:.2f} s, it must take less than {LIMIT:.0f} s.")


if __name__ == "__main__":
    main()
