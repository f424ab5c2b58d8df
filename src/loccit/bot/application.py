"""The bot at work: put together, started, polling or posted to, ended."""

import asyncio
import logging
import os
import secrets
import signal
import sys
from collections.abc import Awaitable, Callable
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from telegram import LinkPreviewOptions
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import Application, Defaults
from tornado.httpserver import HTTPServer

from loccit.bot import request, webhook
from loccit.bot.clock import Clock
from loccit.bot.desk import Desk
from loccit.bot.handlers import UPDATES, Handlers
from loccit.bot.introduction import introduce
from loccit.bot.logs import log_to_stderr
from loccit.bot.metrics import Metrics
from loccit.bot.ordered import InOrder
from loccit.bot.request import PatientRequest, PollingRequest
from loccit.bot.update_queue import UpdateQueue
from loccit.errors import LoccitError
from loccit.settings import BotSettings, Environment

POLL = 10
"""Seconds for which Telegram holds a poll open while there is no news."""
BREATH = 0.05
"""Seconds between polls, so that one brings what would else take several."""
SILENT = 60.0
"""Seconds without a word from Telegram after which the bot calls itself unwell."""
_LOG = logging.getLogger(__name__)
AnyApplication = Application[Any, Any, Any, Any, Any, Any]


def run(index_folder: Path, settings: BotSettings, environment: Environment) -> None:
    """Answer in Telegram until SIGTERM or SIGINT; raises LoccitError where that cannot be."""
    given = environment.webhook_secret
    log_to_stderr(
        environment.token.get_secret_value(), given.get_secret_value() if given else "", as_json=settings.log == "json"
    )
    sys.setswitchinterval(0.001)  # a thread that computes keeps the one that talks to Telegram waiting no longer
    with Life(index_folder, settings, environment) as life:
        asyncio.run(life.live(signals=True))


class Life:
    """One run of the bot; `stopping` ends it."""

    def __init__(self, index_folder: Path, settings: BotSettings, environment: Environment) -> None:
        os.environ.setdefault("PTB_TIMEDELTA", "1")  # the library's coming default; without it, it warns
        self._settings, self._environment = settings, environment
        self._refused = self._well = False
        self.stopping = asyncio.Event()
        token, clock, self._metrics = environment.token.get_secret_value(), Clock(), Metrics()
        self._queue = UpdateQueue(environment.state, int(token.partition(":")[0]), self._metrics)
        try:
            self._desk = Desk(index_folder, environment.state, settings)
        except BaseException:
            self._queue.close()
            raise
        self._request = PatientRequest(clock, self._metrics)
        self._polling = PollingRequest(self._queue.settled, self._refuse)
        self._metrics.heard_of(lambda: self._polling.silent)
        self._doors: list[HTTPServer] = []
        self._application: AnyApplication = (
            Application.builder()
            .token(token)
            .base_url(f"{environment.api_url}/bot")
            .base_file_url(f"{environment.api_url}/file/bot")
            .request(self._request)
            .get_updates_request(self._polling)
            .update_queue(self._queue)
            .concurrent_updates(InOrder(self._queue.work, self._metrics))
            .defaults(Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)))
            .build()
        )
        self._handlers = Handlers(self._desk, settings, self._queue, clock)
        self._watch: asyncio.Task[None] | None = None
        self._handlers.add_to(self._application)

    def __enter__(self) -> "Life":
        return self

    def __exit__(self, *_: object) -> None:
        self._desk.close()
        self._queue.close()

    async def live(self, *, signals: bool = False) -> None:
        """Start, answer, and when told to stop end what is under way first."""
        if signals:
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, self.stopping.set)
        start, stop = asyncio.ensure_future(self._start()), asyncio.ensure_future(self.stopping.wait())
        try:
            await asyncio.wait((start, stop), return_when=asyncio.FIRST_COMPLETED)
            if start.done():
                start.result()
                await stop
        except InvalidToken:
            self._refused = True
        finally:
            start.cancel()
            stop.cancel()
            await asyncio.gather(start, stop, return_exceptions=True)
            await self._end()
        if self._refused:
            raise LoccitError("Telegram refuses the token. Get a new one from @BotFather for TELEGRAM_BOT_TOKEN.")

    def _refuse(self) -> None:
        self._refused = True
        self.stopping.set()

    async def _start(self) -> None:
        application = self._application
        place = self._environment.metrics or self._settings.metrics
        if place.port:
            door = webhook.health(self._health, self._metrics.text)
            self._doors.append(webhook.serve(door, place.listen, place.port, "metrics"))
        await self._desk.warm()
        await self._reach(application.initialize)
        await self._queue.recover(application.bot)
        if self._settings.webhook.url:
            await self._await_posts()
        else:
            assert application.updater, "the builder makes one"  # noqa: S101
            await application.updater.start_polling(
                poll_interval=BREATH,
                timeout=POLL,
                bootstrap_retries=-1,
                allowed_updates=UPDATES,
                error_callback=lambda _: None,  # PollingRequest has said it
            )
        await application.start()
        self._watch = asyncio.create_task(self._handlers.watch(application.bot))
        self._well = True
        _LOG.info("@%s answers.", application.bot.username)
        await introduce(application.bot, self._settings)  # calls for each language: nobody is to wait for them

    async def _await_posts(self) -> None:
        """Open the door for updates, and tell Telegram of it."""
        bot, place, given = self._application.bot, self._settings.webhook, self._environment.webhook_secret
        secret = given.get_secret_value() if given else secrets.token_urlsafe(32)
        door = webhook.updates(place.url, secret, bot, self._queue)
        self._doors.append(webhook.serve(door, place.listen, place.port, "webhook"))
        try:
            await self._reach(lambda: bot.set_webhook(place.url, secret_token=secret, allowed_updates=UPDATES))
        except BadRequest as error:
            raise LoccitError(
                f"Telegram does not take the webhook '{place.url}': {error.message}. Set another url in bot.toml."
            ) from error

    async def _reach(self, ask: Callable[[], Awaitable[object]]) -> None:
        """Ask something until Telegram answers."""
        for pause in chain(request.PAUSES, repeat(request.PAUSES[-1])):
            try:
                await ask()
            except (InvalidToken, BadRequest):
                raise
            except TelegramError as error:
                _LOG.warning("Telegram cannot be reached, trying again in %s s.", pause, exc_info=error)
                await asyncio.sleep(pause)
            else:
                return

    def _health(self) -> dict[str, object]:
        """How the bot is: well once it has started, unless Telegram has been silent for long."""
        silent = self._polling.silent
        return {
            "ok": self._well and silent < SILENT,
            "updates": "webhook" if self._settings.webhook.url else "polling",
            "silent_seconds": round(silent, 1),
        }

    async def _end(self) -> None:
        application, self._well = self._application, False
        self._request.stopping.set()
        if self._watch:
            self._watch.cancel()
        for door in self._doors:
            door.stop()
            await door.close_all_connections()
        try:
            if application.updater and application.updater.running:
                await application.updater.stop()
        except InvalidToken:
            self._refused = True
        if application.running:
            await application.stop()
        await self._queue.settled()
        await application.shutdown()
        await application.bot.shutdown()  # an application that never started leaves its connections open
        _LOG.info("The bot has ended.")
