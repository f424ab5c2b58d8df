"""Two runs side by side, and the gate: as functions and as commands."""

from pathlib import Path

import pytest

from loccit.errors import BadTestSet
from loccit.evaluate import Evaluation, Measure, Row, Signature, compare, comparison_table, gate, measure, to_json
from loccit.evaluate.measures import mcnemar
from tests.evaluate.conftest import Loccit


def run(*right: int, name: str = "own.jsonl", broken: int = 0, seconds: float = 2.0) -> Evaluation:
    """Of twenty questions, four an article, those numbered are answered rightly; of so many quotes one is false."""
    rows = tuple(
        Row(
            id=f"q{number}",
            question=f"question {number}?",
            answerable=True,
            article=f"a{number // 4}",
            confidence=0.5,
            right=number in right,
            said=number in right,
            declined=number not in right,
            passage_rank=1,
            sentence_rank=1 if number in right else None,
            quotes=2,
            verbatim=1 if number < broken else 2,
        )
        for number in range(20)
    )
    return Evaluation(
        name=name,
        signature=Signature(index="0" * 16, testset=f"{name:x<16}", settings="1" * 16, version="1.0"),
        measures=measure(rows),
        rows=rows,
        timings={"latency/p50_ms": Measure(value=seconds, n=20), "latency/p95_ms": Measure(value=None, n=0)},
    )


def written(path: Path, evaluation: Evaluation) -> Path:
    path.write_text(to_json(evaluation), encoding="utf-8")
    return path


TABLE = """\
measure                    first  second  change  95 %               n
retrieval/success@1        1.000   1.000  +0.000  +0.000 to +0.000  20
retrieval/success@5        1.000   1.000  +0.000  +0.000 to +0.000  20
retrieval/success@10       1.000   1.000  +0.000  +0.000 to +0.000  20
retrieval/mrr@10           1.000   1.000  +0.000  +0.000 to +0.000  20
retrieval/ndcg@10          0.000   0.000  +0.000  +0.000 to +0.000  20
answer/sentence@1          0.500   0.600  +0.100  -0.100 to +0.300  20
answer/sentence@3          0.500   0.600  +0.100  -0.100 to +0.300  20
answer/sentence@1+decline  0.500   0.600  +0.100  -0.100 to +0.300  20
decline/rate               0.500   0.400  -0.100  -0.300 to +0.100  20
"""


def test_the_table_of_two_runs() -> None:
    first, second = run(*range(10)), run(*range(1, 13), seconds=3.25)
    printed = comparison_table(compare(first, second), limit=2)
    assert printed.startswith(TABLE)
    assert "latency/p50_ms               2.0     3.2    +1.2" in printed
    assert printed.endswith(
        """

sentence@1: 3 won, 1 lost, McNemar's exact p = 0.625
+ q10: question 10?
+ q11: question 11?
+ and 1 question more
- q0: question 0?"""
    )


@pytest.mark.parametrize(
    ("won", "lost", "chance"),
    # worked out with binomial coefficients: 2 * sum(C(n, k) for k <= min) / 2 ** n
    [(0, 0, 1), (1, 1, 1), (5, 0, 2 / 32), (3, 1, 10 / 16), (2, 9, 2 * 67 / 2048), (10_000, 9_000, 4.2e-13)],
)
def test_mcnemars_exact_test(won: int, lost: int, chance: float) -> None:
    assert mcnemar(won, lost) == pytest.approx(chance, rel=0.05 if chance < 0.001 else 1e-9)
    assert mcnemar(lost, won) == mcnemar(won, lost)


def test_runs_of_different_sets_are_refused() -> None:
    message = (
        "The runs are of different test sets, own.jsonl own.json and other.jsonl other.js."
        " Evaluate the same one for both."
    )
    with pytest.raises(BadTestSet) as error:
        compare(run(), run(name="other.jsonl"))
    assert str(error.value) == message
    with pytest.raises(BadTestSet):
        gate(run(), run(name="other.jsonl"), {})
    without = run()
    hidden = without.model_copy(update={"signature": without.signature.model_copy(update={"without_gold": True})})
    with pytest.raises(BadTestSet) as error:
        compare(without, hidden)
    assert str(error.value) == "Only one of the runs was asked with --without-gold. Evaluate both alike."


