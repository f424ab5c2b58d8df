"""What comes from articles and people, made safe to show: no control characters, no tricks with the direction."""

import json
import unicodedata
from string import Formatter
from typing import Literal

Direction = Literal["ltr", "rtl"]

_LINE_BREAKS = "\x0b\x0c\x85\u2028\u2029"
_BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_UNSAFE: dict[int, str | None] = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), *map(ord, _BIDI_CONTROLS))),
    **dict.fromkeys(map(ord, _LINE_BREAKS), "\n"),
    ord("\t"): "\t",
    ord("\n"): "\n",
}


_ESCAPES = {
    code: json.dumps(chr(code))[1:-1] for code, instead in _UNSAFE.items() if chr(code) not in "\t\n" or instead is None
}


def clean(text: str) -> str:
    """The text without what could move, hide or reorder what is shown; line breaks and tabs stay."""
    return text.translate(_UNSAFE)


def escape(text: str) -> str:
    """The text of a JSON document with the same characters escaped, which JSON allows wherever they can stand."""
    return text.translate(_ESCAPES)


def line(text: str) -> str:
    """The text in one line, so that a title cannot look like lines of the bot's own."""
    return " ".join(clean(text).split())


def short(text: str, longest: int) -> str:
    """One line of so many characters at most, with a sign where the end is left out."""
    text = line(text)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def direction(text: str) -> Direction | None:
    """That of the first letter outside of isolated text, as Telegram's apps decide it; None without one."""
    depth = 0
    for character in text:
        match unicodedata.bidirectional(character):
            case "FSI":
                depth += 1
            case "PDI":
                depth -= 1
            case "L" if not depth:
                return "ltr"
            case "R" | "AL" if not depth:
                return "rtl"
    return None


def direction_of(phrase: str) -> Direction | None:
    """That of a phrase, the names of its fields left out."""
    return direction("".join(literal for literal, _, _, _ in Formatter().parse(phrase)))
