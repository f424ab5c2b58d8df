"""A model of one's own: the same questions give the same bytes, and an index answers by it."""

import json
import math
import os
import re
from pathlib import Path

import numpy as np
import pytest

from loccit.errors import BadModel, BadTestSet
from loccit.evaluate import Evidence, Item, TestSet, closed_index, read_testset
from loccit.evaluate.closed import articles_in, large_index
from loccit.evaluate.examples import LARGE, SMALL, WHOLE, examples, gather, unseen
from loccit.evaluate.fitting import choose, folds_of, regress
from loccit.evaluate.measures import Asked, calibration_error
from loccit.evaluate.testset import ADVERSARIAL, Context
from loccit.evaluate.training import FEWEST, crossed, train
from loccit.highlight import Model as Highlights
from loccit.highlight.model import SHIPPED
from loccit.index import Index
from loccit.scorer.model import load
from tests.conftest import ROOT
from tests.evaluate.conftest import Loccit

QUESTIONS = ROOT / "index" / "questions" / "en.jsonl"


@pytest.fixture(scope="module")
def questions() -> TestSet:
    return read_testset(QUESTIONS)


@pytest.fixture(scope="module")
def trained(sample: Index, questions: TestSet) -> str:
    return train(sample, questions)[0]


def test_the_same_questions_give_the_same_bytes(sample: Index, questions: TestSet, trained: str) -> None:
    told: list[tuple[int, int]] = []
    again, report = train(sample, questions, progress=lambda done, size: told.append((done, size)))
    assert again == trained
    assert told[-1] == (len(questions.items), len(questions.items))
    assert re.fullmatch(
        r"Of \d+ questions of \d+ articles, asked of weights that had not seen the article, \d+ have a right first "
        r"sentence; the confidence is off by 0\.\d{3} on average\.",
        report,
    )


def test_a_model_that_was_trained_is_read_and_says_what_of(trained: str, tmp_path: Path, questions: TestSet) -> None:
    file = tmp_path / "answers.json"
    file.write_text(trained, encoding="utf-8")
    model = load(file)
    assert model.full.own > 0, "what it holds of the question speaks for a sentence"
    assert model.evidence.chosen > 0
    about = json.loads(trained)["trained_on"]
    assert (about["sets"], about["questions"]) == ("en.jsonl", len(questions.items))
    assert "Kuala" not in trained, "no sentence is in it"


def test_no_example_has_an_answer_where_its_article_is_hidden(sample: Index, questions: TestSet) -> None:
    some = questions.model_copy(update={"items": questions.items[:30]})
    found = list(examples(sample, some))
    hidden = [example for example in found if example.kind == "hidden"]
    assert hidden
    assert not any(any(example.right) or any(example.others_right) for example in hidden)
    rows = crossed(found)
    folds = {row.group: row.fold for row in rows}
    assert all(folds[row.group] == row.fold for row in rows), "an article is in one fold"


FACTS = [f"The number of tower {n} is {n * n + 7}." for n in range(40)]
TOWERS = TestSet(
    name="towers",
    items=tuple(
        Item(
            id=f"{title} {n}",
            question=f"What is the number of tower {n}?",
            answers=(str(n * n + 7),) if n % 8 else (),
            answerable=n % 8 > 0,
            evidence=(Evidence(article=title, text=FACTS[n]),) if n % 8 else (),
            context=Evidence(article=title, text=FACTS[n]),
            tags=() if n % 8 else (ADVERSARIAL,),
        )
        for title in ("North", "South")
        for n in range(40)
    ),
    contexts=tuple(Context(title=title, paragraphs=tuple(FACTS)) for title in ("North", "South")),
)


