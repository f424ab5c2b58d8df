import pytest
from hypothesis import given
from hypothesis import strategies as st

from loccit.errors import IndexDamaged
from loccit.types import Entry, Hit, Passage, Sentence, Source, Span

TERMS = st.lists(st.sampled_from(["en:war", "en:1982", "ar:سلام", "ja:日本", "war", ""]), max_size=5)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@st.composite
def passages(draw: st.DrawFn) -> Passage:
    source = Source(
        article_id=draw(TEXT),
        title=draw(TEXT),
        heading=draw(st.tuples(TEXT)),
        url=draw(st.none() | TEXT),
        page=draw(st.none() | st.integers(1, 9)),
        file="f.txt",
        sha256="0",
    )
    sentences = tuple(
        Sentence(Span(7 * n, 7 * n + 5), tuple(draw(TERMS)), tuple(draw(TERMS))) for n in range(draw(st.integers(0, 4)))
    )
    return Passage("a#7", source, "en", Span(7, 40), draw(TEXT), sentences, tuple(draw(TERMS)))


@given(passages())
def test_a_passage_is_read_from_its_line_as_it_was(passage: Passage) -> None:
    entry = Entry.of(passage)
    assert b"\n" not in entry.line
    assert Entry.read(entry.line) == entry
    assert entry.passage() == passage
    assert entry.terms == " ".join(passage.terms)
    assert Hit.of(passage, 1.0).passage == passage


def test_what_is_no_line_of_an_entry_is_a_value_error() -> None:
    for line in (b"", b"x", b'["a"]\t[]'):
        with pytest.raises(ValueError):  # noqa: PT011  # the message is Python's
            Entry.read(line)


def test_a_damaged_line_is_told() -> None:
    entry = Entry.read(b'["a#0","a","en","en:","war",1]\t["T",')
    with pytest.raises(IndexDamaged, match=r"^Passage a#0 cannot be read \(.*\)\. Run: loccit index --rebuild$"):
        entry.passage()
