"""Writers of an index killed at random moments: python -m tests.engines.killed ENGINE FOLDER KILLS.

Each is a fork of one process that has everything imported and no threads, so that it begins to write at once. After
each kill the index is opened and has to be of one version; its number is printed.
"""

import os
import random
import signal
import sys
import time
from itertools import count
from pathlib import Path

from loccit.built import open_built
from loccit.engines import memory, opensearch, tantivy  # noqa: F401  # before they are needed
from loccit.indexer import build
from loccit.languages.analysis import analyzer
from loccit.settings import IndexSettings
from loccit.writer import chunking

ANIMALS = ("zebra", "otter", "heron")


def write(base: Path, version: int) -> None:
    """Three articles, all of one version."""
    (base / "articles").mkdir(parents=True, exist_ok=True)
    for name in ANIMALS:
        text = f"= The {name} =\nThe {name} has the number {version}.\n"
        (base / "articles" / f"{name}.txt").write_text(text, encoding="utf-8")


def check(base: Path) -> int:
    """The version of an index that is whole."""
    catalog, engine = open_built(base / "built")
    articles = [catalog.article(f"articles/{name}.txt") for name in ANIMALS]
    (version,) = {article.text.rsplit(" ", 1)[1].rstrip(".\n") for article in articles if article}
    hits = engine.search([f"en:{version}"], 9)
    assert {hit.passage.source.sha256 for hit in hits} == {article.sha256 for article in articles if article}
    assert (len(hits), len(engine)) == (3, 3)
    return int(version)


def main(engine: str, base: Path, kills: int) -> None:
    """Write, kill, look; the first version is printed too."""
    chance = random.Random(5)  # noqa: S311  # no secret
    recipe = IndexSettings(engine=engine, languages=("en",))
    chunking(recipe)
    analyzer("en").terms("The zebra has a number. It is 1.")
    took = 0.0
    for kill in range(kills + 1):
        start = time.monotonic()
        if (writer := os.fork()) == 0:
            for version in count(1000 * kill) if kill else (0,):
                write(base, version)
                build(base / "built", recipe)
            os._exit(0)
        if kill:
            time.sleep(chance.uniform(0, 1.5 * took))
            os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
        took = took or time.monotonic() - start
        if (reader := os.fork()) == 0:
            print(check(base), flush=True)  # noqa: T201  # to the test
            os._exit(0)
        if os.waitpid(reader, 0)[1]:
            raise SystemExit(f"The index is broken after {kill} kills.")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
