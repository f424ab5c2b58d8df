"""One step of one system, measured in a process of its own: `speed.py` starts it. The last line it prints is JSON.

Every system is asked for the fifty best passages of the same words: those of a question that loccit searches with.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from loccit.languages.analysis import analyzer
from loccit.readers.wikiextractor import read
from loccit.types import Article
from speed_peers import BEST, PEERS, passages

COMMON = 10
WARM = 10
"""Questions asked before the clock runs."""
RUNS = 3

Times = dict[str, list[float]]


def text_bytes(files: Sequence[str]) -> int:
    """UTF-8 of the articles' texts."""
    entries = (entry for name in files for entry in read(Path(name), name))
    return sum(len(entry.text.encode()) for entry in entries if isinstance(entry, Article))


def cpu() -> float:
    """Seconds of CPU of this process and of those it started that have ended."""
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def timed(work: Callable[[], object], into: list[float]) -> Any:
    """What it gives; the milliseconds of CPU go into the list."""
    start = time.process_time()
    result = work()
    into.append(1000 * (time.process_time() - start))
    return result


def anonymous() -> float:
    """MB that this process has in memory, what merely is in files apart."""
    fields = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").split()
    return int(fields[fields.index("Anonymous:") + 1]) / 1024


def size_of(folder: Path) -> int:
    """Bytes of the files below."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name != "measured.json")


# -- loccit


def build_loccit(engine: str, folder: Path, files: Sequence[str]) -> int:
    """As `loccit index` does it."""
    from loccit.indexer import build
    from loccit.settings import IndexSettings

    (folder / "own").mkdir(exist_ok=True)
    recipe = {"articles": [*files, "own"], "engine": engine, "languages": ["en"]}
    (folder / "index.toml").write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in recipe.items()))
    settings = IndexSettings(articles=tuple(recipe["articles"]), engine=engine, languages=("en",))
    return build(folder / "built", settings, rebuild=True).passages


def ask_loccit(folder: Path, questions: Sequence[str]) -> dict[str, Any]:
    """Opening, every stage of an answer, the hardest question, an update."""
    from loccit.index import Index

    start = time.process_time()
    index = Index.open(folder / "built")
    opened = 1000 * (time.process_time() - start)
    engine = index._engine  # noqa: SLF001
    stages = ("understand", "look_up", "search", "rescore", "sentences", "decide", "answer")
    times: Times = {name: [] for name in stages}
    for text in questions[:WARM]:
        index.ask(text)
    for text in questions:
        question = timed(partial(index.understand, text), times["understand"])
        lexicon = timed(partial(index.look_up, question), times["look_up"])
        terms = [term for each in question.terms.values() for term in each]
        timed(partial(engine.search, terms, BEST), times["search"])
        hits = timed(partial(index.retrieve, question, lexicon), times["rescore"])
        ranked = timed(partial(index.rank, question, hits, lexicon), times["sentences"])
        timed(partial(index.decide, question, ranked), times["decide"])
        timed(partial(index.ask, text), times["answer"])
    times["rescore"] = [max(0.0, both - one) for both, one in zip(times["rescore"], times["search"], strict=True)]
    catalog = index.catalog
    known = catalog.passages_with(catalog.terms_beginning("en:", 100))
    common = sorted((term for term in known if len(term) > 6), key=lambda term: -known[term])[:COMMON]
    hard: list[float] = []
    for _ in range(9):
        timed(partial(index.ask, " ".join(term.removeprefix("en:") for term in common)), hard)
    if hasattr(engine, "_searcher"):
        times["raw"] = _raw(engine, index, questions)
    found = {"open": opened, "hard": median(hard), "memory": anonymous(), "times": times}
    return {**found, **_processes(folder, questions)}


def _raw(engine: Any, index: Any, questions: Sequence[str]) -> list[float]:
    """Tantivy's own search of the same terms, nothing read of what it finds."""
    from tantivy import Occur, Query

    times: list[float] = []
    for text in questions:
        terms = [term for each in index.understand(text).terms.values() for term in each]
        each = [(Occur.Should, Query.term_query(engine._schema, "terms", term, "freq")) for term in terms]  # noqa: SLF001
        timed(partial(engine._searcher.search, Query.boolean_query(each), BEST, count=False), times)  # noqa: SLF001
    return times


def _processes(folder: Path, questions: Sequence[str]) -> dict[str, float]:
    """Seconds of the clock and of CPU of the whole command: an answer, and an article added."""
    command = [sys.executable, "-m", "loccit"]
    built = ["--index", str(folder / "built")]
    answers, updates = [], []
    for number in range(RUNS):
        answers.append(_process([*command, "ask", *built, questions[number]]))
        article = f"= Zebra {time.time_ns()} =\nThe zebra of the benchmark has {number} stripes.\n"
        (folder / "own" / f"{time.time_ns()}.txt").write_text(article, encoding="utf-8")
        updates.append(_process([*command, "index", *built, "--quiet"]))
    return {
        "first": min(wall for wall, _ in answers),
        "first_cpu": min(seconds for _, seconds in answers),
        "update": min(wall for wall, _ in updates),
        "update_cpu": min(seconds for _, seconds in updates),
    }


def _process(command: Sequence[str]) -> tuple[float, float]:
    before, start = cpu(), time.perf_counter()
    subprocess.run(command, check=False, capture_output=True)
    return time.perf_counter() - start, cpu() - before


SYSTEMS = ("memory", "tantivy", *PEERS)


def build(system: str, folder: Path, files: Sequence[str]) -> dict[str, Any]:
    """Seconds, passages, bytes."""
    size = text_bytes(files)
    if system in PEERS:
        (folder / "files.json").write_text(json.dumps(files), encoding="utf-8")
    texts = list(passages(files)) if system in PEERS else []  # a peer's clock does not run while they are read
    start, wall = cpu(), time.perf_counter()
    if system in PEERS:
        count, _ = PEERS[system](folder, iter(texts))
    else:
        count = build_loccit(system, folder, files)
    seconds, wall = cpu() - start, time.perf_counter() - wall
    beside = len(json.dumps(files)) if system in PEERS else 0
    return {"text": size, "passages": count, "build": wall, "build_cpu": seconds, "disk": size_of(folder) - beside}


def ask(system: str, folder: Path, questions: Sequence[str]) -> dict[str, Any]:
    """Milliseconds of CPU."""
    if system not in PEERS:
        return ask_loccit(folder, questions)
    start = time.process_time()
    _, search = PEERS[system](folder, None)
    opened = 1000 * (time.process_time() - start)
    asked = [list(dict.fromkeys(analyzer("en").question_terms(text).values())) for text in questions]
    asked = [words for words in asked if words]
    times: list[float] = []
    for words in asked[:WARM]:
        search(words)
    for words in asked:
        timed(partial(search, words), times)
    return {"open": opened, "memory": anonymous(), "times": {"search": times}}


def main() -> None:
    """One step."""
    os.nice(5)
    system, given = sys.argv[1:]
    task = json.loads(Path(given).read_text(encoding="utf-8"))
    folder = Path(task["folder"])
    done = build(system, folder, task["files"]) if task["step"] == "build" else ask(system, folder, task["questions"])
    print(json.dumps(done))


if __name__ == "__main__":
    main()
