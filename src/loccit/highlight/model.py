"""The model: weights of features by table, read from a file and checked.

A new one is made by `benchmarks/train_highlight.py`.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from loccit.highlight.calibration import Evidence
from loccit.highlight.groups import GROUPS, group
from loccit.models import FOLDER, ModelFile, finite, read

SHIPPED = FOLDER / "highlight.json"
FORMAT = 1
WHAT = "The model of highlights"
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
    before: frozenset[str]
    """The words that weigh something where they stand before a candidate, with the one after it."""


class Weights:
    """The weights that apply to a question's candidates."""

    def __init__(self, of: Mapping[str, float], before: Collection[str]) -> None:
        self.of, self.before = of, before
        self.shapes: dict[tuple[str, str], dict[tuple[int, str, str], float]] = {}
        """Sums of what comes again and again: by what stands before a candidate and begins it, then by its length,
        its end and what follows."""

    def sum(self, names: Iterable[str]) -> float:
        """That of some features."""
        of = self.of
        return sum([of[name] for name in names if name in of])


class Model:
    """What was learnt of questions and their answers, for one language and, from shapes alone, for any."""

    def __init__(self, text: str, what: str = WHAT) -> None:
        """Read the JSON of a model file; raises BadModel."""
        file = ModelFile(text, what=what, version=FORMAT, cure=_CURE)
        try:
            self.language = str(file.take("language"))
            self.asking = {str(word): bool(named) for word, named in file.take("asking").items()}
            """The words that ask, and whether what is asked for is named after them: "which *river*"."""
            self.passed = frozenset(map(str, file.take("passed")))
            """Words passed over on the way to what is asked for: "what *kind of* engine"."""
            self.articles = frozenset(map(str, file.take("trained_on").get("articles", ())))
            """Those it was trained on, by their titles."""
            self.learnt = {code: _learnt(file.take("weights")[code]) for code in (self.language, ANY)}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise file.damaged(error) from None

    def weights(self, code: str, tables: tuple[str, ...]) -> Weights:
        """For each feature its weights in those tables, summed."""
        summed = dict(_common(self, code, tables[:COMMON]))
        for table in tables[COMMON:]:
            for feature, weight in self.learnt[code].tables.get(table, {}).items():
                summed[feature] = summed.get(feature, 0.0) + weight
        return Weights(summed, self.learnt[code].before)


@lru_cache(maxsize=256)
def _common(model: Model, code: str, tables: tuple[str, ...]) -> Mapping[str, float]:
    summed: dict[str, float] = {}
    for table in tables:
        for feature, weight in model.learnt[code].tables.get(table, {}).items():
            summed[feature] = summed.get(feature, 0.0) + weight
    return summed


def _learnt(found: Any) -> Learnt:
    tables = {table: dict(weights) for table, weights in found["tables"].items()}
    for table, weights in tables.items():
        if table and table[:2] not in ("T:", "P:", "F:"):
            raise ValueError(f"there is no table '{table}'")
        for feature, weight in weights.items():
            if group(feature) not in GROUPS:
                raise ValueError(f"there is no feature '{feature}'")
            finite(weight)
    calibration = tuple(map(finite, found["calibration"]))
    if len(calibration) != 1 + len(Evidence._fields):
        raise ValueError(f"the calibration has {len(calibration)} numbers")
    pairs = [name[3:] for weights in tables.values() for name in weights if name.startswith("ba=")]
    before = {pair.partition(",")[0] or "," for pair in pairs} | {""}  # a comma may be such a word itself
    return Learnt(calibration, tables, frozenset(before))


@cache
def shipped() -> Model:
    """The model that comes with loccit; raises BadModel."""
    return load(SHIPPED)


def load(path: Path) -> Model:
    """The model of a file; raises BadModel."""
    return Model(read(path, what=WHAT, cure=_CURE), f"{WHAT} {path}")
