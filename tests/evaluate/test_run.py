"""A test set is asked of an index and every question has its row."""

import gc
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loccit.errors import BadTestSet
from loccit.evaluate import Evaluation, Row, TestSet, closed_index, evaluate, intervals, read_testset, to_json
from loccit.index import Index
from loccit.scorer.model import SHIPPED
from loccit.settings import AnswerSettings, IndexSettings
from tests.evaluate.sets import APOLLO, CREW, EVEREST, LINE, SQUAD, write

SETTINGS = IndexSettings(answer=AnswerSettings(precision=0.5))


@pytest.fixture(scope="module")
def testset(tmp_path_factory: pytest.TempPathFactory) -> TestSet:
    return read_testset(write(tmp_path_factory.mktemp("sets") / "squad.json", SQUAD))


@pytest.fixture(scope="module")
def index(testset: TestSet) -> Iterator[Index]:
    with closed_index(testset, SETTINGS) as index:
        yield index


@pytest.fixture(scope="module")
def evaluation(index: Index, testset: TestSet) -> Evaluation:
    return evaluate(index, testset)


def rows_of(index: Index, path: Path, *lines: dict[str, Any]) -> list[Row]:
    return list(evaluate(index, read_testset(write(path / "own.jsonl", *lines))).rows)


def test_the_closed_index_holds_the_sets_articles(index: Index) -> None:
    apollo = index.article("Apollo_11")
    assert apollo is not None
    assert (apollo.title, apollo.text, apollo.language) == ("Apollo 11", f"{APOLLO}\n\n{CREW}", "en")
    assert index.catalog.titles() == {"Apollo_11": "Apollo 11", "Everest": "Everest"}


def test_the_closed_index_is_gone_afterwards(testset: TestSet) -> None:
    with closed_index(testset, language="ms") as index:
        folder = index.folder
        assert index.languages == ("ms",)
        assert folder.is_dir()
    assert not folder.exists()


def test_a_set_without_articles_has_no_closed_index(tmp_path: Path) -> None:
    testset = read_testset(write(tmp_path / "own.jsonl", LINE))
    with pytest.raises(BadTestSet) as error, closed_index(testset):
        pass
    assert str(error.value) == ("own.jsonl brings no articles of its own. Evaluate it on an index, without --closed.")


def test_the_measures_of_a_closed_set(evaluation: Evaluation) -> None:
    measured = {name: (each.value, each.n) for name, each in evaluation.measures.items()}
    (em, answered), (f1, _) = measured.pop("answer/em"), measured.pop("answer/f1")  # they change with the model
    assert 0 <= (em or 0) <= (f1 or 0) <= 1
    assert answered == 4
    assert measured == {
        "retrieval/success@1": (1, 4),
        "retrieval/success@5": (1, 4),
        "retrieval/success@10": (1, 4),
        "retrieval/mrr@10": (1, 4),
        "retrieval/ndcg@10": (1, 4),
        "answer/sentence@1": (1, 4),
        "answer/sentence@3": (1, 4),
        "answer/sentence@1+decline": (1, 4),
        "answer/evidence@1": (1, 4),
        "sentence/map": (None, 0),
        "sentence/mrr": (None, 0),
        "decline/rate": (0, 4),
        "decline/right": (1, 1),
        "decline/right/without-gold": (None, 0),
        "decline/auroc/answerable": (1, 5),
        "decline/auroc/without-gold": (None, 0),
        "decline/auroc/correct": (1, 5),
        "decline/aurc": (0.04, 5),
        "decline/coverage@80": (1, 5),
        "decline/coverage@90": (1, 5),
        "followup/retained": (None, 0),
        "citation/verbatim": (1, sum(row.quotes for row in evaluation.rows)),
    }
    assert {name: each.n for name, each in evaluation.timings.items()} == {"latency/p50_ms": 5, "latency/p95_ms": 5}


def test_a_row_says_what_became_of_a_question(evaluation: Evaluation) -> None:
    row = evaluation.rows[4]
    assert row.first is not None
    assert row.first.text == EVEREST[slice(*row.first.span)] == "Mount Everest rises 8,849 metres above the sea."
    assert row.quotes == row.verbatim > 0
    assert row.f1 is not None
    plain = {"first": None, "confidence": 0.0, "quotes": 1, "verbatim": 1, "em": None, "f1": None}
    assert row.model_copy(update=plain) == Row(
        id="e1",
        question="How high does Mount Everest rise?",
        answerable=True,
        article="Everest",
        right=True,
        said=True,
        covers=True,
        passage_rank=1,
        passage_ndcg=1.0,
        sentence_rank=1,
        quotes=1,
        verbatim=1,
    )
    unanswerable = evaluation.rows[3]
    assert unanswerable == Row(
        id="a4", question="Which yeast ferments sourdough?", answerable=False, article="Apollo_11", declined=True,
        confidence=unanswerable.confidence, tags=("adversarial",),
    )  # fmt: skip


