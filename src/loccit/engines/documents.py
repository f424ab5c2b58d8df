"""How passages lie in an OpenSearch index, and what a commit shows of them."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice

from loccit.endpoints import ClusterSettings
from loccit.engines.cluster import WRITING, Answer, Cluster, check_whole
from loccit.errors import EngineUnreachable
from loccit.types import Entry

FORMAT = 1
"""Of the documents; another one is refused."""
PAGE = 500
"""Documents read at once to be changed."""


def new_index(settings: ClusterSettings) -> Answer:
    """What an index is made with: nothing may be in it that is not expected, and terms are ready."""
    copies: Answer = (
        {"auto_expand_replicas": f"0-{settings.replicas}"} if settings.replicas else {"number_of_replicas": 0}
    )
    return {
        "settings": {
            "index": {
                "number_of_shards": settings.shards,
                "refresh_interval": "-1",  # what is written is looked at when all of it is there
                "similarity": {"okapi": {"type": "BM25", "k1": 1.2, "b": 0.75}},
                **copies,
            }
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"loccit": FORMAT},
            "_source": {"excludes": ["terms"]},  # the entry has them
            "properties": {
                "article": {"type": "keyword"},
                "id": {"type": "keyword"},
                "born": {"type": "integer"},
                "gone": {"type": "integer"},
                "turn": {"type": "integer"},
                "terms": {
                    "type": "text",
                    "analyzer": "whitespace",
                    "index_options": "freqs",
                    "similarity": "okapi",
                },
                "entry": {"type": "keyword", "index": False, "doc_values": False},
            },
        },
    }


def document_of(entry: Entry, born: int, *, turn: int = 0, gone: int | None = None) -> Answer:
    """A passage that came with one commit, in one of the turns it was made in, and went with another."""
    document = {
        "article": entry.article_id,
        "id": entry.id,
        "born": born,
        "turn": turn,
        "terms": entry.terms,
        "entry": entry.line.decode(),
    }
    return document if gone is None else document | {"gone": gone}


def entry_of(document: Answer) -> Entry:
    """The passage of a document; raises KeyError or ValueError where it is none of ours."""
    return Entry.read(document["entry"].encode())


def shown(number: int) -> Answer:
    """What a commit shows: what had come, less what had gone."""
    return {
        "bool": {
            "filter": [{"range": {"born": {"lte": number}}}],
            "must_not": [{"range": {"gone": {"lte": number}}}],
        }
    }


def added_until(turns: Mapping[str, int], born: int) -> Answer:
    """What came with that commit of each article, up to a turn."""
    each = [
        {"bool": {"filter": [{"term": {"article": article}}, {"range": {"turn": {"lte": turn}}}]}}
        for article, turn in turns.items()
    ]
    return {"bool": {"filter": [{"term": {"born": born}}], "should": each, "minimum_should_match": 1}}


def batched(articles: Iterable[str], size: int) -> Iterator[list[str]]:
    """So many at once; Python has it from 3.12 on."""
    left = iter(articles)
    while some := list(islice(left, size)):
        yield some


def number_of(name: str) -> int:
    """That of a commit, or of the one that an index was made for."""
    found = re.search(r"-([0-9]{1,9})(-passages)?$", name)
    return int(found[1]) if found else 0


def short_key(passage_id: str) -> str:
    """A key short enough for OpenSearch, which an id need not be."""
    return hashlib.sha256(passage_id.encode()).hexdigest()[:32]


def count(cluster: Cluster, name: str, query: Answer | None = None) -> int:
    """How many documents of an index meet a query."""
    asked = {"query": query or {"match_all": {}}}
    return int(check_whole(cluster.ask("POST", f"/{name}/_count", asked, seconds=WRITING))["count"])


def found(cluster: Cluster, name: str, query: Answer) -> Iterator[tuple[str, Answer]]:
    """All documents that meet a query, with their keys; they may be changed meanwhile."""
    page: Answer = {"query": query, "sort": ["id", "born"], "size": PAGE}
    while True:
        answer = cluster.ask("POST", f"/{name}/_search", page, seconds=WRITING, allow_partial_search_results="false")
        hits = check_whole(answer)["hits"]["hits"]
        yield from ((hit["_id"], hit["_source"]) for hit in hits)
        if len(hits) < PAGE:
            return
        page["search_after"] = hits[-1]["sort"]


def remove(cluster: Cluster, name: str, query: Answer) -> int:
    """Remove what meets a query; gives how many documents that were."""
    answer = cluster.ask("POST", f"/{name}/_delete_by_query", {"query": query}, seconds=WRITING, conflicts="proceed")
    return int(answer.get("deleted", 0))


def refresh(cluster: Cluster, name: str) -> None:
    """Have what was written found."""
    check_whole(cluster.ask("POST", f"/{name}/_refresh", seconds=WRITING))


@contextmanager
def expected() -> Iterator[None]:
    """What is not as OpenSearch answers is told."""
    try:
        yield
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise EngineUnreachable(
            "What answers is not OpenSearch, or not with loccit's passages. Mend 'hosts' in index.toml."
        ) from error
