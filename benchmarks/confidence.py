"""The precision that each threshold of the confidence gives, each question asked with its article and without it.

`answerer.THRESHOLDS` is read off the table. Run: python benchmarks/confidence.py SQUAD.json [--every 3]
"""

import argparse
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import fmean

from loccit.answerer import THRESHOLDS
from loccit.evaluate import closed_index, evaluate, read_testset
from loccit.evaluate.measures import Asked, auroc, coverage_at
from table import table

BINS = 10


def calibration_error(asked: Sequence[Asked]) -> float:
    """The mean difference of confidence and share of right ones, over bins of equally many (Guo et al. 2017)."""
    ordered = sorted(asked)
    cuts = [len(ordered) * at // BINS for at in range(BINS + 1)]
    bins = [ordered[start:end] for start, end in pairwise(cuts) if end > start]
    return sum(
        len(some) * abs(fmean(each.confidence for each in some) - fmean(each.right for each in some)) for some in bins
    ) / len(ordered)


def main() -> None:
    """Index the set's articles, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="Ask every Nth question alone.")
    given = parser.parse_args()
    whole = read_testset(given.squad)
    items = tuple(item for item in whole.items if item.answerable)[:: given.every]
    testset = whole.model_copy(update={"items": items})
    with closed_index(testset) as index:
        rows = evaluate(index, testset, without_gold=True).rows
    there = [Asked(row.confidence, bool(row.right)) for row in rows]
    hidden = [Asked(row.hidden.confidence, right=False) for row in rows if row.hidden]
    everything = [*there, *hidden]
    stated = {confidence: precision for precision, confidence in THRESHOLDS}

    lines = []
    for threshold in (at / 100 for at in range(5, 100, 5)):
        said = [each for each in everything if each.confidence >= threshold]
        well = sum(each.right for each in said)
        precision = well / len(said) if said else 0.0
        claim = stated.get(threshold)
        compared = ("", "") if claim is None else (f"{claim:.2f}", f"{precision - claim:+.3f}")
        coverage = well / len(there)
        lines.append((f"{threshold:.2f}", f"{precision:.3f}", f"{coverage:.3f}", f"{len(said):,}", *compared))
    print(f"{len(there):,} questions with their article and {len(hidden):,} without it\n")
    print(table(("confidence from", "precision", "coverage", "said", "THRESHOLDS", "difference"), lines))

    right = [each.confidence for each in there if each.right]
    wrong = [each.confidence for each in there if not each.right]
    absent = [each.confidence for each in hidden]
    measures = [
        ("AUROC, with its article or without it", auroc([each.confidence for each in there], absent)),
        ("AUROC, right or wrong, with its article", auroc(right, wrong)),
        ("AUROC, right or not, all", auroc(right, wrong + absent)),
        ("coverage at precision 0.80", coverage_at(0.8, everything, len(there))),
        ("coverage at precision 0.90", coverage_at(0.9, everything, len(there))),
        (f"expected calibration error, {BINS} bins of equally many", calibration_error(everything)),
    ]
    print("\n" + table(("measure", "value"), [(name, f"{value:.3f}") for name, value in measures]))


if __name__ == "__main__":
    main()
