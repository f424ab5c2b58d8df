"""What the commands show: answers as text or JSON, fitted to the terminal where there is one."""

import os
import shutil
import sys
from typing import TYPE_CHECKING

import click

from loccit.cli.common import print_json

if TYPE_CHECKING:
    from loccit.explain import Why
    from loccit.index import Index
    from loccit.render import Look
    from loccit.types import Answer, Quoted


def look(context: click.Context, index: "Index") -> "Look":
    """What a terminal can show of answers, or the plain look of a pipe."""
    from loccit.render import PLAIN, Look, plain

    if not sys.stdout.isatty():
        return PLAIN
    from loccit import link, screen

    def linked(text: str, quoted: "Quoted") -> str:
        return screen.linked(text, link.page(quoted) or link.file(quoted, index.base))

    style = plain if context.find_root().color is False else click.style
    return Look(style, linked if screen.can_link(os.environ) else None)


def show_answer(answer: "Answer", seconds: float, look: "Look", *, as_json: bool, why: "Why | None" = None) -> None:
    """Print an answer, and why it is as it is where that is given."""
    from loccit.languages import wording
    from loccit.render import explained, render

    if as_json:
        fields = answer.model_dump(mode="json") | {"elapsed_ms": round(1000 * seconds, 1)}
        print_json(fields | ({"why": why.model_dump(mode="json")} if why else {}))
        return
    phrases = wording(answer.question.language)
    show(render(answer, phrases, look))
    if why and why.first:  # else the answer has said it
        from loccit.explain import lines

        show(f"\n{explained(lines(why, phrases))}\n")


def show(text: str) -> None:
    """Print a text, ending with its own line break, wrapped where the terminal ends."""
    terminal = sys.stdout.isatty()
    if terminal:
        from loccit.screen import fit

        text = fit(text, shutil.get_terminal_size().columns)
    click.echo(text, nl=False, color=terminal)  # what is styled at all was asked for
