"""The update that is being answered, known to all that is called meanwhile: to the log, and to what sends."""

from asyncio import Future
from collections.abc import Callable
from contextvars import ContextVar
from typing import Literal

State = Literal["waiting", "sending", "open", "done"]
"""Of an update: not answered yet, or perhaps, or only if somebody asks for it again, or no more to be done."""
Mark = Callable[[int, State], "Future[None]"]


class Work:
    """One update on its way to its answer; its state is marked before what it speaks of happens."""

    def __init__(self, update_id: int, mark: Mark, *, wanted: bool = False) -> None:
        self.update_id, self._mark = update_id, mark
        self.wanted = wanted
        """Somebody asked for it again, however old it is."""
        self._state: State = "waiting"
        self._said = False
        self.undelivered = False
        """Telegram could not be reached: what there is to say waits for the next start."""

    @property
    def id(self) -> str:
        """What a user can quote, and the log names it by."""
        return f"{self.update_id:x}"

    async def sends(self) -> None:
        """A message goes out next: from here on it may have been delivered."""
        await self._set("sending")

    async def sent(self, *, surely_not: bool = False) -> None:
        """Telegram has the message, or surely does not."""
        if not surely_not:
            self._said = True
        elif not self._said:
            await self._set("waiting")

    async def leave_open(self) -> None:
        """What came of it cannot be known, or it came too late: it is answered if somebody asks for it."""
        await self._set("open")

    def finish(self) -> None:
        """Nothing more is to be done, but for what is open or was not delivered."""
        if self._state not in ("open", "done") and not self.undelivered:
            self._state = "done"
            self._mark(self.update_id, "done")  # nobody waits for it: killed before, it is one of those sent perhaps

    async def _set(self, state: State) -> None:
        if self._state not in (state, "open", "done"):  # telling that it is open is a message too
            self._state = state
            await self._mark(self.update_id, state)


CURRENT: ContextVar[Work | None] = ContextVar("CURRENT", default=None)
"""What the running task works on."""
