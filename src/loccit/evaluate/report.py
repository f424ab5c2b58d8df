"""An evaluation as a table for a terminal and as JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from loccit.errors import BadTestSet
from loccit.evaluate.content import text_of
from loccit.evaluate.evaluation import Evaluation, Measure


def table(evaluation: Evaluation) -> str:
    """Name, value, 95 % interval and n of each measure that could be taken; then what was evaluated."""
    lines = [("measure", "value", "95 %", "n")]
    lines += [
        (name, _value(name, measure), _interval(measure), f"{measure.n:,}")
        for name, measure in {**evaluation.measures, **evaluation.timings}.items()
        if measure.value is not None
    ]
    return "\n".join([*columns(lines, "<><>"), *_remarks(evaluation), "", _signature(evaluation)])


def columns(lines: Sequence[Sequence[str]], sides: str) -> Iterator[str]:
    """The lines with their cells below each other, `<` to the left and `>` to the right of a column."""
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    for line in lines:
        yield "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(line, sides, widths, strict=True)).rstrip()


def to_json(evaluation: Evaluation) -> str:
    """Signature, measures, rows and, apart from them, the times; the same inputs give the same bytes but the times."""
    return "".join(_pieces(evaluation))


def _pieces(evaluation: Evaluation) -> Iterator[str]:
    """Row by row: a hundred thousand of them would be large as dicts."""
    yield "{\n"
    yield f' "name": {json.dumps(evaluation.name, ensure_ascii=False)},\n'
    yield f' "signature": {evaluation.signature.model_dump_json()},\n'
    yield f' "measures": {_measures(evaluation.measures)},\n'
    yield ' "rows": [\n'
    for number, row in enumerate(evaluation.rows, 1):
        yield f"  {row.model_dump_json()}{',' * (number < len(evaluation.rows))}\n"
    yield f' ],\n "timings": {_measures(evaluation.timings)}\n}}\n'


def read_run(path: Path) -> Evaluation:
    """What `to_json` gave, out of a file; raises BadTestSet."""
    try:
        return Evaluation.model_validate_json(text_of(path, "run"))
    except ValueError:
        raise BadTestSet(
            f"{path} is not what this version's `loccit evaluate --json` writes. Evaluate the test set once more."
        ) from None


def _measures(measures: Mapping[str, Measure]) -> str:
    fields = {name: each.model_dump(exclude=None if each.interval else {"interval"}) for name, each in measures.items()}
    lines = (f"  {json.dumps(name)}: {json.dumps(each)}" for name, each in fields.items())
    return "{\n" + ",\n".join(lines) + "\n }"


def _value(name: str, measure: Measure) -> str:
    return f"{measure.value:.1f}" if name.endswith("_ms") else f"{measure.value:.3f}"


def _interval(measure: Measure) -> str:
    return "{:.3f} to {:.3f}".format(*measure.interval) if measure.interval else ""


def _remarks(evaluation: Evaluation) -> list[str]:
    """What is to be known before any of the measures is believed."""
    rows = evaluation.rows
    remarks = []
    if not any(row.answerable for row in rows):
        remarks.append(f"None of the {counted(rows)} is answerable: only declining is measured. Add some that are.")
    if len(rows) == 1:
        remarks.append("One question measures nothing. Thirty, a third of them unanswerable, already tell a lot.")
    if found := [row for row in rows if row.problem is not None]:
        remarks.append(f"A problem with {counted(found)}, the first is {found[0].id}: {found[0].problem}")
    return ["", *remarks] if remarks else []


def counted(rows: Sequence[object]) -> str:
    """Their number in words."""
    return f"{len(rows):,} question{'s' if len(rows) != 1 else ''}"


def _signature(evaluation: Evaluation) -> str:
    signature = evaluation.signature
    parts = [
        f"test set {evaluation.name} {signature.testset[:8]}",
        f"index {signature.index[:8]}",
        f"settings {signature.settings[:8]}",
        f"loccit {signature.version}",
    ]
    return ", ".join([*parts, "also asked without the gold article"] if signature.without_gold else parts)
