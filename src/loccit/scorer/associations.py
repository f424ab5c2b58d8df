"""Words that often stand near each other, so that "who caught the pass" finds "a reception by".

The table is data, `models/associations.json`, made from an encyclopedia by `benchmarks/train_associations.py`: for each
of a language's common words the most alike others, in percent of the cosine. A language without a table has none.
"""

from collections.abc import Iterable, Mapping
from functools import cache

from loccit.models import FOLDER, ModelFile

FORMAT = 1


def associated(terms: Iterable[str], code: str) -> Mapping[str, Mapping[str, float]]:
    """For other terms, which of these they often stand near, and how alike they are; raises BadModel."""
    start = len(code) + 1
    table = _tables().get(code, {})
    found: dict[str, dict[str, float]] = {}
    for term in terms:
        if listed := table.get(term[start:]):
            words = listed.split()
            for word, percent in zip(words[::2], words[1::2], strict=True):
                found.setdefault(f"{code}:{word}", {})[term] = int(percent) / 100
    return found


@cache
def _tables() -> Mapping[str, Mapping[str, str]]:
    shipped = ModelFile.read(
        FOLDER / "associations.json", what="The table of associations", version=FORMAT, cure="Reinstall loccit."
    )
    tables: Mapping[str, Mapping[str, str]] = shipped.take("words")
    return tables
