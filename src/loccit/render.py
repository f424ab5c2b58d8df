"""An answer as text, for a terminal or a pipe."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from loccit.letters import Direction, clean, direction, direction_of, line
from loccit.types import Answer, Article, Quote, Source, Span, Suggestion

AROUND = 400
"""Characters shown before and after a quote, at most."""

Wording = Mapping[str, str]
Quoted = Quote | Suggestion


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
    style = look.style
    quotes = list(enumerate(cited(answer), 1))
    blocks = preface(answer, wording, style)
    for number, quoted in quotes:
        blocks.append(f"{_highlighted(quoted, style)} {style(_linked(f'[{number}]', quoted, look), fg='cyan')}")
    if quotes:
        blocks.append("\n".join(place(number, quoted, wording, look) for number, quoted in quotes))
    if answer.missing and not answer.declined:
        blocks.append(style(missing(answer, wording), dim=True))
    return "\n\n".join(blocks) + "\n"


def preface(answer: Answer, wording: Wording, style: Callable[..., str] = plain) -> list[str]:
    """What is said before the quotes: what was searched for, that the articles do not say, what they lack."""
    said = []
    if answer.question.understood_as:
        said.append(style(fill(wording["understood_as"], question=line(answer.question.understood_as)), dim=True))
    if answer.notice:
        said.append(answer.notice)
    if answer.declined:
        said.append(style(wording["declined"], bold=True))
        if answer.missing:
            said[-1] += " " + missing(answer, wording)
        elif not any(answer.question.terms.values()):
            said[-1] += " " + wording["no_terms"]
    if answer.suggestions:
        said.append(wording["suggestions"])
    return said


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


def cited(answer: Answer) -> Sequence[Quoted]:
    """What the numbers of an answer stand for."""
    return answer.quotes or answer.suggestions


def place(number: int, quoted: Quoted, wording: Wording, look: Look = PLAIN) -> str:
    """Where a quote stands: title and headings, below them file and characters, and the page's address."""
    source = quoted.source
    lines = [look.style(f"[{number}] ", fg="cyan") + _linked(heading(source, wording), quoted, look)]
    lines.append(fill(wording["proof"], file=line(source.place), start=quoted.span.start, end=quoted.span.end))
    if source.url and look.link is None:
        lines.append(line(source.url))
    return "\n    ".join(lines)


def passage(number: int, quoted: Quoted, article: Article | None, wording: Wording, look: Look = PLAIN) -> str:
    """The proof of a quote: where it stands, its article's hash, and the text around it, the quote marked."""
    text = article.text if article else ""
    if article is None or text[slice(*quoted.span)] != quoted.text:
        remark = wording["gone" if article is None else "changed"]
        return f"{place(number, quoted, wording, look)}\n\n{remark}"
    within = _section(article, quoted.span)
    start, end = around(text, quoted.span, within)
    before = ("… " if text[within.start : start].strip() else "") + clean(text[start : quoted.span.start])
    after = clean(text[quoted.span.end : end]) + (" …" if text[end : within.end].strip() else "")
    where = f"{place(number, quoted, wording, look)}\n    sha256 {article.sha256}"
    return f"{where}\n\n{before}{mark(quoted.text, look)}{after}"


def mark(quote: str, look: Look) -> str:
    """A quote set off from the text it stands in."""
    return f"⟦{clean(quote)}⟧" if look.style is plain else look.style(clean(quote), reverse=True)


def around(text: str, span: Span, within: Span) -> Span:
    """The part of `within` that is close to a span, cut between words."""
    start = within.start if span.start - within.start <= AROUND else _blank(text, span.start - AROUND, span.start)
    end = within.end if within.end - span.end <= AROUND else _blank(text, span.end + AROUND, span.end)
    while start < span.start and text[start].isspace():
        start += 1
    while end > span.end and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def heading(source: Source, wording: Wording) -> str:
    """The title and the headings below it, those that run the other way isolated."""
    way = direction_of(wording["proof"])
    return wording["heading_join"].join(isolated(line(part), way) for part in (source.title, *source.heading))


def fill(phrase: str, **parts: object) -> str:
    """A phrase with its fields filled in, those that run the other way isolated."""
    way = direction_of(phrase)
    return phrase.format(**{name: isolated(str(part), way) for name, part in parts.items()})


def isolated(text: str, way: Direction | None) -> str:
    """A text kept from mixing with what is around it where that runs the other way."""
    own = direction(text)
    return f"\u2068{text}\u2069" if own and way and own != way else text


def _linked(text: str, quoted: Quoted, look: Look) -> str:
    return look.link(text, quoted) if look.link else text


def _highlighted(quoted: Quoted, style: Callable[..., str]) -> str:
    start, end = (quoted.highlight if isinstance(quoted, Quote) else None) or (0, 0)
    before, answers, after = (clean(quoted.text[part]) for part in (slice(start), slice(start, end), slice(end, None)))
    return before + (style(answers, bold=True) if answers else "") + after


def _section(article: Article, span: Span) -> Span:
    inside = (s.span for s in article.sections if s.span.start <= span.start and span.end <= s.span.end)
    return next(inside, Span(0, len(article.text)))


def _blank(text: str, far: int, near: int) -> int:
    """The blank between `far` and `near` that is farthest from `near`, or `near` itself."""
    return next((i for i in range(far, near, 1 if far < near else -1) if text[i].isspace()), near)
