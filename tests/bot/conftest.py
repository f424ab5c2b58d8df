"""A built index of the sample articles, the emulated Telegram, and a bot that runs between them."""

import asyncio
import contextlib
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest
from pydantic import SecretStr

from loccit.bot import application, introduction, request
from loccit.bot.application import Life
from loccit.errors import LoccitError
from loccit.indexer import build
from loccit.settings import BotSettings, Environment, IndexSettings
from tests.emulator import Emulator, User

ARTICLES = Path(__file__).parents[2] / "index" / "articles"
SAMPLES = ("When did the Maldives and Palestine establish diplomatic ties?", "Who is Malaysia's ambassador?")


class Running:
    """A bot in a thread of its own."""

    def __init__(self, folder: Path, settings: BotSettings, environment: Environment) -> None:
        self._details = folder, settings, environment
        self._ended: Future[None] = Future()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._started.wait(30)

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except BaseException as error:  # noqa: BLE001  # handed to the test
            self._ended.set_exception(error)
        else:
            self._ended.set_result(None)

    async def _live(self) -> None:
        try:
            with Life(*self._details) as life:
                self._loop, self._life = asyncio.get_running_loop(), life
                self._started.set()
                await life.live()
        finally:
            self._started.set()

    def wait(self) -> None:
        """Until it ends by itself; raises what it ended with."""
        self._ended.result(30)

    def in_inbox(self, statement: str) -> None:
        """Have the file of the updates do something."""
        queue = self._life._queue
        queue._thread.submit(queue._inbox._db.execute, statement).result(30)

    def block_inbox(self) -> tuple[threading.Event, threading.Event]:
        """Keep the file from writing; told when it would, until told to."""
        entered, blocked = threading.Event(), threading.Event()
        queue = self._life._queue
        do = queue._inbox.do

        def wait(steps: Sequence[Callable[[], object]]) -> list[object]:
            entered.set()
            blocked.wait(30)
            return do(steps)

        queue._inbox.do = wait  # type: ignore[method-assign, assignment]
        return entered, blocked

    def stop(self) -> None:
        if not self._ended.done():
            self._loop.call_soon_threadsafe(self._life.stopping.set)
        self.wait()


Start = Callable[..., Running]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index nobody changes."""
    folder = tmp_path_factory.mktemp("index")
    shutil.copytree(ARTICLES, folder / "articles")
    build(folder / "built", IndexSettings())
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """An index the test may change."""
    return Path(shutil.copytree(built, tmp_path / "index"))


@pytest.fixture
def telegram() -> Iterator[Emulator]:
    with Emulator() as telegram:
        yield telegram
        assert telegram.faults == []


@pytest.fixture
def start(telegram: Emulator, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts a bot; all are stopped in the end, the state stays."""
    monkeypatch.setattr(request, "PAUSES", (0.05, 0.05, 0.05, 0.05))
    monkeypatch.setattr(application, "BREATH", 0.002)
    monkeypatch.setattr(introduction, "codes", lambda: ["ar", "en"])  # each language's commands are a request
    running: list[Running] = []

    def start_bot(token: str = telegram.token, **settings: object) -> Running:
        environment = Environment(token=SecretStr(token), api_url=telegram.url, state=tmp_path / "state.sqlite")
        chosen = BotSettings.model_validate({"samples": SAMPLES} | settings)
        running.append(Running(folder / "built", chosen, environment))
        return running[-1]

    yield start_bot
    for bot in running:
        with contextlib.suppress(LoccitError):
            bot.stop()


@pytest.fixture
def bot(start: Start) -> Running:
    return start()


@pytest.fixture
def ann(telegram: Emulator) -> User:
    return telegram.user("Ann", username="ann")
