"""The model of highlights: how well it does on articles it has not seen, and with `--write` the file itself.

The folds are cut by article. A sentence counts as given where it is the gold one, a paragraph where the sentence is
picked out of it by loccit's own features, weighed as fits the other folds best. With `--without FOLDER` the models
without each fold are written too: `loccit train` and `quality.py` want them for the articles that the model has seen.
Run: python benchmarks/train_highlight.py SQUAD.json [--folds 5] [--ablate] [--write] [--without FOLDER]
"""

import argparse
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # sums in one order: the same bytes every time

import numpy as np
from numpy.typing import NDArray

from loccit.chunker import chunk
from loccit.cli.evaluation import today
from loccit.evaluate import closed_index, read_testset
from loccit.evaluate.closed import article
from loccit.evaluate.examples import START
from loccit.evaluate.fitting import choose, folds_of, regress
from loccit.evaluate.matching import normalise, occurrences
from loccit.evaluate.testset import Context, Item
from loccit.highlight import SHOWN, SURE
from loccit.highlight.asked import Asked, tables_of, understand
from loccit.highlight.calibration import Evidence, calibrated
from loccit.highlight.features import Sheet, of_span, sheet_of
from loccit.highlight.groups import GROUPS, group
from loccit.highlight.model import ANY, FORMAT, SHIPPED, Model
from loccit.highlight.scores import evidence, span_scores
from loccit.index import Index
from loccit.scorer import rank
from loccit.types import Hit, Passage, Question
from table import table

LANGUAGE = "en"
NAMING, ASKING = "what which how whose", "who whom when where why"
PASSED = "kind kinds type types sort name names form term other many much"
SEEN = 50
"""A feature is learnt where that many edges, tokens and candidates have it."""
KEPT = {LANGUAGE: 8400, ANY: 1000}
"""Features in the file."""
L2 = 6.0
MIX = 0.5
"""How much the expected F1 counts beside the likelihood of the right candidates."""
STEPS = 30

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Name = tuple[str, str]
"""A table and a feature."""
Weights = dict[Name, float]


class Example(NamedTuple):
    """A question, its paragraph's sentences as the scorer sees them, and which of them holds the answer."""

    title: str
    question: Question
    answers: tuple[str, ...]
    sentences: tuple[str, ...]
    features: Floats
    gold: int


class Problem(NamedTuple):
    """Examples as arrays: candidates point to rows of features for their start, end, inside and whole."""

    features: Sequence[Ints]
    rows: Sequence[Ints]
    """Where each row's features begin."""
    candidates: Ints
    """Five columns: row of the start, row of the end, first and last row inside, row of the whole."""
    examples: Ints
    """Where each example's candidates begin."""
    exact: Floats
    f1: Floats


class Measured(NamedTuple):
    """What the best candidate of one example was worth."""

    exact: float
    f1: float
    evidence: Evidence | None


def read_examples(index: Index, items: Iterable[Item]) -> Iterator[Example]:
    """The questions whose gold sentence is known."""
    passages: dict[tuple[str, str], Passage] = {}
    for item in items:
        place = item.evidence[0]
        if (place.article, place.text) not in passages:
            of = article(Context(title=place.article, paragraphs=(place.text,)), LANGUAGE)
            (passages[place.article, place.text],) = chunk(of, 2 * len(place.text))
        passage = passages[place.article, place.text]
        question = index.understand(item.question, language=LANGUAGE)
        ranked = rank(question, [Hit.of(passage, 1.0)], index.look_up(question), START, read=len(passage.sentences))
        answer = item.answers[0]
        found = occurrences(answer, place.text, words=True) or occurrences(answer, place.text)
        at = found[0].start
        yield Example(
            title=place.article,
            question=question,
            answers=item.answers,
            sentences=tuple(scored.quote.text for scored in ranked),
            # What looks like an answer is known to the shipped model, which has seen them all.
            features=np.array([scored.features._replace(answer=0.0) for scored in ranked]),
            gold=next((n for n, s in enumerate(ranked) if s.quote.span.start <= at < s.quote.span.end), 0),
        )


def pick(examples: Sequence[Example], fold: Sequence[int]) -> list[str]:
    """The sentence that is best by weights fitted on the other folds."""
    sets = [(each.features, np.arange(len(each.sentences)) == each.gold) for each in examples]
    weights = [choose([one for one, at in zip(sets, fold, strict=True) if at != out]) for out in range(max(fold) + 1)]
    best = [int(np.argmax(each.features @ weights[at])) for each, at in zip(examples, fold, strict=True)]
    return [each.sentences[at] for each, at in zip(examples, best, strict=True)]


