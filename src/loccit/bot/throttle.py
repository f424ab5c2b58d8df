"""Nobody may keep the bot from answering others: so much a minute for each user, and for each group."""

from telegram import Message, Update
from telegram.ext import ApplicationHandlerStop

from loccit.bot.incoming import Context, is_for
from loccit.bot.limits import Limit, Verdict
from loccit.bot.marked import fill
from loccit.bot.reply import plain
from loccit.bot.services import Services
from loccit.bot.speaker import notify


class Throttle:
    """Asked before an update is worked on."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._users = Limit(services.settings.limits.user_a_minute)

    async def check(self, update: Update, context: Context) -> None:
        """Let what is too much go no further; the one who asked is told so once."""
        user, message = update.effective_user, update.effective_message
        if user is None or update.inline_query:
            return
        if update.callback_query is None and not (isinstance(message, Message) and is_for(message, context.bot)):
            return
        verdict, wait = self._users.take(user.id), self._users.wait(user.id)
        share, chat = self._services.speaker.share, update.effective_chat
        if verdict == "yes" and chat is not None and chat.id < 0:
            # One message is kept for saying so.
            verdict, wait = share.room(chat.id, spare=1), share.wait(chat.id, spare=1)
        if verdict != "yes":
            await self._refuse(update, context, verdict, max(wait, 1))
            raise ApplicationHandlerStop

    async def _refuse(self, update: Update, context: Context, verdict: Verdict, wait: int) -> None:
        phrase = self._services.speaker.phrases(update.effective_user)["too_fast"]
        sentence = fill(phrase, seconds=wait)
        if update.callback_query:
            await notify(update.callback_query, sentence.text if verdict == "tell" else None)
        elif verdict == "tell" and isinstance(update.effective_message, Message):
            await self._services.speaker.say(context.bot, update.effective_message, plain(sentence))
