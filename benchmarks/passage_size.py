"""How the size of passages changes what is found and what is answered, and how long a question takes.

Run: python benchmarks/passage_size.py SQUAD.json [--sizes 400 700 1000 1400 2000] [--every 3]
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from loccit.chunker import PASSAGE_SIZE
from loccit.evaluate import Item, closed_index, evaluate, read_testset
from loccit.index import Index
from loccit.settings import IndexSettings, PassageSettings
from table import table

MEASURES = ("retrieval/success@1", "retrieval/success@5", "answer/sentence@1", "answer/sentence@3")
SIZES = (400, 700, 1000, 1400, 2000)
TIMED = 300
"""Questions that are asked once more against the clock."""


def milliseconds(index: Index, questions: Sequence[Item]) -> float:
    """The median of CPU a question: what the clock says is longer where others work too."""
    times = []
    for item in questions[:: max(1, len(questions) // TIMED)]:
        start = time.process_time()
        index.ask(item.question)
        times.append(1000 * (time.process_time() - start))
    return median(times)


def main() -> None:
    """Index and ask once for each size, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="Ask every Nth question alone.")
    given = parser.parse_args()
    whole = read_testset(given.squad)
    testset = whole.model_copy(update={"items": whole.items[:: given.every]})
    head = ("characters", "passages", *(name.partition("/")[2] for name in MEASURES), "ms of CPU a question")
    rows = []
    for size in given.sizes:
        settings = IndexSettings(passages=PassageSettings(size=size))
        with closed_index(testset, settings) as index:
            evaluation = evaluate(index, testset)
            values = [f"{evaluation.measures[name].value:.3f}" for name in MEASURES]
            values.append(f"{milliseconds(index, testset.items):.1f}")
            rows.append((f"{size:,}{' *' if size == PASSAGE_SIZE else ''}", f"{len(index):,}", *values))
    print(f"{len(testset.items):,} questions, {len(testset.contexts)} articles; * is the default\n")
    print(table(head, rows))


if __name__ == "__main__":
    main()
