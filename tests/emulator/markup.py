"""Telegram's HTML, refused at the same places as by the real parser (tdlib's `parse_html`)."""

import re
from dataclasses import dataclass

from .refusals import Json, RefusedError, bad_request

TYPES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]{1,6})|#(?P<number>[0-9]{1,7})|(?P<name>[a-zA-Z]+));?")
ATTRIBUTE = re.compile(
    r"""\s*(?P<name>[^\s=>]*)(?:\s*(?P<equals>=)\s*(?P<value>"[^"]*(?:"|\Z)|'[^']*(?:'|\Z)|[A-Za-z0-9.-]*))?"""
)


@dataclass(frozen=True)
class OpenTag:
    name: str
    offset: int
    length_before: int  # of the text, in characters: a link with no address is its own address
    attributes: dict[str, str]


def parse_html(markup: str) -> tuple[str, list[Json]]:
    """Return the plain text and its entities, with offsets in UTF-16 units."""
    text: list[str] = []
    units = 0
    entities: list[Json] = []
    open_tags: list[OpenTag] = []
    at = 0
    while at < len(markup):
        if markup[at] != "<":
            character, at = _character(markup, at)
            text.append(character)
            units += 1 + (ord(character) > 0xFFFF)
        elif markup.startswith("</", at):
            tag, at = _close(markup, at, open_tags)
            if units > tag.offset and (entity := _entity(tag, units, "".join(text[tag.length_before :]))):
                entities.append(entity)
        else:
            tag, at = _open(markup, at, units, len(text))
            open_tags.append(tag)
    if open_tags:
        raise _broken(f'Can\'t find end tag corresponding to start tag "{open_tags[-1].name}"')
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise _broken(
            "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate "
            "code units"
        )
    return "".join(text), _with_languages(entities)


def _broken(reason: str) -> RefusedError:
    return bad_request(f"can't parse entities: {reason}")


def _byte_offset(markup: str, at: int) -> int:
    return len(markup[:at].encode())


def _character(markup: str, at: int) -> tuple[str, int]:
    if markup[at] == "&" and (found := REFERENCE.match(markup, at)):
        if found["name"]:
            if found["name"] in NAMED:
                return NAMED[found["name"]], found.end()
        elif 0 < (code := int(found["hex"], 16) if found["hex"] else int(found["number"])) < 0x10FFFF:
            return chr(code), found.end()
    return markup[at], at + 1


def _open(markup: str, at: int, units: int, length: int) -> tuple[OpenTag, int]:
    found = re.compile(r"<([^\s>]*)").match(markup, at)
    assert found
    name, position, place = found[1].lower(), found.end(), _byte_offset(markup, at)
    if position >= len(markup):
        raise _broken(f"Unclosed start tag at byte offset {place}")
    if name not in TYPES:
        raise _broken(f'Unsupported start tag "{name}" at byte offset {place}')
    attributes: dict[str, str] = {}
    while True:
        while position < len(markup) and markup[position].isspace():
            position += 1
        if position >= len(markup):
            raise _broken(f"Unclosed start tag at byte offset {place}")
        if markup[position] == ">":
            break
        found = ATTRIBUTE.match(markup, position)
        assert found
        if not found["name"]:
            raise _broken(f'Empty attribute name in the tag "{name}" at byte offset {place}')
        value = found["value"] or ""
        position = found.end()
        if found["equals"]:
            if position >= len(markup):
                raise _broken(f"Unclosed start tag at byte offset {place}")
            if value[:1] not in {'"', "'"} and not (markup[position].isspace() or markup[position] == ">"):
                raise _broken(
                    f"Unexpected end of name token at byte offset {_byte_offset(markup, found.start('value'))}"
                )
        attributes[found["name"]] = _unescape(value[1:-1]) if value[:1] in {'"', "'"} else value.lower()
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise _broken(f'Tag "span" must have class "tg-spoiler" at byte offset {place}')
    return OpenTag(name, units, length, attributes), position + 1


def _unescape(value: str) -> str:
    at, characters = 0, []
    while at < len(value):
        character, at = _character(value, at)
        characters.append(character)
    return "".join(characters)


def _close(markup: str, at: int, open_tags: list[OpenTag]) -> tuple[OpenTag, int]:
    place = _byte_offset(markup, at)
    if not open_tags:
        raise _broken(f"Unexpected end tag at byte offset {place}")
    found = re.compile(r"</([^\s>]*)\s*(>?)").match(markup, at)
    assert found
    if not found[2]:
        raise _broken(f"Unclosed end tag at byte offset {place}")
    name, tag = found[1].lower(), open_tags[-1]
    if name and name != tag.name:
        raise _broken(f'Unmatched end tag at byte offset {place}, expected "</{tag.name}>", found "</{name}>"')
    return open_tags.pop(), found.end()


def _entity(tag: OpenTag, end: int, text: str) -> Json | None:
    entity: Json = {"type": TYPES[tag.name], "offset": tag.offset, "length": end - tag.offset}
    if tag.name == "a":
        entity["url"] = tag.attributes.get("href") or text
    elif tag.name == "blockquote" and "expandable" in tag.attributes:
        entity["type"] = "expandable_blockquote"
    elif tag.name == "tg-emoji":
        if not tag.attributes.get("emoji-id", "").isdigit():
            raise _broken("Invalid custom emoji identifier specified")
        entity["custom_emoji_id"] = tag.attributes["emoji-id"]
    elif tag.name == "code" and tag.attributes.get("class", "").startswith("language-"):
        entity["language"] = tag.attributes["class"].removeprefix("language-")
    return entity


def _with_languages(entities: list[Json]) -> list[Json]:
    """`<pre><code class="language-x">` is one `pre` with a language; a language on bare `code` is dropped."""
    spans = {(entity["offset"], entity["length"]): entity for entity in entities if entity["type"] == "pre"}
    kept = []
    for entity in entities:
        language = entity.pop("language", None) if entity["type"] == "code" else None
        pre = spans.get((entity["offset"], entity["length"]))
        if language and pre:
            pre["language"] = language
        else:
            kept.append(entity)
    return sorted(kept, key=lambda entity: (entity["offset"], -entity["length"]))
