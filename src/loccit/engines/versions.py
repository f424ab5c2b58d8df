"""Documents of an index of a cluster, and what each commit shows of them: what had come by then and had not gone.

Each has the number of the commit it came with and, once it is replaced or deleted, of the one it went with. What went
stays until it is cleared away one commit later: whoever opened the commit before goes on with it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from loccit.engines.bulk import Bulk
from loccit.engines.cluster import WRITING, Answer, Cluster, check_whole
from loccit.errors import EngineUnreachable

PAGE = 500
"""Documents read at once to be changed."""
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

    def __init__(self, cluster: Cluster, index: str, *, whole: Callable[[Answer], Answer] = dict) -> None:
        self._cluster, self.index, self._whole = cluster, index, whole
        """`whole` adds to a document what the cluster does not give back."""
        self._bulk: Bulk | None = None
        self._last = self._next = 0
        self._added = self._turn = 0
        self._deleted: dict[str, int] = {}
        """Each deleted article, and when: what of it was added in a later turn stays."""

    # -- writing

    def begin(self, last: int, new: int) -> None:
        """Make the index as it was at the last commit, whatever a killed writer has begun since; go on to a new one."""
        self._last, self._next, self._bulk = last, new, Bulk(self._cluster, self.index)
        if not last:
            return
        later = {"range": {"born": {"gt": last}}}
        self.refresh()
        if self.count(later):
            self.remove(later)
        for key, document in self.found({"range": {"gone": {"gt": last}}}):
            back = self._whole({field: value for field, value in document.items() if field != "gone"})
            self._bulk.put(key, back)
        self._bulk.flush()
        self.refresh()

    def put(self, key: str, article_id: str, document: Answer) -> str:
        """Have a document of an article shown from the next commit on; gives the name it has in the index."""
        name = f"{key}-{self._next}-{self._turn}"
        self._begun.put(name, {"article": article_id, "born": self._next, "turn": self._turn, **document})
        self._added += 1
        return name

    def delete(self, article_id: str) -> None:
        """No document of the article is shown from the next commit on, but those that are put from now on."""
        self._deleted[article_id] = self._turn
        self._turn += 1

    def flush(self) -> None:
        """Have all of them taken; raises EngineUnreachable where one is not."""
        self._begun.flush()

    def finish(self) -> None:
        """Have it all taken and counted, to be shown by a commit; raises EngineUnreachable where it is not whole."""
        gone = self._mark_gone()
        self._begun.finish()
        self.refresh()
        added = self._added - self._withdraw()
        for field, wanted in (("born", added), ("gone", gone)):
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

    def _mark_gone(self) -> int:
        """Mark what the deleted articles had; gives how many documents that were."""
        gone = 0
        for articles in batched(self._deleted, PAGE) if self._last else ():
            had = {"bool": {"filter": [{"terms": {"article": articles}}, shown(self._last)]}}
            for key, document in self.found(had):
                self._begun.put(key, self._whole(document) | {"gone": self._next})
                gone += 1
        return gone

    def _withdraw(self) -> int:
        """Take back what was added of articles before they were deleted; gives how many documents that were."""
        withdrawn = 0
        for articles in batched(self._deleted, PAGE) if self._added else ():
            turns = {article: self._deleted[article] for article in articles}
            withdrawn += self.remove(_added_until(turns, self._next))
        if withdrawn:
            self.refresh()
        return withdrawn

    # -- all there is

    def get(self, names: Sequence[str], field: str) -> list[str | None]:
        """What a field of the documents of these names holds, refreshed or not; None where there is none."""
        answer = self._cluster.ask("POST", f"/{self.index}/_mget", {"ids": list(names)}, _source=field)
        if any("error" in found for found in answer["docs"]):
            raise EngineUnreachable("Part of the index is not reachable: an article is in none of the shards left.")
        return [str(found["_source"][field]) if found["found"] else None for found in answer["docs"]]

    def count(self, query: Answer | None = None) -> int:
        """How many documents meet a query."""
        return count(self._cluster, self.index, query)

    def found(self, query: Answer) -> Iterator[tuple[str, Answer]]:
        """All documents that meet a query, with their names; they may be changed meanwhile."""
        page: Answer = {"query": query, "sort": ["id", "born", "turn"], "size": PAGE}
        while True:
            path = f"/{self.index}/_search"
            answer = self._cluster.ask("POST", path, page, seconds=WRITING, allow_partial_search_results="false")
            hits = check_whole(answer)["hits"]["hits"]
            yield from ((hit["_id"], hit["_source"]) for hit in hits)
            if len(hits) < PAGE:
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
