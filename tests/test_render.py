"""Answers as text: links, and what runs from right to left."""

import json

import pytest

from loccit.index import Index
from loccit.languages import wording
from loccit.link import file, page
from loccit.render import Look, fill, isolated, passage, render
from loccit.types import Quote, Quoted, Source, Span
from tests.conftest import MakeIndex


def marked(text: str, **look: object) -> str:
    return f"<{','.join(map(str, look.values()))}:{text}>"


def linked(text: str, quoted: Quoted) -> str:
    return f"({text})[{quoted.source.article_id}]"


@pytest.fixture
def ships(make_index: MakeIndex) -> Index:
    rows = [
        {"id": "1", "title": "Ship", "url": "https://example.org/ship", "text": "The ship sails to Malta in May."},
        {"id": "2", "title": "سفينة", "text": "تبحر السفينة الكبيرة كل صباح من مدينة الإسكندرية إلى جزيرة مالطا."},
    ]
    return make_index({"ships.jsonl": "".join(json.dumps(row) + "\n" for row in rows)})


def test_an_address_is_written_out_or_made_a_link(ships: Index) -> None:
    answer = ships.ask("Where does the ship sail in May?").model_copy(update={"headline": None})
    assert render(answer, wording("en")) == (
        "The ship sails to Malta in May. [1]\n"
        "\n"
        "[1] Ship\n"
        "    articles/ships.jsonl, characters 0–31\n"
        "    https://example.org/ship\n"
    )
    shown = render(answer, wording("en"), Look(marked, linked)).split("\n")
    assert shown[0].endswith(" <cyan:([1])[1]>")
    assert shown[2:] == ["<cyan:[1] >(Ship)[1]", "    articles/ships.jsonl, characters 0–31", ""]


def test_what_is_sure_is_told_before_the_quotes_and_after_what_was_searched_for(ships: Index) -> None:
    answer = ships.ask("Does the ship sail?")
    searched = answer.question.model_copy(update={"understood_as": "Where does the ship sail?"})
    sure = {"question": searched, "headline": "Malta\n\u202e in", "notice": "From afar.", "quotes": answer.quotes[:1]}
    first, second, *rest = render(answer.model_copy(update=sure), wording("en"), Look(marked, linked)).split("\n\n")
    assert first == "<True:Searched for: Where does the ship sail?>"
    assert second == "<True:Malta in> <cyan:([1])[1]>"
    assert rest[0] == "The ship sails to Malta in May. <cyan:([1])[1]>"
    assert rest[-1] == "<True:From afar.>\n"


def test_what_runs_the_other_way_is_isolated(ships: Index) -> None:
    answer = ships.ask("من أين تبحر السفينة؟").model_copy(update={"headline": None})
    assert answer.question.language == "ar"
    (quote,) = answer.quotes
    end = quote.span.end
    assert render(answer, wording("ar")) == (
        f"{quote.text} [1]\n\n[1] سفينة\n    \u2068articles/ships.jsonl\u2069، الأحرف 0–{end}\n"
    )
    assert render(answer, wording("en")) == (
        f"{quote.text} [1]\n\n[1] \u2068سفينة\u2069\n    articles/ships.jsonl, characters 0–{end}\n"
    )
    shown = passage(1, quote, ships.article("2"), wording("ar"))
    assert shown.endswith(f"\n    sha256 {quote.source.sha256}\n\n⟦{quote.text}⟧")


def test_words_that_are_missing_are_isolated_each() -> None:
    assert isolated("Gaza", "rtl") == "\u2068Gaza\u2069"
    assert isolated("غزة", "rtl") == "غزة"
    assert isolated("2013", "rtl") == "2013"
    assert fill("{file}، الأحرف {start}", file="a.txt", start=3) == "\u2068a.txt\u2069، الأحرف 3"


def quote(text: str, url: str | None) -> Quote:
    source = Source(article_id="1", title="Ship", url=url, file="a b/ü.txt", sha256="0" * 64)
    return Quote(text=text, span=Span(0, len(text)), score=1, source=source)


@pytest.mark.parametrize(
    ("url", "text", "expected"),
    [
        ("https://example.org/a", "Ships, sail-boats & more.",
         "https://example.org/a#:~:text=Ships%2C%20sail%2Dboats%20%26%20more."),
        ("https://example.org/a#b", "Ships.", "https://example.org/a#b:~:text=Ships."),
        ("https://example.org/a#:~:text=other", "Ships.", "https://example.org/a#:~:text=Ships."),
        ("https://example.org/é?q=日", "Ships.", "https://example.org/%C3%A9?q=%E6%97%A5#:~:text=Ships."),
        ("http://example.org", "one two\nthree", "http://example.org#:~:text=one%20two,three"),
        ("https://example.org/", " ".join(map(str, range(60))),
         "https://example.org/#:~:text=0%201%202%203%204,55%2056%2057%2058%2059"),
        ("javascript:alert(1)", "Ships.", None),
        ("file:///etc/passwd", "Ships.", None),
        ("https://", "Ships.", None),
        ("https://[", "Ships.", None),
        ("https://example.org/\x1b]8;;x", "Ships.", None),
        ("https://example.org/a b", "Ships.", None),
        (None, "Ships.", None),
    ],
)  # fmt: skip
def test_a_page_is_found_at_the_quote(url: str | None, text: str, expected: str | None) -> None:
    assert page(quote(text, url)) == expected


def test_an_address_is_of_printable_ascii_whatever_it_was(ships: Index) -> None:
    assert file(quote("Ships.", None), ships.base).endswith("/a%20b/%C3%BC.txt")
    found = page(quote("Ships\x07\u202e.", "https://example.org/\"<>\\^`{|}'()"))
    assert found == "https://example.org/%22%3C%3E%5C%5E%60%7B%7C%7D'()#:~:text=Ships%07%E2%80%AE."
