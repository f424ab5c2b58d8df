"""How the bot's requests reach Telegram: aiohttp, which takes a tenth of the CPU of the library's own client."""

from collections.abc import Callable
from functools import cache
from ssl import SSLContext
from typing import Any
from urllib.parse import urlencode

import aiohttp
import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

PATIENCE = 5.0
"""Seconds for a connection to be made, and for an answer to begin."""
UPLOAD = 20.0
"""Seconds for a request to be sent."""
NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ClientProxyConnectionError, aiohttp.ConnectionTimeoutError)
"""What breaks before Telegram has seen anything of a request."""
Reply = tuple[int, bytes]


class Client(BaseRequest):
    """Connections that are kept, through the proxy of HTTPS_PROXY where there is one; `told` gets each reply's Date."""

    def __init__(self, told: Callable[[str | None], None] = lambda _: None) -> None:
        self._told = told
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds for an answer to begin, where the call names no others."""
        return PATIENCE

    async def initialize(self) -> None:
        """Get ready, if that has not been done."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, ssl=_certificates()),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                trust_env=True,
            )

    async def shutdown(self) -> None:
        """Close the connections."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002  # nothing waits for a connection here
    ) -> Reply:
        """Ask once; raises NetworkError, its cause one of NOT_SENT where the request surely did not arrive."""
        if self._session is None:
            raise RuntimeError("The client is used before it is initialized, or after it was shut down.")
        connect, write = _seconds(connect_timeout, PATIENCE), _seconds(write_timeout, UPLOAD)
        read = _seconds(read_timeout, PATIENCE)
        limits = aiohttp.ClientTimeout(sock_connect=connect, sock_read=read, total=connect + write + read)
        body, headers = _body(request_data)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=limits, allow_redirects=False
            ) as response:
                self._told(response.headers.get("Date"))
                return response.status, await response.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(f"{type(error).__name__}: {error}") from error


def _seconds(given: Any, otherwise: float) -> float:
    return float(given) if isinstance(given, int | float) else otherwise


def _body(request: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    """The parameters as a form, and the header that says so."""
    if request is None:
        return None, {}
    if not request.contains_files:
        form = urlencode(request.json_parameters).encode()
        return form, {"Content-Type": "application/x-www-form-urlencoded"}
    parts = aiohttp.FormData(request.json_parameters, quote_fields=False)  # Telegram shows a file's name as it stands
    for name, (filename, content, kind) in request.multipart_data.items():
        parts.add_field(name, content, filename=filename, content_type=kind)
    return parts, {}


@cache
def _certificates() -> SSLContext:
    """Whom to trust, read once: it takes longer than all else at the start."""
    return httpx.create_ssl_context()
