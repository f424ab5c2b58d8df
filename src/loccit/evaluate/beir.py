"""Test sets that are BEIR folders: corpus.jsonl, queries.jsonl and judgements in qrels/, any of them gzipped."""

from collections.abc import Iterator
from pathlib import Path

from loccit.errors import BadTestSet
from loccit.evaluate.content import lines_of
from loccit.evaluate.fields import objects
from loccit.evaluate.testset import Context, Item, Page, TestSet

SPLIT = "test"
"""Of several, the one that is taken where none is named."""


def read(path: Path) -> TestSet:
    """The questions judged in a folder (its split `test`, where there are several) or in one file of its `qrels`.

    Questions without judgement are left out; the corpus is read when it is indexed.
    """
    qrels = _qrels(path) if path.is_dir() else path
    folder = qrels.parent.parent
    pages = _judged(qrels)
    queries = _file(folder, "queries.jsonl")
    if queries is None:
        raise BadTestSet(f"{folder} is no BEIR folder: there is no queries.jsonl in it. Put it there.")
    items = tuple(
        Item(id=asked, question=fields.text("text"), pages=tuple(pages.pop(asked)))
        for fields in objects(lines_of(queries), queries)
        if (asked := fields.text("_id")) in pages
    )
    if pages:
        raise BadTestSet(f"{qrels} judges the question '{next(iter(pages))}', which {queries} lacks. Fetch both anew.")
    corpus = _file(folder, "corpus.jsonl")
    name = f"{folder.name}/{qrels.name.partition('.')[0]}"
    return TestSet(name=name, items=items, corpora=(corpus,) if corpus else ())


def documents(corpus: Path) -> Iterator[Context]:
    """The documents of a corpus, one in memory at a time."""
    for fields in objects(lines_of(corpus), corpus):
        title, text = fields.take("title", str, ""), fields.text("text", blank=True)
        if text.strip():
            yield Context(id=fields.text("_id"), title=title, paragraphs=(text,))


def _qrels(folder: Path) -> Path:
    found = sorted(file for end in ("*.tsv", "*.tsv.gz") for file in folder.glob(f"qrels/{end}"))
    if not found:
        raise BadTestSet(f"{folder} is no BEIR folder: there is no qrels/{SPLIT}.tsv in it. Put it there.")
    splits = {file.name.partition(".")[0]: file for file in found}
    if len(found) > 1 and SPLIT not in splits:
        raise BadTestSet(f"{folder} has the splits {', '.join(splits)}. Name one: {found[0]}")
    return splits.get(SPLIT, found[0])


def _judged(qrels: Path) -> dict[str, list[Page]]:
    """For each question that a document answers, the documents."""
    judged: dict[str, list[Page]] = {}
    for number, line in lines_of(qrels):
        cells = line.rstrip("\r\n").split("\t")
        if number == 1 and cells[-1] == "score":
            continue
        if len(cells) != 3 or not cells[2].lstrip("-").isdecimal():
            raise BadTestSet(
                f"{qrels}, line {number} is no judgement. Write a question's id, a document's and 1, tabs between."
            )
        asked, document, gain = cells[0], cells[1], int(cells[2])
        if gain > 0:
            judged.setdefault(asked, []).append(Page(id=document, gain=gain))
    return judged


def _file(folder: Path, name: str) -> Path | None:
    return next((path for end in ("", ".gz") if (path := folder / f"{name}{end}").is_file()), None)
