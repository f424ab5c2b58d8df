"""Where a quote comes from, opened: its page in the browser, or else its article in a pager, at the quote.

The pager gets the text that was indexed on its standard input, made safe to show: no file is named to it, no shell is
asked, and what is quoted is always there.
"""

import shlex
import shutil
import signal
import subprocess
import webbrowser
from collections.abc import Callable, Mapping

from loccit.index import Index
from loccit.letters import clean
from loccit.link import page
from loccit.render import Look, mark
from loccit.screen import is_dumb
from loccit.types import Article, Quoted

PAGERS = (("less", "-R"), ("more",))
CONTEXT = 2
"""Lines above the quote."""


def opener(index: Index, look: Look, environment: Mapping[str, str]) -> Callable[[Quoted], bool]:
    """Opens quotes' sources on this terminal; what it gives back says whether there was a way."""

    def open_source(quoted: Quoted) -> bool:
        address = page(quoted)
        if address is not None and webbrowser.open(address):
            return True
        article = index.article(quoted.source.article_id)
        return article is not None and _read(article, quoted, look, pager(environment))

    return open_source


def pager(environment: Mapping[str, str]) -> list[str] | None:
    """The program of $PAGER and its arguments, or one that is usually there."""
    try:
        wanted = shlex.split(environment.get("PAGER", ""))
    except ValueError:
        wanted = []
    usual = () if is_dumb(environment) else PAGERS
    return next((list(command) for command in (wanted, *usual) if command and shutil.which(command[0])), None)


def _read(article: Article, quoted: Quoted, look: Look, command: list[str] | None) -> bool:
    if command is None:
        return False
    start, end = quoted.span
    before, after = clean(article.text[:start]), clean(article.text[end:])
    if command[0] in {known for known, *_ in PAGERS}:
        command = [*command, f"+{max(1, before.count(chr(10)) + 1 - CONTEXT)}"]
    text = f"{before}{mark(quoted.text, look)}{after}\n".encode(errors="replace")
    meanwhile = signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is the pager's as long as it is there
    try:
        subprocess.run(command, input=text, check=False)  # noqa: S603  # the user's own pager
    except OSError:
        return False
    finally:
        signal.signal(signal.SIGINT, meanwhile)
    return True
