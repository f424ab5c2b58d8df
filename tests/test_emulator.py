"""The emulator must refuse what Telegram refuses, in the same words; otherwise the bot's tests prove nothing."""

import asyncio
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
    Update,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from tests.emulator import Chat, Emulator, Entity, Message, User

Context = ContextTypes.DEFAULT_TYPE
App = Application[Any, Any, Any, Any, Any, Any]


@pytest.fixture
def telegram() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=10) as client:
        yield client


@pytest.fixture
def call(telegram: Emulator, http: httpx.Client) -> Callable[..., Any]:
    """Call a method with JSON: the result, or the error's description."""

    def post(method: str, **parameters: Any) -> Any:
        answer = http.post(f"{telegram.base_url}{telegram.token}/{method}", json=parameters)
        body = answer.json()
        assert answer.status_code == (200 if body["ok"] else body["error_code"])
        return body["result"] if body["ok"] else body["description"]

    return post


@pytest.fixture
def ann(telegram: Emulator) -> User:
    user = telegram.user("Ann", username="ann")
    telegram.private(user, started=True)
    return user


def button(**fields: object) -> dict[str, object]:
    return {"inline_keyboard": [[{"text": "More"} | fields]]}


LONG_ID = "x" * 65
RESULT = {"type": "article", "id": "1", "title": "T", "input_message_content": {"message_text": "text"}}
REFUSED = [
    ("sendMessage", {"text": ""}, "message text is empty"),
    ("sendMessage", {"text": " \n "}, "message text is empty"),
    ("sendMessage", {"text": "a" * 4097}, "message is too long"),
    ("sendMessage", {"text": "👍" * 2049}, "message is too long"),
    ("sendMessage", {"text": "ж" * 16385}, "text is too long"),
    ("sendMessage", {"text": "<b>" + "a" * 4097 + "</b>", "parse_mode": "HTML"}, "message is too long"),
    ("sendMessage", {"text": "a", "parse_mode": "HTML5"}, "unsupported parse_mode"),
    ("sendMessage", {"text": "a", "chat_id": ""}, "chat_id is empty"),
    ("sendMessage", {"text": "a", "chat_id": 5}, "chat not found"),
    ("sendMessage", {"text": "a", "chat_id": "@nobody"}, "chat not found"),
    ("sendMessage", {"text": "a", "message_thread_id": 7}, "message thread not found"),
    ("sendMessage", {"text": "a", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
    ("sendMessage", {"text": "a", "reply_parameters": {}}, None),
    ("sendMessage", {"text": "a", "reply_parameters": "{"}, "can't parse reply parameters JSON object"),
    ("sendMessage", {"text": "a", "reply_parameters": {"quote": "a"}}, 'can\'t find field "message_id"'),
    ("sendMessage", {"text": "a", "link_preview_options": "{"}, "can't parse link preview options JSON object"),
    ("sendMessage", {"text": "a", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
    ("sendMessage", {"text": "a", "reply_markup": []}, "object expected as reply markup"),
    ("sendMessage", {"text": "a", "reply_markup": button(callback_data="ж" * 33)}, "BUTTON_DATA_INVALID"),
    ("sendMessage", {"text": "a", "reply_markup": button(callback_data="ж" * 32)}, None),
    (
        "sendMessage",
        {"text": "a", "reply_markup": button()},
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        "sendMessage",
        {"text": "a", "reply_markup": button(url="http://localhost/a")},
        "inline keyboard button URL 'http://localhost/a' is invalid: Wrong HTTP URL",
    ),
    (
        "sendMessage",
        {"text": "a", "reply_markup": button(text="", callback_data="a")},
        "inline keyboard button text must be non-empty",
    ),
    (
        "sendMessage",
        {"text": "a", "reply_markup": button(callback_data="a", style="loud")},
        "can't parse inline keyboard button: invalid button style specified",
    ),
    (
        "sendMessage",
        {"text": "a", "reply_markup": {"inline_keyboard": [[{"callback_data": "a"}]]}},
        "can't parse inline keyboard button: Can't find field \"text\"",
    ),
    (
        "sendMessage",
        {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "b", "callback_data": "a"}]] * 101}},
        "reply markup is too long",
    ),
    (
        "sendMessage",
        {"text": "a", "entities": [{"type": "loud", "offset": 0, "length": 1}]},
        "can't parse MessageEntity: Unsupported type specified",
    ),
    (
        "sendMessage",
        {"text": "a", "entities": [{"type": "text_link", "offset": 0, "length": 1}]},
        "can't parse MessageEntity: Can't find field \"url\"",
    ),
    (
        "sendMessage",
        {"text": "aba caba", "entities": [{"type": "bold", "offset": 3, "length": 6}]},
        "entity beginning at UTF-16 offset 3 ends after the end of the text at UTF-16 offset 9",
    ),
    (
        "sendMessage",
        {"text": "a", "entities": [{"type": "bold", "offset": -1, "length": 1}]},
        "receive an entity with incorrect offset -1",
    ),
    ("editMessageText", {"text": "a", "message_id": 99}, "message to edit not found"),
    ("editMessageText", {"text": "a"}, "message identifier is not specified"),
    ("deleteMessage", {"message_id": 99}, "message to delete not found"),
    ("sendChatAction", {"action": "thinking"}, "wrong parameter action in request"),
    (
        "answerCallbackQuery",
        {"callback_query_id": "1"},
        "query is too old and response timeout expired or query ID is invalid",
    ),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "a" * 201}, "MESSAGE_TOO_LONG"),
    ("answerInlineQuery", {"inline_query_id": "1", "results": [RESULT | {"id": ""}]}, "RESULT_ID_INVALID"),
    ("answerInlineQuery", {"inline_query_id": "1", "results": [RESULT | {"id": LONG_ID}]}, "RESULT_ID_INVALID"),
    ("answerInlineQuery", {"inline_query_id": "1", "results": [RESULT, RESULT]}, "RESULT_ID_DUPLICATE"),
    ("answerInlineQuery", {"inline_query_id": "1", "results": [RESULT] * 51}, "RESULTS_TOO_MUCH"),
    ("setMyCommands", {"commands": [{"command": "Ask", "description": "a"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "", "description": "a"}]}, "command must be non-empty"),
    (
        "setMyCommands",
        {"commands": [{"command": "a" * 33, "description": "a"}]},
        "command length must not exceed 32",
    ),
    (
        "setMyCommands",
        {"commands": [{"command": "ask", "description": " "}]},
        "command description must be non-empty",
    ),
    (
        "setMyCommands",
        {"commands": [{"command": "ask", "description": "a" * 257}]},
        "command description length must not exceed 256",
    ),
    ("setMyCommands", {"language_code": "english"}, "invalid language code specified"),
    ("getFile", {"file_id": "nothing"}, "invalid file_id"),
    ("getChatMember", {"user_id": 99}, "member not found"),
    ("getChatAdministrators", {}, "there are no administrators in the private chat"),
    ("sendDocument", {}, "there is no document in the request"),
    ("setMessageReaction", {"message_id": 99}, "message to react not found"),
    ("setWebhook", {"url": "http://example.org/x"}, "bad webhook: An HTTPS URL must be provided for webhook"),
    ("setWebhook", {"url": "http://127.0.0.1:1/", "secret_token": "a b"}, "secret token contains unallowed characters"),
]
WITHOUT_CHAT = ("answer", "setMy", "getFile", "setWebhook")


