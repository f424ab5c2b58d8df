"""The log: to stderr, the token never in it, each line with the id of the update it is about."""

import json
import logging
import sys
import time
import traceback

from telegram.error import TelegramError

from loccit.bot.work import CURRENT


class Scrubbed(logging.Filter):
    """Takes secrets out of every record: its text, its values, its traceback."""

    def __init__(self, *secrets: str) -> None:
        super().__init__()
        # The token's secret half alone: it also stands in an address where the colon is written %3A.
        self._secrets = [secret.partition(":")[2] or secret for secret in secrets if secret]

    def filter(self, record: logging.LogRecord) -> bool:
        """Write the record out and scrub it, so that no handler can bring a secret back."""
        text = record.getMessage()
        if record.exc_info and isinstance(error := record.exc_info[1], TelegramError):
            text = f"{text} ({type(error).__name__}: {error})"  # where in the library it was raised tells nothing
        elif record.exc_info and record.exc_info[1]:
            text += "\n" + "".join(traceback.format_exception(record.exc_info[1])).rstrip()
        elif record.exc_text:
            text += "\n" + record.exc_text
        record.msg, record.args = self._scrub(text), None
        record.exc_info = record.exc_text = None
        record.stack_info = record.stack_info and self._scrub(record.stack_info)
        return True

    def _scrub(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return text


class Plain(logging.Formatter):
    """A line for people: when, how bad, about which update, what."""

    def format(self, record: logging.LogRecord) -> str:
        """`2026-11-22 10:00:00,000 INFO [29b92701] …`."""
        work = CURRENT.get()
        return f"{self.formatTime(record)} {record.levelname} {f'[{work.id}] ' if work else ''}{_said(record)}"


class JsonLines(logging.Formatter):
    """A line for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """An object with `at` (UTC), `level`, `logger`, `id` where it is about an update, `message`."""
        work = CURRENT.get()
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        fields = {
            "at": f"{at}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            **({"id": work.id} if work else {}),
            "message": _said(record),
        }
        return json.dumps(fields, ensure_ascii=False)


def log_to_stderr(*secrets: str, as_json: bool = False) -> None:
    """Our own records from INFO on, other libraries' from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if as_json else Plain())
    handler.addFilter(Scrubbed(*secrets))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("loccit").setLevel(logging.INFO)
    for talker in ("httpx", "httpcore"):  # each request with its address, and so the token
        logging.getLogger(talker).setLevel(logging.WARNING)


def _said(record: logging.LogRecord) -> str:
    return "\n".join(filter(None, (record.getMessage(), record.stack_info)))
