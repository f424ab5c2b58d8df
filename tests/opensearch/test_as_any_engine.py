"""What holds for every engine, of this one, on three nodes."""

import pytest

from loccit.endpoints import ClusterSettings
from loccit.settings import IndexSettings
from tests.engines.test_conformance import *  # noqa: F403  # all of its tests
from tests.engines.test_indexes import (  # noqa: F401
    test_a_kill_leaves_the_old_index_or_the_new_one,
    test_an_index_is_built_and_updated,
    test_every_engine_gives_the_same_answers,
)


@pytest.fixture(scope="session")  # type: ignore[no-redef]  # that of the suite names the others
def engine_name() -> str:
    return "opensearch"


@pytest.fixture(params=(1, 3))
def recipe(request: pytest.FixtureRequest) -> IndexSettings:
    return IndexSettings(
        engine="opensearch", languages=("en",), opensearch=ClusterSettings(shards=request.param, deadline=60)
    )
