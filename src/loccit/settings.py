"""`index.toml`, `bot.toml` and the environment, read into records that refuse what they do not know."""

import difflib
import os
import re
import string
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from loccit.chunker import PASSAGE_SIZE
from loccit.endpoints import ClusterSettings, MetricsSettings, WebhookSettings, metrics_place, webhook_secret
from loccit.errors import BadSettings
from loccit.languages import language
from loccit.types import Record

TELEGRAM = "https://api.telegram.org"
_TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,}")


class PassageSettings(Record):
    """`[passages]` of `index.toml`."""

    size: int = Field(PASSAGE_SIZE, ge=100, le=10_000)


class AnswerSettings(Record):
    """`[answer]` of `index.toml`: one decision for every channel."""

    quotes: int = Field(3, ge=1, le=10)
    precision: float = Field(0.8, ge=0.5, le=0.99)
    """Of the answers it gives, the share that should be right: the more, the oftener it declines."""
    model: str | None = None
    """A file that `loccit train` wrote, relative to `index.toml`; none: the model that comes with loccit."""


class IndexSettings(Record):
    """`index.toml`: the recipe of an index."""

    articles: tuple[str, ...] = ("articles",)
    languages: tuple[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], ...] = ()
    """The languages the articles can be in; empty: all that have a file."""
    engine: str = "memory"
    opensearch: ClusterSettings = ClusterSettings()
    """Where that engine's cluster is."""
    workers: int = Field(default=0, ge=0)
    """Processes that analyse articles at once; 0: one a core."""
    passages: PassageSettings = PassageSettings()
    answer: AnswerSettings = AnswerSettings()


