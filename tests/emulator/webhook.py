"""Updates by webhook: posted until the bot says 2xx."""

import asyncio
import json
import time
from dataclasses import dataclass

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.httpclient import HTTPClientError as AnsweredBadly

from .refusals import Json
from .updates import Updates

SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
LONGEST_WAIT = 2.0  # between two tries; the real server waits up to minutes


@dataclass(frozen=True)
class Webhook:
    url: str
    secret: str
    max_connections: int


class Delivery:
    """Posts waiting updates to the webhook: in order within a chat, in parallel between chats."""

    def __init__(self, updates: Updates) -> None:
        self.updates = updates
        self.webhook: Webhook | None = None
        self.last_error: tuple[int, str] | None = None
        self._posts: dict[str, asyncio.Task[None]] = {}  # by the chat or user they concern
        self._client: AsyncHTTPClient | None = None
        updates.pushed = self.start_posts

    def set(self, webhook: Webhook | None) -> None:
        if webhook != self.webhook:
            self.stop()
        self.webhook = webhook
        if webhook:
            if self._client is None:
                self._client = AsyncHTTPClient(force_instance=True, max_clients=webhook.max_connections)
            self.start_posts()

    def stop(self) -> None:
        for task in self._posts.values():
            task.cancel()
        self._posts.clear()
        if self._client:
            self._client.close()
            self._client = None

    def start_posts(self) -> None:
        if self.webhook is None:
            return
        for number, update in list(self.updates.pending.items()):
            if len(self._posts) >= self.webhook.max_connections:
                return
            if (place := _place(update)) not in self._posts:
                self._posts[place] = asyncio.get_running_loop().create_task(self._post(self.webhook, number, place))

    async def _post(self, webhook: Webhook, number: int, place: str) -> None:
        wait = 0.1
        try:
            while number in self.updates.pending and not await self._accepted(webhook, self.updates.hand_out(number)):
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)
            if number in self.updates.pending:
                self.updates.confirm(number)
        finally:
            if self._posts.get(place) is asyncio.current_task():
                del self._posts[place]
        self.start_posts()

    async def _accepted(self, webhook: Webhook, update: Json) -> bool:
        headers = {"Content-Type": "application/json"} | ({SECRET: webhook.secret} if webhook.secret else {})
        request = HTTPRequest(
            webhook.url, "POST", headers, json.dumps(update), request_timeout=60, follow_redirects=False
        )
        assert self._client
        try:
            await self._client.fetch(request)
        except AnsweredBadly as error:
            self.last_error = (int(time.time()), f"Wrong response from the webhook: {error.code} {error.message}")
        except OSError as error:
            self.last_error = (int(time.time()), f"Connection refused: {error}")
        else:
            return True
        return False


def _place(update: Json) -> str:
    kind, content = next((name, value) for name, value in update.items() if name != "update_id")
    content = content if isinstance(content, dict) else {}
    if "chat" in content:
        return f"chat {content['chat']['id']}"
    return f"{kind} {content.get('from', {}).get('id')}"
