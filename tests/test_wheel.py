"""The wheel holds the program and the two folders to start from, nothing else, and works without the checkout."""

import email
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from loccit import __version__
from tests.conftest import ROOT

SRC = ROOT / "src"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--no-deps",
            "--no-build-isolation",
            "--wheel-dir",
            str(folder),
            str(ROOT),
        ],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def templates() -> dict[str, bytes]:
    """The two folders as they are tracked: nothing built, no state, nothing hidden."""
    wanted = {f"bot/{name}" for name in ("Dockerfile", "README.md", "bot.toml", "compose.yaml", "loccit.service")}
    wanted |= {"index/README.md", "index/index.toml"}
    for folder in ("articles", "questions"):
        wanted |= {f"index/{folder}/{name}" for name in files(ROOT / "index" / folder)}
    return {name: (ROOT / name).read_bytes() for name in wanted}


def test_it_holds_the_package_and_its_metadata_alone(unpacked: Path) -> None:
    assert {path.name for path in unpacked.iterdir()} == {"loccit", f"loccit-{__version__}.dist-info"}
    packed = files(unpacked / "loccit")
    assert {name for name in packed if not name.startswith("templates/")} == files(SRC / "loccit")
    assert {"py.typed", "languages/en.toml", "languages/und.toml"} <= packed


def test_it_holds_the_two_folders_to_start_from(unpacked: Path) -> None:
    below = unpacked / "loccit" / "templates"
    assert {name: (below / name).read_bytes() for name in files(below)} == templates()


def test_its_metadata(unpacked: Path) -> None:
    folder = unpacked / f"loccit-{__version__}.dist-info"
    metadata = email.message_from_string((folder / "METADATA").read_text(encoding="utf-8"))
    assert (metadata["Name"], metadata["Version"], metadata["License-Expression"]) == (
        "loccit",
        __version__,
        "Apache-2.0",
    )
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata.get_payload() == (ROOT / "README.md").read_text(encoding="utf-8")
    assert (folder / "licenses" / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert (folder / "entry_points.txt").read_text() == "[console_scripts]\nloccit = loccit.cli:main\n"


def test_it_works_where_there_is_no_checkout(unpacked: Path, tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "LOCCIT_STATE")}

    def run(*args: str, at: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *args],
            cwd=at,
            env=kept | {"PYTHONPATH": str(unpacked), "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    where = run("-c", "import loccit; print(loccit.__file__)")
    assert where.stdout == f"{unpacked}/loccit/__init__.py\n"
    begun = run("-m", "loccit", "init", "my-bot")
    assert (begun.returncode, begun.stdout) == (0, "my-bot/bot/\nmy-bot/index/\n")
    project = tmp_path / "my-bot"
    assert {name: (project / name).read_bytes() for name in files(project)} == templates()
    again = run("-m", "loccit", "init", "my-bot")
    assert (again.returncode, again.stdout, again.stderr) == (
        1,
        "",
        "loccit: my-bot/bot is there already and would be overwritten. Choose another folder.\n",
    )
    indexed = run("-m", "loccit", "index", at=project)
    assert (indexed.returncode, indexed.stderr) == (0, "")
    asked = run("-m", "loccit", "ask", "When did the Maldives and Palestine establish ties?", at=project)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert asked.stdout.startswith(
        "4 April 1982 [1]\n\nThe Maldives and Palestine established diplomatic ties on 4 April 1982. [1]\n"
    )
