"""Requests to an OpenSearch cluster: tried again while that may help, in bounded time; what is wrong is told."""

import logging
import os
import random
import ssl
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import OpenSearchException, SerializationError
from pydantic import SecretStr, ValidationError

from loccit.endpoints import ClusterSettings
from loccit.engines.trouble import is_down, may_pass, told
from loccit.errors import BadSettings, EngineUnreachable

Answer = dict[str, Any]

SHORTEST, LONGEST = 0.05, 5.0
"""Seconds between two tries, the first and the later ones; less by chance, so that many do not return at once."""
WRITING = 300.0
"""Seconds that what is written may take, all tries together."""


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
        tries, last = 0, None
        while True:
            left = max(SHORTEST, until - time.monotonic())
            try:
                # One node may hang: another one shall still have its turn.
                return self._once(method, path, body, parameters, left if len(self._hosts) == 1 else left / 2)
            except OpenSearchException as error:
                if tries and "resource_already_exists" in str(error.args):
                    return {}  # an earlier try has made it, and the answer was lost
                tries += 1
                last = last if last and is_down(error) else error  # a node's word tells more
                wait = 0.0 if is_down(error) and tries < len(self._hosts) else pause(tries)
                if not may_pass(error) or time.monotonic() + wait >= until:
                    raise told(last, ", ".join(self._hosts), f"{method} {path}", allowed) from error
                time.sleep(wait)

    def _once(self, method: str, path: str, body: object, parameters: Mapping[str, str], seconds: float) -> Answer:
        headers = {"content-type": "application/x-ndjson"} if isinstance(body, bytes) else None
        answer = self._client.transport.perform_request(
            method, path, params=dict(parameters), body=body, timeout=seconds, headers=headers
        )
        if not isinstance(answer, dict):
            raise SerializationError("no JSON object")
        return answer


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


def pause(tries: int) -> float:
    """Seconds to wait after so many tries."""
    return random.uniform(0.5, 1) * min(LONGEST, SHORTEST * 2.0 ** min(tries, 10))  # noqa: S311  # no secret
