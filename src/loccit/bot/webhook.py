"""The bot's own two doors: one Telegram posts updates to, one that says how the bot is."""

import hmac
import json
import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from socket import AF_INET, AF_INET6, create_server
from typing import Any
from urllib.parse import urlsplit

from telegram import Bot, Update
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from loccit.bot.update_queue import UpdateQueue
from loccit.errors import LoccitError

SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # a header's name
LARGEST = 1024 * 1024
"""Bytes of a request: an update has some tens of thousands at most."""
_LOG = logging.getLogger(__name__)
Health = Callable[[], dict[str, object]]


class _Door(RequestHandler):
    """Says what went wrong in a word, and logs no requests: anybody can make them."""

    def write_error(self, status_code: int, **_: Any) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{HTTPStatus(status_code).phrase}\n")

    def log_exception(self, *details: Any) -> None:
        if details[1] is not None and not hasattr(details[1], "status_code"):
            _LOG.error("A request to the bot failed.", exc_info=details[1])


class _Updates(_Door):
    """Takes an update from whoever knows the secret; it counts as received once it is remembered."""

    def initialize(self, secret: str, bot: Bot, queue: UpdateQueue) -> None:
        self.secret, self.bot, self.queue = secret, bot, queue

    async def post(self) -> None:
        told = self.request.headers.get(SECRET, "")
        if not hmac.compare_digest(told.encode(), self.secret.encode()):
            self.send_error(HTTPStatus.FORBIDDEN)
            return
        try:
            update = Update.de_json(json.loads(self.request.body), self.bot)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            _LOG.warning("Something that is no update was posted with the right secret.")
            self.send_error(HTTPStatus.BAD_REQUEST)
            return
        await self.queue.put(update)
        await self.queue.settled()


class _Healthy(_Door):
    """200 while the bot works, 503 while it does not."""

    def initialize(self, health: Health) -> None:
        self.health = health

    def get(self) -> None:
        health = self.health()
        self.set_status(HTTPStatus.OK if health["ok"] else HTTPStatus.SERVICE_UNAVAILABLE)
        self.finish(health)


class _Counted(_Door):
    """The metrics."""

    def initialize(self, metrics: Callable[[], bytes]) -> None:
        self.metrics = metrics

    def get(self) -> None:
        self.set_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.finish(self.metrics())


def updates(url: str, secret: str, bot: Bot, queue: UpdateQueue) -> Application:
    """What Telegram posts to, at the path of the webhook's address."""
    path = urlsplit(url).path or "/"
    rules: list[Any] = [(re.escape(path), _Updates, {"secret": secret, "bot": bot, "queue": queue})]
    return Application(rules, log_function=lambda _: None, default_handler_class=_Nothing)


def health(state: Health, metrics: Callable[[], bytes]) -> Application:
    """What tells how the bot is."""
    rules: list[Any] = [
        ("/health", _Healthy, {"health": state}),
        ("/metrics", _Counted, {"metrics": metrics}),
    ]
    return Application(rules, log_function=lambda _: None, default_handler_class=_Nothing)


class _Nothing(_Door):
    def prepare(self) -> None:
        self.send_error(HTTPStatus.NOT_FOUND)


def serve(application: Application, listen: str, port: int, section: str) -> HTTPServer:
    """Open a door; raises LoccitError where the port cannot be had."""
    try:
        family = AF_INET6 if ":" in listen else AF_INET
        door = create_server((listen, port), family=family, backlog=128)
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]
        raise LoccitError(
            f"Port {port} of {listen} cannot be had ({reason}). Choose another under [{section}] in bot.toml."
        ) from error
    server = HTTPServer(application, max_body_size=LARGEST, max_header_size=16 * 1024, idle_connection_timeout=75)
    door.setblocking(False)
    server.add_socket(door)
    return server
