"""What the templates of wikis show, as `templates.toml` has it."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


def is_infobox(name: str) -> bool:
    """Whether a template of that name, in small letters, is an infobox."""
    return name.startswith(tuple(_rules()["infoboxes"]))


def is_plain(name: str) -> bool:
    """Whether it is none, however many values it has."""
    return any(_matches(name, pattern) for pattern in _rules()["plain"])


@cache
def shows(name: str) -> str | None:
    """The format of what it shows; None for one that shows nothing."""
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
