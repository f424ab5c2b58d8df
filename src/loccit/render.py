"""An answer as text, for a terminal or a pipe."""

from collections.abc import Callable, Mapping

from loccit.letters import clean, line
from loccit.types import Answer, Quote, Source, Suggestion

Style = Callable[..., str]
"""Like `click.style`: a text and how it should look."""


def plain(text: str, **_: object) -> str:
    """No style at all: the `Style` of a pipe."""
    return text


def render(answer: Answer, wording: Mapping[str, str], style: Style = plain) -> str:
    """The answer, its quotes numbered, and under them a numbered source each; ends with a line break."""
    blocks = []
    if answer.question.understood_as:
        blocks.append(style(wording["understood_as"].format(question=line(answer.question.understood_as)), dim=True))
    if answer.notice:
        blocks.append(answer.notice)
    if answer.declined:
        blocks.append(style(wording["declined"], bold=True))
    missing = ", ".join(map(line, answer.missing))
    if missing and answer.declined:
        blocks[-1] += " " + wording["missing"].format(words=missing)
    elif not any(answer.question.terms.values()):
        blocks[-1] += " " + wording["no_terms"]
    cited: tuple[Quote | Suggestion, ...] = answer.quotes or answer.suggestions
    if answer.suggestions:
        blocks.append(wording["suggestions"])
    for number, quote in enumerate(cited, 1):
        mark = style(f"[{number}]", fg="cyan")
        blocks.append(f"{_highlighted(quote, style)} {mark}")
    sources = [
        style(f"[{number}] ", fg="cyan") + place(quote, wording).replace("\n", "\n    ")
        for number, quote in enumerate(cited, 1)
    ]
    if sources:
        blocks.append("\n".join(sources))
    if missing and not answer.declined:
        blocks.append(style(wording["missing"].format(words=missing), dim=True))
    return "\n\n".join(blocks) + "\n"


def _highlighted(quote: Quote | Suggestion, style: Style) -> str:
    start, end = (quote.highlight if isinstance(quote, Quote) else None) or (0, 0)
    before, answers, after = (clean(quote.text[part]) for part in (slice(start), slice(start, end), slice(end, None)))
    return before + (style(answers, bold=True) if answers else "") + after


def place(quote: Quote | Suggestion, wording: Mapping[str, str]) -> str:
    """Where a quote stands, on two lines: title and headings, then file and characters."""
    source = quote.source
    characters = wording["place"].format(start=quote.span.start, end=quote.span.end)
    link = f"\n{line(source.url)}" if source.url else ""
    return f"{heading(source, wording)}\n{line(source.file)}, {characters}{link}"


def heading(source: Source, wording: Mapping[str, str]) -> str:
    """The title and the headings below it."""
    return wording["heading_join"].join(map(line, (source.title, *source.heading)))
