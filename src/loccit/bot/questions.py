"""A question is answered; edited, its answer changes in place; a source shows where it stands."""

import contextlib

from telegram import Bot, Chat, MaybeInaccessibleMessage, Message, Update, User
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from loccit.bot.chat_action import typing
from loccit.bot.desk import Given
from loccit.bot.incoming import EDITED, ID, NEW, Context, Handler, asked, is_for, message_of, tap_of
from loccit.bot.marked import fill
from loccit.bot.reply import Reply, answered, explained, plain, proved
from loccit.bot.services import Services
from loccit.bot.speaker import notify, thread
from loccit.bot.store import Place
from loccit.explain import lines
from loccit.index import LONGEST_QUESTION


class Questions:
    """Messages that ask, and the buttons of their answers."""

    def __init__(self, services: Services) -> None:
        self._desk, self._speaker, self._settings = services.desk, services.speaker, services.settings

    def handlers(self) -> list[Handler]:
        """In the order in which they are tried."""
        return [
            CommandHandler("ask", self.ask, NEW),
            MessageHandler(filters.Regex(r"^/ask(@\w+)?\s") & EDITED, self.edited),
            MessageHandler(filters.TEXT & ~filters.COMMAND & EDITED, self.edited),
            CallbackQueryHandler(self.source, rf"^s:{ID}:([0-9]{{1,3}})$"),
            CallbackQueryHandler(self.why, rf"^y:{ID}$"),
            CallbackQueryHandler(self.as_typed, rf"^w:{ID}$"),
            CallbackQueryHandler(self.sample, r"^q:([0-9]{1,2})$"),
        ]

    async def ask(self, update: Update, context: Context) -> None:
        """Answer what is said to the bot."""
        message = message_of(update)
        if not is_for(message, context.bot):
            return
        if text := asked(message, context.bot):
            await self.answer(context.bot, message, message.from_user, text)
        else:
            await self._speaker.say(context.bot, message, plain(self._speaker.phrases(message.from_user)["help"]))

    async def edited(self, update: Update, context: Context) -> None:
        """Change the answer as the question was changed; one that had none is answered."""
        message = message_of(update)
        text = asked(message, context.bot)
        if not text or len(text) > LONGEST_QUESTION or not is_for(message, context.bot):
            return
        given = await self._desk.ask_again(_place(message, message.from_user), text)
        await self._show(context.bot, message, message.from_user, given)

    async def answer(
        self, bot: Bot, message: MaybeInaccessibleMessage, user: User | None, text: str, *, shown: bool = True
    ) -> None:
        """Answer a question where the message stands; `shown` is whether the chat shows what was asked."""
        if len(text) > LONGEST_QUESTION:
            too_long = fill(self._speaker.phrases(user)["too_long"], limit=LONGEST_QUESTION)
            await self._speaker.say(bot, message, plain(too_long))
            return
        # In a group the sign would count against what may be said there.
        private = message.chat.type == Chat.PRIVATE
        async with typing(bot, message.chat.id, thread(message)) if private else contextlib.nullcontext():
            given = await self._desk.ask(_place(message, user), text)
        await self._show(bot, message, user, given, asked=None if shown else text)

    async def _show(
        self, bot: Bot, message: MaybeInaccessibleMessage, user: User | None, given: Given, asked: str | None = None
    ) -> None:
        replies = self._replies(given, user, asked)
        if given.replies:
            sent = await self._speaker.replace(bot, _place(message, user), replies, given.replies)
        else:
            sent = await self._speaker.say(bot, message, replies)
        await self._desk.sent(given, sent)

    def _replies(self, given: Given, user: User | None, asked: str | None = None) -> list[Reply]:
        phrases = self._speaker.phrases(user, given.answer.question.language)
        return answered(given.answer, given.id, phrases, asked=asked)

    # -- taps

    async def source(self, update: Update, context: Context) -> None:
        """Show the passage a quote stands in, or say why not."""
        query, message, (answer_id, number) = tap_of(update, context)
        phrases = self._speaker.phrases(query.from_user)
        if message is None:
            await notify(query, phrases["unknown_answer"])
            return
        proof = await self._desk.prove(message.chat.id, answer_id, int(number))
        if isinstance(proof, str):
            await notify(query, phrases[proof])
            return
        await notify(query)
        await self._speaker.say(context.bot, message, proved(proof, phrases), quoting=True)

    async def why(self, update: Update, context: Context) -> None:
        """Say why the answer is as it is."""
        query, message, (answer_id,) = tap_of(update, context)
        phrases = self._speaker.phrases(query.from_user)
        why = await self._desk.why(message.chat.id, answer_id) if message else None
        if message is None or why is None:
            await notify(query, phrases["unknown_answer"])
            return
        await notify(query)
        await self._speaker.say(context.bot, message, explained(lines(why, phrases)), quoting=True)

    async def linked(self, bot: Bot, message: Message, answer_id: str, number: int) -> None:
        """The same for somebody who followed a link."""
        phrases = self._speaker.phrases(message.from_user)
        proof = await self._desk.prove(message.chat.id, answer_id, number)
        await self._speaker.say(
            bot, message, plain(phrases[proof]) if isinstance(proof, str) else proved(proof, phrases)
        )

    async def as_typed(self, update: Update, context: Context) -> None:
        """Answer the question's own words, in place of what they were taken for."""
        query, message, (answer_id,) = tap_of(update, context)
        found = await self._desk.ask_as_typed(message.chat.id, answer_id) if message else None
        if found is None:
            await notify(query, self._speaker.phrases(query.from_user)["unknown_answer"])
            return
        await notify(query)
        shown, given = found
        sent = await self._speaker.replace(
            context.bot, shown.place, self._replies(given, query.from_user), given.replies
        )
        await self._desk.sent(given, sent)

    async def sample(self, update: Update, context: Context) -> None:
        """Answer a sample question as if it had been typed."""
        query, message, (number,) = tap_of(update, context)
        samples = self._settings.samples
        if message is None or not 1 <= int(number) <= len(samples):
            await notify(query, self._speaker.phrases(query.from_user)["unknown_answer"])
            return
        await notify(query)
        await self.answer(context.bot, message, query.from_user, samples[int(number) - 1], shown=False)


def _place(message: MaybeInaccessibleMessage, user: User | None) -> Place:
    return Place(message.chat.id, thread(message) or 0, user.id if user else None, message.message_id)
