"""Thumbs become a test set."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from loccit.cli import cli
from loccit.errors import BadSettings
from loccit.evaluate import evaluate, read_testset
from loccit.index import Index
from tests.bot.conftest import Start
from tests.bot.test_handlers import EN, QUOTE, TIES, ask, press, tap
from tests.emulator import Emulator, User

WHO = "Who is Malaysia's ambassador to Palestine?"


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


def test_no_state_no_feedback(tmp_path: Path) -> None:
    with pytest.raises(
        BadSettings, match=r"There is no .*nowhere\.sqlite\. A bot makes it when it starts; --state FILE"
    ):
        cli.main(["feedback", "--state", str(tmp_path / "nowhere.sqlite")], standalone_mode=False)
    assert list(tmp_path.iterdir()) == []
