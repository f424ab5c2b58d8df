"""Test sets of WikiQA's form: a line for each sentence of an article's lead, and whether it answers the question."""

from collections.abc import Iterable

from loccit.errors import BadTestSet
from loccit.evaluate.testset import Candidate, Context, Evidence, Item, TestSet

COLUMNS = ("QuestionID", "Question", "DocumentID", "DocumentTitle", "SentenceID", "Sentence", "Label")
Line = dict[str, str]


def read(text: str, name: str) -> TestSet | None:
    """The questions in their order, answerable where a sentence is right, and the articles."""
    head, _, body = text.partition("\n")
    columns = head.rstrip("\r").split("\t")
    if len(set(columns).intersection(COLUMNS)) < 3:
        return None
    if missing := [column for column in COLUMNS if column not in columns]:
        raise BadTestSet(f"{name} has no column '{missing[0]}'. WikiQA's are: {', '.join(COLUMNS)}.")
    questions: dict[str, list[Line]] = {}
    documents: dict[str, dict[str, Line]] = {}
    for number, row in enumerate(body.split("\n"), 2):
        if row.strip():
            line = _line(columns, row.rstrip("\r").split("\t"), f"{name}, line {number}")
            questions.setdefault(line["QuestionID"], []).append(line)
            documents.setdefault(line["DocumentID"], {})[line["SentenceID"]] = line
    contexts = [
        Context(id=document, title=next(iter(lines.values()))["DocumentTitle"], paragraphs=(_joined(lines.values()),))
        for document, lines in documents.items()
    ]
    return TestSet(name=name, items=tuple(map(_item, questions.values())), contexts=tuple(contexts))


def _line(columns: list[str], cells: list[str], place: str) -> Line:
    if len(cells) != len(columns):
        raise BadTestSet(f"{place} has {len(cells)} columns, the first line {len(columns)}. Part them by one tab each.")
    line = dict(zip(columns, cells, strict=True))
    for column in COLUMNS:
        if not line[column].strip():
            raise BadTestSet(f"{place}: '{column}' is empty. Fill it in.")
    if line["Label"] not in ("0", "1"):
        raise BadTestSet(
            f"{place}: the label is '{line['Label']:.40}'. It has to be 1 where the sentence answers, or 0."
        )
    return line


def _item(lines: list[Line]) -> Item:
    first = lines[0]
    right = [line["Sentence"] for line in lines if line["Label"] == "1"]
    return Item(
        id=first["QuestionID"],
        question=first["Question"],
        answerable=bool(right),
        evidence=tuple(Evidence(article=first["DocumentID"], text=text) for text in dict.fromkeys(right)),
        context=Evidence(article=first["DocumentID"], text=_joined(lines)),
        candidates=tuple(Candidate(text=line["Sentence"], right=line["Label"] == "1") for line in lines),
    )


def _joined(lines: Iterable[Line]) -> str:
    return "\n".join(line["Sentence"] for line in lines)
