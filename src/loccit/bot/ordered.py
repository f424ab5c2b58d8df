"""Updates are worked on at the same time, those of one chat one after the other."""

import asyncio
from collections.abc import Awaitable
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

WAITING = 4096
AT_ONCE = 256


class InOrder(BaseUpdateProcessor):
    """A chat's answers come in the order of its questions; a tap waits for nothing."""

    def __init__(self) -> None:
        super().__init__(WAITING)
        # Behind the chat's turn, so that a hundred questions of one chat do not take the places of all others.
        self._places = asyncio.Semaphore(AT_ONCE)
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the chat's turn, then work."""
        chat = update.effective_chat if isinstance(update, Update) and not update.callback_query else None
        turn = self._turns.setdefault(chat.id, asyncio.Lock()) if chat else asyncio.Lock()
        async with turn, self._places:
            await coroutine

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""
