"""How the bot speaks: in which language, into which chat and topic, in a new message or in place of an old one."""

import contextlib
import io
import logging
from collections.abc import Mapping, Sequence

from telegram import (
    Bot,
    CallbackQuery,
    Chat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MaybeInaccessibleMessage,
    Message,
    ReplyParameters,
    User,
)
from telegram.constants import CallbackQueryLimit
from telegram.error import BadRequest

from loccit.bot.limits import Limit
from loccit.bot.reply import Button, Phrases, Reply, Rows
from loccit.bot.store import Place
from loccit.languages import codes, language, wording
from loccit.settings import BotSettings

_LOG = logging.getLogger(__name__)


class Speaker:
    """Says what it is given; `languages` holds those that users have chosen."""

    def __init__(self, settings: BotSettings, languages: Mapping[int, str]) -> None:
        self._overrides, self.languages = settings.wording, dict(languages)
        self.share = Limit(settings.limits.group_a_minute)

    def phrases(self, user: User | None, *others: str) -> Phrases:
        """In the language the user chose or has, else in the question's, else in English."""
        chosen = self.languages.get(user.id) if user else None
        for code in (chosen, user and user.language_code, *others):
            base = (code or "").partition("-")[0].lower()
            if base in self._overrides or (base in codes() and language(base).wording):
                return wording(base, self._overrides)
        return wording("en", self._overrides)

    async def say(
        self, bot: Bot, message: MaybeInaccessibleMessage, replies: Sequence[Reply], *, quoting: bool = False
    ) -> list[int]:
        """Send the replies where the message stands; in a group, or if so wished, as replies to it."""
        to = message.message_id if quoting or message.chat.type != Chat.PRIVATE else None
        return await self.send(bot, message.chat.id, thread(message), replies, to)

    async def send(
        self, bot: Bot, chat: int, topic: int | None, replies: Sequence[Reply], reply_to: int | None = None
    ) -> list[int]:
        """Send the replies; the ids of the messages."""
        to = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None
        sent = []
        for number, reply in enumerate(replies):
            if chat < 0:
                await self.share.turn(chat)
            message = await bot.send_message(
                chat,
                reply.text,
                entities=reply.entities,
                message_thread_id=topic,
                reply_markup=keyboard(reply.buttons),
                reply_parameters=to if number == 0 else None,
            )
            sent.append(message.message_id)
        return sent

    async def give(self, bot: Bot, message: Message, name: str, content: bytes) -> None:
        """Send a file where the message stands."""
        if message.chat.id < 0:
            await self.share.turn(message.chat.id)
        await bot.send_document(message.chat.id, io.BytesIO(content), filename=name, message_thread_id=thread(message))

    async def replace(self, bot: Bot, place: Place, replies: Sequence[Reply], old: Sequence[int]) -> list[int]:
        """Change the old messages into the replies; those too many go, those too few come after."""
        kept = []
        for message_id, reply in zip(old, replies, strict=False):
            if place.chat < 0:
                await self.share.turn(place.chat)
            try:
                await bot.edit_message_text(
                    reply.text, place.chat, message_id, entities=reply.entities, reply_markup=keyboard(reply.buttons)
                )
                kept.append(message_id)
            except BadRequest as error:
                if "not modified" in str(error):
                    kept.append(message_id)
                    continue
                _LOG.info("An answer could not be changed: %s.", error)  # somebody deleted it, say
                break
        for message_id in old[len(kept) :]:
            with contextlib.suppress(BadRequest):
                await bot.delete_message(place.chat, message_id)
        return [*kept, *await self.send(bot, place.chat, place.thread or None, replies[len(kept) :])]


def thread(message: MaybeInaccessibleMessage) -> int | None:
    """The forum's topic; other messages have a thread too, but nothing can be sent there."""
    return message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """The buttons as Telegram wants them."""
    if not rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in rows])


def _button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(button.text, callback_data=button.tap or None, url=button.url or None)


async def notify(query: CallbackQuery, text: str | None = None, *, alert: bool = True) -> None:
    """End the button's waiting, with a notice to click away where there is something to say."""
    try:
        longest = int(CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH)
        await query.answer(text and text[:longest], show_alert=alert and text is not None)
    except BadRequest as error:  # the tap is too old: it came while the bot was away
        _LOG.info("A tap could not be confirmed: %s.", error)
