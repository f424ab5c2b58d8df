"""The connections to Telegram: what breaks is told apart, waiting has an end, a proxy is used."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from telegram import InputFile
from telegram.error import NetworkError, TimedOut
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from loccit.bot.client import NOT_SENT, Client
from tests.emulator import TOKEN, Emulator

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def once(url: str, **details: Any) -> tuple[int, bytes]:
    client = Client()
    await client.initialize()
    try:
        return await client.do_request(url, "POST", **details)
    finally:
        await client.shutdown()


def ask(url: str, **details: Any) -> tuple[int, bytes]:
    """What comes of one request."""
    return asyncio.run(once(url, **details))


def with_server(talk: Talk, use: Callable[[int], Awaitable[Any]]) -> Any:
    """What comes of the use of a server on that port."""

    async def both() -> Any:
        talks: list[asyncio.Task[Any] | None] = []

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            talks.append(asyncio.current_task())
            await talk(reader, writer)
            writer.close()
            await writer.wait_closed()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            try:
                return await use(server.sockets[0].getsockname()[1])
            finally:
                await asyncio.gather(*filter(None, talks))

    return asyncio.run(both())


def test_parameters_and_files_arrive_as_they_are(telegram: Emulator) -> None:
    ann = telegram.user("Ann")
    telegram.say(ann, text="hello")
    said = RequestData(
        [RequestParameter.from_input("chat_id", ann.id), RequestParameter.from_input("text", "é & = 🌊")]
    )
    status, _ = ask(f"{telegram.url}/bot{TOKEN}/sendMessage", request_data=said)
    assert status == 200
    assert telegram.messages(ann)[-1].text == "é & = 🌊"
    file = RequestParameter.from_input("document", InputFile(b"\0\r\n--bytes", "nötes.txt"))
    given = RequestData([RequestParameter.from_input("chat_id", ann.id), file])
    status, _ = ask(f"{telegram.url}/bot{TOKEN}/sendDocument", request_data=given)
    assert status == 200
    assert (telegram.files[-1].name, telegram.files[-1].content) == ("nötes.txt", b"\0\r\n--bytes")


def test_what_surely_did_not_arrive_is_told_apart() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(NetworkError) as refused:
            ask(f"http://127.0.0.1:{closed.getsockname()[1]}/bot{TOKEN}/getMe")
    assert isinstance(refused.value.__cause__, NOT_SENT)
    assert TOKEN not in str(refused.value)

    async def hang_up(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")

    with pytest.raises(NetworkError) as cut:
        with_server(hang_up, lambda port: once(f"http://127.0.0.1:{port}/bot{TOKEN}/getMe"))
    assert not isinstance(cut.value.__cause__, NOT_SENT)
    assert TOKEN not in str(cut.value)


def test_an_answer_that_does_not_come_is_not_waited_for_for_ever() -> None:
    async def say_nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    with pytest.raises(TimedOut) as late:
        with_server(say_nothing, lambda port: once(f"http://127.0.0.1:{port}/getMe", read_timeout=0.1))
    assert not isinstance(late.value.__cause__, NOT_SENT)


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readline()).decode())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    async def use(port: int) -> tuple[int, bytes]:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("no_proxy", "")
        return await once("http://api.telegram.test/getMe")

    assert with_server(pass_on, use) == (200, b"{}")
    assert asked == ["POST http://api.telegram.test/getMe HTTP/1.1\r\n"]


def test_it_is_used_between_its_start_and_its_end_only() -> None:
    with pytest.raises(RuntimeError, match="before it is initialized"):
        asyncio.run(Client().do_request("http://127.0.0.1:1/", "POST"))
