"""A strict stand-in for Telegram's Bot API on loopback."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from .calls import Call, Calls, Predicate, fitting
from .chats import Chat, File, Message, User
from .members import Members, on_loop
from .refusals import Json
from .server import application
from .troubles import KINDS, FloodLimits, Trouble, refusal_of
from .world import Action, Answer, Profile, World

TOKEN = "123456:TEST-token_for-the_emulator-0"  # noqa: S105 - nobody's
STOP_SECONDS = 5.0


class Emulator(Members):
    """`with Emulator() as telegram:` serves at `telegram.url`; every method may be called from any thread."""

    def __init__(
        self,
        token: str = TOKEN,
        *,
        port: int = 0,
        username: str = "emulated_bot",
        name: str = "Emulated",
        privacy: bool = True,
        inline: bool = True,
        flood_limits: bool = False,
        keep_alive: bool = True,
    ) -> None:
        self.token = token
        self.bot = User(int(token.partition(":")[0]), name, username, is_bot=True)
        self.world = World(self.bot, privacy=privacy, inline=inline)
        if flood_limits:
            self.world.flood = FloodLimits()
        self._calls = Calls()
        self._port, self._keep_alive = port, keep_alive
        self._servers: list[HTTPServer] = []  # the last takes connections, the others end theirs
        self._stopping: asyncio.Event | None = None
        self._started = threading.Event()
        self._failure: BaseException | None = None

    # its life

    def __enter__(self) -> Self:
        self.thread = threading.Thread(target=self._live, name="telegram-emulator", daemon=True)
        self.thread.start()
        self._started.wait(STOP_SECONDS)
        if self._failure:
            raise self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.loop and self._stopping and self.thread:
            self.loop.call_soon_threadsafe(self._stopping.set)
            self.thread.join(STOP_SECONDS)
            if self.thread.is_alive():
                raise RuntimeError("the emulator did not stop")

    def _live(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as failure:  # noqa: BLE001 - handed to the thread that waits for the start
            self._failure = failure
        finally:
            self.loop = None
            self._started.set()

    async def _serve(self) -> None:
        self._take_connections()
        self.loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        self._started.set()
        await self._stopping.wait()
        self.world.delivery.stop()
        for server in self._servers:
            server.stop()
            await server.close_all_connections()

    def _take_connections(self) -> None:
        sockets = bind_sockets(self._port, "127.0.0.1")
        self._port = sockets[0].getsockname()[1]
        server = HTTPServer(application(self.world, self._calls, self.token), no_keep_alive=not self._keep_alive)
        server.add_sockets(sockets)
        self._servers.append(server)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def base_url(self) -> str:
        """For `ApplicationBuilder().base_url(...)`."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.url}/file/bot"

    # what the bot did

    def wait_for(
        self,
        predicate: Predicate | None = None,
        timeout: float = 30.0,
        *,
        method: str | None = None,
        chat: Chat | User | int | None = None,
        text: str | None = None,
        thread: int | None = None,
        ok: bool | None = True,
    ) -> Call:
        """Wait for the bot's next fitting call, each returned once; without `method`, for a new message of its."""
        wanted = predicate or fitting(method, chat, text, thread, ok)
        details = {"chat": chat, "text": text, "thread": thread}
        describe = "fitting call" if predicate else method or "new message"
        describe += "".join(f", {name}={value!r}" for name, value in details.items() if value is not None)
        return self._calls.wait_for(wanted, timeout, describe)

    async def arrives(self, predicate: Predicate | None = None, timeout: float = 30.0, **fits: object) -> Call:  # noqa: ASYNC109
        """`wait_for` for a test whose own loop runs the bot."""
        return await asyncio.to_thread(self.wait_for, predicate, timeout, **fits)  # type: ignore[arg-type]

    def watch(self, watcher: Callable[[Call], None]) -> None:
        """Have somebody told of each call, in the server's thread: for loads under which waiting costs too much."""
        self._calls.watch = watcher

    def calls(self, method: str | None = None) -> list[Call]:
        return self._calls.all(method)

    @on_loop
    def messages(self, chat: Chat | User) -> list[Message]:
        """List what a member sees now, edits and deletions applied."""
        place = self.world.chats.get(chat.id)
        return list(place.messages.values()) if place else []

    @property
    def faults(self) -> list[str]:
        """What Telegram lets pass but a careful bot would not send; a test asserts that it is empty."""
        return self.run(lambda: list(self.world.faults))

    @property
    def edited(self) -> list[Message]:
        return self.run(lambda: list(self.world.edited))

    @property
    def actions(self) -> list[Action]:
        return self.run(lambda: list(self.world.actions))

    @property
    def answers(self) -> list[Answer]:
        return self.run(lambda: list(self.world.answers))

    @property
    def files(self) -> list[File]:
        return self.run(lambda: list(self.world.files.values()))

    @property
    def reactions(self) -> dict[tuple[int, int], list[Json]]:
        """By (chat id, message id)."""
        return self.run(lambda: dict(self.world.reactions))

    @property
    def profile(self) -> Profile:
        return self.world.profile

    @property
    def pending_updates(self) -> list[Json]:
        return self.run(lambda: list(self.world.updates.pending.values()))

    @property
    def delivered_updates(self) -> list[Json]:
        """Each time an update was handed out."""
        return self.run(lambda: list(self.world.updates.delivered))

    @property
    def confirmed_updates(self) -> list[Json]:
        """Acknowledged by a later offset, or by the webhook's 2xx."""
        return self.run(lambda: list(self.world.updates.confirmed))

    # trouble

    @on_loop
    def fail(
        self, method: str = "*", times: int | None = 1, status: int = 500, *,
        retry_after: float | None = None, description: str | None = None,
    ) -> None:  # fmt: skip
        """Answer the next calls of the method with an error; they have no effect; a 429 may name parts of a second."""
        refusal = refusal_of(status, retry_after, description)
        self.world.troubles.plan(method, Trouble(str(status), refusal), times)

    @on_loop
    def cut(self, method: str = "*", times: int | None = 1, *, after_processing: bool = False) -> None:
        """Close the connection with no reply, before or after the call took effect."""
        self.world.troubles.plan(method, Trouble("cut_after" if after_processing else "cut_before"), times)

    @on_loop
    def delay(self, method: str, seconds: float, times: int | None = None) -> None:
        self.world.troubles.plan(method, Trouble("delay", seconds=seconds), times)

    @on_loop
    def trickle(self, method: str, times: int | None = 1) -> None:
        """Begin a reply and never end it: a blank every tenth of a second."""
        self.world.troubles.plan(method, Trouble("trickle"), times)

    @on_loop
    def refuse(self, seconds: float) -> None:
        """Take no new connections for a while; those there are go on."""
        self._servers[-1].stop()
        asyncio.get_running_loop().call_later(seconds, self._take_connections)

    @on_loop
    def chaos(
        self, share: float = 0.05, seed: int = 1, kinds: Iterable[str] = KINDS, spare: Iterable[str] = ()
    ) -> None:
        """Make random trouble for a share of all calls, the same for the same seed; spare some methods."""
        self.world.troubles.chaos(share, seed, kinds, spare)

    @on_loop
    def calm(self) -> None:
        """End all trouble."""
        self.world.troubles.clear()

    @property
    def troubles(self) -> list[tuple[str, str]]:
        """(method, kind) of each trouble that a call met."""
        return self.run(lambda: list(self.world.troubles.met))
