"""Trouble made on purpose: error answers, cut connections, delays, random mischief, flood limits."""

import random
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass

from .refusals import Json, RefusedError, too_many_requests

KINDS = ("429", "500", "502", "cut_before", "cut_after", "delay")
WORDS = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden: bot was blocked by the user", 404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    500: "Internal Server Error", 502: "Bad Gateway",
}  # fmt: skip


@dataclass(frozen=True)
class Trouble:
    """What happens to one call: one of an error answer, a cut, or a delay."""

    kind: str
    refusal: RefusedError | None = None
    seconds: float = 0.0


@dataclass
class Planned:
    method: str  # "*" for any
    trouble: Trouble
    times: int | None  # none: always

    def suits(self, method: str) -> bool:
        return self.times != 0 and self.method in {"*", method}


def refusal_of(status: int, retry_after: float | None, description: str | None) -> RefusedError:
    if status == 429:
        return too_many_requests(retry_after or 1)
    return RefusedError(status, description or WORDS.get(status, "Internal Server Error"))


class Troubles:
    def __init__(self) -> None:
        self.planned: list[Planned] = []
        self.met: list[tuple[str, str]] = []  # (method, kind), in order
        self.share = 0.0
        self._kinds: tuple[str, ...] = ()
        self._spared: frozenset[str] = frozenset()
        self._random = random.Random(1)  # noqa: S311 - mischief needs no secrecy

    def plan(self, method: str, trouble: Trouble, times: int | None) -> None:
        self.planned.append(Planned(method, trouble, times))

    def chaos(self, share: float, seed: int, kinds: Iterable[str], spare: Iterable[str]) -> None:
        self.share, self._kinds, self._spared = share, tuple(kinds), frozenset(spare)
        if unknown := set(self._kinds) - set(KINDS):
            raise ValueError(f"unknown kinds of trouble {sorted(unknown)}: choose from {KINDS}")
        self._random = random.Random(seed)  # noqa: S311

    def clear(self) -> None:
        self.planned.clear()
        self.share = 0.0

    def choose(self, method: str) -> list[Trouble]:
        """Choose what happens to a call: a delay and one other trouble can meet."""
        chosen: list[Trouble] = []
        for planned in self.planned:
            is_delay = planned.trouble.kind == "delay"
            if planned.suits(method) and not any((other.kind == "delay") == is_delay for other in chosen):
                planned.times = None if planned.times is None else planned.times - 1
                chosen.append(planned.trouble)
        if not chosen and self.share and method not in self._spared and self._random.random() < self.share:
            chosen.append(self._draw())
        self.met += [(method, trouble.kind) for trouble in chosen]
        return chosen

    def _draw(self) -> Trouble:
        kind = self._random.choice(self._kinds)
        if kind == "delay":
            return Trouble(kind, seconds=self._random.uniform(0.05, 0.5))
        return Trouble(kind, refusal_of(int(kind), 1, None) if kind.isdigit() else None)


class FloodLimits:
    """Telegram's unwritten limits: 1 a second in a chat with a burst, 20 a minute in a group, 30 a second in all."""

    def __init__(self, *, burst: int = 4, group_a_minute: int = 20, overall_a_second: int = 30) -> None:
        self._limits = {"chat": (burst, float(burst)), "group": (group_a_minute, 60.0), "all": (overall_a_second, 1.0)}
        self._sent: defaultdict[tuple[str, int], deque[float]] = defaultdict(deque)

    def check(self, chat: Json, now: float) -> None:
        places = [("chat", chat["id"]), ("all", 0)] + [("group", chat["id"])] * (chat["type"] != "private")
        for place in places:
            most, seconds = self._limits[place[0]]
            sent = self._sent[place]
            while sent and sent[0] <= now - seconds:
                sent.popleft()
            if len(sent) >= most:
                raise too_many_requests(max(1, round(sent[0] + seconds - now)))
        for place in places:
            self._sent[place].append(now)
