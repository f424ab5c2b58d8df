"""The sign that the bot is typing, where an answer takes longer than a moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from weakref import WeakSet

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

MOMENT = 1.0
"""Seconds: most answers are there sooner, and a sign for each would be one request in two."""
SHOWN = 4.5
"""Seconds after which the sign is renewed; Telegram shows it for five."""
MOST = 16
"""Signs at a time: where more have to wait, telling them so would make them wait longer."""
_SIGNING: WeakSet["asyncio.Task[None]"] = WeakSet()


@asynccontextmanager
async def typing(bot: Bot, chat: int, thread: int | None) -> AsyncIterator[None]:
    """Show the sign from a moment on until the work is done."""
    signs: list[asyncio.Task[None]] = []

    def begin() -> None:
        if len(_SIGNING) < MOST:
            signs.append(asyncio.create_task(_sign(bot, chat, thread)))
            _SIGNING.update(signs)

    later = asyncio.get_running_loop().call_later(MOMENT, begin)
    try:
        yield
    finally:
        later.cancel()
        for sign in signs:
            sign.cancel()
            _SIGNING.discard(sign)


async def _sign(bot: Bot, chat: int, thread: int | None) -> None:
    while True:
        with suppress(TelegramError):  # nobody misses it
            await bot.send_chat_action(chat, ChatAction.TYPING, thread, read_timeout=2)
        await asyncio.sleep(SHOWN)
