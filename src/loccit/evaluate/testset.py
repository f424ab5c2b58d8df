"""A test set: questions with their right answers, read from a file whose format is told by its content."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from loccit.errors import BadTestSet
from loccit.evaluate.content import text_of
from loccit.types import Record

Format = Callable[[str, str], "TestSet | None"]

ADVERSARIAL = "adversarial"
"""The tag of questions without an answer that were written to look as if they had one."""

FORMATS = {
    "SQuAD JSON": "loccit.evaluate.squad:read",
    "IDK-MRC JSON": "loccit.evaluate.idk_mrc:read",
    "SelQA JSON": "loccit.evaluate.selqa:read",
    "CANARD JSON": "loccit.evaluate.canard:read",
    "JSON lines with gold pages": "loccit.evaluate.linked:read",
    "questions with answers alone": "loccit.evaluate.pairs:read",
    "JSON lines": "loccit.evaluate.jsonlines:read",
    "WikiQA TSV": "loccit.evaluate.wikiqa:read",
    "CSV with a column 'question'": "loccit.evaluate.spreadsheet:read",
}
"""Name -> "module:attribute" of a function (a file's text, its name in errors) -> its test set, or None where the
text is of another format; asked in this order, imported when used. BEIR folders are no text: `beir` reads them."""


class Evidence(Record):
    """Where a right answer stands: an article, by its id, title or file, and a stretch of its text."""

    article: str
    text: str


class Page(Record):
    """An article that answers, nobody says where."""

    id: str
    title: str | None = None
    """Goes before the id: another index numbers its articles in its own way."""
    gain: int = 1
    """How much it is worth to find it, where the set grades."""


class Candidate(Record):
    """A sentence to be ranked."""

    text: str
    right: bool


class Item(Record):
    """A question and what is right to say."""

    id: str
    question: str
    answers: tuple[str, ...] = ()
    answerable: bool = True
    evidence: tuple[Evidence, ...] = ()
    pages: tuple[Page, ...] = ()
    history: tuple[str, ...] = ()
    """The earlier questions of the talk, oldest first."""
    rewrite: str | None = None
    """A follow-up written out by hand so that it needs no history."""
    tags: tuple[str, ...] = ()
    context: Evidence | None = None
    """What the question was asked of, answerable from it or not, where the set brings its own articles."""
    candidates: tuple[Candidate, ...] = ()
    """The sentences of that, in their order, where the set names them one by one."""


class Context(Record):
    """An article that the test set brings with it."""

    title: str
    paragraphs: tuple[str, ...]
    id: str | None = None
    """Its title where there is none."""


class TestSet(Record):
    """Questions, and the articles they were asked of where the set has them."""

    __test__ = False  # pytest takes it for a test otherwise

    name: str
    items: tuple[Item, ...]
    contexts: tuple[Context, ...] = ()
    corpora: tuple[Path, ...] = ()
    """Files with further articles, too large to be kept in memory."""

    @property
    def sha256(self) -> str:
        """A hash of what is asked and what is right, whatever the file looks like."""
        whole = hashlib.sha256()
        for record in (*self.items, *self.contexts):
            whole.update(record.model_dump_json(exclude_defaults=True).encode() + b"\n")
        return whole.hexdigest()


def read_testset(path: Path) -> TestSet:
    """The test set of a file or a BEIR folder; raises BadTestSet."""
    if path.is_dir() or path.parent.name == "qrels":
        from loccit.evaluate.beir import read as read_folder

        return _checked(read_folder(path), str(path))
    text = text_of(path)
    for place in FORMATS.values():
        module, _, attribute = place.partition(":")
        read: Format = getattr(import_module(module), attribute)
        testset = read(text, str(path))
        if testset is not None:
            return _checked(testset.model_copy(update={"name": path.name}), str(path))
    known = ", ".join(FORMATS)
    raise BadTestSet(f"{path} is not a test set: it has to be {known} or a BEIR folder. See docs/evaluation.md.")


def merge(testsets: Sequence[TestSet]) -> TestSet:
    """One set of several, as if it were one file.

    Articles of the same id are put together, each of their paragraphs once. A question that comes again counts once, as
    it was first: SQuAD 2.0 has those of 1.1 in it.
    """
    name = " + ".join(testset.name for testset in testsets)
    items: dict[tuple[str, str], Item] = {}
    for item in (item for testset in testsets for item in testset.items):
        items.setdefault((item.id, item.question), item)
    contexts: dict[str, Context] = {}
    for context in (context for testset in testsets for context in testset.contexts):
        known = contexts.setdefault(context.id or context.title, context)
        if known is not context:
            paragraphs = tuple(dict.fromkeys((*known.paragraphs, *context.paragraphs)))
            contexts[context.id or context.title] = known.model_copy(update={"paragraphs": paragraphs})
    return _checked(
        TestSet(
            name=name,
            items=tuple(items.values()),
            contexts=tuple(contexts.values()),
            corpora=tuple(dict.fromkeys(corpus for testset in testsets for corpus in testset.corpora)),
        ),
        name,
    )


def _checked(testset: TestSet, name: str) -> TestSet:
    if not testset.items:
        raise BadTestSet(f"{name} has no questions. Add some.")
    (item_id, count), *_ = Counter(item.id for item in testset.items).most_common(1)
    if count > 1:
        raise BadTestSet(f"{name}: {count} questions have the id '{item_id}'. Give each an id of its own.")
    return testset
