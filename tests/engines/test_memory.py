import random
from pathlib import Path

import numpy as np
import pytest

from loccit.engines.memory import MemoryEngine, SmoothedOkapi
from loccit.errors import IndexDamaged
from loccit.types import Entry
from tests.engines.test_conformance import entry, passage


@pytest.fixture(scope="module")
def corpus() -> list[list[str]]:
    chance = random.Random(7)  # noqa: S311  # no secret
    words = [f"w{n}" for n in range(300)]
    weights = [1 / (n + 1) for n in range(300)]
    return [chance.choices(words, weights, k=chance.randint(0, 80)) for _ in range(2000)]


def first_ten(scores: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> list[tuple[int, float]]:
    order = np.argsort(-scores, kind="stable")[:10]
    return [(int(n), float(scores[n])) for n in order if scores[n] > 0]


def test_best_is_what_get_scores_of_the_package_gives(corpus: list[list[str]], tmp_path: Path) -> None:
    """To the last bit, for common, rare, repeated and unknown terms, built and loaded."""
    built = SmoothedOkapi(corpus)
    built.save(tmp_path)
    loaded = SmoothedOkapi.load(*((tmp_path / name).read_bytes() for name in ("postings.npz", "terms.txt")))
    for query in (["w0"], ["w299", "w1"], ["w0", "w1", "w2", "w3"], ["w5", "w5"], ["nowhere", "w9"], ["nowhere"], []):
        expected = first_ten(built.get_scores(query))
        assert built.best(query, 10) == expected
        assert loaded.best(query, 10) == expected
        assert first_ten(loaded.get_scores(query)) == expected


def test_idf_is_never_zero_where_the_package_s_own_is() -> None:
    index = SmoothedOkapi([["a", "b"], ["a", "c"], ["a", "b"], ["a", "d"]])
    assert index.idf["a"] > 0
    assert index.idf["b"] > index.idf["a"]


def test_files_are_plain_arrays_and_text(tmp_path: Path) -> None:
    engine = MemoryEngine(tmp_path)
    engine.add([entry(0, ["en:war"])])
    commit = engine.commit()
    assert sorted(path.name for path in (tmp_path / commit).iterdir()) == [
        "entries.txt",
        "postings.npz",
        "terms.txt",
    ]
    np.load(tmp_path / commit / "postings.npz", allow_pickle=False)


def test_the_same_passages_give_the_same_commit_whatever_their_order(tmp_path: Path) -> None:
    some = [passage(n, ["en:war", f"en:{n}"]) for n in range(9)]
    commits = set()
    for folder, passages in (("a", some), ("b", some[::-1])):
        engine = MemoryEngine(tmp_path / folder)
        engine.add(map(Entry.of, passages))
        commits.add(engine.commit())
    assert len(commits) == 1


@pytest.mark.parametrize("name", ["entries.txt", "postings.npz", "terms.txt"])
@pytest.mark.parametrize("damage", ["changed", "cut", "gone"])
def test_a_damaged_file_is_told(tmp_path: Path, name: str, damage: str) -> None:
    engine = MemoryEngine(tmp_path)
    engine.add([entry(n, ["en:war", "en:sea"]) for n in range(3)])
    commit = engine.commit()
    path = tmp_path / commit / name
    content = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    else:
        content[len(content) // 2] ^= 1
        path.write_bytes(content[: len(content) // 2] if damage == "cut" else content)
    with pytest.raises(IndexDamaged, match=r"Run: loccit index --rebuild$"):
        MemoryEngine(tmp_path, commit)
