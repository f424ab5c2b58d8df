"""The scores of a text's candidates, and what they tell of the best one."""

import math
from collections.abc import Sequence

from loccit.highlight.asked import Asked
from loccit.highlight.calibration import Evidence
from loccit.highlight.features import UNTAGGED, Sheet, of_shapes, of_words
from loccit.highlight.model import Weights
from loccit.highlight.tokens import EDGE

FEW = 1e-12
"""A candidate's share of likelihood that need not be counted."""


def span_scores(sheet: Sheet, weights: Weights, lexical: bool) -> list[float]:
    """For every candidate the sum of its weights."""
    add = weights.sum
    upto = [0.0]
    for names in sheet.inside:
        upto.append(upto[-1] + add(names))
    ends = {j: upto[j + 1] + add(found) for j, found in sheet.ends.items()}
    untagged = add(UNTAGGED)
    tagged: dict[int, dict[int, float]] = {}
    for (i, j), tags in sheet.tags.items():
        tagged.setdefault(i, {})[j] = add(tags) - untagged
    tokens = [EDGE, *sheet.tokens, EDGE]
    shapes = [token.shape for token in tokens]
    scores = []
    begun = -1
    for i, j in sheet.spans:
        if i != begun:  # what all that begin here share
            begun = i
            before, first = shapes[i], shapes[i + 1]
            start = untagged - upto[i] + add(sheet.starts[i])
            known = weights.shapes.setdefault((before, first), {})
            extra = tagged.get(i, {})
            weighed = lexical and tokens[i].word in weights.before
        key = (j - i, shapes[j + 1], shapes[j + 2])
        whole = known.get(key)
        if whole is None:
            whole = known[key] = add(of_shapes(j - i, first, key[1], before, key[2]))
        score = start + ends[j] + whole
        if j in extra:
            score += extra[j]
        if weighed:
            score += weights.of.get(of_words(tokens[i].word, tokens[j + 2].word), 0.0)
        scores.append(score)
    return scores


def evidence(sheet: Sheet, scores: Sequence[float], at: int, asked: Asked) -> Evidence:
    """What tells whether candidate `at`, the best, is right."""
    best = scores[at]
    i, j = sheet.spans[at]
    shares = [math.exp(score - best) for score in scores]
    whole = sum(shares)
    near = 0.0
    for share, (a, b) in zip(shares, sheet.spans, strict=True):
        if share > FEW and a <= j and b >= i:
            common = (b if b < j else j) - (a if a > i else i) + 1
            if 4 * common >= b - a + 1 + j - i + 1:  # F1 of a half and more
                near += share
    held = len({token.word for token in sheet.tokens if token.match})
    return Evidence(
        best=-math.log(whole),
        near=math.log((near + 0.01) / (whole - near + 0.01)),
        covered=min(1.0, held / max(1, asked.size)),
        held=min(3.0, float(held)),
        length=math.log(j - i + 1),
        untagged=float((i, j) not in sheet.tags),
    )
