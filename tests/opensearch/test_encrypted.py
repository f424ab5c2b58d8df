"""A real node behind a door that ends the encryption and looks at who comes, as a proxy before a cluster does."""

import ssl
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import trustme

from loccit.endpoints import ClusterSettings
from loccit.engines.opensearch import OpenSearchEngine
from loccit.errors import EngineUnreachable
from tests.engines.test_cluster import Reply, serving
from tests.engines.test_conformance import entry
from tests.opensearch import cluster

LET_IN = ("Basic Ym90OmNvcnJlY3QtaG9yc2U=", "ApiKey os_correct-horse")


def guarded(request: BaseHTTPRequestHandler, asked: bytes) -> Reply:
    """Hands on what comes from somebody known."""
    if request.headers.get("authorization") not in LET_IN:
        return 401, "text/plain", "Unauthorized"
    onward = urllib.request.Request(  # noqa: S310  # loopback
        cluster.HOSTS[0] + request.path,
        method=request.command,
        data=asked or None,
        headers={"content-type": request.headers.get("content-type", "application/json")},
    )
    try:
        with urllib.request.urlopen(onward, timeout=30) as answer:  # noqa: S310
            return answer.status, answer.headers["content-type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["content-type"], error.read().decode()


@pytest.mark.parametrize(
    "environment",
    [
        {"OPENSEARCH_USER": "bot", "OPENSEARCH_PASSWORD": "correct-horse"},
        {"OPENSEARCH_API_KEY": "os_correct-horse"},
    ],
    ids=["password", "key"],
)
def test_an_index_is_written_and_asked_through_it(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    monkeypatch.delenv("OPENSEARCH_HOSTS")
    with serving(guarded, context) as host:
        settings = ClusterSettings(hosts=(host,), ca="ca.pem", deadline=30)
        folder = tmp_path / "built" / "opensearch"
        with pytest.raises(
            EngineUnreachable, match=r"^OpenSearch does not let us in \(401\)\. Set OPENSEARCH_USER and"
        ):
            OpenSearchEngine(folder, None, settings).commit()
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        writer = OpenSearchEngine(folder, None, settings)
        writer.add(entry(n, ["en:war"]) for n in range(10))
        reader = OpenSearchEngine(folder, writer.commit(), settings)
        assert len(reader.search(["en:war"], 20)) == 10
