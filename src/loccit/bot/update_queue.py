"""The queue that updates come in by: each is remembered before it counts as received, none is answered twice."""

import asyncio
import json
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from telegram import Bot, Update

from loccit.bot.inbox import Inbox, Kept
from loccit.bot.metrics import Metrics
from loccit.bot.state import claim
from loccit.bot.work import State, Work

_LOG = logging.getLogger(__name__)
T = TypeVar("T")


class UpdateQueue(asyncio.Queue[object]):
    """Who acknowledges updates, the next poll or the webhook's reply, waits for `settled` first."""

    def __init__(self, state: Path, bot: int, metrics: Metrics) -> None:
        super().__init__()
        self._lock = claim(state)
        self._inbox = Inbox.open(state, bot)
        self._metrics = metrics
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="loccit-inbox")
        self._keeping: dict[int, asyncio.Future[bool]] = {}
        self._wanted: set[int] = set()
        self._steps: list[tuple[Callable[[], Any], asyncio.Future[Any], Any]] = []
        self._writing: asyncio.Task[None] | None = None
        self._trouble = False

    async def put(self, update: object) -> None:
        """Hand an update on; it is being remembered meanwhile, and worked on when it is."""
        if isinstance(update, Update):
            if update.update_id in self._keeping:
                return
            self._metrics.came(update)
            if not update.inline_query:  # nobody waits for one that is some seconds old
                self._keeping[update.update_id] = self._keep(update)
        await super().put(update)

    async def settled(self) -> None:
        """All that came is remembered: now it may be acknowledged."""
        while self._writing and not self._writing.done():
            await asyncio.wait([self._writing])

    async def recover(self, bot: Bot) -> None:
        """Hand on what an earlier run left unanswered."""
        kept: list[Kept] = await self._run(self._inbox.unanswered, [])
        for one in kept:
            if one.state == "sending":
                _LOG.warning("The bot was ended while it answered update %x: that answer may come twice.", one.id)
        if kept:
            _LOG.info("Updates an earlier run left unanswered: %d.", len(kept))
        await self._hand_on(kept, bot)

    async def again(self, bot: Bot, chat: int, number: int, *, later: bool) -> bool:
        """Answer an open update of that chat, or it and the later ones, after all; whether there is one."""
        kept: list[Kept] = await self._run(lambda: self._inbox.reopen(chat, number, later=later), [])
        self._wanted.update(one.id for one in kept)
        await self._hand_on(kept, bot)
        return bool(kept)

    async def forget(self, user: int, chat: int | None, before: int) -> None:
        """What a user wrote before that update, in that chat or anywhere, is answered no more."""
        await self._run(lambda: self._inbox.forget(user, chat, before), None)

    async def purge(self) -> None:
        """Forget what is old."""
        await self._run(self._inbox.purge, None)

    async def work(self, update: Update) -> Work | None:
        """The work that an update is; None where it was known before."""
        keeping = self._keeping.get(update.update_id)
        new = keeping is None or await keeping
        self._keeping.pop(update.update_id, None)
        if not new:
            _LOG.info("Update %x came again; it is not answered twice.", update.update_id)
            return None
        wanted = update.update_id in self._wanted
        self._wanted.discard(update.update_id)
        return Work(update.update_id, self._mark, wanted=wanted)

    def close(self) -> None:
        """Wait for what is under way, then let go of the files."""
        self._thread.shutdown()
        self._inbox.close()
        if self._lock:
            self._lock.close()

    async def _hand_on(self, kept: list[Kept], bot: Bot) -> None:
        for one in kept:
            if update := Update.de_json(json.loads(one.content), bot):
                await super().put(update)

    def _keep(self, update: Update) -> "asyncio.Future[bool]":
        chat = update.effective_chat.id if update.effective_chat else None
        content = update.to_json()
        return self._run(lambda: self._inbox.put(update.update_id, chat, content), True)

    def _mark(self, number: int, state: State) -> "asyncio.Future[None]":
        return self._run(lambda: self._inbox.mark(number, state), None)

    def _run(self, step: Callable[[], T], otherwise: T) -> "asyncio.Future[T]":
        """Take a step in the thread of the file, with all that wait meanwhile; `otherwise` where that fails."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._steps.append((step, done, otherwise))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return done

    async def _write(self) -> None:
        while self._steps:
            steps, self._steps = self._steps, []
            write = partial(self._inbox.do, [step for step, _, _ in steps])
            try:
                results = await asyncio.get_running_loop().run_in_executor(self._thread, write)
            except (sqlite3.Error, OverflowError) as error:  # better twice than not at all
                if not self._trouble:
                    _LOG.error("Updates cannot be remembered (%s); they are answered all the same.", error)
                self._trouble, results = True, [otherwise for _, _, otherwise in steps]
            else:
                if self._trouble and True in results:  # to mark what was never put down changes nothing, so it succeeds
                    _LOG.info("Updates are remembered again.")
                    self._trouble = False
            for (_, done, _), result in zip(steps, results, strict=True):
                if not done.done():  # who waited for it may have gone
                    done.set_result(result)
