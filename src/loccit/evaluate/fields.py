"""What a test set's JSON holds, taken out key by key; what is missing or wrong is said with its place."""

import difflib
import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import regex

from loccit.errors import BadTestSet
from loccit.evaluate.testset import Evidence, Item

REQUIRED: Any = object()
_KINDS: dict[Any, str] = {
    str: "a text",
    int: "a number",
    bool: "true or false",
    list: "a list",
    (str, int): "a text or a number",
}


class Fields:
    """An object of a test set's JSON."""

    def __init__(self, value: object, place: str, known: Collection[str] = ()) -> None:
        self.place = place
        if not isinstance(value, dict):
            raise BadTestSet(f"{place}: an object in braces is expected here, not {value!r:.40}.")
        self._fields = value
        for key in value:
            if known and key not in known:
                raise BadTestSet(f"{place}: there is no key '{key}'. {nearest(key, known)}")

    def text(self, key: str, *, blank: bool = False) -> str:
        """A text that is there, and has something in it unless it may be `blank`."""
        value: str = self.take(key, str)
        if not blank and not value.strip():
            raise BadTestSet(f"{self.place}: '{key}' is empty. Fill it in or leave the question out.")
        return value

    def texts(self, key: str, *, as_they_are: bool = False) -> tuple[str, ...]:
        """A list of texts, each once and none blank unless they are to be left so; empty where the key is missing."""
        values = self.take(key, list, [])
        if not all(isinstance(value, str) and (as_they_are or value.strip()) for value in values):
            empty = "" if as_they_are else ", none of them empty"
            raise BadTestSet(f"{self.place}: '{key}' has to be a list of texts{empty}.")
        whole = [_whole(value, self.place) for value in values]
        return tuple(whole if as_they_are else dict.fromkeys(whole))

    def take(self, key: str, kind: type | tuple[type, ...], default: object = REQUIRED) -> Any:
        """The value of that key and kind; raises BadTestSet where it is another or missing without a default."""
        value = self._fields.get(key, default)
        if value is REQUIRED:
            raise BadTestSet(f"{self.place}: '{key}' is missing. Add it.")
        if not isinstance(value, kind):
            raise BadTestSet(f"{self.place}: '{key}' has to be {_KINDS[kind]}.")
        return _whole(value, self.place) if isinstance(value, str) else value


def opening(text: str, brackets: str) -> Collection[str]:
    """The keys of the first object of a text that begins with these brackets: what a JSON file is told by."""
    start = text.find("{", 0, 1000)
    if "".join(text[: start + 1].split()) != brackets:
        return ()
    try:
        first, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return ()
    return list(first)


def entries(text: str, name: str, what: str) -> Iterator[Fields]:
    """The objects of a JSON list, each told by its number; raises BadTestSet where it is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise BadTestSet(broken(name)) from None
    for number, entry in enumerate(found, 1):
        yield Fields(entry, f"{name}, {what} {number}")


def broken(name: str) -> str:
    """What is said of a JSON file that is known by its opening."""
    return f"{name} is not whole: its JSON breaks off or has a fault. Fetch it once more."


def lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text that are not blank, with their numbers."""
    for number, line in enumerate(text.split("\n"), 1):  # not splitlines: JSON may hold U+2028 as it is
        if line.strip():
            yield number, line


def objects(numbered: Iterable[tuple[int, str]], name: object, known: Collection[str] = ()) -> Iterator[Fields]:
    """The objects of lines of JSON; raises BadTestSet where one is none."""
    for number, line in numbered:
        place = f"{name}, line {number}"
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = (
                f"{error.msg}, column {error.colno}"
                if isinstance(error, json.JSONDecodeError)
                else "too deep or too long"
            )
            raise BadTestSet(f"{place} is not JSON ({reason}). Write each question as one object on a line.") from error
        yield Fields(value, place, known)


def nearest(name: str, known: Collection[str]) -> str:
    """The cure for a name that is not known: the one that was probably meant, or all there are."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(known)}."


def checked(item: Item, place: str) -> Item:
    """The question, if what it says of itself fits together."""
    if item.answerable and not (item.answers or item.evidence or item.pages):
        raise BadTestSet(f'{place}: the question is answerable but has no answers. Add some, or "answerable": false.')
    if not item.answerable and (item.answers or item.evidence or item.pages):
        raise BadTestSet(f"{place}: the question has an answer but is marked unanswerable. Change one of the two.")
    for answer in item.answers:
        if item.evidence and not _holds(item.evidence, answer):
            raise BadTestSet(
                f"{place}: the answer '{answer}' does not stand in its evidence. Copy it from there letter by letter."
            )
    return item


def apart(found: Iterable[tuple[str, Item]], name: str) -> tuple[Item, ...]:
    """The questions, each with the place where it stands, if each has an id of its own."""
    items: dict[str, tuple[str, Item]] = {}
    for place, item in found:
        if item.id in items:
            other = items[item.id][0].removeprefix(f"{name}, ")
            raise BadTestSet(f"{place}: the id '{item.id}' is that of {other} too. Give each question its own.")
        items[item.id] = place, item
    return tuple(item for _, item in items.values())


def _holds(evidence: Iterable[Evidence], answer: str) -> bool:
    """Whether the answer stands in one of them, white space and capitals apart."""
    folded = _folded(answer)
    return any(folded in _folded(entry.text) for entry in evidence)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _whole(text: str, place: str) -> str:
    if regex.search(r"[\ud800-\udfff]", text):
        raise BadTestSet(f"{place}: a text holds half a character (\\ud800 to \\udfff alone). Write it whole.")
    return text
