"""Where a bot listens: for what Telegram posts to it, and for who asks how it is."""

import re
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

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
