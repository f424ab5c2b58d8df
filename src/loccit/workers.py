"""Articles are analysed by several processes at once and come back in their order, the same for any number of them.

To find sentences, words and terms takes most of the time that indexing does.
"""

import os
import re
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from typing import NamedTuple

from loccit.catalog.records import packed
from loccit.chunker import chunk
from loccit.errors import LoccitError
from loccit.languages import codes
from loccit.languages.detection import detect
from loccit.settings import IndexSettings
from loccit.types import Article, Entry

BATCH = 500_000
"""Characters of text that a process is given at once."""
ALONE = 8
"""Batches up to which no other process is started: to start one takes as long as these do."""
AHEAD = 3
"""Batches under way for each process: none waits, and memory is bounded."""

_CODE = re.compile(r"[a-z]{2,3}")
"""Of a language: ISO 639. A region makes no other language here."""


class Analysed(NamedTuple):
    """What is to be kept of an article."""

    article: Article
    """With its language."""
    entries: Sequence[Entry] = ()
    record: bytes = b""
    """The article as the catalog keeps it."""
    refused: str | None = None
    """Why it cannot be taken."""


def analysed(articles: Iterable[Article], settings: IndexSettings) -> Iterator[Analysed]:
    """The articles, analysed, in their order.

    Raises LoccitError where a process was ended from outside.
    """
    workers = settings.workers or cores()
    batches = _batches(articles)
    for number, batch in enumerate(batches, 1):
        yield from (analyse(article, settings) for article in batch)
        if workers > 1 and number == ALONE:
            yield from _at_once(batches, settings, workers)


def analyse(article: Article, settings: IndexSettings) -> Analysed:
    """What is to be kept of an article, its language detected where it does not say."""
    code = language_code(article) or detect(article.text, settings.languages or codes())
    article = article.model_copy(update={"language": code})
    try:
        passages = list(chunk(article, settings.passages.size))
    except Exception as error:  # noqa: BLE001  # our mistake, but it shall cost one article, not all of them
        return Analysed(article, refused=f"'{article.title}' cannot be cut into passages: {error!r}")
    if not passages:
        return Analysed(article, refused=f"there is no text under its title '{article.title}'")
    return Analysed(article, [*map(Entry.of, passages)], packed(article))


def language_code(article: Article) -> str | None:
    """The language an article says it is in; None where it says none, or one that is no code."""
    code = (article.language or "").partition("-")[0].lower()
    return code if _CODE.fullmatch(code) else None


def cores() -> int:
    """How many processes can run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _at_once(batches: Iterable[Sequence[Article]], settings: IndexSettings, workers: int) -> Iterator[Analysed]:
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin)
    under_way: deque[tuple[Sequence[Article], Future[list[Analysed]]]] = deque()
    try:
        for batch in batches:
            under_way.append((batch, pool.submit(_analyse, batch, settings)))
            if len(under_way) == AHEAD * workers:
                yield from _done(*under_way.popleft())
        while under_way:
            yield from _done(*under_way.popleft())
    except BrokenProcessPool as error:
        raise LoccitError(
            "A process that analysed articles was ended from outside; was there too little memory?"
            " Try again with --workers 1."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _done(batch: Sequence[Article], future: "Future[list[Analysed]]") -> Iterator[Analysed]:
    """What a process made of a batch; the texts stayed here."""
    for article, found in zip(batch, future.result(), strict=True):
        yield found._replace(article=article.model_copy(update={"language": found.article.language}))


def _analyse(batch: Sequence[Article], settings: IndexSettings) -> list[Analysed]:
    return [
        found._replace(article=found.article.model_copy(update={"text": "", "sections": ()}))
        for found in (analyse(article, settings) for article in batch)
    ]


def _batches(articles: Iterable[Article]) -> Iterator[list[Article]]:
    batch, size = list[Article](), 0
    for article in articles:
        batch.append(article)
        size += len(article.text)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _begin() -> None:
    """Of another process: who stops the indexing stops it, and it ends when that is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
    os._exit(1)
