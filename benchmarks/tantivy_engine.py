"""The tantivy engine at work: building, opening, updating, searching and answering, memory and size.

Run: python benchmarks/tantivy_engine.py CORPUS QUESTIONS.jsonl [--megabytes 60] [--questions 300], where CORPUS is a
folder of WikiExtractor files. It fails where a question of the ten commonest terms takes five times the median.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

from corpus import articles, questions_of
from loccit.built import Built
from loccit.chunker import chunk
from loccit.engines import open_engine
from loccit.evaluate.measures import percentile
from loccit.index import Index
from loccit.indexer import build_from
from loccit.retriever import CANDIDATES
from loccit.settings import IndexSettings
from loccit.types import Article, Entry
from table import table

MOST = 5.0
"""Times the median that a question of the commonest terms may take."""


def some(corpus: Path, size: int) -> Iterator[Article]:
    """Articles until there are so many bytes of text."""
    for article in articles(corpus, "en"):
        yield article
        size -= len(article.text.encode())
        if size <= 0:
            return


def cpu(work: Callable[[], object]) -> float:
    """Milliseconds of CPU."""
    start = time.process_time()
    work()
    return 1000 * (time.process_time() - start)


def update(built: Built, folder: Path) -> float:
    """Seconds of the clock to exchange one article's passages in the engine, ready to be found."""
    engine = open_engine("tantivy", folder / "tantivy", built.catalog.about["commit"])
    article = built.catalog.article(next(iter(built.catalog.titles())))
    assert article is not None  # noqa: S101  # it was just named
    start = time.perf_counter()
    engine.delete(article.id)
    engine.add(map(Entry.of, chunk(article)))
    engine.commit()
    return time.perf_counter() - start


def main() -> None:
    """Build, open, update, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions_file", type=Path)
    parser.add_argument("--megabytes", type=int, default=60)
    parser.add_argument("--questions", type=int, default=300)
    given = parser.parse_args()
    questions = questions_of(given.questions_file, given.questions)
    settings = IndexSettings(engine="tantivy", languages=("en",))
    with tempfile.TemporaryDirectory(prefix="loccit-") as temporary:
        folder = Path(temporary)
        built: list[Built] = []
        building = cpu(
            lambda: built.append(build_from(some(given.corpus, 1_000_000 * given.megabytes), folder, settings))
        )
        size = {
            path.name: sum(f.stat().st_size for f in (path, *path.rglob("*")) if f.is_file())
            for path in folder.iterdir()
        }
        catalog = built[0].catalog
        commit = catalog.about["commit"]
        opening = cpu(lambda: open_engine("tantivy", folder / "tantivy", commit))
        updating = update(built[0], folder)
        engine = open_engine("tantivy", folder / "tantivy", commit)
        index = Index(Built(catalog, engine), settings, folder)
        commonest = sorted(catalog.passages_with(catalog.terms_beginning("en:", 60)).items(), key=lambda term: -term[1])
        common = [term for term, _ in commonest if len(term) > 6][:10]  # a short one is often no content word
        terms = [[t for each in index.understand(question).terms.values() for t in each] for question in questions]
        for question in questions[:20]:
            index.ask(question)
        search = [cpu(partial(engine.search, asked, CANDIDATES)) for asked in terms]
        answer = [cpu(partial(index.ask, asked)) for asked in questions]
        hard = " ".join(term.removeprefix("en:") for term in common)
        hardest = median(cpu(partial(index.ask, hard)) for _ in range(9))
        hard_search = median(cpu(partial(engine.search, common, CANDIDATES)) for _ in range(9))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"""{len(engine):,} passages, {len(catalog):,} articles, {given.megabytes} MB
built in {building / 1000:.1f} s of CPU, most memory ever {memory:.0f} MB
engine opened in {opening:.1f} ms; one article exchanged in {updating:.2f} s
on the disk: {", ".join(f"{name} {bytes_ / 1e6:.1f} MB" for name, bytes_ in sorted(size.items()))}
ten commonest: {hard}
""")
    rows = [
        (name, f"{median(times):.2f}", f"{percentile(times, 95):.2f}", f"{most:.2f}")
        for name, times, most in (("search", search, hard_search), ("question to answer", answer, hardest))
    ]
    print(table(("milliseconds of CPU", "median", "p95", "ten commonest"), rows))
    if hardest > MOST * median(answer):
        raise SystemExit(f"The commonest take {hardest / median(answer):.1f} times the median; at most {MOST:.0f}.")


if __name__ == "__main__":
    main()
