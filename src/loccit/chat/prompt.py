"""Lines typed on a terminal: edited, completed, remembered."""

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import Completer
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, has_focus
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style

REMEMBERED = 200_000
"""Bytes of history that are kept; a file twice as long is cut to the newest of them."""
MENU = 6
"""Lines of the menu of completions."""


class Remembered(FileHistory):
    """What was typed, in a file that nobody else may read; raises OSError where there can be none."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK, 0o600)
        try:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise FileExistsError(errno.EEXIST, "It is no file", str(path))
            os.fchmod(handle, 0o600)
            if found.st_size > 2 * REMEMBERED:
                newest = os.pread(handle, REMEMBERED, found.st_size - REMEMBERED).partition(b"\n# ")
                os.ftruncate(handle, os.pwrite(handle, b"".join(newest[1:]), 0))
        finally:
            os.close(handle)
        super().__init__(path)

    def store_string(self, string: str) -> None:
        """Keep it if that is possible: a full disk ends no talk."""
        try:
            super().store_string(string)
        except OSError:
            return


def history_file(environment: Mapping[str, str]) -> Path:
    """Where what was typed is kept, by the XDG rules."""
    states = Path(environment.get("XDG_STATE_HOME", ""))
    if not states.is_absolute():
        states = Path("~/.local/state").expanduser()
    return states / "loccit" / "history"


def typed(completer: Completer, history: History | None = None, *, coloured: bool) -> Iterator[str]:
    """What is typed, question by question, until Ctrl-D."""
    session: PromptSession[str] = PromptSession(
        "? ",
        history=history or InMemoryHistory(),
        completer=completer,
        complete_in_thread=True,
        complete_while_typing=Condition(lambda: get_app().current_buffer.text.startswith("/")),
        auto_suggest=AutoSuggestFromHistory(),
        key_bindings=_keys(),
        multiline=True,
        reserve_space_for_menu=MENU,
        style=None if coloured else Style([("auto-suggestion", "dim")]),
        color_depth=None if coloured else ColorDepth.DEPTH_1_BIT,
        include_default_pygments_style=False,
        enable_suspend=True,
    )
    while True:
        try:
            yield session.prompt()
        except EOFError:
            return
        except KeyboardInterrupt:
            continue


def _keys() -> KeyBindings:
    """Enter asks, Esc Enter and Alt-Enter begin a new line, Ctrl-C clears what is typed."""
    bindings = KeyBindings()
    typing = has_focus(DEFAULT_BUFFER)

    @bindings.add("enter", filter=typing)
    def _ask(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @bindings.add("escape", "enter", filter=typing)
    def _new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    @bindings.add("c-c", filter=typing)
    def _clear(event: KeyPressEvent) -> None:
        event.current_buffer.reset()

    return bindings
