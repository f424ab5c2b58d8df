"""A test set is asked of an index, question by question."""

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from loccit import __version__
from loccit.answerer import highlighted
from loccit.durable import sha256_of
from loccit.errors import LoccitError
from loccit.evaluate.candidates import candidates_of
from loccit.evaluate.evaluation import Evaluation, Hidden, Measure, Rewritten, Row, Signature, rounded
from loccit.evaluate.gold import Finder, Gold
from loccit.evaluate.measures import average_precision, contains_answer, exact_match, f1, percentile
from loccit.evaluate.taken import measure
from loccit.evaluate.testset import Item, TestSet
from loccit.index import Index
from loccit.scorer import Scored, passages
from loccit.types import Answer, Hit, Question, Quote, Suggestion

WARM_UP = 20
"""Questions asked once before the clock runs."""
DIGITS = 9
"""Of a confidence: the further ones depend on the order of an addition."""

Progress = Callable[[int, int], None]
"""Told how many questions were asked, of how many."""


def evaluate(
    index: Index, testset: TestSet, *, without_gold: bool = False, progress: Progress | None = None
) -> Evaluation:
    """What the index answers to a test set, row by row, and how good that is.

    With `without_gold` every answerable question is asked a second time with the article of its evidence hidden.
    A question that cannot be asked counts as missed and stops nothing.
    """
    signature = Signature(
        index=index.id,
        testset=testset.sha256[:16],
        settings=_settings(index),
        version=__version__,
        without_gold=without_gold,
    )
    finder = Finder(index)
    for item in testset.items[:WARM_UP]:
        _row(index, finder, item, hide=False)
    rows, seconds = [], []
    for number, item in enumerate(testset.items, 1):
        row, took = _row(index, finder, item, hide=without_gold)
        rows.append(row)
        if took is not None:
            seconds.append(took)
        if progress is not None:
            progress(number, len(testset.items))
    return Evaluation(
        name=testset.name,
        signature=signature,
        measures=rounded(measure(rows)),
        rows=tuple(rows),
        timings=rounded({f"latency/p{percent}_ms": _latency(seconds, percent) for percent in (50, 95)}, 3),
    )


def _row(index: Index, finder: Finder, item: Item, *, hide: bool) -> tuple[Row, float | None]:
    """What became of a question, and how many seconds its answer took."""
    gold = finder.find(item)
    given = any(candidate.right for candidate in item.candidates)
    row: dict[str, Any] = {
        "id": item.id,
        "question": item.question,
        "answerable": item.answerable,
        "tags": item.tags,
        "article": _article(item, gold),
        "right": False if item.answers else None,
        "said": False if item.answers else None,
        "covers": False if item.answers and item.evidence else None,
        "average_precision": 0.0 if given else None,
        "problem": gold.problem,
    }
    try:
        history = _played(index, item.history)
        start = time.perf_counter()
        question = index.understand(item.question, history=history)
        lexicon = index.look_up(question)
        hits = index.retrieve(question, lexicon)
        ranked = index.rank(question, hits, lexicon)
        answer = index.decide(question, ranked)
        took = time.perf_counter() - start
        besides = {
            "hidden": _ask_without(index, question, gold.articles) if hide and gold.articles else None,
            "rewritten": _ask_rewritten(index, item.rewrite, gold) if item.rewrite is not None else None,
            **(_ranked_candidates(index, item) if given else {}),
        }
    except LoccitError as error:
        return _lean(row | {"problem": str(error)}), None
    found, said = _found(item, finder, gold, passages(hits, ranked), ranked), _said(item, finder, answer)
    return _lean(row | found | said | besides), took


def _lean(fields: dict[str, Any]) -> Row:
    """The row without what is None anyway: pydantic remembers each field that is given, two thousand bytes a row."""
    return Row(**{name: value for name, value in fields.items() if value is not None})


def _article(item: Item, gold: Gold) -> str | None:
    """The article that the question is of, by its id in the index if it is there."""
    named = [entry.article for entry in item.evidence] + [page.title or page.id for page in item.pages]
    return next(iter((*gold.articles, *named)), item.context.article if item.context else None)


