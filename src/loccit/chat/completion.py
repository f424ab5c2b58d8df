"""What the Tab key offers: commands and what they take, and the articles' titles."""

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document

from loccit.chat.commands import usage
from loccit.chat.talk import Talk
from loccit.languages import codes, language
from loccit.letters import line

MOST = 50
"""Titles that are offered at once."""
SHORTEST = 2
"""Letters of a title that are typed before it is offered."""
LOOKED_AT = 80
"""Characters before the cursor that may be the beginning of a title."""


class Completions(Completer):
    """Of a talk."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._files = PathCompleter(expanduser=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """For a command at once, for a title when the Tab key is pressed."""
        text = document.text_before_cursor
        if not text.startswith("/"):
            if complete_event.completion_requested:
                yield from self._titles(text)
            return
        name, blank, argument = text.partition(" ")
        if not blank:
            for command, (how, what) in usage(self._talk).items():
                if f"/{command}".startswith(name):
                    yield Completion(how.partition(" ")[0], -len(name), display=how, display_meta=what)
        elif name == "/save":
            yield from self._files.get_completions(Document(argument), complete_event)
        else:
            for value, meaning in self._values(name):
                if value.startswith(argument):
                    yield Completion(value, -len(argument), display_meta=meaning)

    def _values(self, name: str) -> Iterator[tuple[str, str]]:
        """What a command can be given, and what that is."""
        if name == "/lang":
            yield from ((code, language(code).name) for code in codes())
        elif name in ("/sources", "/open") and self._talk.answers:
            for number, quoted in enumerate(self._talk.answers[-1].cited, 1):
                yield str(number), line(quoted.source.title)

    def _titles(self, text: str) -> Iterator[Completion]:
        """Those that begin with the last words; with as many of these words as any does."""
        starts = [i for i in range(len(text)) if i == 0 or (text[i - 1].isspace() and not text[i].isspace())]
        for start in starts:
            beginning = text[start:].casefold()
            if SHORTEST <= len(beginning) <= LOOKED_AT:
                first = bisect_left(self._folded, (beginning, ""))
                near = self._folded[first : first + MOST]
                found = [title for folded, title in near if folded.startswith(beginning)]
                if found:
                    yield from (Completion(title, start - len(text)) for title in found)
                    return

    @cached_property
    def _folded(self) -> list[tuple[str, str]]:
        titles = map(line, self._talk.index.catalog.titles().values())
        return sorted((title.casefold(), title) for title in set(titles))