def document(
    tables: dict[str, dict[str, dict[str, float]]],
    calibration: dict[str, list[float]],
    trained_on: dict[str, object],
    cross_validated: dict[str, object],
) -> dict[str, object]:
    """What the file holds."""
    return {
        "format": FORMAT,
        "trained_on": trained_on,
        "cross_validated": cross_validated,
        "language": LANGUAGE,
        "asking": dict.fromkeys(ASKING.split(), False) | dict.fromkeys(NAMING.split(), True),
        "passed": PASSED.split(),
        "weights": {code: {"calibration": calibration[code], "tables": tables[code]} for code in (LANGUAGE, ANY)},
    }


def look(example: Example, text: str, code: str) -> tuple[Asked, Sheet] | None:
    """The features of a sentence, those of any language where the code is not the model's."""
    asked = understand(example.question, LANGUAGE, BLANK_ANY if code == ANY else BLANK)
    sheet = sheet_of(text, LANGUAGE, asked) if asked else None
    return (asked, sheet) if asked and sheet and sheet.spans else None


class Names(dict[Name, int]):
    """Tables and features, numbered as they come."""

    def numbers(self, feature: str, asked: Asked) -> list[int]:
        """One for each table of the question that the feature has a weight in."""
        return [self.setdefault((name, feature), len(self)) for name in tables_of(feature, asked)]


def arrange(examples: Sequence[Example], texts: Sequence[str], code: str, names: Names) -> Problem:
    """The examples as arrays; one without candidates has none."""
    numbers: list[list[int]] = [[], [], [], []]
    rows: list[list[int]] = [[0], [0], [0], [0]]
    candidates: list[tuple[int, int, int, int, int]] = []
    begin, exact, f1 = [0], [], []
    known: dict[tuple[str, ...], dict[str, list[int]]] = {}

    def put(part: int, found: Sequence[str], asked: Asked) -> int:
        mine = known.setdefault(asked.tables, {})
        for feature in found:
            if feature not in mine:
                mine[feature] = names.numbers(feature, asked)
            numbers[part] += mine[feature]
        rows[part].append(len(numbers[part]))
        return len(rows[part]) - 2

    for example, text in zip(examples, texts, strict=True):
        if (found := look(example, text, code)) is not None:
            asked, sheet = found
            starts = {i: put(0, it, asked) for i, it in sheet.starts.items()}
            ends = {j: put(1, it, asked) for j, it in sheet.ends.items()}
            inside = [put(2, it, asked) for it in sheet.inside]
            right = [normalise(answer) for answer in example.answers]
            for i, j in sheet.spans:
                whole = put(3, of_span(sheet, i, j, asked.lexical), asked)
                candidates.append((starts[i], ends[j], inside[i], inside[j] + 1, whole))
                said = normalise(text[sheet.tokens[i].start : sheet.tokens[j].end])
                exact.append(float(said in right))
                f1.append(max(f1_of(said, answer) for answer in right))
            if len(known) > 400:
                known.clear()
        begin.append(len(candidates))
    return Problem(
        [np.array(each, dtype=np.int64) for each in numbers],
        [np.array(each, dtype=np.int64) for each in rows],
        np.array(candidates, dtype=np.int64),
        np.array(begin, dtype=np.int64),
        np.array(exact),
        np.array(f1),
    )


def f1_of(said: str, right: str) -> float:
    """SQuAD's F1 of two normalised texts."""
    mine, theirs = said.split(), right.split()
    common = sum((Counter(mine) & Counter(theirs)).values()) if not set(mine).isdisjoint(theirs) else 0
    return 2 * common / (len(mine) + len(theirs)) if common else 0.0


def only(problem: Problem, keep: NDArray[np.bool_]) -> Problem:
    """The problem with these features alone, numbered anew."""
    number = np.cumsum(keep) - 1
    features, rows = [], []
    for numbers, begin in zip(problem.features, problem.rows, strict=True):
        kept = keep[numbers]
        features.append(number[numbers[kept]])
        rows.append(np.concatenate([[0], np.cumsum(kept)])[begin])
    return problem._replace(features=features, rows=rows)


