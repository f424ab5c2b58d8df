"""An answer becomes replies: text with entities and buttons, never a parse mode, so no article can break one."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from telegram import MessageEntity
from telegram.constants import InlineKeyboardButtonLimit

from loccit.bot.marked import Marked, fill, isolated, join, listed, split
from loccit.explain import Line
from loccit.letters import clean, direction_of, line, short
from loccit.link import page
from loccit.proof import Proof
from loccit.types import Answer, Quoted, Source, Span

MOST_TITLES = 5
LONGEST_LABEL = 60
"""Characters of a button: about what a phone shows."""

Phrases = Mapping[str, str]


class Button(NamedTuple):
    """A button, and what a tap on it says to the bot or the address it opens."""

    text: str
    tap: str = ""
    url: str = ""


Rows = tuple[tuple[Button, ...], ...]


class Reply(NamedTuple):
    """One message."""

    text: str
    entities: list[MessageEntity]
    buttons: Rows = ()


def answered(answer: Answer, answer_id: str | None, phrases: Phrases, *, asked: str | None = None) -> list[Reply]:
    """The answer, what is sure of it first, its sources numbered; `asked` is shown where the chat does not show it.

    Without an id there are no buttons: nothing could be found under them.
    """
    if not any(answer.question.terms.values()):
        return plain(phrases["no_terms"])
    paragraphs = []
    if (searched := answer.question.understood_as or asked) is not None:
        paragraphs.append(fill(phrases["understood_as"], question=line(searched)))
    if answer.headline:
        paragraphs.append(Marked(line(answer.headline)).marked(MessageEntity.BOLD) + " [1]")
    missing = listed(answer.missing, phrases["missing"])
    lacking = [fill(phrases["missing"], words=missing)] if answer.missing else []
    notice = [Marked(clean(answer.notice))] if answer.notice else []
    quotes = answer.cited
    if answer.quotes:
        kind = MessageEntity.BLOCKQUOTE
        paragraphs += _numbered(quotes, kind, phrases) + lacking
    else:
        kind = MessageEntity.EXPANDABLE_BLOCKQUOTE
        paragraphs.append(join([Marked(phrases["declined"]), *lacking], "\n"))
        paragraphs += [Marked(phrases["suggestions"]), *_numbered(quotes, kind, phrases)] if quotes else []
    paragraphs += notice
    return _replies(join(paragraphs, "\n\n"), _buttons(answer, answer_id, phrases) if answer_id else ())


def proved(proof: Proof, phrases: Phrases) -> list[Reply]:
    """The passage a quote stands in, the quote in bold, and where to find it."""
    before, quote, after = (clean(piece) for piece in proof.pieces)
    begins, ends = ("… " if proof.cut[0] else "", " …" if proof.cut[1] else "")
    bold = Marked(quote).marked(MessageEntity.BOLD)
    passage = (Marked(begins + before) + bold + (after + ends)).marked(MessageEntity.EXPANDABLE_BLOCKQUOTE)
    source = proof.quoted.source
    place = _place(source, proof.quoted.span, phrases) + f" · sha256 {source.sha256[:12]}"
    remarks = [Marked(phrases[remark]) for remark in proof.remarks]
    return _replies(join([_title(proof.number, proof.quoted, phrases), passage, place, *remarks], "\n"))


def explained(lines: Sequence[Line]) -> list[Reply]:
    """Why an answer is as it is, a phrase a line."""
    filled = (fill(said, **{name: listed(words, said) for name, words in fields.items()}) for said, fields in lines)
    return _replies(join(list(filled), "\n"))


def offered(number: int, quoted: Quoted, phrases: Phrases) -> Reply:
    """One quote and its source, as it is sent into another chat."""
    return _replies(_numbered([quoted], MessageEntity.BLOCKQUOTE, phrases, number)[0])[0]


def started(titles: Sequence[str], samples: Sequence[str], phrases: Phrases) -> list[Reply]:
    """What the bot knows, and what could be asked."""
    some = listed([short(title, 100) for title in titles[:MOST_TITLES]], phrases["start"])
    more = " …" if len(titles) > MOST_TITLES else ""
    greeting = fill(phrases["start"], articles=len(titles), titles=some + more)
    if samples:
        greeting = join([greeting, Marked(phrases["samples"])], "\n\n")
    return _replies(greeting, tuple((Button(short(sample, 128), f"q:{n}"),) for n, sample in enumerate(samples, 1)))


def plain(text: str | Marked, buttons: Rows = ()) -> list[Reply]:
    """A phrase of the bot's own."""
    return _replies(text if isinstance(text, Marked) else Marked(text), buttons)


