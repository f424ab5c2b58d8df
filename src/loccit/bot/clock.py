"""Telegram's time: what this machine takes for the time may jump."""

import logging
import time
from email.utils import parsedate_to_datetime

FAR = 60.0
"""Seconds from which a difference is worth a word."""
_LOG = logging.getLogger(__name__)


class Clock:
    """Set by each of Telegram's replies, and going on by itself in between."""

    def __init__(self) -> None:
        self._set: tuple[float, float] | None = None  # Telegram's time, and what counted the seconds then
        self._told = False

    def now(self) -> float:
        """The seconds since 1970; as this machine says until Telegram has said anything."""
        return time.time() if self._set is None else self._set[0] + time.monotonic() - self._set[1]

    def read(self, date: str | None) -> None:
        """Take the time off a reply's `Date`, where it has one."""
        try:
            told = parsedate_to_datetime(date or "").timestamp()
        except ValueError:
            return
        self._set = told, time.monotonic()
        if (off := abs(time.time() - told)) > FAR and not self._told:
            _LOG.warning("This machine's clock differs from Telegram's by %.0f s; set it right.", off)
        self._told = off > FAR
