"""No update is answered twice, none is lost: over restarts, force and trouble with the file."""

import json
import re
import signal
import sqlite3
import time
from pathlib import Path

import pytest

from loccit.bot.clock import Clock
from loccit.errors import LoccitError
from loccit.languages import wording
from tests.bot.conftest import Start
from tests.bot.test_application import command, ended, said_to
from tests.bot.test_handlers import QUOTE, TIES, ask, hear, quotes, tap
from tests.emulator import Emulator, User

EN = wording("en")
HOUR = 60 * 60


def waits(telegram: Emulator, user: User, text: str = TIES, *, seconds: float = 0) -> None:
    """Something said so long ago."""
    said = telegram.say(user, text=text)
    telegram.run(lambda: telegram.world.updates.pending[max(telegram.world.updates.pending)]["message"].update(
        date=said.date - round(seconds)
    ))  # fmt: skip


def states(path: Path) -> list[tuple[str, str | None]]:
    with sqlite3.connect(path) as db:
        found = db.execute("SELECT state, content FROM inbox ORDER BY id").fetchall()
    db.close()
    return found


# -- once


def test_an_update_that_comes_again_is_not_answered_again(
    telegram: Emulator, start: Start, ann: User, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "loccit")
    bot = start()
    ask(telegram, ann)
    update = telegram.delivered_updates[-1]
    bot.stop()
    bot = start()
    telegram.push(update)
    ask(telegram, ann, "/help")
    bot.stop()
    assert sum(QUOTE in text for text in said_to(telegram, ann)) == 1
    assert caplog.text.count(f"Update {update['update_id']:x} came again; it is not answered twice.") == 1
    assert {state for state, _ in states(tmp_path / "state.sqlite")} == {"done"}


def test_it_is_remembered_before_telegram_may_forget_it(telegram: Emulator, start: Start, ann: User) -> None:
    bot = start()
    ask(telegram, ann, "/help")
    entered, blocked = bot.block_inbox()
    telegram.say(ann, text="/help")
    entered.wait(30)
    time.sleep(0.3)
    assert telegram.delivered_updates[-1] in telegram.pending_updates  # no poll has acknowledged it
    blocked.set()
    hear(telegram, ann)


def test_killed_by_force_it_answers_what_it_had_taken(telegram: Emulator, folder: Path) -> None:
    people = [telegram.user(f"Reader {n}") for n in range(4)]
    telegram.delay("sendMessage", 0.2)
    process = command(folder, telegram)
    try:
        ask(telegram, people[0], "/help")
        for person in people:
            telegram.say(person, text=TIES)
            telegram.say(person, text="Who was Fadi al-Batsh?")
        telegram.wait_for(text=QUOTE, timeout=30)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    telegram.calm()
    process = command(folder, telegram)
    try:
        for person in people:
            telegram.wait_for(chat=person, text="On 21 April 2018", timeout=30)
    finally:
        process.send_signal(signal.SIGINT)
        code, _, err = ended(process)
    assert code == 0
    twice = set(re.findall(r"while it answered update ([0-9a-f]+): that answer may come twice", err))
    numbers = {
        (update["message"]["chat"]["id"], update["message"]["text"]): f"{update['update_id']:x}"
        for update in telegram.delivered_updates
    }
    for person in people:
        texts = said_to(telegram, person)
        for question, quote in ((TIES, QUOTE), ("Who was Fadi al-Batsh?", "On 21 April 2018")):
            times = sum(quote in text for text in texts)
            assert times == 1 or (times == 2 and numbers[telegram.private(person).id, question] in twice)


def test_two_bots_may_not_share_a_state(start: Start, telegram: Emulator, ann: User) -> None:
    start()
    ask(telegram, ann, "/help")
    with pytest.raises(LoccitError, match="Another bot keeps its state in"):
        start().wait()


# -- late


def test_what_came_while_it_was_away_is_answered(telegram: Emulator, start: Start, ann: User) -> None:
    telegram.say(ann, text=TIES)
    waits(telegram, ann, "/help", seconds=HOUR - 60)
    start()
    assert quotes(hear(telegram, ann))[0] == QUOTE
    assert hear(telegram, ann).text.startswith(EN["help"][:20])


def test_what_is_too_old_gets_one_word_a_chat_and_a_button(telegram: Emulator, start: Start, ann: User) -> None:
    bob = telegram.user("Bob")
    team = telegram.group("Team", ann, bob)
    for seconds in (HOUR + 60, HOUR + 30):
        waits(telegram, ann, TIES, seconds=seconds)
    waits(telegram, bob, "/help", seconds=3 * HOUR)
    telegram.say(team, ann, "/help@emulated_bot")
    pending = telegram.world.updates.pending
    pending[max(pending)]["message"]["date"] -= 2 * HOUR
    start()
    told = hear(telegram, ann)
    assert (told.text, told.buttons) == (EN["missed"], [EN["ask_again"]])
    assert hear(telegram, bob).text == EN["missed"]
    assert ask(telegram, bob, "/help").text != EN["missed"]
    assert said_to(telegram, ann) == [EN["missed"]]
    assert [message for message in telegram.messages(team) if message.sender == telegram.bot] == []
    tap(telegram, told, EN["ask_again"])
    assert [quotes(hear(telegram, ann))[0] for _ in range(2)] == [QUOTE, QUOTE]
    telegram.wait_for(method="editMessageReplyMarkup")


