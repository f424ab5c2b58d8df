"""The Telegram bot under load: `loccit bot` in a process of its own, against the tests' Bot API emulator.

Run: python benchmarks/telegram_load.py loop | burst | faults | kill | swap [--chats 200] [--questions 20] [--different]

  loop    each chat asks its next question when the last is answered: how long answers take, does memory grow?
  burst   all questions at once: is each answered once, in order?
  faults  the same while 5 % of the requests fail, connections are cut and refused
  kill    the same, the bot killed by SIGKILL again and again and started anew
  swap    the loop while the index is built anew 50 times

The questions are those of index/questions/en.jsonl that the sample articles answer, each told by another sentence; the
bot remembers its answers to them. With --different none is ever asked twice: each is made of words of a sentence.
It exits with 1 where something is not as it should be.
"""

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from statistics import mean, quantiles
from typing import NamedTuple, Self

from table import table

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # for the emulator of the tests

from loccit.chunker import chunk  # noqa: E402, I001
from loccit.index import Index  # noqa: E402
from loccit.indexer import build  # noqa: E402
from loccit.languages import wording  # noqa: E402
from loccit.settings import IndexSettings  # noqa: E402
from tests.emulator import TOKEN, Call, Emulator, User  # noqa: E402

SETTINGS = "[limits]\nuser_a_minute = 0\ngroup_a_minute = 0\n"
TWICE = re.compile(r"while it answered update ([0-9a-f]+): that answer may come twice")
OPEN = re.compile(r"\[([0-9a-f]+)\] sendMessage: whether it arrived is undetermined")


class Asked(NamedTuple):
    """A question, and a part of the sentence that answers it."""

    text: str
    sentence: str


def distinct(index: Index) -> list[Asked]:
    """Questions of the sample's test set, no two with the same sentence, none that leans on the one before."""
    found: dict[str, Asked] = {}
    lines = (ROOT / "index" / "questions" / "en.jsonl").read_text("utf-8").splitlines()
    texts = [entry["question"] for entry in map(json.loads, lines) if not entry.get("history")]
    for text in texts:
        answers = [index.ask(text, history=history) for history in ([], ["Who was Fadi al-Batsh?"])]
        if all(answer.quotes for answer in answers) and len({answer.quotes[0].text for answer in answers}) == 1:
            sentence = answers[0].quotes[0].text
            found.setdefault(sentence, Asked(text, sentence))
    return list(found.values())


Pool = dict[str, list[Asked]]
"""By sentence, the questions it answers."""


def all_different(index: Index, each: int) -> Pool:
    """Up to so many questions for every sentence that can be told from the others, no two with the same words."""
    mixed, found = random.Random(1), Pool()  # noqa: S311
    for passage in (hit for article in index.catalog.titles() for hit in _sentences(index, article)):
        words = list(dict.fromkeys(re.findall(r"\w{4,}", passage)))
        if len(words) < 9:
            continue
        kept: dict[str, Asked] = {}
        for _ in range(3 * each):
            text = f"What is said of {' '.join(mixed.sample(words, 6))}?"
            answer = index.ask(text)
            if answer.quotes and answer.quotes[0].text == passage and not answer.question.understood_as:
                kept[text] = Asked(text, passage)
            if len(kept) == each:
                break
        if len(kept) > each / 2:
            found[passage] = list(kept.values())
    return found


def _sentences(index: Index, article_id: str) -> list[str]:
    article = index.article(article_id)
    assert article, "the catalog names it"  # noqa: S101
    return [article.text[slice(*s.span)] for passage in chunk(article, 1000) for s in passage.sentences]


class Chat:
    """One person, who asks one question after the other."""

    def __init__(self, user: User, questions: list[Asked]) -> None:
        self.user, self.questions = user, questions
        self.said: list[float] = []
        self.heard: list[int | None] = []
        """For each answer, the question it answers."""
        self.seconds: list[float] = []


