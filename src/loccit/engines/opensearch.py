"""The engine for more than one machine: an OpenSearch cluster, shared by all who answer from it.

Passages and the articles they are of lie in an index each. A commit is an alias of the first that shows what had come
by then and had not gone: made at once, it is there or not. An article is fetched by the name that the catalog has.
"""

import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path

from loccit.durable import put
from loccit.endpoints import ClusterSettings
from loccit.engines import documents
from loccit.engines.bulk import Bulk
from loccit.engines.cluster import WRITING, Answer, Cluster, check_whole
from loccit.engines.documents import ARTICLES, PASSAGES
from loccit.engines.trouble import NotThere
from loccit.engines.versions import Versions, count, shown
from loccit.errors import EngineUnreachable, IndexDamaged, IndexOutdated
from loccit.types import Entry, Hit

MOST_TERMS, MOST_HITS = 1_024, 10_000
"""What OpenSearch takes in one question, and gives."""
FETCHED = 32
"""Articles that are remembered: what one quotes another quotes too, and who looks at a proof has just seen it."""
BOOKS = 10
"""Articles read at once to be changed; one may have ten million characters."""
REBUILD = "Run: loccit index --rebuild"


class OpenSearchEngine:
    """Entries as their lines beside OpenSearch's postings of their terms; articles as the records they were given."""

    def __init__(
        self,
        folder: Path,
        commit: str | None = None,
        settings: ClusterSettings = ClusterSettings(),  # noqa: B008
    ) -> None:
        self._folder, self._settings = folder, settings
        self._cluster = Cluster(settings, folder.parent.parent)
        self._commit: str | None = None
        self._passages: Versions  # these two are there once it is opened, or begun
        self._articles: Versions
        self._size = 0
        self._next = 0
        self._bulk: Bulk | None = None
        self._fetched: dict[str, bytes] = {}
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

    def fetch(self, names: Sequence[str]) -> list[bytes]:
        """The records of articles that `keep` gave these names, in one request; raises EngineUnreachable."""
        known = self._fetched  # another thread may put another in its place meanwhile
        new = [name for name in dict.fromkeys(names) if name not in known]
        records = {**known, **self._get(new)} if new else known
        self._fetched = dict(list(records.items())[-FETCHED:])
        return [records[name] for name in names]

    def add(self, entries: Iterable[Entry]) -> None:
        """Passages to be found from the next commit on; raises EngineUnreachable."""
        self._begin()
        for entry in entries:
            self._passages.put(documents.short_key(entry.id), entry.article_id, documents.document_of(entry))

    def keep(self, article_id: str, record: bytes) -> str:
        """Have the cluster keep an article's record, text in UTF-8; gives the name to fetch it by."""
        self._begin()
        document = {"id": article_id, "record": record.decode()}
        return self._articles.put(documents.short_key(article_id), article_id, document)

    def delete(self, article_id: str) -> None:
        """The article is gone, with its passages, from the next commit on."""
        self._begin()
        for each in (self._passages, self._articles):
            each.delete(article_id)

    def commit(self) -> str:
        """Have all of it taken, then make the alias that shows the passages; until then nobody sees a change."""
        bulk = self._begin()
        for each in (self._passages, self._articles):
            each.mark_gone()
        bulk.finish()
        for each in (self._passages, self._articles):
            each.check()
        commit = f"{self._name}-{self._next}"
        alias = {"index": self._passages.index, "alias": commit, "filter": shown(self._next)}
        self._cluster.ask("POST", "/_aliases", {"actions": [{"add": alias}]}, seconds=WRITING)
        self._bulk = None
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
        found = self._about(commit)
        if len(found) != 1:
            raise IndexDamaged(
                f"The alias '{commit}' points to {len(found)} indexes ({', '.join(sorted(found))}). Take it off all but"
                f" one, or run: loccit index --rebuild"
            )
        ((index, about),) = found.items()
        number = documents.number_of(commit)
        with documents.expected():
            made = about["mappings"].get("_meta", {}).get("loccit")
            if made != documents.FORMAT:
                raise IndexOutdated(f"The index '{index}' has format {made}, not {documents.FORMAT}. {REBUILD}")
            if about["aliases"].get(commit, {}).get("filter") != shown(number):
                raise IndexDamaged(f"The alias '{commit}' has been changed. {REBUILD}")
            self._passages, self._articles = self._versions(index.removesuffix(PASSAGES))
            self._about(self._articles.index)
            self._size = count(self._cluster, commit)
        self._commit, self._next = commit, number + 1

    def _about(self, name: str) -> Answer:
        """What the cluster has of a name that the catalog goes by."""
        try:
            return self._cluster.ask("GET", f"/{name}")
        except NotThere as error:
            raise IndexDamaged(f"OpenSearch has no index '{name}', which the catalog names. {REBUILD}") from error

    def _versions(self, name: str) -> tuple[Versions, Versions]:
        """The indexes whose names begin so."""
        passages = Versions(self._cluster, f"{name}{PASSAGES}", whole=documents.whole_passage)
        return passages, Versions(self._cluster, f"{name}{ARTICLES}", page=BOOKS)

    def _hit(self, found: Answer) -> Hit:
        if found["_index"] != self._passages.index:
            raise IndexDamaged(
                f"The alias '{self._commit}' points to '{found['_index']}' too. Take it off there, or run: loccit index"
                " --rebuild"
            )
        return Hit(documents.entry_of(found["_source"]), found["sort"][0])

    def _get(self, names: Sequence[str]) -> dict[str, bytes]:
        seconds = WRITING if self._bulk else None
        try:
            with documents.expected():
                records = self._articles.get(names, "record", seconds=seconds)
                if self._bulk and len(records) < len(names):  # they may be on their way
                    self._bulk.flush()
                    self._articles.refresh()
                    records = self._articles.get(names, "record", seconds=seconds)
        except NotThere:
            records = {}
        if len(records) < len(names):
            raise IndexOutdated(
                "An article is no longer in OpenSearch: the index has been replaced since it was opened. Open it again;"
                " if that does not help, run: loccit index --rebuild"
            )
        return {name: record.encode() for name, record in records.items()}

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

    def _begin(self) -> Bulk:
        """What takes documents for the next commit; what a killed writer left is taken back first."""
        if self._bulk is None:
            if self._commit is None:
                self._create()
            bulk = Bulk(self._cluster)
            for each in (self._passages, self._articles):
                each.begin(documents.number_of(self._commit or ""), self._next, bulk)
            self._bulk = bulk
        return self._bulk

    def _create(self) -> None:
        there = self._cluster.ask("GET", f"/{self._name}-*", seconds=WRITING)
        names = [name for index, about in there.items() for name in (index, *about["aliases"])]
        self._next = max(map(documents.number_of, names), default=0) + 1
        self._passages, self._articles = self._versions(f"{self._name}-{self._next}-")
        for each, kind in ((self._passages, PASSAGES), (self._articles, ARTICLES)):
            body = documents.new_index(self._settings, kind)
            # With its copies, so that none is lost with a node from the first document on.
            self._cluster.ask("PUT", f"/{each.index}", body, seconds=WRITING, wait_for_active_shards="all")

    def _prune(self) -> None:
        assert self._commit is not None  # noqa: S101  # what is pruned was committed
        there = self._cluster.ask("GET", f"/{self._name}-*", seconds=WRITING)
        commits = {alias: index for index, about in there.items() for alias in about["aliases"]}
        now = documents.number_of(self._commit)
        # A later one is of a writer that was killed when it had made that; nobody knows of it.
        earlier = sorted(number for number in map(documents.number_of, commits) if number < now)
        kept = {self._commit, *(f"{self._name}-{number}" for number in earlier[-1:])}
        stale = [{"remove": {"index": commits[alias], "alias": alias}} for alias in commits.keys() - kept]
        if stale:
            self._cluster.ask("POST", "/_aliases", {"actions": stale}, seconds=WRITING)
        of_kept = {commits[alias].removesuffix(PASSAGES) for alias in kept}
        for index in there:
            if index.removesuffix(PASSAGES).removesuffix(ARTICLES) not in of_kept:
                self._cluster.ask("DELETE", f"/{index}", seconds=WRITING)
        for each in (self._passages, self._articles) if earlier else ():
            each.prune(earlier[-1])
