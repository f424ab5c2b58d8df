"""A call's parameters, the same whether they came as JSON, as a form or as multipart."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tornado.httputil import HTTPServerRequest

from .refusals import Json, bad_request

NESTED = {
    "reply_markup": "reply keyboard markup JSON object",
    "reply_parameters": "reply parameters JSON object",
    "entities": "entities JSON object",
    "caption_entities": "entities JSON object",
    "link_preview_options": "link preview options JSON object",
    "allowed_updates": "allowed updates JSON object",
    "commands": "commands JSON object",
    "scope": "BotCommandScope JSON object",
    "results": "JSON encoded inline query results",
    "button": "inline query results button JSON object",
    "reaction": "reaction types JSON object",
}
NUMBERS = {
    "message_id", "message_thread_id", "user_id", "offset", "limit", "timeout", "cache_time", "max_connections",
    "message_effect_id", "direct_messages_topic_id",
}  # fmt: skip
FLAGS = {
    "disable_notification", "protect_content", "allow_paid_broadcast", "show_alert", "is_personal", "is_big",
    "drop_pending_updates", "disable_content_type_detection", "return_bots",
}  # fmt: skip


@dataclass(frozen=True)
class Parameters:
    values: Json
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return self.values.get(name) not in (None, "")

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def text(self, name: str) -> str:
        value = self.values.get(name)
        return "" if value is None else str(value)

    def number(self, name: str, default: int = 0) -> int:
        value = self.values.get(name)
        return default if value in (None, "") else int(str(value))

    def flag(self, name: str) -> bool:
        return bool(self.values.get(name))


def read_parameters(request: HTTPServerRequest, report: Callable[[str], None]) -> Parameters:
    raw: Json = {}
    for name, values in (request.query_arguments | request.body_arguments).items():
        if len(values) > 1:
            report(f"the parameter {name} came {len(values)} times")
        try:
            raw[name] = values[-1].decode()
        except UnicodeDecodeError:
            raise bad_request("strings must be encoded in UTF-8") from None
    if request.headers.get("Content-Type", "").startswith("application/json") and request.body:
        try:
            body = json.loads(request.body)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise bad_request("can't parse JSON object")
        raw |= {name: value for name, value in body.items() if value is not None}
    files = {name: (sent[0].filename, sent[0].body) for name, sent in request.files.items()}
    return Parameters({name: _decode(name, value, report) for name, value in raw.items()}, files)


def _decode(name: str, value: Any, report: Callable[[str], None]) -> Any:
    if name in NESTED and isinstance(value, str):
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {NESTED[name]}") from None
    if name in FLAGS:
        return str(value).strip().lower() in {"true", "yes", "1"}
    if name in NUMBERS or name == "chat_id":
        try:
            return int(str(value))
        except ValueError:
            if name != "chat_id":
                report(f"{name} is not a number: {value!r}")
                return 0
    return value
