"""The log: to stderr, the token never in it."""

import logging
import sys
import traceback

from telegram.error import TelegramError


class Scrubbed(logging.Filter):
    """Takes the token out of every record: its text, its values, its traceback."""

    def __init__(self, token: str) -> None:
        super().__init__()
        # The secret half alone: it also stands in an address where the colon is written %3A.
        self._secret = token.partition(":")[2] or token

    def filter(self, record: logging.LogRecord) -> bool:
        """Write the record out and scrub it, so that no handler can bring the token back."""
        text = record.getMessage()
        if record.exc_info and isinstance(error := record.exc_info[1], TelegramError):
            text = f"{text} ({type(error).__name__}: {error})"  # where in the library it was raised tells nothing
        elif record.exc_info and record.exc_info[1]:
            text += "\n" + "".join(traceback.format_exception(record.exc_info[1])).rstrip()
        elif record.exc_text:
            text += "\n" + record.exc_text
        record.msg, record.args = text.replace(self._secret, "…"), None
        record.exc_info = record.exc_text = None
        record.stack_info = record.stack_info and record.stack_info.replace(self._secret, "…")
        return True


def log_to_stderr(token: str) -> None:
    """Our own records from INFO on, other libraries' from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    handler.addFilter(Scrubbed(token))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("loccit").setLevel(logging.INFO)
    for talker in ("httpx", "httpcore"):  # each request with its address, and so the token
        logging.getLogger(talker).setLevel(logging.WARNING)
