"""Where a bot listens: for what Telegram posts to it, and for who asks how it is. And where a search cluster is."""

import re
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from loccit.errors import BadSettings
from loccit.types import Record


class WebhookSettings(Record):
    """`[webhook]` of `bot.toml`: Telegram posts to the bot, instead of being polled."""

    url: str = ""
    """Where Telegram reaches the bot; empty: it is polled."""
    listen: str = "127.0.0.1"
    port: int = Field(8443, ge=1, le=65535)

    @field_validator("url")
    @classmethod
    def _reachable(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and not (parts.scheme == "https" and parts.hostname) and parts.hostname not in ("127.0.0.1", "::1"):
            raise ValueError("Telegram posts to https:// addresses alone; give one, or leave it out to poll")
        return value


class MetricsSettings(Record):
    """`[metrics]` of `bot.toml`: where /health and /metrics are."""

    listen: str = "127.0.0.1"
    port: int = Field(0, ge=0, le=65535)
    """0: nowhere."""


class ClusterSettings(Record):
    """`[opensearch]` of `index.toml`: the cluster that holds the passages."""

    hosts: tuple[str, ...] = Field(("http://127.0.0.1:9200",), min_length=1, max_length=100)
    """Addresses of its nodes, of as many as can be named: any of them answers."""
    index: str = Field("loccit", pattern=r"^[a-z][a-z0-9_-]{0,62}$")
    """What the names of its indexes begin with."""
    shards: int = Field(1, ge=1, le=1024)
    """Into how many pieces the passages are put; holds from the next `loccit index --rebuild` on."""
    replicas: int = Field(1, ge=0, le=10)
    """How many more nodes have each piece, where there are so many."""
    deadline: float = Field(10, gt=0, le=600)
    """Seconds a question may take the cluster, all tries together."""
    ca: str | None = None
    """A file with the certificates to trust instead of the system's, relative to `index.toml`."""
    plain_http: bool = False
    """Whether http:// will do to other machines too."""

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        for host in self.hosts:
            try:
                parts = urlsplit(host)
                usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
            except ValueError:
                usable = False
            if usable and (parts.username or parts.password):  # not to be told: it is a secret
                raise ValueError("a host has a password; put it into OPENSEARCH_USER and OPENSEARCH_PASSWORD")
            if not usable or parts.path not in ("", "/") or parts.query or parts.fragment:
                raise ValueError(f"'{host}' is no address of a node. Write one such as https://search-1:9200")
            if parts.scheme == "http" and not (self.plain_http or parts.hostname in _LOOPBACK):
                raise ValueError(
                    f"'{host}' would be asked without encryption. Write https://, or set plain_http = true where"
                    " nobody else is on that network"
                )
        return self


_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def webhook_secret(value: str) -> SecretStr | None:
    """By which Telegram's posts are known; None where nothing is set, raises BadSettings where it is no good."""
    if value and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", value):
        raise BadSettings("TELEGRAM_WEBHOOK_SECRET is not 16 to 256 of A-Z, a-z, 0-9, _ and -. Set another, or none.")
    return SecretStr(value) if value else None


def metrics_place(value: str) -> MetricsSettings | None:
    """`HOST:PORT`; None where nothing is set, raises BadSettings where it is no good."""
    listen, _, port = value.rpartition(":")
    if value and not (listen and port.isdecimal() and 1 <= int(port) <= 65535):
        raise BadSettings(f"LOCCIT_METRICS is '{value}', which is no place such as 127.0.0.1:9464. Set one, or none.")
    return MetricsSettings(listen=listen.strip("[]"), port=int(port)) if value else None
