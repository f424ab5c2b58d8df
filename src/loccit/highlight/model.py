"""The model: weights of features by table, read from a file and checked.

A new one is made by `benchmarks/train_highlight.py`.
"""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from loccit.errors import BadModel
from loccit.highlight.calibration import Evidence
from loccit.highlight.groups import GROUPS, group

SHIPPED = Path(__file__).parents[1] / "models" / "highlight.json"
LARGEST = 1000
"""No weight is as large: their sums stay numbers."""
FORMAT = 1
ANY = "any"
"""The weights for a language that the model was not trained on: of shapes and types alone."""
COMMON = 3
"""In how many of its tables, the first ones, questions differ so little that the sums are worth keeping."""
_CURE = "Reinstall loccit, or make the file with benchmarks/train_highlight.py."


class Learnt(NamedTuple):
    """The weights for a language, and what makes probabilities of their sums."""

    calibration: tuple[float, ...]
    tables: Mapping[str, Mapping[str, float]]
    """"" is for every question, `T:time` for those after a time, `P:how many` for a phrase, `F:en:river` for a word."""


class Model:
    """What was learnt of questions and their answers, for one language and, from shapes alone, for any."""

    def __init__(self, text: str) -> None:
        """Read the JSON of a model file; raises BadModel."""
        try:
            found = json.loads(text, parse_constant=_refuse)
            if found["format"] != FORMAT:
                raise BadModel(f"The model of highlights has format {found['format']!r}, not {FORMAT}. {_CURE}")
            self.language = str(found["language"])
            self.asking = {str(word): bool(named) for word, named in found["asking"].items()}
            """The words that ask, and whether what is asked for is named after them: "which *river*"."""
            self.passed = frozenset(map(str, found["passed"]))
            """Words passed over on the way to what is asked for: "what *kind of* engine"."""
            self.learnt = {code: _learnt(found["weights"][code]) for code in (self.language, ANY)}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BadModel(f"The model of highlights is damaged ({error}). {_CURE}") from None

    def weights(self, code: str, tables: tuple[str, ...]) -> Mapping[str, float]:
        """For each feature its weights in those tables, summed."""
        summed = dict(_common(self, code, tables[:COMMON]))
        for table in tables[COMMON:]:
            for feature, weight in self.learnt[code].tables.get(table, {}).items():
                summed[feature] = summed.get(feature, 0.0) + weight
        return summed


@lru_cache(maxsize=256)
def _common(model: Model, code: str, tables: tuple[str, ...]) -> Mapping[str, float]:
    summed: dict[str, float] = {}
    for table in tables:
        for feature, weight in model.learnt[code].tables.get(table, {}).items():
            summed[feature] = summed.get(feature, 0.0) + weight
    return summed


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no weight")


def _learnt(found: Any) -> Learnt:
    tables = {table: dict(weights) for table, weights in found["tables"].items()}
    for table, weights in tables.items():
        if table and table[:2] not in ("T:", "P:", "F:"):
            raise ValueError(f"there is no table '{table}'")
        for feature, weight in weights.items():
            if group(feature) not in GROUPS:
                raise ValueError(f"there is no feature '{feature}'")
            _finite(weight)
    calibration = tuple(map(_finite, found["calibration"]))
    if len(calibration) != 1 + len(Evidence._fields):
        raise ValueError(f"the calibration has {len(calibration)} numbers")
    return Learnt(calibration, tables)


def _finite(weight: object) -> float:
    if not isinstance(weight, int | float) or isinstance(weight, bool) or not abs(weight) < LARGEST:
        raise ValueError(f"{weight!r:.20} is no weight")
    return float(weight)


@cache
def shipped() -> Model:
    """The model that comes with loccit; raises BadModel."""
    return load(SHIPPED)


def load(path: Path) -> Model:
    """The model of a file; raises BadModel."""
    try:
        return Model(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadModel(f"The model of highlights {path} cannot be read: {error.strerror}. {_CURE}") from None
    except UnicodeDecodeError:
        raise BadModel(f"The model of highlights {path} is not UTF-8. {_CURE}") from None
