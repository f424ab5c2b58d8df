"""The scores of a text's candidates, and what they tell of the best one."""

import math
from collections.abc import Iterable, Mapping, Sequence

from loccit.highlight.asked import Asked
from loccit.highlight.calibration import Evidence
from loccit.highlight.features import UNTAGGED, Sheet, of_shapes, of_words
from loccit.highlight.tokens import EDGE


def span_scores(sheet: Sheet, weights: Mapping[str, float], lexical: bool) -> list[float]:
    """For every candidate the sum of its weights."""

    def total(found: Iterable[str]) -> float:
        return sum([weights[name] for name in found if name in weights])

    starts = {i: total(found) for i, found in sheet.starts.items()}
    ends = {j: total(found) for j, found in sheet.ends.items()}
    upto = [0.0]
    for found in sheet.inside:
        upto.append(upto[-1] + total(found))
    shapes: dict[tuple[int, str, str, str, str], float] = {}  # the same few again and again
    tokens = [EDGE, *sheet.tokens, EDGE]
    untagged = total(UNTAGGED)
    scores = []
    for i, j in sheet.spans:
        before, first, last, after = tokens[i], tokens[i + 1], tokens[j + 1], tokens[j + 2]
        key = (j - i, first.shape, last.shape, before.shape, after.shape)
        whole = shapes.get(key)
        if whole is None:
            whole = shapes[key] = total(of_shapes(*key))
        whole += total(sheet.tags[i, j]) if (i, j) in sheet.tags else untagged
        if lexical:
            whole += weights.get(of_words(before.word, after.word), 0.0)
        scores.append(starts[i] + ends[j] + upto[j + 1] - upto[i] + whole)
    return scores


def evidence(sheet: Sheet, scores: Sequence[float], at: int, asked: Asked) -> Evidence:
    """What tells whether candidate `at`, the best, is right."""
    best = scores[at]
    i, j = sheet.spans[at]
    shares = [math.exp(score - best) for score in scores]
    whole = sum(shares)
    near = sum(
        share
        for share, (a, b) in zip(shares, sheet.spans, strict=True)
        if 4 * (min(b, j) - max(a, i) + 1) >= b - a + 1 + j - i + 1  # F1 of a half and more
    )
    held = len({token.word for token in sheet.tokens if token.match})
    return Evidence(
        best=-math.log(whole),
        near=math.log((near + 0.01) / (whole - near + 0.01)),
        covered=min(1.0, held / max(1, asked.size)),
        held=min(3.0, float(held)),
        length=math.log(j - i + 1),
        untagged=float((i, j) not in sheet.tags),
    )