def test_the_same_inputs_give_the_same_bytes_but_the_times(index: Index, testset: TestSet) -> None:
    runs = [json.loads(to_json(evaluate(index, testset, without_gold=True))) for _ in range(2)]
    for run in runs:
        assert run.pop("timings").keys() == {"latency/p50_ms", "latency/p95_ms"}
    assert json.dumps(runs[0]) == json.dumps(runs[1])


def test_without_gold_each_answerable_question_is_asked_again(index: Index, testset: TestSet) -> None:
    evaluation = evaluate(index, testset, without_gold=True)
    assert [row.hidden and row.hidden.declined for row in evaluation.rows] == [True, True, True, None, True]
    measures = evaluation.measures
    assert (measures["decline/right/without-gold"].value, measures["decline/right/without-gold"].n) == (1, 4)
    assert (measures["decline/auroc/without-gold"].value, measures["decline/auroc/without-gold"].n) == (1, 8)
    assert (measures["decline/auroc/answerable"].value, measures["decline/auroc/answerable"].n) == (1, 9)
    assert evaluation.signature.without_gold


def test_the_signature_tells_runs_apart(index: Index, testset: TestSet, evaluation: Evaluation) -> None:
    signature = evaluation.signature
    assert signature.index == index.id
    assert testset.sha256.startswith(signature.testset)
    with closed_index(testset) as other:
        again = evaluate(other, testset).signature
    assert again.model_copy(update={"settings": signature.settings}) == signature
    assert again.settings != signature.settings


def test_a_model_is_told_by_its_content_not_by_its_name(testset: TestSet, tmp_path: Path) -> None:
    def settings_with(name: str, **evidence: float) -> str:
        fields = json.loads(SHIPPED.read_text(encoding="utf-8"))
        fields["evidence"] |= evidence
        path = write(tmp_path / name, fields)
        with closed_index(testset, IndexSettings(answer=AnswerSettings(model=str(path)))) as index:
            return evaluate(index, testset).signature.settings

    one, other = settings_with("one.json"), settings_with("other.json")
    assert one == other
    assert settings_with("one.json", bias=-9.0) != one


