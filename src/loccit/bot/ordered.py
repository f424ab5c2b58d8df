"""Updates are worked on at the same time, those of one chat one after the other."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import nullcontext
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from loccit.bot.metrics import Metrics
from loccit.bot.work import CURRENT, Work

WAITING = 4096
AT_ONCE = 256


class InOrder(BaseUpdateProcessor):
    """A chat's answers come in the order of its questions; a tap waits for nothing."""

    def __init__(self, work: Callable[[Update], Awaitable[Work | None]], metrics: Metrics) -> None:
        super().__init__(WAITING)
        self._work, self._metrics = work, metrics
        # Behind the chat's turn, so that a hundred questions of one chat do not take the places of all others.
        self._places = asyncio.Semaphore(AT_ONCE)
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the chat's turn, then work."""
        if not isinstance(update, Update):
            await coroutine
            return
        chat = None if update.callback_query else update.effective_chat
        turn = self._turns.setdefault(chat.id, asyncio.Lock()) if chat else nullcontext()
        with self._metrics.at_work():
            async with turn, self._places if chat else nullcontext():
                work = await self._work(update)
                if work is None:
                    if isinstance(coroutine, Coroutine):
                        coroutine.close()
                    return
                CURRENT.set(work)  # of this task alone
                with self._metrics.timed():
                    await coroutine
                work.finish()

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""
