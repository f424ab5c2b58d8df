"""The bot's life: trouble with Telegram at the start, while polling and while sending; its end."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from resource import RLIMIT_FSIZE, setrlimit
from typing import Any

import pytest

from loccit.bot.desk import Desk
from loccit.bot.handlers import UPDATES
from loccit.engines.memory import MemoryEngine
from loccit.errors import EngineUnreachable, IndexMissing, LoccitError
from loccit.languages import wording
from tests.bot.conftest import SAMPLES, Start
from tests.bot.test_handlers import QUOTE, TIES, ask, bold, hear, quotes, tap
from tests.emulator import TOKEN, Emulator, User

EN = wording("en")
OTHER_TOKEN = "123456:another_token_for_the_emulator"  # noqa: S105  # nobody's
REFUSED = "Telegram refuses the token. Get a new one from @BotFather for TELEGRAM_BOT_TOKEN."


def said_to(telegram: Emulator, user: User) -> list[str]:
    """The texts the user sees of the bot."""
    chat = telegram.private(user)
    return [message.text for message in telegram.messages(chat) if message.sender == telegram.bot]


# -- the start


@pytest.mark.parametrize("token", [OTHER_TOKEN, "0123456:not_even_an_address_of_a_bot"])
def test_a_token_that_telegram_refuses(start: Start, token: str) -> None:
    with pytest.raises(LoccitError, match=REFUSED):
        start(token=token).wait()


def test_a_token_that_is_taken_back_while_the_bot_runs(telegram: Emulator, start: Start, ann: User) -> None:
    bot = start()
    ask(telegram, ann, "/help")
    telegram.fail("getUpdates", times=None, status=401)
    telegram.say(ann, text="/help")
    with pytest.raises(LoccitError, match=REFUSED):
        bot.wait()


def test_without_an_index(start: Start, folder: Path) -> None:
    shutil.rmtree(folder / "built")
    with pytest.raises(IndexMissing, match="loccit index"):
        start().wait()


def test_telegram_is_down_at_the_start(telegram: Emulator, start: Start, ann: User) -> None:
    telegram.cut("*", times=3)
    telegram.fail("*", times=4, status=502)
    start()
    assert ask(telegram, ann, "/help").text == EN["help"]


def test_the_bot_can_be_stopped_while_telegram_is_down(telegram: Emulator, start: Start) -> None:
    telegram.fail("getMe", times=None, status=500)
    bot = start()
    telegram.wait_for(method="getMe", ok=False)
    bot.stop()


def test_commands_that_are_refused_do_not_stop_the_bot(telegram: Emulator, start: Start, ann: User) -> None:
    telegram.fail("setMyCommands", times=None, status=400)
    start()
    assert ask(telegram, ann, "/help").text == EN["help"]


# -- polling


def test_another_poller_is_said_once(
    telegram: Emulator, start: Start, ann: User, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.fail("getUpdates", status=409)
    start()
    assert ask(telegram, ann, "/help").text == EN["help"]
    assert [r.getMessage() for r in caplog.records if "same token" in r.getMessage()] == [
        "Another process polls with the same token: only one can. Stop the other one; this one waits."
    ]


@pytest.mark.parametrize("kind", ["500", "cut", "429"])
def test_trouble_while_polling(telegram: Emulator, start: Start, ann: User, kind: str) -> None:
    start()
    ask(telegram, ann, "/help")
    if kind == "cut":
        telegram.cut("getUpdates", after_processing=True)
    else:
        telegram.fail("getUpdates", status=int(kind), retry_after=0.1 if kind == "429" else None)
    telegram.say(ann, text="/help")
    assert hear(telegram, ann).text == EN["help"]
    assert ask(telegram, ann, "/start").buttons == list(SAMPLES)
    assert len(said_to(telegram, ann)) == 3


def test_it_asks_for_the_updates_it_handles(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    ask(telegram, ann, "/help")
    assert telegram.calls("getUpdates")[0].params["allowed_updates"] == list(UPDATES)


# -- sending


@pytest.mark.parametrize("status", [429, 500, 502])
def test_a_message_telegram_did_not_take_is_sent_again(
    telegram: Emulator, start: Start, ann: User, status: int
) -> None:
    start()
    telegram.fail("sendMessage", times=2, status=status, retry_after=0.1 if status == 429 else None)
    assert quotes(ask(telegram, ann))[0] == QUOTE
    assert len(said_to(telegram, ann)) == 1


def test_told_to_wait_too_long(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    telegram.fail("sendMessage", status=429, retry_after=3600)
    telegram.say(ann, text=TIES)
    telegram.wait_for(method="sendMessage", ok=False)
    assert ask(telegram, ann, "/help").text == EN["help"]


@pytest.mark.parametrize("delivered", [False, True])
def test_a_message_that_may_have_arrived_is_not_sent_again(
    telegram: Emulator, start: Start, ann: User, delivered: bool
) -> None:
    start()
    telegram.cut("sendMessage", after_processing=delivered)
    telegram.say(ann, text=TIES)
    assert telegram.wait_for(text=EN["unsure"])
    *answers, told = said_to(telegram, ann)
    assert [QUOTE in text for text in answers] == [True] * delivered
    assert told.startswith(EN["unsure"])


def test_somebody_who_blocked_the_bot(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    telegram.fail("sendMessage", status=403)
    telegram.say(ann, text=TIES)
    telegram.wait_for(method="sendMessage", ok=False)
    assert ask(telegram, ann, "/help").text == EN["help"]


def test_a_tap_that_is_too_old_is_answered_all_the_same(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    said = ask(telegram, ann)
    telegram.fail("answerCallbackQuery", status=400, description="Bad Request: query is too old")
    telegram.tap(said, said.buttons[0])
    assert bold(hear(telegram, ann)) == [QUOTE]


def test_an_unknown_error_is_told_with_its_id(
    telegram: Emulator, start: Start, ann: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    start()

    async def ask_in_vain(*_: object) -> None:
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr(Desk, "ask", ask_in_vain)
    said = ask(telegram, ann).text
    (error_id,) = re.findall(r"Trouble ([0-9a-f]{8})\.", caplog.text)
    assert said == EN["failed"].format(id=error_id)


@pytest.mark.parametrize(("asking", "expected"), [("en", "en"), ("ms", "ms"), ("tlh", "ms")])
def test_that_part_of_a_cluster_is_missing_is_told_in_the_askers_language(
    telegram: Emulator,
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    asking: str,
    expected: str,
) -> None:
    start()

    def search_in_vain(*_: object) -> None:
        raise EngineUnreachable("Part of the index is not reachable: 1 of its 3 shards.")

    monkeypatch.setattr(MemoryEngine, "search", search_in_vain)
    said = ask(telegram, telegram.user("Ann", language_code=asking), "Siapakah duta Palestin ke Maldives?").text
    (error_id,) = re.findall(r"Trouble ([0-9a-f]{8})\.", caplog.text)
    assert said == f"{wording(expected)['unreachable']} ({error_id})"
    assert "1 of its 3 shards" in caplog.text, "for those who run it"


def test_much_trouble_and_no_question_is_answered_twice(telegram: Emulator, start: Start) -> None:
    start()
    telegram.chaos(0.15, seed=7, kinds=("500", "502", "cut_before", "cut_after"), spare=("getMe",))
    people = [telegram.user(f"Reader {n}") for n in range(8)]
    for person in people:
        telegram.say(person, text=TIES)
    for person in people:
        telegram.wait_for(chat=person, timeout=30, ok=None)
    telegram.calm()
    for person in people:
        telegram.say(person, text="/help")
        telegram.wait_for(chat=person, timeout=30, text=EN["help"])
        texts = said_to(telegram, person)
        assert sum(QUOTE in text for text in texts) <= 1


# -- the process


def command(folder: Path, telegram: Emulator, token: str = TOKEN, **more: Any) -> "subprocess.Popen[str]":
    (folder / "bot").mkdir(exist_ok=True)
    config = folder / "bot" / "bot.toml"
    config.write_text('samples = ["Who is Malaysia\'s ambassador to Palestine?"]\n')
    (folder / "index").symlink_to(folder) if not (folder / "index").exists() else None
    environment = {**os.environ, "TELEGRAM_BOT_TOKEN": token, "TELEGRAM_API_URL": telegram.url}
    return subprocess.Popen(
        [sys.executable, "-m", "loccit", "bot", "--config", str(config)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more,
    )  # fmt: skip


def ended(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=30)
    return process.returncode, out, err


def test_the_whole_way_and_a_clean_end(telegram: Emulator, ann: User, folder: Path) -> None:
    process = command(folder, telegram)
    try:
        said = ask(telegram, ann)
        assert quotes(said)[0] == QUOTE
        tap(telegram, said, said.buttons[0])
        assert bold(hear(telegram, ann)) == [QUOTE]
        telegram.delay("sendMessage", 0.2, times=2)
        telegram.say(ann, text="/help")
        telegram.say(ann, text=TIES)
        telegram.wait_for(lambda call: call.method == "getUpdates" and TIES in str(call.result[-1:]))
        time.sleep(0.1)  # both are under way
        process.send_signal(signal.SIGTERM)
        code, out, err = ended(process)
    finally:
        process.kill()
    assert quotes(hear(telegram, ann)) == []  # the help
    assert quotes(hear(telegram, ann))[0] == QUOTE  # the answer that was under way
    assert (code, out) == (0, "")
    assert TOKEN.partition(":")[2] not in err
    assert "Traceback" not in err
    assert "@emulated_bot answers." in err
    assert (folder / "bot" / "state.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_refused_token_is_one_sentence(telegram: Emulator, folder: Path) -> None:
    code, out, err = ended(command(folder, telegram, OTHER_TOKEN))
    assert (code, out) == (1, "")
    assert REFUSED in err
    assert "Traceback" not in err
    assert OTHER_TOKEN.partition(":")[2] not in err


def test_a_disk_that_is_full(telegram: Emulator, ann: User, folder: Path) -> None:
    longest = 64 * 1024  # of any file it writes: the system refuses more, as it does where there is no room
    process = command(folder, telegram, preexec_fn=lambda: setrlimit(RLIMIT_FSIZE, (longest, longest)))
    try:
        for _ in range(4):
            assert quotes(ask(telegram, ann))[0] == QUOTE
        process.send_signal(signal.SIGTERM)
        code, _, err = ended(process)
    finally:
        process.kill()
    assert code == 0
    assert err.count("Updates cannot be remembered (") == 1
    assert "It is kept in memory, until the bot ends." in err
    assert "Traceback" not in err
