"""The users' side: what people do in Telegram, in plain words."""

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from .chats import Chat, Message, User
from .refusals import Json
from .text import Entity, Formatted, units
from .world import World

P = ParamSpec("P")
T = TypeVar("T")
S = TypeVar("S", bound="Members")
PATIENCE = 10.0


def on_loop(method: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """Run the method on the server's loop, from whatever thread: the world has one owner."""

    @wraps(method)
    def call(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.run(lambda: method(self, *args, **kwargs))

    return call


class Members:
    world: World
    loop: asyncio.AbstractEventLoop | None = None
    thread: threading.Thread | None = None

    def run(self, act: Callable[[], T]) -> T:
        if self.loop is None or threading.current_thread() is self.thread:
            return act()

        async def on_the_loop() -> T:
            return act()

        return asyncio.run_coroutine_threadsafe(on_the_loop(), self.loop).result(PATIENCE)

    # people and places

    @on_loop
    def user(
        self, name: str, *, user_id: int | None = None, username: str | None = None, language_code: str | None = "en"
    ) -> User:
        return User(user_id or 1000 + next(self.world.numbers), name, username, language_code)

    @on_loop
    def private(self, user: User, *, started: bool = False) -> Chat:
        """Open the chat of a user with the bot; the bot may write there once the user did (`started`)."""
        chat = self.world.chats.get(user.id)
        if chat is None:
            chat = Chat(user.id, "private", user=user, members={user.id: user}, ids=self.world.account_ids)
            self.world.chats[user.id] = chat
        chat.started = chat.started or started
        return chat

    @on_loop
    def group(self, title: str, *members: User) -> Chat:
        return self._place("group", title, members, -4000)

    @on_loop
    def supergroup(self, title: str, *members: User, username: str | None = None) -> Chat:
        return self._place("supergroup", title, members, -1001000000000, username)

    @on_loop
    def forum(self, title: str, *members: User, topics: Sequence[str] = ()) -> Chat:
        """Make a supergroup with topics: `chat.topics["News"]` is a thread's id."""
        chat = self._place("supergroup", title, members, -1001000000000)
        chat.is_forum = True
        chat.topics |= {topic: next(chat.ids) for topic in topics}
        return chat

    @on_loop
    def channel(self, title: str, *, username: str | None = None) -> Chat:
        chat = self._place("channel", title, (), -1001000000000, username)
        chat.bot_status = "administrator"
        return chat

    def _place(self, kind: str, title: str, members: Sequence[User], base: int, username: str | None = None) -> Chat:
        chat = Chat(
            base - next(self.world.numbers), kind, title, username, members={user.id: user for user in members},
            ids=self.world.account_ids if kind == "group" else itertools.count(2),
        )  # fmt: skip
        chat.administrators |= {user.id for user in members[:1]}
        self.world.chats[chat.id] = chat
        return chat

    @on_loop
    def promote(self, chat: Chat) -> None:
        """Make the bot an administrator: it then sees every message."""
        chat.bot_status = "administrator"

    @on_loop
    def expel(self, chat: Chat) -> None:
        """Remove the bot from a group, which is the last it hears from there."""
        self._status(chat, next(iter(chat.members.values()), self.world.bot), chat.bot_status, "kicked")
        chat.bot_status = "kicked"

    @on_loop
    def block(self, user: User) -> None:
        chat = self.private(user)
        self._status(chat, user, "member", "kicked")
        chat.blocked = True

    @on_loop
    def unblock(self, user: User) -> None:
        chat = self.private(user)
        chat.blocked = False
        self._status(chat, user, "kicked", "member")

    def _status(self, chat: Chat, user: User, old: str, new: str) -> None:
        def member(status: str) -> Json:
            return {"status": status, "user": self.world.bot.wire()} | ({"until_date": 0} if status == "kicked" else {})

        change = {"chat": chat.wire(), "from": user.wire(), "date": int(time.time())}
        change |= {"old_chat_member": member(old), "new_chat_member": member(new)}
        self.world.updates.push({"my_chat_member": change})

    # what they say and do

    @on_loop
    def say(
        self,
        chat: Chat | User,
        user: User | None = None,
        text: str = "",
        *,
        reply_to: Message | None = None,
        entities: Sequence[Entity | Json] = (),
        thread: int | str | None = None,
        origin: Json | None = None,
    ) -> Message:
        """Commands, mentions and links get their entities by themselves, as in Telegram's apps."""
        chat, user = self._speaker(chat, user)
        if not 1 <= units(text.strip()) <= 4096:
            raise ValueError(f"an app sends 1 to 4096 UTF-16 units, not {units(text)}")
        given = tuple(entity if isinstance(entity, Entity) else Entity(**entity) for entity in entities)
        message = self.world.write(
            chat, user, Formatted(text if given else text.strip(), given),
            reply_to=reply_to and chat.messages.get(reply_to.message_id, reply_to),
            thread=self._thread(chat, thread, reply_to), origin=origin,
        )  # fmt: skip
        self.world.announce(message)
        return message

    def _thread(self, chat: Chat, thread: int | str | None, reply_to: Message | None) -> int | None:
        if thread is None:
            return reply_to.thread if reply_to else None
        return chat.topics[thread] if isinstance(thread, str) else thread

    def _speaker(self, chat: Chat | User, user: User | None) -> tuple[Chat, User | None]:
        place: Chat = self.private(chat) if isinstance(chat, User) else chat
        if place.user:
            place.started, place.blocked = True, False
            return place, place.user
        if user is None and place.type != "channel":
            raise ValueError(f"say who speaks in {place.title}")
        if user:
            place.members[user.id] = user
        return place, user

    def post(self, channel: Chat, text: str) -> Message:
        return self.say(channel, None, text)

    def forward(self, chat: Chat | User, user: User | None, text: str, *, author: User | Chat | str) -> Message:
        """Send on what a user, a channel, or somebody who hides (a name) wrote first."""
        origin: Json = {"date": int(time.time()) - 3600}
        if isinstance(author, User):
            origin |= {"type": "user", "sender_user": author.wire()}
        elif isinstance(author, Chat):
            origin |= {"type": "channel", "chat": author.wire(), "message_id": 1}
        else:
            origin |= {"type": "hidden_user", "sender_user_name": author}
        return self.say(chat, user, text, origin=origin)

    @on_loop
    def send_file(self, chat: Chat | User, user: User | None, name: str, content: bytes, caption: str = "") -> Message:
        chat, user = self._speaker(chat, user)
        file = self.world.keep_file(
            name, content, "text/plain" if name.endswith(".txt") else "application/octet-stream"
        )
        message = self.world.write(chat, user, Formatted(caption), document=file)
        self.world.announce(message)
        return message

    @on_loop
    def edit(self, message: Message, text: str) -> Message:
        now = message.chat.messages[message.message_id]
        edited = self.world.rewrite(now, Formatted(text.strip()), None)
        self.world.announce(edited)
        return edited

    @on_loop
    def tap(self, message: Message, button: str, user: User | None = None) -> str | None:
        """Taps a button of the message as it is now; the query's id, or none where no query comes of it."""
        now = message.chat.messages.get(message.message_id)
        if now is None:
            raise LookupError(f"message {message.message_id} was deleted")
        found = now.button(button)
        user = user or message.chat.user
        if user is None:
            raise ValueError(f"say who taps in {message.chat.title}")
        if "callback_data" not in found:
            return None
        query = self.world.ask("callback", user, found["callback_data"])
        asked = {"id": query.id, "from": user.wire(), "message": now.wire(), "data": query.text}
        self.world.updates.push({"callback_query": asked | {"chat_instance": str(now.chat.id)}})
        return query.id

    @on_loop
    def inline(self, user: User, query: str, *, offset: str = "", chat_type: str = "sender") -> str:
        """Types `@bot query` in some chat; the query's id."""
        if len(query) > 256:
            raise ValueError("an app sends at most 256 characters of an inline query")
        if not self.world.inline:
            raise ValueError("inline mode is off for this bot: Emulator(inline=True)")
        asked = self.world.ask("inline", user, query)
        self.world.updates.push({"inline_query": {
            "id": asked.id, "from": user.wire(), "query": query, "offset": offset, "chat_type": chat_type,
        }})  # fmt: skip
        return asked.id

    @on_loop
    def choose(self, chat: Chat | User, user: User | None, query_id: str, result_id: str) -> Message:
        """Send one of the inline results into a chat, via the bot."""
        place, speaker = self._speaker(chat, user)
        answer = next(answer for answer in self.world.answers if answer.query_id == query_id)
        result = next(result for result in answer.results if str(result["id"]) == result_id)
        content = result["input_message_content"]
        entities = tuple(Entity(**entity) for entity in content.get("entities") or ())
        formatted = Formatted(content["message_text"], entities)
        markup = result.get("reply_markup")
        return self.world.write(place, speaker, formatted, markup=markup, via_bot=self.world.bot)

    @on_loop
    def push(self, update: Json) -> bool:
        """Queue a raw update; false where the bot did not ask for its kind."""
        return self.world.updates.push(update)
