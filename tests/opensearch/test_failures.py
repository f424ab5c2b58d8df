"""What a cluster goes through: nodes killed, all of them gone, commits under load, blocks, doubled aliases."""

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from loccit.endpoints import ClusterSettings
from loccit.engines.opensearch import OpenSearchEngine
from loccit.engines.versions import Versions
from loccit.errors import EngineUnreachable, IndexDamaged, IndexOutdated
from loccit.indexer import build
from loccit.settings import IndexSettings
from loccit.types import Entry
from tests.conftest import ROOT
from tests.engines.test_conformance import entry
from tests.opensearch import cluster

pytestmark = pytest.mark.timeout(400)  # a node takes half a minute to come back where others are at work

RATE = 20
"""Questions a second."""
LONGEST_GAP = 5.0
"""Seconds between two answers while a node is killed."""


def settings(**more: object) -> ClusterSettings:
    return ClusterSettings.model_validate({"hosts": cluster.HOSTS, "shards": 3, "deadline": 20, **more})


def engine(folder: Path, commit: str | None = None, **more: object) -> OpenSearchEngine:
    return OpenSearchEngine(folder / "built" / "opensearch", commit, settings(**more))


def some(size: int) -> Iterator[Entry]:
    return (entry(n, ["en:all", f"en:{n % 10}", *["en:more"] * (n % 4)], f"a{n % 50}") for n in range(size))


def keys(opened: OpenSearchEngine, *terms: str, limit: int = 50) -> list[str]:
    return [hit.entry.id for hit in opened.search(terms, limit)]


def manager() -> int:
    """The node that the others follow: the worst to lose."""
    (one,) = cluster.ask("GET", "/_cat/cluster_manager?format=json")
    return cluster.NAMES.index(one["node"])


class Said(NamedTuple):
    """What a question got, and when."""

    at: float
    answer: object


@contextmanager
def under_load(ask: Callable[[int], object]) -> Iterator[list[Said]]:
    """Questions one after the other, so many a second, while something happens."""
    said: list[Said] = []
    over = threading.Event()

    def go_on() -> None:
        number, begin = 0, time.monotonic()
        while not over.wait(max(0, begin + number / RATE - time.monotonic())):
            try:
                answer = ask(number)
            except Exception as error:  # noqa: BLE001  # is looked at afterwards
                answer = error
            said.append(Said(time.monotonic(), answer))
            number += 1

    asking = threading.Thread(target=go_on)
    asking.start()
    try:
        time.sleep(1)
        yield said
        time.sleep(1)
    finally:
        over.set()
        asking.join(60)
    assert len(said) > RATE / 2


def longest_gap(said: list[Said]) -> float:
    return max(later.at - earlier.at for earlier, later in pairwise(said))


def test_a_killed_node_changes_no_answer(tmp_path: Path) -> None:
    writer = engine(tmp_path)
    writer.add(some(2_000))
    reader = engine(tmp_path, writer.commit())
    expected = [keys(reader, f"en:{n}", "en:more") for n in range(10)]
    assert all(len(each) == 50 for each in expected)
    with under_load(lambda n: keys(reader, f"en:{n % 10}", "en:more") == expected[n % 10]) as said:
        cluster.end_node(manager())
        time.sleep(6)
    assert [one.answer for one in said if one.answer is not True] == []
    assert longest_gap(said) < LONGEST_GAP


def test_a_killed_node_loses_and_doubles_no_passage(tmp_path: Path) -> None:
    size = 12_000

    def killing() -> Iterator[Entry]:
        for number, one in enumerate(some(size)):
            if number == size // 2:
                cluster.end_node(manager())
            yield one

    writer = engine(tmp_path)
    writer.add(killing())
    commit = writer.commit()
    found = [document["id"] for _, document in Versions(writer._cluster, commit).found({"match_all": {}})]
    assert sorted(found) == sorted(one.id for one in some(size))
    assert len(engine(tmp_path, commit)) == size


def test_all_nodes_killed_and_back(tmp_path: Path) -> None:
    writer = engine(tmp_path)
    writer.add(some(500))
    reader = engine(tmp_path, writer.commit(), deadline=1)
    expected = keys(reader, "en:all")
    for number in range(len(cluster.NAMES)):
        cluster.end_node(number)
    with pytest.raises(EngineUnreachable, match=r"^OpenSearch cannot be reached at http://127\.0\.0\.1:19201, "):
        keys(reader, "en:all")
    cluster.start()
    reader = engine(tmp_path, reader._commit, deadline=60)
    assert (len(reader), keys(reader, "en:all")) == (500, expected)


def test_what_is_shown_changes_all_at_once_under_load(tmp_path: Path) -> None:
    """Twenty commits; whoever asks gets all of one, whether he opens the newest or goes on with the one before."""
    writer = engine(tmp_path)

    def write(version: int) -> str:
        for article in range(5):
            writer.delete(f"a{article}")
        writer.add(entry(n, ["en:all", f"en:v{version}"], f"a{n % 5}") for n in range(40))
        return writer.commit()

    newest = (0, write(0))
    opened = newest[0], engine(tmp_path, newest[1])

    def ask(number: int) -> object:
        nonlocal opened
        if number % 4 == 0:
            opened = newest[0], engine(tmp_path, newest[1])
        version, reader = opened
        hits = reader.search(["en:all"], 50)
        return len(hits) == 40 and all(f"en:v{version}" in hit.entry.terms.split() for hit in hits)

    with under_load(ask) as said:
        for version in range(1, 21):
            newest = version, write(version)
            time.sleep(0.3)  # the reader takes the new one with one of the next questions
            writer.prune()
    assert [one.answer for one in said if one.answer is not True] == []
    assert len(cluster.ask("GET", f"/_alias/{writer._name}-*")[writer._passages.index]["aliases"]) == 2
    assert cluster.ask("GET", f"/{writer._passages.index}/_count")["count"] <= 40 * 3


