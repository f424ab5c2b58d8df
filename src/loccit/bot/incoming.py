"""What an update brings: the message or the tap, whether it is meant for the bot, what it asks."""

import re
from typing import Any

from telegram import Bot, CallbackQuery, Chat, MaybeInaccessibleMessage, Message, MessageEntity, Update
from telegram.ext import BaseHandler, ContextTypes, filters

Context = ContextTypes.DEFAULT_TYPE
Handler = BaseHandler[Update, Context, Any]
NEW = filters.UpdateType.MESSAGE & ~filters.VIA_BOT
EDITED = filters.UpdateType.EDITED_MESSAGE & ~filters.VIA_BOT
ID = r"([\w-]{1,40})"
"""Of an answer, on a button."""


def message_of(update: Update) -> Message:
    """The message of an update; the filters let nothing else pass."""
    message = update.message or update.edited_message
    assert message is not None, "the filters let messages pass alone"  # noqa: S101  # our own mistake
    return message


def tap_of(update: Update, context: Context) -> tuple[CallbackQuery, MaybeInaccessibleMessage | None, tuple[str, ...]]:
    """A tap, the message under which it was made if that is known, and what the button's pattern found."""
    query, matches = update.callback_query, context.matches
    assert query is not None, "the handler takes taps alone"  # noqa: S101
    assert matches, "its pattern fits"  # noqa: S101
    return query, query.message, matches[0].groups()


def is_for(message: Message, bot: Bot) -> bool:
    """Whether a message is said to the bot: in private, as a command, mentioning it or in reply to it."""
    if message.chat.type == Chat.PRIVATE:
        return True
    name = f"@{bot.username}".lower()
    replied = message.reply_to_message
    # In a forum's topic every message "replies" to the one that opened the topic.
    if replied and replied.from_user and replied.from_user.id == bot.id and not replied.forum_topic_created:
        return not _command(message) or _command(message).endswith(name)
    if command := _command(message):
        return "@" not in command or command.endswith(name)
    kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]
    mentions = {**message.parse_entities(kinds), **message.parse_caption_entities(kinds)}
    return any(text.lower() == name or (entity.user and entity.user.id == bot.id) for entity, text in mentions.items())


def names_bot(message: Message, bot: Bot) -> bool:
    """Whether a command can only be this bot's."""
    return message.chat.type == Chat.PRIVATE or _command(message).endswith(f"@{bot.username}".lower())


def asked(message: Message, bot: Bot) -> str:
    """The question of a message, without the command and the bot's name."""
    text = message.text or ""
    if _command(message):
        text = text.partition(" ")[2] if " " in text else text.partition("\n")[2]
    if message.chat.type != Chat.PRIVATE:
        text = re.sub(rf"@{re.escape(bot.username)}\b", " ", text, flags=re.IGNORECASE)
    return text.strip()


def _command(message: Message) -> str:
    text = message.text or ""
    return text.split(maxsplit=1)[0].lower() if text.startswith("/") else ""
