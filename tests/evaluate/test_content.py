"""Files as text: packed or not, hostile or not, never more of them than memory bears."""

import gzip
import tracemalloc
from pathlib import Path

import pytest

from loccit.errors import BadTestSet
from loccit.evaluate import content, read_testset
from loccit.evaluate.content import lines_of, text_of


def test_lines_are_numbered_as_an_editor_does(tmp_path: Path) -> None:
    path = tmp_path / "some.jsonl.gz"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbfone\r\n\n  \nfour \xe2\x80\xa8 still four"))
    assert list(lines_of(path)) == [(1, "one\r\n"), (4, "four \u2028 still four")]


@pytest.mark.parametrize("kept", [5, 30, -1])
def test_a_packed_file_that_breaks_off_is_refused(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "set.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"id": "1", "question": "who?"}\n' * 9)[:kept])
    message = f"{path} is not whole: what is packed in it breaks off. Fetch it once more."
    for read in (read_testset, lambda path: list(lines_of(path))):
        with pytest.raises(BadTestSet) as error:
            read(path)
        assert str(error.value) == message


def test_a_bomb_is_refused_before_it_fills_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "MOST", 4 << 20)
    monkeypatch.setattr(content, "LONGEST_LINE", 1 << 20)
    path = tmp_path / "bomb.gz"
    with gzip.open(path, "wb") as file:
        for _ in range(64):
            file.write(bytes(1 << 20))
    tracemalloc.start()
    try:
        with pytest.raises(BadTestSet) as error:
            text_of(path)
        assert str(error.value) == f"{path} holds more than 4 MiB of text. Split it into several files."
        with pytest.raises(BadTestSet) as error:
            list(lines_of(path))
        assert str(error.value) == f"{path}, line 1 holds more than 1 MiB. Is it such a file?"
        assert tracemalloc.get_traced_memory()[1] < 24 << 20
    finally:
        tracemalloc.stop()
