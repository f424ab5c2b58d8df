"""What the OpenSearch engine costs over the cluster itself, on three nodes on loopback.

Run: make opensearch && python benchmarks/opensearch.py CORPUS QUESTIONS.jsonl [--passages 20000 …] [--questions 200];
CORPUS is a folder of WikiExtractor files. It loads ready documents by loccit's own way and by opensearch-py's
`parallel_bulk`; then, for each number of passages, it builds an index, asks each question as a bare `_search` and from
question to answer, and tells what a passage takes on the disk. In the first index a node is killed under 20 questions a
second, and started again.
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from itertools import islice, pairwise
from pathlib import Path
from statistics import median
from typing import NamedTuple

from opensearchpy import OpenSearch
from opensearchpy.exceptions import TransportError
from opensearchpy.helpers import parallel_bulk
from opensearchpy.helpers.errors import BulkIndexError

from corpus import articles, chunked, questions_of
from loccit.endpoints import ClusterSettings
from loccit.engines.bulk import AT_ONCE, BYTES, Bulk
from loccit.engines.cluster import Answer, Cluster
from loccit.engines.documents import ARTICLES, PASSAGES, document_of, new_index, short_key
from loccit.evaluate.measures import percentile
from loccit.index import Index
from loccit.indexer import build_from
from loccit.proof import sound
from loccit.retriever import CANDIDATES
from loccit.settings import IndexSettings
from loccit.types import Entry
from table import table

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # for the cluster of the tests

from tests.opensearch import cluster as nodes  # noqa: E402

ROUNDS = 5
RATE = 20
"""Questions a second while a node is killed."""
Documents = list[tuple[str, Answer]]


def took(work: Callable[[], object]) -> float:
    """Seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ours(cluster: Cluster, documents: Documents) -> None:
    """Load them the engine's way."""
    bulk = Bulk(cluster)
    for key, document in documents:
        bulk.put("loccit-benchmark", key, document)
    bulk.finish()


def theirs(client: OpenSearch, documents: Documents) -> None:
    """Load them with the library's helper, as many requests of the same size at once."""
    actions = ({"_index": "loccit-benchmark", "_id": key, "_source": document} for key, document in documents)
    for _ in parallel_bulk(client, actions, AT_ONCE, chunk_size=100_000, max_chunk_bytes=BYTES, queue_size=AT_ONCE):
        pass


def loading(client: OpenSearch, cluster: Cluster, documents: Documents, settings: ClusterSettings) -> None:
    """Both ways in turn, into an index made anew each time."""
    size = sum(len(document["terms"].encode()) + len(document["entry"].encode()) for _, document in documents) / 1e6
    ways = {"loccit": lambda: ours(cluster, documents), "parallel_bulk": lambda: theirs(client, documents)}
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    nodes.ask("DELETE", "/loccit-benchmark*")  # of a run that was ended
    turn = refused = 0
    while turn <= ROUNDS:  # the first one warms it up
        found = {}
        for name, load in list(ways.items())[:: -1 if turn % 2 else 1]:
            nodes.ask("PUT", "/loccit-benchmark?wait_for_active_shards=all", new_index(settings))
            try:
                found[name] = size / took(load)
                nodes.ask("POST", "/loccit-benchmark/_refresh")
                assert nodes.ask("GET", "/loccit-benchmark/_count")["count"] == len(documents)  # noqa: S101
            except (TransportError, BulkIndexError):  # a cluster short of memory: loccit waits, the helper gives up
                refused += 1
                if refused > ROUNDS:
                    raise
                time.sleep(10)
            nodes.ask("DELETE", "/loccit-benchmark")
        if len(found) == len(ways):
            for name, speed in found.items() if turn else ():
                speeds[name].append(speed)
            turn += 1
    rows = [(name, f"{median(each):.2f}", f"{min(each):.2f}", f"{max(each):.2f}") for name, each in speeds.items()]
    print(table((f"{len(documents):,} documents, {size:.0f} MB: MB/s", "median", "least", "most"), rows))
    pairs = sorted(mine / other for mine, other in zip(speeds["loccit"], speeds["parallel_bulk"], strict=True))
    print(f"loccit over parallel_bulk: {median(pairs):.2f} ({', '.join(f'{pair:.2f}' for pair in pairs)})")
    print(f"Rounds that were refused for want of memory, and taken again: {refused}\n")


def asking(client: OpenSearch, index: Index, commit: str, questions: list[str]) -> None:
    """Each question as a bare search of its terms for as many whole hits, and from question to answer."""
    terms = [[t for each in index.understand(question).terms.values() for t in each] for question in questions]
    number = commit.rpartition("-")[0]
    (whole,) = nodes.ask("GET", f"/{number}-*-passages")

    def bare(asked: list[str]) -> None:
        client.search(index=whole, body={"query": {"match": {"terms": " ".join(asked)}}, "size": CANDIDATES})

    def checked(question: str) -> None:
        sound(index.ask(question), index.catalog.articles)

    ways: dict[str, list[float]] = {
        "bare _search": [], "the engine's search": [], "question to answer": [], "and each quote looked up": []
    }  # fmt: skip
    for turn in range(2):  # the first one warms it up
        ways = {name: [] for name in ways}
        for question, asked in zip(questions if turn else questions[:50], terms, strict=False):
            ways["bare _search"].append(1000 * took(lambda asked=asked: bare(asked)))  # type: ignore[misc]
            ways["the engine's search"].append(
                1000 * took(lambda asked=asked: index._engine.search(asked, CANDIDATES))  # type: ignore[misc]  # noqa: SLF001
            )
            ways["question to answer"].append(1000 * took(lambda question=question: index.ask(question)))  # type: ignore[misc]
            ways["and each quote looked up"].append(1000 * took(lambda question=question: checked(question)))  # type: ignore[misc]
    rows = [(name, f"{median(each):.1f}", f"{percentile(each, 95):.1f}") for name, each in ways.items()]
    print(table((f"{len(questions)} questions, {len(index):,} passages: ms", "p50", "p95"), rows))
    base = median(ways["bare _search"])
    print(", ".join(f"{name} over bare {median(each) / base:.2f}" for name, each in list(ways.items())[1:]), "\n")