def test_what_is_missed_another_time_is_told_again(
    telegram: Emulator, start: Start, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits(telegram, ann, TIES, seconds=HOUR + 60)
    start()
    assert hear(telegram, ann).text == EN["missed"]
    monkeypatch.setattr(Clock, "now", lambda _: time.time() + 3 * HOUR)
    chat, now = telegram.private(ann), int(time.time())
    for number, (hours, text) in enumerate([(1, TIES), (2, TIES), (3, "???")], 900):
        date = now + hours * HOUR - 60
        wire = {"message_id": number, "date": date, "chat": chat.wire(), "from": ann.wire(), "text": text}
        telegram.push({"message": wire})
    assert [hear(telegram, ann).text for _ in range(2)] == [EN["missed"], EN["no_terms"]]  # one word for both


def test_a_clock_that_is_wrong_makes_nothing_old(
    telegram: Emulator, start: Start, ann: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    right = time.time
    monkeypatch.setattr("loccit.bot.clock.time.time", lambda: right() + 3 * HOUR)
    telegram.say(ann, text=TIES)
    start()
    assert quotes(hear(telegram, ann))[0] == QUOTE
    told = re.findall(r"This machine's clock differs from Telegram's by \d+ s; set it right.", caplog.text)
    assert len(told) <= 1  # the emulator's own clock may have jumped with it


# -- perhaps


def test_an_answer_that_may_not_have_arrived_can_be_had_again(
    telegram: Emulator, start: Start, ann: User, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bot = start()
    telegram.cut("sendMessage")
    telegram.say(ann, text=TIES)
    told = hear(telegram, ann)
    number = telegram.delivered_updates[-1]["update_id"]
    assert told.text == f"{EN['unsure']} ({number:x})"
    assert "sendMessage: whether it arrived is undetermined" in caplog.text
    tap(telegram, told, EN["ask_again"])
    assert quotes(hear(telegram, ann))[0] == QUOTE
    telegram.wait_for(method="editMessageReplyMarkup")
    bot.stop()
    assert states(tmp_path / "state.sqlite")[0] == ("done", None)


def test_nobody_else_can_have_it(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    telegram.cut("sendMessage")
    telegram.say(ann, text=TIES)
    hear(telegram, ann)
    number = telegram.delivered_updates[-1]["update_id"]
    bob = telegram.user("Bob")
    forged = ask(telegram, bob, "/help")
    wire = {
        "id": "7", "from": bob.wire(), "chat_instance": "1", "data": f"again:{number}", "message": forged.wire()
    }  # fmt: skip
    telegram.push({"callback_query": wire})
    ask(telegram, bob, "/help")
    assert not any(QUOTE in text for text in said_to(telegram, bob))


def test_what_telegram_does_not_take_waits_for_the_next_start(
    telegram: Emulator, start: Start, ann: User, tmp_path: Path
) -> None:
    bot = start()
    telegram.fail("sendMessage", times=None, status=500)
    telegram.say(ann, text=TIES)
    for _ in range(5):
        telegram.wait_for(method="sendMessage", ok=False)
    bot.stop()
    ((state, content),) = states(tmp_path / "state.sqlite")
    assert (state, json.loads(content or "")["message"]["text"]) == ("waiting", TIES)
    telegram.calm()
    start()
    assert quotes(hear(telegram, ann))[0] == QUOTE


# -- trouble with the file


def test_a_file_that_cannot_be_written_is_said_once(
    telegram: Emulator, start: Start, ann: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "loccit")
    bot = start()
    ask(telegram, ann, "/help")
    bot.in_inbox("PRAGMA query_only = ON")
    for _ in range(2):
        assert quotes(ask(telegram, ann))[0] == QUOTE
    bot.in_inbox("PRAGMA query_only = OFF")
    ask(telegram, ann, "/help")
    assert caplog.text.count("Updates cannot be remembered (attempt to write a readonly database); they are") == 1
    assert caplog.text.count("Updates are remembered again.") == 1


def test_a_damaged_state_does_not_stop_the_bot(
    telegram: Emulator, start: Start, ann: User, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state.sqlite").write_bytes(b"rubbish" * 1000)
    start()
    assert quotes(ask(telegram, ann))[0] == QUOTE
    assert "is damaged" in caplog.text
    assert len(list(tmp_path.glob("state.sqlite.damaged-*"))) == 1
