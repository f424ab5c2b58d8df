"""One process keeps its state in a file; where it cannot, it goes on without."""

from pathlib import Path

import pytest

from loccit.bot.state import claim, connect
from loccit.errors import LoccitError
from tests.conftest import unprivileged

SCHEMA = "CREATE TABLE IF NOT EXISTS kept (what TEXT);"


def test_a_state_has_one_process(tmp_path: Path) -> None:
    path = tmp_path / "new" / "state.sqlite"
    lock = claim(path)
    assert lock
    with pytest.raises(LoccitError, match=r"Another bot keeps its state in .*state.sqlite. Stop it, or name another"):
        claim(path)
    lock.close()
    again = claim(path)
    assert again
    again.close()


def test_a_folder_that_is_read_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    connect(folder / "state.sqlite", SCHEMA).close()
    (folder / "state.sqlite").chmod(0o400)
    folder.chmod(0o500)
    with unprivileged(folder):
        assert claim(folder / "state.sqlite") is None
        connection = connect(folder / "state.sqlite", SCHEMA)
    connection.execute("INSERT INTO kept VALUES ('in memory')")
    connection.close()
    assert "cannot be kept in" in caplog.text
    assert "Permission denied. It is kept in memory, until the bot ends." in caplog.text


def test_a_damaged_file_is_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "state.sqlite"
    path.write_bytes(b"no database" * 100)
    connect(path, SCHEMA).close()
    (aside,) = tmp_path.glob("*.damaged-*")
    assert aside.read_bytes() == b"no database" * 100
    assert f"is damaged (file is not a database). It is kept as {aside}, and a new one begun." in caplog.text
