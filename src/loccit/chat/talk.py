"""A talk with an index: what was asked and answered, and in which language."""

from collections import deque
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext

from loccit.errors import LoccitError
from loccit.index import Index
from loccit.languages import wording
from loccit.render import PLAIN, Look, fill, told
from loccit.types import Answer, Quoted

REMEMBERED = 12
"""Earlier questions that a follow-up can lean on."""
KEPT = 1_000
"""Answers that can be saved."""
GREETED = 5
"""Titles in the greeting."""

Open = Callable[[Quoted], bool]
"""Shows where a quote comes from; False where there is no way to."""

Waiting = Callable[[], AbstractContextManager[None]]
"""Holds while an answer is being looked for."""


class CannotDo(LoccitError):
    """A command of the chat cannot be done."""


def nowhere(_: Quoted) -> bool:
    """The `Open` of a pipe."""
    return False


class Talk:
    """Begins without a language: that of each question is found out."""

    def __init__(self, index: Index, look: Look = PLAIN, waiting: Waiting = nullcontext) -> None:
        self.index = index
        self.look = look
        self.open_source: Open = nowhere
        self.language: str | None = None
        self.answers: deque[Answer] = deque(maxlen=KEPT)
        self.waiting = waiting
        self._earlier: tuple[str, ...] = ()

    def ask(self, question: str) -> Answer:
        """The answer; raises BadQuestion."""
        with self.waiting():
            answer = self.index.ask(question, history=self._earlier, language=self.language)
        self._earlier = (*self._earlier, answer.question.understood_as or question)[-REMEMBERED:]
        self.answers.append(answer)
        return answer

    def forget(self) -> None:
        """The next question leans on none before it."""
        self._earlier = ()

    @property
    def wording(self) -> Mapping[str, str]:
        """The phrases of the language chosen, or of the last question, or of the articles."""
        last = self.answers[-1].question.language if self.answers else next(iter(self.index.languages), "en")
        return wording(self.language or last)

    def greeting(self) -> str:
        """What is known here, and how to go on."""
        titles = list(self.index.catalog.titles().values())
        some = [*titles[:GREETED], *(["…"] if len(titles) > GREETED else [])]
        start = told(self.wording["start"], {"articles": [str(len(titles))], "titles": some})
        return f"{start}\n{fill(self.wording['chat_hint'], help='/help', quit='/quit')}"