def part(problem: Problem, which: Iterable[int]) -> Problem:
    """Some of the examples, those without candidates left out; rows nobody points to stay."""
    kept = [(problem.examples[e], problem.examples[e + 1]) for e in which]
    kept = [(start, end) for start, end in kept if end > start]
    at = np.concatenate([np.arange(start, end) for start, end in kept])
    candidates = problem.candidates[at].copy()
    features, rows = [], []
    for number, columns in enumerate(((0,), (1,), (2, 3), (4,))):
        begin = problem.rows[number]
        used = np.zeros(len(begin), dtype=np.int64)
        np.add.at(used, candidates[:, columns[0]], 1)
        np.add.at(used, candidates[:, columns[-1]] + (number != 2), -1)
        here = np.cumsum(used)[:-1] > 0
        lengths = np.where(here, np.diff(begin), 0)
        features.append(problem.features[number][np.repeat(here, np.diff(begin))])
        rows.append(np.concatenate([[0], np.cumsum(lengths[here])]))
        place = np.concatenate([[0], np.cumsum(here)])
        for column in columns:
            candidates[:, column] = place[candidates[:, column]]
    examples = np.concatenate([[0], np.cumsum([end - start for start, end in kept])])
    return Problem(
        features,
        rows,
        candidates,
        examples,
        problem.exact[at],
        problem.f1[at],
    )


def sums(values: Floats, begin: Ints) -> Floats:
    """Of each row, the sum of its values."""
    upto = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray(upto[begin[1:]] - upto[begin[:-1]])


def scores_of(problem: Problem, weights: Floats) -> Floats:
    """For each candidate the sum of its weights."""
    start, end, inside, whole = (
        sums(weights[numbers], begin) for numbers, begin in zip(problem.features, problem.rows, strict=True)
    )
    upto = np.concatenate([[0.0], np.cumsum(inside)])
    at = problem.candidates
    return np.asarray(start[at[:, 0]] + end[at[:, 1]] + upto[at[:, 3]] - upto[at[:, 2]] + whole[at[:, 4]])


def gradient(problem: Problem, slope: Floats, size: int) -> Floats:
    """From the slope by each candidate's score to that by each weight."""
    at = problem.candidates
    found = np.zeros(size)
    for number, columns in enumerate(((0,), (1,), (2, 3), (4,))):
        count = len(problem.rows[number]) - 1
        row = np.bincount(at[:, columns[0]], slope, count + 1)
        if number == 2:
            row = np.cumsum(row - np.bincount(at[:, 3], slope, count + 1))
        lengths = np.diff(problem.rows[number])
        found += np.bincount(problem.features[number], np.repeat(row[:count], lengths), size)
    return found


def shares_of(scores: Floats, begin: Ints) -> tuple[Floats, Floats]:
    """The likelihood of each candidate among its example's, and the logarithm of their sum."""
    count = np.diff(begin)
    most = np.maximum.reduceat(scores, begin[:-1])
    powers = np.exp(scores - np.repeat(most, count))
    whole = np.add.reduceat(powers, begin[:-1])
    return powers / np.repeat(whole, count), most + np.log(whole)


def fit(problem: Problem, weights: Floats, mix: float = 0.0) -> Floats:
    """The weights that make the right candidates likely; where none is exact the nearest count, if near enough."""
    begin = problem.examples
    count = np.diff(begin)
    nearest = np.repeat(np.maximum.reduceat(problem.f1, begin[:-1]), count)
    has_exact = np.repeat(np.maximum.reduceat(problem.exact, begin[:-1]), count)
    right = np.where(has_exact > 0, problem.exact > 0, (problem.f1 >= nearest - 1e-9) & (nearest >= 0.5))
    learnt = np.add.reduceat(right, begin[:-1]) > 0
    each = np.repeat(learnt, count)

    def loss(at: Floats) -> tuple[float, Floats]:
        scores = scores_of(problem, at)
        shares, whole = shares_of(scores, begin)
        aims, reached = shares_of(np.where(right, scores, -1e9), begin)
        lost = -float((reached - whole)[learnt].sum())
        slope = (shares - aims) * each
        expected = np.add.reduceat(shares * problem.f1, begin[:-1])
        lost = (1 - mix) * lost - 3 * mix * float(expected.sum())
        slope = (1 - mix) * slope - 3 * mix * shares * (problem.f1 - np.repeat(expected, count))
        return lost + 0.5 * L2 * float(at @ at), gradient(problem, slope, len(at)) + L2 * at

    return descend(loss, weights)


