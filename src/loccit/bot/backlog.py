"""What was not answered in its time: too old when the bot came back, or perhaps never arrived."""

import contextlib

from telegram import Chat, Message, Update
from telegram.error import TelegramError
from telegram.ext import CallbackQueryHandler, MessageHandler
from telegram.ext.filters import UpdateFilter

from loccit.bot.clock import Clock
from loccit.bot.incoming import Context, Handler, tap_of
from loccit.bot.reply import Button, Phrases, Rows, plain
from loccit.bot.services import Services
from loccit.bot.speaker import notify
from loccit.bot.work import CURRENT, Work


def ask_again(work: Work, phrases: Phrases, *, later: bool = False) -> Rows:
    """A button to have an update answered after all, or it and the chat's later ones."""
    return ((Button(phrases["ask_again"], f"again:{work.update_id}{'+' if later else ''}"),),)


class Backlog:
    """Takes what is too old before it is answered; tells each chat once, with a button to have it all the same."""

    def __init__(self, services: Services, clock: Clock) -> None:
        self._queue, self._speaker, self._clock = services.queue, services.speaker, clock
        self._old = _Old(clock, 60.0 * services.settings.backlog_minutes)
        self._told: dict[int, float] = {}  # when each chat was told

    def handlers(self) -> list[Handler]:
        """To be tried before all others."""
        again = CallbackQueryHandler(self.again, r"^again:([0-9]{1,18})(\+?)$")
        return [MessageHandler(self._old, self.missed), again]

    async def missed(self, update: Update, context: Context) -> None:
        """Keep it in case somebody asks for it; in a group nobody is told."""
        message, work = update.effective_message, CURRENT.get()
        if message is None or work is None or message.chat.type != Chat.PRIVATE:
            return
        await work.leave_open()
        if self._told.get(message.chat.id, 0.0) < _said(message):  # later ones were missed another time
            self._told[message.chat.id] = self._clock.now()
            phrases = self._speaker.phrases(message.from_user)
            said = plain(phrases["missed"], ask_again(work, phrases, later=True))
            await self._speaker.say(context.bot, message, said, quoting=True)

    async def again(self, update: Update, context: Context) -> None:
        """Answer it after all."""
        query, message, (number, later) = tap_of(update, context)
        chat = message.chat.id if message else 0
        if not await self._queue.again(context.bot, chat, int(number), later=bool(later)):
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
        if message is None or (work and work.wanted):
            return False
        return self._clock.now() - _said(message) > self._seconds


def _said(message: Message) -> float:
    return (message.edit_date or message.date).timestamp()
