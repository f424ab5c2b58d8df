"""A talk as Markdown: the questions, the answers and where each sentence stands."""

import re
from collections.abc import Callable, Iterable

from loccit.letters import clean, line
from loccit.link import page
from loccit.render import Wording, afterword, characters, heading, preface
from loccit.types import Answer, Quoted

_MARKUP = re.compile(r"[\\`*_\[\]<>&~|$]|^[-+#=]|(?<=^\d)[.)]|(?<=^\d\d)[.)]|(?<=^\d{3})[.)]", re.MULTILINE)


def transcript(answers: Iterable[Answer], wording: Callable[[str], Wording]) -> str:
    """The Markdown; `wording` gives the phrases of a language."""
    return "\n".join(_turn(answer, wording(answer.question.language)) for answer in answers)


def escaped(text: str) -> str:
    """The text, safe to show, as Markdown leaves it unchanged; no line begins or ends with blanks."""
    lines = "\n".join(part.strip() for part in clean(text).split("\n") if part.strip())
    return _MARKUP.sub(lambda found: f"\\{found[0]}", lines)


def _turn(answer: Answer, wording: Wording) -> str:
    quotes = list(enumerate(answer.cited, 1))
    paragraphs = [f"## {escaped(line(answer.question.text))}", *map(escaped, preface(answer, wording))]
    paragraphs += [f"> {escaped(quoted.text)} [{number}]".replace("\n", "\n> ") for number, quoted in quotes]
    if quotes:
        paragraphs.append("\n".join(f"{number}. {_place(quoted, wording)}" for number, quoted in quotes))
    paragraphs += map(escaped, afterword(answer, wording))
    return "\n\n".join(paragraphs) + "\n"


def _place(quoted: Quoted, wording: Wording) -> str:
    title, address = escaped(heading(quoted.source, wording)), page(quoted)
    where = escaped(characters(quoted, wording))
    return f"{f'[{title}](<{address}>)' if address else title}: {where}, sha256 {quoted.source.sha256}"
