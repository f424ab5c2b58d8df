"""How good the answers are on articles that no model has seen.

Five folds cut by article: for each the model of answers is trained on the four others, as the model of highlights was
(by `make model`, or `train_highlight.py SQUAD-1.1.json --without .models`), and `loccit evaluate` asks the fold's
questions, with their article and without it, of an index of all articles. The confidence is trained on questions to
small indexes as well, of some twenty passages cut out of the articles, and, with `--corpus`, to one of 100,000: how
well it holds in each is told. (`make model` trains the same way on all articles.) `--xquad` asks its questions, in both
languages, of models that have not seen the article in any.
Then what the shipped model does on sets that it was not trained on, where their files are named, and how long it takes.
Run: python benchmarks/quality.py SQUAD-1.1.json SQUAD-2.0.json [--ablate] [--wikiqa FILE] [--selqa FILE]
  [--corpus FOLDER] [--xquad EN AR] [--dialogues LINKED.jsonl CORPUS] [--no-folds]
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, TypeVar

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # sums in one order: the same figures every time

from loccit.evaluate import closed_index, evaluate, measure, merge, read_testset
from loccit.evaluate.closed import large_index
from loccit.evaluate.evaluation import Row
from loccit.evaluate.examples import WHOLE, Example, gather, unseen
from loccit.evaluate.fitting import FOLDS
from loccit.evaluate.intervals import clustered_interval
from loccit.evaluate.measures import Asked, calibration_error
from loccit.evaluate.testset import Item, TestSet
from loccit.evaluate.training import (
    SHARES,
    Crossed,
    crossed,
    fit,
    ranked_by,
    ranking,
    rows_asked,
    thresholds,
)
from loccit.highlight import Model as Highlights
from loccit.highlight import load
from loccit.index import Index
from loccit.scorer.model import Model
from table import table

T = TypeVar("T")
ROOT = Path(__file__).parents[1]
PROCESSES = 2
PARTS = 4 * PROCESSES
GROUPS = {
    "the question's words": ("own", "plain"),
    "words around, title and headings": ("covered", "above", "refers"),
    "pairs and order of words": ("pairs", "order"),
    "associated words": ("associated",),
    "names, numbers, years": ("names_lost", "conflict"),
    "kind of answer by its looks": ("fits", "fails", "opens"),
    "what looks like an answer (highlight)": ("answer",),
    "passage and place in it": ("passage", "leads"),
    "length": ("length",),
}
"""Features that are left out together to see what they are worth."""


class Fold(NamedTuple):
    """What is trained without one fold of articles."""

    model: Model
    highlights: Highlights


class Bench:
    """The questions, the index of their articles, and which fold each article is in."""

    def __init__(self, testset: TestSet, index: Index, large: Index | None, highlights: Sequence[Highlights]) -> None:
        self.testset, self.index, self.large, self.highlights = testset, index, large, highlights
        # That of the model of highlights which has not seen the article.
        self.fold = {title: highlights.index(unseen(highlights, title)) for title in map(title_of, testset.items)}
        self.folds: list[Fold] = []

    def look(self, part: int) -> list[Example]:
        """What there is to learn from one of so many parts, highlights by models that have not seen the article."""
        highlights = self.highlights
        return list(
            gather(self.index, self.testset, large=self.large, highlights=highlights, part=slice(part, None, PARTS))
        )

    def ask(self, fold: int) -> tuple[Row, ...]:
        """What becomes of the fold's questions."""
        return self.asked(self.index, self.testset, fold, without_gold=True)

    def asked(self, index: Index, testset: TestSet, fold: int, *, without_gold: bool = False) -> tuple[Row, ...]:
        """What becomes of a set's questions about the fold's articles, by models that have not seen these."""
        items = tuple(item for item in testset.items if self.fold[title_of(item)] == fold)
        index.use(*self.folds[fold])
        return evaluate(index, testset.model_copy(update={"items": items}), without_gold=without_gold).rows


