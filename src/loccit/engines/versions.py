"""Documents of an index of the cluster, and what each commit shows of them: what had come by then and had not gone.

Each has the number of the commit it came with and, once it is replaced or deleted, of the one it went with. What went
stays until it is cleared away one commit later: whoever opened the commit before goes on with it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from loccit.engines.bulk import Bulk
from loccit.engines.cluster import WRITING, Answer, Cluster, check_whole
from loccit.errors import EngineUnreachable

NAMED = 500
"""Articles named in one query."""
FIELDS: Answer = {
    "article": {"type": "keyword"},
    "id": {"type": "keyword"},
    "born": {"type": "integer"},
    "gone": {"type": "integer"},
    "turn": {"type": "integer"},
}
"""What every document has, whatever else it has."""


class Versions:
    """One index, read and written by commits' numbers."""

    def __init__(
        self, cluster: Cluster, index: str, *, page: int = 500, whole: Callable[[Answer], Answer] = dict
    ) -> None:
        """`page` documents are read at once to be changed; `whole` adds to one what the cluster does not give back."""
        self._cluster, self.index, self._page, self._whole = cluster, index, page, whole
        self._bulk: Bulk | None = None
        self._last = self._next = 0
        self._added = self._turn = self._gone = 0
        self._deleted: dict[str, int] = {}
        """Each deleted article, and when: what of it was added in a later turn stays."""

    # -- writing

    def begin(self, last: int, new: int, bulk: Bulk) -> None:
        """Make the index as it was at the last commit, whatever a killed writer has begun since; go on to a new one."""
        self._last, self._next, self._bulk = last, new, bulk
        if not last:
            return
        later = {"range": {"born": {"gt": last}}}
        self.refresh()
        if self.count(later):
            self.remove(later)
            self.refresh()
        for key, document in self.found({"range": {"gone": {"gt": last}}}):
            back = self._whole({field: value for field, value in document.items() if field != "gone"})
            bulk.put(self.index, key, back)
        bulk.flush()
        self.refresh()

    def put(self, key: str, article_id: str, document: Answer) -> str:
        """Have a document of an article shown from the next commit on; gives the name it has in the index."""
        name = f"{key}-{self._next}-{self._turn}"
        fields = {"article": article_id, "born": self._next, "turn": self._turn}
        self._begun.put(self.index, name, fields | document)
        self._added += 1
        return name

    def delete(self, article_id: str) -> None:
        """No document of the article is shown from the next commit on, but those that are put from now on."""
        self._deleted[article_id] = self._turn
        self._turn += 1

    def mark_gone(self) -> None:
        """Send the marks of what the deleted articles had."""
        for articles in batched(self._deleted, NAMED) if self._last else ():
            had = {"bool": {"filter": [{"terms": {"article": articles}}, shown(self._last)]}}
            for key, document in self.found(had):
                self._begun.put(self.index, key, self._whole(document) | {"gone": self._next})
                self._gone += 1

    def check(self) -> None:
        """Count what was sent, once all of it was taken; raises EngineUnreachable where it is not whole."""
        self.refresh()
        added = self._added - self._withdraw()
        for field, wanted in (("born", added), ("gone", self._gone)):
            if (there := self.count({"term": {field: self._next}})) != wanted:
                raise EngineUnreachable(
                    f"OpenSearch has {there:,} of the {wanted:,} documents that it took: has a node been lost? "
                    "The old index is unchanged. Run it again."
                )

    def prune(self, before: int) -> None:
        """Clear away what went with that commit or earlier."""
        self.remove({"range": {"gone": {"lte": before}}})

    @property
    def _begun(self) -> Bulk:
        assert self._bulk is not None  # noqa: S101  # `begin` comes first
        return self._bulk

    def _withdraw(self) -> int:
        """Take back what was added of articles before they were deleted; gives how many documents that were."""
        withdrawn = 0
        for articles in batched(self._deleted, NAMED) if self._added else ():
            turns = {article: self._deleted[article] for article in articles}
            withdrawn += self.remove(_added_until(turns, self._next))
        if withdrawn:
            self.refresh()
        return withdrawn

    # -- all there is

    def get(self, names: Sequence[str], field: str, *, seconds: float | None = None) -> dict[str, str]:
        """What a field holds of those documents of these names that are there, since the last refresh.

        Searched for, not got: a reader need not be let do more than search.
        """
        asked = {"query": {"ids": {"values": list(names)}}, "size": len(names), "_source": [field]}
        path = f"/{self.index}/_search"
        answer = self._cluster.ask("POST", path, asked, seconds=seconds, allow_partial_search_results="false")
        return {hit["_id"]: str(hit["_source"][field]) for hit in check_whole(answer)["hits"]["hits"]}

    def count(self, query: Answer | None = None) -> int:
        """How many documents meet a query."""
        return count(self._cluster, self.index, query)

    def found(self, query: Answer) -> Iterator[tuple[str, Answer]]:
        """All documents that meet a query, with their names; they may be changed meanwhile."""
        page: Answer = {"query": query, "sort": ["id", "born", "turn"], "size": self._page}
        while True:
            path = f"/{self.index}/_search"
            answer = self._cluster.ask("POST", path, page, seconds=WRITING, allow_partial_search_results="false")
            hits = check_whole(answer)["hits"]["hits"]
            yield from ((hit["_id"], hit["_source"]) for hit in hits)
            if len(hits) < self._page:
                return
            page["search_after"] = hits[-1]["sort"]

    def remove(self, query: Answer) -> int:
        """Remove what meets a query; gives how many documents that were."""
        path = f"/{self.index}/_delete_by_query"
        answer = self._cluster.ask("POST", path, {"query": query}, seconds=WRITING, conflicts="proceed")
        return int(answer.get("deleted", 0))

    def refresh(self) -> None:
        """Have what was written found."""
        check_whole(self._cluster.ask("POST", f"/{self.index}/_refresh", seconds=WRITING))


def count(cluster: Cluster, name: str, query: Answer | None = None) -> int:
    """How many documents of an index or an alias meet a query."""
    asked = {"query": query or {"match_all": {}}}
    return int(check_whole(cluster.ask("POST", f"/{name}/_count", asked, seconds=WRITING))["count"])


def shown(number: int) -> Answer:
    """What a commit shows: what had come, less what had gone."""
    return {
        "bool": {
            "filter": [{"range": {"born": {"lte": number}}}],
            "must_not": [{"range": {"gone": {"lte": number}}}],
        }
    }


def batched(articles: Iterable[str], size: int) -> Iterator[list[str]]:
    """So many at once; Python has it from 3.12 on."""
    left = iter(articles)
    while some := list(islice(left, size)):
        yield some


def _added_until(turns: Mapping[str, int], born: int) -> Answer:
    """What came with that commit of each article, up to a turn."""
    each = [
        {"bool": {"filter": [{"term": {"article": article}}, {"range": {"turn": {"lte": turn}}}]}}
        for article, turn in turns.items()
    ]
    return {"bool": {"filter": [{"term": {"born": born}}], "should": each, "minimum_should_match": 1}}
