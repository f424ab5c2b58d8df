"""The test questions are well formed, and every gold sentence stands in its article."""

import json
from pathlib import Path
from typing import Any

import pytest

INDEX = Path(__file__).parents[1] / "index"
FILES = sorted((INDEX / "questions").glob("*.jsonl"))
KEYS = ["id", "question", "answers", "answerable", "evidence", "history", "tags"]
KINDS = {
    "infobox", "list", "date", "number", "money",
    "who", "where", "when", "why", "how", "what", "which",
    "yes-no", "keywords", "follow-up", "near-miss", "off-topic", "false-premise",
}  # fmt: skip


def read_text(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def read_questions(path: Path) -> list[dict[str, Any]]:
    lines = read_text(path).split("\n")
    assert lines.pop() == "", "the file ends with a line break"
    return [json.loads(line) for line in lines]


def is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item.strip() == item != "" for item in value)


def test_there_is_a_file_for_each_language() -> None:
    assert {"ar", "en", "ms"} <= {path.stem for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_line_has_the_seven_keys_and_their_types(path: Path) -> None:
    questions = read_questions(path)
    assert questions
    for question in questions:
        assert list(question) == KEYS, question
        assert is_texts([question["id"], question["question"]]), question
        assert isinstance(question["answerable"], bool), question
        assert is_texts(question["answers"]), question
        assert is_texts(question["history"]), question
        assert is_texts(question["tags"]), question
        assert question["tags"], question
        assert ("follow-up" in question["tags"]) == bool(question["history"]), question


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_ids_and_questions_are_unique(path: Path) -> None:
    questions = read_questions(path)
    ids = [question["id"] for question in questions]
    assert len(set(ids)) == len(ids)
    asked = [(question["question"].casefold(), *question["history"]) for question in questions]
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_evidence_stands_in_its_article_and_holds_the_answers(path: Path) -> None:
    for question in read_questions(path):
        for item in question["evidence"]:
            assert list(item) == ["article", "text"], question
            assert item["text"], question
            assert item["text"] in read_text(INDEX / item["article"]), question
        for answer in question["answers"]:
            assert any(answer in item["text"] for item in question["evidence"]), (question["id"], answer)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_only_answerable_questions_have_answers_and_evidence(path: Path) -> None:
    for question in read_questions(path):
        assert bool(question["answers"]) == question["answerable"], question
        assert bool(question["evidence"]) == question["answerable"], question


def test_the_english_file_is_large_and_mixed() -> None:
    questions = read_questions(INDEX / "questions" / "en.jsonl")
    assert len(questions) >= 60
    assert sum(not question["answerable"] for question in questions) >= 12
    assert sum(bool(question["history"]) for question in questions) >= 4
    assert {tag for question in questions for tag in question["tags"]} >= KINDS
