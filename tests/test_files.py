"""What a pattern names."""

from pathlib import Path

import pytest

from loccit.files import matching


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with hidden files, and links that run in circles."""
    for file in ("top.pdf", "a/one.pdf", "a/b/two.pdf", "c/three.pdf", "c/note.txt", ".hidden/x.pdf", "a/.y.pdf"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    for link in ("a/up", "c/up", "a/b/up"):
        (tmp_path / link).symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "files"),
    [
        ("**/*.pdf", ["a/b/two.pdf", "a/one.pdf", "c/three.pdf", "top.pdf"]),
        ("a/**.pdf", ["a/one.pdf"]),
        ("[ac]/*.pdf", ["a/one.pdf", "c/three.pdf"]),
        ("a/../c/*.txt", ["a/../c/note.txt"]),
        (".hidden/*.pdf", [".hidden/x.pdf"]),
        ("*.odt", ["*.odt"]),
        ("top.pdf", ["top.pdf"]),
    ],
)
def test_a_pattern_names_files_but_hidden_ones_and_circles(folder: Path, pattern: str, files: list[str]) -> None:
    assert matching(Path(pattern)) == [Path(file) for file in files]
    assert matching(folder / pattern) == [folder / file for file in files]


def test_a_file_named_like_a_pattern_is_that_file(folder: Path) -> None:
    (folder / "[ac]").touch()
    assert matching(folder / "[ac]") == [folder / "[ac]"]
