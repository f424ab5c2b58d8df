"""Requests to an OpenSearch cluster: tried again while that may help, in bounded time; what is wrong is told."""

import logging
import os
import random
import ssl
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from opensearchpy import OpenSearch, exceptions
from opensearchpy.exceptions import ConnectionTimeout, OpenSearchException, SerializationError, SSLError, TransportError
from pydantic import SecretStr, ValidationError

from loccit.endpoints import ClusterSettings
from loccit.errors import BadSettings, EngineUnreachable
from loccit.letters import short

Answer = dict[str, Any]

PASSING = (429, 502, 503, 504)
"""What a busy cluster or a proxy before it says: later it may be better."""
SHORTEST, LONGEST = 0.05, 5.0
"""Seconds between two tries, the first and the later ones; less by chance, so that many do not return at once."""
WRITING = 300.0
"""Seconds that what is written may take, all tries together."""


class NotThere(EngineUnreachable):
    """An index or alias is not in the cluster."""


class TooLarge(EngineUnreachable):
    """More than the cluster, or a proxy before it, takes at once."""


class Cluster:
    """A cluster; may be used from several threads."""

    def __init__(self, settings: ClusterSettings, base: Path) -> None:
        settings = _with_hosts(settings, os.environ.get("OPENSEARCH_HOSTS", ""))
        self._hosts, self._deadline = settings.hosts, settings.deadline
        logging.getLogger("opensearch").setLevel(logging.CRITICAL)  # each try that fails, with its traceback
        self._client = OpenSearch(
            hosts=list(settings.hosts),
            ssl_context=_trust(settings, base),
            max_retries=0,  # they come at once, one after the other; `ask` waits in between
            retry_on_timeout=True,  # so that a node that hangs is left alone for a while
            dead_timeout=2,
            timeout_cutoff=3,
            pool_maxsize=16,
            **_credentials(),
        )

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        seconds: float | None = None,
        **parameters: str,
    ) -> Answer:
        """The cluster's answer; within the deadline of a question, unless given so many seconds.

        Raises NotThere, TooLarge or, where trying again did not help or would not, EngineUnreachable.
        """
        allowed = seconds or self._deadline
        until = time.monotonic() + allowed
        tries = 0
        while True:
            left = max(SHORTEST, until - time.monotonic())
            try:
                # One node may hang: another one shall still have its turn.
                return self._once(method, path, body, parameters, left if len(self._hosts) == 1 else left / 2)
            except OpenSearchException as error:
                if tries and "resource_already_exists" in str(error.args):
                    return {}  # an earlier try has made it, and the answer was lost
                tries += 1
                wait = 0.0 if _is_down(error) and tries < len(self._hosts) else pause(tries)
                if not _may_pass(error) or time.monotonic() + wait >= until:
                    self._tell(error, f"{method} {path}", allowed)
                time.sleep(wait)

    def _once(self, method: str, path: str, body: object, parameters: Mapping[str, str], seconds: float) -> Answer:
        headers = {"content-type": "application/x-ndjson"} if isinstance(body, bytes) else None
        answer = self._client.transport.perform_request(
            method, path, params=dict(parameters), body=body, timeout=seconds, headers=headers
        )
        if not isinstance(answer, dict):
            raise SerializationError("no JSON object")
        return answer

    def _tell(self, error: OpenSearchException, request: str, seconds: float) -> NoReturn:
        where = ", ".join(self._hosts)
        if isinstance(error, SerializationError):
            raise EngineUnreachable(
                f"What answers at {where} is not OpenSearch. Is it a proxy's page? Mend 'hosts' in index.toml."
            ) from error
        if isinstance(error, SSLError):
            raise EngineUnreachable(_certificate(where, error)) from error
        if isinstance(error, ConnectionTimeout):
            raise EngineUnreachable(
                f"OpenSearch at {where} did not answer within {seconds:g} s. Ask again later, or set a longer"
                " 'deadline' in index.toml."
            ) from error
        if isinstance(error, exceptions.ConnectionError):
            raise EngineUnreachable(
                f"OpenSearch cannot be reached at {where} ({_cause(error)}). Start it, or mend 'hosts' in index.toml."
            ) from error
        status, reason = 0, str(error)
        if isinstance(error, TransportError):
            status, reason = int(error.status_code), _reason(error)
        if status == 404:
            raise NotThere(f"OpenSearch has no such thing: {reason}.") from error
        if status == 413:
            raise TooLarge(
                "OpenSearch, or a proxy before it, refuses a passage as too large (413). Raise the proxy's limit."
            ) from error
        raise EngineUnreachable(
            _SAID.get(status, _SAID[0]).format(status=status, reason=reason, request=request)
        ) from error


_SAID = {
    0: "OpenSearch answers {status} to {request}: {reason}.",
    401: "OpenSearch does not let us in (401). Set OPENSEARCH_USER and OPENSEARCH_PASSWORD, or OPENSEARCH_API_KEY.",
    403: "OpenSearch forbids {request} (403: {reason}). Give the user the rights, or take the block off the index.",
    429: "OpenSearch is too busy (429: {reason}). Ask again later.",
    503: "Part of the index is not reachable (503: {reason}). Ask again when the cluster is whole.",
}
"""What is told of a status; 0 of all others."""


