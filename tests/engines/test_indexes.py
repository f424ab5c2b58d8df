"""Every engine in an index: built, updated, exchanged for another, and killed while it is written."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from loccit import indexer
from loccit.errors import LoccitError
from loccit.index import Index
from loccit.indexer import build
from loccit.settings import IndexSettings
from tests.conftest import ROOT
from tests.engines import LOCAL
from tests.engines.killed import write

KILLS = 20


@pytest.fixture(params=LOCAL)
def recipe(request: pytest.FixtureRequest) -> IndexSettings:
    return IndexSettings(engine=str(request.param), languages=("en",))


def passages(index: Index, text: str) -> list[str]:
    question = index.understand(text)
    return [hit.passage.text for hit in index.retrieve(question, index.look_up(question))]


def test_an_index_is_built_and_updated(tmp_path: Path, recipe: IndexSettings) -> None:
    write(tmp_path, 1)
    build(tmp_path / "built", recipe)
    before = Index.open(tmp_path / "built")
    (tmp_path / "articles" / "zebra.txt").write_text("= The zebra =\nThe zebra lives in Kenya.\n", encoding="utf-8")
    (tmp_path / "articles" / "otter.txt").unlink()
    report = build(tmp_path / "built", recipe)
    assert (report.changed, report.removed, report.passages) == (("articles/zebra.txt",), ("articles/otter.txt",), 2)
    after = Index.open(tmp_path / "built")
    assert passages(after, "Where does the zebra live?") == ["The zebra lives in Kenya."]
    assert passages(after, "What about the otter?") == []
    assert passages(before, "What about the otter?") == ["The otter has the number 1."]


def test_another_engine_builds_anew_and_says_so(tmp_path: Path) -> None:
    write(tmp_path, 1)
    memory, tantivy = (IndexSettings(engine=name, languages=("en",)) for name in ("memory", "tantivy"))
    assert build(tmp_path / "built", memory).notes == ()
    old = Index.open(tmp_path / "built")
    report = build(tmp_path / "built", tantivy)
    assert report.notes == ("The index was made with the engine 'memory'; for 'tantivy' all articles are read anew.",)
    assert (len(report.added), build(tmp_path / "built", tantivy).notes) == (3, ())
    assert sorted(path.name for path in (tmp_path / "built").iterdir() if path.is_dir()) == ["catalog", "tantivy"]
    new = Index.open(tmp_path / "built")
    assert old.ask("What number has the heron?") == new.ask("What number has the heron?")


def test_every_engine_gives_the_same_answers(tmp_path: Path, recipe: IndexSettings) -> None:
    """Of all that is in the answers; `benchmarks/engines_parity.py` asks many more questions."""
    lines = (ROOT / "index" / "questions" / "en.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines[::3]]
    if recipe.engine == "memory":
        return
    for update in range(3):
        asked = []
        for name in ("memory", recipe.engine):
            if not update:
                shutil.copytree(ROOT / "index" / "articles", tmp_path / name / "articles")
            for path in sorted((tmp_path / name / "articles").iterdir()):
                text = path.read_text(encoding="utf-8")
                path.write_text(text.replace("Malaysia", "The country", update), encoding="utf-8")
                (path.parent / f"{update}-{path.name}").write_text(text[: len(text) // 2], encoding="utf-8")
            for path in (tmp_path / name / "articles").glob(f"{update - 2}-*"):
                path.unlink()
            build(tmp_path / name / "built", recipe.model_copy(update={"engine": name}))
            index = Index.open(tmp_path / name / "built")
            asked.append([index.ask(question) for question in questions])
        assert all(answers == asked[0] for answers in asked[1:])
        assert any(answer.quotes for answer in asked[0])


def test_files_of_a_damaged_index_are_not_dropped_without_a_yes(tmp_path: Path, recipe: IndexSettings) -> None:
    write(tmp_path, 1)
    build(tmp_path / "built", recipe)
    shutil.rmtree(tmp_path / "built" / recipe.engine)
    for name in ("otter", "heron"):
        (tmp_path / "articles" / f"{name}.txt").unlink()
    with pytest.raises(LoccitError, match=r"^2 of the 3 indexed files are gone: is a disk not mounted\?"):
        build(tmp_path / "built", recipe)
    assert build(tmp_path / "built", recipe, allow_loss=True).articles == 1


def test_tantivy_is_recommended_where_memory_is_outgrown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, 1)
    monkeypatch.setattr(indexer, "OUTGROWN", 2)
    assert build(tmp_path / "built", IndexSettings()).notes == (
        "3 passages are many for the engine 'memory', which keeps them all there. "
        """Set engine = "tantivy" in index.toml and run: pip install 'loccit[tantivy]' && loccit index""",
    )
    assert len(build(tmp_path / "built", IndexSettings(engine="tantivy")).notes) == 1  # that it is another one


def test_a_kill_leaves_the_old_index_or_the_new_one(recipe: IndexSettings) -> None:
    """`make kill` kills them more often."""
    command = [sys.executable, "-m", "tests.engines.killed", recipe.engine, "--kills", str(KILLS)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    told = re.fullmatch(r".*: (\d+) kills, .* the old one \d+ times, a newer one (\d+) times\n", ran.stdout)
    assert told is not None, ran.stdout
    assert (int(told[1]), int(told[2]) > 0) == (KILLS, True), "some were finished"