def descend(loss: Callable[[Floats], tuple[float, Floats]], at: Floats) -> Floats:
    """The lowest place by L-BFGS (Nocedal and Wright 2006, algorithm 7.5) after so many steps."""
    value, slope = loss(at)
    past: list[tuple[Floats, Floats]] = []
    for _ in range(STEPS):
        way = slope.copy()
        shares = []
        for moved, turned in reversed(past):
            share = float(moved @ way) / float(turned @ moved)
            way -= share * turned
            shares.append(share)
        if past:
            way *= float(past[-1][0] @ past[-1][1]) / float(past[-1][1] @ past[-1][1])
        else:
            way /= max(1.0, float(np.linalg.norm(slope)))
        for (moved, turned), share in zip(past, reversed(shares), strict=True):
            way += (share - float(turned @ way) / float(turned @ moved)) * moved
        step = 1.0
        while True:
            there = at - step * way
            next_value, next_slope = loss(there)
            if next_value <= value - 1e-4 * step * float(slope @ way) or step < 1e-4:
                break
            step /= 2
        moved, turned = there - at, next_slope - slope
        if float(moved @ turned) > 1e-10:
            past = [*past, (moved, turned)][-8:]
        done = abs(value - next_value) < 1e-5 * abs(value)
        at, value, slope = there, next_value, next_slope
        if done:
            break
    return at


def learn(problem: Problem, names: Sequence[Name], kept: int) -> Weights:
    """The weights of the features that matter, rounded as in the file."""
    weights = fit(problem, np.zeros(len(names)))
    seen = np.sqrt(counts(problem, len(names)))
    chosen = np.zeros(len(names), dtype=bool)
    chosen[np.argsort(-np.abs(weights) * seen, kind="stable")[:kept]] = True
    few = only(problem, chosen)
    weights = fit(few, weights[chosen])
    weights = fit(few, weights, MIX)
    left = [name for name, keep in zip(names, chosen, strict=True) if keep]
    return {name: round(float(w), 2) for name, w in zip(left, weights, strict=True) if round(float(w), 2)}


def counts(problem: Problem, size: int) -> Ints:
    """How often each feature is there."""
    return np.asarray(sum(np.bincount(numbers, minlength=size) for numbers in problem.features))


def sorted_tables(weights: Weights) -> dict[str, dict[str, float]]:
    """As in the file: sorted by table, then by feature."""
    tables: dict[str, dict[str, float]] = {}
    for (name, feature), weight in sorted(weights.items()):
        tables.setdefault(name, {})[feature] = weight
    return tables


def measure(examples: Sequence[Example], texts: Sequence[str], code: str, model: Model) -> list[Measured]:
    """What the shipped code makes of each example with these weights."""
    found = []
    for example, text in zip(examples, texts, strict=True):
        looked = look(example, text, code)
        if looked is None:
            found.append(Measured(0.0, 0.0, None))
            continue
        asked, sheet = looked
        scores = span_scores(sheet, model.weights(code, asked.tables), asked.lexical)
        at = max(range(len(scores)), key=scores.__getitem__)
        i, j = sheet.spans[at]
        said = normalise(text[sheet.tokens[i].start : sheet.tokens[j].end])
        right = [normalise(answer) for answer in example.answers]
        f1 = max(f1_of(said, answer) for answer in right)
        found.append(Measured(float(said in right), f1, evidence(sheet, scores, at, asked)))
    return found


def calibrate(measured: Iterable[Measured]) -> list[float]:
    """Bias and weights of the evidence that the highlight is right (F1 of a half)."""
    known = [each for each in measured if each.evidence is not None]
    x = np.array([(1.0, *each.evidence) for each in known if each.evidence is not None])
    y = np.array([float(each.f1 >= 0.5) for each in known])
    return [round(float(w), 3) for w in regress(x, y)]


class Task(NamedTuple):
    """One fit: of which weights, without which fold (None for the final one), without which features."""

    code: str
    fold: int | None
    without: frozenset[str] = frozenset()


def lower(texts: Iterable[str]) -> list[str]:
    """The texts as a script without capitals would have them."""
    return [text.lower() for text in texts]


