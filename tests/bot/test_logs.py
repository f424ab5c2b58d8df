"""The token never reaches the log."""

import json
import logging
import re
from asyncio import Future
from collections.abc import Iterator

import httpx
import pytest
from telegram.error import InvalidToken

from loccit.bot.logs import Scrubbed, log_to_stderr
from loccit.bot.work import CURRENT, Work

TOKEN = "123456:SECRET_token-for_nobody"  # noqa: S105
SECRET = TOKEN.partition(":")[2]


@pytest.fixture
def kept_logging() -> Iterator[None]:
    root, loccit = logging.getLogger(), logging.getLogger("loccit")
    before = root.handlers[:], root.level, loccit.level
    yield
    root.handlers[:], loccit.level = before[0], before[2]
    root.setLevel(before[1])


@pytest.mark.usefixtures("kept_logging")
def test_nothing_of_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr(TOKEN)
    log = logging.getLogger("loccit.bot")
    log.info("with %s and %r", TOKEN, {"url": f"http://x/bot{TOKEN}/getMe"})
    log.warning("quoted: 123456%%3A%s", SECRET)
    try:
        try:
            raise httpx.ConnectError(f"http://x/bot{TOKEN}/getMe")  # noqa: TRY301
        except httpx.ConnectError as error:
            raise ValueError(TOKEN) from error
    except ValueError:
        log.exception("a traceback", stack_info=True)
    log.error("the library", exc_info=InvalidToken(f"The token `{TOKEN}` was rejected by the server."))
    logging.getLogger("httpx").info("HTTP Request: POST http://x/bot%s/getMe", TOKEN)
    logging.getLogger("telegram.ext").error("failed for %s", TOKEN)
    err = capsys.readouterr().err
    assert SECRET not in err
    assert "with 123456:… and" in err
    assert "ValueError: 123456:…" in err
    assert "httpx.ConnectError: http://x/bot123456:…/getMe" in err
    assert "the library (InvalidToken: The token `123456:…` was rejected by the server.)" in err
    assert "HTTP Request" not in err


def test_a_record_is_scrubbed_for_every_handler() -> None:
    record = logging.LogRecord("x", logging.ERROR, "f.py", 1, "said %s", (TOKEN,), None)
    record.exc_text = f"Traceback of {TOKEN}"
    Scrubbed(TOKEN).filter(record)
    assert record.getMessage() == "said 123456:…\nTraceback of 123456:…"
    assert record.exc_text is None


@pytest.mark.usefixtures("kept_logging")
def test_each_line_has_the_id_of_what_it_is_about(capsys: pytest.CaptureFixture[str]) -> None:
    log = logging.getLogger("loccit.bot")
    for as_json in (False, True):
        log_to_stderr(TOKEN, "another_secret", as_json=as_json)
        log.info("before")
        token = CURRENT.set(Work(700_000_001, lambda *_: Future()))
        try:
            log.warning("an %s with %s", "answer", "another_secret")
            try:
                raise ValueError(TOKEN)  # noqa: TRY301
            except ValueError:
                log.exception("trouble")
        finally:
            CURRENT.reset(token)
    lines = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"\S+ \S+ INFO before", lines[0])
    assert re.fullmatch(r"\S+ \S+ WARNING \[29b92701\] an answer with …", lines[1])
    *_, before, answer, trouble = map(json.loads, (line for line in lines if line.startswith("{")))
    assert set(before) == {"at", "level", "logger", "message"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", before["at"])
    assert (answer["id"], answer["message"]) == ("29b92701", "an answer with …")
    assert trouble["message"].startswith("trouble\nTraceback")
    assert trouble["message"].endswith("ValueError: 123456:…")
