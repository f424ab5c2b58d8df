"""Documents on their way into a cluster: in requests of bounded size, a few at once, each until it is taken."""

import json
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import BoundedSemaphore
from typing import Any

from loccit.engines.cluster import WRITING, Cluster, pause
from loccit.engines.trouble import PASSING, TooLarge
from loccit.errors import EngineUnreachable
from loccit.letters import short

BYTES = 4_000_000
"""Of a request; OpenSearch takes a hundred megabytes, a proxy before it may take less."""
AT_ONCE = 4
"""Requests under way; as many again may wait."""


class Bulk:
    """Puts documents into indexes; nothing of it is searched before a refresh."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._lines: list[bytes] = []
        self._size = 0
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="loccit-bulk")
        self._room = BoundedSemaphore(2 * AT_ONCE)
        self._sent: set[Future[None]] = set()

    def put(self, index: str, key: str, document: dict[str, Any]) -> None:
        """Send a document under a key, in place of one that has it; raises EngineUnreachable."""
        line = b"%s\n%s\n" % (_json({"index": {"_index": index, "_id": key}}), _json(document))
        if self._lines and self._size + len(line) > BYTES:
            self._send()
        self._lines.append(line)
        self._size += len(line)

    def flush(self) -> None:
        """Have all of them taken; raises EngineUnreachable where one is not."""
        if self._lines:
            self._send()
        while self._sent:
            self._collect(wait(self._sent).done)

    def finish(self) -> None:
        """The same, and send no more."""
        try:
            self.flush()
        finally:
            self.stop()

    def stop(self) -> None:
        """Send no more."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _send(self) -> None:
        self._collect({future for future in self._sent if future.done()})
        self._room.acquire()
        sent = self._threads.submit(self._deliver, self._lines)
        sent.add_done_callback(lambda _: self._room.release())
        self._sent.add(sent)
        self._lines, self._size = [], 0

    def _collect(self, done: set[Future[None]]) -> None:
        self._sent -= done
        try:
            for future in done:
                future.result()
        except EngineUnreachable:
            self.stop()
            raise

    def _deliver(self, lines: Sequence[bytes]) -> None:
        until = time.monotonic() + WRITING
        tries = 0
        while lines:
            try:
                answer = self._cluster.ask("POST", "/_bulk", b"".join(lines), seconds=WRITING)
            except TooLarge:
                if len(lines) == 1:
                    raise
                self._deliver(lines[: len(lines) // 2])
                lines = lines[len(lines) // 2 :]
                continue
            left = list(_refused(lines, answer))
            if left and time.monotonic() > until:
                raise EngineUnreachable(
                    f"OpenSearch has taken no documents for {WRITING:g} s: it is too busy, or a part of it is gone."
                    " The old index is unchanged. Run it again later."
                )
            if len(left) < len(lines):
                until, tries = time.monotonic() + WRITING, 0
            lines, tries = left, tries + 1
            if lines:
                time.sleep(pause(tries))


def _refused(lines: Sequence[bytes], answer: dict[str, Any]) -> list[bytes]:
    """Those that have to be sent again; raises EngineUnreachable where one will never be taken."""
    if answer.get("errors") is False:
        return []
    items = answer.get("items")
    if not isinstance(items, list) or len(items) != len(lines):
        raise EngineUnreachable("What answers to a bulk request is not OpenSearch. Mend 'hosts' in index.toml.")
    left = []
    for line, item in zip(lines, items, strict=True):
        result = item["index"]
        status, error = result["status"], result.get("error", {})
        full = status == 429 and error.get("type") == "cluster_block_exception"  # the disk is; it will stay so
        if status in PASSING and not full:
            left.append(line)
        elif status >= 300:
            raise EngineUnreachable(
                f"OpenSearch refuses a document ({status}: {short(str(error.get('reason')), 200)})."
                " The old index is unchanged."
            )
    return left


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
