"""What is told of a cluster that is not well; `tests/opensearch` has a real one."""

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from loccit.endpoints import ClusterSettings
from loccit.engines.bulk import Bulk
from loccit.engines.cluster import Cluster, check_whole
from loccit.engines.documents import FORMAT
from loccit.engines.opensearch import OpenSearchEngine
from loccit.errors import BadSettings, EngineUnreachable, LoccitError
from loccit.settings import IndexSettings, read_settings

Reply = tuple[int, str, str]
"""Status, type, body."""
Behaviour = Callable[[BaseHTTPRequestHandler, bytes], Reply]
PAGE = (200, "text/html", "<html>Welcome!</html>")
SECRET = "correct-horse"  # noqa: S105  # of nobody


@contextmanager
def serving(behave: Behaviour, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server on loopback that does that with each request."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.rfile.read(int(self.headers.get("content-length") or 0))
            status, kind, body = behave(self, asked)
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815  # their names are the library's

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http{'s' if context else ''}://127.0.0.1:{server.server_port}"
        server.shutdown()


def said(*replies: Reply) -> Behaviour:
    """One reply after the other, the last one for ever."""
    left = list(replies)
    return lambda *_: left.pop(0) if len(left) > 1 else left[0]


def failing(status: int, kind: str = "some_exception", reason: str = "because") -> Reply:
    error = {"type": kind, "reason": reason, "root_cause": [{"type": kind, "reason": reason}]}
    return status, "application/json", json.dumps({"error": error, "status": status})


def answering(body: object) -> Reply:
    return 200, "application/json", json.dumps(body)


def cluster(*hosts: str, deadline: float = 0.4, ca: Path | None = None) -> Cluster:
    return Cluster(ClusterSettings(hosts=hosts, deadline=deadline, ca=str(ca) if ca else None), Path())


TOLD = {
    "html": (PAGE, "What answers at {host} is not OpenSearch. Is it a proxy's page? Mend 'hosts' in index.toml."),
    "text": ((200, "text/plain", "hello"), "What answers at {host} is not OpenSearch. Is it a proxy's page? Mend "),
    "list": (answering([1]), "What answers at {host} is not OpenSearch. Is it a proxy's page? Mend 'hosts' in "),
    "cut": ((200, "application/json", '{"hits": ['), "What answers at {host} is not OpenSearch. Is it a proxy's "),
    "401": (failing(401), "OpenSearch does not let us in (401). Set OPENSEARCH_USER and OPENSEARCH_PASSWORD, or "),
    "401 page": ((401, "text/html", "<html>"), "OpenSearch does not let us in (401). Set OPENSEARCH_USER and "),
    "403": (
        failing(403, "security_exception", "no permissions for [indices:data/read/search]"),
        "OpenSearch forbids GET /x (403: no permissions for [indices:data/read/search]). Give the user the rights, or",
    ),
    "read-only": (
        failing(403, "cluster_block_exception", "index [x] blocked by: [FORBIDDEN/5/index read-only (api)];"),
        "OpenSearch forbids GET /x (403: index [x] blocked by: [FORBIDDEN/5/index read-only (api)];). Give the user",
    ),
    "413": ((413, "text/html", "<html>"), "OpenSearch, or a proxy before it, refuses a document as too large (413)."),
    "429": (failing(429, reason="rejected execution"), "OpenSearch is too busy (429: rejected execution). Ask again"),
    "502 page": ((502, "text/html", "<html>"), "OpenSearch answers 502 to GET /x: a page instead of JSON."),
    "503": (failing(503, reason="all shards failed"), "Part of the index is not reachable (503: all shards failed). "),
    "404": ((404, "text/html", "<html>"), "OpenSearch answers 404 to GET /x: a page instead of JSON."),
    "400": (failing(400, reason="x" * 999), "OpenSearch answers 400 to GET /x: xxx"),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_a_cluster_says_is_told(name: str) -> None:
    reply, told = TOLD[name]
    with serving(said(reply)) as host:
        with pytest.raises(EngineUnreachable) as error:
            cluster(host).ask("GET", "/x")
        assert str(error.value).startswith(told.format(host=host))
        assert len(str(error.value)) < 400


def test_one_that_is_down_is_told_within_the_deadline() -> None:
    start = time.monotonic()
    with pytest.raises(EngineUnreachable, match=r"^OpenSearch cannot be reached at http://127\.0\.0\.1:9 \(conn"):
        cluster("http://127.0.0.1:9").ask("GET", "/x")
    assert 0.1 < time.monotonic() - start < 1


def test_one_that_is_slow_is_told_within_the_deadline() -> None:
    def slow(*_: object) -> Reply:
        time.sleep(2)
        return answering({})

    with serving(slow) as host:
        start = time.monotonic()
        with pytest.raises(EngineUnreachable, match=r"did not answer within 0\.4 s\. Ask again later"):
            cluster(host).ask("GET", "/x")
        assert time.monotonic() - start < 1


def test_what_passes_is_waited_for() -> None:
    busy = [failing(429)] * 2 + [failing(503), (502, "text/html", "<html>")]
    busy += [failing(500, "node_disconnected_exception"), failing(404, "search_context_missing_exception")]
    with serving(said(*busy, answering({"it": "works"}))) as host:
        assert cluster(host, deadline=20).ask("GET", "/x") == {"it": "works"}


def test_another_node_answers_for_one_that_is_down_or_hangs() -> None:
    def hanging(*_: object) -> Reply:
        time.sleep(1)
        return PAGE

    with serving(said(answering({"it": "works"}))) as host, serving(hanging) as hung:
        asked = cluster("http://127.0.0.1:9", hung, host, deadline=1)
        for _ in range(6):
            assert asked.ask("GET", "/x") == {"it": "works"}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"_shards": {"total": 3, "failed": 1}}, "Part of the index is not reachable: 1 of its 3 shards. Ask again"),
        ({"_shards": {"total": 3, "failed": 0}, "timed_out": True}, "Part of the index did not answer in time."),
        ({"hits": {}}, "What answers is not OpenSearch: it does not tell of its shards. Mend 'hosts'."),
    ],
)
def test_a_part_is_never_taken_for_the_whole(answer: dict[str, Any], told: str) -> None:
    with pytest.raises(EngineUnreachable) as error:
        check_whole(answer)
    assert str(error.value).startswith(told)


