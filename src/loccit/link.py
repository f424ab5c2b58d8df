"""Where a quote leads to: its page at the quote, or its file."""

from pathlib import Path
from urllib.parse import quote, urlsplit

from loccit.types import Quoted

LONGEST = 100
"""Characters up to which a quote is named whole; of a longer one, how it begins and ends."""
ENDS = 5
"""Words of a beginning and an end."""
LETTERS = 20
"""The same in characters, for scripts without blanks."""
_ASCII = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"<>\\^`{|}')


def page(quoted: Quoted) -> str | None:
    """The address of its web page, with the quote as text fragment (`#:~:text=`), so that browsers mark it."""
    url = quoted.source.url
    if url is None or not is_link(url):
        return None
    url = quote(url, safe=_ASCII).partition(":~:")[0]
    return f"{url}{'' if '#' in url else '#'}:~:text={_directive(quoted.text)}"


def is_link(url: str) -> bool:
    """Whether a browser would follow it into the web."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and url.isprintable() and " " not in url


def file(quoted: Quoted, base: Path) -> str:
    """The address of its article's file, which is named relative to `base`."""
    source = quoted.source
    return (base / source.file).absolute().as_uri() + source.place.removeprefix(source.file)


def _directive(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) == 1 and len(lines[0]) <= LONGEST:
        return _encoded(lines[0])
    return f"{_encoded(_ends(lines[0])[0])},{_encoded(_ends(lines[-1])[1])}"


def _ends(line: str) -> tuple[str, str]:
    words = line.split()
    if len(words) >= 2 * ENDS:
        return " ".join(words[:ENDS]), " ".join(words[-ENDS:])
    return (words[0], words[-1]) if len(words) > 1 and len(line) > LONGEST else (line[:LETTERS], line[-LETTERS:])


def _encoded(text: str) -> str:
    return quote(text, safe="").replace("-", "%2D")  # a dash and a comma mean something there
