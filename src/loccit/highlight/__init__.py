"""The part of a sentence that answers its question: a date, a name, a number, a phrase.

Every run of up to twelve words is a candidate, and a linear model of features of its two edges, its inside and its
whole says how likely each is. The weights are data (`models/highlight.json`, by `benchmarks/train_highlight.py`).
"""

from typing import NamedTuple

from loccit.highlight.asked import understand
from loccit.highlight.calibration import calibrated
from loccit.highlight.features import sheet_of
from loccit.highlight.model import ANY, Model, shipped
from loccit.highlight.scores import evidence, span_scores
from loccit.types import Question, Span

__all__ = ["SHOWN", "SURE", "Highlight", "best_span", "highlight"]

SHOWN = 0.4
"""The probability from which a highlight is given."""
SURE = 0.75
"""The probability from which it may be told first."""


class Highlight(NamedTuple):
    """Where the answer stands in a sentence, and how likely that is right."""

    span: Span
    probability: float


def highlight(question: Question, text: str, language: str, *, model: Model | None = None) -> Highlight | None:
    """The part of a sentence that answers, or None where nothing fits well enough; raises BadModel."""
    best = best_span(question, text, language, model or shipped())
    return best if best is not None and best.probability >= SHOWN else None


def best_span(question: Question, text: str, language: str, model: Model) -> Highlight | None:
    """The likeliest part, however unlikely; None for a yes/no question and where there are no words."""
    asked = understand(question, language, model)
    sheet = sheet_of(text, language, asked) if asked is not None else None
    if asked is None or sheet is None or not sheet.spans:
        return None
    code = model.language if asked.lexical else ANY
    scores = span_scores(sheet, model.weights(code, asked.tables), asked.lexical)
    at = max(range(len(scores)), key=scores.__getitem__)
    i, j = sheet.spans[at]
    probability = calibrated(evidence(sheet, scores, at, asked), model.learnt[code].calibration)
    return Highlight(Span(sheet.tokens[i].start, sheet.tokens[j].end), probability)