_bench: list[Bench] = []  # one, inherited by the processes


def title_of(item: Item) -> str:
    """The article of a question."""
    return item.context.article if item.context else item.evidence[0].article


def in_processes(work: Callable[[int], Sequence[T]], count: int) -> list[T]:
    """The results of all parts, in their order."""
    with ProcessPoolExecutor(PROCESSES, get_context("fork")) as pool:
        return [each for part in pool.map(work, range(count)) for each in part]


def _look(part: int) -> list[Example]:
    return _bench[0].look(part)


def _ask(fold: int) -> tuple[Row, ...]:
    return _bench[0].ask(fold)


def sizes(rows: Sequence[Crossed]) -> str:
    """How well the confidence holds in indexes of each size, by weights that had not seen the article."""
    lines = []
    of = dict(thresholds(rows))
    all_asked = rows_asked(rows)
    for scene in dict.fromkeys(row.scene for row in rows):
        asked = [each for row, each in all_asked if row.scene == scene and row.kind in SHARES]
        off = calibration_error(asked)
        for precision in (0.8, 0.92):
            least = of[precision]
            said = [each for each in asked if each.confidence >= least]
            right = sum(each.right for each in said)
            kept = right / max(1, sum(each.right for each in asked))
            lines.append(
                (
                    scene,
                    f"{off:.3f}",
                    f"{precision}",
                    f"{right / max(1, len(said)):.3f}",
                    f"{kept:.3f}",
                    f"{len(asked):,}",
                )
            )
    return table(("index", "calibration error", "precision asked", "precision", "right ones said", "n"), lines)


def without(found: Iterable[Example], fold: dict[str, int], out: int) -> list[Example]:
    """The examples of the other folds."""
    return [example for example in found if fold[example.group] != out]


def one_threshold(rows: Sequence[Row], fold: dict[str, int], titles: Sequence[str]) -> tuple[list[float], list[str]]:
    """Whether each question is rightly answered or rightly declined, at the threshold best for the other folds."""
    worth: list[float] = []
    of: list[str] = []
    for out in range(FOLDS):
        there = [(row, title) for row, title in zip(rows, titles, strict=True) if fold[title] == out]
        others = [row for row, title in zip(rows, titles, strict=True) if fold[title] != out]
        least = max((at / 100 for at in range(1, 100)), key=lambda at: sum(_worth(row, at) for row in others))
        worth += [_worth(row, least) for row, _ in there]
        of += [title for _, title in there]
    return worth, of


def _worth(row: Row, least: float) -> float:
    return float(row.confidence < least) if not row.answerable else float(bool(row.right) and row.confidence >= least)


