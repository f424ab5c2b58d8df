"""What the templates of wikis show, as `templates.toml` has it."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

_NUMBER = re.compile(r"[-−+\d.,e/×x*±]+|-|–|to|and|or|by|to\(-\)|and\(-\)|\+/-|±", re.IGNORECASE)
_PLACE = re.compile(r"\{(0?)([^{}]+)\}")


def is_infobox(name: str) -> bool:
    """Whether a template of that name, in small letters, is an infobox."""
    return name.startswith(tuple(_rules()["infoboxes"]))


def is_plain(name: str) -> bool:
    """Whether it is none, however many values it has."""
    return any(_matches(name, pattern) for pattern in _rules()["plain"])


def shows(name: str, given: Sequence[str] = ()) -> str | None:
    """The format of what it shows, given values of these names; None for one that shows nothing."""
    own = (_formats().get(f"{name}/{key}") for key in reversed(given))
    return next(filter(None, own), None) or _plainly(name)


def filled(pattern: str, name: str, given: Mapping[str, str], flat: Callable[[str], str]) -> str:
    """The text of a format, a template's values in their places; `flat` puts on one line what is listed."""
    instead = next((given[each] for each in _rules()["first"] if each in given), "")
    given = {"1": instead, **given}
    values = [given[str(n)] for n in range(1, len(given) + 1) if str(n) in given]
    if not pattern.startswith("{") and not any(values):
        return ""
    known = {
        **given,
        "*": ", ".join(filter(None, map(flat, values))),
        "+": "".join(values),
        "amount": " ".join(values[: _units(values)]),
        "NAME": name.upper(),
    }
    said = _PLACE.sub(lambda place: _padded(known.get(place[2], ""), zeros=bool(place[1])), pattern)
    said = said if pattern.startswith("\n") else said.strip(" -")
    return said[:1].lower() + said[1:] if "lc" in given else said


def _padded(value: str, *, zeros: bool) -> str:
    return value.zfill(2) if zeros and value.isdecimal() else value


def _units(values: list[str]) -> int:
    """How many of the values say an amount: numbers up to the unit, and what of a smaller unit follows (5 ft 11 in)."""
    end = 0
    while True:
        unit = next((n for n in range(end, len(values)) if not _NUMBER.fullmatch(values[n])), None)
        if unit is None or (end and unit == end):
            return end or len(values)
        end = unit + 1


@cache
def _plainly(name: str) -> str | None:
    found = _formats().get(name)
    return found or next((shown for each, shown in _formats().items() if _matches(name, each)), None)


def _matches(name: str, pattern: str) -> bool:
    return name == pattern or (pattern.endswith("*") and name.startswith(pattern[:-1]))


@cache
def _formats() -> dict[str, str]:
    return {name: shown for shown, names in _rules()["shows"].items() for name in names}


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("templates.toml").read_text(encoding="utf-8"))
