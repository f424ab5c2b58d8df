"""What many tests share: the sample index, and small ones made on the spot."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from loccit.index import Index
from loccit.indexer import build
from loccit.settings import IndexSettings

ROOT = Path(__file__).parents[1]

hypothesis.settings.register_profile("patient", deadline=None)  # how long a step takes says how busy the machine is
hypothesis.settings.load_profile("patient")

TIES = "When did the Maldives and Palestine establish ties?"
TIES_ANSWER = """\
4 April 1982 [1]

The Maldives and Palestine established diplomatic ties on 4 April 1982. [1]

[1] Maldives–Palestine relations › History
    articles/maldives-palestine-relations.txt, characters 400–471
"""
"""What the sample has to say about it, in a pipe."""

NOBODY = 65534


@contextlib.contextmanager
def unprivileged(folder: Path) -> Iterator[None]:
    """Root may read everything: for a while be somebody who may not, but can get to the folder."""
    if os.geteuid() != 0:
        yield
        return
    for above in (folder, *folder.parents[:-2]):
        above.chmod(above.stat().st_mode | 0o555)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


MakeIndex = Callable[..., Index]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The index of the two sample articles."""
    base = tmp_path_factory.mktemp("sample")
    (base / "articles").symlink_to(ROOT / "index" / "articles")
    build(base / "built", IndexSettings())
    return Index.open(base / "built")


@pytest.fixture
def make_index(tmp_path: Path) -> MakeIndex:
    """Makes an index of the texts given by file name, below `tmp_path`; called again it is brought up to date."""

    def make(files: dict[str, str | bytes], settings: IndexSettings | None = None) -> Index:
        for name, content in files.items():
            path = tmp_path / "articles" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        build(tmp_path / "built", settings or IndexSettings(), allow_loss=True)
        return Index.open(tmp_path / "built")

    return make