def check_whole(answer: Answer) -> Answer:
    """The same; raises EngineUnreachable where not all shards had their say, or not in time."""
    shards = answer.get("_shards")
    if not isinstance(shards, dict) or not isinstance(shards.get("failed"), int):
        raise EngineUnreachable("What answers is not OpenSearch: it does not tell of its shards. Mend 'hosts'.")
    if failed := shards["failed"]:
        raise EngineUnreachable(
            f"Part of the index is not reachable: {failed} of its {shards.get('total')} shards."
            " Ask again when the cluster is whole."
        )
    if answer.get("timed_out"):
        raise EngineUnreachable(
            "Part of the index did not answer in time. Ask again later, or set a longer 'deadline' in index.toml."
        )
    return answer


def _with_hosts(settings: ClusterSettings, named: str) -> ClusterSettings:
    """The settings, with the hosts of the environment where it names some."""
    hosts = [host.strip() for host in named.split(",") if host.strip()]
    if not hosts:
        return settings
    try:
        return ClusterSettings.model_validate(settings.model_dump() | {"hosts": hosts})
    except ValidationError as error:
        reason = error.errors(include_input=False)[0]["msg"].removeprefix("Value error, ")
        raise BadSettings(f"OPENSEARCH_HOSTS: {reason}.") from None


def _credentials() -> dict[str, Any]:
    """What the library is given to be let in; kept secret until then."""
    user, password, key = (
        SecretStr(os.environ.get(name, "").strip())
        for name in ("OPENSEARCH_USER", "OPENSEARCH_PASSWORD", "OPENSEARCH_API_KEY")
    )
    if key and (user or password):
        raise BadSettings("Both OPENSEARCH_API_KEY and OPENSEARCH_USER are set. Set one of them.")
    if bool(user) != bool(password):
        missing = "OPENSEARCH_PASSWORD" if user else "OPENSEARCH_USER"
        raise BadSettings(f"{missing} is not set. Set OPENSEARCH_USER and OPENSEARCH_PASSWORD, or neither.")
    if not all(secret.get_secret_value().isprintable() for secret in (user, password, key)):
        raise BadSettings(
            "OPENSEARCH_PASSWORD or OPENSEARCH_API_KEY has characters that cannot be sent. Copy it again."
        )
    if key:
        return {"headers": {"Authorization": f"ApiKey {key.get_secret_value()}"}}
    return {"http_auth": (user.get_secret_value(), password.get_secret_value())} if user else {}


def _trust(settings: ClusterSettings, base: Path) -> ssl.SSLContext | None:
    if all(host.startswith("http://") for host in settings.hosts):
        return None
    path = base / settings.ca if settings.ca else None
    try:
        return ssl.create_default_context(cafile=path)
    except (OSError, ssl.SSLError) as error:
        raise BadSettings(f"opensearch.ca: {path} cannot be read as certificates ({error.strerror}).") from error


def _is_down(error: OpenSearchException) -> bool:
    return isinstance(error, exceptions.ConnectionError) and not isinstance(error, SSLError)


def _may_pass(error: OpenSearchException) -> bool:
    if isinstance(error, SSLError):  # a node that dies breaks connections too
        return "CERTIFICATE" not in str(error)
    return isinstance(error, exceptions.ConnectionError) or (
        isinstance(error, TransportError) and error.status_code in PASSING
    )


def pause(tries: int) -> float:
    """Seconds to wait after so many tries."""
    return random.uniform(0.5, 1) * min(LONGEST, SHORTEST * 2.0 ** min(tries, 10))  # noqa: S311  # no secret


def _certificate(where: str, error: SSLError) -> str:
    said = str(error)
    if "Hostname mismatch" in said or "IP address mismatch" in said:
        return f"The certificate at {where} is for another name. Write the name it is for into 'hosts' in index.toml."
    if "CERTIFICATE_VERIFY_FAILED" in said:
        reason = said.partition("verify failed: ")[2].partition(" (_ssl")[0]
        return f"The certificate at {where} is not trusted: {reason}. Name its signer's as 'ca' in index.toml."
    return f"No encrypted connection to {where} comes about ({_cause(error)}). Is it https:// there?"


def _cause(error: TransportError) -> str:
    """What broke, without addresses in memory."""
    cause: Any = error.info
    while getattr(cause, "__cause__", None) or getattr(cause, "__context__", None):
        cause = cause.__cause__ or cause.__context__
    return short(getattr(cause, "strerror", None) or str(cause) or type(cause).__name__, 100).lower()


def _reason(error: TransportError) -> str:
    """What the cluster gives as the reason, in a line."""
    told: Any = error.info.get("error") if isinstance(error.info, dict) else error.error
    if isinstance(told, dict):
        causes = told.get("root_cause") or [told]
        told = causes[0].get("reason") or told.get("reason") or told.get("type")
    said = str(told)
    return "a page instead of JSON" if said.lstrip().startswith("<") else short(said, 200).rstrip(".")
