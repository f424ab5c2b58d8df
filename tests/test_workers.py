"""Analysis in several processes: the same bytes for any number of them, and none of them left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from loccit import workers
from loccit.errors import LoccitError
from loccit.indexer import build_from
from loccit.settings import IndexSettings
from loccit.types import Article, Section, Span
from loccit.workers import analysed
from tests.conftest import ROOT

KEPT = {".sqlite", ".npz", ".txt", ".store", ".idx", ".term", ".fieldnorm"}


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "BATCH", 2_000)
    monkeypatch.setattr(workers, "ALONE", 1)


def article(number: int, text: str | None = None) -> Article:
    text = f"The zebra of {number} May 1982. It has {number} stripes, two million hairs." * 9 if text is None else text
    return Article(
        id=f"a{number}",
        title=f"Zebra {number}",
        language="ms" if number % 5 == 0 else None,
        text=text,
        sections=(Section(span=Span(0, len(text))),),
        file=f"{number}.txt",
    )


def articles() -> Iterator[Article]:
    yield from map(article, range(40))
    yield article(40, "")


def test_articles_come_back_in_their_order_and_the_same_for_any_number_of_processes() -> None:
    alone = list(analysed(articles(), IndexSettings(workers=1)))
    assert [found.article.id for found in alone] == [f"a{n}" for n in range(41)]
    assert alone[-1].refused == "there is no text under its title 'Zebra 40'"
    assert [found.article.language for found in alone[:6]] == ["ms", "en", "en", "en", "en", "ms"]
    assert list(analysed(articles(), IndexSettings(workers=3))) == alone


@pytest.mark.parametrize("engine", ["memory", "tantivy"])
def test_an_index_is_the_same_for_any_number_of_processes(tmp_path: Path, engine: str) -> None:
    found = []
    for processes in (1, 2):
        folder = tmp_path / str(processes)
        commit = build_from(articles(), folder, IndexSettings(engine=engine, workers=processes)).catalog.about["commit"]
        kept = (path for path in folder.rglob("*") if path.suffix in KEPT)
        # tantivy's names are random, and so is the commit that the catalog names
        found.append(sorted((path.suffix, path.read_bytes().replace(commit.encode(), b"")) for path in kept))
    assert found[0] == found[1]
    assert len(found[0]) == (4 if engine == "memory" else 5)


def test_what_has_to_be_analysed_is_read_no_further_ahead_than_need_be() -> None:
    read = 0

    def counted() -> Iterator[Article]:
        nonlocal read
        for one in map(article, range(400)):
            read += 1
            yield one

    found = analysed(counted(), IndexSettings(workers=2))
    for _ in range(100):
        next(found)
    assert read < 100 + 4 * (workers.AHEAD * 2 + 2)
    found.close()  # type: ignore[attr-defined]  # it is a generator


MAIN = """
import os, sys, time
from loccit import workers
from loccit.settings import IndexSettings
from tests.test_workers import article

def endless():
    number = 0
    while True:
        number += 1
        yield article(number)

if __name__ == "__main__":
    workers.BATCH, workers.ALONE = 2_000, 1
    for number, _ in enumerate(workers.analysed(endless(), IndexSettings(workers=2))):
        if number == 20:
            print("at work", flush=True)
"""


def processes_of(group: int) -> list[int]:
    """The processes of a group, zombies apart."""
    listed = subprocess.run(["ps", "-eo", "pid=,pgid=,stat="], capture_output=True, text=True, check=True).stdout
    fields = (line.split() for line in listed.splitlines())
    return [int(pid) for pid, pgid, state in fields if int(pgid) == group and not state.startswith("Z")]


def test_processes_end_when_the_one_that_started_them_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "main.py"
    script.write_text(MAIN, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, env=environment, start_new_session=True
    ) as main:
        assert main.stdout is not None
        assert main.stdout.readline() == b"at work\n"
        assert len(processes_of(main.pid)) >= 3
        main.kill()
        main.wait()
        deadline = time.monotonic() + 20
        while processes_of(main.pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert processes_of(main.pid) == []


def test_a_process_that_is_ended_from_outside_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_analyse", _killed)
    with pytest.raises(LoccitError, match=r"^A process that analysed .* from outside; .*--workers 1\.$"):
        list(analysed(articles(), IndexSettings(workers=2)))


def _killed(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