def test_one_that_was_opened_too_long_ago_is_told(tmp_path: Path) -> None:
    writer = engine(tmp_path)
    writer.add(some(10))
    reader = engine(tmp_path, writer.commit())
    for _ in range(2):
        writer.commit()
        writer.prune()
    with pytest.raises(IndexOutdated, match=r"^The index has been replaced since it was opened\. Open it again\.$"):
        keys(reader, "en:all")


def test_a_rebuild_keeps_the_index_before_until_the_next_commit(tmp_path: Path) -> None:
    readers = []
    for _ in range(3):
        writer = engine(tmp_path)
        writer.add(some(10))
        readers.append(engine(tmp_path, writer.commit()))
        writer.prune()
        assert len(keys(readers[-1], "en:all")) == 10
    assert len(keys(readers[1], "en:all")) == 10
    with pytest.raises(IndexOutdated):
        keys(readers[0], "en:all")
    assert len(cluster.ask("GET", f"/{writer._name}-*")) == 4, "two indexes of passages, two of articles"


def test_a_part_is_not_taken_for_the_whole(tmp_path: Path) -> None:
    """Without copies a killed node takes its shards with it: no answer is made of the others."""
    shutil.copytree(ROOT / "index" / "articles", tmp_path / "articles")
    hosts = ", ".join(f'"{host}"' for host in cluster.HOSTS)
    recipe = f'engine = "opensearch"\n[opensearch]\nhosts = [{hosts}]\nshards = 3\nreplicas = 0\ndeadline = 2\n'
    (tmp_path / "index.toml").write_text(recipe, encoding="utf-8")
    asking = [sys.executable, "-m", "loccit", "ask", "--index", str(tmp_path / "built"), "Who visited Gaza in 2013?"]
    build(tmp_path / "built", IndexSettings(engine="opensearch", opensearch=settings(replicas=0)))
    assert subprocess.run(asking, capture_output=True, check=False).returncode == 0
    cluster.end_node(manager())
    told = subprocess.run(asking, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout) == (1, "")
    # Whichever comes first: that the cluster refuses, or that it answers without some shards.
    assert told.stderr.startswith("loccit: Part of the index is not reachable")
    assert told.stderr.count("\n") == 1
    cluster.start()
    assert subprocess.run(asking, capture_output=True, check=False).returncode == 0


def test_a_block_on_writing_is_told_and_leaves_what_was_there(tmp_path: Path) -> None:
    writer = engine(tmp_path)
    writer.add(some(10))
    commit = writer.commit()
    for block in ("read_only", "read_only_allow_delete"):  # the latter is what a full disk leads to
        name = f"index.blocks.{block}"
        cluster.ask("PUT", f"/{writer._passages.index}/_settings", {name: True})
        blocked = engine(tmp_path, commit)
        blocked.add(some(5))
        with pytest.raises(EngineUnreachable, match=r"blocked by: \[\w+/\d+/(index read-only|disk usage exceeded)"):
            blocked.commit()
        cluster.ask("PUT", f"/{writer._passages.index}/_settings", {name: None})
        assert len(keys(engine(tmp_path, commit), "en:all")) == 10
    again = engine(tmp_path, commit)
    again.add([entry(99, ["en:all"], "new")])
    assert len(engine(tmp_path, again.commit())) == 11


def test_an_alias_on_two_indexes_is_told(tmp_path: Path) -> None:
    writer = engine(tmp_path)
    writer.add(some(10))
    commit = writer.commit()
    reader = engine(tmp_path, commit)
    other = engine(tmp_path / "other")
    other.add(some(10))
    other.commit()
    cluster.ask("POST", "/_aliases", {"actions": [{"add": {"index": other._passages.index, "alias": commit}}]})
    with pytest.raises(
        IndexDamaged, match=rf"^The alias '{commit}' points to '{other._passages.index}' too\. Take it off there, "
    ):
        keys(reader, "en:all")
    with pytest.raises(IndexDamaged, match=rf"^The alias '{commit}' points to 2 indexes \("):
        engine(tmp_path, commit)


def test_an_index_that_was_deleted_is_built_anew(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "index" / "articles", tmp_path / "articles")
    recipe = IndexSettings(engine="opensearch", opensearch=settings())
    before = build(tmp_path / "built", recipe)
    cluster.ask("DELETE", "/loccit-*")
    after = build(tmp_path / "built", recipe)
    assert (len(after.added), after.passages) == (2, before.passages)


def test_a_cluster_that_is_down_does_not_make_an_index_be_read_anew(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "index" / "articles", tmp_path / "articles")
    recipe = IndexSettings(engine="opensearch", opensearch=settings(deadline=1))
    build(tmp_path / "built", recipe)
    down = recipe.model_copy(update={"opensearch": settings(hosts=["http://127.0.0.1:9"], deadline=0.3)})
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("OPENSEARCH_HOSTS")
        with pytest.raises(EngineUnreachable, match=r"^OpenSearch cannot be reached at http://127\.0\.0\.1:9 "):
            build(tmp_path / "built", down)
        memory = build(tmp_path / "built", IndexSettings())  # one can go back without it
        assert len(memory.added) == 2
