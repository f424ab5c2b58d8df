"""How well follow-up questions are understood, and how often questions that stand on their own are left alone.

Run: python benchmarks/follow_ups.py DIALOGUES.jsonl CORPUS SQUAD.json [--index DIR] [--firsts CANARD.json]

DIALOGUES.jsonl holds turns of CANARD with the pages their answers stand in (qid, question, rewrite, history and
gold_pages), CORPUS is a folder of WikiExtractor files, CANARD.json a published file of the set, for more first
questions. The index, of those pages and of 5,000 others, is built in DIR where there is none. The rules were tuned on
half of the dialogues, told by their id. "Retained" is the share of turns whose page is among the articles of the first
five hits, over the same share for the questions written out by hand.
"""

import argparse
import hashlib
import json
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from loccit import conversation
from loccit.evaluate.testset import read_testset
from loccit.index import Index
from loccit.indexer import build_from
from loccit.languages import language
from loccit.languages.analysis import analyzer
from loccit.lexicon import rarity
from loccit.readers.wikiextractor import is_wikiextractor, read
from loccit.retriever import understand
from loccit.settings import IndexSettings
from loccit.types import Article
from table import table

CODE = "en"
FIRST = 5
"""Hits among which the page has to be."""
SEED = 20150501

Resolve = Callable[[str, Sequence[str]], str]
"""A question and the earlier ones to the question that is searched."""


class Turn(NamedTuple):
    """A question of a dialogue, the same written out by hand, and the pages with the answer."""

    question: str
    rewrite: str
    pages: frozenset[str]


class Dialogue(NamedTuple):
    """Questions about one page in their order; `turns` by their place, where the answer's page is known."""

    id: str
    topic: str
    questions: tuple[str, ...]
    turns: dict[int, Turn]

    def in_full(self) -> "Dialogue":
        """The same, its first question written out by hand: most begin in the middle, below a title."""
        first = self.turns[0].rewrite if 0 in self.turns else self.questions[0]
        return self._replace(questions=(first, *self.questions[1:]))

    @property
    def tuned_on(self) -> bool:
        """Whether it is of the half that rules were tuned on."""
        return hashlib.sha256(self.id.encode()).digest()[0] % 2 == 0


def read_dialogues(path: Path) -> list[Dialogue]:
    """The dialogues of a file of turns."""
    found: dict[str, Dialogue] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        name, _, _ = row["qid"].partition("#")
        topic, _, *said = row["history"]  # the page's title, a section's, then question and answer in turn
        asked = (*said[::2], row["question"])
        turn = Turn(row["question"], row["rewrite"], frozenset(page["curid"] for page in row["gold_pages"]))
        turns = found[name].turns if name in found else {}
        found[name] = Dialogue(name, topic, asked, {**turns, len(asked) - 1: turn})
    return list(found.values())


def open_index(folder: Path, corpus: Path, pages: frozenset[str], others: int) -> Index:
    """The index in the folder; built where there is none."""
    if not (folder / "CURRENT").exists():
        build_from(_articles(corpus, pages, others), folder, IndexSettings()).catalog.close()
    return Index.open(folder)


def _articles(corpus: Path, pages: frozenset[str], others: int) -> Iterator[Article]:
    """The pages, and of the others every sixth."""
    seen = taken = 0
    for path in sorted(path for path in corpus.rglob("*") if path.is_file() and is_wikiextractor(path)):
        for entry in read(path, path.name):
            if isinstance(entry, Article):
                seen += 1
                other = entry.id not in pages
                if other and (seen % 6 or taken == others):
                    continue
                taken += other
                yield entry.model_copy(update={"language": CODE})


