"""The terminal chat: questions in, cited answers out, until the line ends."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from loccit.errors import BadQuestion
from loccit.index import Index
from loccit.letters import line
from loccit.types import Answer

T = TypeVar("T")

REMEMBERED = 12
"""Earlier questions that a follow-up can lean on."""

LEAVE = ("/quit", "/exit", "quit", "exit")


def chat(index: Index, lines: Iterable[str]) -> Iterator[Answer | str]:
    """For every line that is not blank its answer, or in a sentence why it cannot be asked."""
    history: list[str] = []
    for typed_in in lines:
        question = typed_in.strip()
        if not question:
            continue
        if question.casefold() in LEAVE:
            return
        if question == "/new":
            history.clear()
            continue
        try:
            answer = index.ask(question, history=history)
        except BadQuestion as error:
            yield str(error)
            continue
        history = [*history, answer.question.understood_as or question][-REMEMBERED:]
        yield answer


def greeting(index: Index) -> str:
    """What is known here, and how to leave."""
    titles = list(index.catalog.titles().values())
    more = f" and {len(titles) - 5:,} more" if len(titles) > 5 else ""
    return f"I know: {', '.join(map(line, titles[:5]))}{more}.\nAsk away; /new begins a new subject, /quit leaves.\n"


def timed(said: Iterator[T]) -> Iterator[tuple[T, float]]:
    """Each with the seconds it took."""
    start = time.perf_counter()
    for one in said:
        yield one, time.perf_counter() - start
        start = time.perf_counter()


def typed(prompt: str, ask: Callable[[str], str] = input) -> Iterator[str]:
    """The lines somebody types; ends with the end of input."""
    while True:
        try:
            yield ask(prompt)
        except EOFError:
            return
