"""An answer as text, for a terminal or a pipe."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from loccit.letters import Direction, clean, direction, direction_of, line
from loccit.proof import prove
from loccit.types import Answer, Article, Quote, Quoted, Source

Wording = Mapping[str, str]


def plain(text: str, **_: object) -> str:
    """No style at all: that of a pipe."""
    return text


class Look(NamedTuple):
    """How a text is shown."""

    style: Callable[..., str] = plain
    """Like `click.style`: a text and how it should look."""
    link: Callable[[str, Quoted], str] | None = None
    """Makes of a text a link to where a quote stands; without it, links are written out."""


PLAIN = Look()


def render(answer: Answer, wording: Wording, look: Look = PLAIN) -> str:
    """The answer, its quotes numbered, and under them a numbered source each; ends with a line break."""
    quotes = list(enumerate(answer.cited, 1))
    blocks = preface(answer, wording, look)
    blocks += [f"{_highlighted(quoted, look)} {_number(number, quoted, look)}" for number, quoted in quotes]
    if quotes:
        blocks.append("\n".join(place(number, quoted, wording, look) for number, quoted in quotes))
    blocks += [look.style(said, dim=True) for said in afterword(answer, wording)]
    return "\n\n".join(blocks) + "\n"


def preface(answer: Answer, wording: Wording, look: Look = PLAIN) -> list[str]:
    """What is said before the quotes: what was searched for, what is sure, that the articles do not say or lack."""
    style, said = look.style, []
    if answer.question.understood_as:
        said.append(style(fill(wording["understood_as"], question=answer.question.understood_as), dim=True))
    if answer.headline:
        said.append(f"{style(line(answer.headline), bold=True)} {_number(1, answer.quotes[0], look)}")
    if answer.declined:
        said.append(style(wording["declined"], bold=True))
        if answer.missing:
            said[-1] += " " + missing(answer, wording)
        elif not any(answer.question.terms.values()):
            said[-1] += " " + wording["no_terms"]
    if answer.suggestions:
        said.append(wording["suggestions"])
    return said


def afterword(answer: Answer, wording: Wording) -> list[str]:
    """What is said after the sources: which words an answer lacks, that what was quoted is in another language."""
    lacks = [missing(answer, wording)] if answer.missing and not answer.declined else []
    return [*lacks, answer.notice] if answer.notice else lacks


def missing(answer: Answer, wording: Wording) -> str:
    """The sentence about words that the articles lack."""
    return told(wording["missing"], {"words": answer.missing})


def told(phrase: str, fields: Mapping[str, Iterable[str]]) -> str:
    """A phrase with words in a row in each of its fields, those that run the other way isolated."""
    way = direction_of(phrase)
    between = "، " if way == "rtl" else ", "
    return phrase.format(
        **{name: between.join(isolated(line(word), way) for word in words) for name, words in fields.items()}
    )


def explained(lines: Iterable[tuple[str, Mapping[str, Iterable[str]]]]) -> str:
    """The lines that tell why an answer is as it is."""
    return "\n".join(told(phrase, fields) for phrase, fields in lines)


def place(number: int, quoted: Quoted, wording: Wording, look: Look = PLAIN) -> str:
    """Where a quote stands: title and headings, below them file and characters, and the page's address."""
    source = quoted.source
    lines = [look.style(f"[{number}] ", fg="cyan") + _linked(heading(source, wording), quoted, look)]
    lines.append(characters(quoted, wording))
    if source.url and look.link is None:
        lines.append(line(source.url))
    return "\n    ".join(lines)


def characters(quoted: Quoted, wording: Wording) -> str:
    """The file a quote stands in, and at which characters."""
    return fill(wording["proof"], file=quoted.source.place, start=quoted.span.start, end=quoted.span.end)


def passage(number: int, quoted: Quoted, article: Article | None, wording: Wording, look: Look = PLAIN) -> str:
    """The proof of a quote: where it stands, its article's hash, and the text around it, the quote marked."""
    proof = prove(number, quoted, article)
    if isinstance(proof, str):
        return f"{place(number, quoted, wording, look)}\n\n{wording[proof]}"
    before, quote, after = proof.pieces
    opening, ending = ("… " if proof.cut[0] else ""), (" …" if proof.cut[1] else "")
    where = f"{place(number, proof.quoted, wording, look)}\n    sha256 {proof.quoted.source.sha256}"
    shown = f"{opening}{clean(before)}{mark(quote, look)}{clean(after)}{ending}"
    return "\n\n".join([where, shown, *(wording[remark] for remark in proof.remarks)])


def mark(quote: str, look: Look) -> str:
    """A quote set off from the text it stands in."""
    return f"⟦{clean(quote)}⟧" if look.style is plain else look.style(clean(quote), reverse=True)


def heading(source: Source, wording: Wording) -> str:
    """The title and the headings below it, those that run the other way isolated."""
    way = direction_of(wording["proof"])
    return wording["heading_join"].join(isolated(line(part), way) for part in (source.title, *source.heading))


def fill(phrase: str, **parts: object) -> str:
    """A phrase with its fields filled in, those that run the other way isolated."""
    return told(phrase, {name: [str(part)] for name, part in parts.items()})


def isolated(text: str, way: Direction | None) -> str:
    """A text kept from mixing with what is around it where that runs the other way."""
    own = direction(text)
    return f"\u2068{text}\u2069" if own and way and own != way else text


def _number(number: int, quoted: Quoted, look: Look) -> str:
    return look.style(_linked(f"[{number}]", quoted, look), fg="cyan")


def _linked(text: str, quoted: Quoted, look: Look) -> str:
    return look.link(text, quoted) if look.link else text


def _highlighted(quoted: Quoted, look: Look) -> str:
    start, end = (quoted.highlight if isinstance(quoted, Quote) else None) or (0, 0)
    before, answers, after = (clean(quoted.text[part]) for part in (slice(start), slice(start, end), slice(end, None)))
    return before + (look.style(answers, bold=True) if answers else "") + after