@pytest.mark.parametrize(("method", "parameters", "words"), REFUSED)
def test_refuses_in_telegrams_words(
    call: Callable[..., Any], ann: User, method: str, parameters: dict[str, Any], words: str | None
) -> None:
    chat = {} if method.startswith(WITHOUT_CHAT) else {"chat_id": ann.id}
    answer = call(method, **(chat | parameters))
    assert answer == f"Bad Request: {words}" if words else isinstance(answer, dict)


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("é<b>a</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<h1>a</h1>", 'Unsupported start tag "h1" at byte offset 0'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x>a</a>', "Unclosed start tag at byte offset 0"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_refuses_broken_html(call: Callable[..., Any], ann: User, markup: str, reason: str) -> None:
    answer = call("sendMessage", chat_id=ann.id, text=markup, parse_mode="HTML")
    assert answer == f"Bad Request: can't parse entities: {reason}"


def test_reads_html(telegram: Emulator, call: Callable[..., Any], ann: User) -> None:
    markup = (
        '👍 <b>b<i>i</i></b> &lt;&amp;&gt; &#x41; <a href="https://e.org/?a=1&amp;b">link</a>'
        '<blockquote expandable>q</blockquote><pre><code class="language-py">p</code></pre>'
    )
    sent = call("sendMessage", chat_id=ann.id, text=markup, parse_mode="HTML")
    assert sent["text"] == "👍 bi <&> A linkqp"
    assert sent["entities"] == [
        {"type": "bold", "offset": 3, "length": 2},
        {"type": "italic", "offset": 4, "length": 1},
        {"type": "text_link", "offset": 12, "length": 4, "url": "https://e.org/?a=1&b"},
        {"type": "expandable_blockquote", "offset": 16, "length": 1},
        {"type": "pre", "offset": 17, "length": 1, "language": "py"},
    ]
    assert telegram.faults == []


def test_counts_in_utf16_and_trims(telegram: Emulator, call: Callable[..., Any], ann: User) -> None:
    assert call("sendMessage", chat_id=ann.id, text="👍" * 2048)["text"] == "👍" * 2048
    bold = {"type": "bold", "offset": 1, "length": 4}
    sent = call("sendMessage", chat_id=ann.id, text="\n 👍a \n", entities=[bold])
    assert sent["text"] == "👍a"
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 3}]
    assert telegram.faults == []
    split = {"type": "bold", "offset": 0, "length": 1}
    assert call("sendMessage", chat_id=ann.id, text="👉 👉", entities=[split]) == (
        "Bad Request: entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 4"
    )
    assert telegram.faults == ["sendMessage: an entity splits a surrogate pair"]


