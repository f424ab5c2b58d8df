"""How good the answers are: a test set in, measures out."""

from loccit.evaluate.closed import closed_index
from loccit.evaluate.compare import compare, comparison_table, gate
from loccit.evaluate.evaluation import Evaluation, Measure, Row, Signature
from loccit.evaluate.report import read_run, table, to_json
from loccit.evaluate.run import evaluate
from loccit.evaluate.taken import measure
from loccit.evaluate.testset import Evidence, Item, TestSet, merge, read_testset
from loccit.evaluate.training import train

__all__ = [
    "Evaluation",
    "Evidence",
    "Item",
    "Measure",
    "Row",
    "Signature",
    "TestSet",
    "closed_index",
    "compare",
    "comparison_table",
    "evaluate",
    "gate",
    "measure",
    "merge",
    "read_run",
    "read_testset",
    "table",
    "to_json",
    "train",
]
