"""Who takes which update: the first that fits."""

import asyncio
import logging
import re
import secrets
from typing import Any

from telegram import Bot, Update
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, TypeHandler, filters

from loccit.bot.access import Access
from loccit.bot.admin import Admin
from loccit.bot.backlog import Backlog, ask_again
from loccit.bot.clock import Clock
from loccit.bot.desk import MAIN, Desk
from loccit.bot.feedback import Feedback
from loccit.bot.incoming import NEW, Context, message_of, names_bot
from loccit.bot.inline import Inline
from loccit.bot.later import Later
from loccit.bot.marked import fill
from loccit.bot.people import People, languages
from loccit.bot.questions import Questions
from loccit.bot.reply import Rows, plain, started
from loccit.bot.request import Undelivered, Undetermined
from loccit.bot.services import Services
from loccit.bot.speaker import Speaker, notify
from loccit.bot.store import DAY
from loccit.bot.throttle import Throttle
from loccit.bot.update_queue import UpdateQueue
from loccit.bot.work import CURRENT
from loccit.errors import EngineUnreachable
from loccit.settings import BotSettings

UPDATES = (Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.INLINE_QUERY)
"""What Telegram is asked for."""
_LINK = re.compile(r"([\w-]{12})_([0-9]{1,2})")
_LOG = logging.getLogger(__name__)


class Handlers:
    """One method a kind of update, or a module of its own."""

    def __init__(self, desk: Desk, settings: BotSettings, queue: UpdateQueue, clock: Clock) -> None:
        speaker = Speaker(settings, languages(desk.store))
        self._services = Services(desk, speaker, Access(settings.access), settings, queue)
        self._questions = Questions(self._services)
        self._later = Later(self._services)
        self._backlog = Backlog(self._services, clock)

    def add_to(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """The first that fits takes the update, once it is clear that it may be taken."""
        application.add_handlers(
            {
                -2: [TypeHandler(Update, self._services.access.check)],
                -1: [TypeHandler(Update, Throttle(self._services).check)],
                0: [
                    *self._backlog.handlers(),
                    CommandHandler("start", self.start, NEW),
                    CommandHandler("help", self.help, NEW),
                    *self._questions.handlers(),
                    *People(self._services).handlers(),
                    *Admin(self._services, self.unknown_command).handlers(),
                    *Feedback(self._services).handlers(),
                    *self._later.handlers(),
                    *Inline(self._services).handlers(),
                    MessageHandler(filters.COMMAND & NEW, self.unknown_command),
                    MessageHandler(filters.TEXT & NEW, self._questions.ask),
                    MessageHandler(filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL & NEW, self.no_text),
                    CallbackQueryHandler(self.unknown_button),
                ],
            }
        )
        application.add_error_handler(self.trouble)

    async def watch(self, bot: Bot) -> None:
        """What goes on for as long as the bot runs, beside the updates."""
        await asyncio.gather(self._later.watch(bot), self._forget_the_old())

    async def _forget_the_old(self) -> None:
        while True:
            await self._services.desk.purge()
            await self._services.queue.purge()
            await asyncio.sleep(DAY)

    async def start(self, update: Update, context: Context) -> None:
        """Say what the bot knows; to somebody who followed a link, where a quote stands."""
        message, desk = message_of(update), self._services.desk
        chat = message.chat
        link = _LINK.fullmatch(context.args[0]) if context.args and chat.type == chat.PRIVATE else None
        if link:
            await self._questions.linked(context.bot, message, link[1], int(link[2]))
            return
        # The samples are for the main index: elsewhere they would tell what is asked there.
        samples = self._services.settings.samples if desk.shelf(chat.id).name == MAIN else ()
        phrases = self._services.speaker.phrases(message.from_user)
        await self._services.speaker.say(context.bot, message, started(await desk.titles(chat.id), samples, phrases))

    async def help(self, update: Update, context: Context) -> None:
        """Say how to ask."""
        await self._say(update, context, "help")

    async def unknown_command(self, update: Update, context: Context) -> None:
        """Say how to ask; in a group only where the command names this bot."""
        if names_bot(message_of(update), context.bot):
            await self.help(update, context)

    async def no_text(self, update: Update, context: Context) -> None:
        """Say that only text can be read."""
        await self._say(update, context, "text_only")

    async def unknown_button(self, update: Update, _: Context) -> None:
        """Say that what belonged to the button is no more."""
        if query := update.callback_query:
            await notify(query, self._services.speaker.phrases(query.from_user)["unknown_answer"])

    async def trouble(self, update: object, context: Context) -> None:
        """Note what went wrong, and tell the one who waits, in a sentence."""
        error = context.error
        # There is nobody to tell, or no way to, or no need: what was not delivered is answered later.
        if isinstance(error, Forbidden | RetryAfter | ChatMigrated | Undelivered):
            _LOG.warning("An answer could not be sent: %s.", type(error).__name__)
            return
        asked, work = update if isinstance(update, Update) else None, CURRENT.get()
        spoken = [error.language] if isinstance(error, EngineUnreachable) and error.language else []
        phrases = self._services.speaker.phrases(asked.effective_user if asked else None, *spoken)
        buttons: Rows = ()
        if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
            _LOG.warning("The connection broke while an answer was sent.", exc_info=error)
            sentence = phrases["unsure"]
            if work and isinstance(error, Undetermined):
                sentence, buttons = f"{sentence} ({work.id})", ask_again(work, phrases)
        else:
            error_id = work.id if work else secrets.token_hex(4)
            _LOG.error("Trouble %s.", error_id, exc_info=error)
            sentence = fill(phrases["failed"], id=error_id).text
            if isinstance(error, EngineUnreachable):
                sentence = f"{phrases['unreachable']} ({error_id})"
        message = asked.effective_message if asked else None
        if message is not None:
            try:
                await self._services.speaker.say(context.bot, message, plain(sentence, buttons))
            except TelegramError as failure:
                _LOG.warning("Nor could that be told.", exc_info=failure)

    async def _say(self, update: Update, context: Context, name: str) -> None:
        message = message_of(update)
        phrase = self._services.speaker.phrases(message.from_user)[name]
        await self._services.speaker.say(context.bot, message, plain(phrase))
