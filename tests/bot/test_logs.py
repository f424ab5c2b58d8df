"""The token never reaches the log."""

import logging
from collections.abc import Iterator

import httpx
import pytest
from telegram.error import InvalidToken

from loccit.bot.logs import Scrubbed, log_to_stderr

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