@pytest.mark.parametrize(
    ("parameters", "fault"),
    [
        ({"text": "a", "colour": "red"}, "unknown parameters ['colour']"),
        ({"text": "*a*", "parse_mode": "MarkdownV2"}, "MarkdownV2 breaks on the first unescaped character"),
        (
            {"text": "a" * 101, "entities": [{"type": "bold", "offset": n, "length": 1} for n in range(101)]},
            "101 entities: Telegram keeps 100",
        ),
        (
            {"text": "abc", "entities": [{"type": "blockquote", "offset": 0, "length": n} for n in (3, 2)]},
            "a block quote inside a block quote",
        ),
        (
            {"text": "abc", "entities": [{"type": "bold", "offset": n, "length": 2} for n in (0, 1)]},
            "entities that overlap without nesting",
        ),
        ({"text": "a", "entities": [{"type": "text_link", "offset": 0, "length": 1, "url": "x"}]}, "leads nowhere"),
        ({"text": "a\0b"}, "control characters"),
        ({"text": "a", "reply_markup": button(callback_data="a", url="https://e.org")}, "several actions"),
        ({"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "b", "callback_data": "c"}] * 9]}}, "9 buttons"),
        ({"text": "a", "link_preview_options": {"off": True}}, "unknown link_preview_options: ['off']"),
    ],
)
def test_records_what_a_careful_bot_would_not_send(
    telegram: Emulator, call: Callable[..., Any], ann: User, parameters: dict[str, Any], fault: str
) -> None:
    call("sendMessage", chat_id=ann.id, **parameters)
    assert len(telegram.faults) == 1
    assert telegram.faults[0].startswith("sendMessage: ")
    assert fault in telegram.faults[0]


def test_tokens_methods_and_encodings(telegram: Emulator, http: httpx.Client, ann: User) -> None:
    def get(token: str, method: str) -> tuple[int, str]:
        answer = http.get(f"{telegram.base_url}{token}/{method}")
        return answer.status_code, answer.json().get("description", "")

    assert get(telegram.token, "getMe") == (200, "")
    assert get("654321:TEST-token_for-the_emulator-0", "getMe") == (401, "Unauthorized")
    assert get("nonsense", "getMe") == (404, "Not Found")
    assert get(telegram.token, "getRich") == (404, "Not Found")
    markup = button(callback_data="a")
    url = f"{telegram.base_url}{telegram.token}/sendMessage"
    for sent in (
        {"json": {"chat_id": ann.id, "text": "1", "reply_markup": markup}},
        {"data": {"chat_id": str(ann.id), "text": "1", "reply_markup": json.dumps(markup)}},
        {"params": {"chat_id": str(ann.id), "text": "1", "reply_markup": json.dumps(markup)}},
        {"files": {name: (None, value) for name, value in
                   {"chat_id": str(ann.id), "text": "1", "reply_markup": json.dumps(markup)}.items()}},
    ):  # fmt: skip
        assert http.post(url, **sent).json()["result"]["reply_markup"] == markup
    assert {str(made.params) for made in telegram.calls("sendMessage")} == {str(telegram.calls()[-1].params)}
    assert telegram.faults == []


def test_private_chats_open_and_close(telegram: Emulator, call: Callable[..., Any]) -> None:
    bob = telegram.user("Bob")
    assert call("sendMessage", chat_id=bob.id, text="a") == "Bad Request: chat not found"
    telegram.private(bob)
    refused = call("sendMessage", chat_id=bob.id, text="a")
    assert refused == "Forbidden: bot can't initiate conversation with a user"
    telegram.say(bob, text="hi")
    assert call("sendMessage", chat_id=bob.id, text="a")["text"] == "a"
    telegram.block(bob)
    assert call("sendMessage", chat_id=bob.id, text="a") == "Forbidden: bot was blocked by the user"
    telegram.unblock(bob)
    assert call("sendMessage", chat_id=bob.id, text="a")["text"] == "a"
    assert [next(iter(set(update) - {"update_id"})) for update in telegram.pending_updates] == [
        "message",
        "my_chat_member",
        "my_chat_member",
    ]


def test_leaving_and_being_expelled(telegram: Emulator, call: Callable[..., Any], ann: User) -> None:
    group, big = telegram.group("Small", ann), telegram.supergroup("Big", ann, username="bigchat")
    assert call("sendMessage", chat_id="@BigChat", text="a")["chat"]["id"] == big.id
    assert call("getChat", chat_id=big.id)["title"] == "Big"
    assert call("getChatMember", chat_id=big.id, user_id=telegram.bot.id)["status"] == "member"
    assert [member["user"]["id"] for member in call("getChatAdministrators", chat_id=big.id)] == [ann.id]
    telegram.expel(group)
    assert call("sendMessage", chat_id=group.id, text="a") == "Forbidden: bot was kicked from the group chat"
    assert call("leaveChat", chat_id=big.id) is True
    assert call("sendMessage", chat_id=big.id, text="a") == "Forbidden: bot is not a member of the supergroup chat"


def test_long_polling_and_offsets(telegram: Emulator, call: Callable[..., Any], ann: User) -> None:
    assert call("getUpdates") == []
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(call, "getUpdates", timeout=10)
        time.sleep(0.1)
        telegram.say(ann, text="one")
        [one] = waiting.result(30)
    telegram.say(ann, text="two")
    telegram.say(ann, text="three")
    assert [update["message"]["text"] for update in call("getUpdates")] == ["one", "two", "three"]
    assert [update["message"]["text"] for update in call("getUpdates", limit=1)] == ["one"]
    assert telegram.confirmed_updates == []
    assert [update["message"]["text"] for update in call("getUpdates", offset=one["update_id"] + 1)] == ["two", "three"]
    assert [update["update_id"] for update in telegram.confirmed_updates] == [one["update_id"]]
    assert [update["message"]["text"] for update in call("getUpdates", offset=-1)] == ["three"]
    assert len(telegram.delivered_updates) == 1 + 3 + 1 + 2 + 1
    before = time.monotonic()
    assert call("getUpdates", offset=one["update_id"] + 3, timeout=1) == []
    assert 0.9 < time.monotonic() - before < 2


def test_allowed_updates_are_remembered(telegram: Emulator, call: Callable[..., Any], ann: User) -> None:
    call("getUpdates", allowed_updates=["callback_query"])
    call("getUpdates")
    telegram.say(ann, text="unheard")
    assert call("getUpdates") == []
    call("getUpdates", allowed_updates=[])
    telegram.say(ann, text="heard")
    assert not telegram.push({"message_reaction": {}})
    assert telegram.push({"message": {"text": "raw"}, "update_id": 800_000_000})
    assert [update["message"]["text"] for update in call("getUpdates")] == ["heard", "raw"]
    assert call("getUpdates")[1]["update_id"] == 800_000_000


def test_the_older_of_two_pollers_is_ended(call: Callable[..., Any], telegram: Emulator, ann: User) -> None:
    with ThreadPoolExecutor() as pool:
        older = pool.submit(call, "getUpdates", timeout=10)
        time.sleep(0.1)
        newer = pool.submit(call, "getUpdates", timeout=10)
        assert older.result(30) == (
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
        )
        telegram.say(ann, text="for the newer")
        assert len(newer.result(30)) == 1


def test_a_poller_that_hung_up_is_handed_nothing(telegram: Emulator, ann: User) -> None:
    url = f"{telegram.base_url}{telegram.token}/getUpdates"
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(url, params={"timeout": 10}, timeout=0.2, trust_env=False)
    time.sleep(0.1)
    telegram.say(ann, text="still there")
    assert telegram.delivered_updates == []
    assert len(telegram.pending_updates) == 1


class Hook:
    """A bot's webhook, with the statuses it is to answer, then 200."""

    def __init__(self, *statuses: int) -> None:
        got: list[tuple[str | None, dict[str, Any]]] = []
        left = list(statuses)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                got.append((self.headers["X-Telegram-Bot-Api-Secret-Token"], json.loads(body)))
                self.send_response(left.pop(0) if left else 200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self.got = got
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))

    def __enter__(self) -> "Hook":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def until(condition: Callable[[], object], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_webhook_with_secret_and_retries(telegram: Emulator, call: Callable[..., Any], ann: User) -> None:
    telegram.say(ann, text="dropped")
    with Hook(500, 403) as hook:
        wanted = {"url": hook.url, "secret_token": "s3cret", "drop_pending_updates": True, "max_connections": 3}
        with ThreadPoolExecutor() as pool:
            polling = pool.submit(call, "getUpdates", timeout=10, offset=700_000_002)
            time.sleep(0.1)
            assert call("setWebhook", **wanted) is True
            assert polling.result(30) == "Conflict: terminated by setWebhook request"
        telegram.say(ann, text="one")
        telegram.say(ann, text="two")
        until(lambda: len(telegram.confirmed_updates) >= 3)
        assert [(secret, update["message"]["text"]) for secret, update in hook.got] == [
            ("s3cret", "one"),
            ("s3cret", "one"),
            ("s3cret", "one"),
            ("s3cret", "two"),
        ]
        assert call("getUpdates").startswith("Conflict: can't use getUpdates method while webhook is active; use del")
        told = call("getWebhookInfo")
        assert (told["url"], told["max_connections"], told["pending_update_count"]) == (hook.url, 3, 0)
        assert told["last_error_message"] == "Wrong response from the webhook: 403 Forbidden"
        assert call("deleteWebhook") is True
    telegram.say(ann, text="polled")
    assert [update["message"]["text"] for update in call("getUpdates")] == ["polled"]
    assert telegram.faults == []


def group_of(telegram: Emulator, ann: User) -> tuple[Chat, Message]:
    """A group where the bot once spoke."""
    group = telegram.group("Readers", ann)
    with httpx.Client(trust_env=False) as client:
        client.post(f"{telegram.base_url}{telegram.token}/sendMessage", json={"chat_id": group.id, "text": "hello"})
    return group, telegram.messages(group)[0]


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("just talk", False),
        ("/ask why", True),
        ("/ask@emulated_bot why", True),
        ("/ask@other_bot why", False),
        ("what says @Emulated_Bot to it", True),
        ("what says @emulated_bots to it", False),
    ],
)
def test_privacy_mode(telegram: Emulator, ann: User, text: str, heard: bool) -> None:
    group, hello = group_of(telegram, ann)
    telegram.say(group, ann, text)
    assert len(telegram.pending_updates) == heard
    telegram.say(group, ann, "a reply", reply_to=hello)
    assert telegram.pending_updates[-1]["message"]["reply_to_message"]["message_id"] == hello.message_id
    telegram.promote(group)
    telegram.say(group, ann, "just talk")
    assert telegram.pending_updates[-1]["message"]["text"] == "just talk"