def main() -> None:
    """What is measured in folds, then the rest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("squad", type=Path)
    parser.add_argument("squad2", type=Path)
    parser.add_argument("--ablate", action="store_true", help="Rank without each group of features, too.")
    parser.add_argument("--no-folds", action="store_true", help="Only what needs no training.")
    parser.add_argument(
        "--corpus", type=Path, help="A folder of WikiExtractor files, for an index of 100,000 passages."
    )
    parser.add_argument(
        "--highlights", type=Path, default=ROOT / ".models", help="The folder of models without each fold."
    )
    parser.add_argument("--wikiqa", type=Path)
    parser.add_argument("--selqa", type=Path)
    parser.add_argument("--xquad", type=Path, nargs=2, metavar=("EN", "AR"))
    parser.add_argument("--dialogues", type=Path, nargs=2, metavar=("LINKED", "CORPUS"))
    given = parser.parse_args()
    if not given.no_folds:
        cross(given)
    others(given)


def cross(given: argparse.Namespace) -> None:
    """Train without each fold, ask it, print."""
    testset = merge([read_testset(given.squad), read_testset(given.squad2)])
    among = large_index(testset, given.corpus, ["en"]) if given.corpus else nullcontext()
    with closed_index(testset, language="en") as index, among as large:
        bench = Bench(testset, index, large, [load(path) for path in sorted(given.highlights.glob("*.json"))])
        _bench.append(bench)
        found = in_processes(_look, PARTS)
        for out in range(FOLDS):
            some = without(found, bench.fold, out)
            bench.folds.append(Fold(fit(some, crossed(some)), bench.highlights[out]))
        rows = in_processes(_ask, FOLDS)
    of = {item.id: title_of(item) for item in testset.items}
    tell(rows, [of[row.id] for row in rows], bench.fold)
    print("\n" + sizes(crossed(found)))
    if given.xquad:
        languages(bench, given.xquad)
    if given.ablate:
        ablate(found, bench.fold)


def tell(rows: Sequence[Row], titles: Sequence[str], fold: dict[str, int]) -> None:
    """The measures with their intervals."""
    lines = []
    answerable = [row for row in rows if row.answerable]
    for name, each in measure(answerable).items():
        if each.value is not None:
            lines.append((name, f"{each.value:.3f}", interval(each.interval), f"{each.n:,}"))
    asked = [Asked(row.confidence, bool(row.right)) for row in rows]
    asked += [Asked(row.hidden.confidence, right=False) for row in rows if row.hidden]
    lines.append(("expected calibration error, all", f"{calibration_error(asked):.3f}", "", f"{len(asked):,}"))
    kept = [(row.confidence, True) for row in answerable]
    kept += [(row.hidden.confidence, False) for row in answerable if row.hidden]
    kept.sort(reverse=True)
    there, most = 0, 0.0
    for said, (_, possible) in enumerate(kept, 1):
        there += possible
        if there >= 0.9 * said:
            most = there / len(answerable)
    lines.append(("answerable ones kept at precision 0.90", f"{most:.3f}", "", f"{len(kept):,}"))
    twos = {title for row, title in zip(rows, titles, strict=True) if not row.answerable}
    worth, groups = halves(rows, titles, fold, twos)
    lines.append(
        (
            "SQuAD 2.0: right, or rightly declined, one threshold",
            f"{sum(worth) / len(worth):.3f}",
            interval(clustered_interval(worth, groups)),
            f"{len(worth):,}",
        )
    )
    impossible = len(rows) - len(answerable)
    print(f"{len(answerable):,} answerable and {impossible:,} unanswerable questions, {len(set(titles))} articles\n")
    print(table(("measure", "value", "95 %", "n"), lines))


def languages(bench: Bench, paths: Sequence[Path]) -> None:
    """XQuAD's questions about the same articles, in two languages, by models that have not seen these in any."""
    lines = []
    shares = []
    for path, code in zip(paths, ("en", "ar"), strict=True):
        testset = read_testset(path)
        with closed_index(testset, language=code) as index:
            rows = [row for fold in range(FOLDS) for row in bench.asked(index, testset, fold)]
        each = measure(rows)["answer/sentence@1"]
        shares.append(each.value or 0.0)
        lines.append((code, f"{shares[-1]:.3f}", interval(each.interval), f"{each.n:,}"))
    lines.append(("the second over the first", f"{shares[1] / shares[0]:.3f}", "", ""))
    print("\n" + table(("XQuAD: answer/sentence@1", "value", "95 %", "n"), lines))


def halves(
    rows: Sequence[Row], titles: Sequence[str], fold: dict[str, int], twos: set[str]
) -> tuple[list[float], list[str]]:
    """`one_threshold` on the articles with unanswerable questions, as many answerable ones of each."""
    kept: list[tuple[Row, str]] = []
    for title in sorted(twos):
        of = [row for row, name in zip(rows, titles, strict=True) if name == title]
        impossible = [row for row in of if not row.answerable]
        possible = [row for row in of if row.answerable]
        step = max(1.0, len(possible) / max(1, len(impossible)))
        kept += [(row, title) for row in impossible]
        kept += [(possible[int(at * step)], title) for at in range(int(len(possible) / step))]
    return one_threshold([row for row, _ in kept], fold, [title for _, title in kept])


