"""Two runs of one test set side by side: how much each measure differs, which questions changed, and is it chance."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from loccit.errors import BadTestSet
from loccit.evaluate.evaluation import Evaluation, Row
from loccit.evaluate.intervals import Interval, paired_interval
from loccit.evaluate.measures import mcnemar
from loccit.evaluate.report import columns, counted
from loccit.evaluate.taken import take
from loccit.letters import line

LESS_IS_BETTER = frozenset({"decline/rate", "decline/aurc", "latency/p50_ms", "latency/p95_ms"})


class Difference(NamedTuple):
    """A measure of both runs; the interval, 95 %, is of the difference over the same questions."""

    name: str
    before: float
    after: float
    n: int
    interval: Interval | None = None

    @property
    def drop(self) -> float:
        """How much worse it became."""
        return self._worse * (self.after - self.before)

    @property
    def sure_drop(self) -> float:
        """How much worse it became at least: the near end of the interval; the drop where there is none."""
        if self.interval is None:
            return self.drop
        return min(self._worse * end for end in self.interval)

    @property
    def _worse(self) -> int:
        return 1 if self.name in LESS_IS_BETTER else -1


class Comparison(NamedTuple):
    """What became of the measures, and of the first sentences."""

    differences: tuple[Difference, ...]
    won: tuple[Row, ...]
    """Answered rightly by the second run alone; its rows."""
    lost: tuple[Row, ...]

    @property
    def chance(self) -> float:
        """How likely so uneven a change is where neither run is better."""
        return mcnemar(len(self.won), len(self.lost))


def compare(before: Evaluation, after: Evaluation) -> Comparison:
    """The two runs question by question; raises BadTestSet where they were not asked the same."""
    old, new = before.signature, after.signature
    if old.testset != new.testset or [row.id for row in before.rows] != [row.id for row in after.rows]:
        raise BadTestSet(
            f"The runs are of different test sets, {before.name} {old.testset[:8]} and {after.name} {new.testset[:8]}."
            " Evaluate the same one for both."
        )
    if old.without_gold != new.without_gold:
        raise BadTestSet("Only one of the runs was asked with --without-gold. Evaluate both alike.")
    first, second = take(before.rows), take(after.rows)
    differences = [
        Difference(name, was.value, now.value, now.n, paired_interval(was.sample, now.sample))
        for name, was in first.items()
        if was.value is not None and (now := second[name]).value is not None
    ]
    for name, time in before.timings.items():
        later = after.timings.get(name)
        if time.value is not None and later is not None and later.value is not None:
            differences.append(Difference(name, time.value, later.value, later.n))
    pairs = list(zip(before.rows, after.rows, strict=True))
    return Comparison(
        tuple(differences),
        won=tuple(now for was, now in pairs if now.right and not was.right),
        lost=tuple(now for was, now in pairs if was.right and not now.right),
    )


def comparison_table(comparison: Comparison, *, limit: int = 10) -> str:
    """The differences as a table, then `limit` of the questions won and of those lost."""
    lines = [("measure", "first", "second", "change", "95 %", "n")]
    for each in comparison.differences:
        digits = 1 if each.name.endswith("_ms") else 3
        lines.append(
            (
                each.name,
                f"{each.before:.{digits}f}",
                f"{each.after:.{digits}f}",
                f"{each.after - each.before:+.{digits}f}",
                "{:+.3f} to {:+.3f}".format(*each.interval) if each.interval else "",
                f"{each.n:,}",
            )
        )
    won, lost = comparison.won, comparison.lost
    told = [f"sentence@1: {len(won):,} won, {len(lost):,} lost, McNemar's exact p = {comparison.chance:.3g}"]
    for sign, rows in (("+", won), ("-", lost)):
        told += [line(f"{sign} {row.id}: {row.question}") for row in rows[:limit]]
        if len(rows) > limit:
            told.append(f"{sign} and {counted(rows[limit:])} more")
    return "\n".join([*columns(lines, "<>>><>"), "", *told])


def gate(run: Evaluation, baseline: Evaluation, allowed: Mapping[str, float], *, sure: bool = False) -> Sequence[str]:
    """Why the run must not pass, a sentence each: quotes that are not verbatim, measures dropped by more than allowed.

    With `sure` a drop counts only as far as it is no chance: the near end of its interval.
    """
    differences = {each.name: each for each in compare(baseline, run).differences}
    quotes = sum(row.quotes for row in run.rows)
    bad = [row for row in run.rows if row.verbatim < row.quotes]
    failures = []
    if bad:
        differ = sum(row.quotes - row.verbatim for row in bad)
        failures.append(f"{differ:,} of {quotes:,} quotes differ from their article, the first with {bad[0].id}.")
    for name, most in allowed.items():
        if (each := differences.get(name)) is None:
            raise BadTestSet(f"'{name}' was not measured in both runs. Measured: {', '.join(differences)}.")
        if (each.sure_drop if sure else each.drop) > most + 1e-9:
            failures.append(_failed(each, most))
    return failures


def _failed(each: Difference, most: float) -> str:
    verb = "rose" if each.name in LESS_IS_BETTER else "dropped"
    span = "; 95 % of the change: {:+.3f} to {:+.3f}".format(*each.interval) if each.interval else ""
    return (
        f"{each.name} {verb} from {each.before:.3f} to {each.after:.3f} (by {each.drop:.3f}, allowed {most:g}{span})."
    )
