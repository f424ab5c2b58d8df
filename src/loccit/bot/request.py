"""Requests to Telegram that wait when told to, try again where that can do no harm, and never say a thing twice."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from telegram.error import NetworkError, TimedOut

from loccit.bot.client import NOT_SENT, Client, Reply
from loccit.bot.clock import Clock
from loccit.bot.metrics import Metrics
from loccit.bot.work import CURRENT

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, *[30.0] * 28)
"""Seconds between the tries to say something: a quarter of an hour."""
TRIES = 4
"""How often what says nothing is tried again."""
LONGEST_WAIT = 900.0
"""Seconds for which Telegram may tell the bot to wait; told to wait longer, it gives up."""
CONNECTIONS = 16
"""To Telegram at a time: enough for a hundred messages a second, where it takes thirty. What is on its way in them when
the bot is ended by force may come twice."""
LONGEST_POLL = 40.0
"""Seconds after which a poll is ended that neither brings anything nor breaks: four times what it should take."""

_NOT_DONE = (500, 502, 503)
_SAYS_SOMETHING = ("send", "copy", "forward")
_FLEETING = ("sendChatAction",)  # late, it is worth nothing

_LOG = logging.getLogger(__name__)


class Undetermined(NetworkError):
    """A message went out and Telegram did not say whether it arrived."""


class Undelivered(NetworkError):
    """Telegram surely did not take a message, however often it was tried."""


class PatientRequest(Client):
    """For everything but polling."""

    def __init__(self, clock: Clock, metrics: Metrics) -> None:
        super().__init__(clock.read)
        self._lines = asyncio.Semaphore(CONNECTIONS)
        self._metrics = metrics
        self.stopping = asyncio.Event()
        """From then on nothing is tried again."""

    async def do_request(self, url: str, *details: Any, **named: Any) -> Reply:
        """Ask until there is an answer.

        A message is sent again only where Telegram never got it or says that it failed: where the connection broke
        afterwards, or no answer came, it may well have been delivered.
        """
        endpoint = url.rpartition("/")[2]
        if endpoint in _FLEETING:
            return await self._once(endpoint, url, *details, **named)
        if not _says(endpoint):
            return await self._patiently(endpoint, PAUSES[:TRIES], url, *details, **named)
        try:
            reply = await self._patiently(endpoint, PAUSES, url, *details, **named)
        except NetworkError as error:
            if isinstance(error.__cause__, NOT_SENT):
                raise await self._undelivered(endpoint, reason(error)) from error
            raise await self._undetermined(endpoint, reason(error)) from error
        if reply[0] in _NOT_DONE or reply[0] == 429:
            raise await self._undelivered(endpoint, f"Telegram answers {reply[0]}")
        if reply[0] >= 500:
            raise await self._undetermined(endpoint, f"Telegram answers {reply[0]}")
        if work := CURRENT.get():
            await work.sent(surely_not=reply[0] != 200)
        return reply

    async def _patiently(self, endpoint: str, pauses: tuple[float, ...], *details: Any, **named: Any) -> Reply:
        for pause in pauses:
            try:
                status, payload = await self._once(endpoint, *details, **named)
            except NetworkError as error:
                if _says(endpoint) and not isinstance(error.__cause__, NOT_SENT):
                    raise
                wait, why = pause, f"no connection to Telegram ({reason(error)})"
            else:
                wait = told_to_wait(payload) if status == 429 else pause if status in _NOT_DONE else 0
                why = f"Telegram answers {status}"
                if not 0 < wait <= LONGEST_WAIT:
                    return status, payload
            _LOG.warning("%s: %s, trying again in %s s.", endpoint, why, wait)
            if _says(endpoint) and (work := CURRENT.get()):
                await work.sent(surely_not=True)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), wait)
                break
        return await self._once(endpoint, *details, **named)

    async def _once(self, endpoint: str, *details: Any, **named: Any) -> Reply:
        try:
            async with self._lines:
                if _says(endpoint) and (work := CURRENT.get()):
                    await work.sends()
                reply = await super().do_request(*details, **named)
        except NetworkError as error:
            self._metrics.asked(endpoint, reason(error))
            raise
        self._metrics.asked(endpoint, str(reply[0]))
        return reply

    @staticmethod
    async def _undetermined(endpoint: str, why: str) -> Undetermined:
        _LOG.warning("%s: whether it arrived is undetermined (%s). It is not sent again.", endpoint, why)
        if work := CURRENT.get():
            await work.leave_open()
        return Undetermined(why)

    @staticmethod
    async def _undelivered(endpoint: str, why: str) -> Undelivered:
        _LOG.error("%s: given up (%s). It is tried again when the bot starts.", endpoint, why)
        if work := CURRENT.get():
            work.undelivered = True
            await work.sent(surely_not=True)
        return Undelivered(why)


class PollingRequest(Client):
    """For polling, which the library repeats for ever: says once what is wrong, and when it is over."""

    def __init__(self, settled: Callable[[], Awaitable[None]], refused: Callable[[], None]) -> None:
        super().__init__()
        self._settled = settled  # a poll acknowledges what the last one brought
        self._refused = refused  # called where Telegram no longer knows the token
        self._trouble: str | None = None
        self._heard = time.monotonic()
        self._asking = False

    @property
    def silent(self) -> float:
        """Seconds for which Telegram has not answered; while the bot does not ask it is not silent."""
        return time.monotonic() - self._heard if self._asking else 0.0

    async def do_request(self, *details: Any, **named: Any) -> Reply:
        """Ask once."""
        await self._settled()
        if not self._asking:
            self._heard, self._asking = time.monotonic(), True
        try:
            async with asyncio.timeout(LONGEST_POLL):
                status, payload = await super().do_request(*details, **named)
        except TimeoutError as error:
            self._note("A poll hung; it is begun anew.")
            await self.shutdown()  # the connection of one that was ended may be lost to the others
            await self.initialize()
            raise TimedOut("the poll hung") from error
        except NetworkError as error:
            self._note(f"Telegram cannot be reached ({reason(error)}); the bot goes on trying.")
            raise
        if status == 409:
            self._note("Another process polls with the same token: only one can. Stop the other one; this one waits.")
        elif status in (401, 404):
            self._refused()
        else:
            self._note(None if status == 200 else f"Telegram answers {status}; the bot goes on trying.")
        if status == 200:
            self._heard, self._asking = time.monotonic(), False
        return status, payload

    def _note(self, trouble: str | None) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            if trouble:
                _LOG.warning(trouble)
            else:
                _LOG.info("Telegram answers again.")


def _says(endpoint: str) -> bool:
    """Whether a method says something to somebody."""
    return endpoint.startswith(_SAYS_SOMETHING) and endpoint not in _FLEETING


def told_to_wait(payload: bytes) -> float:
    """The seconds a 429 names, and a little more."""
    try:
        return float(json.loads(payload)["parameters"]["retry_after"]) + 0.1
    except (ValueError, TypeError, KeyError):
        return 4.0


def reason(error: NetworkError) -> str:
    """What broke, in a word or two; the whole message could hold the address and with it the token."""
    return type(error.__cause__ or error).__name__
