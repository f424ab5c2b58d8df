"""What `speed.py` measured, as a page of tables and a plot."""

import math
import os
import platform
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from loccit.evaluate import measures

Measured = dict[str, Any]
Rows = Sequence[Sequence[str]]

OWN = ("memory", "tantivy")
STAGES = ("understand", "look_up", "search", "rescore", "sentences", "decide", "answer")
WHAT = {
    "understand": "the question's language, typing errors and terms",
    "look_up": "how rare its terms are, and their other forms",
    "search": "fifty passages",
    "rescore": "their exact BM25",
    "sentences": "twelve passages read, their sentences ranked, the part that answers",
    "decide": "to answer or to decline",
    "answer": "**question to answer**",
}
PERCENTS = (50, 95, 99)
FROM = 7_000
"""Passages from which on growth is told: of less, what every question costs is all there is."""


def written(results: Sequence[Measured], questions: int, docs: Path | None) -> str:
    """The page; with a folder, written there, the plot beside it."""
    page = "\n\n".join(_page(results, questions)) + "\n"
    if docs is not None:
        (docs / "benchmarks.md").write_text(page, encoding="utf-8")
        plot(results, docs / "benchmarks.svg")
    return page


def _page(results: Sequence[Measured], questions: int) -> Iterator[str]:
    yield "# Benchmarks"
    yield (
        "Written by `python benchmarks/speed.py CORPUS QUESTIONS.jsonl… --write`, not by hand."
        f" Measured on {time.strftime('%Y-%m-%d', time.gmtime())} with Python {platform.python_version()} on"
        f" {os.cpu_count()} cores; compare within a table. Times of questions are"
        f" milliseconds of CPU; {questions} questions, twenty for rank-bm25. The corpus is English Wikipedia, May 2015"
        " (30,539 articles on the big topics, CC BY-SA), its first files up to about 1,000, 10,000 and 100,000"
        " passages, and all of it. Peers are given paragraphs of up to 1,000 characters and the words that loccit"
        " searches with, and asked for the fifty best."
    )
    yield "![Milliseconds by passages](benchmarks.svg)"
    yield "## Building"
    yield _table(
        (
            "system",
            "passages",
            "MB of text",
            "MB/s",
            "MB a second of CPU",
            "bytes a passage",
            "size over text",
            "MB of memory",
        ),
        [_built(one) for one in results],
    )
    yield (
        "MB/s is text by the clock, which says little where others use the cores; loccit's time has the reading of the"
        " files in it, the peers' has not. Memory is the"
        " most that all processes together had at one time, files apart; a peer's texts are in it. rank-bm25 keeps"
        " nothing on the disk, bm25s no texts; loccit keeps each article's text and what proves it besides."
    )
    yield "## Searching"
    yield _table(
        ("system", "passages", "p50", "p95", "p99", "ms to open", "MB of memory"), [_searched(one) for one in results]
    )
    yield "## From question to answer"
    for one in results:
        if one["system"] in OWN:
            yield f"Engine `{one['system']}`, {one['passages']:,} passages:"
            yield _table(("stage", "", "p50", "p95", "p99"), [_stage(one, name) for name in STAGES])
    yield (
        "The search is the first of a question's terms; to rescore is what searching again and rescoring took beyond"
        " that, which the processor's caches can make nothing."
    )
    yield "## Of the whole"
    yield _table(
        (
            "engine",
            "passages",
            "first answer, s",
            "one article added, s",
            "commonest terms",
            "over tantivy's search",
            "MB",
        ),
        [_whole(one) for one in results if one["system"] in OWN],
    )
    yield (
        "First answer: `loccit ask` from nothing to its end, by the clock, the quickest of three, in brackets CPU."
        " Article added: `loccit index` with one new file, likewise. Commonest: a question of the ten commonest content"
        " terms, over the median question. Over tantivy: the median answer over the median search of the same terms by"
        " tantivy alone. MB: of memory after the questions, files apart."
    )
    yield "## Growth"
    yield _table(("system", "what", "from", "to", "exponent"), list(_growth(results)))
    yield "0 is no growth, 1 as much as the passages; of the medians."


def _built(one: Measured) -> list[str]:
    megabytes = one["text"] / 1e6
    disk = one["disk"]
    return [
        one["system"],
        f"{one['passages']:,}",
        f"{megabytes:.1f}",
        f"{megabytes / one['build']:.2f}",
        f"{megabytes / one['build_cpu']:.2f}",
        f"{disk / one['passages']:,.0f}" if disk else "",
        f"{disk / one['text']:.2f}" if disk else "",
        f"{one['build_memory']:,.0f}",
    ]


def _searched(one: Measured) -> list[str]:
    return [
        one["system"],
        f"{one['passages']:,}",
        *_percents(one, "search"),
        f"{one['open']:,.1f}",
        f"{one['memory']:.0f}",
    ]


def _stage(one: Measured, name: str) -> list[str]:
    return [name.replace("_", " "), WHAT[name], *_percents(one, name)]


def _whole(one: Measured) -> list[str]:
    answer = percentile(one["times"]["answer"], 50)
    raw = one["times"].get("raw")
    return [
        one["system"],
        f"{one['passages']:,}",
        f"{one['first']:.2f} ({one['first_cpu']:.2f})",
        f"{one['update']:.2f} ({one['update_cpu']:.2f})",
        f"{one['hard'] / answer:.2f}",
        f"{answer / percentile(raw, 50):.1f}" if raw else "",
        f"{one['memory']:.0f}",
    ]


def _growth(results: Sequence[Measured]) -> Iterator[list[str]]:
    for system in dict.fromkeys(one["system"] for one in results):
        own = [one for one in results if one["system"] == system and one["passages"] >= FROM]
        if len(own) > 1:
            first, last = own[0], own[-1]
            for name in ("search", "answer") if system in OWN else ("search",):
                ratio = percentile(last["times"][name], 50) / percentile(first["times"][name], 50)
                exponent = math.log(ratio) / math.log(last["passages"] / first["passages"])
                yield [system, name, f"{first['passages']:,}", f"{last['passages']:,}", f"{exponent:.2f}"]


def percentile(times: Sequence[float], percent: float) -> float:
    """Of times, of which there are some."""
    return measures.percentile(times, percent) or 0.0


def _percents(one: Measured, name: str) -> list[str]:
    return [f"{percentile(one['times'][name], percent):.2f}" for percent in PERCENTS]


def _table(head: Sequence[str], rows: Rows) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plot(results: Sequence[Measured], path: Path) -> None:
    """Medians by passages, on logarithmic scales."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "loccit"  # the same picture, the same bytes
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 5))
    for system in dict.fromkeys(one["system"] for one in results):
        own = [one for one in results if one["system"] == system]
        for name, style in (("search", "--"), ("answer", "-")) if system in OWN else (("search", ":"),):
            medians = [percentile(one["times"][name], 50) for one in own]
            label = f"loccit, {system}: {name}" if system in OWN else f"{system}: search"
            axes.plot([one["passages"] for one in own], medians, style, marker="o", markersize=3, label=label)
    axes.set(xscale="log", yscale="log", xlabel="passages", ylabel="milliseconds of CPU, median")
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend(fontsize="small", loc="center left", bbox_to_anchor=(1, 0.5))
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
