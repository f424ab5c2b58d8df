"""The HTTP side: tokens, methods, files, and the trouble that was ordered."""

import asyncio
import inspect
import json
import re
import time
from contextlib import suppress
from typing import Any

from tornado.iostream import StreamClosedError
from tornado.web import Application, RequestHandler

from . import delivery, messages, profile, queries
from .calls import Call, Calls
from .method import Method
from .parameters import Parameters, read_parameters
from .refusals import Json, RefusedError
from .troubles import Trouble
from .world import World

METHODS: dict[str, Method] = messages.METHODS | queries.METHODS | profile.METHODS | delivery.METHODS
CANONICAL = {name.lower(): name for name in METHODS}
NGINX = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n</body>\r\n</html>\r\n"


def application(world: World, calls: Calls, token: str) -> Application:
    shared = {"world": world, "calls": calls, "token": token}
    routes: list[Any] = [
        (r"/file/bot([^/]*)/(.*)", FileHandler, shared),
        (r"/bot([^/]*)/([^/]*)/?", MethodHandler, shared),
        (r".*", NotFound),
    ]
    return Application(routes, log_function=lambda _: None)


class NotFound(RequestHandler):
    def prepare(self) -> None:
        self.refuse(RefusedError(404, "Not Found"))

    def refuse(self, refusal: RefusedError) -> None:
        self.set_status(refusal.error_code)
        self.finish(refusal.response())


class BotHandler(NotFound):
    def initialize(self, world: World, calls: Calls, token: str) -> None:
        self.world, self.calls, self.token = world, calls, token

    def prepare(self) -> None:
        """Tell a malformed token, which is no address at all, from a well-formed one that is nobody's."""
        token = self.path_args[0]
        if not re.fullmatch(r"[1-9]\d{0,18}:[A-Za-z0-9_-]{24,}", token):
            self.refuse(RefusedError(404, "Not Found"))
        elif token != self.token:
            self.refuse(RefusedError(401, "Unauthorized"))


class FileHandler(BotHandler):
    def get(self, _: str, path: str) -> None:
        file = next((file for file in self.world.files.values() if file.path == path), None)
        if file is None:
            self.refuse(RefusedError(404, "Not Found"))
            return
        self.set_header("Content-Type", "application/octet-stream")
        self.finish(file.content)


class MethodHandler(BotHandler):
    task: "asyncio.Task[Any] | None" = None
    hung_up = False

    async def get(self, _: str, name: str) -> None:
        await self.post(_, name)

    async def post(self, _: str, name: str) -> None:
        self.task = asyncio.current_task()
        at, started = time.time(), time.monotonic()
        method = CANONICAL.get(name.lower(), name)
        if method != name:
            self.world.report(f"the method {method} was called as {name}")
        troubles = self.world.troubles.choose(method)
        given = Parameters({})
        try:
            given = read_parameters(self.request, self._report_in(method))
            status, response = 200, await self._answer(method, given, troubles)
        except RefusedError as refusal:
            status, response = refusal.error_code, refusal.response()
        except asyncio.CancelledError:
            if self.hung_up:
                return
            raise
        message, self.world.touched = self.world.touched, None
        kinds = tuple(trouble.kind for trouble in troubles)
        status = 0 if "cut_before" in kinds else status
        self.calls.add(Call(method, given.values, status, response, at, time.monotonic() - started, message, kinds))
        if "trickle" in kinds:
            await self._trickle()
            return
        if any(kind.startswith("cut") for kind in kinds):
            self.detach().close()
            return
        self.set_status(status)
        if "502" in kinds:
            self.set_header("Content-Type", "text/html")
            self.finish(NGINX)
            return
        self.set_header("Content-Type", "application/json")
        try:
            await self.finish(json.dumps(response))
        except StreamClosedError:  # the bot hung up first
            return

    async def _answer(self, method: str, given: Parameters, troubles: list[Trouble]) -> Json:
        for trouble in troubles:
            if trouble.seconds:
                await asyncio.sleep(trouble.seconds)
        for trouble in troubles:
            if trouble.refusal:
                raise trouble.refusal
            if trouble.kind in {"cut_before", "trickle"}:
                return {}
        if method not in METHODS:
            raise RefusedError(404, "Not Found")
        if unknown := sorted(set(given.values) - METHODS[method].parameters):
            self.world.report(f"{method}: unknown parameters {unknown}")
        before = len(self.world.faults)
        try:
            result = METHODS[method].run(self.world, given)
        finally:  # while it ran, nothing else did: these faults are its own
            self.world.faults[before:] = [f"{method}: {fault}" for fault in self.world.faults[before:]]
        if inspect.isawaitable(result):
            result = await result
        return {"ok": True, "result": result}

    async def _trickle(self) -> None:
        """Let the client think that an answer is coming."""
        self.set_header("Content-Type", "application/json")
        with suppress(StreamClosedError, asyncio.CancelledError):
            while not self.hung_up:
                self.write(" ")
                await self.flush()
                await asyncio.sleep(0.1)

    def _report_in(self, method: str) -> Any:
        return lambda fault: self.world.report(f"{method}: {fault}")

    def on_connection_close(self) -> None:
        """Hand no updates to a poller that hung up."""
        if self.task and self.request.path.lower().endswith("/getupdates"):
            self.hung_up = True
            self.task.cancel()

    def log_exception(self, *details: Any) -> None:
        """Make a mistake in the emulator itself visible to the test."""
        self.world.report(f"the emulator failed: {details[1]!r}")
        super().log_exception(*details)
