"""The memory engine against rank-bm25's own code on the same object: how many times faster, with the very same ten.

Run: python benchmarks/memory_engine.py CORPUS [--passages 100000] [--questions 200] [--questions-file QUESTIONS.jsonl],
where CORPUS is a folder of WikiExtractor files. Without a file of questions (JSON lines with "question"), half of them
are titles of the corpus and half sentences of it.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import TypeVar

import numpy as np

from corpus import chunked, questions_of
from loccit.engines.memory import SmoothedOkapi
from loccit.evaluate.measures import percentile
from loccit.languages.analysis import analyzer
from table import table

LEAST = 30
"""Times faster that `best` has to be, from so many passages on."""
MANY = 100_000
TEN = 10

Result = TypeVar("Result")
Terms = Sequence[str]


def packages_own(index: SmoothedOkapi, terms: Terms) -> list[tuple[int, float]]:
    """The ten best by `get_scores`, which is rank-bm25's; found without sorting all of them, ties by number."""
    scores = index.get_scores(terms)
    worst = np.partition(scores, -TEN)[-TEN]
    found = np.flatnonzero((scores >= worst) & (scores > 0))
    order = np.lexsort((found, -scores[found]))[:TEN]
    return [(int(number), float(scores[number])) for number in found[order]]


def read_corpus(folder: Path, passages: int, questions: int) -> tuple[list[Terms], list[Terms]]:
    """Each passage's terms; and titles and sentences in turn, evenly spread, as questions."""
    corpus: list[Terms] = []
    asked: list[Terms] = []
    apart = passages / questions
    for article, cut in chunked(folder, passages):
        for passage in cut:
            if len(corpus) >= apart * len(asked) and len(asked) < questions:
                text = article.title if len(asked) % 2 else article.text[slice(*passage.sentences[-1].span)]
                asked.append(tuple(analyzer(passage.language).question_terms(text)))
            corpus.append(passage.terms)
    return corpus, asked


def timed(work: Callable[..., Result], *arguments: object) -> tuple[Result, float]:
    """What it gives, and the seconds of CPU it took: those of the clock are longer where others work too."""
    start = time.process_time()
    result = work(*arguments)
    return result, time.process_time() - start


def main() -> None:
    """Build, save, load, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--questions-file", type=Path, metavar="JSONL")
    given = parser.parse_args()

    (corpus, asked), reading = timed(read_corpus, given.corpus, given.passages, given.questions)
    if given.questions_file:
        texts = questions_of(given.questions_file, given.questions)
        asked = [tuple(analyzer("en").question_terms(text)) for text in texts]
    asked = [terms for terms in asked if terms]
    built, building = timed(SmoothedOkapi, corpus)
    passages = len(corpus)
    del corpus
    with tempfile.TemporaryDirectory(prefix="loccit-") as temporary:
        folder = Path(temporary)
        _, saving = timed(built.save, folder)
        del built
        size = sum(path.stat().st_size for path in folder.iterdir())
        index, loading = timed(
            lambda: SmoothedOkapi.load(*((folder / n).read_bytes() for n in ("postings.npz", "terms.txt")))
        )
    arrays = sum(array.nbytes for array in (index.starts, index.documents, index.frequencies, index.doc_len))
    index.best(asked[0], TEN)  # both make what they keep before the clock runs
    packages_own(index, asked[0])

    own, ours = [], []
    for terms in asked:
        best, seconds = timed(index.best, terms, TEN)
        ours.append(1000 * seconds)
        expected, seconds = timed(packages_own, index, terms)
        own.append(1000 * seconds)
        if best != expected:
            raise SystemExit(f"The ten best differ for {terms}:\n{best}\n{expected}")

    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"""{passages:,} passages, {len(index.terms):,} terms, {len(index.documents):,} postings
read and cut in {reading:.1f} s, built in {building:.1f} s, saved in {saving:.2f} s, loaded in {loading:.2f} s
{size / passages:.0f} bytes a passage on the disk, {arrays / passages:.0f} in arrays; most memory ever {memory:,.0f} MB
{len(asked)} questions of {median(map(len, asked)):.0f} terms, the same ten and scores each time
""")
    ratio = median(own) / median(ours)
    rows = [
        (name, f"{median(times):.2f}", f"{percentile(times, 95):.2f}")
        for name, times in (("get_scores, ten best", own), ("best", ours))
    ]
    print(table(("milliseconds of CPU", "median", "p95"), [*rows, ("times faster", f"{ratio:.0f}", "")]))
    if passages >= MANY and ratio < LEAST:
        raise SystemExit(f"best is {ratio:.1f} times as fast as get_scores; it has to be {LEAST}.")


if __name__ == "__main__":
    main()
