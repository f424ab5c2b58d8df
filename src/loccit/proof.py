"""A quote's proof: that it stands in its article, character for character, and the passage around it."""

from collections.abc import Callable, Collection, Mapping
from typing import Literal, NamedTuple

from loccit.types import Answer, Article, Quoted, Span

AROUND = 350
"""Characters shown before and after a quote, at most."""


class Proof(NamedTuple):
    """A quote and the text it stands in."""

    number: int
    quoted: Quoted
    pieces: tuple[str, str, str]
    """What stands before it, itself, and what stands after it."""
    cut: tuple[bool, bool]
    """Whether there is more of its section before that, and after."""
    remarks: tuple[str, ...] = ()
    """Names of phrases: what else has to be said of it."""


def stands(quoted: Quoted, article: Article | None) -> bool:
    """Whether the article still has the text it was quoted from."""
    return (
        article is not None
        and article.sha256 == quoted.source.sha256
        and article.text[slice(*quoted.span)] == quoted.text
    )


def sound(answer: Answer, articles: Callable[[Collection[str]], Mapping[str, Article]]) -> bool:
    """Whether all that an answer quotes stands in the articles, which are asked for at once by their ids."""
    if answer.headline and not (answer.quotes and answer.headline in answer.quotes[0].text):
        return False
    found = articles({quoted.source.article_id for quoted in answer.cited})
    return all(stands(quoted, found.get(quoted.source.article_id)) for quoted in answer.cited)


def prove(number: int, quoted: Quoted, article: Article | None) -> Proof | Literal["gone", "changed"]:
    """The proof of the quote of that number, or the phrase that says why there is none.

    Where the article has changed but still has the sentence, the proof is of where it stands now, and says so.
    """
    if article is None:
        return "gone"
    remarks: tuple[str, ...] = ()
    if article.sha256 != quoted.source.sha256:
        quoted, remarks = _moved(quoted, article), ("moved",)
    if not stands(quoted, article):
        return "changed"
    text, section = article.text, _section(article, quoted.span)
    start, end = around(text, quoted.span, section)
    pieces = (text[start : quoted.span.start], text[slice(*quoted.span)], text[quoted.span.end : end])
    cut = (bool(text[section.start : start].strip()), bool(text[end : section.end].strip()))
    return Proof(number, quoted, pieces, cut, remarks)


def _moved(quoted: Quoted, article: Article) -> Quoted:
    """The quote where the changed article has it, as near as can be to where it was; as it is where that is nowhere."""
    length, near = len(quoted.text), quoted.span.start
    if not quoted.text.strip():
        return quoted
    places = [article.text.rfind(quoted.text, 0, near + length), article.text.find(quoted.text, near)]
    found = [place for place in places if place >= 0]
    if not found:
        return quoted
    start = min(found, key=lambda place: abs(place - near))
    source = quoted.source.model_copy(update={"sha256": article.sha256})
    return quoted.model_copy(update={"span": Span(start, start + length), "source": source})


def around(text: str, span: Span, section: Span) -> Span:
    """The section a span lies in; of a long one what is close to the span, whole lines if they are not far shorter."""
    start, end = section
    half = AROUND // 2
    if (far := span.start - AROUND) > start:
        start = _found(text.find("\n", far, far + half), text.find(" ", far, span.start), far)
    if (far := span.end + AROUND) < end:
        end = _found(text.rfind("\n", far - half, far), text.rfind(" ", span.end, far), far)
    while start < span.start and text[start].isspace():
        start += 1
    while end > span.end and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _section(article: Article, span: Span) -> Span:
    """Where the section lies that has the span; the whole text where none has."""
    having = (s.span for s in article.sections if s.span.start <= span.start and span.end <= s.span.end)
    return next(having, Span(0, len(article.text)))


def _found(*places: int) -> int:
    """The first place that `find` did find."""
    return next(place for place in places if place >= 0)
