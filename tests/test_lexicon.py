"""How rare a term is, and which others stand for it."""

import math

import pytest

from loccit.index import Index
from loccit.lexicon import CLOSENESS, Lexicon, rarity
from loccit.settings import IndexSettings
from tests.conftest import MakeIndex


def lexicon_of(index: Index, question: str) -> Lexicon:
    return index.look_up(index.understand(question, language="en"))


@pytest.mark.parametrize(
    ("passages", "having", "expected"),
    [
        # ln(1 + (N - n + 1/2) / (n + 1/2)), by hand
        (1, 0, math.log(4)),  # 1 + 1.5 / 0.5
        (1, 1, math.log(4 / 3)),  # 1 + 0.5 / 1.5
        (2, 1, math.log(2)),  # 1 + 1.5 / 1.5
        (10, 2, 1.4816045409242156),  # 1 + 8.5 / 2.5 = 4.4
        (10, 10, 0.04652001563489282),  # 1 + 0.5 / 10.5
        (1_000_000, 1, math.log(666_667 + 1 / 3)),  # 1 + 999,999.5 / 1.5
    ],
)
def test_rarity_by_hand(passages: int, having: int, expected: float) -> None:
    assert rarity(passages, having) == pytest.approx(expected, rel=1e-12)


def test_rarity_falls_with_every_passage_that_has_the_term_and_is_never_negative() -> None:
    values = [rarity(50, n) for n in range(51)]
    assert values == sorted(set(values), reverse=True)
    assert values[-1] > 0


@pytest.fixture
def index(make_index: MakeIndex) -> Index:
    return make_index(
        {
            "a.txt": "= Maldives =\n\nThe Maldives has an embassy.\n",
            "b.txt": "= Malaysia =\n\nMalaysia shipped oranges in 19821.\n",
            "c.txt": "= Interns =\n\nThe interns laid a carpet.\n",
            "d.txt": "= Envoy =\n\nThe envoy supervised the critics.\n",
        },
        IndexSettings(languages=("en",)),
    )


def test_the_numbers_of_a_question(index: Index) -> None:
    """Four passages; `embassy` is in one of them, `zebra` in none, `envoy` in one."""
    lexicon = lexicon_of(index, "embassy zebra envoy")
    assert index.catalog.passages_with(["en:embassi", "en:zebra", "en:envoy"]) == {
        "en:embassi": 1,
        "en:zebra": 0,
        "en:envoy": 1,
    }
    assert lexicon.rarity == pytest.approx(
        {
            "en:embassi": math.log(1 + 3.5 / 1.5),
            "en:zebra": math.log(1 + 4.5 / 0.5),
            "en:envoy": math.log(1 + 3.5 / 1.5),
        }
    )
    assert lexicon.unknown == {"en:zebra"}
    assert lexicon.languages["en"].passages == 4


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("Maldivian", "maldiv"),
        ("Maldivians", "maldiv"),
        ("Malaysian", "malaysia"),
        ("supervisor", "supervis"),
    ],
)
def test_forms_of_a_word_meet(index: Index, asked: str, held: str) -> None:
    lexicon = lexicon_of(index, asked)
    (term,) = lexicon.rarity
    assert lexicon.kin[term][term] == 1.0
    assert lexicon.kin[f"en:{held}"][term] == CLOSENESS
    assert lexicon.unknown == frozenset()


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("carp", "carpet"),  # short words have no forms
        ("Maldon", "maldiv"),  # four letters in common are too few
        ("Mali", "malaysia"),
        ("Malaya", "maldiv"),
        ("1982", "19821"),  # a number has no forms
        ("internationalisation", "intern"),
    ],
)
def test_words_that_only_begin_alike_do_not_meet(index: Index, asked: str, held: str) -> None:
    lexicon = lexicon_of(index, asked)
    (term,) = lexicon.rarity
    assert term not in lexicon.kin.get(f"en:{held}", {})


def test_synonyms_meet_both_ways_and_themselves_in_full(index: Index) -> None:
    for asked, held in (
        ("ambassador", "envoy"),
        ("diplomats", "envoy"),
        ("mission", "embassi"),
        ("consulates", "embassi"),
    ):
        lexicon = lexicon_of(index, asked)
        (term,) = lexicon.rarity
        assert lexicon.kin[f"en:{held}"][term] == CLOSENESS
        assert lexicon.unknown == frozenset()
    lexicon = lexicon_of(index, "the envoy and the ambassador")
    assert lexicon.kin["en:envoy"] == {"en:envoy": 1.0, "en:ambassador": CLOSENESS}


def test_what_neither_occurs_nor_has_another_stand_for_it_is_unknown(index: Index) -> None:
    assert lexicon_of(index, "zebra ambassador Maldivian yak").unknown == {"en:zebra", "en:yak"}
    assert lexicon_of(index, "who is the").unknown == frozenset()


def test_forms_and_synonyms_stay_within_their_language(make_index: MakeIndex) -> None:
    index = make_index(
        {"en.txt": "The embassy of Malta is old and it is large.", "ar.txt": "السفارة في مالطا قديمة وكبيرة جدا."},
        IndexSettings(languages=("en", "ar")),
    )
    assert set(index.languages) == {"en", "ar"}
    lexicon = index.look_up(index.understand("mission in Malta", language="en"))
    for term, meant in lexicon.kin.items():
        assert {asked.partition(":")[0] for asked in meant} == {term.partition(":")[0]}
    assert set(lexicon.rarity) == {"en:mission", "en:malta", "ar:mission", "ar:مالط"}