def _replies(whole: Marked, buttons: Rows = ()) -> list[Reply]:
    pieces = split(whole)
    return [
        Reply(piece.text, piece.entities(), buttons if number == len(pieces) else ())
        for number, piece in enumerate(pieces, 1)
    ]


def _numbered(quotes: Sequence[Quoted], kind: str, phrases: Phrases, first: int = 1) -> list[Marked]:
    """Each quote, and under it its number and source."""
    return [
        join([_quote(quoted).marked(kind), _source(number, quoted, phrases)], "\n")
        for number, quoted in enumerate(quotes, first)
    ]


def _quote(quoted: Quoted) -> Marked:
    """The quote; in bold the part that answers."""
    highlight = getattr(quoted, "highlight", None)
    start, end = highlight or Span(0, 0)
    before, answers, after = (clean(quoted.text[a:b]) for a, b in ((0, start), (start, end), (end, None)))
    return Marked(before) + Marked(answers).marked(MessageEntity.BOLD) + after


def _source(number: int, quoted: Quoted, phrases: Phrases) -> Marked:
    place = _place(quoted.source, quoted.span, phrases)
    return _title(number, quoted, phrases) + " · " + place


def _title(number: int, quoted: Quoted, phrases: Phrases) -> Marked:
    source = quoted.source
    title = Marked(line(source.title))
    if address := page(quoted):
        title = title.marked(MessageEntity.TEXT_LINK, address)
    around = direction_of(phrases["proof"])
    parts = [title, *(Marked(line(heading)) for heading in source.heading)]
    return Marked(f"[{number}] ") + join([isolated(part, around) for part in parts], phrases["heading_join"])


def _place(source: Source, span: Span, phrases: Phrases) -> Marked:
    # As code, because Telegram's apps make a link of any name that ends like an internet domain, `notes.md` for one.
    file = Marked(line(source.place)).marked(MessageEntity.CODE)
    return fill(phrases["proof"], file=file, start=span.start, end=span.end)


def _buttons(answer: Answer, answer_id: str, phrases: Phrases) -> Rows:
    """A row for each source, and under them what else can be done about the answer."""
    rows: list[tuple[Button, ...]] = [
        (tapping(f"[{n}] {short(quoted.source.title, LONGEST_LABEL)}", f"s:{answer_id}:{n}"),)
        for n, quoted in enumerate(answer.cited, 1)
    ]
    why = tapping(phrases["why_button"], f"y:{answer_id}")
    if answer.quotes:
        rows.append((tapping("👍", f"f:{answer_id}:1"), tapping("👎", f"f:{answer_id}:0"), why))
    else:
        rows += [(why,), (tapping(phrases["tell_me"], f"l:{answer_id}"),)]
    if answer.question.understood_as:
        rows.append((tapping(phrases["as_typed"], f"w:{answer_id}"),))
    return tuple(rows)


def tapping(text: str, tap: str) -> Button:
    """A button whose tap Telegram can carry; raises ValueError for more than 64 bytes."""
    if len(tap.encode()) > InlineKeyboardButtonLimit.MAX_CALLBACK_DATA:
        raise ValueError(f"Telegram takes at most 64 bytes on a button, not {tap!r}")
    return Button(text, tap)
