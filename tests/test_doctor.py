"""Every damage is found, told in a sentence, and mended."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from loccit import commits
from loccit.built import Current, alone
from loccit.cli import cli
from loccit.errors import LoccitError
from loccit.index import Index
from loccit.indexer import build
from loccit.settings import IndexSettings
from tests.conftest import unprivileged


def doctor(base: Path, *options: str) -> tuple[int, str]:
    """The exit code and what is told, the error last."""
    ran = CliRunner().invoke(cli, ["doctor", "--index", str(base / "built"), *options], catch_exceptions=True)
    if isinstance(ran.exception, LoccitError):
        return 1, f"{ran.output}{ran.exception}"
    assert ran.exception is None, ran.exception
    return ran.exit_code, ran.output


@pytest.fixture(params=["memory", "tantivy"])
def base(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    (tmp_path / "articles").mkdir()
    (tmp_path / "index.toml").write_text(f'engine = "{request.param}"\nlanguages = ["en"]\n')
    for name in ("ship", "car", "bird"):
        (tmp_path / "articles" / f"{name}.txt").write_text(f"The {name} has a number.")
    build(tmp_path / "built", IndexSettings(engine=str(request.param), languages=("en",)))
    return tmp_path


def one(folder: Path, pattern: str) -> Path:
    return max(folder.glob(pattern), key=lambda path: path.stat().st_size)


def turned(path: Path) -> None:
    """One byte changed, and nothing that tells of it."""
    state = path.stat()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def engine(built: Path) -> Path:
    """The folder of the engine's commit."""
    return next(path for name in ("memory", "tantivy") for path in built.glob(f"{name}/*"))


def wrong_count(built: Path) -> None:
    """A catalog that is whole but not of this engine."""
    current = Current.read(built)
    folder = built / "catalog" / current.catalog
    with sqlite3.connect(one(folder, "*.sqlite")) as database:
        database.execute("UPDATE about SET value = '{\"en\": [9, 30]}' WHERE key = 'languages'")
    database.close()
    commit = commits.seal(folder, {})
    (built / "CURRENT").write_text((built / "CURRENT").read_text().replace(current.catalog, commit))


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no pointer": (lambda built: (built / "CURRENT").unlink(), "There is no index in"),
    "a broken pointer": (lambda built: (built / "CURRENT").write_text("{"), "CURRENT cannot be read"),
    "another format": (lambda built: (built / "CURRENT").write_text('{"catalog": "x", "paths": []}'), "has format 1"),
    "no catalog": (lambda built: shutil.rmtree(built / "catalog"), "cannot be read (No such file"),
    "a byte of the catalog": (lambda built: turned(one(built, "catalog/*/*.sqlite")), "changed or cut short"),
    "no segment": (lambda built: one(built, "catalog/*/*.sqlite").unlink(), "cannot be read (No such file"),
    "no record": (lambda built: one(built, "catalog/*/files.json").unlink(), "cannot be read (No such file"),
    "no engine": (lambda built: shutil.rmtree(engine(built).parent), "cannot be read"),
    "half an engine": (lambda built: one(engine(built), "[!f]*").unlink(), "cannot be read"),
    "a byte of the engine": (lambda built: turned(one(engine(built), "[!f]*")), "damaged"),
    "counted otherwise": (wrong_count, "The engine finds 3 passages, the catalog knows 9."),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_is_told_and_built_anew(base: Path, damage: str) -> None:
    work, sentence = DAMAGES[damage]
    work(base / "built")
    code, told = doctor(base)
    assert code == 1
    if not (damage == "a byte of the engine" and engine(base / "built").parent.name == "memory"):
        assert sentence in told
    assert told.endswith("Mend it with: loccit doctor --mend. It is not whole.")
    assert doctor(base, "--mend")[1].endswith(f"Mended: the index in {base / 'built'} is whole.\n")
    assert doctor(base) == (0, f"The index in {base / 'built'} is whole.\n")
    assert Index.open(base / "built").ask("ship").quotes


