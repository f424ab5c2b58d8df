"""What was shown is found again, by those who saw it."""

import sqlite3
import threading
import time
from pathlib import Path

import pytest

from loccit.bot.store import Place, Store
from loccit.errors import LoccitError
from loccit.types import Answer, Question

HERE = Place(chat=-100123, thread=0, user=7, message=42)


def answer(text: str = "when?") -> Answer:
    return Answer(question=Question(text=text, language="en", terms={}), confidence=0.5, index="x")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot" / "state.sqlite"


def test_an_answer_is_found_again_also_later(path: Path) -> None:
    store = Store.open(path)
    answer_id = store.put(HERE, "when?", answer())
    store.close()
    shown = Store.open(path).get(answer_id, HERE.chat)
    assert shown == (HERE, "when?", answer())


def test_not_in_another_chat_and_not_by_a_guess(path: Path) -> None:
    store = Store.open(path)
    answer_id = store.put(HERE, "when?", answer())
    assert len(answer_id) == 12
    assert store.get(answer_id, 7) is None
    assert store.get("", HERE.chat) is None
    assert store.put(HERE, "when?", answer()) != answer_id


def test_an_answer_of_another_version_is_not_found(path: Path) -> None:
    store = Store.open(path)
    answer_id = store.put(HERE, "when?", answer())
    with sqlite3.connect(path) as other:
        other.execute("""UPDATE shown SET answer = '{"old": 1}'""")
    other.close()
    assert store.get(answer_id, HERE.chat) is None


def test_the_talk_is_of_one_chat_and_topic_and_not_long_ago(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open(path)
    now = time.time()
    for age, text in ((31 * 60, "long ago"), (120, "first"), (60, "second"), (0, "third")):
        monkeypatch.setattr(time, "time", lambda age=age: now - age)
        store.put(HERE, text, answer(text))
    store.put(HERE._replace(thread=5), "of a topic", answer())
    store.put(HERE._replace(chat=1), "of another chat", answer())
    assert store.history(HERE.chat, 0) == ["first", "second", "third"]
    assert store.history(HERE.chat, 0, limit=2) == ["second", "third"]
    assert store.history(HERE.chat, 5) == ["of a topic"]


def test_what_is_old_is_forgotten(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open(path)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 91 * 24 * 3600)
    old = store.put(HERE, "a secret of long ago", answer())
    monkeypatch.undo()
    new = store.put(HERE, "now", answer())
    assert store.purge(90) == 1
    assert store.get(old, HERE.chat) is None
    assert store.get(new, HERE.chat)
    store.close()
    assert b"a secret of long ago" not in path.read_bytes()


def test_nobody_else_can_read_it(path: Path) -> None:
    store = Store.open(path)
    store.put(HERE, "when?", answer())
    files = sorted(path.parent.iterdir())
    assert [file.name for file in files] == ["state.sqlite", "state.sqlite-shm", "state.sqlite-wal"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_a_file_others_could_read_is_closed_to_them(path: Path) -> None:
    Store.open(path).close()
    path.chmod(0o644)
    Store.open(path).close()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"no database at all" * 100, None])
def test_a_damaged_file_is_set_aside(path: Path, content: bytes | None, caplog: pytest.LogCaptureFixture) -> None:
    store = Store.open(path)
    for _ in range(200):
        store.put(HERE, "when?", answer())
    store.close()
    if content is None:
        whole = path.read_bytes()
        content = whole[:4096] + b"\xff" * 8192 + whole[12288:]
    path.write_bytes(content)
    store = Store.open(path)
    assert store.history(HERE.chat, 0) == []
    assert store.get(store.put(HERE, "when?", answer()), HERE.chat)
    (aside,) = path.parent.glob("*.damaged-*")
    assert aside.read_bytes() == content
    assert "is damaged" in caplog.text
    assert aside.name in caplog.text


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LoccitError, match="cannot be kept in"):
        Store.open(tmp_path / "file" / "state.sqlite")
    (tmp_path / "folder").mkdir()
    with pytest.raises(LoccitError, match="cannot be kept in"):
        Store.open(tmp_path / "folder")


def test_a_newer_state_is_left_alone(path: Path) -> None:
    Store.open(path).close()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(LoccitError, match="newer loccit"):
        Store.open(path)


def test_it_may_be_used_from_another_thread(path: Path) -> None:
    store = Store.open(path)
    ids: list[str] = []
    thread = threading.Thread(target=lambda: ids.append(store.put(HERE, "when?", answer())))
    thread.start()
    thread.join()
    assert store.get(ids[0], HERE.chat)
