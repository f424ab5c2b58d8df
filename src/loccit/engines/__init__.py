"""Search engines: one module each. They receive ready terms and know no language.

An engine lives in a folder of its own, or in a cluster. `ENGINES[name](folder, commit)` opens what `commit` names, or,
without one, an empty engine to write to.
"""

from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol, runtime_checkable

from loccit.endpoints import ClusterSettings
from loccit.errors import BadSettings, MissingLibrary
from loccit.types import Entry, Hit

ENGINES = {
    "memory": "loccit.engines.memory:MemoryEngine",
    "tantivy": "loccit.engines.tantivy:TantivyEngine",
    "opensearch": "loccit.engines.opensearch:OpenSearchEngine",
}
"""Name -> "module:attribute", imported when used."""
REMOTE = ("opensearch",)
"""Those that lie in a cluster, and are told where; their folder holds what they go by."""


class Engine(Protocol):
    """What finds passages."""

    def search(self, terms: Sequence[str], limit: int) -> list[Hit]:
        """The best passages that hold one of the terms at least; best first, ties by passage id."""

    def __len__(self) -> int:
        """How many passages can be found."""

    def add(self, entries: Iterable[Entry]) -> None:
        """Passages to be found from the next commit on."""

    def delete(self, article_id: str) -> None:
        """No passage of the article is found from the next commit on."""

    def commit(self) -> str:
        """Make what was added and deleted last, all or nothing; gives the id to open it by."""

    def prune(self) -> None:
        """Remove what earlier commits left and this one does not need."""


@runtime_checkable
class Keeper(Protocol):
    """An engine that keeps the articles too, so that they do not lie beside each who asks."""

    def keep(self, article_id: str, record: bytes) -> str:
        """Have an article's record, text in UTF-8, kept from the next commit on; gives the name to fetch it by.

        It goes when the article is deleted.
        """

    def fetch(self, names: Sequence[str]) -> list[bytes]:
        """The records that were given these names, in one request; raises EngineUnreachable."""


def open_engine(name: str, folder: Path, commit: str | None = None, cluster: ClusterSettings | None = None) -> Engine:
    """The engine of that name; raises BadSettings for an unknown one, MissingLibrary where one must be installed."""
    if name not in ENGINES:
        raise BadSettings(f"There is no engine '{name}'. Choose one of: {', '.join(ENGINES)}.")
    module, _, attribute = ENGINES[name].partition(":")
    where = (cluster or ClusterSettings(),) if name in REMOTE else ()
    try:
        opened: Engine = getattr(import_module(module), attribute)(folder, commit, *where)
    except ModuleNotFoundError as error:
        raise MissingLibrary(
            f"The engine '{name}' needs the package {error.name}: pip install 'loccit[{name}]'."
        ) from error
    return opened
