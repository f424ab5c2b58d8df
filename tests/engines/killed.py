"""Writers of an index killed at random moments: python -m tests.engines.killed ENGINE [--kills 200] [--workers 1].

Each is a fork of one process that has everything imported and no threads, so that it begins to write at once, and is
killed alone, whatever processes it has started. After each kill the index has to be whole and of one version, and those
processes have to end by themselves.
"""

import argparse
import os
import random
import signal
import tempfile
import time
from itertools import count
from pathlib import Path

from loccit import workers
from loccit.built import open_built
from loccit.doctor import examine
from loccit.engines import memory, opensearch, tantivy  # noqa: F401  # before they are needed
from loccit.errors import IndexMissing
from loccit.indexer import build
from loccit.languages.analysis import analyzer
from loccit.settings import IndexSettings
from loccit.writer import chunking

ANIMALS = ("zebra", "otter", "heron")
LINGERING = 60.0
"""Seconds within which what a killed writer had started has to end."""


def write(base: Path, version: int) -> None:
    """Three articles, all of one version."""
    (base / "articles").mkdir(parents=True, exist_ok=True)
    for name in ANIMALS:
        text = f"= The {name} =\nThe {name} has the number {version}.\n"
        (base / "articles" / f"{name}.txt").write_text(text, encoding="utf-8")


def check(base: Path, recipe: IndexSettings) -> int:
    """The version of an index that is whole; -1 where there is none yet."""
    try:
        catalog, engine = open_built(base / "built")
    except IndexMissing:
        return -1
    articles = [catalog.article(f"articles/{name}.txt") for name in ANIMALS]
    (version,) = {article.text.rsplit(" ", 1)[1].rstrip(".\n") for article in articles if article}
    hits = engine.search([f"en:{version}"], 9)
    assert {hit.passage.source.sha256 for hit in hits} == {article.sha256 for article in articles if article}
    assert (len(hits), len(engine)) == (3, 3)
    assert {finding.cure for finding in examine(base / "built", recipe)} <= {None, "clear"}
    return int(version)


def in_a_fork(work: str, base: Path, recipe: IndexSettings, first: int = 0) -> int:
    """The pid of a process that writes versions, or looks at the last one and exits with 1 if it is broken."""
    if pid := os.fork():
        return pid
    os.setsid()
    code = 1
    try:
        if work == "write":
            for version in count(first):
                write(base, version)
                build(base / "built", recipe)
        (base / "version").write_text(str(check(base, recipe)))
        code = 0
    finally:
        os._exit(code)


def lingers(group: int) -> bool:
    """Whether a process of the group is left after a while."""
    end = time.monotonic() + LINGERING
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.01)
    return True


def kill(recipe: IndexSettings, base: Path, kills: int) -> list[int]:
    """The version there is after each kill; raises SystemExit where the index is broken, or a process lingers."""
    chance = random.Random(5)  # noqa: S311  # no secret
    chunking(recipe)
    analyzer("en").terms("The zebra has a number. It is 1.")
    start = time.monotonic()
    write(base / "trial", 0)
    build(base / "trial" / "built", recipe)
    took = time.monotonic() - start
    versions = []
    for number in range(1, kills + 1):
        writer = in_a_fork("write", base, recipe, 1000 * number)
        time.sleep(chance.uniform(0, 2 * took))
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
        if os.waitpid(in_a_fork("look", base, recipe), 0)[1]:
            raise SystemExit(f"The index is broken after {number} kills: {base}")
        if lingers(writer):
            raise SystemExit(f"A process was left after {number} kills.")
        versions.append(int((base / "version").read_text()))
    return versions


def main() -> None:
    """Kill and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    if given.workers > 1:
        workers.BATCH, workers.ALONE = 10, 1  # other processes for articles as small as these
    recipe = IndexSettings(engine=given.engine, languages=("en",), workers=given.workers)
    with tempfile.TemporaryDirectory(prefix="loccit-") as folder:
        versions = kill(recipe, Path(folder), given.kills)
    moved = sum(now != before for before, now in zip([-1, *versions], versions, strict=False))
    print(  # noqa: T201  # that is what it is for
        f"{given.engine}, {given.workers} processes: {len(versions)} kills, each left a whole index: the old one"
        f" {len(versions) - moved} times, a newer one {moved} times"
    )
    if versions != sorted(versions):
        raise SystemExit("An older version came back.")


if __name__ == "__main__":
    main()
