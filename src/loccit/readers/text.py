"""Text files: WikiExtractor's, wiki text or plain text, told apart by what they hold."""

from collections.abc import Iterator
from pathlib import Path

from loccit.readers import wikiextractor, wikitext
from loccit.readers.contents import title_of, whole
from loccit.readers.outline import Line, Mark, lines, sections
from loccit.types import Article, Skipped

MAX_TITLE = 120

ENDS = tuple(".!?:;,…。！？：；，।॥؟؛،۔։።")
"""What ends a sentence, or a part of one, but hardly ever a title."""

CLOSERS = "\"'”’»)]}」』）"


def read(path: Path, file: str) -> Iterator[Article | Skipped]:
    """Yield the articles of a text file: many of WikiExtractor's, or one."""
    if wikiextractor.is_wikiextractor(path):
        yield from wikiextractor.read(path, file)
        return
    text = whole(path)
    if wikitext.is_wikitext(text):
        title = wikitext.title(text)
        parts = sections(text, wikitext.marks(text))
    else:
        headline = plain_title(text)
        title = headline.text.strip() if headline else None
        parts = sections(text, plain_marks(text, headline))
    yield Article(id=file, title=title or title_of(path), text=text, sections=parts, file=file)


def plain_title(text: str) -> Line | None:
    """Find the first line that is not blank, if it looks like a title and stands alone or is underlined."""
    rest = lines(text)
    headline = next((line for line in rest if line.text.strip()), None)
    following = next(rest, None)
    if headline is None or following is None:
        return None
    name = headline.text.strip()
    alone = not following.text.strip() and following.end < len(text)
    looks_like_one = len(name) <= MAX_TITLE and not name.rstrip(CLOSERS).endswith(ENDS)
    return headline if looks_like_one and (alone or is_underline(following.text)) else None


def plain_marks(text: str, headline: Line | None) -> Iterator[Mark]:
    """Yield the title and the rule under it, if there are any."""
    if headline is not None:
        yield Mark(headline.start, headline.end)
        underline = next(line for line in lines(text, headline.end + 1))
        if is_underline(underline.text):
            yield Mark(underline.start, underline.end)


def is_underline(line: str) -> bool:
    """Tell whether the line is a rule of `=`, `-` or the like."""
    line = line.strip()
    return len(line) >= 3 and line[0] in "=-~*_#" and line == line[0] * len(line)
