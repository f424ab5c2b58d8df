"""What the bot does with each kind of update."""

import contextlib
import logging
import re
import secrets
from collections.abc import Sequence
from typing import Any

from telegram import (
    Bot,
    CallbackQuery,
    Chat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MaybeInaccessibleMessage,
    Message,
    MessageEntity,
    ReplyParameters,
    Update,
    User,
)
from telegram.constants import CallbackQueryLimit, ChatAction
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from loccit.bot.desk import Desk
from loccit.bot.marked import fill
from loccit.bot.reply import Phrases, Reply, answered, plain, proved, started
from loccit.bot.store import Place
from loccit.index import LONGEST_QUESTION
from loccit.languages import codes, language, wording
from loccit.settings import BotSettings

UPDATES = (Update.MESSAGE, Update.CALLBACK_QUERY)
"""What Telegram is asked for; an edited message is not a question."""

_LOG = logging.getLogger(__name__)
_NEW = filters.UpdateType.MESSAGE & ~filters.VIA_BOT
_PRIVATE = filters.ChatType.PRIVATE
Context = ContextTypes.DEFAULT_TYPE


class Handlers:
    """One method a kind of update."""

    def __init__(self, desk: Desk, settings: BotSettings) -> None:
        self._desk, self._settings = desk, settings

    def add_to(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """The first that fits takes the update."""
        application.add_handlers(
            [
                CommandHandler("start", self.start, _NEW),
                CommandHandler("help", self.help, _NEW),
                MessageHandler(filters.COMMAND & _NEW, self.unknown_command),
                MessageHandler(filters.TEXT & _NEW, self.question),
                MessageHandler(_PRIVATE & ~filters.StatusUpdate.ALL & _NEW, self.no_text),
                CallbackQueryHandler(self.source, r"^s:([\w-]{1,40}):([0-9]{1,3})$"),
                CallbackQueryHandler(self.sample, r"^q:([0-9]{1,2})$"),
                CallbackQueryHandler(self.unknown_button),
            ]
        )
        application.add_error_handler(self.trouble)

    # -- messages

    async def start(self, update: Update, context: Context) -> None:
        """Say what the bot knows."""
        message = _message(update)
        phrases = self._phrases(message.from_user)
        await _say(context.bot, message, started(await self._desk.titles(), self._settings.samples, phrases))

    async def help(self, update: Update, context: Context) -> None:
        """Say how to ask."""
        message = _message(update)
        await _say(context.bot, message, plain(self._phrases(message.from_user)["help"]))

    async def unknown_command(self, update: Update, context: Context) -> None:
        """Say how to ask; in a group only where the command names this bot."""
        message = _message(update)
        command = (message.text or "").split(maxsplit=1)[0].lower()
        if message.chat.type == Chat.PRIVATE or command.endswith(f"@{context.bot.username.lower()}"):
            await self.help(update, context)

    async def question(self, update: Update, context: Context) -> None:
        """Answer; in a group only what is said to the bot."""
        message = _message(update)
        text = message.text or ""
        if message.chat.type != Chat.PRIVATE:
            if not _is_addressed(message, context.bot):
                return
            text = re.sub(rf"@{re.escape(context.bot.username)}\b", " ", text, flags=re.IGNORECASE).strip()
            if not text:
                await self.help(update, context)
                return
        await self._answer(context.bot, message, message.from_user, text)

    async def no_text(self, update: Update, context: Context) -> None:
        """Say that only text can be read."""
        message = _message(update)
        await _say(context.bot, message, plain(self._phrases(message.from_user)["text_only"]))

    async def _answer(
        self, bot: Bot, message: MaybeInaccessibleMessage, user: User | None, text: str, *, shown: bool = True
    ) -> None:
        if len(text) > LONGEST_QUESTION:
            too_long = fill(self._phrases(user)["too_long"], limit=LONGEST_QUESTION)
            await _say(bot, message, plain(too_long.text))
            return
        with contextlib.suppress(TelegramError):  # nobody misses it
            await bot.send_chat_action(message.chat.id, ChatAction.TYPING, _thread(message), read_timeout=2)
        place = Place(message.chat.id, _thread(message) or 0, user.id if user else None, message.message_id)
        answer_id, answer = await self._desk.ask(place, text)
        phrases = self._phrases(user, answer.question.language)
        await _say(bot, message, answered(answer, answer_id, phrases, asked=None if shown else text))

    # -- taps

    async def source(self, update: Update, context: Context) -> None:
        """Show the passage a quote stands in, or say why not."""
        query, message, (answer_id, number) = _tap(update, context)
        if message is None:
            await self.unknown_button(update, context)
            return
        proof = await self._desk.prove(message.chat.id, answer_id, int(number))
        phrases = self._phrases(query.from_user)
        if isinstance(proof, str):
            await _notify(query, phrases[proof])
            return
        await _notify(query)
        await _say(context.bot, message, proved(proof, phrases), quoting=True)

    async def sample(self, update: Update, context: Context) -> None:
        """Answer a sample question as if it had been typed."""
        query, message, (number,) = _tap(update, context)
        samples = self._settings.samples
        if message is None or not 1 <= int(number) <= len(samples):
            await self.unknown_button(update, context)
            return
        await _notify(query)
        await self._answer(context.bot, message, query.from_user, samples[int(number) - 1], shown=False)

    async def unknown_button(self, update: Update, _: Context) -> None:
        """Say that what belonged to the button is no more."""
        if query := update.callback_query:
            await _notify(query, self._phrases(query.from_user)["unknown_answer"])

    # -- trouble

    async def trouble(self, update: object, context: Context) -> None:
        """Note what went wrong, and tell the one who waits, in a sentence."""
        error = context.error
        if isinstance(error, Forbidden | RetryAfter | ChatMigrated):  # there is nobody to tell, or no way to
            _LOG.warning("An answer could not be sent: %s.", type(error).__name__)
            return
        asked = update if isinstance(update, Update) else None
        phrases = self._phrases(asked.effective_user if asked else None)
        if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
            _LOG.warning("The connection broke while an answer was sent.", exc_info=error)
            sentence = phrases["unsure"]
        else:
            error_id = secrets.token_hex(4)
            _LOG.error("Trouble %s.", error_id, exc_info=error)
            sentence = fill(phrases["failed"], id=error_id).text
        message = asked.effective_message if asked else None
        if message is not None:
            try:
                await _say(context.bot, message, plain(sentence))
            except TelegramError as failure:
                _LOG.warning("Nor could that be told.", exc_info=failure)

    def _phrases(self, user: User | None, *others: str) -> Phrases:
        """In the user's language where it has phrases, else in the question's, else in English."""
        overrides = self._settings.wording
        for code in (user and user.language_code, *others):
            base = (code or "").partition("-")[0].lower()
            if base in overrides or (base in codes() and language(base).wording):
                return wording(base, overrides)
        return wording("en", overrides)


def _message(update: Update) -> Message:
    message = update.message
    assert message is not None, "the filters let new messages pass alone"  # noqa: S101  # our own mistake
    return message


def _tap(update: Update, context: Context) -> tuple[CallbackQuery, MaybeInaccessibleMessage | None, tuple[str, ...]]:
    query, matches = update.callback_query, context.matches
    assert query is not None, "the handler takes taps alone"  # noqa: S101
    assert matches, "its pattern fits"  # noqa: S101
    return query, query.message, matches[0].groups()


def _is_addressed(message: Message, bot: Bot) -> bool:
    """Whether a message of a group mentions the bot or replies to it."""
    replied = message.reply_to_message
    # In a forum's topic every message "replies" to the one that opened the topic.
    if replied and replied.from_user and replied.from_user.id == bot.id and not replied.forum_topic_created:
        return True
    name = f"@{bot.username}".lower()
    mentions = message.parse_entities([MessageEntity.MENTION, MessageEntity.TEXT_MENTION])
    return any(text.lower() == name or (entity.user and entity.user.id == bot.id) for entity, text in mentions.items())


def _thread(message: MaybeInaccessibleMessage) -> int | None:
    """The forum's topic; other messages have a thread too, but nothing can be sent there."""
    return message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None


async def _notify(query: CallbackQuery, text: str | None = None) -> None:
    """End the button's waiting, with a notice to click away where there is something to say."""
    try:
        longest = int(CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH)
        await query.answer(text and text[:longest], show_alert=text is not None)
    except BadRequest as error:  # the tap is too old: it came while the bot was away
        _LOG.info("A tap could not be confirmed: %s.", error)


async def _say(bot: Bot, message: MaybeInaccessibleMessage, replies: Sequence[Reply], *, quoting: bool = False) -> None:
    """Send the replies where the message stands; in a group, or if so wished, as replies to it."""
    to = ReplyParameters(message.message_id, allow_sending_without_reply=True)
    for number, reply in enumerate(replies):
        rows = [[InlineKeyboardButton(button.text, callback_data=button.tap)] for button in reply.buttons]
        await bot.send_message(
            message.chat.id,
            reply.text,
            entities=reply.entities,
            message_thread_id=_thread(message),
            reply_markup=InlineKeyboardMarkup(rows) if rows else None,
            reply_parameters=to if number == 0 and (quoting or message.chat.type != Chat.PRIVATE) else None,
        )