class Bench:
    """The examples, arranged once; each process has its copy."""

    def __init__(self, examples: Sequence[Example], folds: int) -> None:
        self.examples = examples
        self.gold = [example.sentences[example.gold] for example in examples]
        self.fold = folds_of([example.title for example in examples], folds)
        self.chosen = pick(examples, self.fold)
        self.problems: dict[str, tuple[list[Name], Problem]] = {}
        for code in (LANGUAGE, ANY):
            names = Names()
            twice = code == ANY  # as it is, and as a script without capitals would have it
            texts = [*self.gold, *lower(self.gold)] if twice else self.gold
            problem = arrange([*examples, *examples] if twice else examples, texts, code, names)
            often = counts(problem, len(names)) >= SEEN
            self.problems[code] = [n for n, keep in zip(names, often, strict=True) if keep], only(problem, often)

    def run(self, task: Task) -> tuple[Weights, dict[str, list[Measured]]]:
        """The weights, and what they measure on the fold left out."""
        names, problem = self.problems[task.code]
        if task.without:
            keep = np.array(
                [group(feature) not in task.without and name[:2] not in task.without for name, feature in names]
            )
            names, problem = [n for n, k in zip(names, keep, strict=True) if k], only(problem, keep)
        count = len(self.examples)
        which = [e for e in range(len(problem.examples) - 1) if self.fold[e % count] != task.fold]
        weights = learn(part(problem, which), names, KEPT[task.code])
        if task.fold is None:
            return weights, {}
        model = filled({task.code: weights})
        out = [e for e in range(count) if self.fold[e] == task.fold]
        examples = [self.examples[e] for e in out]
        gold, chosen = [self.gold[e] for e in out], [self.chosen[e] for e in out]
        given = {"sentence": gold, "paragraph": chosen}
        if task.code == ANY:
            given |= {"sentence, small letters": lower(gold), "paragraph, small letters": lower(chosen)}
        return weights, {name: measure(examples, texts, task.code, model) for name, texts in given.items()}


def filled(weights: dict[str, Weights]) -> Model:
    """A model of these weights, not yet calibrated."""
    tables = {code: sorted_tables(weights.get(code, {})) for code in (LANGUAGE, ANY)}
    return Model(json.dumps(document(tables, {LANGUAGE: [0.0] * 7, ANY: [0.0] * 7}, {}, {})))


BLANK = filled({})
BLANK_ANY = filled({})
BLANK_ANY.language = ANY  # so that no question is of the model's language
_bench: list[Bench] = []  # one, inherited by the processes


def _run(task: Task) -> tuple[Weights, dict[str, list[Measured]]]:
    return _bench[0].run(task)


def mean(values: Iterable[float]) -> float:
    """The mean."""
    every = list(values)
    return sum(every) / max(1, len(every))


def figures(measured: Sequence[Measured]) -> dict[str, float]:
    """Exact match and F1, in percent."""
    return {
        "em": round(100 * mean(m.exact for m in measured), 2),
        "f1": round(100 * mean(m.f1 for m in measured), 2),
    }


def cross_calibrated(by_fold: Sequence[Sequence[Measured]]) -> list[tuple[float, Measured]]:
    """Each with its probability, by a calibration that was fitted on the other folds."""
    found = []
    for fold, measured in enumerate(by_fold):
        calibration = calibrate(m for other, those in enumerate(by_fold) if other != fold for m in those)
        found += [(calibrated(m.evidence, calibration), m) for m in measured if m.evidence is not None]
    return found


def print_curve(asked: Sequence[tuple[float, Measured]], count: int) -> None:
    """Precision and coverage by threshold."""
    lines = []
    for threshold in sorted({at / 20 for at in range(4, 20)} | {SHOWN, SURE}):
        shown = [m for p, m in asked if p >= threshold]
        mark = {SHOWN: " SHOWN", SURE: " SURE"}.get(threshold, "")
        shares = (mean(float(m.f1 >= 0.5) for m in shown), mean(m.exact for m in shown), len(shown) / count)
        lines.append((f"{threshold:.2f}{mark}", *(f"{share:.3f}" for share in shares), f"{len(shown):,}"))
    print("\n" + table(("probability from", "F1 of a half", "exact", "shown", "n"), lines))


ABLATED = {
    "words": frozenset(g for g in GROUPS if "=" in g),
    "asking phrase": frozenset({"P:"}),
    "what is asked for": frozenset({"F:"}),
    "type of question": frozenset({"T:"}),
    "question's words and distances": frozenset(
        {"sm0", "sm1", "sd", "sr", "sdr", "em0", "em1", "ed", "er", "edr", "im"}
    )
    | {"s=p", "s=q", "e=p", "e=q"},
    "ways to the question's words": frozenset({"s=p", "s=q", "e=p", "e=q"}),
    "tags": frozenset({"tag"}),
    "length": frozenset({"len"}),
    "words inside": frozenset({"i", "im", "i=0", "i=x"}),
    "endings of words": frozenset({"s=x", "s=y", "e=x", "e=y", "i=x"}),
}


