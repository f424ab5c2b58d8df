"""The questions of a test set as they might be asked elsewhere: of small indexes, and with a word that was not meant.

What tells an answer from none is another in an index of two articles than in one of a million passages, and people ask
of things that no article knows. Both can be made of any test set, and nobody has to write a question for it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from loccit.evaluate.testset import Context, Item, TestSet
from loccit.languages.analysis import analyzer
from loccit.languages.names import countries
from loccit.languages.questions import is_name

SIZES = (5, 8, 12, 16)
"""Paragraphs of an article that a small index has."""
CUT, MOST = 2, 60
"""Small indexes that are made of an article, and of a set at most: each takes a moment to make."""
INSIDE, OUTSIDE = 24, 12
"""Questions of a small index at most whose paragraph is in it, and whose is not."""
SHORTEST = 4
"""Letters of a word that is exchanged."""


def excerpts(testset: TestSet) -> Iterator[TestSet]:
    """Small sets: some paragraphs of an article and of the next one, questions to the first, answered there or not."""
    asked: dict[str, list[Item]] = defaultdict(list)
    for item in testset.items:
        if item.answerable and item.context:
            asked[item.context.article].append(item)
    contexts = [context for context in testset.contexts if context.title in asked]
    contexts = contexts[:: CUT * len(contexts) // MOST + 1]
    for first, second in pairwise([*contexts, *contexts[:1]]):
        for number in range(CUT):
            cut = [_some(context, f"{number} {first.title}") for context in (first, second)]
            kept = set(cut[0].paragraphs)
            items = sorted(asked[first.title], key=lambda item: _drawn(item.id, number))
            inside = [item for item in items if item.context and item.context.text in kept][:INSIDE]
            outside = [item for item in items if item.context and item.context.text not in kept][:OUTSIDE]
            if inside:
                yield testset.model_copy(update={"items": (*inside, *outside), "contexts": tuple(cut), "corpora": ()})


def typed(item: Item) -> Item:
    """The same, every fourth in small letters: so are many asked."""
    small = _drawn(item.id, "typed") % 4 == 0
    return item.model_copy(update={"question": item.question.lower()}) if small else item


def exchanged(items: Sequence[Item], language: str, every: int = 2) -> dict[str, Item]:
    """For each `every`-th answerable question, by its id, the same with a name, number or word of some other in it.

    Half of the names are of countries, most of which the articles do not know. The questions are marked unanswerable
    and tagged with what was exchanged: where that is a plain word, some may still have an answer.
    """
    pools: dict[str, dict[str, None]] = defaultdict(dict)
    found = {item.id: list(_words(item.question, language)) for item in items if item.answerable}
    for words in found.values():
        for kind, word in words:
            pools[kind][word] = None
    others = {kind: list(words) for kind, words in pools.items()}
    others["country"] = countries(language) or others.get("name", [])
    changed = {}
    for item in items:
        drawn = _drawn(item.id)
        if not item.answerable or drawn % every:
            continue
        told = [pair for pair in found[item.id] if pair[0] != "word"] if drawn // 4 % 2 else found[item.id]
        if told:
            kind, word = told[drawn // 64 % len(told)]
            pool = others["country" if kind == "name" and drawn // 8 % 2 else kind]
            other = pool[drawn // 4096 % len(pool)]
            if other not in item.question:
                text = item.question.replace(word, other, 1)
                unanswerable = {"answers": (), "evidence": (), "pages": (), "answerable": False, "tags": (kind,)}
                changed[item.id] = item.model_copy(update={"question": text, **unanswerable})
    return changed


def _some(context: Context, seed: str) -> Context:
    """So many paragraphs in a row."""
    drawn = _drawn(context.title, seed)
    size = SIZES[drawn % len(SIZES)]
    start = drawn // 64 % max(1, len(context.paragraphs) - size + 1)
    return context.model_copy(update={"paragraphs": context.paragraphs[start : start + size]})


def _words(question: str, language: str) -> Iterator[tuple[str, str]]:
    """The words of a question that can be exchanged, and of which kind they are."""
    for word in analyzer(language).question_terms(question).values():
        if word[0].isdecimal():
            yield "number", word
        elif is_name(word, question):
            yield "name", word
        elif word.islower() and word.isalpha() and len(word) >= SHORTEST:
            yield "word", word


def _drawn(*of: object) -> int:
    """A number that is the same each time, and says nothing of what it is drawn for."""
    return int.from_bytes(hashlib.sha256(repr(of).encode()).digest()[:8])
