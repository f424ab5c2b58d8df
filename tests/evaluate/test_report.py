"""An evaluation as a table and as JSON, compared whole."""

import json
from pathlib import Path

import pytest

from loccit.errors import BadTestSet
from loccit.evaluate import Evaluation, Measure, Row, Signature, measure, read_run, table, to_json
from loccit.evaluate.evaluation import Hidden, Rewritten

ROWS = (
    Row(id="1", question="who?", answerable=True, article="A", confidence=0.9, right=True, said=True, covers=True,
        passage_rank=1, passage_ndcg=1.0, sentence_rank=1, em=1.0, f1=1.0, quotes=2, verbatim=2,
        hidden=Hidden(declined=True, confidence=0.2), candidate_rank=1, average_precision=0.5,
        rewritten=Rewritten(passage_rank=5)),
    Row(id="2", question="when?", answerable=True, article="A", confidence=0.4, declined=True, right=False, said=False,
        covers=True, passage_rank=4, passage_ndcg=0.430677, sentence_rank=3, em=0.0, f1=0.5,
        hidden=Hidden(declined=False, confidence=0.6)),
    Row(id="3", question="why?", answerable=True, article="B", right=False, said=False, covers=False,
        candidate_rank=4, average_precision=0.125, rewritten=Rewritten(passage_rank=2),
        problem="the index does not hold the article 'B'"),
    Row(id="4", question="what?", answerable=True, confidence=0.8, quotes=1, verbatim=1),
    Row(id="5", question="where?", answerable=False, declined=True, confidence=0.1),
    Row(id="6", question="how?", answerable=False, confidence=0.5, quotes=1, verbatim=1),
)  # fmt: skip

EVALUATION = Evaluation(
    name="own.jsonl",
    signature=Signature(index="0123456789abcdef", testset="a" * 16, settings="b" * 16, version="1.0"),
    measures={**measure(ROWS)},
    rows=ROWS,
    timings={"latency/p50_ms": Measure(value=2.25, n=5), "latency/p95_ms": Measure(value=None, n=0)},
)

TABLE = """\
measure                     value  95 %            n
retrieval/success@1         0.333  0.061 to 0.792  3
retrieval/success@5         0.667  0.208 to 0.939  3
retrieval/success@10        0.667  0.208 to 0.939  3
retrieval/mrr@10            0.417                  3
retrieval/ndcg@10           0.477                  3
answer/sentence@1           0.333  0.061 to 0.792  3
answer/sentence@3           0.667  0.208 to 0.939  3
answer/sentence@1+decline   0.333  0.061 to 0.792  3
answer/evidence@1           0.667  0.208 to 0.939  3
answer/em                   0.500                  2
answer/f1                   0.750                  2
sentence/map                0.312                  2
sentence/mrr                0.625                  2
decline/rate                0.250  0.046 to 0.699  4
decline/right               0.500  0.095 to 0.905  2
decline/right/without-gold  0.500  0.095 to 0.905  2
decline/auroc/answerable    0.625                  8
decline/auroc/without-gold  0.625                  6
decline/auroc/correct       1.000                  5
decline/aurc                0.543                  5
decline/coverage@80         0.333                  7
decline/coverage@90         0.333                  7
followup/retained           0.500                  2
citation/verbatim           1.000  0.510 to 1.000  4
latency/p50_ms                2.2                  5

A problem with 1 question, the first is 3: the index does not hold the article 'B'

test set own.jsonl aaaaaaaa, index 01234567, settings bbbbbbbb, loccit 1.0"""


def test_the_measures_follow_from_the_rows() -> None:
    measured = {name: (each.value and round(each.value, 4), each.n) for name, each in EVALUATION.measures.items()}
    assert measured == {
        "retrieval/success@1": (0.3333, 3),
        "retrieval/success@5": (0.6667, 3),
        "retrieval/success@10": (0.6667, 3),
        "retrieval/mrr@10": (0.4167, 3),
        "retrieval/ndcg@10": (0.4769, 3),  # 1 and 1 / log2(5)
        "answer/sentence@1": (0.3333, 3),
        "answer/sentence@3": (0.6667, 3),
        "answer/sentence@1+decline": (0.3333, 3),
        "answer/evidence@1": (0.6667, 3),
        "answer/em": (0.5, 2),
        "answer/f1": (0.75, 2),
        "sentence/map": (0.3125, 2),
        "sentence/mrr": (0.625, 2),
        "decline/rate": (0.25, 4),
        "decline/right": (0.5, 2),
        "decline/right/without-gold": (0.5, 2),
        "decline/auroc/answerable": (0.625, 8),  # 10 of 16 pairs in order
        "decline/auroc/without-gold": (0.625, 6),
        "decline/auroc/correct": (1, 5),
        "decline/aurc": (0.5433, 5),  # risks 0, 1/2, 2/3, 3/4, 4/5
        "decline/coverage@80": (0.3333, 7),
        "decline/coverage@90": (0.3333, 7),
        "followup/retained": (0.5, 2),
        "citation/verbatim": (1, 4),
    }


def test_nothing_is_measured_of_no_rows() -> None:
    assert set(measure([]).values()) == {Measure(value=None, n=0)}


def test_the_table() -> None:
    assert table(EVALUATION) == TABLE


def test_json_has_intervals_where_taken_and_reads_back() -> None:
    printed = to_json(EVALUATION)
    assert Evaluation.model_validate_json(printed) == EVALUATION
    assert printed == to_json(Evaluation.model_validate_json(printed))
    assert '\n  "decline/aurc": {"value": 0.5433333333333333, "n": 5},\n' in printed
    assert '\n  {"id":"1","question":"who?",' in printed
    assert json.loads(printed).keys() == Evaluation.model_fields.keys()


@pytest.mark.parametrize(
    ("rows", "remark"),
    [
        (ROWS[4:], "None of the 2 questions is answerable: only declining is measured. Add some that are."),
        (ROWS[:1], "One question measures nothing. Thirty, a third of them unanswerable, already tell a lot."),
    ],
)
def test_what_hardly_measures_is_said(rows: tuple[Row, ...], remark: str) -> None:
    printed = table(EVALUATION.model_copy(update={"rows": rows})).split("\n")
    assert printed[-4:-2] == ["", remark]


def test_a_run_is_read_back_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(to_json(EVALUATION), encoding="utf-8")
    assert read_run(path) == EVALUATION
    path.write_text(to_json(EVALUATION)[:-9], encoding="utf-8")
    with pytest.raises(BadTestSet) as error:
        read_run(path)
    assert str(error.value) == (
        f"{path} is not what this version's `loccit evaluate --json` writes. Evaluate the test set once more."
    )
    with pytest.raises(BadTestSet) as error:
        read_run(tmp_path / "none.json")
    assert str(error.value) == f"There is no run {tmp_path}/none.json. Check the path."
