"""What was asked, and what the articles could not answer, read off the answers that were shown."""

import json
import time
from collections.abc import Iterable
from typing import NamedTuple

from loccit.bot.store import DAY, Store

ALIKE = 0.6
"""The share of words that two questions have in common to be one gap."""
MOST_READ = 2_000
"""Unanswered questions that are put into groups, the latest: each is compared with all groups."""

_ASKED = """
FROM shown LEFT JOIN placed ON placed.answer = id
WHERE created > ? AND question != '' AND coalesce(shelf, '') = ?
"""
_COUNTED = (
    "SELECT count(*), count(DISTINCT user), count(DISTINCT chat), total(json_extract(shown.answer, '$.declined') = 0)"
)
_UNANSWERED = """
SELECT coalesce(json_extract(shown.answer, '$.question.understood_as'), question),
    json_extract(shown.answer, '$.question.terms')
"""
_JUDGED = """
SELECT total(good = 1), total(good = 0) FROM verdicts JOIN placed USING (answer) WHERE created > ? AND shelf = ?
"""


class Numbers(NamedTuple):
    """How much was asked of an index."""

    questions: int
    people: int
    chats: int
    answered: int
    good: int
    bad: int


class Gap(NamedTuple):
    """Questions that want to know the same, the last of them as it was asked, and how many they are."""

    question: str
    times: int


def numbers(store: Store, shelf: str, days: int) -> Numbers:
    """Of the last days."""
    asked = (time.time() - days * DAY, shelf)
    counts = (store.db.execute(sql, asked).fetchone() for sql in (_COUNTED + _ASKED, _JUDGED))
    return Numbers(*(int(count) for row in counts for count in row))


def gaps(store: Store, shelf: str, days: int, most: int) -> list[Gap]:
    """The questions of the last days that had no answer, those alike together, the commonest first."""
    declined = f" AND json_extract(shown.answer, '$.declined') ORDER BY created DESC LIMIT {MOST_READ}"
    rows = store.db.execute(_UNANSWERED + _ASKED + declined, (time.time() - days * DAY, shelf))
    return sorted(_grouped(rows), key=lambda gap: -gap.times)[:most]


def _grouped(rows: Iterable[tuple[str, str]]) -> list[Gap]:
    groups: list[tuple[str, frozenset[str], list[int]]] = []
    for question, found in rows:
        terms = frozenset(term for terms in json.loads(found).values() for term in terms)
        if not terms:
            continue
        for _, known, count in groups:
            if len(terms & known) >= ALIKE * len(terms | known):
                count[0] += 1
                break
        else:
            groups.append((question, terms, [1]))
    return [Gap(question, count) for question, _, (count,) in groups]
