"""The commands of somebody who sits at a terminal: chat, completion."""

import os
import sys
import time
from collections.abc import Iterable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from loccit.cli.common import index_option, json_option, open_index, print_json
from loccit.cli.questions import MOST_READ
from loccit.cli.shown import look, show, show_answer

if TYPE_CHECKING:
    from loccit.chat.talk import Talk


@click.command()
@index_option
@json_option
@click.option("--no-history", is_flag=True, help="Neither read nor keep what was typed.")
@click.pass_context
def chat(context: click.Context, folder: Path | None, *, as_json: bool, no_history: bool) -> None:
    """Ask one question after the other; /help says what else can be typed. Piped lines are answered one by one."""
    from loccit.chat import Told, leaves, reply
    from loccit.chat.talk import Talk
    from loccit.screen import busy

    terminal = sys.stdin.isatty() and sys.stdout.isatty() and not as_json
    waiting = partial(busy, sys.stderr, os.environ) if terminal else nullcontext
    with waiting():
        index = open_index(folder)
    talk = Talk(index, look(context, index), waiting)
    coloured = context.find_root().color is not False
    for line in _typed(talk, coloured=coloured, remember=not no_history) if terminal else _lines(sys.stdin):
        if leaves(line):
            break
        start = time.perf_counter()
        try:
            said = reply(talk, line)
        except KeyboardInterrupt:
            if not terminal:
                raise
            said = None
        if isinstance(said, Told):
            if as_json:
                print_json({"error" if said.failed else "text": said.text})
            else:
                show(f"{said.text}\n\n")
        elif said is not None:
            show_answer(said, time.perf_counter() - start, talk.look, as_json=as_json)
            if not as_json:
                click.echo()
        sys.stdout.flush()


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what makes the SHELL's Tab key complete loccit's commands and options."""
    from click.shell_completion import BashComplete, FishComplete, ZshComplete

    written = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}[shell]
    click.echo(written(context.find_root().command, {}, "loccit", "_LOCCIT_COMPLETE").source())


def _typed(talk: "Talk", *, coloured: bool, remember: bool) -> Iterable[str]:
    """Greets, and gives what is typed at the terminal."""
    from loccit.chat.opening import opener
    from loccit.screen import is_dumb

    talk.open_source = opener(talk.index, talk.look, os.environ)
    with talk.waiting():
        greeting = talk.greeting()
    show(f"{greeting}\n\n")
    if is_dumb(os.environ):
        return _plainly_typed("? ")
    from loccit.chat.completion import Completions
    from loccit.chat.prompt import Remembered, history_file, typed

    history = None
    if remember:
        try:
            history = Remembered(history_file(os.environ))
        except (OSError, RuntimeError) as error:  # the latter where there is no home
            reason = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else error
            click.echo(f"loccit: What you type is not remembered ({reason}).", err=True)
    return typed(Completions(talk), history, coloured=coloured)


def _lines(stream: TextIO) -> Iterable[str]:
    """What is piped, line by line; of each no more than is needed to say that it is too long."""
    while line := stream.readline(MOST_READ):
        yield click.unstyle(line)
        while line and not line.endswith("\n"):
            line = stream.readline(MOST_READ)


def _plainly_typed(prompt: str) -> Iterable[str]:
    """Lines from a terminal that can do nothing but lines."""
    while True:
        try:
            yield input(prompt)
        except EOFError:
            click.echo()
            return
        except KeyboardInterrupt:
            click.echo()
