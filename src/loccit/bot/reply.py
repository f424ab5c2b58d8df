"""An answer becomes replies: text with entities and buttons, never a parse mode, so no article can break one."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from telegram import MessageEntity
from telegram.constants import InlineKeyboardButtonLimit

from loccit.bot.marked import Marked, fill, isolated, join, listed, split
from loccit.bot.proof import Proof, Quoted, cited
from loccit.letters import clean, direction_of, line
from loccit.types import Answer, Source, Span

MOST_TITLES = 5
LONGEST_LABEL = 60
"""Characters of a button: about what a phone shows."""

Phrases = Mapping[str, str]


class Button(NamedTuple):
    """A button and what a tap on it says to the bot."""

    text: str
    tap: str


class Reply(NamedTuple):
    """One message."""

    text: str
    entities: list[MessageEntity]
    buttons: tuple[Button, ...] = ()


def answered(answer: Answer, answer_id: str | None, phrases: Phrases, *, asked: str | None = None) -> list[Reply]:
    """The answer, its sources numbered; `asked` is shown where the chat does not show the question.

    Without an id there are no buttons: nothing could be found under them.
    """
    if not any(answer.question.terms.values()):
        return plain(phrases["no_terms"])
    paragraphs = []
    if (searched := answer.question.understood_as or asked) is not None:
        paragraphs.append(fill(phrases["understood_as"], question=line(searched)))
    missing = listed(answer.missing, phrases["missing"])
    lacking = [fill(phrases["missing"], words=missing)] if answer.missing else []
    notice = [Marked(clean(answer.notice))] if answer.notice else []
    quotes = cited(answer)
    if answer.quotes:
        kind = MessageEntity.BLOCKQUOTE
        paragraphs += _numbered(quotes, kind, phrases) + lacking + notice
    else:
        kind = MessageEntity.EXPANDABLE_BLOCKQUOTE
        paragraphs.append(join([Marked(phrases["declined"]), *lacking, *notice], "\n"))
        paragraphs += [Marked(phrases["suggestions"]), *_numbered(quotes, kind, phrases)] if quotes else []
    buttons = () if answer_id is None else tuple(_button(quoted, answer_id, n) for n, quoted in enumerate(quotes, 1))
    return _replies(join(paragraphs, "\n\n"), buttons)


def proved(proof: Proof, phrases: Phrases) -> list[Reply]:
    """The passage a quote stands in, the quote in bold, and where to find it."""
    before, quote, after = (clean(piece) for piece in proof.pieces)
    bold = Marked(quote).marked(MessageEntity.BOLD)
    passage = (Marked(before) + bold + after).marked(MessageEntity.EXPANDABLE_BLOCKQUOTE)
    source = proof.quoted.source
    place = _place(source, proof.quoted.span, phrases) + f" · sha256 {source.sha256[:12]}"
    return _replies(join([_title(proof.number, source, phrases), passage, place], "\n"))


def started(titles: Sequence[str], samples: Sequence[str], phrases: Phrases) -> list[Reply]:
    """What the bot knows, and what could be asked."""
    some = listed([_short(title, 100) for title in titles[:MOST_TITLES]], phrases["start"])
    more = " …" if len(titles) > MOST_TITLES else ""
    greeting = fill(phrases["start"], articles=len(titles), titles=some + more)
    if samples:
        greeting = join([greeting, Marked(phrases["samples"])], "\n\n")
    return _replies(greeting, tuple(Button(_short(sample, 128), f"q:{n}") for n, sample in enumerate(samples, 1)))


def plain(text: str) -> list[Reply]:
    """A phrase of the bot's own."""
    return _replies(Marked(text))


def _replies(whole: Marked, buttons: tuple[Button, ...] = ()) -> list[Reply]:
    pieces = split(whole)
    return [
        Reply(piece.text, piece.entities(), buttons if number == len(pieces) else ())
        for number, piece in enumerate(pieces, 1)
    ]


def _numbered(quotes: Sequence[Quoted], kind: str, phrases: Phrases) -> list[Marked]:
    """Each quote, and under it its number and source."""
    return [
        join([_quote(quoted).marked(kind), _source(number, quoted, phrases)], "\n")
        for number, quoted in enumerate(quotes, 1)
    ]


def _quote(quoted: Quoted) -> Marked:
    """The quote; in bold the part that answers."""
    highlight = getattr(quoted, "highlight", None)
    start, end = highlight or Span(0, 0)
    before, answers, after = (clean(quoted.text[a:b]) for a, b in ((0, start), (start, end), (end, None)))
    return Marked(before) + Marked(answers).marked(MessageEntity.BOLD) + after


def _source(number: int, quoted: Quoted, phrases: Phrases) -> Marked:
    place = _place(quoted.source, quoted.span, phrases)
    return _title(number, quoted.source, phrases) + " · " + place


def _title(number: int, source: Source, phrases: Phrases) -> Marked:
    title = Marked(line(source.title))
    if source.url and _is_link(source.url):
        title = title.marked(MessageEntity.TEXT_LINK, source.url)
    around = direction_of(phrases["proof"])
    parts = [title, *(Marked(line(heading)) for heading in source.heading)]
    return Marked(f"[{number}] ") + join([isolated(part, around) for part in parts], phrases["heading_join"])


def _place(source: Source, span: Span, phrases: Phrases) -> Marked:
    # As code, because Telegram's apps make a link of any name that ends like an internet domain, `notes.md` for one.
    file = Marked(line(source.file)).marked(MessageEntity.CODE)
    return fill(phrases["proof"], file=file, start=span.start, end=span.end)


def _button(quoted: Quoted, answer_id: str, number: int) -> Button:
    tap = f"s:{answer_id}:{number}"
    if len(tap.encode()) > InlineKeyboardButtonLimit.MAX_CALLBACK_DATA:
        raise ValueError(f"Telegram takes at most 64 bytes on a button, not {tap!r}")
    return Button(f"[{number}] {_short(quoted.source.title)}", tap)


def _short(text: str, longest: int = LONGEST_LABEL) -> str:
    text = line(text)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _is_link(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and url.isprintable() and " " not in url