class Bot:
    """`loccit bot`, started, its memory watched, ended."""

    def __init__(self, folder: Path, telegram: Emulator) -> None:
        self.folder, self.telegram = folder, telegram
        self.log = ""
        self.memory: list[int] = []
        self._start()

    def _start(self) -> None:
        config = self.folder / "bot" / "bot.toml"
        config.parent.mkdir(exist_ok=True)
        config.write_text('index = "../index/built"\n' + SETTINGS)
        given = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": self.telegram.url}
        self._stderr = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "loccit", "bot", "--config", str(config)],
            env={**os.environ, **given}, stderr=self._stderr,
        )  # fmt: skip

    def watch_memory(self) -> None:
        """Note how much memory it has."""
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text())
        self.memory.append(int(found[1]) if found else 0)

    def read(self) -> None:
        """Take note of its log so far."""
        self.log = (self.folder / "log").read_text("utf-8")

    def cpu(self) -> float:
        """The seconds of CPU it has taken."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """End it by force and start it anew."""
        self._end(signal.SIGKILL)
        self._start()

    def _end(self, number: signal.Signals) -> None:
        self.process.send_signal(number)
        self.process.wait(90)
        self.read()
        self._stderr.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end(signal.SIGTERM)


class Load:
    """The chats, what they ask and what they hear."""

    def __init__(self, telegram: Emulator, deal: Callable[[], list[Asked]], chats: int) -> None:
        self.telegram = telegram
        self.chats: dict[int, Chat] = {}
        for number in range(chats):
            user = telegram.user(f"Reader {number}")
            self.chats[user.id] = Chat(user, deal())
        self.unsure = self.failed = 0
        self._news: SimpleQueue[tuple[int, str, float]] = SimpleQueue()
        self._unsure, self._failed = wording("en")["unsure"], wording("en")["failed"].partition("{")[0]
        telegram.watch(self._note)

    def _note(self, call: Call) -> None:
        if call.method == "sendMessage" and call.message:  # what the user sees, whether the bot heard of it or not
            self._news.put((call.message.chat.id, call.message.text, time.monotonic()))

    def ask(self, chat: Chat) -> None:
        """The chat's next question."""
        asked = chat.questions[len(chat.said)]
        chat.said.append(time.monotonic())
        self.telegram.say(chat.user, text=asked.text)

    def hear(self, timeout: float) -> Chat | None:
        """The chat that was answered next; None where the bot only told of trouble."""
        chat_id, text, at = self._news.get(timeout=timeout)
        chat = self.chats[chat_id]
        if text.startswith(self._unsure):
            self.unsure += 1
            return None
        if text.startswith(self._failed):
            self.failed += 1
        if len(chat.heard) < len(chat.said):
            chat.seconds.append(at - chat.said[len(chat.heard)])
        heard = _plain(text)
        found = {heard.find(_plain(asked.sentence)[:80]): n for n, asked in enumerate(chat.questions)}
        chat.heard.append(found[min(at for at in found if at >= 0)] if max(found) >= 0 else None)
        return chat

    def hear_all(self, quiet: float) -> None:
        """Listen until every question is answered, or nothing is heard for so many seconds."""
        with suppress(Empty):
            while any(len(set(chat.heard)) < len(chat.said) for chat in self.chats.values()):
                self.hear(quiet)

    def converse(self, bot: Bot) -> float:
        """Each chat asks its next question when the last is answered; how long it took."""
        begin = time.monotonic()
        for chat in self.chats.values():
            self.ask(chat)
        left = sum(len(chat.questions) for chat in self.chats.values())
        watched = begin
        while left:
            if (now := time.monotonic()) - watched > 0.25:
                bot.watch_memory()
                watched = now
            with suppress(Empty):
                if answered := self.hear(timeout=0.25):
                    left -= 1
                    if len(answered.said) < len(answered.questions):
                        self.ask(answered)
            if now - begin > 900:
                break
        return time.monotonic() - begin

    def burst(self) -> None:
        """Everything at once, each chat's questions in order."""
        for _ in range(max(len(chat.questions) for chat in self.chats.values())):
            for chat in self.chats.values():
                if len(chat.said) < len(chat.questions):
                    self.ask(chat)

    def counts(self) -> dict[str, int]:
        """What must not happen, and how often it did."""
        places = {chat_id: _answered(chat) for chat_id, chat in self.chats.items()}
        said = sum(len(chat.said) for chat in self.chats.values())
        first = {chat_id: list(dict.fromkeys(found)) for chat_id, found in places.items()}
        return {
            "questions": said,
            "not answered": said - sum(map(len, first.values())),
            "answered twice": sum(len(places[chat_id]) - len(first[chat_id]) for chat_id in places),
            "chats out of order": sum(found != sorted(found) for found in first.values()),
            "answers to no question": sum(len(chat.heard) for chat in self.chats.values())
            - sum(map(len, places.values())),
            "failed": self.failed,
        }

    def twice(self) -> set[tuple[int, str]]:
        """Answers that came more than once: the chat and the question's text."""
        return {
            (chat_id, chat.questions[place].text)
            for chat_id, chat in self.chats.items()
            for place, count in Counter(_answered(chat)).items()
            if count > 1
        }


