"""BM25 in fifteen lines, for every engine to be held against."""

import math
from collections.abc import Sequence

from loccit.types import Passage


def bm25(query: Sequence[str], passages: Sequence[Passage], k1: float = 1.2, b: float = 0.75) -> dict[str, float]:
    mean = max(1, sum(len(p.terms) for p in passages)) / len(passages)
    scores = {}
    for passage in passages:
        score = 0.0
        for term in query:
            n = sum(term in p.terms for p in passages)
            tf = passage.terms.count(term)
            idf = math.log(1 + (len(passages) - n + 0.5) / (n + 0.5))
            score += idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * len(passage.terms) / mean))
        if score > 0:
            scores[passage.id] = score
    return scores
