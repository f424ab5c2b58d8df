"""What was shown is found again, by those who saw it."""

import sqlite3
import threading
import time
from pathlib import Path

import pytest

from loccit.bot.store import INLINE, Place, Store
from loccit.errors import LoccitError
from loccit.types import Answer, Question, Quote, Source, Span

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
    assert shown
    assert (shown.id, shown.place, shown.question, shown.answer) == (answer_id, HERE, "when?", answer())


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


def test_what_is_old_is_forgotten_but_for_what_was_quoted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open(path)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 91 * 24 * 3600)
    past = "a secret of long ago"
    question = Question(text=past, language="en", terms={"en": ("en:secret",)}, understood_as=past)
    source = Source(article_id="a", title="A", file="a.txt", sha256="0")
    quotes = (Quote(text="One.", span=Span(0, 4), score=1, source=source),)
    said = Answer(question=question, quotes=quotes, confidence=0.5, index="x", missing=("secret",))
    old = store.put(HERE, "a secret of long ago", said)
    monkeypatch.undo()
    new = store.put(HERE, "now", answer())
    assert store.purge(90) == 1
    assert store.purge(90) == 0
    kept = store.get(old, HERE.chat)
    assert kept
    assert (kept.place.user, kept.question, kept.answer.quotes) == (None, "", quotes)
    assert "secret" not in kept.answer.model_dump_json()
    assert store.asked_in(HERE.chat, HERE.message) == store.get(new, HERE.chat)
    store.close()
    assert b"secret" not in path.read_bytes()


def test_an_answer_of_a_state_that_knew_one_index(path: Path) -> None:
    store = Store.open(path)
    answer_id = store.put(HERE, "when?", answer())
    store.db.execute("DROP TABLE placed")
    store.db.commit()
    store.close()
    kept = Store.open(path).get(answer_id, HERE.chat)
    assert kept
    assert kept.replies == ()


def test_an_answer_takes_the_place_of_another(path: Path) -> None:
    store = Store.open(path)
    first = store.put(HERE, "when?", answer())
    store.sent(first, [43, 44])
    old = store.get(first, HERE.chat)
    assert old
    new = store.get(store.put(HERE, "where?", answer("where?"), instead=old), HERE.chat)
    assert store.get(first, HERE.chat) is None
    assert new
    assert (new.question, new.created, new.replies) == ("where?", old.created, (43, 44))
    assert store.history(HERE.chat, 0) == ["where?"]
    assert store.history(HERE.chat, 0, before=old.created) == []


def test_of_several_answers_to_a_message_the_last_counts(path: Path) -> None:
    store = Store.open(path)
    for n in range(20):
        last = store.put(HERE, f"{n}?", answer())
    found = store.asked_in(HERE.chat, HERE.message)
    assert found
    assert found.id == last


def test_a_new_talk_leans_on_nothing_before(path: Path) -> None:
    store = Store.open(path)
    store.put(HERE, "when?", answer())
    store.put(HERE._replace(thread=5), "of a topic", answer())
    store.begin(HERE.chat, 0)
    store.put(HERE, "where?", answer())
    assert store.history(HERE.chat, 0) == ["where?"]
    assert store.history(HERE.chat, 5) == ["of a topic"]


def test_an_answer_of_another_index_is_not_shown(path: Path) -> None:
    store = Store.open(path)
    secret = store.put(HERE, "when?", answer(), "secret")
    assert store.get(secret, HERE.chat) is None
    assert store.get(secret, HERE.chat, "secret")
    inline = store.put(Place(INLINE, 0, 7, 0), "when?", answer(), "secret")
    assert store.get(inline, HERE.chat) is None
    assert store.get(inline, HERE.chat, "secret")


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


def test_a_place_that_cannot_be_written(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "state.sqlite", tmp_path / "folder"):
        caplog.clear()
        store = Store.open(path)
        assert store.get(store.put(HERE, "when?", answer()), HERE.chat)
        assert f"The bot's state cannot be kept in {path}: " in caplog.text
        assert "It is kept in memory, until the bot ends." in caplog.text


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