def test_without_privacy_all_is_heard(ann: User) -> None:
    with Emulator(privacy=False) as telegram:
        telegram.say(telegram.group("Readers", ann), ann, "just talk")
        assert len(telegram.pending_updates) == 1


def test_what_people_send(telegram: Emulator, call: Callable[..., Any], ann: User) -> None:
    channel = telegram.channel("News")
    said = telegram.say(ann, text="/start src_1 see https://e.org/a. @bob #now")
    assert [(entity.type, said.covered(entity)) for entity in said.entities] == [
        ("bot_command", "/start"),
        ("url", "https://e.org/a"),
        ("mention", "@bob"),
        ("hashtag", "#now"),
    ]
    telegram.edit(said, "changed")
    telegram.forward(ann, None, "by the channel", author=channel)
    telegram.forward(ann, None, "by a user", author=ann)
    telegram.forward(ann, None, "by somebody", author="Somebody")
    post = telegram.post(channel, "news")
    telegram.edit(post, "newer news")
    sent = telegram.send_file(ann, None, "notes.txt", b"some notes", caption="look")
    updates = [Update.de_json(update, None) for update in call("getUpdates")]
    assert [update.effective_message is not None for update in updates] == [True] * 8
    kinds = [next(iter(set(update.to_dict()) - {"update_id"})) for update in updates]
    expected = ["message", "edited_message", "message", "message", "message", "channel_post", "edited_channel_post"]
    assert kinds == [*expected, "message"]
    assert [update.message.forward_origin.type for update in updates[2:5] if update.message] == [  # type: ignore[union-attr]
        "channel",
        "user",
        "hidden_user",
    ]
    assert sent.document
    found = call("getFile", file_id=sent.document.file_id)
    address = f"{telegram.base_file_url}{telegram.token}/{found['file_path']}"
    assert httpx.get(address, trust_env=False).content == b"some notes"
    assert httpx.get(address + "x", trust_env=False).status_code == 404


