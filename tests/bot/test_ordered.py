"""Order within a chat, none between chats."""

import asyncio

from telegram import Chat, Message, Update, User

from loccit.bot.ordered import InOrder


def update(chat: int) -> Update:
    message = Message(1, None, Chat(chat, "private"), from_user=User(chat, "Ann", is_bot=False))  # type: ignore[arg-type]
    return Update(1, message=message)


def test_a_slow_chat_keeps_its_order_and_holds_up_nobody() -> None:
    done: list[str] = []

    async def work(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        done.append(name)

    async def talk() -> None:
        processor = InOrder()
        jobs = [(1, "slow", 0.1), (1, "after slow", 0), (2, "other chat", 0), (1, "last", 0)]
        await asyncio.gather(*(processor.process_update(update(c), work(name, s)) for c, name, s in jobs))

    asyncio.run(talk())
    assert done == ["other chat", "slow", "after slow", "last"]


def test_a_failure_does_not_block_its_chat() -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    async def talk() -> None:
        processor = InOrder()
        jobs = (processor.process_update(update(1), fail()) for _ in range(3))
        results = await asyncio.gather(*jobs, return_exceptions=True)
        assert [type(result) for result in results] == [ZeroDivisionError] * 3

    asyncio.run(talk())
