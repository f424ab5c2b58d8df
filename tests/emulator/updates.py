"""The queue of updates: what waits, what was handed out, what the bot acknowledged."""

import asyncio
from collections.abc import Callable

from .refusals import Json, RefusedError

DEFAULT = frozenset({
    "message", "edited_message", "channel_post", "edited_channel_post", "inline_query", "chosen_inline_result",
    "callback_query", "my_chat_member", "guest_message", "poll", "poll_answer", "shipping_query", "pre_checkout_query",
    "chat_join_request", "chat_boost", "removed_chat_boost", "business_connection", "business_message",
    "edited_business_message", "managed_bot", "deleted_business_messages", "purchased_paid_media",
})  # fmt: skip
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
LONGEST_POLL = 50.0
OTHER_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


class Updates:
    """Lives on the server's loop; `pushed` is called for each new update."""

    def __init__(self) -> None:
        self.pending: dict[int, Json] = {}
        self.delivered: list[Json] = []
        self.confirmed: list[Json] = []
        self.allowed = DEFAULT
        self.next_id = 700_000_001
        self.pushed: Callable[[], None] = lambda: None
        self._poller: asyncio.Future[None] | None = None

    def push(self, update: Json) -> bool:
        """Queue an update; false where the bot did not ask for its kind."""
        kind = next(name for name in update if name != "update_id")
        if kind in DEFAULT | ON_REQUEST and kind not in self.allowed:
            return False
        number = int(update.get("update_id", self.next_id))
        self.next_id = max(self.next_id, number) + 1
        self.pending[number] = {"update_id": number} | update
        if self._poller and not self._poller.done():
            self._poller.set_result(None)
        self.pushed()
        return True

    def allow(self, kinds: object, report: Callable[[str], None]) -> None:
        """Remember the kinds: an empty list means the default, none leaves them as they were."""
        if kinds is None:
            return
        if not isinstance(kinds, list):
            report(f"allowed_updates is not a list: {kinds!r}")
            return
        if unknown := sorted(set(kinds) - DEFAULT - ON_REQUEST):
            report(f"unknown allowed_updates: {unknown}")
        self.allowed = frozenset(kinds) & (DEFAULT | ON_REQUEST) or DEFAULT

    def hand_out(self, number: int) -> Json:
        self.delivered.append(self.pending[number])
        return self.pending[number]

    def confirm(self, number: int) -> None:
        self.confirmed.append(self.pending.pop(number))

    def confirm_before(self, offset: int) -> None:
        for number in [number for number in self.pending if number < offset]:
            self.confirm(number)

    def drop(self) -> None:
        self.pending.clear()

    def end_poll(self, why: str) -> None:
        if self._poller and not self._poller.done():
            self._poller.set_exception(RefusedError(409, why))
        self._poller = None

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """Wait for updates; a newer poller ends the older one, an offset acknowledges all before it."""
        if offset < 0:
            for number in list(self.pending)[:offset]:
                self.confirm(number)
        elif offset > 0:
            self.confirm_before(offset)
        if not self.pending and seconds > 0:
            self.end_poll(OTHER_POLLER)
            mine = self._poller = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(min(seconds, LONGEST_POLL)):
                    await mine
            except TimeoutError:
                pass
            finally:
                if self._poller is mine:
                    self._poller = None
        return [self.hand_out(number) for number in sorted(self.pending)[:limit]]
