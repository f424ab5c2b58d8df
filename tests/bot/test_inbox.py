"""What is kept of the updates, and for how long."""

import json
import sqlite3
import time
from pathlib import Path

import pytest

from loccit.bot.inbox import KEPT, Inbox, Kept

ANN = 17


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.sqlite"


def numbers(inbox: Inbox) -> list[int]:
    return [kept.id for kept in inbox.unanswered()]


def test_what_was_not_answered_is_there_in_the_order_it_came(path: Path) -> None:
    inbox = Inbox.open(path, 1)
    assert inbox.do([lambda: inbox.put(3, ANN, "c"), lambda: inbox.put(1, ANN, "a"), lambda: inbox.put(2, None, "b")])
    inbox.do([lambda: inbox.mark(2, "done"), lambda: inbox.mark(3, "sending")])
    inbox.close()
    assert Inbox.open(path, 1).unanswered() == [Kept(1, "waiting", "a"), Kept(3, "sending", "c")]


def test_a_number_is_kept_once_by_each_bot(path: Path) -> None:
    mine, other = Inbox.open(path, 1), Inbox.open(path, 2)
    assert mine.do([lambda: mine.put(1, ANN, "mine"), lambda: mine.put(1, ANN, "mine")]) == [True, False]
    assert other.do([lambda: other.put(1, ANN, "other")]) == [True]
    mine.do([lambda: mine.mark(1, "done")])
    assert (numbers(mine), numbers(other)) == ([], [1])


def test_what_is_open_waits_for_its_own_chat(path: Path) -> None:
    inbox = Inbox.open(path, 1)
    for number in (1, 2, 3):
        inbox.put(number, ANN, str(number))
        inbox.mark(number, "open")
    inbox.put(4, ANN, "not open")
    assert inbox.reopen(ANN + 1, 1, later=True) == []
    assert [kept.id for kept in inbox.reopen(ANN, 2, later=False)] == [2]
    assert inbox.reopen(ANN, 2, later=False) == []
    assert [kept.id for kept in inbox.reopen(ANN, 1, later=True)] == [1, 3]
    assert numbers(inbox) == [1, 2, 3, 4]


def test_a_user_is_forgotten_but_for_what_came_later(path: Path) -> None:
    inbox = Inbox.open(path, 1)
    ann, bob = (json.dumps({"update_id": 0, "message": {"from": {"id": user}}}) for user in (ANN, ANN + 1))
    for number, chat, content in ((1, ANN, ann), (2, -5, ann), (3, -5, bob), (4, -5, ann)):
        inbox.put(number, chat, content)
    inbox.mark(2, "open")
    inbox.forget(ANN, -5, 4)
    assert numbers(inbox) == [1, 3, 4]
    assert inbox.reopen(-5, 2, later=False) == []
    inbox.forget(ANN, None, 4)
    assert numbers(inbox) == [3, 4]
    inbox.mark(1, "sending")  # it was under way
    assert numbers(inbox) == [3, 4]


def test_nothing_said_is_kept_longer_than_its_answer(path: Path) -> None:
    inbox = Inbox.open(path, 1)
    inbox.do([lambda: inbox.put(1, ANN, "a secret of a user"), lambda: inbox.mark(1, "done")])
    inbox.close()
    assert b"a secret of a user" not in path.read_bytes()


def test_what_telegram_will_not_repeat_is_forgotten(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = Inbox.open(path, 1)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - KEPT - 1)
    for number in (1, 2, 3):
        inbox.put(number, ANN, "old")
    inbox.mark(1, "done")
    inbox.mark(2, "open")
    monkeypatch.undo()
    inbox.purge()
    assert inbox.reopen(ANN, 2, later=True) == []
    assert inbox.put(1, ANN, "new")
    assert numbers(inbox) == [1, 3]  # what waits is never forgotten


def test_steps_are_taken_all_or_none(path: Path) -> None:
    inbox = Inbox.open(path, 1)

    def fail() -> bool:
        raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(sqlite3.OperationalError):
        inbox.do([lambda: inbox.put(1, ANN, "a"), fail])
    assert numbers(inbox) == []
