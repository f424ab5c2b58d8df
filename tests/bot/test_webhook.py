"""Telegram posts the updates; a port tells how the bot is."""

import contextlib
import socket
import time

import httpx
import pytest
from pydantic import ValidationError

from loccit.bot.webhook import LARGEST, SECRET
from loccit.endpoints import MetricsSettings, metrics_place, webhook_secret
from loccit.errors import BadSettings, LoccitError
from loccit.settings import BotSettings
from tests.bot.conftest import Start
from tests.bot.test_handlers import QUOTE, TIES, ask, bold, hear, quotes, tap
from tests.emulator import Emulator, User


@pytest.fixture
def port() -> int:
    """One that nobody has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def doors(port: int) -> dict[str, object]:
    """The settings of a bot that is posted to."""
    return {"webhook": {"url": f"http://127.0.0.1:{port}/telegram", "port": port}}


def send(port: int, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> httpx.Response:
    method, raw = "GET" if body is None else "POST", [(k.encode(), v.encode()) for k, v in (headers or {}).items()]
    return httpx.request(method, f"http://127.0.0.1:{port}{path}", content=body, headers=raw, timeout=30)


def eventually(port: int, path: str = "/health", *, holds: str) -> httpx.Response:
    for _ in range(100):
        with contextlib.suppress(httpx.ConnectError):
            if holds in (response := send(port, path)).text:
                return response
        time.sleep(0.05)
    raise TimeoutError(f"{path} did not say {holds}")


# -- updates


def test_the_whole_way(telegram: Emulator, start: Start, ann: User, doors: dict[str, object]) -> None:
    start(**doors)
    said = ask(telegram, ann)
    assert quotes(said)[0] == QUOTE
    tap(telegram, said, said.buttons[0])
    assert bold(hear(telegram, ann)) == [QUOTE]
    assert telegram.calls("getUpdates") == []
    (call,) = telegram.calls("setWebhook")
    assert len(call.params["secret_token"]) >= 32
    assert [update["update_id"] for update in telegram.confirmed_updates] == [700_000_001, 700_000_002]


def test_back_to_polling(telegram: Emulator, start: Start, ann: User, doors: dict[str, object]) -> None:
    bot = start(**doors)
    telegram.wait_for(method="setWebhook")
    bot.stop()
    telegram.say(ann, text=TIES)
    start()
    assert quotes(hear(telegram, ann))[0] == QUOTE


def test_what_may_not_come_in(telegram: Emulator, start: Start, ann: User, doors: dict[str, object], port: int) -> None:
    start(**doors)
    right = telegram.wait_for(method="setWebhook").params["secret_token"]
    for secret, body, status in (
        ("", b"{}", 403),
        ("wrong", b"{}", 403),
        ("wröng", b"{}", 403),
        (right, b"no json", 400),
        (right, b"\xff\xfe", 400),
        (right, b"[" * 100_000, 400),
        (right, b"[]", 400),
        (right, b'{"message": {}}', 400),
        (right, b'{"update_id": 5}', 200),
        (right, b'{"update_id": 99999999999999999999999999}', 200),
        (right, b" " * (10 * LARGEST), 400),
    ):
        try:
            response = send(port, "/telegram", body, {SECRET: secret} if secret else {})
        except httpx.NetworkError:  # it hung up before all was sent
            assert len(body) > LARGEST
        else:
            assert (response.status_code, body[:20]) == (status, body[:20])
    assert send(port, "/").status_code == 404
    assert send(port, "/telegram").status_code == 405
    assert ask(telegram, ann, "/help").text


def test_a_port_that_is_taken(telegram: Emulator, start: Start, doors: dict[str, object], port: int) -> None:
    with socket.create_server(("127.0.0.1", port)), pytest.raises(
        LoccitError, match=rf"Port {port} of 127.0.0.1 cannot be had \(Address already in use\). Choose another under"
    ):  # fmt: skip
        start(**doors).wait()
    assert telegram.calls("setWebhook") == []


def test_a_webhook_telegram_refuses(telegram: Emulator, start: Start, doors: dict[str, object]) -> None:
    telegram.fail("setWebhook", status=400, description="Bad Request: bad webhook: Failed to resolve host")
    with pytest.raises(
        LoccitError, match=r"does not take the webhook 'http://127.*failed to resolve host\. Set another"
    ):
        start(**doors).wait()


def test_telegram_is_down_when_it_is_told(
    telegram: Emulator, start: Start, ann: User, doors: dict[str, object]
) -> None:
    telegram.fail("setWebhook", times=6, status=502)
    start(**doors)
    assert quotes(ask(telegram, ann))[0] == QUOTE


# -- health and metrics


def test_health_and_metrics(telegram: Emulator, start: Start, ann: User, port: int) -> None:
    start(metrics={"port": port})
    ask(telegram, ann)
    health = eventually(port, holds='"ok": true').json()
    assert health == {"ok": True, "updates": "polling", "silent_seconds": health["silent_seconds"]}
    response = eventually(port, "/metrics", holds="loccit_update_seconds_count 1.0\n")
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert 'loccit_updates_total{kind="message"} 1.0\n' in response.text
    assert 'loccit_requests_total{method="sendMessage",outcome="200"} 1.0\n' in response.text
    assert "loccit_updates_at_work 0.0\n" in response.text
    assert "process_resident_memory_bytes" in response.text
    assert send(port, "/").status_code == 404


def test_it_is_not_well_before_it_has_reached_telegram(telegram: Emulator, start: Start, port: int) -> None:
    telegram.fail("getMe", times=None, status=500)
    start(metrics={"port": port})
    assert eventually(port, holds='"ok": false').status_code == 503
    telegram.calm()
    assert eventually(port, holds='"ok": true').status_code == 200


def test_it_is_not_well_while_telegram_is_silent(
    telegram: Emulator, start: Start, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loccit.bot.application.SILENT", 0.1)
    start(metrics={"port": port})
    ask(telegram, telegram.user("Ann"))
    telegram.fail("getUpdates", times=None, status=500)
    assert eventually(port, holds='"ok": false').json()["silent_seconds"] >= 0.1


# -- settings


@pytest.mark.parametrize("url", ["http://bot.example.org/x", "bot.example.org", "ftp://bot.example.org"])
def test_telegram_posts_to_https_alone(url: str) -> None:
    with pytest.raises(ValidationError, match="Telegram posts to https:// addresses alone"):
        BotSettings.model_validate({"webhook": {"url": url}})


def test_the_environment() -> None:
    assert metrics_place("") is None
    assert metrics_place("0.0.0.0:9464") == MetricsSettings(listen="0.0.0.0", port=9464)  # noqa: S104
    assert metrics_place("[::1]:9464") == MetricsSettings(listen="::1", port=9464)
    for wrong in ("9464", "here:", "here:x", ":9464", "here:0", "here:70000"):
        with pytest.raises(BadSettings, match=r"LOCCIT_METRICS is '.*', which is no place such as"):
            metrics_place(wrong)
    assert webhook_secret("") is None
    for wrong in ("short", "with blanks in between", "x" * 257):
        with pytest.raises(BadSettings, match="TELEGRAM_WEBHOOK_SECRET is not 16 to 256 of"):
            webhook_secret(wrong)
