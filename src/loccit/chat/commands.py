"""What can be typed besides questions: for each command a function from the talk and what follows the name to text."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from loccit.chat.talk import CannotDo, Talk
from loccit.explain import lines
from loccit.files import has_changed
from loccit.languages import codes, language, wording
from loccit.render import explained, fill, passage, place
from loccit.transcript import transcript
from loccit.types import Answer, Quoted

Command = Callable[[Talk, str], str]

_REGION = re.compile(r"(-[A-Za-z0-9]{1,8})*", re.ASCII)
_TYPED = re.compile(r"/([a-z]+)(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)


def parse(typed: str) -> tuple[str, str] | None:
    """The name of a command and what is behind it; None for a question."""
    found = _TYPED.fullmatch(typed)
    return (found[1].lower(), (found[2] or "").strip()) if found else None


def obey(talk: Talk, name: str, argument: str) -> str:
    """What a command tells; raises CannotDo."""
    if name not in COMMANDS:
        raise CannotDo(fill(talk.wording["chat_no_command"], command=f"/{name}", help="/help"))
    return COMMANDS[name](talk, argument)


def usage(talk: Talk) -> dict[str, tuple[str, str]]:
    """For each command how it is typed, and what it does."""
    lines = [text for text in talk.wording["chat_help"].splitlines() if text.startswith("/")]
    typed = (re.match(r"(/(\w+)(?: [A-Z]+)?) (.*)", text) for text in lines)
    return {found[2]: (found[1], found[3]) for found in typed if found}


def show_help(talk: Talk, _: str) -> str:
    """How to ask, and the commands."""
    about, *_lines = talk.wording["chat_help"].split("\n\n")
    rows = usage(talk).values()
    width = max(len(how) for how, _ in rows)
    return "\n".join([about, "", *(f"{how:<{width}}  {what}" for how, what in rows)])


def sources(talk: Talk, wanted: str) -> str:
    """The passage around a quote of the last answer, or around each."""
    several = len(_last(talk).cited)
    numbers = [wanted or "1"] if wanted or not several else map(str, range(1, several + 1))
    return "\n\n".join(_proof(talk, *_chosen(talk, number)) for number in numbers)


def open_source(talk: Talk, wanted: str) -> str:
    """The page in a browser, or the article where it is quoted."""
    number, quoted = _chosen(talk, wanted or "1")
    if not talk.open_source(quoted):
        where = quoted.source.url or str(talk.index.base / quoted.source.file)
        raise CannotDo(fill(talk.wording["chat_no_way"], place=where))
    return place(number, quoted, talk.wording, talk.look)


def why(talk: Talk, _: str) -> str:
    """Why the last answer is as it is."""
    question = _last(talk).question
    with talk.waiting():
        return explained(lines(talk.index.why(question), talk.wording))


def begin_anew(talk: Talk, _: str) -> str:
    """A new subject."""
    talk.forget()
    return talk.wording["chat_new"]


def choose_language(talk: Talk, code: str) -> str:
    """The language of the questions to come, and of the phrases; without a code it is found out again."""
    known = sorted({*codes(), *talk.index.languages})
    main, dash, region = code.partition("-")
    if code and (main.lower() not in known or not _REGION.fullmatch(dash + region)):
        raise CannotDo(fill(talk.wording["chat_no_language"], code=code, codes=", ".join(known)))
    talk.language = main.lower() + dash + region or None
    return fill(talk.wording["chat_language" if code else "chat_any_language"], language=language(code).name)


def save(talk: Talk, name: str) -> str:
    """The talk as Markdown in a new file, for nobody else to read."""
    _last(talk)
    if not name:
        raise CannotDo("{}  {}".format(*usage(talk)["save"]))
    path, phrases = Path(name), talk.wording
    try:
        path = path.expanduser()
        _write_new(path, transcript(talk.answers, wording))
    except FileExistsError as error:
        raise CannotDo(fill(phrases["chat_there"], file=path)) from error
    except (OSError, ValueError, RuntimeError) as error:  # the last of a home that is nobody's
        reason = getattr(error, "strerror", None) or str(error)
        raise CannotDo(fill(phrases["chat_unsaved"], file=path, reason=reason)) from error
    return fill(phrases["chat_saved"], file=path)


COMMANDS: dict[str, Command] = {
    "help": show_help,
    "sources": sources,
    "open": open_source,
    "why": why,
    "new": begin_anew,
    "lang": choose_language,
    "save": save,
}
"""By name; `/quit` is the reader's own."""


def _last(talk: Talk) -> Answer:
    if not talk.answers:
        raise CannotDo(talk.wording["chat_no_answer"])
    return talk.answers[-1]


def _chosen(talk: Talk, wanted: str) -> tuple[int, Quoted]:
    quotes = _last(talk).cited
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 4 else 0
    if not 1 <= number <= len(quotes):
        raise CannotDo(fill(talk.wording["chat_no_source"], number=wanted, count=len(quotes)))
    return number, quotes[number - 1]


def _proof(talk: Talk, number: int, quoted: Quoted) -> str:
    """The passage around a quote, and whether its file is as it was read."""
    index, phrases = talk.index, talk.wording
    shown = passage(number, quoted, index.article(quoted.source.article_id), phrases, talk.look)
    file = quoted.source.file
    changed = has_changed(index.base / file, index.catalog.file(file))
    return f"{shown}\n\n{phrases['file_changed']}" if changed else shown


def _write_new(path: Path, text: str) -> None:
    """Write a file that was not there; where that fails it is not there either."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        try:
            file.write(text.encode(errors="replace"))
            file.flush()
        except OSError:
            path.unlink()
            raise
