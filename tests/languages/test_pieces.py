"""Finding the words of a text piece by piece, as terms() does, against finding them in all of it at once."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loccit.languages import codes, language
from loccit.languages.analysis import Analyzer, analyzer
from loccit.languages.pieces import Pieces

SIGNS = ["4", "1982", "1,000", "2.5", "10 000", "3½", "2015-05-04", "4th", "n°", "(", ".", ",", "'", "’", "x", "e", "t"]
GLUE = [" ", " ", " ", "  ", "\n", "\u00a0", "\u202f", "-", ", ", ". ", "’", "\u200d", ""]


def at_once(stems: Analyzer, text: str) -> tuple[str, ...]:
    return tuple(term for word in stems._word.findall(text) for term in stems[word])


@cache
def vocabulary(code: str) -> list[str]:
    """What dates, numbers and joined words of the language are made of, and plain words of it."""
    of = language(code)
    months = " ".join(of.writing.months).replace("/", " ").split()
    parts = [*months, *of.writing.numerals, *of.writing.ordinals, *of.writing.date_links, *of.writing.joined]
    whole = [piece for part in parts for piece in part.replace("-", " ").split()]
    return [
        *SIGNS,
        *parts,
        *whole,
        *map(str.upper, parts),
        *of.writing.clitics,
        *sorted(of.stopwords)[:20],
        *of.probe.split(),
    ]


@pytest.mark.parametrize("code", codes())
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_terms_are_those_of_the_whole_text(code: str, data: st.DataObject) -> None:
    stems = analyzer(code)
    words = data.draw(st.lists(st.tuples(st.sampled_from(vocabulary(code)), st.sampled_from(GLUE)), max_size=12))
    text = "".join(part for pair in words for part in pair)
    assert stems.terms(text) == at_once(stems, text)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pieces, "LIMIT", 10)
    stems = Analyzer(language("en"))
    text = " ".join(f"word{n}a" for n in range(25)) + " " + "long" * 20
    assert stems.terms(text) == at_once(stems, text)
    assert len(stems._pieces) <= 10


def test_a_numeral_in_capitals_that_fold_otherwise_is_read_word_by_word() -> None:
    assert len(analyzer("tr").terms("ALTI BIN")) == 2
