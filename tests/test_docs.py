"""What is documented is run, and what it prints is compared."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from loccit.cli import cli
from loccit.indexer import build
from loccit.settings import IndexSettings
from loccit.templates import write
from tests.conftest import ROOT

PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "index" / "README.md",
    ROOT / "bot" / "README.md",
]
FENCE = re.compile(
    r"(?P<note><!-- not run -->\s*?\n)?^(?P<indent> *)```(?P<kind>\w*)\n(?P<body>.*?)^ *```$", re.DOTALL | re.MULTILINE
)
ELSEWHERE = re.compile(
    r"^\s*(?:(?:sudo|docker|systemctl|journalctl|git|make|pip|python3?|export|echo|\.venv/\S+)\s|loccit bot\b)",
    re.MULTILINE,
)
"""Begins a line that starts the bot, or needs more than the command and the sample."""


class Block(NamedTuple):
    """A fenced block of a page."""

    page: str
    line: int
    kind: str
    body: str
    run: bool

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for fence in FENCE.finditer(text):
        body = re.sub(rf"^{fence['indent']}", "", fence["body"], flags=re.MULTILINE)
        name = page.relative_to(ROOT).as_posix()
        yield Block(name, text[: fence.start("kind")].count("\n") + 1, fence["kind"], body, run=not fence["note"])


BLOCKS = [block for page in PAGES if page.is_file() for block in blocks(page)]
RUN = [block for block in BLOCKS if block.run and not ELSEWHERE.search(block.body)]
SCRIPTS = list({block.body: block for block in RUN if block.kind == "sh" and "loccit" in block.body}.values())
SESSIONS = [block for block in RUN if block.kind == "console" and block.body.startswith("$ ")]
PROGRAMS = [block for block in RUN if block.kind == "python" and "Index.open" in block.body]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample project, indexed; only to be read."""
    folder = tmp_path_factory.mktemp("docs")
    write(folder)
    build(folder / "index" / "built", IndexSettings())
    return folder


@pytest.fixture
def sample_project(built: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(built, tmp_path / "project"))


def bash(script: str, at: Path) -> subprocess.CompletedProcess[str]:
    hidden = ("NO_COLOR", "FORCE_COLOR", "TELEGRAM_BOT_TOKEN", "PYTHONIOENCODING")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", script],
        cwd=at,
        env=kept | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )


def test_there_is_something_to_run() -> None:
    assert SCRIPTS
    assert SESSIONS


@pytest.mark.parametrize("block", SCRIPTS, ids=str)
def test_a_script_of_the_documentation_runs(sample_project: Path, block: Block) -> None:
    ran = bash(block.body, sample_project)
    assert ran.returncode == 0, ran.stdout


def commands(body: str) -> Iterator[tuple[str, str]]:
    """Each command of a session and the output shown below it."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def pattern(shown: str) -> str:
    """A regular expression of what is shown: a line `…` stands for any lines, a time for any time."""
    lines = [r"(?:.*\n)*?" if line == "…\n" else re.escape(line) for line in shown.splitlines(keepends=True)]
    return re.sub(r'("elapsed_ms":\\ )[\d.\\]+', r"\1[\\d.]+", "".join(lines))


@pytest.mark.parametrize("block", SESSIONS, ids=str)
def test_a_session_of_the_documentation_prints_what_is_shown(sample_project: Path, block: Block) -> None:
    for command, shown in commands(block.body):
        ran = bash(command, sample_project)
        assert ran.returncode in (0, 3), ran.stdout
        assert re.fullmatch(pattern(shown), ran.stdout), f"$ {command}\n{ran.stdout}"


@pytest.mark.parametrize("block", PROGRAMS, ids=str)
def test_a_program_of_the_documentation_runs(sample_project: Path, block: Block) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", block.body], cwd=sample_project, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr


# -- what is mentioned exists, and what exists is mentioned


def mentions() -> Iterator[tuple[str, str]]:
    """Each command line of the pages, those that are not run included, and where it stands."""
    for page in PAGES:
        if not page.is_file():
            continue
        name = page.relative_to(ROOT).as_posix()
        outside = FENCE.sub("", page.read_text(encoding="utf-8"))
        for code in re.findall(r"(?<!`)`(loccit(?: [^`\n]*)?)`(?!`)", outside):
            yield name, code
    for block in BLOCKS:
        if block.kind in ("sh", "console"):
            for line in re.findall(r"^(?:\$ )?(?:\.venv/bin/)?(loccit(?: .*)?)$", block.body, re.MULTILINE):
                yield str(block), line


def fault(line: str) -> str | None:
    """What of a command line does not exist."""
    _, *words = shlex.split(re.split(r" [|>;&]", line)[0], comments=True)
    known = {option for parameter in cli.params for option in parameter.opts} | {"-h", "--help"}
    command = None
    for word in words:
        if word.startswith("-") and word != "-":
            option = word.partition("=")[0]
            if option not in known:
                return f"there is no {option}"
        elif command is None:
            command = cli.commands.get(word)
            if command is None:
                return f"there is no command {word}"
            known = {option for parameter in command.params for option in parameter.opts} | {"-h", "--help"}
    return None


def test_every_command_and_option_that_is_mentioned_exists() -> None:
    found = list(mentions())
    assert len(found) > 10
    assert [(place, line, wrong) for place, line in found if (wrong := fault(line))] == []


def test_a_fault_would_be_noticed() -> None:
    assert fault("loccit aks x") == "there is no command aks"
    assert fault('loccit ask "Who?" --jsn | jq .') == "there is no --jsn"
    assert fault('loccit --no-color ask "Who -x?" --json > --file') is None
    assert fault("loccit") is None


@pytest.mark.parametrize("name", list(cli.commands))
def test_every_command_is_documented(name: str) -> None:
    pages = [page for page in PAGES if page.is_file() and page.parent != ROOT / "index"]
    assert any(re.search(rf"\bloccit {name}\b", page.read_text(encoding="utf-8")) for page in pages)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []
