import string
import timeit
from collections.abc import Iterator
from pathlib import Path

import pytest

from loccit.languages import FALLBACK, codes, language, scripts, wording
from loccit.languages.analysis import LONGEST_TERM, analyzer, fingerprint, words
from loccit.languages.detection import detect
from loccit.languages.questions import holds_answer, is_name, question_type


def questions() -> Iterator[tuple[str, str]]:
    text = (Path(__file__).parent / "golden/detection.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            code, _, question = line.partition(" => ")
            yield code, question


def fields(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}


def test_these_languages_have_files() -> None:
    expected = "ar bn de dv en es fa fr he hi id it ja ko ms nl pl pt ru sv th tr uk ur vi zh"
    assert " ".join(codes()) == expected


@pytest.mark.parametrize("code", codes())
def test_every_wording_but_that_of_dhivehi_is_whole(code: str) -> None:
    missing = language("en").wording.keys() - language(code).wording.keys() - {"heading_join"}
    assert not missing or code == "dv"


@pytest.mark.parametrize("code", codes())
def test_words_are_listed_as_they_are_looked_up(code: str) -> None:
    found = language(code)
    listed = (*found.stopwords, *found.abbreviations, *found.tell)
    assert [word for word in listed if word != word.lower()] == []
    assert scripts(code) == frozenset(found.scripts)


@pytest.mark.parametrize("code", ["eo", "fi-FI", "xx", "my"])
def test_a_language_without_a_file_falls_back_and_works(code: str) -> None:
    assert language(code).name == "any language"
    assert analyzer(code).terms("Ein Text 1982") != ()


def test_a_region_is_that_language() -> None:
    assert language("en-GB").name == "English"
    assert language("pt-BR").name == "Português"
    assert detect("Onde fica o rio Tejo e quem o viu?", ["en-GB", "pt-BR"], library=False) == "pt-BR"


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


def test_forms_of_an_arabic_word_have_one_root() -> None:
    stems = analyzer("ar")
    assert {stems.root(term) for term in stems.terms("نشر الناشر منشور انتشر النشر")} == {"نشر"}
    assert stems.root("ar:قال") == "", "two letters are too few to tell"
    assert stems.root("ar:1975") == "1975"
    assert analyzer("en").root("en:war") == ""


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


@pytest.mark.parametrize(("code", "question"), list(questions()))
def test_questions_are_told_apart(code: str, question: str) -> None:
    assert detect(question, codes(), library=False) == code


def test_many_candidates_cost_a_question_little() -> None:
    question = "Who is the ambassador of Malaysia?"
    assert min(timeit.repeat(lambda: detect(question, codes(), library=False), number=10)) < 10 * 0.0003


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("George W. Bush and the Los Angeles Lakers came to the city. They were in La Paz.", "en"),
        ("他说日本的カタカナ很难。我们都这么认为，因为没有时间学习。", "zh"),
        ("東京国立博物館は日本の博物館である。上野公園に所在する。", "ja"),
    ],
)
def test_detection_among_all(text: str, expected: str) -> None:
    assert detect(text, codes(), library=False) == expected


def test_without_a_sign_it_is_the_first_candidate() -> None:
    assert detect("Fadi al-Batsh", ["ms", "en"], library=False) == "ms"


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
    ("code", "question", "expected"),
    [
        ("de", "In welchem Jahr starb Goethe?", "time"),
        ("fr", "Qu'est-ce qu'un volcan ?", "definition"),
        ("it", "Dov'è il lago?", "place"),
        ("zh", "战争什么时候结束？", "time"),
        ("zh", "上海有多少人口？", "number"),
        ("ja", "東京の人口は何人ですか？", "number"),
        ("ja", "富士山はどこにありますか？", "place"),
        ("th", "สงครามสิ้นสุดเมื่อไร", "time"),
        ("ko", "세종대왕은 몇 년에 태어났습니까?", "time"),
        ("ar", "أي نوع من المناخ؟", None),
        ("ar", "من كتب هذا؟", "person"),
        ("tr", "Telefonu kim icat etti?", "person"),
    ],
)
def test_question_types_of_other_languages(code: str, question: str, expected: str | None) -> None:
    assert question_type(question, code) == expected


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Who is Najib Razak?", ["Najib", "Razak"]),
        ("“Najib” met Hamas", ["Hamas"]),  # the first word is large for no reason
        ("WHO IS NAJIB?", []),
        ("in 1982", []),
        ("السفير", []),
    ],
)
def test_names_are_told_by_their_capital(text: str, names: list[str]) -> None:
    assert [word for word in words(text) if is_name(word, text)] == names


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


@pytest.mark.parametrize(
    ("code", "sentence", "kind"),
    [
        ("zh", "他于1975年来到北京。", "time"),
        ("ja", "戦争のため中止された。", "reason"),
        ("tr", "Müze Ankara'da bulunur.", "place"),
        ("hi", "वह दिल्ली में रहते थे।", "place"),
        ("uk", "П'ять років минуло.", "number"),
        ("ar", "وصل في أبريل.", "time"),
    ],
)
def test_what_a_sentence_of_other_languages_holds(code: str, sentence: str, kind: str) -> None:
    assert holds_answer(sentence, kind, code)