def interval(found: tuple[float, float] | None) -> str:
    """As printed."""
    return f"{found[0]:.3f} to {found[1]:.3f}" if found else ""


def ablate(found: Sequence[Example], fold: dict[str, int]) -> None:
    """How often the first sentence, and one of three, is right without each group of features."""
    asked = [each for each in found if each.kind == "answerable" and each.scene == WHOLE]
    lines = []
    whole: tuple[float, float] | None = None
    for name, group in {"none": (), **GROUPS}.items():
        one = three = 0
        for out in range(FOLDS):
            weights = ranking(without(asked, fold, out), leave_out=group)
            for example in asked:
                if fold[example.group] == out and example.ranked:
                    order, _ = ranked_by(example, weights)
                    right = {s.quote.span for s, r in zip(example.ranked, example.right, strict=True) if r}
                    one += order[0].quote.span in right
                    three += any(scored.quote.span in right for scored in order[:3])
        shares = one / len(asked), three / len(asked)
        whole = whole or shares
        changes = [f"{share:.3f} ({share - before:+.3f})" for share, before in zip(shares, whole, strict=True)]
        lines.append((name, *changes))
    print("\n" + table(("without", "sentence@1", "sentence@3"), lines))


def others(given: argparse.Namespace) -> None:
    """The shipped model on sets it was not trained on, follow-ups, typing errors, the sample, and the time it takes."""
    sets: list[tuple[str, Path, str | None]] = []
    sets += [("WikiQA", given.wikiqa, None)] if given.wikiqa else []
    sets += [("SelQA", given.selqa, None)] if given.selqa else []
    lines = []
    for name, path, language in sets:
        testset = read_testset(path)
        with closed_index(testset, language=language) as index:
            found = evaluate(index, testset).measures
        for kind in ("sentence/map", "sentence/mrr", "answer/sentence@1", "answer/sentence@3"):
            each = found[kind]
            if each.value is not None:
                lines.append((f"{name}: {kind}", f"{each.value:.3f}", interval(each.interval), f"{each.n:,}"))
    lines += [(f"scoring the sentences of ten passages, {part} ms", f"{ms:.2f}", "", "") for part, ms in times(given)]
    print("\n" + table(("the shipped model", "value", "95 %", "n"), lines), flush=True)
    here = Path(__file__).parent
    sample = here.parent / "index"
    commands: list[list[str | Path]] = [["typing_errors.py", given.squad, "--half", "other", "--every", "2"]]
    commands += [["follow_ups.py", *given.dialogues, given.squad]] if given.dialogues else []
    for script, *arguments in commands:
        print(f"\n{script}\n", flush=True)
        subprocess.run([sys.executable, here / script, *arguments], check=True)
    if (sample / "built").is_dir():
        print("\nthe sample\n", flush=True)
        asked: list[str | Path] = [sample / "questions" / "en.jsonl", "--index", sample / "built"]
        subprocess.run([sys.executable, "-m", "loccit", "evaluate", *asked], check=True)


def times(given: argparse.Namespace) -> list[tuple[str, float]]:
    """What ranking ten hits takes, with every 30th question."""
    testset = read_testset(given.squad)
    with closed_index(testset, language="en") as index:
        took = []
        for item in testset.items[::30]:
            question = index.understand(item.question)
            lexicon = index.look_up(question)
            hits = index.retrieve(question, lexicon)[:10]
            start = time.process_time()
            index.rank(question, hits, lexicon)
            took.append(1000 * (time.process_time() - start))
    took.sort()
    return [("median", took[len(took) // 2]), ("95th percentile", took[int(0.95 * len(took))])]


if __name__ == "__main__":
    main()
