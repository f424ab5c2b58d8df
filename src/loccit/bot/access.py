"""Who may ask: everybody, or those that bot.toml names. Other bots never."""

import logging

from telegram import Update, User
from telegram.ext import ApplicationHandlerStop, ContextTypes

from loccit.settings import AccessSettings

_TURNED_AWAY = 1_000
_LOG = logging.getLogger(__name__)


class Access:
    """The lists, asked before anything else is done with a message, a tap, an inline question or an edit."""

    def __init__(self, settings: AccessSettings) -> None:
        self._users = frozenset((*settings.users, *settings.admins))
        self._chats, self._admins = frozenset(settings.chats), frozenset(settings.admins)
        self._open = not (settings.users or settings.chats)
        self._turned_away: set[tuple[int | None, ...]] = set()

    def admits(self, user: int | None, chat: int | None) -> bool:
        """Whether that user may ask in that chat; inline there is none."""
        return self._open or user in self._users or (chat is not None and chat in self._chats)

    def is_admin(self, user: User | None) -> bool:
        """Whether the user looks after the bot."""
        return user is not None and user.id in self._admins

    async def check(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Let a stranger's update go no further, without a word to them."""
        user, chat = update.effective_user, update.effective_chat
        who = user.id if user else None, chat.id if chat else None
        if _is_robot(update):
            raise ApplicationHandlerStop
        if not self.admits(*who):
            self._note(*who)
            raise ApplicationHandlerStop

    def _note(self, *who: int | None) -> None:
        if who not in self._turned_away and len(self._turned_away) < _TURNED_AWAY:
            self._turned_away.add(who)
            _LOG.info("Turned away: user %s, chat %s. bot.toml names who may ask, under [access].", *who)


def _is_robot(update: Update) -> bool:
    """Whether a bot or Telegram itself speaks; an anonymous administrator, who looks like a bot, is a person."""
    message = update.message or update.edited_message
    if message is None:
        return False
    robot = message.from_user is not None and message.from_user.is_bot and message.sender_chat != message.chat
    return robot or bool(message.is_automatic_forward)
