"""A link leads to the quote on its page."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loccit.link import is_link, page
from loccit.types import Quote, Source, Span
from tests.emulator.keyboards import is_url

PAGE = "https://example.org/h?a=1&b=2"


def link_to(url: str, text: str) -> str:
    source = Source(article_id="a", title="A", file="a.txt", sha256="0", url=url)
    found = page(Quote(text=text, span=Span(0, len(text)), score=1, source=source))
    assert found
    return found


@pytest.mark.parametrize(
    ("url", "text", "expected"),
    [
        (PAGE, "It was built in 1871.", f"{PAGE}#:~:text=It%20was%20built%20in%201871."),
        (PAGE, "well-known, & more", f"{PAGE}#:~:text=well%2Dknown%2C%20%26%20more"),
        (f"{PAGE}#works", "Built.", f"{PAGE}#works:~:text=Built."),
        (f"{PAGE}#:~:text=old", "Built.", f"{PAGE}#:~:text=Built."),
        (PAGE, "One two.\nThree four.", f"{PAGE}#:~:text=One%20two.,Three%20four."),
        (PAGE, "a b c d e " + 99 * "x " + "v w x y z", f"{PAGE}#:~:text=a%20b%20c%20d%20e,v%20w%20x%20y%20z"),
    ],
)
def test_the_address_names_the_quote(url: str, text: str, expected: str) -> None:
    assert link_to(url, text) == expected


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=3000).filter(str.strip))
def test_whatever_the_quote_the_address_is_one_and_short(text: str) -> None:
    found = link_to(PAGE, text)
    assert is_link(found)
    assert is_url(found)
    assert len(found) < 32_768
    for end in found.partition("text=")[2].split(","):
        assert unquote(end) in text


def test_long_words_without_blanks() -> None:
    begin, end = link_to(PAGE, "漢" * 150 + "字" * 150).partition("text=")[2].split(",")
    assert (unquote(begin), unquote(end)) == ("漢" * 20, "字" * 20)
