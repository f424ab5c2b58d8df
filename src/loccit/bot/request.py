"""Requests to Telegram that wait when told to, try again where that can do no harm, and never say a thing twice."""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

import httpx
from telegram.error import NetworkError
from telegram.request import HTTPXRequest, RequestData

PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds between the tries."""
LONGEST_WAIT = 60.0
"""Seconds for which Telegram may tell the bot to wait; told to wait longer, it gives up."""

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_NOT_DONE = (500, 502, 503)
_SAYS_SOMETHING = ("send", "copy", "forward")
_FLEETING = ("sendChatAction",)  # late, it is worth nothing

_LOG = logging.getLogger(__name__)


class PatientRequest(HTTPXRequest):
    """For everything but polling."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **named: Any
    ) -> tuple[int, bytes]:
        """Ask until there is an answer, at most five times.

        A message is sent again only where Telegram never got it or says that it failed: where the connection broke
        afterwards, or no answer came, it may well have been delivered.
        """
        endpoint = url.rpartition("/")[2]
        for pause in () if endpoint in _FLEETING else PAUSES:
            try:
                status, payload = await super().do_request(url, method, request_data, *timeouts, **named)
            except NetworkError as error:
                if endpoint.startswith(_SAYS_SOMETHING) and not isinstance(error.__cause__, _NOT_SENT):
                    raise
                _LOG.warning("%s: no connection to Telegram (%s), trying again.", endpoint, reason(error))
                await asyncio.sleep(pause)
                continue
            wait = told_to_wait(payload) if status == 429 else pause if status in _NOT_DONE else None
            if wait is None or not 0 <= wait <= LONGEST_WAIT:
                return status, payload
            _LOG.warning("%s: Telegram answers %s, trying again in %s s.", endpoint, status, wait)
            await asyncio.sleep(wait)
        return await super().do_request(url, method, request_data, *timeouts, **named)


class PollingRequest(HTTPXRequest):
    """For polling, which the library repeats for ever: says once what is wrong, and when it is over."""

    refused: Callable[[], None] = staticmethod(lambda: None)
    """Called where Telegram no longer knows the token."""
    _trouble: str | None = None

    async def do_request(self, *details: Any, **named: Any) -> tuple[int, bytes]:
        """Ask once."""
        try:
            status, payload = await super().do_request(*details, **named)
        except NetworkError as error:
            self._note(f"Telegram cannot be reached ({reason(error)}); the bot goes on trying.")
            raise
        if status == 409:
            self._note("Another process polls with the same token: only one can. Stop the other one; this one waits.")
        elif status in (401, 404):
            self.refused()
        else:
            self._note(None if status == 200 else f"Telegram answers {status}; the bot goes on trying.")
        return status, payload

    def _note(self, trouble: str | None) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            if trouble:
                _LOG.warning(trouble)
            else:
                _LOG.info("Telegram answers again.")


def told_to_wait(payload: bytes) -> float:
    """The seconds a 429 names, and a little more."""
    try:
        return float(json.loads(payload)["parameters"]["retry_after"]) + 0.1
    except (ValueError, TypeError, KeyError):
        return PAUSES[-1]


def reason(error: NetworkError) -> str:
    """What broke, in a word or two; the whole message could hold the address and with it the token."""
    return type(error.__cause__ or error).__name__
