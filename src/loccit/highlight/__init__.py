"""The part of a sentence that answers its question: a date, a name, a number, a phrase.

Every run of up to twelve words is a candidate, and a linear model of features of its two edges, its inside and its
whole says how likely each is. The weights are data (`models/highlight.json`, by `benchmarks/train_highlight.py`).
"""

from typing import NamedTuple

from loccit.highlight.asked import understand
from loccit.highlight.calibration import calibrated
from loccit.highlight.features import sheet_of
from loccit.highlight.model import ANY, Model, load, shipped
from loccit.highlight.scores import evidence, span_scores
from loccit.types import Question, Span

__all__ = ["SHOWN", "SURE", "Highlight", "Model", "Reader", "best_span", "highlight", "load"]

SHOWN = 0.4
"""The probability from which a highlight is given."""
SURE = 0.75
"""The probability from which it may be told first."""


class Highlight(NamedTuple):
    """Where the answer stands in a sentence, and how likely that is right."""

    span: Span
    probability: float
    weight: float = 0.0
    """The logarithm of all candidates' summed likelihood: how much in the sentence looks like an answer at all."""


class Reader:
    """Looks for the answer to one question in sentences of one language; raises BadModel."""

    def __init__(self, question: Question, language: str, model: Model | None = None) -> None:
        self._language, self._model = language, model or shipped()
        self.asked = understand(question, language, self._model)
        self.lexical = self.asked is not None and self.asked.lexical
        """Whether the model knows the language's words, not their shapes alone."""
        if self.asked is not None:
            self._code = self._model.language if self.asked.lexical else ANY
            self._weights = self._model.weights(self._code, self.asked.tables)

    def read(self, text: str) -> Highlight | None:
        """The likeliest part, however unlikely; None for a yes/no question and where there are no words."""
        sheet = sheet_of(text, self._language, self.asked) if self.asked is not None else None
        if self.asked is None or sheet is None or not sheet.spans:
            return None
        scores = span_scores(sheet, self._weights, self.asked.lexical)
        at = max(range(len(scores)), key=scores.__getitem__)
        i, j = sheet.spans[at]
        found = evidence(sheet, scores, at, self.asked)
        probability = calibrated(found, self._model.learnt[self._code].calibration)
        return Highlight(
            Span(sheet.tokens[i].start, sheet.tokens[j].end), probability, round(scores[at] - found.best, 9)
        )


def highlight(question: Question, text: str, language: str, *, model: Model | None = None) -> Highlight | None:
    """The part of a sentence that answers, or None where nothing fits well enough; raises BadModel."""
    best = best_span(question, text, language, model or shipped())
    return best if best is not None and best.probability >= SHOWN else None


def best_span(question: Question, text: str, language: str, model: Model) -> Highlight | None:
    """The likeliest part, however unlikely; None for a yes/no question and where there are no words."""
    return Reader(question, language, model).read(text)
