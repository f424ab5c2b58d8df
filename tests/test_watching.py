"""`loccit index --watch`: in step with its folders until it is told to end."""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from loccit import watching
from loccit.built import open_built
from loccit.errors import IndexMissing

SOON = 20.0
"""Seconds that anything may take on a busy machine."""


class Watched:
    """A project and the process that watches it."""

    def __init__(self, base: Path) -> None:
        self.base = base
        (base / "articles").mkdir()
        (base / "index.toml").write_text('languages = ["en"]\n')
        self.write("a", "Ships sail.")
        code = (
            "from loccit import watching; watching.LOOK = 500; watching.QUIET = 50\n"
            f"from loccit.cli import cli; cli(['index', '--watch', '--json', '--index', {str(base / 'built')!r}])"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def write(self, name: str, text: str) -> None:
        (self.base / "articles" / f"{name}.txt").write_text(text)

    def held(self) -> set[str]:
        """The texts of the index."""
        try:
            catalog = open_built(self.base / "built").catalog
        except IndexMissing:
            return set()
        return {article.text for article in map(catalog.article, catalog.titles()) if article}

    def until(self, *texts: str) -> None:
        wait(lambda: self.held() == set(texts))

    def end(self) -> tuple[int, list[list[str]], str]:
        """The exit code, what was added in each update, and what was said of errors."""
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=SOON)
        return self.process.returncode, [json.loads(line)["added"] for line in out.splitlines()], err


def wait(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not reached():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    one = Watched(tmp_path)
    try:
        one.until("Ships sail.")
        yield one
    finally:
        one.process.kill()
        one.process.communicate()


def test_what_is_written_removed_and_left_out_is_followed_and_ctrl_c_ends_it(watched: Watched) -> None:
    watched.write("b", "Cars drive.")
    watched.until("Ships sail.", "Cars drive.")
    (watched.base / "articles" / "deep").mkdir()
    watched.write("deep/c", "Birds fly.")
    watched.write("a", "Ships sink.")
    watched.until("Ships sink.", "Cars drive.", "Birds fly.")
    (watched.base / "articles" / "deep" / ".loccitignore").write_text("c.txt\n")
    (watched.base / "articles" / "b.txt").rename(watched.base / "articles" / "d.txt")
    watched.until("Ships sink.", "Cars drive.")
    code, added, err = watched.end()
    assert (code, err) == (0, "")
    assert [file for some in added for file in some] == ["articles/a.txt", "articles/b.txt", "articles/deep/c.txt"]


def test_errors_are_told_once_and_outlived(watched: Watched) -> None:
    (watched.base / "index.toml").write_text("nonsense = 1\n")
    (watched.base / "more").mkdir()
    (watched.base / "more" / "z.txt").write_text("Zebras run.")
    time.sleep(1.5)
    assert watched.held() == {"Ships sail."}
    (watched.base / "index.toml").write_text('articles = ["articles", "more"]\nlanguages = ["en"]\n')
    watched.until("Ships sail.", "Zebras run.")
    (watched.base / "more" / "y.txt").write_text("Yaks graze.")
    watched.until("Ships sail.", "Zebras run.", "Yaks graze.")
    shutil.rmtree(watched.base / "more")
    shutil.rmtree(watched.base / "articles")
    time.sleep(1.5)
    assert len(watched.held()) == 3, "a disk that is not mounted"
    (watched.base / "articles").mkdir()
    watched.write("a", "Ships sail.")
    (watched.base / "more").mkdir()
    (watched.base / "more" / "z.txt").write_text("Zebras run.")
    watched.until("Ships sail.", "Zebras run.")
    code, _, err = watched.end()
    assert code == 0
    assert err.count("nonsense") == 1, err


def test_watching_and_only_looking_do_not_go_together(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "loccit", "index", "--watch", "--dry-run", "--index", str(tmp_path / "built")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr.splitlines()[-1]) == (
        2,
        "Error: --dry-run only looks, --watch writes: choose one of them.",
    )


@pytest.mark.parametrize(("path", "begins"), [("docs/**/*.pdf", "docs"), ("docs/a", "docs/a"), ("[x]/y", ".")])
def test_a_pattern_is_watched_where_it_begins(tmp_path: Path, path: str, begins: str) -> None:
    assert watching._static(tmp_path / path) == tmp_path / begins
