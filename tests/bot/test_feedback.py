"""Thumbs become a test set."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from loccit.bot import feedback
from loccit.cli import cli
from loccit.errors import BadSettings, LoccitError
from loccit.evaluate import evaluate, read_testset
from loccit.index import Index
from loccit.types import Answer, Question, Quote, Source, Span
from tests.bot.conftest import Start
from tests.bot.test_handlers import EN, QUOTE, TIES, ask, press, tap
from tests.emulator import Emulator, User

WHO = "Who was Fadi al-Batsh?"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["feedback", *arguments])


def test_thumbs_become_a_test_set(telegram: Emulator, start: Start, ann: User, folder: Path, tmp_path: Path) -> None:
    bot = start()
    bob = telegram.user("Bob")
    said, other = ask(telegram, ann), ask(telegram, bob, WHO)
    assert tap(telegram, said, "👎") == EN["thanks"]
    assert tap(telegram, said, "👍") == EN["thanks"]
    assert not telegram.answers[-1].show_alert
    tap(telegram, other, "👎")
    again = ask(telegram, bob, TIES)
    tap(telegram, again, "👍")
    press(telegram, said, ann, other.button("👍")["callback_data"])
    assert telegram.answers[-1].text == EN["unknown_answer"]
    bot.stop()
    state = str(tmp_path / "state.sqlite")

    ran = run("--state", state)
    assert (ran.exit_code, ran.stderr) == (0, "Good answers: 1, bad ones: 1. `loccit feedback --bad` lists those.\n")
    (item,) = map(json.loads, ran.stdout.splitlines())
    assert item == {
        "id": "feedback-0001",
        "question": TIES,
        "answers": ["4 April 1982"],
        "answerable": True,
        "evidence": [{"article": "articles/maldives-palestine-relations.txt", "text": QUOTE}],
        "tags": ["feedback"],
    }
    path = tmp_path / "feedback.jsonl"
    path.write_text(ran.stdout, "utf-8")
    evaluation = evaluate(Index.open(folder / "built"), read_testset(path))
    (row,) = evaluation.rows
    assert row.problem is None

    assert run("--of", "handbook", "--state", state).stdout == ""
    bad = run("--bad", "--state", state)
    (complaint,) = map(json.loads, bad.stdout.splitlines())
    assert complaint["question"] == WHO
    assert complaint["said"][0]["article"].startswith("articles/")


def test_a_sentence_without_a_highlight_is_the_answer() -> None:
    text = "Ties were established."
    source = Source(article_id="a", title="A", file="a.txt", sha256="0")
    quote = Quote(text=text, span=Span(0, len(text)), score=1, source=source)
    said = Answer(question=Question(text=TIES, language="en", terms={}), quotes=(quote,), confidence=0.9, index="x")
    (line,) = feedback.testset([feedback.Judged(TIES, said, good=True)])
    assert json.loads(line)["answers"] == [text]


def test_another_file_stays_as_it_is(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("Not a bot's state." * 100, "utf-8")
    with pytest.raises(LoccitError, match=r"notes\.txt is not the state of a bot: .* Name another file\."):
        cli.main(["feedback", "--state", str(notes)], standalone_mode=False)
    assert list(tmp_path.iterdir()) == [notes]


def test_no_state_no_feedback(tmp_path: Path) -> None:
    with pytest.raises(
        BadSettings, match=r"There is no .*nowhere\.sqlite\. A bot makes it when it starts; --state FILE"
    ):
        cli.main(["feedback", "--state", str(tmp_path / "nowhere.sqlite")], standalone_mode=False)
    assert list(tmp_path.iterdir()) == []