def test_topics(telegram: Emulator, call: Callable[..., Any], ann: User) -> None:
    forum = telegram.forum("Forum", ann, topics=["News", "Help"])
    asked = telegram.say(forum, ann, "/ask", thread="Help")
    sent = call("sendMessage", chat_id=forum.id, text="a", message_thread_id=forum.topics["Help"])
    assert sent["message_thread_id"] == asked.thread == forum.topics["Help"]
    assert sent["is_topic_message"] is True
    assert (
        call("sendMessage", chat_id=forum.id, text="a", message_thread_id=1) == "Bad Request: message thread not found"
    )
    assert call("sendChatAction", chat_id=forum.id, action="typing", message_thread_id=forum.topics["News"]) is True
    assert telegram.actions[0].thread == forum.topics["News"]


def test_edits(telegram: Emulator, call: Callable[..., Any], ann: User) -> None:
    markup = button(callback_data="a")
    sent = call("sendMessage", chat_id=ann.id, text="one", reply_markup=markup)
    same = {"chat_id": ann.id, "message_id": sent["message_id"]}
    modified = (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )
    assert call("editMessageText", text="one", reply_markup=markup, **same) == modified
    assert call("editMessageReplyMarkup", reply_markup=markup, **same) == modified
    assert call("editMessageText", text="a" * 4097, **same) == "Bad Request: MESSAGE_TOO_LONG"
    assert call("editMessageText", text="a", reply_markup={"force_reply": True}, **same) == (
        "Bad Request: inline keyboard expected"
    )
    assert call("editMessageText", text="two", **same)["text"] == "two"
    assert [(message.text, message.buttons) for message in telegram.messages(ann)] == [("two", [])]
    assert [message.text for message in telegram.edited] == ["two"]
    mine = telegram.say(ann, text="mine")
    assert call("editMessageText", chat_id=ann.id, message_id=mine.message_id, text="b") == (
        "Bad Request: message can't be edited"
    )
    assert call("deleteMessage", **same) is True
    assert [message.text for message in telegram.messages(ann)] == ["mine"]


def test_replies_and_quotes(telegram: Emulator, call: Callable[..., Any], ann: User) -> None:
    asked = telegram.say(ann, text="👍 what is an index?")
    reply = {"message_id": asked.message_id, "quote": "an index"}
    sent = call("sendMessage", chat_id=ann.id, text="a", reply_parameters=reply)
    assert sent["quote"] == {"text": "an index", "position": 11, "is_manual": True}
    assert call("sendMessage", chat_id=ann.id, text="a", reply_parameters=reply | {"quote": "no"}) == (
        "Bad Request: QUOTE_TEXT_INVALID"
    )
    lost = {"message_id": 99, "allow_sending_without_reply": True}
    assert "reply_to_message" not in call("sendMessage", chat_id=ann.id, text="a", reply_parameters=lost)


