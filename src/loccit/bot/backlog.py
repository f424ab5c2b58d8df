"""What was not answered in its time: too old when the bot came back, or perhaps never arrived."""

import contextlib
from typing import Any

from telegram import Chat, Message, Update
from telegram.error import TelegramError
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, MessageHandler
from telegram.ext.filters import UpdateFilter

from loccit.bot.clock import Clock
from loccit.bot.intake import Intake
from loccit.bot.reply import Button, Phrases, Rows, plain
from loccit.bot.speaker import Speaker, notify
from loccit.bot.work import CURRENT, Work

Context = ContextTypes.DEFAULT_TYPE


def ask_again(work: Work, phrases: Phrases, *, later: bool = False) -> Rows:
    """A button to have an update answered after all, or it and the chat's later ones."""
    return ((Button(phrases["ask_again"], f"again:{work.update_id}{'+' if later else ''}"),),)


class Backlog:
    """Takes what is too old before it is answered; tells each chat once, with a button to have it all the same."""

    def __init__(self, intake: Intake, clock: Clock, speaker: Speaker, minutes: int) -> None:
        self._intake, self._speaker = intake, speaker
        self._old = _Old(clock, 60.0 * minutes)
        self._told: set[int] = set()

    def add_to(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """To be called before other handlers are added: the first that fits takes the update."""
        again = CallbackQueryHandler(self.again, r"^again:([0-9]{1,18})(\+?)$")
        application.add_handlers([MessageHandler(self._old, self.missed), again])

    async def missed(self, update: Update, context: Context) -> None:
        """Keep it in case somebody asks for it; in a group nobody is told."""
        message, work = update.effective_message, CURRENT.get()
        if message is None or work is None or message.chat.type != Chat.PRIVATE:
            return
        await work.leave_open()
        if message.chat.id not in self._told:
            self._told.add(message.chat.id)
            phrases = self._speaker.phrases(message.from_user)
            said = plain(phrases["missed"], ask_again(work, phrases, later=True))
            await self._speaker.say(context.bot, message, said, quoting=True)

    async def again(self, update: Update, context: Context) -> None:
        """Answer it after all."""
        query, matches = update.callback_query, context.matches
        assert query is not None, "the handler takes taps alone"  # noqa: S101
        assert matches, "its pattern fits"  # noqa: S101
        number, later = int(matches[0][1]), bool(matches[0][2])
        chat = query.message.chat.id if query.message else 0
        if not await self._intake.again(context.bot, chat, number, later=later):
            await notify(query, self._speaker.phrases(query.from_user)["unknown_answer"])
            return
        await notify(query)
        with contextlib.suppress(TelegramError):  # the button has done its work
            await query.edit_message_reply_markup(None)


class _Old(UpdateFilter):
    """Messages, new and edited, of more than so many seconds ago, but for those that somebody asked for again."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        super().__init__()
        self._clock, self._seconds = clock, seconds

    def filter(self, update: Update) -> bool:
        work, message = CURRENT.get(), update.message or update.edited_message
        return not (work and work.wanted) and message is not None and self._age(message) > self._seconds

    def _age(self, message: Message) -> float:
        return self._clock.now() - (message.edit_date or message.date).timestamp()
