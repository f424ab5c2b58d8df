"""An evaluation as a table for a terminal and as JSON."""

import json

from loccit.evaluate.evaluation import Evaluation, Measure


def table(evaluation: Evaluation) -> str:
    """Name, value, 95 % interval and n of each measure that could be taken; then what was evaluated."""
    lines = [("measure", "value", "95 %", "n")]
    lines += [
        (name, _value(name, measure), _interval(measure), f"{measure.n:,}")
        for name, measure in {**evaluation.measures, **evaluation.timings}.items()
        if measure.value is not None
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    printed = [
        f"{name:<{widths[0]}}  {value:>{widths[1]}}  {interval:<{widths[2]}}  {n:>{widths[3]}}"
        for name, value, interval, n in lines
    ]
    return "\n".join([*printed, *_problems(evaluation), "", _signature(evaluation)])


def to_json(evaluation: Evaluation) -> str:
    """Signature, measures, rows and, apart from them, the times; the same inputs give the same bytes but the times."""
    whole = evaluation.model_dump(mode="json")
    for part in ("measures", "timings"):
        for measure in whole[part].values():
            if measure["interval"] is None:
                del measure["interval"]
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _value(name: str, measure: Measure) -> str:
    return f"{measure.value:.1f}" if name.endswith("_ms") else f"{measure.value:.3f}"


def _interval(measure: Measure) -> str:
    return "{:.3f} to {:.3f}".format(*measure.interval) if measure.interval else ""


def _problems(evaluation: Evaluation) -> list[str]:
    found = [row for row in evaluation.rows if row.problem is not None]
    if not found:
        return []
    count = f"{len(found):,} question{'s' if len(found) > 1 else ''}"
    return ["", f"A problem with {count}, the first is {found[0].id}: {found[0].problem}"]


def _signature(evaluation: Evaluation) -> str:
    signature = evaluation.signature
    parts = [
        f"test set {evaluation.name} {signature.testset[:8]}",
        f"index {signature.index[:8]}",
        f"settings {signature.settings[:8]}",
        f"loccit {signature.version}",
    ]
    return ", ".join([*parts, "also asked without the gold article"] if signature.without_gold else parts)
