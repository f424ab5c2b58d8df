import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from loccit.engines import Engine, open_engine
from loccit.engines.tantivy import TantivyEngine
from loccit.errors import IndexDamaged, MissingLibrary
from tests.conftest import ROOT, unprivileged
from tests.engines.test_conformance import entry


def committed(folder: Path, articles: int = 3) -> tuple[TantivyEngine, str]:
    engine = TantivyEngine(folder)
    engine.add(entry(n, ["en:war", f"en:{article}"], f"a{article}") for article in range(articles) for n in range(2))
    return engine, engine.commit()


def found(engine: Engine, term: str = "en:war", limit: int = 10) -> list[str]:
    return [hit.passage.id for hit in engine.search([term], limit)]


def deleted(folder: Path) -> int:
    segments = json.loads((folder / "meta.json").read_text())["segments"]
    return sum(segment["deletes"]["num_deleted_docs"] for segment in segments if segment["deletes"])


def test_ties_are_broken_by_passage_id_however_many_there_are(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    engine.add(entry(n, ["en:war"]) for n in range(999, 99, -1))
    engine.commit()
    assert found(engine, limit=3) == ["a#100", "a#101", "a#102"]


def test_an_update_takes_over_the_files_that_it_does_not_change(tmp_path: Path) -> None:
    engine, first = committed(tmp_path)
    engine.add([entry(0, ["en:sea"], "b")])
    second = engine.commit()
    for path in (tmp_path / first).glob("*.store"):
        assert path.samefile(tmp_path / second / path.name)
    engine.prune()
    assert [path.name for path in tmp_path.iterdir()] == [second]


def test_what_is_deleted_is_cleared_away_once_it_is_more_than_what_is_left(tmp_path: Path) -> None:
    engine, _ = committed(tmp_path, 10)
    engine.delete("a0")
    assert deleted(tmp_path / engine.commit()) == 2
    for article in range(1, 8):
        engine.delete(f"a{article}")
    engine.add([entry(0, ["en:war", "en:b"], "b")])
    assert deleted(tmp_path / engine.commit()) == 0
    assert found(engine) == ["a8#0", "a8#1", "a9#0", "a9#1", "b#0"]


def test_many_updates_are_merged_into_few_files(tmp_path: Path) -> None:
    engine, _ = committed(tmp_path)
    for n in range(11):
        engine.add([entry(n, ["en:sea"], f"b{n}")])
        commit = engine.commit()
    assert len(engine) == 17
    assert len(list((tmp_path / commit).glob("*.store"))) < 8


def test_a_folder_is_opened_by_who_may_only_read_it(tmp_path: Path) -> None:
    _, commit = committed(tmp_path)
    with unprivileged(tmp_path):
        assert len(found(TantivyEngine(tmp_path, commit))) == 6


def test_a_copy_is_as_good_as_what_was_copied(tmp_path: Path) -> None:
    _, commit = committed(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two", copy_function=shutil.copyfile)
    assert len(found(TantivyEngine(tmp_path / "two", commit))) == 6


@pytest.mark.parametrize("damage", ["changed", "cut", "gone"])
@pytest.mark.parametrize("pattern", ["files.json", "meta.json", "*.store", "*.idx", "*.term"])
def test_a_damaged_file_is_told(tmp_path: Path, pattern: str, damage: str) -> None:
    _, commit = committed(tmp_path)
    (path,) = (tmp_path / commit).glob(pattern)
    content = bytearray(path.read_bytes())
    path.unlink()
    if damage != "gone":
        content[len(content) // 2] ^= 1
        path.write_bytes(content[: len(content) // 2] if damage == "cut" else content)
    with pytest.raises(IndexDamaged, match=r"Run: loccit index --rebuild$"):
        TantivyEngine(tmp_path, commit)


@pytest.mark.parametrize("pattern", ["*.store", "*.idx", "*.term", "*.fieldnorm"])
def test_damage_that_nothing_tells_of_does_no_more_than_that(tmp_path: Path, pattern: str) -> None:
    """A bit that turned on the disk changes neither size nor time of a file."""
    _, commit = committed(tmp_path)
    (path,) = (tmp_path / commit).glob(pattern)
    content, state = path.read_bytes(), path.stat()
    for at in range(0, len(content), max(1, len(content) // 10)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :])
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
        try:
            assert all(each.startswith("a") for each in found(TantivyEngine(tmp_path, commit)))
        except IndexDamaged as error:
            assert str(error).endswith("Run: loccit index --rebuild")  # noqa: PT017  # either will do


FULL = """
import resource, signal, sys
from pathlib import Path
from loccit.engines.tantivy import TantivyEngine
from tests.engines.test_conformance import entry
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
engine = TantivyEngine(Path(sys.argv[1]), sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
try:
    engine.add(entry(n, [f"en:{n}", f"en:x{n}"], f"b{n}") for n in range(5_000))
    engine.commit()
except OSError:
    print("told")
"""


def test_a_full_disk_is_told_and_leaves_what_was_there(tmp_path: Path) -> None:
    _, commit = committed(tmp_path)
    ran = subprocess.run(
        [sys.executable, "-c", FULL, tmp_path, commit], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (0, "told\n"), ran.stderr
    engine = TantivyEngine(tmp_path, commit)
    engine.add([entry(9, ["en:war"], "b")])
    assert len(found(TantivyEngine(tmp_path, engine.commit()))) == 7


def test_where_the_package_is_missing_its_install_line_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "loccit.engines.tantivy")
    monkeypatch.setitem(sys.modules, "tantivy", None)
    with pytest.raises(
        MissingLibrary, match=r"^The engine 'tantivy' needs the package tantivy: pip install 'loccit\[tantivy\]'\.$"
    ):
        open_engine("tantivy", tmp_path)
