"""How the bot introduces itself in Telegram's apps: its commands' names, and what an empty chat says."""

import logging
from collections.abc import Awaitable
from typing import Any

from telegram import Bot, BotCommand
from telegram.constants import BotDescriptionLimit
from telegram.error import InvalidToken, TelegramError

from loccit.languages import codes, language, wording
from loccit.settings import BotSettings

COMMANDS = ("start", "help", "new", "lang", "privacy", "export", "forget")
"""Those that Telegram's apps offer."""
_LOG = logging.getLogger(__name__)


async def introduce(bot: Bot, settings: BotSettings) -> None:
    """In each language that has phrases for it; what the bot's owner wrote about it in BotFather stays."""
    told: Any = await _tried(bot.get_my_description())
    undescribed = told is not None and not told.description
    own = [code for code in codes() if code != "en" and "command_start" in language(code).wording]
    for code in ("en", *own):
        phrases = wording(code, settings.wording)
        spoken = None if code == "en" else code  # English goes to everybody who has no language of these
        commands = [BotCommand(name, phrases[f"command_{name}"]) for name in COMMANDS]
        await _tried(bot.set_my_commands(commands, language_code=spoken))
        if undescribed:
            described = phrases["help"].partition("\n")[0][: BotDescriptionLimit.MAX_DESCRIPTION_LENGTH]
            await _tried(bot.set_my_description(described, language_code=spoken))


async def _tried(request: Awaitable[Any]) -> Any:
    """What comes of it; None where Telegram does not take it, which keeps nobody from asking."""
    try:
        return await request
    except InvalidToken:
        raise
    except TelegramError as error:
        _LOG.warning("Telegram did not take how the bot introduces itself.", exc_info=error)
        return None
