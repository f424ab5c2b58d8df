"""Inline answers while one types: `loccit bot` over a large index, against the tests' Bot API emulator.

Run: python benchmarks/inline_answers.py CORPUS QUESTIONS.jsonl [--passages 100000] [--queries 300]

CORPUS is a folder of WikiExtractor files, QUESTIONS has a `question` a line. One query at a time, a pause of typing
between two; the time is that from the moment Telegram has the query until it has the answer. Exits with 1 where the
95th percentile is 100 ms or more.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from corpus import chunked, questions_of
from table import table

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # for the emulator of the tests

from loccit.evaluate.measures import percentile  # noqa: E402, I001
from loccit.indexer import build_from  # noqa: E402
from loccit.settings import IndexSettings  # noqa: E402
from tests.emulator import TOKEN, Call, Emulator  # noqa: E402

PAUSE = 0.15
"""Seconds between an answer and the next query."""
LIMIT = 0.1


def answer_to(query: str) -> Callable[[Call], bool]:
    """Whether a call answers the query."""
    return lambda call: call.method == "answerInlineQuery" and call.params["inline_query_id"] == query


def ask_all(telegram: Emulator, questions: list[str]) -> tuple[list[float], int]:
    """Seconds that each query took, and how many had an answer."""
    ann = telegram.user("Ann")
    times, answered = [], 0
    for question in questions:
        start = time.time()
        query = telegram.inline(ann, question[:256])
        call = telegram.wait_for(answer_to(query), timeout=30)
        times.append(call.at - start)
        answered += bool(call.params["results"])
        time.sleep(PAUSE)
    return times, answered


def main() -> None:
    """Build, start, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--built", type=Path, help="Keep the index there, or take the one that is there.")
    options = parser.parse_args()
    questions = questions_of(options.questions)
    random.Random(1).shuffle(questions)  # noqa: S311  # the same ones each time

    with tempfile.TemporaryDirectory() as scratch, Emulator() as telegram:
        folder = Path(scratch)
        built = options.built or folder / "built"
        if not (built / "CURRENT").exists():
            built.mkdir(parents=True, exist_ok=True)
            articles = (article for article, _ in chunked(options.corpus, options.passages))
            build_from(articles, built, IndexSettings(languages=("en",)))
        config = folder / "bot.toml"
        config.write_text(f"index = {json.dumps(str(built.absolute()))}\n[limits]\nuser_a_minute = 0\n", "utf-8")
        environment = {**os.environ, "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url}
        command = [sys.executable, "-m", "loccit", "bot", "--config", str(config)]
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as bot:
            telegram.wait_for(method="getUpdates", timeout=120)
            ask_all(telegram, questions[:20])  # what is read at first use
            times, answered = ask_all(telegram, questions[20 : 20 + options.queries])
            bot.terminate()
    p95 = percentile(times, 95) or 0.0
    row = [f"{len(times)}", f"{answered}", *(f"{1000 * each:.0f}" for each in (median(times), p95, max(times)))]
    print(table(["queries", "answered", "p50 ms", "p95 ms", "slowest ms"], [row]))
    sys.exit(p95 >= LIMIT)


if __name__ == "__main__":
    main()
