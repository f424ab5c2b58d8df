"""How good the answers are: a test set in, measures out."""

from loccit.evaluate.closed import closed_index
from loccit.evaluate.evaluation import Evaluation, Measure, Row, Signature, measure
from loccit.evaluate.report import table, to_json
from loccit.evaluate.run import evaluate
from loccit.evaluate.testset import Evidence, Item, TestSet, merge, read_testset

__all__ = [
    "Evaluation",
    "Evidence",
    "Item",
    "Measure",
    "Row",
    "Signature",
    "TestSet",
    "closed_index",
    "evaluate",
    "measure",
    "merge",
    "read_testset",
    "table",
    "to_json",
]
