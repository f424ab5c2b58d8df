"""What goes wrong between us and a cluster: whether it may pass, and what is told of it."""

from typing import Any

from opensearchpy import exceptions
from opensearchpy.exceptions import ConnectionTimeout, OpenSearchException, SSLError, TransportError

from loccit.errors import EngineUnreachable
from loccit.letters import short

PASSING = (429, 502, 503, 504)
"""What a busy cluster or a proxy before it says: later it may be better."""


class NotThere(EngineUnreachable):
    """An index or alias is not in the cluster."""


class TooLarge(EngineUnreachable):
    """More than the cluster, or a proxy before it, takes at once."""


def is_down(error: OpenSearchException) -> bool:
    """Whether a node was not reached at all; another one may be."""
    return isinstance(error, exceptions.ConnectionError) and not isinstance(error, SSLError)


def may_pass(error: OpenSearchException) -> bool:
    """Whether to try again."""
    if isinstance(error, SSLError):  # a node that dies breaks connections too
        return "CERTIFICATE" not in str(error)
    if is_down(error):
        return True
    if not isinstance(error, TransportError) or error.status_code == 400:
        return False
    return error.status_code in PASSING or _lost(error)


def told(error: OpenSearchException, where: str, request: str, seconds: float) -> EngineUnreachable:
    """What is told when trying again did not help or would not."""
    if not isinstance(error, TransportError):
        return EngineUnreachable(
            f"What answers at {where} is not OpenSearch. Is it a proxy's page? Mend 'hosts' in index.toml."
        )
    if isinstance(error, exceptions.ConnectionError):
        return EngineUnreachable(_unreached(error, where, seconds))
    status, reason = int(error.status_code), _reason(error)
    if "index_not_found_exception" in _kinds(error):
        return NotThere(f"OpenSearch has no such thing: {reason}.")
    if status == 413:
        return TooLarge(
            "OpenSearch, or a proxy before it, refuses a document as too large (413). Raise the proxy's limit."
        )
    said = _SAID.get(503 if _lost(error) else status, _SAID[0])
    return EngineUnreachable(said.format(status=status, reason=reason, request=request))


_SAID = {
    0: "OpenSearch answers {status} to {request}: {reason}.",
    401: "OpenSearch does not let us in (401). Set OPENSEARCH_USER and OPENSEARCH_PASSWORD, or OPENSEARCH_API_KEY.",
    403: "OpenSearch forbids {request} (403: {reason}). Give the user the rights, or take the block off the index.",
    429: "OpenSearch is too busy (429: {reason}). Ask again later.",
    503: "Part of the index is not reachable ({status}: {reason}). Ask again when the cluster is whole.",
}
"""What is told of a status; 0 of all others."""


def _unreached(error: TransportError, where: str, seconds: float) -> str:
    if isinstance(error, SSLError):
        return _certificate(where, error)
    if isinstance(error, ConnectionTimeout):
        return (
            f"OpenSearch at {where} did not answer within {seconds:g} s. Ask again later, or set a longer 'deadline' in"
            " index.toml."
        )
    return f"OpenSearch cannot be reached at {where} ({_cause(error)}). Start it, or mend 'hosts' in index.toml."


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


def _lost(error: TransportError) -> bool:
    """Whether a node went with what it was searching for others; that is told as anything from 404 to 503."""
    return any(kind.startswith(("search_phase_", "search_context_", "node_")) for kind in _kinds(error))


def _kinds(error: TransportError) -> set[str]:
    """What the cluster calls it, and its causes."""
    said: Any = error.info.get("error") if isinstance(error.info, dict) else None
    if not isinstance(said, dict):
        return set()
    return {str(one.get("type")) for one in (said, *(said.get("root_cause") or ()))}