def test_the_gate_lets_pass_what_is_no_worse_than_allowed() -> None:
    before, after = run(*range(10)), run(*range(9))
    assert gate(after, before, {"answer/sentence@1": 0.05}) == []  # just as much
    assert gate(after, before, {"answer/sentence@1": 0.04}) == [
        "answer/sentence@1 dropped from 0.500 to 0.450 (by 0.050, allowed 0.04; 95 % of the change: -0.150 to +0.000)."
    ]
    assert gate(before, after, {"answer/sentence@1": 0}) == []  # it rose
    assert gate(run(seconds=9), run(), {"latency/p50_ms": 5}) == [
        "latency/p50_ms rose from 2.000 to 9.000 (by 7.000, allowed 5)."
    ]
    assert gate(after, before, {"decline/rate": 0}) == [
        "decline/rate rose from 0.500 to 0.550 (by 0.050, allowed 0; 95 % of the change: +0.000 to +0.150)."
    ]


def test_a_sure_gate_counts_what_is_no_chance() -> None:
    before, chance, sure = run(*range(16)), run(*range(15)), run(*range(3))
    assert gate(chance, before, {"answer/sentence@1": 0}, sure=True) == []
    assert len(gate(sure, before, {"answer/sentence@1": 0.3}, sure=True)) == 1
    assert gate(sure, before, {"answer/sentence@1": 0.6}, sure=True) == []
    assert len(gate(sure, before, {"answer/sentence@1": 0.6})) == 1  # it dropped by 0.65


def test_a_false_quote_never_passes() -> None:
    assert gate(run(*range(20), broken=2), run(), {}) == [
        "2 of 40 quotes differ from their article, the first with q0."
    ]


def test_what_was_not_measured_cannot_pass() -> None:
    with pytest.raises(BadTestSet) as error:
        gate(run(), run(), {"sentence/map": 0.1})
    assert str(error.value).startswith("'sentence/map' was not measured in both runs. Measured: retrieval/success@1, ")


def test_compare_prints_the_table(loccit: Loccit, tmp_path: Path) -> None:
    first, second = written(tmp_path / "a.json", run(*range(10))), written(tmp_path / "b.json", run(*range(1, 13)))
    code, out, err = loccit("compare", first, second, "--limit", "1")
    assert (code, err) == (0, "")
    assert out.startswith(TABLE)
    assert out.endswith("\n+ q10: question 10?\n+ and 2 questions more\n- q0: question 0?\n")


def test_compare_says_what_it_cannot_read(loccit: Loccit, tmp_path: Path) -> None:
    first = written(tmp_path / "a.json", run())
    other = written(tmp_path / "b.json", run(name="other.jsonl"))
    assert loccit("compare", first, tmp_path / "none.json") == (
        1, "", f"loccit: There is no run {tmp_path}/none.json. Check the path.\n"
    )  # fmt: skip
    code, out, err = loccit("compare", first, other)
    assert (code, out) == (1, "")
    assert err.startswith("loccit: The runs are of different test sets, own.jsonl own.json and other.jsonl other.js.")
    other.write_text("[]")
    code, _, err = loccit("compare", first, other)
    assert (code, err.count("\n")) == (1, 1)
    assert "is not what this version's `loccit evaluate --json` writes." in err


def test_the_gate_fails_with_exit_code_1(loccit: Loccit, tmp_path: Path) -> None:
    good, bad = written(tmp_path / "good.json", run(*range(10))), written(tmp_path / "bad.json", run(*range(5)))
    drop = ("--max-drop", "answer/sentence@1=0.02")
    assert loccit("gate", good, "--baseline", bad, *drop) == (
        0, f"{good} passes: every quote is verbatim, and no measure dropped by more than allowed.\n", ""
    )  # fmt: skip
    code, out, err = loccit("gate", bad, "--baseline", good, *drop, "--max-drop", "decline/rate=0.2")
    assert (code, err) == (1, f"loccit: {bad} does not pass the gate.\n")
    assert [line.partition(" ")[0] for line in out.splitlines()] == ["answer/sentence@1", "decline/rate"]


@pytest.mark.parametrize(
    ("drop", "complaint"),
    [
        ("answer/sentense@1=0.1", "there is no measure 'answer/sentense@1'. Did you mean 'answer/sentence@1'?"),
        ("answer/sentence@1=much", "'much' is no number from 0 on. Write: answer/sentence@1=0.01"),
        ("answer/sentence@1=-1", "'-1' is no number from 0 on."),
        ("answer/sentence@1=nan", "'nan' is no number from 0 on."),
        ("0.1", "there is no measure ''. There are: retrieval/success@1, "),
    ],
)
def test_a_drop_that_cannot_be_is_wrong_usage(loccit: Loccit, tmp_path: Path, drop: str, complaint: str) -> None:
    path = written(tmp_path / "run.json", run())
    code, out, err = loccit("gate", path, "--baseline", path, "--max-drop", drop)
    assert (code, out) == (2, "")
    assert complaint in " ".join(err.split())
