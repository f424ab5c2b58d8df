"""How passages, and the articles they are of, lie in the two indexes of a cluster."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager

from loccit.endpoints import ClusterSettings
from loccit.engines.cluster import Answer
from loccit.engines.versions import FIELDS
from loccit.errors import EngineUnreachable
from loccit.types import Entry

FORMAT = 2
"""Of the documents; another one is refused."""
PASSAGES, ARTICLES = "passages", "articles"
"""What the names of the two indexes end in."""
_LINE: Answer = {"type": "keyword", "index": False, "doc_values": False}
"""What is kept and never searched."""
_KINDS: dict[str, tuple[Answer, Answer]] = {
    PASSAGES: (
        {"similarity": {"okapi": {"type": "BM25", "k1": 1.2, "b": 0.75}}},
        {
            "_source": {"excludes": ["terms"]},  # the entry has them
            "properties": {
                **FIELDS,
                "terms": {
                    "type": "text",
                    "analyzer": "whitespace",
                    "index_options": "freqs",
                    "similarity": "okapi",
                },
                "entry": _LINE,
            },
        },
    ),
    ARTICLES: ({"codec": "best_compression"}, {"properties": {**FIELDS, "record": _LINE}}),
}


def new_index(settings: ClusterSettings, kind: str = PASSAGES) -> Answer:
    """What an index is made with: nothing may be in it that is not expected, and terms are ready."""
    copies: Answer = (
        {"auto_expand_replicas": f"0-{settings.replicas}"} if settings.replicas else {"number_of_replicas": 0}
    )
    own, mapping = _KINDS[kind]
    return {
        "settings": {
            "index": {
                "number_of_shards": settings.shards,
                "refresh_interval": "-1",  # what is written is looked at when all of it is there
                **own,
                **copies,
            }
        },
        "mappings": {"dynamic": "strict", "_meta": {"loccit": FORMAT}, **mapping},
    }


def document_of(entry: Entry) -> Answer:
    """A passage."""
    return {"id": entry.id, "terms": entry.terms, "entry": entry.line.decode()}


def entry_of(document: Answer) -> Entry:
    """The passage of a document; raises KeyError or ValueError where it is none of ours."""
    return Entry.read(document["entry"].encode())


def whole_passage(document: Answer) -> Answer:
    """The same with the terms, which the cluster does not give back."""
    return document | {"terms": entry_of(document).terms}


def number_of(name: str) -> int:
    """That of a commit, or of the one that an index was made for."""
    found = re.search(rf"-([0-9]{{1,9}})(-{PASSAGES}|-{ARTICLES})?$", name)
    return int(found[1]) if found else 0


def short_key(own: str) -> str:
    """A key short enough for OpenSearch, which an id need not be."""
    return hashlib.sha256(own.encode()).hexdigest()[:32]


@contextmanager
def expected() -> Iterator[None]:
    """What is not as OpenSearch answers is told."""
    try:
        yield
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise EngineUnreachable(
            "What answers is not OpenSearch, or not with loccit's passages. Mend 'hosts' in index.toml."
        ) from error
