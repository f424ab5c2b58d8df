"""The same answers from the memory engine and from another, fresh and after updates.

Run: python benchmarks/engines_parity.py SQUAD.json [--engine tantivy] [--questions 2000] [--changes 500]; an article is
a paragraph. For opensearch the environment names the cluster (OPENSEARCH_HOSTS; make opensearch starts one).
Of the changes two fifths delete an article, two fifths add a sentence to one, and the others bring a deleted one back;
25 updates take them over. It fails where fewer than 99.5 % of the first quotes or of the decisions are the same.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from loccit.index import Index
from loccit.indexer import build
from loccit.settings import IndexSettings
from loccit.types import Answer
from table import table

SAME = 0.995
"""The share that has to be the same."""
UPDATES = 25


class Difference(NamedTuple):
    """A question that is answered otherwise."""

    question: str
    answers: tuple[Answer, ...]


class Parity(NamedTuple):
    """How alike the engines answer."""

    questions: int
    quotes: float
    """The share of questions whose first quote, or that there is none, is the same."""
    decisions: float
    """The share of questions that both answer or both decline."""
    differences: tuple[Difference, ...]


class Corpus:
    """A test set's paragraphs as files, and an index of them for each engine."""

    def __init__(self, folder: Path, squad: Path, engines: Sequence[str]) -> None:
        self._engines = engines
        self._bases = [folder / engine for engine in engines]
        self._texts: dict[str, str] = {}
        self._deleted: list[str] = []
        self.questions: list[str] = []
        for topic in json.loads(squad.read_text(encoding="utf-8"))["data"]:
            for number, paragraph in enumerate(topic["paragraphs"]):
                title = topic["title"].replace("_", " ")
                self._texts[f"{topic['title']}-{number}.txt"] = f"= {title} =\n{paragraph['context']}\n"
                self.questions += [one["question"] for one in paragraph["qas"]]
        for name in self._texts:
            self._write(name)

    def indexes(self) -> list[Index]:
        """The engines' indexes, brought up to date."""
        for base, engine in zip(self._bases, self._engines, strict=True):
            build(base / "built", IndexSettings(engine=engine, languages=("en",)))
        return [Index.open(base / "built") for base in self._bases]

    def change(self, chance: random.Random) -> None:
        """Delete an article, change one, or bring one back."""
        kind = chance.randrange(5)
        if kind == 4 and self._deleted:
            self._write(self._deleted.pop(chance.randrange(len(self._deleted))))
            return
        name = chance.choice(sorted(set(self._texts) - set(self._deleted)))
        if kind < 2:
            self._deleted.append(name)
            for base in self._bases:
                (base / "articles" / name).unlink()
        else:
            self._texts[name] += chance.choice(chance.choice(sorted(self._texts.values())).splitlines()[1:]) + "\n"
            self._write(name)

    def _write(self, name: str) -> None:
        for base in self._bases:
            path = base / "articles" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self._texts[name], encoding="utf-8")


def parity(indexes: Sequence[Index], questions: Sequence[str]) -> Parity:
    """How alike the indexes answer the questions."""
    different, quotes, decisions = [], 0, 0
    for question in questions:
        answers = tuple(index.ask(question) for index in indexes)
        firsts = {
            (answer.quotes[0].source.article_id, answer.quotes[0].span) if answer.quotes else None for answer in answers
        }
        declined = {answer.declined for answer in answers}
        quotes += len(firsts) == 1
        decisions += len(declined) == 1
        if len(firsts) + len(declined) > 2:
            different.append(Difference(question, answers))
    return Parity(len(questions), quotes / len(questions), decisions / len(questions), tuple(different))


def main() -> None:
    """Fresh, changed, printed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--engine", default="tantivy")
    parser.add_argument("--questions", type=int, default=2_000)
    parser.add_argument("--changes", type=int, default=500)
    given = parser.parse_args()
    engines = ("memory", given.engine)
    chance = random.Random(11)  # noqa: S311  # no secret
    with tempfile.TemporaryDirectory(prefix="loccit-") as temporary:
        corpus = Corpus(Path(temporary), given.squad, engines)
        questions = chance.sample(corpus.questions, min(given.questions, len(corpus.questions)))
        results = {"fresh": parity(corpus.indexes(), questions)}
        for change in range(given.changes):
            corpus.change(chance)
            if change % max(1, given.changes // UPDATES) == 0:
                corpus.indexes()
        results[f"after {given.changes} changes"] = parity(corpus.indexes(), questions)
    rows = [(name, f"{one.questions:,}", f"{one.quotes:.4f}", f"{one.decisions:.4f}") for name, one in results.items()]
    print(table(("", "questions", "same first quote", "same decision"), rows))
    for result in results.values():
        for question, answers in result.differences:
            print(f"\n{question}")
            for engine, answer in zip(engines, answers, strict=True):
                print(f"  {engine} {answer.confidence:.4f}: {answer.quotes[0].text if answer.quotes else 'declined'}")
    if min(min(one.quotes, one.decisions) for one in results.values()) < SAME:
        raise SystemExit(f"At least {SAME:.1%} have to be the same.")


if __name__ == "__main__":
    main()
