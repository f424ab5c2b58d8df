"""The articles lie in the cluster too, in an index of their own: beside a bot there are their names alone."""

import sqlite3
from pathlib import Path

import pytest

from loccit.bot.shelf import Shelf
from loccit.doctor import examine
from loccit.endpoints import ClusterSettings
from loccit.engines.opensearch import OpenSearchEngine
from loccit.errors import EngineUnreachable, IndexDamaged, IndexOutdated
from loccit.index import Index
from loccit.indexer import build
from loccit.settings import IndexSettings
from tests.opensearch import cluster

RECIPE = IndexSettings(
    engine="opensearch", languages=("en",), opensearch=ClusterSettings(hosts=cluster.HOSTS, shards=2, deadline=20)
)


def write(folder: Path, **texts: str) -> None:
    (folder / "articles").mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / "articles" / f"{name}.txt").write_text(f"= The {name} =\n{text}\n", encoding="utf-8")


def texts(index: Index) -> dict[str, str]:
    found = {one: index.article(one) for one in index.catalog.titles()}
    return {one: article.text for one, article in found.items() if article}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    write(tmp_path, otter="The otter swims in the river.", heron="The heron waits.", newt="The newt is 10 cm long.")
    build(tmp_path / "built", RECIPE)
    return tmp_path / "built"


def test_an_article_comes_back_whole_and_no_text_lies_beside_the_bot(built: Path, tmp_path: Path) -> None:
    build(tmp_path / "memory", RECIPE.model_copy(update={"engine": "memory"}))
    ours, memory = Index.open(built), Index.open(tmp_path / "memory")
    assert [ours.article(one) for one in ours.catalog.titles()] == [memory.article(one) for one in texts(memory)]
    assert ours.article("nothing of that name") is None
    for path in (built / "catalog").rglob("*.sqlite"):
        with sqlite3.connect(path) as segment:
            assert {kind for (kind,) in segment.execute("SELECT typeof(record) FROM articles")} <= {"text"}
        assert b"swims in the river" not in path.read_bytes()
    assert list(examine(built, RECIPE)) == []


def test_who_opened_the_index_before_reads_its_articles(built: Path, tmp_path: Path) -> None:
    before = Index.open(built)
    write(tmp_path, otter="The otter sleeps.")
    (tmp_path / "articles" / "heron.txt").unlink()
    build(tmp_path / "built", RECIPE, allow_loss=True)
    assert "swims" in texts(before)["articles/otter.txt"]
    assert "articles/heron.txt" in texts(before)
    after, unread = Index.open(built), Index.open(built)
    assert set(texts(after)) == {"articles/otter.txt", "articles/newt.txt"}
    assert "sleeps" in texts(after)["articles/otter.txt"]
    write(tmp_path, otter="The otter dives.")
    build(tmp_path / "built", RECIPE)
    assert "sleeps" in texts(unread)["articles/otter.txt"], "it had not been fetched before"
    with pytest.raises(IndexOutdated, match=r"^An article is no longer in OpenSearch: .* loccit index --rebuild$"):
        Index.open(built)._engine.fetch(["none of that name"])  # type: ignore[attr-defined]
    assert list(examine(built, RECIPE)) == []


def test_what_is_lost_in_the_cluster_is_found_by_the_doctor_and_mended(built: Path) -> None:
    index = Index.open(built)
    engine = index._engine
    assert isinstance(engine, OpenSearchEngine)
    engine._articles.remove({"term": {"article": "articles/newt.txt"}})
    engine._articles.refresh()
    assert [finding.sentence for finding in examine(built, RECIPE)] == [
        "In the catalog the article 'articles/newt.txt' cannot be read (IndexOutdated).",
        "In the catalog the articles are not those that were written.",
        "In the catalog 3 articles with 2 passages are counted otherwise.",
    ]
    cluster.ask("DELETE", f"/{engine._passages.index}")
    (finding,) = examine(built, RECIPE)
    assert finding.cure == "rebuild"
    assert finding.sentence.startswith("OpenSearch has no index 'loccit-")
    build(built, RECIPE, rebuild=True)
    assert list(examine(built, RECIPE)) == []


