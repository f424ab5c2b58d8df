"""The bot at work: put together, started, polling, ended."""

import asyncio
import logging
import os
import signal
from pathlib import Path
from typing import Any

from telegram import BotCommand, LinkPreviewOptions
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, Defaults

from loccit.bot.desk import Desk
from loccit.bot.handlers import UPDATES, Handlers
from loccit.bot.logs import log_to_stderr
from loccit.bot.ordered import InOrder
from loccit.bot.request import PatientRequest, PollingRequest
from loccit.errors import LoccitError
from loccit.languages import codes, language, wording
from loccit.settings import BotSettings, Environment

COMMANDS = ("start", "help")
POLL = 10
"""Seconds for which Telegram holds a poll open while there is no news."""
_LOG = logging.getLogger(__name__)
AnyApplication = Application[Any, Any, Any, Any, Any, Any]


def run(index_folder: Path, settings: BotSettings, environment: Environment) -> None:
    """Answer in Telegram until SIGTERM or SIGINT; raises LoccitError where that cannot be."""
    log_to_stderr(environment.token.get_secret_value())
    with Life(index_folder, settings, environment) as life:
        asyncio.run(life.live(signals=True))


class Life:
    """One run of the bot; `stopping` ends it."""

    def __init__(self, index_folder: Path, settings: BotSettings, environment: Environment) -> None:
        os.environ.setdefault("PTB_TIMEDELTA", "1")  # the library's coming default; without it, it warns
        self._settings = settings
        self._desk = Desk(index_folder, environment.state, settings.keep_days)
        self._refused = False
        self.stopping = asyncio.Event()
        polling = PollingRequest(connection_pool_size=1)
        polling.refused = self._refuse
        self._application: AnyApplication = (
            Application.builder()
            .token(environment.token.get_secret_value())
            .base_url(f"{environment.api_url}/bot")
            .base_file_url(f"{environment.api_url}/file/bot")
            .request(PatientRequest(connection_pool_size=256))
            .get_updates_request(polling)
            .concurrent_updates(InOrder())
            .defaults(Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)))
            .build()
        )
        Handlers(self._desk, settings).add_to(self._application)

    def __enter__(self) -> "Life":
        return self

    def __exit__(self, *_: object) -> None:
        self._desk.close()

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
        await self._reach()
        assert application.updater, "the builder makes one"  # noqa: S101
        await application.updater.start_polling(
            timeout=POLL,
            bootstrap_retries=-1,
            allowed_updates=UPDATES,
            error_callback=lambda _: None,  # PollingRequest has said it
        )
        await application.start()
        _LOG.info("@%s answers.", application.bot.username)
        await self._introduce()  # a call a language: nobody is to wait for them

    async def _reach(self) -> None:
        """Ask who the bot is, until Telegram answers."""
        pause = 1.0
        while True:
            try:
                await self._application.initialize()
            except InvalidToken:
                raise
            except TelegramError as error:
                _LOG.warning("Telegram cannot be reached, trying again in %.0f s.", pause, exc_info=error)
                await asyncio.sleep(pause)
                pause = min(30.0, 2 * pause)
            else:
                return

    async def _introduce(self) -> None:
        """Name the commands, in each language that has phrases for them."""
        own = [code for code in codes() if code != "en" and "command_start" in language(code).wording]
        for code in ("en", *own):
            phrases = wording(code, self._settings.wording)
            commands = [BotCommand(name, phrases[f"command_{name}"]) for name in COMMANDS]
            try:
                # English goes to everybody who has no language of these.
                await self._application.bot.set_my_commands(commands, language_code=None if code == "en" else code)
            except InvalidToken:
                raise
            except TelegramError as error:
                _LOG.warning("The commands' names were not taken.", exc_info=error)

    async def _end(self) -> None:
        application = self._application
        try:
            if application.updater and application.updater.running:
                await application.updater.stop()
        except InvalidToken:
            self._refused = True
        if application.running:
            await application.stop()
        await application.shutdown()
        await application.bot.shutdown()  # an application that never started leaves its connections open
        _LOG.info("The bot has ended.")
