"""So many in a minute, and a fair word once where that is too many."""

import asyncio
import math
import time
from collections import OrderedDict, deque
from collections.abc import Hashable
from typing import Literal

WINDOW = 60.0
"""Seconds."""
_REMEMBERED = 10_000

Verdict = Literal["yes", "tell", "no"]
"""Whether it may be; `tell` is a no that is to be said, for it has not been said yet."""


class Limit:
    """How often each key came within the last minute; `most` of 0 is no limit."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._times: OrderedDict[Hashable, deque[float]] = OrderedDict()
        self._told: set[Hashable] = set()

    def take(self, key: Hashable) -> Verdict:
        """Count one more, where there is room."""
        verdict = self.room(key)
        if verdict == "yes":
            self.count(key)
        return verdict

    def room(self, key: Hashable, spare: int = 0) -> Verdict:
        """Whether there is room for one more, `spare` places left free."""
        if not self.wait(key, spare):
            self._told.discard(key)
            return "yes"
        if key in self._told:
            return "no"
        self._told.add(key)
        return "tell"

    def count(self, key: Hashable) -> None:
        """Count one more, room or not."""
        if self._most:
            self._times.setdefault(key, deque()).append(time.monotonic())
            self._times.move_to_end(key)
            while len(self._times) > _REMEMBERED:
                old, _ = self._times.popitem(last=False)
                self._told.discard(old)

    def wait(self, key: Hashable, spare: int = 0) -> int:
        """Seconds until there is room for one more, `spare` places left free; 0 where there is."""
        times, now = self._times.get(key, deque()), time.monotonic()
        while times and times[0] <= now - WINDOW:
            times.popleft()
        over = len(times) - max(self._most - spare, 1)  # of one, none can be spared
        return math.ceil(times[over] + WINDOW - now) if self._most and over >= 0 and times else 0

    async def turn(self, key: Hashable) -> None:
        """Wait until there is room for one more, and count it."""
        while seconds := self.wait(key):  # noqa: ASYNC110  # time alone makes room, for whoever looks first
            await asyncio.sleep(min(seconds, 1.0))
        self.count(key)
