"""How passages lie in an OpenSearch index, and what a commit shows of them."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from loccit.endpoints import ClusterSettings
from loccit.errors import EngineUnreachable
from loccit.types import Entry

FORMAT = 1
"""Of the documents; another one is refused."""


def new_index(settings: ClusterSettings) -> dict[str, Any]:
    """What an index is made with: nothing may be in it that is not expected, and terms are ready."""
    copies: dict[str, Any] = (
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


def document_of(entry: Entry, born: int, gone: int | None = None) -> dict[str, Any]:
    """A passage that came with one commit, and went with another."""
    document = {
        "article": entry.article_id,
        "id": entry.id,
        "born": born,
        "terms": entry.terms,
        "entry": entry.line.decode(),
    }
    return document if gone is None else document | {"gone": gone}


def entry_of(document: dict[str, Any]) -> Entry:
    """The passage of a document; raises KeyError or ValueError where it is none of ours."""
    return Entry.read(document["entry"].encode())


def shown(number: int) -> dict[str, Any]:
    """What a commit shows: what had come, less what had gone."""
    return {
        "bool": {
            "filter": [{"range": {"born": {"lte": number}}}],
            "must_not": [{"range": {"gone": {"lte": number}}}],
        }
    }


def number_of(name: str) -> int:
    """That of a commit, or of the one that an index was made for."""
    found = re.search(r"-([0-9]{1,9})(-passages)?$", name)
    return int(found[1]) if found else 0


def short_key(passage_id: str) -> str:
    """A key short enough for OpenSearch, which an id need not be."""
    return hashlib.sha256(passage_id.encode()).hexdigest()[:32]


@contextmanager
def expected() -> Iterator[None]:
    """What is not as OpenSearch answers is told."""
    try:
        yield
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise EngineUnreachable(
            "What answers is not OpenSearch, or not with loccit's passages. Mend 'hosts' in index.toml."
        ) from error
