import string

import pytest

from loccit.languages import FALLBACK, codes, language, wording
from loccit.languages.analysis import LONGEST_TERM, analyzer, fingerprint
from loccit.languages.detection import detect
from loccit.languages.questions import holds_answer, question_type


def fields(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}


def test_the_four_languages_have_files() -> None:
    assert codes() == ("ar", "dv", "en", "ms")


@pytest.mark.parametrize("code", ["de", "pt-BR", "xx", "zh-Hant-TW"])
def test_a_language_without_a_file_falls_back_and_works(code: str) -> None:
    assert language(code).name == "any language"
    assert analyzer(code).terms("Ein Text 1982") != ()


def test_a_region_is_that_language() -> None:
    assert language("en-GB").name == "English"


@pytest.mark.parametrize("code", codes())
def test_phrases_fill_in_what_the_english_ones_do(code: str) -> None:
    english = language("en").wording
    for name, phrase in language(code).wording.items():
        assert name in english
        assert fields(phrase) <= fields(english[name])


def test_wording_falls_back_to_english_and_gives_way_to_overrides() -> None:
    assert wording("dv")["help"] == language("en").wording["help"]
    assert wording("dv")["declined"] == language("dv").wording["declined"]
    assert wording("en", {"en": {"declined": "No idea."}})["declined"] == "No idea."
    assert wording("ms", {"en": {"declined": "No idea."}})["declined"] != "No idea."


def test_a_long_word_is_cut_so_that_engines_agree() -> None:
    (term,) = analyzer("en").terms("x" * 1000)
    assert len(term) == len("en:") + LONGEST_TERM


def test_a_question_says_each_term_once_and_keeps_its_word() -> None:
    assert analyzer("en").question_terms("Please name the Ambassador, the ambassador!") == {
        "en:ambassador": "Ambassador"
    }


def test_the_fingerprint_tells_analyses_apart_and_not_the_order() -> None:
    assert fingerprint(["en", "ms"]) == fingerprint(["ms", "en"]) != fingerprint(["en"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Who is the ambassador of Malaysia?", "en"),
        ("Siapakah duta Palestin ke Malaysia?", "ms"),
        ("من هو السفير؟", "ar"),
        ("ކޮބާ މާލެ", "dv"),
        ("Τι είναι αυτό;", FALLBACK),
        ("?!", FALLBACK),
        ("", FALLBACK),
    ],
)
def test_detection(text: str, expected: str) -> None:
    assert detect(text, codes(), library=False) == expected


def test_the_library_decides_where_small_words_do_not() -> None:
    assert detect("Kerajaan Malaysia menubuhkan kedutaan", ["en", "ms"]) == "ms"
    assert detect("Malaysian government opened embassies", ["ms", "en"]) == "en"


def test_a_candidate_named_twice_is_one() -> None:
    assert detect("من هو السفير؟", ["ar", "en", "ar"]) == "ar"


def test_one_candidate_needs_no_library() -> None:
    assert detect("Fadi al-Batsh", ["en"], library=True) == "en"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who is the ambassador?", "person"),
        ("When was it?", "time"),
        ("In which year did they meet?", "time"),
        ("how many students", "number"),
        ("where is it", "place"),
        ("Why is that?", "reason"),
        ("Is Malaysia a country?", "yesno"),
        ("What is Hamas?", "definition"),
        ("malaysia street gaza", None),
        ("", None),
    ],
)
def test_question_types(question: str, expected: str | None) -> None:
    assert question_type(question, "en") == expected


@pytest.mark.parametrize(
    ("sentence", "kind", "expected"),
    [
        ("They met on 4 April 1982.", "time", True),
        ("They met long ago.", "time", False),
        ("It cost RM100 million.", "number", True),
        ("There were two of them.", "number", True),
        ("Some said Najib Razak came.", "person", True),
        ("some came.", "person", False),
        ("He lived in Jordan.", "place", True),
        ("He did so because it rained.", "reason", True),
        ("Anything.", None, False),
    ],
)
def test_what_a_sentence_holds(sentence: str, kind: str | None, *, expected: bool) -> None:
    assert holds_answer(sentence, kind, "en") is expected
