"""Every engine in an index: built, updated, exchanged for another, and killed while it is written."""

import multiprocessing
import random
import time
from itertools import count
from pathlib import Path

import pytest

from loccit import indexer
from loccit.built import open_built
from loccit.engines import ENGINES
from loccit.index import Index
from loccit.indexer import build
from loccit.settings import IndexSettings

KILLS = 20
ANIMALS = ("zebra", "otter", "heron", "badger")


def write(base: Path, version: int) -> None:
    """Three articles, all of one version."""
    for name in ANIMALS[:3]:
        path = base / "articles" / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"= The {name} =\nThe {name} has the number {version}.\n", encoding="utf-8")


@pytest.fixture(params=sorted(ENGINES))
def recipe(request: pytest.FixtureRequest) -> IndexSettings:
    return IndexSettings(engine=str(request.param), languages=("en",))


def test_an_index_is_built_and_updated(tmp_path: Path, recipe: IndexSettings) -> None:
    write(tmp_path, 1)
    build(tmp_path / "built", recipe)
    before = Index.open(tmp_path / "built")
    (tmp_path / "articles" / "zebra.txt").write_text("= The zebra =\nThe zebra lives in Kenya.\n", encoding="utf-8")
    (tmp_path / "articles" / "otter.txt").unlink()
    report = build(tmp_path / "built", recipe)
    assert (report.changed, report.removed, report.passages) == (("articles/zebra.txt",), ("articles/otter.txt",), 2)
    after = Index.open(tmp_path / "built")
    assert after.ask("Where does the zebra live?").quotes[0].text == "The zebra lives in Kenya."
    assert not after.ask("What number has the otter?").quotes
    assert before.ask("What number has the otter?").quotes[0].text == "The otter has the number 1."


def test_another_engine_builds_anew_and_says_so(tmp_path: Path) -> None:
    write(tmp_path, 1)
    memory, tantivy = (IndexSettings(engine=name, languages=("en",)) for name in ("memory", "tantivy"))
    assert build(tmp_path / "built", memory).notes == ()
    old = Index.open(tmp_path / "built")
    report = build(tmp_path / "built", tantivy)
    assert report.notes == ("The index was made with the engine 'memory'; for 'tantivy' all articles are read anew.",)
    assert (len(report.added), build(tmp_path / "built", tantivy).notes) == (3, ())
    assert sorted(path.name for path in (tmp_path / "built").iterdir() if path.is_dir()) == ["tantivy"]
    new = Index.open(tmp_path / "built")
    assert old.ask("What number has the heron?") == new.ask("What number has the heron?")


def test_tantivy_is_recommended_where_memory_is_outgrown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, 1)
    monkeypatch.setattr(indexer, "OUTGROWN", 2)
    assert build(tmp_path / "built", IndexSettings()).notes == (
        "3 passages are many for the engine 'memory', which keeps them all there. "
        """Set engine = "tantivy" in index.toml and run: pip install 'loccit[tantivy]' && loccit index""",
    )
    assert len(build(tmp_path / "built", IndexSettings(engine="tantivy")).notes) == 1  # that it is another one


def update_for_ever(base: Path, recipe: IndexSettings, version: int) -> None:
    for number in count(version):
        write(base, number)
        build(base / "built", recipe)


def test_a_kill_leaves_the_old_index_or_the_new_one(tmp_path: Path, recipe: IndexSettings) -> None:
    chance = random.Random(5)  # noqa: S311  # no secret
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["loccit.indexer", *(place.partition(":")[0] for place in ENGINES.values())])
    write(tmp_path, 0)
    build(tmp_path / "built", recipe)
    versions = [0]
    for _ in range(KILLS):
        writing = server.Process(target=update_for_ever, args=(tmp_path, recipe, versions[-1] + 1))
        writing.start()
        time.sleep(chance.uniform(0.05, 0.5))
        writing.kill()
        writing.join()
        catalog, engine = open_built(tmp_path / "built")
        texts = {article.text for name in ANIMALS if (article := catalog.article(f"articles/{name}.txt"))}
        numbers = {text.rsplit(" ", 1)[1].rstrip(".\n") for text in texts}
        assert (len(texts), len(numbers), len(engine)) == (3, 1, 3)
        assert {hit.passage.text for hit in engine.search([f"en:{min(numbers)}"], 9)} == {
            text.split("\n")[1] for text in texts
        }
        versions.append(int(min(numbers)))
    assert versions == sorted(versions)
    assert versions[-1] > 0