def _played(index: Index, history: Sequence[str]) -> list[str]:
    """The earlier questions as they were understood one after the other: that is what a talk goes on from."""
    played: list[str] = []
    for text in history:
        played.append(index.understand(text, history=played).understood_as or text)
    return played


def _found(item: Item, finder: Finder, gold: Gold, hits: Sequence[Hit], ranked: Sequence[Scored]) -> dict[str, object]:
    """What of the gold the search found, whether or not the bot says it."""
    first = ranked[0].quote if ranked else None
    found: dict[str, object] = {
        "first": first and Suggestion(text=first.text, span=first.span, source=finder.source(first.source)),
        "passage_rank": _rank(gold.holds(hit.passage) for hit in hits),
        "passage_ndcg": round(finder.ndcg(gold, hits, 10), DIGITS),
    }
    if item.answers:
        found["sentence_rank"] = _rank(contains_answer(scored.quote.text, item.answers) for scored in ranked)
        found["right"] = found["sentence_rank"] == 1
        span = highlighted(ranked[0]) if ranked else None
        said = ranked[0].quote.text[slice(*span)] if span else ""
        found["em"], found["f1"] = exact_match(said, item.answers), round(f1(said, item.answers), DIGITS)
        if item.evidence:
            found["covers"] = first is not None and any(
                place.lies_in(first.source.article_id, first.span) for place in gold.answers
            )
    return found


def _said(item: Item, finder: Finder, answer: Answer) -> dict[str, object]:
    """What the bot says, and whether it is what the articles say."""
    said: dict[str, object] = {
        "declined": answer.declined,
        "confidence": round(answer.confidence, DIGITS),
        "quotes": len(answer.quotes),
        "verbatim": sum(_is_verbatim(quote, finder) for quote in answer.quotes),
    }
    if item.answers:
        said["said"] = bool(answer.quotes) and contains_answer(answer.quotes[0].text, item.answers)
    return said


def _ask_without(index: Index, question: Question, articles: Sequence[str]) -> Hidden:
    """The same question where nothing is found in these articles."""
    lexicon = index.look_up(question, without=articles[0])
    hits = [
        hit
        for hit in index.retrieve(question, lexicon, without=articles[0])
        if hit.passage.source.article_id not in articles
    ]
    answer = index.decide(question, index.rank(question, hits, lexicon))
    return Hidden(declined=answer.declined, confidence=round(answer.confidence, DIGITS))


def _ask_rewritten(index: Index, text: str, gold: Gold) -> Rewritten:
    """What the question written out by hand finds."""
    question = index.understand(text)
    hits = index.retrieve(question, index.look_up(question))
    return Rewritten(passage_rank=_rank(gold.holds(hit.passage) for hit in hits))


def _ranked_candidates(index: Index, item: Item) -> dict[str, object]:
    """Where the right ones of the given sentences come."""
    given = candidates_of(index, item)
    ranks = given.ranks(index.rank(given.question, given.hits, given.lexicon))
    precision = average_precision(ranks, sum(given.labels))
    return {"candidate_rank": min(ranks), "average_precision": round(precision, DIGITS)}


def _is_verbatim(quote: Quote, finder: Finder) -> bool:
    article = finder.article(quote.source.article_id)
    return (
        article is not None and article.text[slice(*quote.span)] == quote.text and article.sha256 == quote.source.sha256
    )


def _rank(right: Iterable[bool]) -> int | None:
    return next((rank for rank, is_right in enumerate(right, 1) if is_right), None)


def _latency(seconds: Sequence[float], percent: float) -> Measure:
    value = percentile(seconds, percent)
    return Measure(value=None if value is None else 1000 * value, n=len(seconds))


def _settings(index: Index) -> str:
    """A hash of the index's settings, its model's content among them instead of its name."""
    settings = index.settings
    if settings.answer.model is not None:
        answer = settings.answer.model_copy(update={"model": sha256_of(index.base / settings.answer.model)})
        settings = settings.model_copy(update={"answer": answer})
    return hashlib.sha256(settings.model_dump_json().encode()).hexdigest()[:16]
