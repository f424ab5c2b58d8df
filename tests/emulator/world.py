"""Everything the emulated Telegram knows; touched only on the server's loop."""

import itertools
import time
from dataclasses import dataclass, field, replace

from .chats import Chat, File, Message, User
from .refusals import Json, bad_request, forbidden
from .text import Formatted, with_found
from .troubles import FloodLimits, Troubles
from .updates import Updates
from .webhook import Delivery

QUERY_SECONDS = 15.0  # a callback or inline query answered later is too old


@dataclass(frozen=True)
class Query:
    """A tap or an inline query that waits for its answer."""

    id: str
    kind: str
    user: User
    text: str
    asked: float


@dataclass(frozen=True)
class Action:
    chat_id: int
    action: str
    thread: int | None
    at: float


@dataclass(frozen=True)
class Answer:
    """What the bot answered to a tap (`text`, `show_alert`) or to an inline query (`results`)."""

    query_id: str
    text: str = ""
    show_alert: bool = False
    url: str | None = None
    results: tuple[Json, ...] = ()
    cache_time: int = 300
    is_personal: bool = False


@dataclass
class Profile:
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)  # by (scope, language)
    names: dict[str, str] = field(default_factory=dict)  # by language, as the next two
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)


class World:
    def __init__(self, bot: User, *, privacy: bool, inline: bool) -> None:
        self.bot, self.privacy, self.inline = bot, privacy, inline
        self.updates, self.troubles, self.profile = Updates(), Troubles(), Profile()
        self.delivery = Delivery(self.updates)
        self.flood: FloodLimits | None = None
        self.faults: list[str] = []
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, File] = {}
        self.queries: dict[str, Query] = {}
        self.answers: list[Answer] = []
        self.actions: list[Action] = []
        self.edited: list[Message] = []
        self.reactions: dict[tuple[int, int], list[Json]] = {}
        self.touched: Message | None = None  # the message that the call under way wrote
        self.numbers = itertools.count(1)
        self.account_ids = itertools.count(2)  # private chats and small groups share one counter, as on the real server

    def report(self, fault: str) -> None:
        self.faults.append(fault)

    # what the methods need

    def chat_to(self, chat_id: object, *, write: bool = True) -> Chat:
        if chat_id in (None, ""):
            raise bad_request("chat_id is empty")
        chat = self._find(chat_id)
        if chat is None or (chat.user and not chat.started and not write):
            raise bad_request("chat not found")
        if chat.blocked and write:
            raise forbidden("bot was blocked by the user")
        if chat.user and not chat.started and write:
            raise forbidden("bot can't initiate conversation with a user")
        if chat.bot_status in {"left", "kicked"}:
            was = "was kicked from" if chat.bot_status == "kicked" else "is not a member of"
            raise forbidden(f"bot {was} the {chat.type} chat")
        return chat

    def _find(self, chat_id: object) -> Chat | None:
        if isinstance(chat_id, str):
            name = chat_id.removeprefix("@").lower()
            public = (chat for chat in self.chats.values() if not chat.user and chat.username)
            return next((chat for chat in public if (chat.username or "").lower() == name), None)
        return self.chats.get(chat_id) if isinstance(chat_id, int) else None

    def message_in(self, chat: Chat, message_id: int, what: str) -> Message:
        if message_id not in chat.messages:
            raise bad_request(f"{what} not found")
        return chat.messages[message_id]

    def count_against_limits(self, chat: Chat) -> None:
        if self.flood:
            self.flood.check(chat.wire(), time.monotonic())

    def write(
        self,
        chat: Chat,
        sender: User | None,
        formatted: Formatted,
        *,
        markup: Json | None = None,
        reply_to: Message | None = None,
        quote: Json | None = None,
        thread: int | None = None,
        document: File | None = None,
        origin: Json | None = None,
        via_bot: User | None = None,
        preview: Json | None = None,
    ) -> Message:
        """Put a message into its chat, the bot's and the users' alike."""
        found = with_found(formatted)
        message = Message(
            chat, next(chat.ids), sender, int(time.time()), found.text, found.entities,
            markup=markup, reply_to=reply_to, quote=quote, thread=thread, document=document, origin=origin,
            via_bot=via_bot, preview=preview,
        )  # fmt: skip
        chat.messages[message.message_id] = message
        return message

    def rewrite(self, message: Message, formatted: Formatted, markup: Json | None) -> Message:
        found = with_found(formatted)
        edited = replace(message, text=found.text, entities=found.entities, markup=markup, edited=int(time.time()))
        message.chat.messages[message.message_id] = edited
        return edited

    def keep_file(self, name: str, content: bytes, mime_type: str) -> File:
        file = File(f"file{next(self.numbers)}", name, content, mime_type)
        self.files[file.file_id] = file
        return file

    def ask(self, kind: str, user: User, text: str) -> Query:
        query = Query(str(4_000_000_000_000_000 + next(self.numbers)), kind, user, text, time.monotonic())
        self.queries[query.id] = query
        return query

    def answered(self, query_id: str, kind: str) -> Query:
        """Take the query away: a second answer is as bad as a late one."""
        query = self.queries.pop(query_id, None)
        if query is None or query.kind != kind or time.monotonic() - query.asked > QUERY_SECONDS:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        return query

    # what the users' side needs

    def reaches_bot(self, message: Message) -> bool:
        """Privacy mode: in a group the bot sees commands, replies to it and mentions of it."""
        chat = message.chat
        if chat.bot_status in {"left", "kicked"} or chat.blocked:
            return False
        if not self.privacy or chat.type not in {"group", "supergroup"} or chat.bot_status == "administrator":
            return True
        if message.reply_to and message.reply_to.sender == self.bot:
            return True
        for entity in message.entities:
            covered = message.covered(entity).lower()
            name = f"@{self.bot.username}".lower()
            if entity.type == "mention" and covered == name:
                return True
            if entity.type == "bot_command" and ("@" not in covered or covered.endswith(name)):
                return True
        return False

    def announce(self, message: Message) -> None:
        if self.reaches_bot(message):
            post = "channel_post" if message.chat.type == "channel" else "message"
            self.updates.push({f"edited_{post}" if message.edited else post: message.wire()})