def _id(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("write a Telegram id, a number; the log names that of everybody who is turned away")  # noqa: TRY004  # pydantic takes no TypeError
    return value


def _user(value: int) -> int:
    if value <= 0:
        raise ValueError("a negative id is that of a group; write it into 'chats'")
    return value


ChatId = Annotated[int, BeforeValidator(_id)]
UserId = Annotated[ChatId, AfterValidator(_user)]


class AccessSettings(Record):
    """`[access]` of `bot.toml`: who may ask; everybody where neither users nor chats are named."""

    users: tuple[UserId, ...] = ()
    """These wherever they are."""
    chats: tuple[ChatId, ...] = ()
    """Everybody in these."""
    admins: tuple[UserId, ...] = ()
    """They may ask too, and look after the articles."""


class LimitSettings(Record):
    """`[limits]` of `bot.toml`; 0 is none."""

    user_a_minute: int = Field(30, ge=0)
    """What one user may say or tap."""
    group_a_minute: int = Field(18, ge=0, le=20)
    """The messages the bot sends into one group, of the 20 that Telegram allows."""


class BotSettings(Record):
    """`bot.toml`: one bot."""

    index: str = "../index/built"
    samples: tuple[str, ...] = Field((), max_length=5)
    """Questions that /start offers to tap."""
    keep_days: int = Field(90, ge=1)
    """How long answers and their questions are kept."""
    backlog_minutes: int = Field(60, ge=0)
    """Up to which age questions are answered that came while the bot was away."""
    log: Literal["plain", "json"] = "plain"
    webhook: WebhookSettings = WebhookSettings()
    metrics: MetricsSettings = MetricsSettings()
    wording: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Per language, phrases instead of those the language file has."""
    access: AccessSettings = AccessSettings()
    limits: LimitSettings = LimitSettings()
    indexes: dict[Annotated[str, Field(pattern=r"^[\w-]+$")], str] = Field(default_factory=dict)
    """More indexes, by name."""
    chats: dict[Annotated[str, Field(pattern=r"^-?[0-9]+$")], str] = Field(default_factory=dict)
    """The index that answers a chat or a user, by id; everywhere else it is `index`."""

    def at(self, base: Path) -> Self:
        """The same, the folders of further indexes relative to `base`."""
        return self.model_copy(update={"indexes": {name: str(base / path) for name, path in self.indexes.items()}})

    @model_validator(mode="after")
    def _known_indexes(self) -> Self:
        for chat, name in self.chats.items():
            if name not in self.indexes:
                raise ValueError(f"chats.{chat} names the index '{name}', which is not under [indexes]")
        return self

    @field_validator("wording")
    @classmethod
    def _known_phrases(cls, value: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        known = language("en").wording
        for code, phrases in value.items():
            for name, phrase in phrases.items():
                if name not in known:
                    raise ValueError(f"there is no phrase '{name}'{_nearest(name, known)}")
                if any(spec or conversion for _, _, spec, conversion in string.Formatter().parse(phrase)):
                    raise ValueError(f"{code}.{name} has '!' or ':' in a field; write its name alone, as in {{words}}")
                if unknown := _fields(phrase) - _fields(known[name]):
                    raise ValueError(f"{code}.{name} has {{{unknown.pop()}}}, which is not filled in there")
        return value


class Environment(Record):
    """What comes from the environment: the secret, and where things are."""

    token: SecretStr
    api_url: str = TELEGRAM
    state: Path
    webhook_secret: SecretStr | None = None
    """By which Telegram's posts are known; made anew at each start if there is none."""
    metrics: MetricsSettings | None = None
    """Instead of those of `bot.toml`; in a container, where nobody else has the port."""

    @classmethod
    def read(cls, default_state: Path) -> Self:
        """From TELEGRAM_… and LOCCIT_…; raises BadSettings without a usable token."""
        token = os.environ.get("TELEGRAM_BOT_TOKEN", "").strip()
        if not token:
            raise BadSettings(
                "The bot's token is missing. Get one from @BotFather and run: TELEGRAM_BOT_TOKEN=… loccit bot"
            )
        if not _TOKEN.fullmatch(token):
            raise BadSettings(
                "TELEGRAM_BOT_TOKEN does not look like a token (123456:ABC…, from @BotFather). Copy it once more."
            )
        url = os.environ.get("TELEGRAM_API_URL") or TELEGRAM
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            usable = False
        if not usable:
            raise BadSettings(f"TELEGRAM_API_URL is '{url}', which is no address. Set one such as {TELEGRAM}, or none.")
        return cls(
            token=SecretStr(token),
            api_url=url.rstrip("/"),
            state=Path(os.environ.get("LOCCIT_STATE") or default_state),
            webhook_secret=webhook_secret(os.environ.get("TELEGRAM_WEBHOOK_SECRET", "").strip()),
            metrics=metrics_place(os.environ.get("LOCCIT_METRICS", "").strip()),
        )


Settings = TypeVar("Settings", IndexSettings, BotSettings)


def read_settings(kind: type[Settings], path: Path) -> Settings:
    """The settings of a TOML file, the defaults where there is no such file; raises BadSettings."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return kind()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path} cannot be read: {error}.") from error
    try:
        return kind.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"{path} is not valid TOML: {error}.") from error
    except ValidationError as error:
        raise BadSettings(f"{path}: {_first_fault(kind, error)}") from error


def _first_fault(kind: type[Record], error: ValidationError) -> str:
    fault = error.errors()[0]
    place = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        model: Any = kind
        for part in fault["loc"][:-1]:
            model = model.model_fields[str(part)].annotation
        return f"there is no setting '{place}'{_nearest(str(fault['loc'][-1]), model.model_fields)}"
    reason = fault["msg"].removeprefix("Value error, ").rstrip(".")
    said = reason if isinstance(fault["input"], dict) else f"'{place}' is {fault['input']!r}: {reason}"
    return said if said.endswith("?") else f"{said}."


def _nearest(name: str, known: Any) -> str:  # any collection of names
    near = difflib.get_close_matches(name, list(known), n=1)
    return f". Did you mean '{near[0]}'?" if near else f". There are: {', '.join(known)}."


def _fields(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name is not None}
