"""A test set is asked of an index, question by question."""

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence

from loccit import __version__
from loccit.errors import LoccitError
from loccit.evaluate.evaluation import Evaluation, Hidden, Measure, Row, Signature, measure, rounded
from loccit.evaluate.gold import Finder, Gold
from loccit.evaluate.measures import contains_answer, exact_match, f1, ndcg, percentile
from loccit.evaluate.testset import Item, TestSet
from loccit.highlight import highlight
from loccit.index import Index
from loccit.scorer import Scored
from loccit.types import Answer, Hit, Question, Quote, Record, Suggestion

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
        signature=Signature(
            index=index.id,
            testset=testset.sha256[:16],
            settings=_hash(index.settings),
            version=__version__,
            without_gold=without_gold,
        ),
        measures=rounded(measure(rows)),
        rows=tuple(rows),
        timings=rounded({f"latency/p{percent}_ms": _latency(seconds, percent) for percent in (50, 95)}, 3),
    )


def _row(index: Index, finder: Finder, item: Item, *, hide: bool) -> tuple[Row, float | None]:
    """What became of a question, and how many seconds its answer took."""
    gold = finder.find(item)
    row = Row(
        id=item.id,
        question=item.question,
        answerable=item.answerable,
        tags=item.tags,
        article=next(iter(gold.articles), item.evidence[0].article) if item.evidence else None,
        right=False if item.answers else None,
        said=False if item.answers else None,
        covers=False if item.answers and item.evidence else None,
        problem=gold.problem,
    )
    start = time.perf_counter()
    try:
        question = index.understand(item.question, history=item.history)
        lexicon = index.look_up(question)
        hits = index.retrieve(question, lexicon)
        ranked = index.rank(question, hits, lexicon)
        answer = index.decide(question, ranked)
        took = time.perf_counter() - start
        hidden = _ask_without(index, question, gold.articles) if hide and item.answerable and gold.articles else None
    except LoccitError as error:
        return row.model_copy(update={"problem": str(error)}), None
    found, said = _found(item, question, gold, finder.passages(gold), hits, ranked), _said(item, finder, answer)
    return row.model_copy(update={**found, **said, "hidden": hidden}), took


def _found(
    item: Item, question: Question, gold: Gold, passages: int, hits: Sequence[Hit], ranked: Sequence[Scored]
) -> dict[str, object]:
    """What of the gold the search found, whether or not the bot says it."""
    first = ranked[0].quote if ranked else None
    overlap = [
        any(place.overlaps(hit.passage.source.article_id, hit.passage.span) for place in gold.evidence) for hit in hits
    ]
    found: dict[str, object] = {
        "first": first and Suggestion(text=first.text, span=first.span, source=first.source),
        "passage_rank": _rank(overlap),
        "passage_ndcg": round(ndcg(overlap, [1.0] * passages, 10), DIGITS) if passages else 0.0,
    }
    if item.answers:
        found["sentence_rank"] = _rank(contains_answer(scored.quote.text, item.answers) for scored in ranked)
        found["right"] = found["sentence_rank"] == 1
        said = highlighted(question, ranked[0]) if ranked else ""
        found["em"], found["f1"] = exact_match(said, item.answers), round(f1(said, item.answers), DIGITS)
        if item.evidence:
            found["covers"] = first is not None and any(
                place.lies_in(first.source.article_id, first.span) for place in gold.answers
            )
    return found


def highlighted(question: Question, scored: Scored) -> str:
    """What is highlighted in a sentence; nothing where that is not sure enough to be shown."""
    found = highlight(question, scored.quote.text, scored.language)
    return scored.quote.text[slice(*found.span)] if found else ""


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


def _hash(record: Record) -> str:
    return hashlib.sha256(record.model_dump_json().encode()).hexdigest()[:16]