def test_a_commit_that_nobody_knows_of_takes_nothing_with_it(built: Path) -> None:
    """A writer that was killed when it had made the alias, and before the catalog."""
    index = Index.open(built)
    commit = index.catalog.about["commit"]
    killed = OpenSearchEngine(built / "opensearch", commit, RECIPE.opensearch)
    killed.delete("articles/otter.txt")
    later = killed.commit()
    again = OpenSearchEngine(built / "opensearch", commit, RECIPE.opensearch)
    again.prune()
    assert "swims" in texts(Index.open(built))["articles/otter.txt"]
    assert len(again.search(["en:otter"], 10)) == 1
    assert later not in cluster.ask("GET", "/_alias")[again._passages.index]["aliases"]


def test_a_moved_article_is_not_sent_again_and_says_where_it_is_now(built: Path, tmp_path: Path) -> None:
    index = Index.open(built)
    assert isinstance(index._engine, OpenSearchEngine)
    there = index._engine._articles
    before = there.count()
    (tmp_path / "articles" / "newt.txt").rename(tmp_path / "articles" / "salamander.txt")
    (tmp_path / "articles" / "otter.txt").touch()
    build(tmp_path / "built", RECIPE)
    there.refresh()
    assert there.count() == before
    moved = Index.open(built).article("articles/newt.txt")
    assert moved is not None
    assert moved.file == "articles/salamander.txt"


def test_one_id_in_two_files_of_one_update(tmp_path: Path) -> None:
    """The file whose name comes first has it, though the other's was sent already."""
    write(tmp_path, filler="Nothing.")
    line = '{"id": "7", "title": "Seven", "text": "It is the number of file %s."}\n'
    for name in ("b", "a"):
        (tmp_path / "articles" / f"{name}.jsonl").write_text(line % name, encoding="utf-8")
        build(tmp_path / "built", RECIPE)
    index = Index.open(tmp_path / "built")
    article = index.article("7")
    assert article is not None
    assert article.text == "It is the number of file a."
    assert [hit.passage.text for hit in index._engine.search(["en:number"], 10)] == ["It is the number of file a."]


def test_what_is_put_deleted_and_put_again_before_a_commit(tmp_path: Path) -> None:
    engine = OpenSearchEngine(tmp_path / "built" / "opensearch", settings=RECIPE.opensearch)
    first = engine.keep("a", b"one")
    assert engine.fetch([first]) == [b"one"], "though it was on its way"
    engine.delete("a")
    second = engine.keep("a", b"two")
    again = OpenSearchEngine(tmp_path / "built" / "opensearch", engine.commit(), RECIPE.opensearch)
    assert again.fetch([second, second]) == [b"two", b"two"]
    with pytest.raises(IndexOutdated):
        again.fetch([second, first])


def test_a_killed_writer_leaves_no_article(built: Path) -> None:
    commit = Index.open(built).catalog.about["commit"]
    killed = OpenSearchEngine(built / "opensearch", commit, RECIPE.opensearch)
    killed.delete("articles/otter.txt")
    killed.keep("articles/otter.txt", b"half done")
    killed._articles.mark_gone()
    killed._begin().flush()
    again = OpenSearchEngine(built / "opensearch", commit, RECIPE.opensearch)
    again.commit()
    assert again._articles.count() == 3
    assert again._articles.count({"exists": {"field": "gone"}}) == 0
    assert "swims" in texts(Index.open(built))["articles/otter.txt"]


def test_no_quote_is_sent_that_cannot_be_looked_up(built: Path) -> None:
    shelf = Shelf("", built)
    assert shelf.answer("Where does the otter swim?").quotes
    shelf.reopen()
    articles = shelf.current()._engine._articles.index  # type: ignore[attr-defined]
    cluster.ask("POST", f"/{articles}/_close")
    with pytest.raises(EngineUnreachable) as error:
        shelf.answer("Where does the otter swim?")
    assert error.value.language == "en"
    cluster.ask("DELETE", f"/{articles}")
    with pytest.raises(IndexDamaged, match=rf"^OpenSearch has no index '{articles}', which the catalog names\. Run: "):
        Index.open(built)
    build(built, RECIPE)
    assert Shelf("", built).answer("Where does the otter swim?").quotes
