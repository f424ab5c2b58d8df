"""The models that come with loccit, data that training made: read from a file and checked."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from loccit.errors import BadModel

FOLDER = Path(__file__).parent
LARGEST = 1000
"""No weight is as large: their sums stay numbers."""


class ModelFile:
    """The JSON of a model, taken out key by key; whatever is wrong with it raises BadModel."""

    def __init__(self, path: Path, *, what: str, version: int, cure: str) -> None:
        self._name, self._cure = f"{what} {path}", cure
        try:
            found = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse)
        except OSError as error:
            raise BadModel(f"{self._name} cannot be read: {error.strerror}. {cure}") from None
        except UnicodeDecodeError:
            raise BadModel(f"{self._name} is not UTF-8. {cure}") from None
        except (ValueError, RecursionError) as error:
            raise self.damaged(str(error)) from None
        if not isinstance(found, dict) or found.get("format") != version:
            had = found.get("format") if isinstance(found, dict) else None
            raise BadModel(f"{self._name} has format {had!r}, not {version}. {cure}")
        self._found: dict[str, Any] = found

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
        for name, weight in found.items():
            if name not in names:
                raise self.damaged(f"'{key}' has a weight for '{name}', which is not looked at")
            if not isinstance(weight, int | float) or isinstance(weight, bool) or not abs(weight) < LARGEST:
                raise self.damaged(f"'{key}' has {weight!r:.20} for '{name}', which is no weight")
        return {name: float(found.get(name, 0.0)) for name in names}

    def damaged(self, reason: str) -> BadModel:
        """The error that says so."""
        return BadModel(f"{self._name} is damaged ({reason}). {self._cure}")


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no weight")
