"""What every handler works with."""

from typing import Any, NamedTuple

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message, Update
from telegram.ext import BaseHandler, ContextTypes, filters

from loccit.bot.access import Access
from loccit.bot.desk import Desk
from loccit.bot.intake import Intake
from loccit.bot.speaker import Speaker
from loccit.settings import BotSettings

Context = ContextTypes.DEFAULT_TYPE
Handler = BaseHandler[Update, Context, Any]
NEW = filters.UpdateType.MESSAGE & ~filters.VIA_BOT
EDITED = filters.UpdateType.EDITED_MESSAGE & ~filters.VIA_BOT
ID = r"([\w-]{1,40})"
"""Of an answer, on a button."""


class Office(NamedTuple):
    """Where answers come from, who says them, who may ask, where questions come in."""

    desk: Desk
    speaker: Speaker
    access: Access
    settings: BotSettings
    intake: Intake


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