# -- encryption, credentials


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def encrypted(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_certificates_are_checked(authority: trustme.CA, tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca))
    with serving(said(answering({"it": "works"})), encrypted(authority, "127.0.0.1")) as host:
        assert cluster(host, deadline=5, ca=ca).ask("GET", "/x") == {"it": "works"}
        with pytest.raises(EngineUnreachable, match=r"is not trusted: .*\. Name its signer's as 'ca' in "):
            cluster(host).ask("GET", "/x")
    with (
        serving(said(answering({})), encrypted(authority, "search.example")) as host,
        pytest.raises(EngineUnreachable, match=r"^The certificate at https://127\.0\.0\.1:\d+ is for another name\."),
    ):
        cluster(host, deadline=5, ca=ca).ask("GET", "/x")
    with serving(said(answering({}))) as host, pytest.raises(EngineUnreachable, match=r"Is it https:// there\?$"):
        cluster(host.replace("http", "https"), deadline=0.3).ask("GET", "/x")


@pytest.mark.parametrize(
    ("environment", "header"),
    [
        ({}, None),
        ({"OPENSEARCH_USER": "bot", "OPENSEARCH_PASSWORD": SECRET}, "Basic Ym90OmNvcnJlY3QtaG9yc2U="),
        ({"OPENSEARCH_API_KEY": SECRET}, f"ApiKey {SECRET}"),
    ],
)
def test_credentials_come_from_the_environment_and_are_never_told(
    environment: dict[str, str],
    header: str | None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen = []

    def looking(request: BaseHTTPRequestHandler, _: bytes) -> Reply:
        seen.append(request.headers.get("authorization"))
        return failing(401)

    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with serving(looking) as host, pytest.raises(EngineUnreachable) as error:
        cluster(host).ask("GET", "/x")
    assert seen == [header]
    chain = [repr(error.value), repr(error.value.__cause__), caplog.text]
    assert not any(SECRET in told or "Ym90" in told for told in chain)


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"OPENSEARCH_USER": "bot"}, "OPENSEARCH_PASSWORD is not set. Set OPENSEARCH_USER and OPENSEARCH_PASSWORD, or"),
        ({"OPENSEARCH_PASSWORD": SECRET}, "OPENSEARCH_USER is not set."),
        (
            {"OPENSEARCH_USER": "bot", "OPENSEARCH_PASSWORD": SECRET, "OPENSEARCH_API_KEY": SECRET},
            "Both OPENSEARCH_API_KEY and OPENSEARCH_USER are set. Set one of them.",
        ),
        ({"OPENSEARCH_API_KEY": f"{SECRET}\r\nx: y"}, "OPENSEARCH_PASSWORD or OPENSEARCH_API_KEY has characters that"),
        (
            {"OPENSEARCH_HOSTS": "http://search-1:9200"},
            "OPENSEARCH_HOSTS: 'http://search-1:9200' would be asked ",
        ),
    ],
)
def test_an_environment_that_cannot_be_is_told(
    environment: dict[str, str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as error:
        cluster("http://127.0.0.1:9")
    assert str(error.value).startswith(told)
    assert SECRET not in str(error.value)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            'hosts = ["http://search-1:9200"]',
            "'http://search-1:9200' would be asked without encryption. Write https",
        ),
        ('hosts = ["search-1"]', "'search-1' is no address of a node. Write one such as https://search-1:9200."),
        ('hosts = ["https://a:9200/_search?q=x"]', "'https://a:9200/_search?q=x' is no address of a node. Write one"),
        ('hosts = ["https://a:99999"]', "'https://a:99999' is no address of a node."),
        (f'hosts = ["https://bot:{SECRET}@a"]', "a host has a password; put it into OPENSEARCH_USER and OPENSEARCH_P"),
        ("hosts = []", "'opensearch.hosts' is []: "),
        ('index = "Mine"', "'opensearch.index' is 'Mine': "),
        ("shards = 0", "'opensearch.shards' is 0: "),
        ('host = "x"', "there is no setting 'opensearch.host'. Did you mean 'hosts'?"),
    ],
)
def test_settings_that_cannot_be_are_told(line: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "index.toml"
    path.write_text(f"[opensearch]\n{line}\n", encoding="utf-8")
    with pytest.raises(BadSettings) as error:
        read_settings(IndexSettings, path)
    assert str(error.value).startswith(f"{path}: {told}")
    assert SECRET not in str(error.value)


def test_plain_http_will_do_where_it_is_told_so_and_on_this_machine() -> None:
    ClusterSettings(hosts=("http://search-1:9200",), plain_http=True)
    ClusterSettings(hosts=("http://localhost:9200", "http://[::1]:9200", "https://search-1"))


def test_a_file_of_certificates_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing", encoding="utf-8")
    for name in ("ca.pem", "missing.pem"):
        with pytest.raises(BadSettings, match=rf"^opensearch\.ca: .*{name} cannot be read as certificates"):
            Cluster(ClusterSettings(hosts=("https://127.0.0.1",), ca=name), tmp_path)


# -- bulk


class Taking:
    """A cluster that takes documents, each only when it is asked as often as that."""

    def __init__(self, refusals: int = 0, status: int = 429, most: int = 10**9) -> None:
        self.taken: list[str] = []
        self.requests: list[int] = []
        self._left: dict[str, int] = {}
        self._refusals, self._status, self._most = refusals, status, most
        self._lock = threading.Lock()

    def __call__(self, _: BaseHTTPRequestHandler, asked: bytes) -> Reply:
        with self._lock:
            self.requests.append(len(asked))
            if len(asked) > self._most:
                return 413, "text/html", "<html>too large</html>"
            items = []
            for line in asked.splitlines()[::2]:
                key = json.loads(line)["index"]["_id"]
                left = self._left.setdefault(key, self._refusals)
                self._left[key] = left - 1
                if left > 0:
                    items.append({"index": {"_id": key, "status": self._status, "error": {"reason": "no room"}}})
                else:
                    self.taken.append(key)
                    items.append({"index": {"_id": key, "status": 201}})
            return answering({"errors": any("error" in item["index"] for item in items), "items": items})


@pytest.mark.parametrize("status", [429, 503])
def test_documents_that_are_refused_for_now_are_sent_again_alone(status: int) -> None:
    taking = Taking(refusals=3, status=status)
    with serving(taking) as host:
        bulk = Bulk(cluster(host))
        for number in range(50):
            bulk.put("x", f"{number}", {"text": "ä" * number})
        bulk.finish()
    assert sorted(taking.taken, key=int) == [str(number) for number in range(50)]


def test_what_is_too_large_at_once_is_sent_in_parts() -> None:
    taking = Taking(most=2_000)
    with serving(taking) as host:
        bulk = Bulk(cluster(host))
        for number in range(50):
            bulk.put("x", f"{number}", {"text": "x" * 100})
        bulk.finish()
        assert sorted(taking.taken, key=int) == [str(number) for number in range(50)]
        bulk = Bulk(cluster(host))
        bulk.put("x", "large", {"text": "x" * 3_000})
        with pytest.raises(EngineUnreachable, match=r"refuses a document as too large \(413\)"):
            bulk.finish()


def test_a_document_that_will_never_be_taken_ends_it() -> None:
    with serving(Taking(refusals=1, status=403)) as host:
        bulk = Bulk(cluster(host))
        bulk.put("x", "a", {})
        with pytest.raises(EngineUnreachable) as error:
            bulk.finish()
    assert str(error.value) == "OpenSearch refuses a document (403: no room). The old index is unchanged."


def test_no_more_waits_in_memory_than_a_few_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loccit.engines.bulk.BYTES", 1_000)
    go = threading.Event()

    def blocked(*_: object) -> Reply:
        go.wait(10)
        return answering({"errors": False})

    with serving(blocked) as host:
        bulk = Bulk(cluster(host, deadline=20))
        put = []

        def fill() -> None:
            for number in range(100):
                bulk.put("x", f"{number}", {"text": "x" * 500})
                put.append(number)
            bulk.finish()

        filler = threading.Thread(target=fill)
        filler.start()
        time.sleep(0.5)
        assert len(put) < 30
        go.set()
        filler.join(20)
    assert len(put) == 100


# -- what the engine makes of it


def test_an_engine_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    shown = {"bool": {"filter": [{"range": {"born": {"lte": 1}}}], "must_not": [{"range": {"gone": {"lte": 1}}}]}}

    def about(made: object = FORMAT, shows: object = shown) -> dict[str, Any]:
        return {"aliases": {"i-1": {"filter": shows}}, "mappings": {"_meta": {"loccit": made}}}

    cases = [
        (
            failing(404, "index_not_found_exception", "no such index [i-1]"),
            "OpenSearch has no index 'i-1', which the c",
        ),
        (
            answering({"a": about(), "b": about()}),
            "The alias 'i-1' points to 2 indexes (a, b). Take it off all but",
        ),
        (answering({"a": about(made=1)}), "The index 'a' has format 1, not 2. Run: loccit index --rebuild"),
        (answering({"a": about(shows={})}), "The alias 'i-1' has been changed. Run: loccit index --rebuild"),
        (
            answering({"a": []}),
            "What answers is not OpenSearch, or not with loccit's passages. Mend 'hosts'",
        ),
        (failing(503), "Part of the index is not reachable (503: because). Ask again when the cluster is whole."),
    ]
    for reply, told in cases:
        with serving(said(reply)) as host:
            settings = ClusterSettings(hosts=(host,), deadline=0.3)
            with pytest.raises(LoccitError) as error:
                OpenSearchEngine(tmp_path / "built" / "opensearch", "i-1", settings)
            assert str(error.value).startswith(told)
