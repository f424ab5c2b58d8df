"""The models that come with loccit, data that training made: read from a file and checked."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from loccit.errors import BadModel

FOLDER = Path(__file__).parent
LARGEST = 1000
"""No weight is as large: their sums stay numbers."""


class ModelFile:
    """The JSON of a model, taken out key by key; whatever is wrong with it raises BadModel."""

    def __init__(self, text: str, *, what: str, version: int, cure: str) -> None:
        self._what, self._cure = what, cure
        try:
            found = json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise self.damaged(error) from None
        if not isinstance(found, dict):
            raise self.damaged("it is no object in braces")
        if found.get("format") != version:
            raise BadModel(f"{what} has format {found.get('format')!r}, not {version}. {cure}")
        self._found: dict[str, Any] = found

    @classmethod
    def read(cls, path: Path, *, what: str, version: int, cure: str) -> Self:
        """The model of a file."""
        return cls(read(path, what=what, cure=cure), what=f"{what} {path}", version=version, cure=cure)

    def take(self, key: str) -> Any:
        """What stands there."""
        if key not in self._found:
            raise self.damaged(f"'{key}' is missing")
        return self._found[key]

    def weights(self, key: str, names: tuple[str, ...]) -> Mapping[str, float]:
        """A weight for each of the names, 0 where the file has none."""
        found = self.take(key)
        if not isinstance(found, dict):
            raise self.damaged(f"'{key}' is no table of weights")
        for name, value in found.items():
            if name not in names:
                raise self.damaged(f"'{key}' has a weight for '{name}', which is not looked at")
            try:
                finite(value)
            except ValueError as error:
                raise self.damaged(f"in '{key}', of '{name}': {error}") from None
        return {name: float(found.get(name, 0.0)) for name in names}

    def damaged(self, reason: object) -> BadModel:
        """The error that says so."""
        return BadModel(f"{self._what} is damaged ({reason}). {self._cure}")


def read(path: Path, *, what: str, cure: str) -> str:
    """The text of a model's file; raises BadModel."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadModel(f"{what} {path} cannot be read: {error.strerror}. {cure}") from None
    except UnicodeDecodeError:
        raise BadModel(f"{what} {path} is not UTF-8. {cure}") from None


def finite(value: object) -> float:
    """The number, if it can be a weight; raises ValueError."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < LARGEST:
        raise ValueError(f"{value!r:.20} is no weight")
    return float(value)


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no weight")