def test_taps_are_answered_once_and_in_time(
    telegram: Emulator, call: Callable[..., Any], ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    call("sendMessage", chat_id=ann.id, text="a", reply_markup=button(callback_data="m:1"))
    [message] = telegram.messages(ann)
    with pytest.raises(LookupError, match="no button 'Less' on message"):
        telegram.tap(message, "Less")
    first, second = telegram.tap(message, "More"), telegram.tap(message, "m:1")
    assert call("getUpdates")[0]["callback_query"]["data"] == "m:1"
    assert call("answerCallbackQuery", callback_query_id=first, text="Yes", show_alert=True) is True
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert call("answerCallbackQuery", callback_query_id=first) == too_old
    monkeypatch.setattr("tests.emulator.world.QUERY_SECONDS", 0)
    assert call("answerCallbackQuery", callback_query_id=second) == too_old
    assert [(answer.query_id, answer.text, answer.show_alert) for answer in telegram.answers] == [(first, "Yes", True)]


TROUBLES = [
    (lambda telegram: telegram.fail("getMe", status=429, retry_after=3), RetryAfter, "Retry in 0:00:03"),
    (lambda telegram: telegram.fail("getMe", status=500), NetworkError, "Internal Server Error"),
    (lambda telegram: telegram.fail("*", status=502), NetworkError, "Bad Gateway"),
    (lambda telegram: telegram.fail("getMe", status=401), InvalidToken, "Unauthorized"),
    (lambda telegram: telegram.fail("getMe", status=409), Conflict, "only one bot instance"),
    (lambda telegram: telegram.fail("getMe", status=403), Forbidden, "blocked by the user"),
    (lambda telegram: telegram.fail("getMe", status=400, description="Bad Request: so"), BadRequest, "So"),
    (lambda telegram: telegram.cut("getMe"), NetworkError, "disconnected"),
    (lambda telegram: telegram.cut("getMe", after_processing=True), NetworkError, "disconnected"),
    (lambda telegram: telegram.delay("getMe", 0.5, times=1), TimedOut, "Timed out"),
]


def bot_of(telegram: Emulator) -> Bot:
    return Bot(telegram.token, base_url=telegram.base_url, base_file_url=telegram.base_file_url)


@pytest.mark.parametrize(("order", "error", "words"), TROUBLES)
def test_ordered_trouble(
    telegram: Emulator,
    monkeypatch: pytest.MonkeyPatch,
    order: Callable[[Emulator], None],
    error: type[Exception],
    words: str,
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")

    async def meet() -> None:
        bot = bot_of(telegram)
        async with bot:
            assert (await bot.get_me()).username == "emulated_bot"
            order(telegram)
            with pytest.raises(error, match=words):
                await bot.get_me(read_timeout=0.3)
            assert (await bot.get_me()).username == "emulated_bot"

    asyncio.run(meet())
    assert len(telegram.troubles) == 1


def test_a_cut_before_has_no_effect_and_a_cut_after_has(telegram: Emulator, ann: User, http: httpx.Client) -> None:
    url, words = f"{telegram.base_url}{telegram.token}/sendMessage", {"chat_id": ann.id, "text": "a"}
    for after, effects in ((False, 0), (True, 1)):
        telegram.cut("sendMessage", after_processing=after)
        with pytest.raises(httpx.RemoteProtocolError):
            http.post(url, json=words)
        assert len(telegram.messages(ann)) == effects
    assert [(made.ok, made.trouble) for made in telegram.calls()] == [(False, ("cut_before",)), (True, ("cut_after",))]


def test_chaos_is_the_same_for_the_same_seed(http: httpx.Client) -> None:
    def kinds(seed: int) -> list[tuple[str, str]]:
        with Emulator() as telegram:
            telegram.chaos(0.3, seed, kinds=("429", "500", "502", "cut_after"), spare=("getUpdates",))
            for method in ("getMe", "getUpdates") * 20:
                try:
                    http.get(f"{telegram.base_url}{telegram.token}/{method}")
                except httpx.RemoteProtocolError:
                    continue
            telegram.calm()
            return telegram.troubles

    met = kinds(7)
    assert 2 <= len(met) <= 12
    assert met == kinds(7)
    assert met != kinds(8)
    assert {method for method, _ in met} == {"getMe"}


def test_flood_limits(http: httpx.Client) -> None:
    with Emulator(flood_limits=True) as telegram:
        ann = telegram.user("Ann")
        telegram.private(ann, started=True)
        url = f"{telegram.base_url}{telegram.token}/sendMessage"
        answers = [http.post(url, json={"chat_id": ann.id, "text": str(n)}) for n in range(5)]
        assert [answer.status_code for answer in answers] == [200] * 4 + [429]
        refused = answers[-1].json()
        assert refused["description"] == f"Too Many Requests: retry after {refused['parameters']['retry_after']}"
        assert 1 <= refused["parameters"]["retry_after"] <= 4


def test_waiting_returns_each_call_once(telegram: Emulator, call: Callable[..., Any], ann: User) -> None:
    for text in ("one", "two", "three"):
        call("sendMessage", chat_id=ann.id, text=text)
    assert telegram.wait_for(text="two").message == telegram.messages(ann)[1]
    assert [telegram.wait_for(chat=ann).text for _ in range(2)] == ["one", "three"]
    with pytest.raises(
        TimeoutError, match=r"no new message, text='four' within 0.05 s; the bot's last calls:\n  sendMe"
    ):
        telegram.wait_for(text="four", timeout=0.05)
    call("sendChatAction", chat_id=ann.id, action="typing")
    assert telegram.wait_for(lambda made: made.method == "sendChatAction").params["action"] == "typing"


# with the real library


@asynccontextmanager
async def running(telegram: Emulator, *handlers: Any) -> AsyncIterator[App]:
    app: App = (
        ApplicationBuilder().token(telegram.token).base_url(telegram.base_url).base_file_url(telegram.base_file_url)
        .concurrent_updates(True).build()
    )  # fmt: skip
    app.add_handlers(handlers)
    async with app:
        assert app.updater
        await app.start()
        await app.updater.start_polling(allowed_updates=Update.ALL_TYPES)
        yield app
        await app.updater.stop()
        await app.stop()


async def echo(update: Update, _: Context) -> None:
    assert update.message
    keyboard = InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton("More", callback_data="more"),
                InlineKeyboardButton("Copy", copy_text=CopyTextButton("c")),
            ]
        ]
    )
    text, entities = MessageEntity.concatenate(
        ("👍 ", [], True), (update.message.text or "", [MessageEntity("bold", 0, 1)], True)
    )
    await update.message.reply_text(text, entities=entities, reply_markup=keyboard, do_quote=True)