class Search:
    """What is found, and what a chat passes on."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.pages = cache(self._pages)
        self.rarity = cache(self._rarity)

    def _pages(self, text: str) -> frozenset[str]:
        """The articles of the first hits."""
        question = understand(text, CODE, self._index.languages)
        hits = self._index.retrieve(question, self._index.look_up(question))
        return frozenset(hit.passage.source.article_id for hit in hits[:FIRST])

    def _rarity(self, text: str) -> dict[str, float]:
        """How rare each term of a question is, as a share of the rarity of a term that is nowhere."""
        passages = self._index.catalog.languages()[CODE].passages
        having = self._index.catalog.passages_with(analyzer(CODE).question_terms(text))
        return {term: rarity(passages, count) / rarity(passages, 0) for term, count in having.items()}

    def found(self, dialogues: Iterable[Dialogue], resolve: Resolve, *, opening: bool = False) -> list[bool]:
        """For each turn whether its page is found; the earlier questions are given as they were understood."""
        return [
            not turn.pages.isdisjoint(self.pages(searched[at]))
            for dialogue in dialogues
            for searched in [play(dialogue, resolve, opening=opening)]
            for at, turn in dialogue.turns.items()
        ]


def play(dialogue: Dialogue, resolve: Resolve, *, opening: bool) -> list[str]:
    """What is searched for each question of a dialogue; it may open with a line that names its page."""
    history = [dialogue.topic] if opening else []
    start = len(history)
    for text in dialogue.questions:
        history.append(resolve(text, history))
    return history[start:]


def retained(search: Search, dialogues: Sequence[Dialogue], ways: dict[str, Resolve]) -> str:
    """A table of what each way retains of the success of questions written out by hand."""
    halves = [[d for d in dialogues if d.tuned_on], [d for d in dialogues if not d.tuned_on], list(dialogues)]
    counts = [sum(len(d.turns) for d in some) for some in halves]
    gold = [
        fmean(not turn.pages.isdisjoint(search.pages(turn.rewrite)) for d in some for turn in d.turns.values())
        for some in halves
    ]
    settings = {
        "first question as it is": (False, False),
        "first question in full": (True, False),
        "the page's title first": (False, True),
    }
    rows = [("success@5 of the questions by hand", *(f"{share:.3f}" for share in gold))]
    for setting, (full, opening) in settings.items():
        for way, resolve in ways.items():
            cells = []
            for some, best in zip(halves, gold, strict=True):
                asked = [d.in_full() for d in some] if full else some
                cells.append(f"{fmean(search.found(asked, resolve, opening=opening)) / best:.3f}")
            rows.append((f"{setting}: {way}", *cells))
    return table(
        ("retained", *(f"{name}, n={n}" for name, n in zip(("tuned", "other", "all"), counts, strict=True))), rows
    )


def untouched(questions: Sequence[str], before: Sequence[str], resolve: Resolve) -> tuple[str, str]:
    """The share of questions that are left alone after some other one, and their number."""
    others = random.Random(SEED).choices(before, k=len(questions))  # noqa: S311  # nothing secret
    alone = [resolve(text, [other]) == text for text, other in zip(questions, others, strict=True)]
    return f"{fmean(alone):.4f}", f"{len(alone):,}"


def first_questions(path: Path) -> tuple[list[str], list[str]]:
    """The first questions of all dialogues, and those of them that the hand adds no term to."""
    rows = [row for row in json.loads(path.read_text(encoding="utf-8")) if row["Question_no"] == 1]
    terms = analyzer(CODE).question_terms
    alone = [row["Question"] for row in rows if terms(row["Rewrite"]).keys() <= terms(row["Question"]).keys()]
    return [row["Question"] for row in rows], alone


def without(kind: str, resolve: Resolve) -> Resolve:
    """The same where the language file has no such signs."""

    def resolved(text: str, history: Sequence[str]) -> str:
        signs = conversation._signs(CODE)  # noqa: SLF001  # the one place that knows all signs
        taken = signs.pop(kind)
        try:
            return resolve(text, history)
        finally:
            signs[kind] = taken

    return resolved


def main() -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dialogues", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--index", type=Path, metavar="DIR", help="Where the index is, or is to be built.")
    parser.add_argument("--firsts", type=Path, metavar="CANARD")
    parser.add_argument("--others", type=int, default=5_000, help="Articles besides those of the dialogues.")
    given = parser.parse_args()
    dialogues = read_dialogues(given.dialogues)
    pages = frozenset(page for d in dialogues for turn in d.turns.values() for page in turn.pages)
    with tempfile.TemporaryDirectory(prefix="loccit-") as temporary:
        search = Search(open_index(given.index or Path(temporary, "built"), given.corpus, pages, given.others))

        def resolve(text: str, history: Sequence[str]) -> str:
            return conversation.resolve(text, history, CODE, rarity=search.rarity(text))

        ways: dict[str, Resolve] = {
            "as typed": lambda text, _: text,
            "everything before added": lambda text, history: " ".join((text, *history[-1:])),
            "without rarity": lambda text, history: conversation.resolve(text, history, CODE),
            "resolved": resolve,
        }
        print(retained(search, dialogues, ways))

        squad = [item.question for item in read_testset(given.squad).items]
        sets = {"SQuAD": squad}
        if given.firsts:
            sets["first questions, all"], sets["first questions to which the hand adds no term"] = first_questions(
                given.firsts
            )
        rows = [
            (name, way, *untouched(questions, squad, ways[way]))
            for name, questions in sets.items()
            for way in ("without rarity", "resolved")
        ]
        print("\n" + table(("left alone", "", "share", "n"), rows))

        signs = list(language(CODE).follow_up)
        best = fmean(search.found(dialogues, resolve, opening=True))
        losses = []
        for kind in signs:
            way = without(kind, resolve)
            lost = best - fmean(search.found(dialogues, way, opening=True))
            losses.append((kind, f"{-lost:+.3f}", untouched(squad, squad, way)[0]))
        print("\n" + table(("without these signs", "success@5, title first", "SQuAD left alone"), losses))


if __name__ == "__main__":
    main()
