"""Test sets are read whole or refused in one plain sentence."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loccit.errors import BadTestSet
from loccit.evaluate import Evidence, Item, TestSet, merge, read_testset
from tests.evaluate.sets import APOLLO, CREW, LINE, SQUAD, write

SAMPLE = Path(__file__).parents[2] / "index" / "questions"


def test_a_line_becomes_an_item(tmp_path: Path) -> None:
    testset = read_testset(write(tmp_path / "own.jsonl", LINE, "", {"id": "en-2", "question": "where?"}))
    assert testset == TestSet(
        name="own.jsonl",
        items=(
            Item(
                id="en-1",
                question="when was that?",
                answers=("1969",),
                answerable=True,
                evidence=(Evidence(article="Apollo_11", text="Apollo 11 landed on the Moon in July 1969."),),
                history=("Did Apollo 11 land?",),
                tags=("follow-up",),
            ),
            Item(id="en-2", question="where?", answerable=False),
        ),
    )


@pytest.mark.parametrize("path", sorted(SAMPLE.glob("*.jsonl")), ids=lambda path: path.name)
def test_the_sample_sets_are_read(path: Path) -> None:
    assert len(read_testset(path).items) == path.read_text(encoding="utf-8").count("\n")


def test_squad_brings_its_articles(tmp_path: Path) -> None:
    testset = read_testset(write(tmp_path / "squad.json", SQUAD))
    assert [(item.id, item.answers, item.answerable) for item in testset.items] == [
        ("a1", ("July 1969", "1969"), True),
        ("a2", ("Neil Armstrong",), True),
        ("a3", ("Collins",), True),
        ("a4", (), False),
        ("e1", ("8,849 metres",), True),
    ]
    assert testset.items[0].evidence == (Evidence(article="Apollo_11", text=APOLLO),)
    assert testset.items[3].evidence == ()
    assert testset.items[3].context == Evidence(article="Apollo_11", text=CREW)
    assert [(context.title, len(context.paragraphs)) for context in testset.contexts] == [
        ("Apollo_11", 2),
        ("Everest", 1),
    ]


def test_the_hash_is_of_the_content_not_of_the_file(tmp_path: Path) -> None:
    one = read_testset(write(tmp_path / "one.jsonl", LINE))
    other = read_testset(write(tmp_path / "other.jsonl", "", dict(reversed(LINE.items()))))
    assert one.sha256 == other.sha256
    assert one.sha256 != read_testset(write(tmp_path / "third.jsonl", {**LINE, "id": "x"})).sha256


def test_sets_are_merged_and_their_articles_too(tmp_path: Path) -> None:
    one = read_testset(write(tmp_path / "squad.json", SQUAD))
    other = copy.deepcopy(SQUAD)
    del other["data"][0]["paragraphs"][0]
    other["data"][0]["paragraphs"].append({"context": "It weighed 45 tons.", "qas": []})
    for entry in (*other["data"][0]["paragraphs"], *other["data"][1]["paragraphs"]):
        for asked in entry["qas"]:
            asked["id"] += "'"
    both = merge([one, read_testset(write(tmp_path / "more.json", other))])
    assert both.name == "squad.json + more.json"
    assert [item.id for item in both.items] == ["a1", "a2", "a3", "a4", "e1", "a3'", "a4'", "e1'"]
    assert both.contexts[0].paragraphs == (APOLLO, CREW, "It weighed 45 tons.")


def test_a_question_that_comes_again_counts_once_another_of_its_id_is_refused(tmp_path: Path) -> None:
    one = read_testset(write(tmp_path / "squad.json", SQUAD))
    answered = [item.model_copy(update={"answers": ("another",)}) for item in one.items]
    assert merge([one, one.model_copy(update={"items": tuple(answered)})]).items == one.items
    other = one.model_copy(update={"items": (one.items[0].model_copy(update={"question": "Who?"}),)})
    with pytest.raises(BadTestSet, match=r"^squad.json \+ squad.json: 2 questions have the id 'a1'\. Give each an"):
        merge([one, other])


LINES: dict[str, list[object]] = {
    "has no questions. Add some.": [""],
    ", line 2 is not JSON (Expecting ',' delimiter, column 10). Write each question as one object on a line.": [
        LINE,
        '{"id": 1 "question": ""}',
    ],
    ", line 1 is not JSON (too deep or too long). Write each question as one object on a line.": ['{"a":' * 100_000],
    ", line 1: 'id' is missing. Add it.": [{"question": "who?"}],
    ", line 1: 'id' has to be a text.": [{"id": 1, "question": "who?"}],
    ", line 1: 'question' is empty. Fill it in or leave the question out.": [{"id": "1", "question": " "}],
    ", line 1: there is no key 'answer'. Did you mean 'answers'?": [{"id": "1", "question": "who?", "answer": "me"}],
    ", line 1: there is no key 'x'. There are: id, question, answers, answerable, evidence, history, tags.": [
        {"id": "1", "question": "who?", "x": 1}
    ],
    ", line 1: 'answers' has to be a list.": [{**LINE, "answers": "1969"}],
    ", line 1: 'answers' has to be a list of texts, none of them empty.": [{**LINE, "answers": [1969]}],
    ", line 1: 'answerable' has to be true or false.": [{**LINE, "answerable": "yes"}],
    ", line 1: an object in braces is expected here, not 'Apollo_11'.": [{**LINE, "evidence": ["Apollo_11"]}],
    ", line 1: a text holds half a character (\\ud800 to \\udfff alone). Write it whole.": [
        '{"id": "1", "question": "\\ud800"}'
    ],
    ", line 1: the question is answerable but has no answers. Add some, or \"answerable\": false.": [
        {"id": "1", "question": "who?", "answerable": True}
    ],
    ", line 1: the question has an answer but is marked unanswerable. Change one of the two.": [
        {**LINE, "answerable": False}
    ],
    ", line 1: the answer '1970' does not stand in its evidence. Copy it from there letter by letter.": [
        {**LINE, "answers": ["1969", "1970"]}
    ],
    ", line 3: the id 'en-1' is that of line 1 too. Give each question its own.": [LINE, "", LINE],
}  # fmt: skip


@pytest.mark.parametrize("message", LINES)
def test_bad_lines_are_refused(message: str, tmp_path: Path) -> None:
    path = write(tmp_path / "bad.jsonl", *LINES[message])
    with pytest.raises(BadTestSet) as error:
        read_testset(path)
    assert str(error.value) == f"{path}{message}" if message.startswith(",") else f"{path} {message}"


def _first(squad: Any) -> Any:
    return squad["data"][0]["paragraphs"][0]


SQUADS: dict[str, Callable[[Any], object]] = {
    ": 'data' has to be a list.": lambda squad: squad.update(data={}),
    ": 'title' is missing. Add it.": lambda squad: squad["data"][0].pop("title"),
    ", 'Apollo_11': 'context' has to be a text.": lambda squad: _first(squad).update(context=None),
    ", 'Apollo_11': 'qas' is missing. Add it.": lambda squad: _first(squad).pop("qas"),
    ", 'Apollo_11': 'id' has to be a text or a number.": lambda squad: _first(squad)["qas"][0].update(id=None),
    ", 'Apollo_11', question a1: 'question' is missing. Add it.": lambda squad: _first(squad)["qas"][0].pop("question"),
    ", 'Apollo_11', question a1: 'answers' is missing. Add it.": lambda squad: _first(squad)["qas"][0].pop("answers"),
    ", 'Apollo_11', question a1: there are no answers. Add some, or \"is_impossible\": true.": (
        lambda squad: _first(squad)["qas"][0].update(answers=[])
    ),
    ", 'Apollo_11', question a2: the answer 'Neil Armstrong' does not stand in its evidence."
    " Copy it from there letter by letter.": lambda squad: _first(squad).update(context=APOLLO.replace("Neil", "N.")),
    ": 2 questions have the id 'a1'. Give each an id of its own.": lambda squad: _first(squad)["qas"][1].update(
        id="a1"
    ),
}


@pytest.mark.parametrize("message", SQUADS)
def test_bad_squad_files_are_refused(message: str, tmp_path: Path) -> None:
    squad = copy.deepcopy(SQUAD)
    SQUADS[message](squad)
    path = write(tmp_path / "bad.json", squad)
    with pytest.raises(BadTestSet) as error:
        read_testset(path)
    assert str(error.value) == f"{path}{message}"


def test_a_squad_file_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "squad.json", SQUAD)
    path.write_text(path.read_text(encoding="utf-8")[:200], encoding="utf-8")
    with pytest.raises(BadTestSet) as error:
        read_testset(path)
    assert str(error.value) == f"{path} is not whole: its JSON breaks off or has a fault. Fetch it once more."


def test_white_space_and_capitals_do_not_part_an_answer_from_its_evidence(tmp_path: Path) -> None:
    line = {**LINE, "answers": ["the  moon\nin"]}
    assert read_testset(write(tmp_path / "own.jsonl", line)).items[0].answers == ("the  moon\nin",)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTestSet) as error:
        read_testset(tmp_path / "none.jsonl")
    assert str(error.value) == f"There is no test set {tmp_path / 'none.jsonl'}. Check the path."
    with pytest.raises(BadTestSet) as error:
        read_testset(tmp_path)
    assert str(error.value) == f"{tmp_path} is no BEIR folder: there is no qrels/test.tsv in it. Put it there."
    path = tmp_path / "latin.jsonl"
    path.write_bytes('{"id": "é"}'.encode("latin-1"))
    with pytest.raises(BadTestSet) as error:
        read_testset(path)
    assert str(error.value) == f"{path} is not UTF-8 from its byte 8 on. Save it as UTF-8."


def test_a_byte_order_mark_is_no_part_of_the_set(tmp_path: Path) -> None:
    path = write(tmp_path / "own.jsonl", LINE)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_testset(path).items[0].id == "en-1"