def killing(index: Index, questions: list[str]) -> None:
    """The longest gap between two answers while a node is killed, and whether any is another than before."""
    asked = questions[:20]
    expected = [index.ask(question) for question in asked]
    times, wrong, over = [], 0, threading.Event()

    def go_on() -> None:
        nonlocal wrong
        number, begin = 0, time.monotonic()
        while not over.wait(max(0, begin + number / RATE - time.monotonic())):
            wrong += index.ask(asked[number % len(asked)]) != expected[number % len(asked)]
            times.append(time.monotonic())
            number += 1

    asker = threading.Thread(target=go_on)
    asker.start()
    time.sleep(5)
    (manager,) = nodes.ask("GET", "/_cat/cluster_manager?format=json")
    killed = nodes.NAMES.index(manager["node"])
    before = max(later - earlier for earlier, later in pairwise(times))
    nodes.end_node(killed)
    time.sleep(15)
    over.set()
    asker.join()
    gap = max(later - earlier for earlier, later in pairwise(times))
    told = f"{len(times)} answers in 20 s, {wrong} wrong; longest gap {gap:.2f} s, {before:.2f} before"
    print(f"the manager killed: {told}\n")
    nodes.start()


class Size(NamedTuple):
    """Passages, and the bytes of their text, of one copy of them and of their articles, of the catalog beside a bot."""

    passages: int
    text: int
    stored: int
    articles: int
    catalog: int
    seconds: float
    """To build it."""


def size_of(folder: Path, index: Index, commit: str, text: int, seconds: float) -> Size:
    """What an index takes on the disk."""
    stored = []
    for kind in (PASSAGES, ARTICLES):
        name = f"{commit.rpartition('-')[0]}-*-{kind}"
        nodes.ask("POST", f"/{name}/_flush")
        stored.append(nodes.ask("GET", f"/{name}/_stats/store")["_all"]["primaries"]["store"]["size_in_bytes"])
    catalog = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Size(len(index), text, stored[0], stored[1], catalog, seconds)


def growth(sizes: Iterable[Size]) -> str:
    """Bytes a passage, from size to size."""
    rows = [
        (
            f"{size.passages:,}",
            *(
                f"{part / size.passages:,.0f} ({part / size.text:.2f})"
                for part in (size.text, size.stored, size.articles, size.catalog)
            ),
            f"{size.passages / size.seconds:,.0f}",
        )
        for size in sizes
    ]
    heads = ("text", "one copy of the passages", "of the articles", "beside each bot")
    return table(("bytes a passage (and a byte of text)", *heads, "built a second"), rows)


def main() -> None:
    """Load, ask, kill, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions_file", type=Path)
    parser.add_argument("--passages", type=int, nargs="+", default=[20_000])
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--shards", type=int, default=1)
    given = parser.parse_args()
    os.environ["OPENSEARCH_HOSTS"] = ",".join(nodes.HOSTS)
    settings = ClusterSettings(shards=given.shards, deadline=30)
    nodes.start()
    client = OpenSearch(hosts=list(nodes.HOSTS), timeout=120)
    questions = questions_of(given.questions_file, given.questions)
    first = given.passages[0]
    entries = (Entry.of(passage) for _, cut in chunked(given.corpus, first) for passage in cut)
    documents = [
        (short_key(entry.id), {"article": entry.article_id, "born": 1, "turn": 0, **document_of(entry)})
        for entry in islice(entries, first)
    ]
    loading(client, Cluster(settings, Path()), documents, settings)
    sizes: list[Size] = []
    for passages in given.passages:
        with tempfile.TemporaryDirectory(prefix="loccit-") as temporary:
            folder = Path(temporary) / "built"
            recipe = IndexSettings(engine="opensearch", languages=("en",), opensearch=settings)
            texts = [len(article.text.encode()) for article, _ in chunked(given.corpus, passages)]
            start = time.perf_counter()
            built = build_from(islice(articles(given.corpus, "en"), len(texts)), folder, recipe)
            seconds = time.perf_counter() - start
            index, commit = Index(built, recipe, folder), built.catalog.about["commit"]
            asking(client, index, commit, questions)
            if not sizes:
                killing(index, questions)
            sizes.append(size_of(folder, index, commit, sum(texts), seconds))
            nodes.ask("DELETE", f"/{commit.rpartition('-')[0]}-*")
    print(growth(sizes))


if __name__ == "__main__":
    main()
