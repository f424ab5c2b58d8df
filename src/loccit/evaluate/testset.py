"""A test set: questions with their right answers, read from a file whose format is told by its content."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from loccit.errors import BadTestSet
from loccit.types import Record

Format = Callable[[str, str], "TestSet | None"]

FORMATS = {"SQuAD JSON": "loccit.evaluate.squad:read", "JSON lines": "loccit.evaluate.jsonlines:read"}
"""Name -> "module:attribute" of a function (a file's text, its name in errors) -> its test set, or None where the
text is of another format; asked in this order, imported when used."""


class Evidence(Record):
    """Where a right answer stands: an article, by its id, title or file, and a stretch of its text."""

    article: str
    text: str


class Item(Record):
    """A question and what is right to say."""

    id: str
    question: str
    answers: tuple[str, ...] = ()
    answerable: bool = True
    evidence: tuple[Evidence, ...] = ()
    history: tuple[str, ...] = ()
    """The earlier questions of the talk, oldest first."""
    tags: tuple[str, ...] = ()
    context: Evidence | None = None
    """What the question was asked of, answerable from it or not, where the set brings its own articles."""


class Context(Record):
    """An article that the test set brings with it."""

    title: str
    paragraphs: tuple[str, ...]


class TestSet(Record):
    """Questions, and the articles they were asked of where the set has them."""

    __test__ = False  # pytest takes it for a test otherwise

    name: str
    items: tuple[Item, ...]
    contexts: tuple[Context, ...] = ()

    @property
    def sha256(self) -> str:
        """A hash of what is asked and what is right, whatever the file looks like."""
        whole = hashlib.sha256()
        for record in (*self.items, *self.contexts):
            whole.update(record.model_dump_json().encode() + b"\n")
        return whole.hexdigest()


def read_testset(path: Path) -> TestSet:
    """The test set of a file; raises BadTestSet."""
    text = _text(path)
    for place in FORMATS.values():
        module, _, attribute = place.partition(":")
        read: Format = getattr(import_module(module), attribute)
        testset = read(text, str(path))
        if testset is not None:
            return _checked(testset.model_copy(update={"name": path.name}), str(path))
    raise BadTestSet(f"{path} is not a test set: it has to be {' or '.join(FORMATS)}, and begin with a '{{'.")


def merge(testsets: Sequence[TestSet]) -> TestSet:
    """One set of several; articles of the same title are put together, each of their paragraphs once."""
    name = " + ".join(testset.name for testset in testsets)
    paragraphs: dict[str, dict[str, None]] = {}
    for testset in testsets:
        for context in testset.contexts:
            paragraphs.setdefault(context.title, {}).update(dict.fromkeys(context.paragraphs))
    return _checked(
        TestSet(
            name=name,
            items=tuple(item for testset in testsets for item in testset.items),
            contexts=tuple(Context(title=title, paragraphs=tuple(texts)) for title, texts in paragraphs.items()),
        ),
        name,
    )


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise BadTestSet(f"There is no test set {path}. Check the path.") from None
    except OSError as error:
        raise BadTestSet(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadTestSet(f"{path} is not UTF-8 from its byte {error.start:,} on. Save it as UTF-8.") from error


def _checked(testset: TestSet, name: str) -> TestSet:
    if not testset.items:
        raise BadTestSet(f"{name} has no questions. Add some.")
    (item_id, count), *_ = Counter(item.id for item in testset.items).most_common(1)
    if count > 1:
        raise BadTestSet(f"{name}: {count} questions have the id '{item_id}'. Give each an id of its own.")
    return testset