@pytest.mark.parametrize("name", ["catalog/.new", "catalog/" + "a" * 32, "ENGINE/.new", "ENGINE/" + "b" * 32, "OTHER"])
def test_what_is_left_over_is_told_and_cleared_away(base: Path, name: str) -> None:
    built = base / "built"
    mine = engine(built).parent.name
    other = ({"memory", "tantivy"} - {mine}).pop()
    left = built / name.replace("ENGINE", mine).replace("OTHER", other)
    left.mkdir()
    (left / "half.sqlite").write_text("half")
    before = (built / "CURRENT").stat().st_ino
    code, told = doctor(base)
    assert (code, told.splitlines()[0]) == (1, f"{left} is left over from an earlier or an interrupted update.")
    assert doctor(base, "--mend")[0] == 0
    assert not left.exists()
    assert (built / "CURRENT").stat().st_ino == before, "nothing was built anew"
    assert doctor(base)[0] == 0


def test_files_of_an_older_format_are_left_over(base: Path) -> None:
    for name in ("catalog-0123456789abcdef.sqlite", ".CURRENT"):
        (base / "built" / name).write_text("old")
    assert doctor(base)[1].count("is left over") == 2
    assert doctor(base, "--mend")[0] == 0
    assert doctor(base)[0] == 0


@pytest.mark.parametrize("copy", [shutil.copy, shutil.copy2])
def test_a_backup_is_as_good_as_the_index(base: Path, copy: Callable[[str, str], object]) -> None:
    shutil.copytree(base / "built", base / "backup", copy_function=copy)
    shutil.rmtree(base / "built")
    shutil.copytree(base / "backup", base / "built", copy_function=copy)
    assert doctor(base) == (0, f"The index in {base / 'built'} is whole.\n")
    (base / "articles" / "fish.txt").write_text("Fish swim.")
    assert CliRunner().invoke(cli, ["index", "--index", str(base / "built")]).exit_code == 0
    assert doctor(base)[0] == 0


def test_what_the_next_update_would_do_is_told_and_is_no_damage(base: Path) -> None:
    (base / "articles" / "ship.txt").write_text("Ships sink.")
    (base / "articles" / "car.txt").unlink()
    (base / "articles" / "fish.txt").write_text("Fish swim.")
    assert doctor(base) == (
        0,
        "1 files are gone: articles/car.txt.\n"
        "1 files are changed since they were read: articles/ship.txt.\n"
        "1 files are new: articles/fish.txt.\n"
        "The index itself would be brought in step by: loccit index\n"
        f"The index in {base / 'built'} is whole.\n",
    )


def test_a_recipe_that_says_otherwise_is_told(base: Path) -> None:
    recipe = (base / "index.toml").read_text()
    (base / "index.toml").write_text(recipe + "[passages]\nsize = 200\n")
    assert (
        "index.toml says another size of passages or other languages than the index was made with." in doctor(base)[1]
    )
    (base / "index.toml").write_text('engine = "opensearch"\nlanguages = ["en"]\n')
    assert "index.toml says engine 'opensearch', the index was made with " in doctor(base)[1]


def test_it_mends_nothing_while_another_is_writing(base: Path) -> None:
    with alone(base / "built"):
        code, told = doctor(base, "--mend")
    assert (code, told) == (1, f"Another loccit is writing to {base / 'built'}. Wait until it is done.")


def test_a_folder_that_may_only_be_read_can_be_looked_at(base: Path) -> None:
    for path in (base, *base.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    with unprivileged(base):
        assert doctor(base) == (0, f"The index in {base / 'built'} is whole.\n")


def test_files_that_are_gone_are_not_dropped_by_mending(base: Path) -> None:
    shutil.rmtree(base / "built" / "catalog")
    shutil.rmtree(base / "articles")
    code, told = doctor(base, "--mend")
    assert (code, told.splitlines()[-2]) == (1, told.splitlines()[-2])
    assert "There is nothing to index in" in told
    assert (base / "built" / "CURRENT").exists()
