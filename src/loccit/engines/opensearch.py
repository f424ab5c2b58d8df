"""The engine for more than one machine: an OpenSearch cluster, shared by all who answer from it.

Each passage is a document with the number of the commit it came with and, once it is replaced or deleted, of the one it
went with. A commit is an alias that shows what had come by then and had not gone: made at once, it is there or not.
Whoever opened the one before goes on with it, for what went is cleared away one commit later.
"""

import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path

from loccit.durable import put
from loccit.endpoints import ClusterSettings
from loccit.engines import documents
from loccit.engines.bulk import Bulk
from loccit.engines.cluster import WRITING, Answer, Cluster, check_whole
from loccit.engines.trouble import NotThere
from loccit.errors import EngineUnreachable, IndexDamaged, IndexOutdated
from loccit.types import Entry, Hit

MOST_TERMS, MOST_HITS = 1_024, 10_000
"""What OpenSearch takes in one question, and gives."""
REBUILD = "Run: loccit index --rebuild"


class OpenSearchEngine:
    """Entries as their lines beside OpenSearch's postings of their terms."""

    def __init__(
        self,
        folder: Path,
        commit: str | None = None,
        settings: ClusterSettings = ClusterSettings(),  # noqa: B008
    ) -> None:
        self._folder, self._settings = folder, settings
        self._cluster = Cluster(settings, folder.parent.parent)
        self._commit: str | None = None
        self._index = ""
        self._size = 0
        self._next = 0
        self._bulk: Bulk | None = None
        self._added = 0
        self._turn = 0
        self._deleted: dict[str, int] = {}
        """Each deleted article, and when: what of it was added in a later turn stays."""
        if commit is not None:
            self._open(commit)

    def search(self, terms: Sequence[str], limit: int) -> list[Hit]:
        """The best passages that hold one of the terms at least; best first, ties by passage id.

        Raises EngineUnreachable where not all of the index could be searched.
        """
        if self._commit is None or not terms:
            return []
        question = {
            "query": {"match": {"terms": " ".join(terms[:MOST_TERMS])}},
            "sort": ["_score", {"id": "asc"}],
            "size": min(limit, MOST_HITS),
            "track_total_hits": False,
            "timeout": f"{1000 * self._settings.deadline:.0f}ms",
        }
        try:
            answer = self._cluster.ask(
                "POST",
                f"/{self._commit}/_search",
                question,
                search_type="dfs_query_then_fetch",  # how rare a term is counts over all shards, not in each
                allow_partial_search_results="false",
            )
        except NotThere as error:
            raise IndexOutdated("The index has been replaced since it was opened. Open it again.") from error
        with documents.expected():
            return [self._hit(found) for found in check_whole(answer)["hits"]["hits"]]

    def __len__(self) -> int:
        """How many passages can be found."""
        return self._size

    def add(self, entries: Iterable[Entry]) -> None:
        """Passages to be found from the next commit on; raises EngineUnreachable."""
        bulk = self._begun()
        for entry in entries:
            bulk.put(
                f"{documents.short_key(entry.id)}-{self._next}",
                documents.document_of(entry, self._next, turn=self._turn),
            )
            self._added += 1

    def delete(self, article_id: str) -> None:
        """No passage of the article is found from the next commit on."""
        self._deleted[article_id] = self._turn
        self._turn += 1

    def commit(self) -> str:
        """Have all passages taken, then make the alias that shows them; until then nobody sees a change."""
        bulk = self._begun()
        gone = self._mark_gone(bulk)
        bulk.finish()
        self._bulk = None
        documents.refresh(self._cluster, self._index)
        added = self._added - self._withdraw()
        for field, wanted in (("born", added), ("gone", gone)):
            if (there := documents.count(self._cluster, self._index, {"term": {field: self._next}})) != wanted:
                raise EngineUnreachable(
                    f"OpenSearch has {there:,} of the {wanted:,} passages that it took: has a node been lost? "
                    "The old index is unchanged. Run it again."
                )
        commit = f"{self._name}-{self._next}"
        alias = {"index": self._index, "alias": commit, "filter": documents.shown(self._next)}
        self._cluster.ask("POST", "/_aliases", {"actions": [{"add": alias}]}, seconds=WRITING)
        self._added, self._deleted = 0, {}
        self._open(commit)
        return commit

    def prune(self) -> None:
        """Clear away what went before the commit that came before this one, which bots may still have open."""
        try:
            self._prune()
        except EngineUnreachable:  # the index is whole; the next time will do
            return

    # -- reading

    def _open(self, commit: str) -> None:
        try:
            found = self._cluster.ask("GET", f"/{commit}")
        except NotThere as error:
            raise IndexDamaged(f"OpenSearch has no index '{commit}', which the catalog names. {REBUILD}") from error
        if len(found) != 1:
            raise IndexDamaged(
                f"The alias '{commit}' points to {len(found)} indexes ({', '.join(sorted(found))}). Take it off all but"
                f" one, or run: loccit index --rebuild"
            )
        ((self._index, about),) = found.items()
        number = documents.number_of(commit)
        with documents.expected():
            made = about["mappings"].get("_meta", {}).get("loccit")
            if made != documents.FORMAT:
                raise IndexOutdated(f"The index '{self._index}' has format {made}, not {documents.FORMAT}. {REBUILD}")
            if about["aliases"].get(commit, {}).get("filter") != documents.shown(number):
                raise IndexDamaged(f"The alias '{commit}' has been changed. {REBUILD}")
            self._size = documents.count(self._cluster, commit)
        self._commit, self._next = commit, number + 1

    def _hit(self, found: Answer) -> Hit:
        if found["_index"] != self._index:
            raise IndexDamaged(
                f"The alias '{self._commit}' points to '{found['_index']}' too. Take it off there, or run: loccit index"
                " --rebuild"
            )
        return Hit(documents.entry_of(found["_source"]), found["sort"][0])

    # -- writing

    @property
    def _name(self) -> str:
        """What the names of this folder's aliases and indexes begin with; no other folder's do."""
        if self._commit is not None:
            return self._commit.rpartition("-")[0]
        path = self._folder / "owner"
        if not path.is_file():
            self._folder.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            new.write_text(secrets.token_hex(4), encoding="ascii")
            put(new, path)
        return f"{self._settings.index}-{path.read_text(encoding='ascii')}"

    def _begun(self) -> Bulk:
        """What takes passages for the next commit; what a killed writer left is taken back first."""
        if self._bulk is None:
            if self._commit is None:
                self._create()
            else:
                self._take_back(documents.number_of(self._commit))
            self._bulk = Bulk(self._cluster, self._index)
        return self._bulk

    def _create(self) -> None:
        there = self._cluster.ask("GET", f"/{self._name}-*", seconds=WRITING)
        names = [name for index, about in there.items() for name in (index, *about["aliases"])]
        self._next = max(map(documents.number_of, names), default=0) + 1
        self._index = f"{self._name}-{self._next}-passages"
        self._cluster.ask(  # with its copies, so that none is lost with a node from the first passage on
            "PUT", f"/{self._index}", documents.new_index(self._settings), seconds=WRITING, wait_for_active_shards="all"
        )

    def _take_back(self, number: int) -> None:
        """Make the index as it was at that commit, whatever a writer has begun since."""
        later = {"range": {"born": {"gt": number}}}
        documents.refresh(self._cluster, self._index)
        if documents.count(self._cluster, self._index, later):
            documents.remove(self._cluster, self._index, later)
        back = Bulk(self._cluster, self._index)
        for key, document in documents.found(self._cluster, self._index, {"range": {"gone": {"gt": number}}}):
            back.put(key, documents.document_of(documents.entry_of(document), document["born"]))
        back.finish()
        documents.refresh(self._cluster, self._index)

    def _mark_gone(self, bulk: Bulk) -> int:
        """Mark what the deleted articles had; gives how many passages that were."""
        gone = 0
        for articles in documents.batched(self._deleted, documents.PAGE) if self._commit else ():
            query = {"terms": {"article": articles}}
            for key, document in documents.found(self._cluster, str(self._commit), query):
                bulk.put(key, documents.document_of(documents.entry_of(document), document["born"], gone=self._next))
                gone += 1
        return gone

    def _withdraw(self) -> int:
        """Take back what was added of articles before they were deleted; gives how many passages that were."""
        withdrawn = 0
        for articles in documents.batched(self._deleted, documents.PAGE) if self._added else ():
            turns = {article: self._deleted[article] for article in articles}
            withdrawn += documents.remove(self._cluster, self._index, documents.added_until(turns, self._next))
        if withdrawn:
            documents.refresh(self._cluster, self._index)
        return withdrawn

    def _prune(self) -> None:
        assert self._commit is not None  # noqa: S101  # what is pruned was committed
        there = self._cluster.ask("GET", f"/{self._name}-*", seconds=WRITING)
        commits = {alias: index for index, about in there.items() for alias in about["aliases"]}
        earlier = sorted(map(documents.number_of, commits.keys() - {self._commit}))
        kept = {self._commit, *(f"{self._name}-{number}" for number in earlier[-1:])}
        stale = [{"remove": {"index": commits[alias], "alias": alias}} for alias in commits.keys() - kept]
        if stale:
            self._cluster.ask("POST", "/_aliases", {"actions": stale}, seconds=WRITING)
        for index in there.keys() - {commits[alias] for alias in kept}:
            self._cluster.ask("DELETE", f"/{index}", seconds=WRITING)
        if earlier:
            documents.remove(self._cluster, self._index, {"range": {"gone": {"lte": earlier[-1]}}})
