"""How requests to Telegram wait, are tried again, and give up; what time it is there."""

import logging
import threading
import time
from collections.abc import Iterator

import pytest

from loccit.bot import chat_action, request
from loccit.bot.clock import Clock
from tests.bot.conftest import Start
from tests.bot.test_application import said_to
from tests.bot.test_handlers import QUOTE, TIES, ask, hear, quotes
from tests.emulator import Emulator, User


@pytest.fixture
def telegram() -> Iterator[Emulator]:
    """One to which each request is a new connection."""
    with Emulator(keep_alive=False) as telegram:
        yield telegram
        assert telegram.faults == []


async def settled() -> None:
    """All is remembered."""


# -- sending


def test_a_refused_connection_is_tried_again(
    telegram: Emulator, start: Start, ann: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    thinking = threading.Event()
    bot = start()
    monkeypatch.setattr(request, "PAUSES", (0.05,) * 600)
    ask(telegram, ann, "/help")
    bot._life._desk._thread.submit(thinking.wait, 30)
    telegram.say(ann, text=TIES)
    telegram.wait_for(lambda call: call.method == "getUpdates" and TIES in str(call.result))
    telegram.run(telegram._servers[-1].stop)
    thinking.set()
    while "sendMessage: no connection" not in caplog.text:  # the test's own timeout ends it
        time.sleep(0.01)
    telegram.run(telegram._take_connections)
    assert quotes(hear(telegram, ann))[0] == QUOTE
    assert len(said_to(telegram, ann)) == 2
    assert "sendMessage: no connection to Telegram (ClientConnectorError), trying again in 0.05 s." in caplog.text


def test_the_sign_of_typing_comes_where_it_takes_long(
    telegram: Emulator, start: Start, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_action, "MOMENT", 30)
    bot, bob = start(), telegram.user("Bob")
    ask(telegram, bob)
    assert telegram.actions == []
    monkeypatch.setattr(chat_action, "MOMENT", 0.1)
    monkeypatch.setattr(chat_action, "SHOWN", 0.1)
    telegram.fail("sendChatAction", status=429, retry_after=30)
    thinking = threading.Event()
    bot._life._desk._thread.submit(thinking.wait, 30)
    telegram.say(ann, text=TIES)
    for _ in range(2):
        telegram.wait_for(method="sendChatAction")
    thinking.set()
    assert quotes(hear(telegram, ann))[0] == QUOTE
    monkeypatch.undo()
    signs = len(telegram.calls("sendChatAction"))
    ask(telegram, ann)
    assert len(telegram.calls("sendChatAction")) == signs


# -- polling


def test_a_poll_that_hangs_is_begun_anew(
    telegram: Emulator, start: Start, ann: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(request, "LONGEST_POLL", 0.3)
    telegram.trickle("getUpdates")
    start()
    assert quotes(ask(telegram, ann))[0] == QUOTE
    assert "A poll hung; it is begun anew." in caplog.text


# -- waiting


@pytest.mark.parametrize(
    ("payload", "seconds"),
    [(b'{"parameters": {"retry_after": 7}}', 7.1), (b"<html>", 4.0), (b"[]", 4.0), (b'{"parameters": null}', 4.0)],
)
def test_how_long_telegram_says_to_wait(payload: bytes, seconds: float) -> None:
    assert request.told_to_wait(payload) == seconds


def test_polling_trouble_is_said_once_and_its_end(caplog: pytest.LogCaptureFixture) -> None:
    polling = request.PollingRequest(settled, lambda: None)
    with caplog.at_level(logging.INFO, "loccit"):
        for trouble in ("It is down.", "It is down.", None, None):
            polling._note(trouble)
    assert caplog.messages == ["It is down.", "Telegram answers again."]


# -- the time


def test_telegrams_time_is_told_by_its_replies_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    assert abs(clock.now() - time.time()) < 1
    for date in ("Sun, 22 Nov 2026 10:00:00 GMT", None, "yesterday", "Sun, 22 Nov 2026 10:00:00 GMT"):
        clock.read(date)
    at_ten = 1_795_341_600
    assert 0 <= clock.now() - at_ten < 1
    monkeypatch.setattr(time, "time", lambda: 0.0)  # the clock of this machine jumps
    assert 0 <= clock.now() - at_ten < 1
    assert caplog.text.count("This machine's clock differs from Telegram's by") == 1