def test_questions_are_asked_of_small_and_large_indexes_too(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    (tmp_path / "North.txt").write_text("North\n\nIt is another article of that title.\n", encoding="utf-8")
    (tmp_path / "East.txt").write_text("East\n\nThe tower of the east has no number.\n", encoding="utf-8")
    with closed_index(TOWERS) as index, large_index(TOWERS, tmp_path, index.languages) as large:
        assert large.article("East.txt") is not None
        assert large.article("North.txt") is None, "the set's own is taken"
        found = list(gather(index, TOWERS, large=large, progress=lambda done, size: told.append((done, size))))
    scenes = [example.scene for example in found]
    assert list(dict.fromkeys(scenes)) == [WHOLE, SMALL, LARGE]
    assert told[-1][0] == told[-1][1]
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    kinds = {(example.scene, example.kind) for example in found}
    assert (SMALL, "hidden") not in kinds, "who is asked of an excerpt may be asked of what is left out"
    assert (WHOLE, "doubtful") in kinds, "for an adversarial question no precision is promised"


def test_parts_make_the_whole() -> None:
    with closed_index(TOWERS) as index:
        whole = list(gather(index, TOWERS))
        parts = [example for at in range(3) for example in gather(index, TOWERS, part=slice(at, None, 3))]
    asked = [sum(example.kind == "answerable" for example in some) for some in (whole, parts)]
    assert asked[0] == asked[1]


def test_no_article_is_looked_at_by_a_model_of_highlights_that_has_seen_it() -> None:
    text = json.loads(SHIPPED.read_text(encoding="utf-8"))
    models = []
    for title in ("North", "South"):
        text["trained_on"]["articles"] = [title]
        models.append(Highlights(json.dumps(text)))
    assert [unseen(models, title) for title in ("North", "South", "East")] == [models[1], models[0], models[0]]
    with pytest.raises(
        BadModel, match=r"^Each model of highlights has seen 'north'\. Name one that has not with --high"
    ):
        unseen(models[:1], "north")
    with closed_index(TOWERS) as index, pytest.raises(BadModel):
        list(gather(index, TOWERS, highlights=models[:1]))


def test_so_much_of_a_folder_is_read_and_an_empty_one_is_told(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.txt").write_text(f"{name}\n\nA sentence of {name}.\n", encoding="utf-8")
    assert len(list(articles_in(tmp_path, 1_000))) == 3
    assert len(list(articles_in(tmp_path, 30))) == 2
    (tmp_path / "none").mkdir()
    with pytest.raises(
        BadTestSet, match=r"^There are no articles in .*none\. Name a folder of files that `loccit index`"
    ):
        list(articles_in(tmp_path / "none", 30))


def test_a_model_is_of_a_day(loccit: Loccit, sample: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    file = tmp_path / "answers.json"
    assert loccit("train", QUESTIONS, "--index", sample.folder, "--model", file, "--highlights", SHIPPED)[0] == 0
    assert json.loads(file.read_text(encoding="utf-8"))["trained_on"]["date"] == "2001-09-09"


def test_too_few_questions_are_told(sample: Index, questions: TestSet) -> None:
    few = questions.model_copy(update={"items": questions.items[:10]})
    with pytest.raises(BadTestSet, match=rf"A model can be made of {FEWEST} questions .*, here are \d+\. Add some\."):
        train(sample, few)


def test_a_set_of_which_nothing_is_found_is_told(sample: Index, questions: TestSet) -> None:
    lost = [item.model_copy(update={"answers": ("nowhere at all",), "evidence": ()}) for item in questions.items[:20]]
    with pytest.raises(BadTestSet, match="No question has both"):
        train(sample, questions.model_copy(update={"items": tuple(lost)}))


def test_the_right_one_of_each_set_becomes_likely() -> None:
    rng = np.random.default_rng(1)
    sets = []
    for _ in range(300):
        x = rng.normal(size=(8, 3))
        chance = x @ [2.0, -1.0, 0.0] + rng.gumbel(size=8)
        sets.append((x, np.arange(8) == int(np.argmax(chance))))
    weights = choose(sets)
    assert weights == pytest.approx([2.0, -1.0, 0.0], abs=0.3)


def test_a_regression_finds_the_odds() -> None:
    rng = np.random.default_rng(2)
    x = np.column_stack([np.ones(5000), rng.normal(size=5000)])
    y = (rng.uniform(size=5000) < 1 / (1 + np.exp(-(x @ [-1.0, 2.0])))).astype(float)
    assert regress(x, y) == pytest.approx([-1.0, 2.0], abs=0.15)


def test_a_feature_that_never_changes_has_no_weight() -> None:
    weights = choose([(np.array([[1.0, 5.0], [0.0, 5.0]]), np.array([True, False]))] * 30)
    assert weights[0] > 0
    assert weights[1] == pytest.approx(0.0, abs=1e-6)


def test_articles_are_not_torn_apart_by_folds() -> None:
    groups = ["a"] * 10 + ["b"] * 6 + ["c"] * 5 + ["d"] * 1
    folds = folds_of(groups, 2)
    assert dict(zip(groups, folds, strict=True)) == {"a": 0, "b": 1, "c": 1, "d": 0}


def test_calibration_error_is_the_mean_distance_in_bins_of_equally_many() -> None:
    asked = [Asked(0.9, right=True)] * 10 + [Asked(0.1, right=False)] * 10
    assert calibration_error(asked, bins=2) == pytest.approx(0.1)
    assert calibration_error([]) is None
    assert math.isclose(calibration_error([Asked(0.25, right=True)]) or 0, 0.75)


def test_sets_are_trained_on_as_one_and_it_is_said_how_to_use_the_model(
    loccit: Loccit, sample: Index, questions: TestSet, tmp_path: Path
) -> None:
    malay, file = QUESTIONS.with_name("ms.jsonl"), tmp_path / "answers.json"
    code, out, err = loccit("train", QUESTIONS, malay, "--index", sample.folder, "--model", file)
    assert (code, err) == (0, "")
    named = os.path.relpath(file, sample.base)
    assert out.endswith(
        f'{file} is written. To answer by it, write into index.toml, below [answer]: model = "{named}"\n'
    )
    both = len(questions.items) + len(read_testset(malay).items)
    assert json.loads(file.read_text(encoding="utf-8"))["trained_on"]["questions"] == both


@pytest.mark.parametrize("command", [("train", "--model"), ("evaluate", "--json")])
def test_nothing_is_begun_that_could_not_be_written(loccit: Loccit, tmp_path: Path, command: tuple[str, str]) -> None:
    name, option = command
    assert loccit(name, QUESTIONS, option, tmp_path / "none" / "run.json") == (
        1, "", f"loccit: There is no folder {tmp_path}/none to write run.json into. Make it first.\n"
    )  # fmt: skip
