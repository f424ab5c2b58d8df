"""Order within a chat, none between chats."""

import asyncio

from telegram import CallbackQuery, Chat, Message, Update, User

from loccit.bot.metrics import Metrics
from loccit.bot.ordered import AT_ONCE, InOrder
from loccit.bot.work import CURRENT, State, Work


def update(chat: int, number: int = 1, *, tap: bool = False) -> Update:
    user = User(chat, "Ann", is_bot=False)
    message = Message(1, None, Chat(chat, "private"), from_user=user)  # type: ignore[arg-type]
    if tap:
        return Update(number, callback_query=CallbackQuery("1", user, "1", message))
    return Update(number, message=message)


class Marked(dict[int, State]):
    """The last state of each update."""

    def mark(self, number: int, state: State) -> "asyncio.Future[None]":
        self[number] = state
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done


def in_order(marked: Marked | None = None, known: tuple[int, ...] = ()) -> InOrder:
    marked = Marked() if marked is None else marked

    async def work(update: Update) -> Work | None:
        return None if update.update_id in known else Work(update.update_id, marked.mark)

    return InOrder(work, Metrics())


def test_a_slow_chat_keeps_its_order_and_holds_up_nobody() -> None:
    done: list[str] = []

    async def work(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        done.append(name)

    async def talk() -> None:
        processor = in_order()
        jobs = [(1, "slow", 0.1), (1, "after slow", 0), (2, "other chat", 0), (1, "last", 0)]
        await asyncio.gather(*(processor.process_update(update(c), work(name, s)) for c, name, s in jobs))

    asyncio.run(talk())
    assert done == ["other chat", "slow", "after slow", "last"]


def test_a_failure_does_not_block_its_chat() -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    async def talk() -> None:
        processor = in_order()
        jobs = (processor.process_update(update(1), fail()) for _ in range(3))
        results = await asyncio.gather(*jobs, return_exceptions=True)
        assert [type(result) for result in results] == [ZeroDivisionError] * 3

    asyncio.run(talk())


def test_a_tap_waits_for_nothing() -> None:
    done: list[str] = []

    async def work(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        done.append(name)

    async def talk() -> None:
        processor = in_order()
        jobs = [(update(chat), work("question", 0.1)) for chat in range(1, AT_ONCE + 2)]
        jobs.append((update(1, tap=True), work("tap", 0)))
        await asyncio.gather(*(processor.process_update(*job) for job in jobs))

    asyncio.run(talk())
    assert done[0] == "tap"
    assert len(done) == AT_ONCE + 2


def test_what_is_known_is_not_worked_on_and_what_is_done_is_marked() -> None:
    seen: list[str] = []

    async def work() -> None:
        current = CURRENT.get()
        seen.append(current.id if current else "")

    async def fail() -> None:
        raise ZeroDivisionError

    marked = Marked()

    async def talk() -> None:
        processor = in_order(marked, known=(17,))
        jobs = [(update(1, 17), work()), (update(1, 255), work()), (update(2, 256), work()), (update(3, 257), fail())]
        await asyncio.gather(*(processor.process_update(*job) for job in jobs), return_exceptions=True)

    asyncio.run(talk())
    assert sorted(seen) == ["100", "ff"]
    assert marked == {255: "done", 256: "done"}


def test_the_states_of_a_work() -> None:
    marked = Marked()

    async def talk() -> list[State]:
        states: list[State] = []
        work = Work(1, marked.mark)
        for surely_not in (True, False, True):
            await work.sends()
            states.append(marked[1])
            await work.sent(surely_not=surely_not)
            states.append(marked[1])
        work.finish()
        states.append(marked[1])
        await work.sends()  # by a task that outlives it
        states.append(marked[1])
        return states

    assert asyncio.run(talk()) == ["sending", "waiting", "sending", "sending", "sending", "sending", "done", "done"]


def test_what_is_open_or_undelivered_is_not_done() -> None:
    marked = Marked()

    async def talk() -> None:
        unsure, undelivered = Work(1, marked.mark), Work(2, marked.mark)
        await unsure.sends()
        await unsure.leave_open()
        await unsure.sends()  # saying so
        unsure.finish()
        await undelivered.sends()
        undelivered.undelivered = True
        undelivered.finish()

    asyncio.run(talk())
    assert marked == {1: "open", 2: "sending"}