async def more(update: Update, _: Context) -> None:
    assert update.callback_query
    await update.callback_query.answer("here")
    await update.callback_query.edit_message_text("more", link_preview_options=LinkPreviewOptions(is_disabled=True))


async def results(update: Update, _: Context) -> None:
    assert update.inline_query
    content = InputTextMessageContent("found", entities=[MessageEntity("bold", 0, 5)])
    await update.inline_query.answer([InlineQueryResultArticle("1", "First", content)], cache_time=5)


def test_a_conversation_with_the_real_library(telegram: Emulator, ann: User) -> None:
    async def talk() -> None:
        async with running(
            telegram,
            CommandHandler("start", echo),
            MessageHandler(filters.TEXT, echo),
            CallbackQueryHandler(more),
            InlineQueryHandler(results),
        ):
            asked = telegram.say(ann, text="why?")
            answer = (await telegram.arrives(chat=ann)).message
            assert answer
            assert answer.reply_to == asked
            assert (answer.text, answer.entities) == ("👍 why?", (Entity("bold", 3, 1),))
            assert answer.buttons == ["More", "Copy"]
            assert telegram.tap(answer, "Copy") is None
            telegram.tap(answer, "More")
            assert (await telegram.arrives(method="editMessageText")).text == "more"
            query = telegram.inline(ann, "what")
            await telegram.arrives(method="answerInlineQuery")
            assert telegram.choose(ann, None, query, "1").text == "found"

    asyncio.run(talk())
    assert [(message.text, message.via_bot) for message in telegram.messages(ann)] == [
        ("why?", None),
        ("more", None),
        ("found", telegram.bot),
    ]
    assert len(telegram.confirmed_updates) == 3
    assert telegram.faults == []


def test_webhook_of_the_real_library(telegram: Emulator, ann: User) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    async def serve() -> None:
        app: App = ApplicationBuilder().token(telegram.token).base_url(telegram.base_url).build()
        app.add_handler(MessageHandler(filters.TEXT, echo))
        async with app:
            assert app.updater
            await app.start()
            await app.updater.start_webhook(
                "127.0.0.1", port, "hook", webhook_url=f"http://127.0.0.1:{port}/hook", secret_token="s3cret",  # noqa: S106
            )  # fmt: skip
            for text in ("one", "two"):
                telegram.say(ann, text=text)
                assert (await telegram.arrives(chat=ann)).text == f"👍 {text}"
            await app.updater.stop()
            await app.stop()

    asyncio.run(serve())
    until(lambda: len(telegram.confirmed_updates) == 2)
    assert telegram.faults == []


def test_stops_at_once_with_a_poller_waiting() -> None:
    with ThreadPoolExecutor() as pool:
        with Emulator() as telegram:
            url = f"{telegram.base_url}{telegram.token}/getUpdates"
            polling = pool.submit(httpx.get, url, params={"timeout": 30}, trust_env=False)
            time.sleep(0.2)
            stopping = time.monotonic()
        assert time.monotonic() - stopping < 10
        with pytest.raises(httpx.RemoteProtocolError):
            polling.result(30)


