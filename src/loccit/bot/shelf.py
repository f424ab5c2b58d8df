"""An index as a bot has it open: the next one takes its place by itself, and only what stands in it is said."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from loccit.errors import EngineUnreachable, IndexDamaged, LoccitError
from loccit.files import has_changed
from loccit.index import Index
from loccit.proof import sound
from loccit.types import Answer, Source

KEPT = 256
"""Answers that are remembered until there is another index: many ask what others have asked, or ask again."""
_LOG = logging.getLogger(__name__)


class Shelf:
    """One index; for one thread at a time."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self._seen = self._stamp()
        self._index = Index.open(folder)
        self._answers: dict[tuple[str, str, str | None, int | None], Answer] = {}

    def current(self) -> Index:
        """The index; opened anew where `loccit index` has made another since, the old one kept if that fails."""
        stamp = self._stamp()
        if stamp != self._seen:
            try:
                self.reopen()
                self._seen = stamp
            except LoccitError as error:
                _LOG.error("The new index cannot be opened; the old one goes on answering. %s", error)
        return self._index

    def reopen(self) -> Index:
        """The index as it is on the disk."""
        index, old = Index.open(self.folder), self._index
        self._index = index
        self._answers.clear()
        old.catalog.close()
        _LOG.info("The index has been opened anew.")
        return index

    def answer(
        self, text: str, history: Sequence[str] = (), *, as_typed: bool = False, limit: int | None = None
    ) -> Answer:
        """An answer each quote of which stands in its article: there is no other that may be sent."""

        def ask(index: Index) -> Answer:
            question = index.understand(text, history=() if as_typed else history, as_typed=as_typed)
            asked = question.text, question.language, question.understood_as, limit
            answer = self._answers.pop(asked, None) or index.answer(question, limit=limit)
            self._answers[asked] = answer
            if len(self._answers) > KEPT:
                del self._answers[next(iter(self._answers))]  # the one that has not been asked for longest
            return answer

        return self._sound(ask)

    def file_has_changed(self, source: Source) -> bool:
        """Whether the file itself is no longer as it was when it was indexed."""
        index = self.current()
        return has_changed(index.base / source.file, index.catalog.file(source.file))

    def _sound(self, ask: Callable[[Index], Answer]) -> Answer:
        index = self.current()
        answer = ask(index)
        if not _is_sound(answer, index):
            _LOG.error("A quote differs from its article; the index is opened anew.")
            index = self.reopen()
            answer = ask(index)
            if not _is_sound(answer, index):
                raise IndexDamaged(
                    "A quote differs from its article. Build the index anew with: loccit index --rebuild"
                )
        return answer

    def _stamp(self) -> tuple[int, int, int]:
        """What changes when another index takes the place of this one."""
        try:
            found = (self.folder / "CURRENT").stat()
        except OSError:
            return (0, 0, 0)
        return (found.st_ino, found.st_mtime_ns, found.st_size)


def _is_sound(answer: Answer, index: Index) -> bool:
    try:
        return sound(answer, index.catalog.articles)
    except EngineUnreachable as error:  # the articles may lie in a cluster
        error.language = answer.question.language
        raise
