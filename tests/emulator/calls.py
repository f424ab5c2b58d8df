"""The record of what the bot did, and waiting for the next thing it does."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .chats import Chat, Message, User
from .refusals import Json

WRITING = {"sendMessage", "sendDocument"}


@dataclass(frozen=True)
class Call:
    """One call of a method with its answer; `message` is what it wrote, `trouble` what was done to it on purpose."""

    method: str
    params: Json
    status: int
    response: Json = field(repr=False)
    at: float
    seconds: float
    message: Message | None = None
    trouble: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return bool(self.response.get("ok"))

    @property
    def result(self) -> Any:
        return self.response.get("result")

    @property
    def chat_id(self) -> int | None:
        return self.message.chat.id if self.message else self.params.get("chat_id")

    @property
    def text(self) -> str:
        return self.message.text if self.message else str(self.params.get("text", ""))


Predicate = Callable[[Call], bool]


class Calls:
    """Written by the server's thread, read by the test's."""

    def __init__(self) -> None:
        self.watch: Callable[[Call], None] = lambda _: None  # told of each call, in the server's thread
        self._all: list[Call] = []
        self._unseen: dict[int, Call] = {}  # by place in `_all`: those that no wait has returned yet
        self._news = threading.Condition()

    def add(self, call: Call) -> None:
        with self._news:
            self._unseen[len(self._all)] = call
            self._all.append(call)
            self._news.notify_all()
        self.watch(call)

    def all(self, method: str | None = None) -> list[Call]:
        with self._news:
            return [call for call in self._all if method in (None, call.method)]

    def wait_for(self, wanted: Predicate, timeout: float, describe: str) -> Call:
        """Return the first fitting call, past or still to come, that no earlier wait returned."""
        deadline = time.monotonic() + timeout
        looked_at = 0
        with self._news:
            while True:
                for place in list(self._unseen) if looked_at == 0 else range(looked_at, len(self._all)):
                    if place in self._unseen and wanted(self._unseen[place]):
                        return self._unseen.pop(place)
                looked_at = len(self._all)
                if not self._news.wait(left) if (left := deadline - time.monotonic()) > 0 else True:
                    raise TimeoutError(f"no {describe} within {timeout} s; {self._story()}")

    def _story(self) -> str:
        last = [call for call in self._all if call.method != "getUpdates"][-8:]
        lines = [
            f"{call.method}({_short(call.params)}) -> {call.status} {call.response.get('description', '')}".rstrip()
            for call in last
        ]
        return "the bot's last calls:\n  " + "\n  ".join(lines) if lines else "the bot called nothing but getUpdates"


def _short(params: Json) -> str:
    return ", ".join(f"{name}={str(value)[:60]!r}" for name, value in params.items())


def fitting(
    method: str | None, chat: "Chat | User | int | None", text: str | None, thread: int | None, ok: bool | None
) -> Predicate:
    """`text` is a part of what the call wrote; without `method`, the bot's new messages."""
    chat_id = chat if isinstance(chat, int | None) else chat.id

    def wanted(call: Call) -> bool:
        return (
            (call.method == method if method else call.method in WRITING)
            and (ok is None or call.ok == ok)
            and (chat_id is None or call.chat_id == chat_id)
            and (text is None or text in call.text)
            and (thread is None or call.params.get("message_thread_id") == thread)
        )

    return wanted
