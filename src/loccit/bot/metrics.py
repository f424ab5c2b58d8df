"""What the bot counts, in the text format of Prometheus."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from telegram import Update

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)


class Metrics:
    """One bot's counts."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._updates = Counter("loccit_updates", "Updates received, by kind.", ["kind"], registry=registry)
        self._work = Histogram(
            "loccit_update_seconds", "From an update's turn to its end.", registry=registry, buckets=SECONDS
        )
        self._at_work = Gauge("loccit_updates_at_work", "Updates received and not finished.", registry=registry)
        self._requests = Counter(
            "loccit_requests", "Requests to Telegram, by method and outcome.", ["method", "outcome"], registry=registry
        )
        self._silent = Gauge("loccit_silent_seconds", "Since Telegram was last heard of.", registry=registry)

    def heard_of(self, silent: Callable[[], float]) -> None:
        """Where to ask for how long Telegram has been silent."""
        self._silent.set_function(silent)

    def came(self, update: Update) -> None:
        """An update has been received."""
        self._updates.labels(next((kind for kind in Update.ALL_TYPES if getattr(update, kind)), "other")).inc()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """An update is waiting for its turn."""
        with self._at_work.track_inprogress():
            yield

    @contextmanager
    def timed(self) -> Iterator[None]:
        """An update's turn."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self._work.observe(time.perf_counter() - start)

    def asked(self, method: str, outcome: str) -> None:
        """A request to Telegram has ended."""
        self._requests.labels(method, outcome).inc()

    def text(self) -> bytes:
        """All of it."""
        return generate_latest(self._registry)