def _answered(chat: Chat) -> list[int]:
    return [place for place in chat.heard if place is not None]


def _plain(text: str) -> str:
    return re.sub(r"[\u2066-\u2069\s]+", " ", text).strip()


def seconds(chats: Sequence[Chat]) -> list[tuple[str, str]]:
    """How long the answers took."""
    times = [second for chat in chats for second in chat.seconds]
    cuts = quantiles(times, n=100)
    return [("median s", f"{cuts[49]:.3f}"), ("p95 s", f"{cuts[94]:.3f}"), ("most s", f"{max(times):.3f}")]


def memory(samples: Sequence[int]) -> list[tuple[str, str]]:
    """The mean of the second quarter and the last, and how they differ."""
    quarter = len(samples) // 4
    second, last = mean(samples[quarter : 2 * quarter]), mean(samples[-quarter:])
    return [
        ("memory in the second quarter", f"{second / 1024:.1f} MiB"),
        ("in the last", f"{last / 1024:.1f} MiB, {last / second - 1:+.1%}"),
    ]


def dealer(index: Index, chats: int, each: int, *, different: bool) -> tuple[Callable[[], list[Asked]], int]:
    """What gives each chat its questions, no two with the same sentence, and how many different ones there are."""
    mixed = random.Random(1)  # noqa: S311  # the same load each time
    if not different:
        questions = distinct(index)
        return lambda: mixed.sample(questions, min(each, len(questions))), len(questions)
    pool = all_different(index, each=-(-chats * each * 3 // 2 // 40))

    def deal() -> list[Asked]:
        left = sorted((sentence for sentence in pool if pool[sentence]), key=lambda s: -len(pool[s]))
        return [pool[sentence].pop() for sentence in mixed.sample(left[: 2 * each], min(each, len(left)))]

    return deal, sum(map(len, pool.values()))


def run(name: str, chats: int, each: int, *, different: bool = False) -> bool:
    """One load from beginning to end; whether all was as it should be."""
    with tempfile.TemporaryDirectory(prefix="loccit-") as temporary:
        folder = Path(temporary)
        shutil.copytree(ROOT / "index" / "articles", folder / "index" / "articles")
        build(folder / "index" / "built", IndexSettings())
        deal, count = dealer(Index.open(folder / "index" / "built"), chats, each, different=different)
        with Emulator(keep_alive=name != "faults") as telegram, Bot(folder, telegram) as bot:
            load = Load(telegram, deal, chats)
            telegram.wait_for(method="getUpdates", ok=None, timeout=120)
            rows, well = LOADS[name](load, bot)
    print(f"{name}: {chats} chats, {count:,} different questions, {each} a chat\n")
    print(table(("", ""), [*rows, ("as it should be", "yes" if well else "NO")]))
    return well


Rows = list[tuple[str, str]]


def _rows(counts: dict[str, int]) -> Rows:
    return [(name, f"{count:,}") for name, count in counts.items()]


def _clean(counts: dict[str, int], *but: str) -> bool:
    return not any(count for name, count in counts.items() if name not in ("questions", *but))


def loop(load: Load, bot: Bot) -> tuple[Rows, bool]:
    """Closed: the next question when the last is answered."""
    before, others = bot.cpu(), time.process_time()
    took = load.converse(bot)
    counts = load.counts()
    rates = [
        ("answers a second", f"{counts['questions'] / took:.0f}"),
        ("ms of the bot's CPU an answer", f"{1000 * (bot.cpu() - before) / counts['questions']:.1f}"),
        ("ms of Telegram's and the people's", f"{1000 * (time.process_time() - others) / counts['questions']:.1f}"),
    ]
    return [*_rows(counts), *rates, *seconds(list(load.chats.values())), *memory(bot.memory)], _clean(counts)


def burst(load: Load, _: Bot) -> tuple[Rows, bool]:
    """All at once."""
    begin = time.monotonic()
    load.burst()
    load.hear_all(quiet=30)
    took = time.monotonic() - begin
    counts = load.counts()
    return [*_rows(counts), ("answers a second", f"{counts['questions'] / took:.0f}")], _clean(counts)


def faults(load: Load, bot: Bot) -> tuple[Rows, bool]:
    """5 % of the requests fail, are cut or find nobody at home."""
    load.telegram.chaos(0.05, kinds=("429", "500", "502", "cut_before", "cut_after"), spare=("getMe", "getUpdates"))
    stop = threading.Event()
    away = threading.Thread(target=_away, args=(load.telegram, stop))
    away.start()
    load.burst()
    load.hear_all(quiet=90)  # what is refused again and again is tried after 30 s at last
    stop.set()
    away.join()
    load.telegram.calm()
    bot.read()
    counts, met = load.counts(), Counter(kind for _, kind in load.telegram.troubles)
    cut = [call for call in load.telegram.calls("sendMessage") if call.trouble and call.trouble[0].startswith("cut")]
    unsure = len(set(OPEN.findall(bot.log)))
    lost = sum(call.trouble[0] == "cut_before" for call in cut)
    rows = [*_rows(counts), *_rows(met), ("not answered for their connection was cut before", f"{lost:,}")]
    rows += [("logged as undetermined", f"{unsure:,}"), ("told so, with a button", f"{load.unsure:,}")]
    return rows, _clean(counts, "not answered") and counts["not answered"] <= lost


def _away(telegram: Emulator, stop: threading.Event) -> None:
    while not stop.wait(1.5):
        telegram.refuse(0.3)


def kill(load: Load, bot: Bot) -> tuple[Rows, bool]:
    """Killed by force, five times."""
    load.burst()
    for _ in range(5):
        answered = sum(len(chat.heard) for chat in load.chats.values())
        with suppress(Empty):
            while sum(len(chat.heard) for chat in load.chats.values()) < answered + len(load.chats):
                load.hear(timeout=20)
        bot.kill()
    load.hear_all(quiet=20)
    bot.read()
    counts, twice = load.counts(), load.twice()
    told = {int(number, 16) for number in TWICE.findall(bot.log)}
    messages = {update["update_id"]: update["message"] for update in load.telegram.delivered_updates}
    named = {(messages[number]["chat"]["id"], messages[number]["text"]) for number in told}
    rows = [*_rows(counts), ("named in the log as perhaps twice", f"{len(told):,}")]
    rows.append(("answered twice and not named", f"{len(twice - named):,}"))
    return rows, _clean(counts, "answered twice", "chats out of order") and twice <= named


def swap(load: Load, bot: Bot) -> tuple[Rows, bool]:
    """The index built anew 50 times meanwhile."""
    article = next((bot.folder / "index" / "articles").glob("*.txt"))
    whole, done = article.read_text("utf-8"), threading.Event()
    swaps = 0

    def rebuild() -> None:
        nonlocal swaps
        while not done.is_set():
            swaps += 1
            article.write_text(f"{whole}\n\nThis is version {swaps}.\n", "utf-8")
            build(bot.folder / "index" / "built", IndexSettings())

    builder = threading.Thread(target=rebuild)
    builder.start()
    took = load.converse(bot)
    while swaps < 50:
        time.sleep(0.1)
    done.set()
    builder.join()
    bot.read()
    counts, faults = load.counts(), bot.log.count("differs from its article") + bot.log.count("cannot be opened")
    rows = [*_rows(counts), ("index swapped", f"{swaps:,}"), ("opened anew", f"{bot.log.count('opened anew'):,}")]
    rows += [
        ("quotes that failed, indexes not opened", f"{faults:,}"),
        ("answers a second", f"{counts['questions'] / took:.0f}"),
    ]
    return [*rows, *seconds(list(load.chats.values()))], _clean(counts) and not faults and swaps >= 50


LOADS: dict[str, Callable[[Load, Bot], tuple[Rows, bool]]] = {
    "loop": loop, "burst": burst, "faults": faults, "kill": kill, "swap": swap,
}  # fmt: skip


def main() -> None:
    """Run the load that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("load", choices=LOADS)
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--questions", type=int, default=20, help="of each chat")
    parser.add_argument("--different", action="store_true", help="none asked twice, by anybody")
    given = parser.parse_args()
    raise SystemExit(0 if run(given.load, given.chats, given.questions, different=given.different) else 1)


if __name__ == "__main__":
    main()