def main() -> None:
    """Cross-validate, print, and write the file where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--ablate", action="store_true", help="Measure without each group of features, too.")
    parser.add_argument("--write", action="store_true", help=f"Write {SHIPPED.name}.")
    parser.add_argument("--without", type=Path, metavar="FOLDER", help="Write a model without each fold there.")
    given = parser.parse_args()
    testset = read_testset(given.squad)
    with closed_index(testset, language=LANGUAGE) as index:
        examples = list(read_examples(index, (item for item in testset.items if item.answerable)))
    _bench.append(Bench(examples, given.folds))
    with ProcessPoolExecutor(2, get_context("fork")) as pool:
        cross(pool, examples, testset.name, given)


def cross(pool: ProcessPoolExecutor, examples: Sequence[Example], name: str, given: argparse.Namespace) -> None:
    """The folds, the table of them, and the final fit."""
    folds = range(given.folds)
    tasks = [Task(code, fold) for code in (LANGUAGE, ANY) for fold in folds]
    done = dict(zip(tasks, pool.map(_run, tasks), strict=True))
    calibration, validated = {}, {}
    without: list[dict[str, tuple[Weights, list[float]]]] = [{} for _ in folds]
    for code in (LANGUAGE, ANY):
        results = [done[Task(code, fold)][1] for fold in folds]
        every = {key: [m for result in results for m in result[key]] for key in results[0]}
        rows = [
            (
                str(fold),
                f"{len(result['sentence']):,}",
                *(f"{v:.2f}" for m in result.values() for v in figures(m).values()),
            )
            for fold, result in enumerate([*results, every])
        ]
        rows[-1] = ("all", *rows[-1][1:])
        head = ("fold", "n", *(f"{measure} given {key}" for key in every for measure in ("EM", "F1")))
        print(f"\nweights: {code}\n\n" + table(head, rows))
        validated[code] = {f"given {key}": figures(m) for key, m in every.items()}
        use = [key for key in every if key.startswith("paragraph")]
        by_fold = [[m for key in use for m in result[key]] for result in results]
        calibration[code] = calibrate(m for measured in by_fold for m in measured)
        for out in folds:
            others = (m for fold, measured in enumerate(by_fold) if fold != out for m in measured)
            without[out][code] = done[Task(code, out)][0], calibrate(others)
        print_curve(cross_calibrated(by_fold), sum(map(len, by_fold)))
    if given.ablate:
        lines = []
        for what, groups in ABLATED.items():
            results = [r[1] for r in pool.map(_run, [Task(LANGUAGE, fold, groups) for fold in folds])]
            found = {key: figures([m for r in results for m in r[key]]) for key in ("sentence", "paragraph")}
            whole = validated[LANGUAGE]
            lines.append((what, *(f"{v[m] - whole[f'given {key}'][m]:+.2f}" for key, v in found.items() for m in v)))
            print(lines[-1], flush=True)
        print("\n" + table(("without", "EM sentence", "F1 sentence", "EM paragraph", "F1 paragraph"), lines))
    if given.without:
        given.without.mkdir(exist_ok=True, parents=True)
        for out, of in enumerate(without):
            titles = {example.title for example, fold in zip(examples, _bench[0].fold, strict=True) if fold != out}
            tables = {code: sorted_tables(weights) for code, (weights, _) in of.items()}
            calibrations = {code: calibrated for code, (_, calibrated) in of.items()}
            text = text_of(document(tables, calibrations, {"articles": sorted(titles)}, {}))
            (given.without / f"{out}.json").write_text(text, encoding="utf-8")
    if given.write:
        weights_of_all = [r[0] for r in pool.map(_run, [Task(code, None) for code in (LANGUAGE, ANY)])]
        tables = {code: sorted_tables(w) for code, w in zip((LANGUAGE, ANY), weights_of_all, strict=True)}
        about: dict[str, object] = {
            "set": name,
            "questions": len(examples),
            "articles": sorted({example.title for example in examples}),
            "date": today(),
        }
        percent = {"folds by article": given.folds, "percent": validated}
        SHIPPED.write_text(text_of(document(tables, calibration, about, percent)), encoding="utf-8")
        print(f"\n{SHIPPED}: {SHIPPED.stat().st_size:,} bytes")


def text_of(found: dict[str, object]) -> str:
    """The file, a table a line."""
    flat = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return flat.replace('},"', '},\n"').replace('"tables":{', '"tables":{\n') + "\n"


if __name__ == "__main__":
    main()