def test_progress_is_told_after_each_question(index: Index, testset: TestSet) -> None:
    told: list[tuple[int, int]] = []
    evaluate(index, testset, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


def test_the_history_is_asked_along(index: Index, tmp_path: Path) -> None:
    alone, follow_up = rows_of(index, tmp_path, {**LINE, "id": "alone", "history": []}, LINE)
    assert alone.first is None
    assert follow_up.right
    assert follow_up.tags == ("follow-up",)


def test_evidence_is_found_by_title_and_with_other_white_space(index: Index, tmp_path: Path) -> None:
    evidence = {"article": "Apollo 11", "text": "landed on\nthe Moon  in July 1969."}
    (row,) = rows_of(index, tmp_path, {**LINE, "evidence": [evidence]})
    assert (row.article, row.passage_rank, row.covers, row.problem) == ("Apollo_11", 1, True, None)


def test_evidence_that_is_nowhere_counts_as_missed(index: Index, tmp_path: Path) -> None:
    gone = {"article": "Gone", "text": "1969"}
    changed = {"article": "Everest", "text": "in July 1969"}
    rows = rows_of(index, tmp_path, {**LINE, "id": "1", "evidence": [gone]}, {**LINE, "id": "2", "evidence": [changed]})
    assert [(row.article, row.passage_rank, row.covers, row.right, row.problem) for row in rows] == [
        ("Gone", None, False, True, "the index does not hold the article 'Gone'"),
        ("Everest", None, False, True, "its evidence does not stand in the article 'Everest'"),
    ]


def test_a_question_that_cannot_be_asked_stops_nothing(index: Index, tmp_path: Path) -> None:
    endless = {**LINE, "id": "1", "question": "when " * 500}
    path = write(tmp_path / "own.jsonl", endless, {"id": "2", "question": "when " * 500}, {**LINE, "id": "3"})
    evaluation = evaluate(index, read_testset(path))
    reason = "The question has 2,500 characters, at most 2,000 can be asked. Shorten it."
    assert [row.problem for row in evaluation.rows] == [reason, reason, None]
    assert [row.right for row in evaluation.rows] == [False, None, True]
    assert evaluation.measures["answer/sentence@1"].value == 0.5
    assert evaluation.measures["decline/right"].value == 0
    assert evaluation.timings["latency/p50_ms"].n == 1


def test_a_quote_that_differs_from_its_article_is_seen(
    index: Index, testset: TestSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = index.article

    def changed(article_id: str) -> Any:
        article = true(article_id)
        return article and article.model_copy(update={"text": article.text.replace("8,849", "8,848")})

    monkeypatch.setattr(index, "article", changed)
    rows = evaluate(index, testset).rows
    assert rows[4].verbatim == 0 < rows[4].quotes


# -- gold pages and talks


PAGE = [{"curid": "11", "title": "Apollo 11"}]


def test_a_passage_of_a_gold_page_is_right(index: Index, tmp_path: Path) -> None:
    lines = [
        {"qid": "held", "question": "Who orbited in the command module?", "gold_pages": PAGE},
        {"qid": "other", "question": "How high does Mount Everest rise?", "gold_pages": PAGE},
        {"qid": "gone", "question": "Who orbited?", "gold_pages": [{"curid": "Apollo_11", "title": "Apollo 12"}]},
    ]
    held, other, gone = rows_of(index, tmp_path, *lines)
    assert (held.article, held.passage_rank, held.passage_ndcg, held.right) == ("Apollo_11", 1, 1.0, None)
    assert other.passage_rank is None
    assert (gone.article, gone.passage_rank) == ("Apollo 12", None)
    assert gone.problem == "the index does not hold the article 'Apollo 12'"


def test_a_spreadsheet_may_name_the_article_alone(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "question;answers;article;text\n"
        "Who orbited in the command module?;Collins;Apollo 11;\n"
        "How high does Mount Everest rise?;;Everest;\n"
        f"Who was the first astronaut?;Neil Armstrong;Apollo_11;{APOLLO}\n",
        encoding="utf-8",
    )
    by_title, without_answer, by_text = evaluate(index, read_testset(path)).rows
    assert (by_title.article, by_title.passage_rank, by_title.right, by_title.covers) == ("Apollo_11", 1, True, None)
    assert (without_answer.article, without_answer.passage_rank, without_answer.right) == ("Everest", 1, None)
    assert (by_text.passage_rank, by_text.covers) == (1, True)


def test_the_gold_page_is_hidden_on_request(index: Index, tmp_path: Path) -> None:
    line = {"qid": "1", "question": "Who orbited in the command module?", "gold_pages": PAGE}
    (row,) = evaluate(index, read_testset(write(tmp_path / "own.jsonl", line)), without_gold=True).rows
    assert row.hidden is not None
    assert row.hidden.declined
    assert not row.declined


def test_a_follow_up_is_held_against_its_rewrite(index: Index, tmp_path: Path) -> None:
    talk = ["Apollo 11", "Crew", "Who orbited in the command module?", "Michael Collins."]
    lines = [
        {"qid": "kept", "question": "When did it land?", "history": talk, "rewrite": "When did Apollo 11 land?"},
        {"qid": "lost", "question": "Why?", "history": ["Everest", "Sherpas"], "rewrite": "Who orbited alone?"},
        {"qid": "hard", "question": "Why?", "history": ["Everest", "Sherpas"], "rewrite": "Which yeast?"},
    ]
    testset = read_testset(write(tmp_path / "own.jsonl", *({**line, "gold_pages": PAGE} for line in lines)))
    evaluation = evaluate(index, testset)
    ranks = [(row.passage_rank, row.rewritten and row.rewritten.passage_rank) for row in evaluation.rows]
    assert ranks == [(1, 1), (None, 1), (None, None)]
    retained = evaluation.measures["followup/retained"]
    assert (retained.value, retained.n) == (0.5, 3)


def test_a_talk_goes_on_from_what_was_understood(index: Index, tmp_path: Path) -> None:
    history = ["How high does Mount Everest rise?", "And who climbed it?"]
    (row,) = rows_of(index, tmp_path, {**LINE, "question": "When was that?", "history": history})
    assert row.first is not None
    assert row.first.source.title == "Everest"


# -- many questions


def test_a_row_takes_little_memory(index: Index, tmp_path: Path) -> None:
    """A hundred thousand of them have to fit."""
    asked = SQUAD["data"][0]["paragraphs"][0]["qas"][1]["question"]

    lines = ({"id": str(n), "question": f"{asked} {n}", "answers": ["Neil Armstrong"]} for n in range(80))
    testset = read_testset(write(tmp_path / "many.jsonl", *lines))

    def sized(size: int) -> int:
        gc.collect()
        tracemalloc.start()
        try:
            evaluation = evaluate(index, testset.model_copy(update={"items": testset.items[:size]}))
            intervals._draws.cache_clear()
            gc.collect()
            assert len(evaluation.rows) == size
            return tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()

    evaluate(index, testset)  # what is remembered anyway
    small, large = sized(10), sized(80)
    assert (large - small) / 70 < 3_000
