"""The tests of what only a real cluster shows. They need one, and fail where it cannot be had: nothing is skipped."""

from collections.abc import Iterator

import pytest

from tests.opensearch import cluster


@pytest.fixture(scope="session", autouse=True)
def _cluster() -> Iterator[None]:
    with cluster.running() as hosts, pytest.MonkeyPatch.context() as environment:
        environment.setenv("OPENSEARCH_HOSTS", ",".join(hosts))
        yield


@pytest.fixture(autouse=True)
def _whole() -> Iterator[None]:
    """Each test begins with all nodes there."""
    cluster.start()
    yield
    cluster.ask("DELETE", "/loccit-*")
