"""Users, chats and messages, and how each looks on the wire."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from .refusals import Json
from .text import Entity, Formatted


@dataclass(frozen=True)
class User:
    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False

    def wire(self) -> Json:
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True)
class File:
    file_id: str
    name: str
    content: bytes = field(repr=False)
    mime_type: str = "application/octet-stream"

    @property
    def path(self) -> str:
        return f"documents/{self.file_id}/{self.name}"

    def wire(self) -> Json:
        size = len(self.content)
        return {"file_id": self.file_id, "file_unique_id": f"u{self.file_id}", "file_name": self.name,
                "mime_type": self.mime_type, "file_size": size}  # fmt: skip


@dataclass(eq=False)
class Chat:
    """A place for messages; `messages` holds what a member sees now, by message id."""

    id: int
    type: str
    title: str | None = None
    username: str | None = None
    user: User | None = None  # of a private chat
    topics: dict[str, int] = field(default_factory=dict)  # of a forum: name to thread id
    is_forum: bool = False
    members: dict[int, User] = field(default_factory=dict)
    administrators: set[int] = field(default_factory=set)
    bot_status: str = "member"
    started: bool = False  # a bot may not write to a user who never wrote to it
    blocked: bool = False
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(2), repr=False)
    messages: dict[int, "Message"] = field(default_factory=dict, repr=False)

    def wire(self) -> Json:
        wire: Json = {"id": self.id, "type": self.type}
        if self.user:
            wire |= {"first_name": self.user.first_name}
        if username := self.user.username if self.user else self.username:
            wire["username"] = username
        if self.title:
            wire["title"] = self.title
        if self.is_forum:
            wire["is_forum"] = True
        return wire


@dataclass(frozen=True)
class Message:
    """One version of a message; an edit makes a new one."""

    chat: Chat = field(repr=False)
    message_id: int
    sender: User | None  # none in a channel
    date: int
    text: str = ""
    entities: tuple[Entity, ...] = ()
    markup: Json | None = field(default=None, repr=False)
    reply_to: "Message | None" = field(default=None, repr=False)
    quote: Json | None = None
    thread: int | None = None
    edited: int | None = None
    document: File | None = None
    origin: Json | None = None  # of a forwarded message
    via_bot: User | None = None
    preview: Json | None = None

    @property
    def keyboard(self) -> list[list[Json]]:
        rows: list[list[Json]] = (self.markup or {}).get("inline_keyboard", [])
        return rows

    @property
    def buttons(self) -> list[str]:
        return [button["text"] for row in self.keyboard for button in row]

    def button(self, label: str) -> Json:
        """By its text or its callback data; a tap on a button that is not there is a mistake of the test."""
        for row in self.keyboard:
            for button in row:
                if label in (button["text"], button.get("callback_data")):
                    return button
        raise LookupError(f"no button {label!r} on message {self.message_id}: it has {self.buttons}")

    def covered(self, entity: Entity) -> str:
        return Formatted(self.text).covered(entity)

    def links(self) -> list[tuple[str, str]]:
        """(visible text, address) of each link."""
        return [(self.covered(entity), entity.url) for entity in self.entities if entity.url]

    def wire(self, *, with_reply: bool = True) -> Json:
        wire: Json = {"message_id": self.message_id, "date": self.date, "chat": self.chat.wire()}
        if self.sender:
            wire["from"] = self.sender.wire()
        else:
            wire["sender_chat"] = self.chat.wire()
        if self.document:
            wire["document"] = self.document.wire()
        words, marks = ("caption", "caption_entities") if self.document else ("text", "entities")
        if self.text:
            wire[words] = self.text
        if self.entities:
            wire[marks] = [entity.wire() for entity in self.entities]
        if self.thread is not None:
            wire |= {"message_thread_id": self.thread, "is_topic_message": True}
        if self.reply_to and with_reply:
            wire["reply_to_message"] = self.reply_to.wire(with_reply=False)
        optional: Json = {
            "edit_date": self.edited, "reply_markup": self.markup, "forward_origin": self.origin, "quote": self.quote,
            "via_bot": self.via_bot and self.via_bot.wire(), "link_preview_options": self.preview,
        }  # fmt: skip
        return wire | {name: value for name, value in optional.items() if value is not None}
