"""Text and its entities, measured and cut as Telegram does: in UTF-16 units."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from .keyboards import is_url
from .markup import parse_html
from .refusals import Json, bad_request

Report = Callable[[str], None]

SENT = {
    "bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link", "text_mention",
    "custom_emoji", "blockquote", "expandable_blockquote", "date_time",
}  # fmt: skip
FOUND = {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}
WHOLE = FOUND | {"code", "pre", "text_link", "text_mention", "custom_emoji"}  # nothing is found inside these
QUOTES = {"blockquote", "expandable_blockquote"}
PATTERNS = (
    ("url", re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}'»”]")),
    ("email", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")),
    ("bot_command", re.compile(r"(?<![\w/<])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z0-9_]{2,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
)


@dataclass(frozen=True)
class Entity:
    type: str
    offset: int
    length: int
    url: str | None = None
    user: Json | None = None
    language: str | None = None
    custom_emoji_id: str | None = None

    @property
    def end(self) -> int:
        return self.offset + self.length

    def wire(self) -> Json:
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True)
class Formatted:
    text: str
    entities: tuple[Entity, ...] = ()

    def covered(self, entity: Entity) -> str:
        """Return the part of the text that an entity covers."""
        return self.text.encode("utf-16-le")[2 * entity.offset : 2 * entity.end].decode("utf-16-le")


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def format_text(text: str, parse_mode: str | None, entities: object, report: Report) -> Formatted:
    """Parse, check and trim; the length limit is the caller's."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        report("half a surrogate pair in a text")
        raise bad_request("strings must be encoded in UTF-8")
    if len(text.encode()) > 1 << 15:
        raise bad_request("Text is too long")
    if parse_mode and parse_mode.lower() == "html":
        if entities:
            report("both parse_mode and entities: the entities are ignored")
        text, entities = parse_html(text)
    elif parse_mode and parse_mode.lower() in {"markdown", "markdownv2"}:
        report(f"{parse_mode} breaks on the first unescaped character: send entities")
        raise bad_request(f"can't parse entities: {parse_mode} is not emulated")
    elif parse_mode:
        raise bad_request("unsupported parse_mode")
    parsed = [entity for entity in map(_parse, _list(entities)) if entity.type in SENT]
    return _trim(Formatted(_clean(text, report), tuple(_check(text, parsed, report))))


def with_found(formatted: Formatted) -> Formatted:
    """Add what Telegram finds by itself: links, mentions, commands, hashtags."""
    taken = [entity for entity in formatted.entities if entity.type in WHOLE]
    if not formatted.text or not any(sign in formatted.text for sign in ":/@#"):
        return formatted
    found: list[Entity] = []
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(formatted.text):
            entity = Entity(kind, units(formatted.text[: match.start()]), units(match[0]))
            if not any(entity.offset < other.end and other.offset < entity.end for other in (*taken, *found)):
                found.append(entity)
    return replace(formatted, entities=tuple(_sorted((*formatted.entities, *found))))


def _sorted(entities: Iterable[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda entity: (entity.offset, -entity.length))


def _list(entities: object) -> list[object]:
    if entities is None:
        return []
    if not isinstance(entities, list):
        raise bad_request("Expected an Array of MessageEntity")
    return entities


def _parse(entity: object) -> Entity:
    def unparsable(reason: str) -> Exception:
        return bad_request(f"can't parse MessageEntity: {reason}")

    if not isinstance(entity, dict):
        raise unparsable("expected an Object")
    for name in ("type", "offset", "length"):
        if name not in entity:
            raise unparsable(f'Can\'t find field "{name}"')
    kind = entity["type"]
    if kind not in SENT | FOUND:
        raise unparsable("Unsupported type specified")
    for name, needed in (("url", "text_link"), ("user", "text_mention"), ("custom_emoji_id", "custom_emoji")):
        if kind == needed and not entity.get(name):
            raise unparsable(f'Can\'t find field "{name}"')
    for name in ("offset", "length"):
        if not re.fullmatch(r"-?\d+", str(entity[name])):
            raise unparsable(f'Field "{name}" must be a valid Number')
    fields = ("url", "user", "language", "custom_emoji_id")
    return Entity(kind, int(entity["offset"]), int(entity["length"]), **{name: entity.get(name) for name in fields})


def _clean(text: str, report: Report) -> str:
    """Control characters become spaces, so that offsets stay."""
    if re.search(r"[\x00-\x08\x0b-\x1f]", text):
        report("control characters in a text")
    return re.sub(r"[\x00-\x08\x0b-\x1f]", " ", text)


def _check(text: str, entities: list[Entity], report: Report) -> list[Entity]:
    kept: list[Entity] = []
    total = units(text)
    utf16 = text.encode("utf-16-le", "surrogatepass") if entities else b""
    for entity in _sorted(entities):
        for what, number in (("offset", entity.offset), ("length", entity.length)):
            if number < 0:
                raise bad_request(f"Receive an entity with incorrect {what} {number}")
        if entity.length == 0:
            report("an entity of length 0")
            continue
        beyond = "after the end of the text at UTF-16 offset"
        if entity.offset > total:
            raise bad_request(f"Entity begins {beyond} {entity.offset}")
        if entity.end > total:
            raise bad_request(f"Entity beginning at UTF-16 offset {entity.offset} ends {beyond} {entity.end}")
        for place, words in (
            (entity.offset, "Entity begins"),
            (entity.end, f"Entity beginning at UTF-16 offset {entity.offset} ends"),
        ):
            if place < total and 0xDC <= utf16[2 * place + 1] <= 0xDF:  # the second half of a pair
                report("an entity splits a surrogate pair")
                raise bad_request(f"{words} in a middle of a UTF-16 symbol at byte offset {_bytes(utf16, place)}")
        if entity.type == "text_link" and not is_url(entity.url or ""):
            report(f"a link that leads nowhere is dropped: {entity.url!r}")
            continue
        around = [other for other in kept if other.end > entity.offset]
        if entity.type in QUOTES and any(other.type in QUOTES for other in around):
            report("a block quote inside a block quote is dropped")
            continue
        if any(other.end < entity.end for other in around):
            report("entities that overlap without nesting")
        kept.append(entity)
    if len(kept) > 100:
        report(f"{len(kept)} entities: Telegram keeps 100")
    return kept[:100]


def _bytes(utf16: bytes, place: int) -> int:
    return len(utf16[: 2 * place + 2].decode("utf-16-le").encode())


def _trim(formatted: Formatted) -> Formatted:
    text = formatted.text.strip()
    if text == formatted.text:
        return formatted
    left = units(formatted.text[: len(formatted.text) - len(formatted.text.lstrip())]) if text else 0
    total = units(text)
    entities = []
    for entity in formatted.entities:
        start, end = max(0, entity.offset - left), min(total, entity.end - left)
        if end > start:
            entities.append(replace(entity, offset=start, length=end - start))
    return Formatted(text, tuple(entities))