def test_every_method_through_the_real_library(telegram: Emulator, ann: User) -> None:
    async def use(bot: Bot) -> None:
        me = await bot.get_me()
        assert (me.username, me.can_read_all_group_messages, me.supports_inline_queries) == (
            "emulated_bot",
            False,
            True,
        )
        scope = BotCommandScopeAllPrivateChats()
        await bot.set_my_commands([BotCommand("ask", "Ask me")], scope=scope, language_code="de")
        assert [(c.command, c.description) for c in await bot.get_my_commands(scope, "de")] == [("ask", "Ask me")]
        assert await bot.get_my_commands() == ()
        await bot.delete_my_commands(scope, "de")
        assert await bot.get_my_commands(scope, "de") == ()
        await bot.set_my_name("N")
        await bot.set_my_description("D", language_code="de")
        await bot.set_my_short_description("S")
        assert (await bot.get_chat(ann.id)).username == "ann"
        assert (await bot.get_chat_member(ann.id, ann.id)).status == "member"
        forum = telegram.forum("Forum", ann, topics=["A"])
        assert (await bot.get_chat(forum.id)).is_forum
        assert [member.user.id for member in await bot.get_chat_administrators(forum.id)] == [ann.id]
        sent = await bot.send_document(ann.id, b"bytes", filename="a.txt", caption="<b>c</b>", parse_mode="HTML")
        assert sent.document
        assert sent.caption_entities == (MessageEntity("bold", 0, 1),)
        assert await (await bot.get_file(sent.document)).download_as_bytearray() == b"bytes"
        await bot.set_message_reaction(ann.id, sent.message_id, "👀")
        with pytest.raises(BadRequest, match="Can't parse reactiontype: field"):
            await bot.set_message_reaction(ann.id, sent.message_id, "😀")  # the library takes it for a custom one
        await bot.send_chat_action(ann.id, "typing")
        lost = ReplyParameters(99, allow_sending_without_reply=True)
        text = await bot.send_message(ann.id, "text https://e.org", reply_parameters=lost)
        assert text.parse_entities() == {MessageEntity("url", 5, 13): "https://e.org"}
        await bot.edit_message_reply_markup(
            ann.id,
            text.message_id,
            reply_markup=InlineKeyboardMarkup.from_button(InlineKeyboardButton("b", url="e.org")),
        )
        await bot.delete_message(ann.id, text.message_id)
        await bot.leave_chat(forum.id)
        with pytest.raises(Forbidden):
            await bot.send_message(forum.id, "a")
        await bot.set_webhook("http://127.0.0.1:1/x", secret_token="s")  # noqa: S106
        assert (await bot.get_webhook_info()).url == "http://127.0.0.1:1/x"
        await bot.delete_webhook(drop_pending_updates=True)

    async def main() -> None:
        async with bot_of(telegram) as bot:
            await use(bot)

    asyncio.run(main())
    assert telegram.profile.names == {"": "N"}
    assert telegram.profile.descriptions == {"de": "D"}
    assert telegram.files[0].content == b"bytes"
    assert list(telegram.reactions.values()) == [[{"type": "emoji", "emoji": "👀"}]]
    assert telegram.faults == []


def answer_everything(telegram: Emulator, stop: threading.Event) -> None:
    """Answer each message with a bare loop: what is measured is the emulator, not a library."""
    wire, offset = HTTPConnection(telegram.url.removeprefix("http://")), 0

    def post(method: str, **parameters: Any) -> Any:
        headers = {"Content-Type": "application/json"}
        wire.request("POST", f"/bot{telegram.token}/{method}", json.dumps(parameters), headers)
        return json.loads(wire.getresponse().read())["result"]

    last = False
    while not last:
        last = stop.is_set()  # one more round, to acknowledge what was answered
        for update in post("getUpdates", offset=offset, timeout=0 if last else 1):
            offset, said = update["update_id"] + 1, update["message"]
            post(
                "sendMessage",
                chat_id=said["chat"]["id"],
                text=said["text"],
                reply_parameters={"message_id": said["message_id"]},
            )
    wire.close()


def test_load(telegram: Emulator) -> None:
    people, rounds, stop = [telegram.user(f"User {n}") for n in range(200)], 8, threading.Event()
    with ThreadPoolExecutor() as pool:
        bot = pool.submit(answer_everything, telegram, stop)
        for turn in range(rounds):
            for person in people:
                telegram.say(person, text=f"{turn}")
        for _ in range(rounds * len(people)):
            telegram.wait_for()
        stop.set()
        bot.result(30)
    for person in people:
        answered = [message.reply_to.message_id for message in telegram.messages(person) if message.reply_to]
        assert answered == [message.message_id for message in telegram.messages(person) if not message.reply_to]
        assert len(answered) == rounds
    assert len(telegram.delivered_updates) == len(telegram.confirmed_updates) == rounds * len(people)


def test_two_hundred_chats_with_the_real_library(telegram: Emulator) -> None:
    people = [telegram.user(f"User {n}") for n in range(200)]

    def crowd() -> None:
        for person in people:
            telegram.say(person, text="why?")
        for person in people:
            assert telegram.wait_for(chat=person).text == "👍 why?"

    async def talk() -> None:
        async with running(telegram, MessageHandler(filters.TEXT, echo)):
            await asyncio.to_thread(crowd)

    asyncio.run(talk())
    assert len(telegram.confirmed_updates) == len(people)
    assert telegram.faults == []


def test_the_terminal(http: httpx.Client) -> None:
    token = "123456:TEST-token_for-the_terminal-0"  # noqa: S105
    root = Path(__file__).parents[1]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.emulator", "--token", token, "--port", "0"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root,
    ) as terminal:  # fmt: skip
        assert terminal.stdin
        assert terminal.stdout
        url = terminal.stdout.readline().split()[3].rstrip(",")
        terminal.stdout.readline()
        terminal.stdin.write("hello\n")
        terminal.stdin.flush()
        bot = f"{url}/bot{token}"
        [update] = http.get(f"{bot}/getUpdates", params={"timeout": 5}).json()["result"]
        words = {"chat_id": update["message"]["chat"]["id"], "text": "hi", "reply_markup": button(callback_data="a")}
        http.post(f"{bot}/sendMessage", json=words | {"colour": 1})
        assert [terminal.stdout.readline() for _ in range(2)] == ["< hi\n", "  [1] More\n"]
        terminal.stdin.write("/tap 1\n/tap 2\n/quit\n")
        terminal.stdin.flush()
        lines = terminal.stdout.read().splitlines()
        assert lines == ["! there is no such button", "! careless: sendMessage: unknown parameters ['colour']"]
    assert terminal.returncode == 0
