"""What a commit names is on the disk before it is named."""

import os
from pathlib import Path

import pytest

from loccit.durable import put, sha256_of
from loccit.engines import ENGINES, REMOTE
from loccit.indexer import build
from loccit.settings import IndexSettings


def test_a_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert sha256_of(tmp_path / "empty") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_what_is_put_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("new")
    (tmp_path / "old").write_text("old")
    put(tmp_path / "new", tmp_path / "old")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("old", "new")]


@pytest.mark.parametrize("engine", sorted(ENGINES.keys() - REMOTE))
def test_all_of_an_index_is_on_the_disk_before_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    synced: list[int] = []
    true = os.fsync

    def fsync(handle: int) -> None:
        synced.append(os.fstat(handle).st_ino)
        true(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "zebra.txt").write_text("= The zebra =\nThe zebra lives in Kenya.\n", encoding="utf-8")
    built = tmp_path / "built"
    build(built, IndexSettings(engine=engine))
    *before, current, folder = synced
    assert (current, folder) == ((built / "CURRENT").stat().st_ino, built.stat().st_ino)
    besides = [path for path in built.rglob("*") if path.name not in ("CURRENT", ".lock")]
    assert [path.name for path in (built, *besides) if path.stat().st_ino not in before] == []
