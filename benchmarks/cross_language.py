"""How well questions in one language are answered from articles in another, and how far the confidence can be trusted.

Run: python benchmarks/cross_language.py XQUAD.en.json XQUAD.ar.json

Both hold the same questions under the same ids (XQuAD's files do). The index is made of the first set's articles; the
second set's questions are asked, and the first set's answers are looked for. Then the same questions are asked of an
index of both sets' articles: now their own articles should answer, and the others' stand back.
"""

import argparse
from pathlib import Path

from loccit.evaluate import closed_index, evaluate, read_testset
from loccit.evaluate.evaluation import Row
from loccit.evaluate.testset import TestSet
from table import table

SHOWN = (
    "retrieval/success@1",
    "retrieval/success@5",
    "answer/sentence@1",
    "answer/sentence@3",
    "answer/sentence@1+decline",
    "decline/rate",
    "decline/right/without-gold",
    "decline/auroc/without-gold",
)


def main() -> None:
    """Ask the questions of both, and print the measures side by side."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("questions", type=Path)
    given = parser.parse_args()
    own = read_testset(given.articles)
    asked = {item.id: item.question for item in read_testset(given.questions).items}
    items = [item for item in own.items if item.id in asked]
    other = own.model_copy(
        update={"items": tuple(item.model_copy(update={"question": asked[item.id]}) for item in items)}
    )
    theirs = _renamed(read_testset(given.questions))
    with closed_index(own) as index:
        found = [evaluate(index, testset, without_gold=True) for testset in (own, other)]
    with closed_index(own.model_copy(update={"contexts": (*own.contexts, *theirs.contexts)})) as index:
        found.append(evaluate(index, theirs, without_gold=True))
    rows = []
    for name in SHOWN:
        values = [evaluation.measures[name].value for evaluation in found]
        rows.append((name, *("" if value is None else f"{value:.3f}" for value in values)))
    for precision in (0.3, 0.5, 0.7, 0.9):
        said = [[row for row in each.rows if row.confidence >= precision] for each in found]
        rows.append((f"right of those with confidence from {precision}", *map(_share, said)))
    print(f"{len(items)} questions\n")
    print(table(("measure", given.articles.name, given.questions.name, "of both"), rows))


def _renamed(testset: TestSet) -> TestSet:
    """The set with other names for its articles: both sets use the same."""
    return testset.model_copy(
        update={
            "contexts": tuple(each.model_copy(update={"title": f"{each.title} (2)"}) for each in testset.contexts),
            "items": tuple(
                item.model_copy(
                    update={
                        "evidence": tuple(
                            each.model_copy(update={"article": f"{each.article} (2)"}) for each in item.evidence
                        )
                    }
                )
                for item in testset.items
            ),
        }
    )


def _share(rows: list[Row]) -> str:
    return f"{sum(bool(row.right) for row in rows) / len(rows):.3f} of {len(rows)}" if rows else ""


if __name__ == "__main__":
    main()
