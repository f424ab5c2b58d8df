"""Typing errors are mended with the index's own words, and what is no error is left alone."""

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loccit.catalog.draft import Draft
from loccit.languages.analysis import analyzer
from loccit.languages.dictionary import dictionary
from loccit.lexicon import MENDED
from loccit.settings import IndexSettings
from loccit.spelling import Known, correct, own_words, slips
from loccit.types import Question
from tests.conftest import MakeIndex

EN = (
    "government embassy embassies ambassador Palestine Palestinian Malaysia Maldives Najib president relation visit"
    " television critic relieve Lagos Martin Luther Tesla oranges Zambia Johnston honour"
)
MS = "duta Palestin Malaysia kerajaan universiti"


def vocabulary(code: str, words: str, often: Mapping[str, int] | None = None, passages: int = 100) -> Known:
    """An index of some words, each in three passages but those of `often`."""
    counts = dict.fromkeys((term for word in words.split() for term in analyzer(code)[word]), 3)
    counts |= {term: n for word, n in (often or {}).items() for term in analyzer(code)[word]}

    def having(terms: Iterable[str]) -> dict[str, int]:
        return {term: counts.get(term, 0) for term in terms}

    return Known(having, passages, elsewhere={"Gaza"}.__contains__)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("the govermnent", "the government"),  # two letters changed places, in what the stemmer takes off
        ("its goverment", "its government"),
        ("all embasies", "all embassies"),
        ("an ambassadoor", "an ambassador"),
        ("Who is the ambassedor?", "Who is the ambassador?"),
        ("Ambasador of what?", "Ambassador of what?"),
        ("WHO IS THE AMBASADOR", "WHO IS THE AMBASSADOR"),
        ("the presidnet of Maldvies", "the president of Maldives"),
        ("When did Najibb visit?", "When did Najib visit?"),
        ("What did Palestne do?", "What did Palestine do?"),
        ("Where was Telsa?", "Where was Tesla?"),
        ("Where was Tsla?", "Where was Tesla?"),
        ("on telewision", "on television"),
        ("they recieve", "they recieve"),  # the articles have relieve, but receive was meant
        ("whta is it", "what is it"),  # words that are not searched are mended too: they would count as unknown
        ("Wich relation", "Which relation"),
        ("their honourr", "their honour"),
        ("the embasies, the embasies", "the embassies, the embassies"),
    ],
)
def test_what_is_mended(typed: str, meant: str) -> None:
    assert correct(typed, "en", vocabulary("en", EN)) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "Who is the president of Laos?",  # Lagos is near, but Laos is a word
        "the president of Gambia",
        "Who was Jagos?",  # a name is told by its first letter
        "Who was Tslr?",  # a short word is mistyped in likely ways alone
        "the prelate visited",
        "orange and critical",  # forms are no errors
        "color",
        "the BBCC of 19822 and x3z",
        "a tel of gvn",  # too short
        "zzzzzzzzz",
        "x" * 500,
        "Gaza",  # a word of another language of the index
        "",
    ],
)
def test_what_is_left_alone(typed: str) -> None:
    assert correct(typed, "en", vocabulary("en", EN)) == typed


def test_without_a_dictionary_the_first_letter_has_to_be_right_and_short_words_are_left() -> None:
    known = vocabulary("ms", MS)
    assert correct("kerajan Malaysa dan univrsiti", "ms", known) == "kerajaan Malaysia dan universiti"
    assert correct("jerajaan duat", "ms", known) == "jerajaan duat"


def test_a_script_without_blanks_is_left_alone() -> None:
    for code, text in (
        ("zh", "中国的首都是哪里"),
        ("ja", "東京はどこですか"),
        ("th", "กรุงเทพ"),
        ("ko", "대한민국의 수도"),
    ):
        assert correct(text, code, vocabulary(code, "中國 東亰 สมุทร 대한민국")) == text


@pytest.mark.parametrize(
    ("code", "words", "typed", "meant"),
    [
        ("ru", "посольство президент", "где посолство", "где посольство"),
        ("ar", "السفارة الرئيس فلسطين", "من في فلسطن", "من في فلسطين"),
        ("de", "Botschaft Präsident", "die Botschfat", "die Botschaft"),
        ("fr", "ambassade président", "l'ambasade", "l'ambassade"),
        ("hi", "राजधानी भारत", "राजधनी", "राजधानी"),
        ("el", "πρεσβεία", "πρεσβίεα", "πρεσβεία"),
    ],
)
def test_any_language_with_letters(code: str, words: str, typed: str, meant: str) -> None:
    assert correct(typed, code, vocabulary(code, words)) == meant


def test_the_commoner_word_wins_and_the_likelier_slip() -> None:
    words = "stations statics"
    assert correct("televsiion statins", "en", vocabulary("en", words, {"stations": 50})) == "televsiion stations"
    assert correct("the tarde", "en", vocabulary("en", "trade tarred", {"trade": 2, "tarred": 10})) == "the trade"


def test_an_error_that_stands_in_the_articles_too_is_mended_in_a_large_index_alone() -> None:
    words = {"goverment": 2, "government": 500, "Kahn": 1, "Khan": 500}
    assert correct("the goverment of Kahn", "en", vocabulary("en", "", words, 5_000)) == "the government of Kahn"
    assert correct("the goverment", "en", vocabulary("en", "", words, 500)) == "the goverment"
    assert correct("the goverment", "en", vocabulary("en", "", words | {"government": 30}, 5_000)) == "the goverment"


def test_a_question_of_nothing_but_errors_is_mended_in_part() -> None:
    typed = " ".join(f"ambasador{letter}" for letter in "abcdefghijklmnopqrstuvwxyz") + " ambasador"
    assert correct(typed, "en", vocabulary("en", EN)).endswith(" ambasadorz ambasador")


@given(st.text(max_size=60), st.sampled_from(["en", "ar", "ms", "ru", "ja", "und"]))
@settings(max_examples=150, deadline=None)
def test_any_text_is_mended_and_its_own_words_are_told_from_those_carried_over(text: str, code: str) -> None:
    mended = correct(text, code, vocabulary(code, EN))
    question = Question(text=text, language=code, terms={}, understood_as=f"{mended} (Najib, embassy)")
    assert own_words(question).text == mended.rstrip()


@given(st.sampled_from(["government", "embassy", "television", "Malaysia", "president"]), st.data())
@settings(max_examples=200, deadline=None)
def test_every_slip_is_one_of_the_slips_of_what_it_makes(word: str, drawn: st.DataObject) -> None:
    kinds = slips(word.lower(), "abcdefghijklmnopqrstuvwxyz")
    other = drawn.draw(st.sampled_from(sorted(kinds)))
    back = {"swapped": "swapped", "replaced": "replaced", "missing": "added", "added": "missing"}
    assert slips(other, "abcdefghijklmnopqrstuvwxyz")[word.lower()] == back[kinds[other]]


# -- in an index


ARTICLES = {
    "palestine.txt": "= Palestine =\n\nThe ambassador of Palestine is Walid Abu Ali. He came to Kuala Lumpur.\n",
    "maldives.txt": "= Maldives =\n\nThe president of the Maldives opened an embassy in Japan on 4 April 1982.\n",
    "lagos.txt": "= Lagos =\n\nThe governor of Lagos has two million voters, said the government.\n",
}
ENGLISH = IndexSettings(languages=("en",))


def test_the_answer_says_what_was_searched(make_index: MakeIndex) -> None:
    index = make_index(ARTICLES, ENGLISH)
    answer = index.ask("Who is the ambasador of Palestne?")
    assert answer.question.understood_as == "Who is the ambassador of Palestine?"
    assert answer.question.text == "Who is the ambasador of Palestne?"
    assert answer.quotes[0].text == "The ambassador of Palestine is Walid Abu Ali."
    right = index.ask("Who is the ambassador of Palestine?")
    assert right.question.understood_as is None
    assert right.quotes[0].text == answer.quotes[0].text
    assert answer.confidence < right.confidence, "what was searched is not what was said"
    assert index.ask(answer.question.understood_as) == right


def test_the_user_can_have_it_searched_as_typed(make_index: MakeIndex) -> None:
    index = make_index(ARTICLES, ENGLISH)
    answer = index.ask("Who is the ambasador of Palestne?", as_typed=True)
    assert answer.question.understood_as is None
    assert answer.question.terms == {"en": ("en:ambasador", "en:palestn")}
    assert answer.declined


def test_another_name_is_not_answered_about(make_index: MakeIndex) -> None:
    answer = make_index(ARTICLES, ENGLISH).ask("Who is the president of Laos?")
    assert answer.question.understood_as is None
    assert answer.declined
    assert "Laos" in answer.missing


def test_a_follow_up_is_mended_with_what_it_carries_over(make_index: MakeIndex) -> None:
    index = make_index(ARTICLES, ENGLISH)
    history = ["Who is the ambasador of Palestne?"]
    question = index.understand("When did he come to Kuala Lumpr?", history=history)
    assert question.understood_as is not None
    assert question.understood_as.startswith("When did he come to Kuala Lumpur? (")
    assert "Palestine" in question.understood_as
    assert own_words(question).text == "When did he come to Kuala Lumpur?"
    as_typed = index.understand("When did he come to Kuala Lumpr?", history=history, as_typed=True)
    assert as_typed.understood_as is not None
    assert "Lumpr? (" in as_typed.understood_as
    assert own_words(as_typed).text == "When did he come to Kuala Lumpr?"


def test_a_mended_word_counts_a_little_less(make_index: MakeIndex) -> None:
    index = make_index(ARTICLES, ENGLISH)
    lexicon = index.look_up(index.understand("the ambasador of Palestine"))
    assert lexicon.kin["en:ambassador"]["en:ambassador"] == MENDED
    assert lexicon.kin["en:palestin"]["en:palestin"] == 1.0
    assert lexicon.unknown == frozenset()


def test_an_index_of_two_languages_takes_neither_for_a_misspelling_of_the_other(make_index: MakeIndex) -> None:
    texts = {
        "en.txt": "The president of the country is here and it was the best of all. They relate.",
        "ms.txt": "Presiden negara itu telah melawat dan beliau adalah yang terbaik. Mereka di sana.",
    }
    index = make_index(texts, IndexSettings(languages=("en", "ms")))
    assert index.understand("Who is presiden?", language="en").understood_as is None
    assert index.understand("Who is presidnet?", language="en").understood_as == "Who is president?"
    assert index.understand("Wer ist der Presidnet?", language="de").understood_as is None


def test_own_words_are_those_typed_where_nothing_was_mended() -> None:
    for understood_as in (None, "Who came? (Najib)", "Who came?"):
        question = Question(text="Who came?", language="en", terms={}, understood_as=understood_as)
        assert own_words(question) == question


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("What opened on 4 Aprl 1982?", "What opened on 4 April 1982?"),  # one word now
        ("Who has two milion voters?", "Who has two million voters?"),
        ("Where is the presiden", "Where is the president"),
        ("the  embasies\nof Najib", "the  embassies\nof Najib"),
    ],
)
@pytest.mark.parametrize("carried", ["", " (Najib, embassy)"])
def test_own_words_are_those_mended(typed: str, mended: str, carried: str) -> None:
    question = Question(text=typed, language="en", terms={}, understood_as=mended + carried)
    assert own_words(question).text == mended


def test_a_mended_month_is_asked_for_as_part_of_its_date(make_index: MakeIndex) -> None:
    index = make_index(ARTICLES, ENGLISH)
    question = index.understand("What did the president open on 4 Aprl 1982?")
    assert question.understood_as == own_words(question).text == "What did the president open on 4 April 1982?"
    assert index.look_up(question).kin["en:april"]["en:april"] == MENDED


def test_the_dictionaries_are_read() -> None:
    for code in ("en", "fa", "ru-RU"):
        assert len(dictionary(code)) > 10_000, code
    assert {"receive", "laos"} <= dictionary("en")
    assert dictionary("ms") == dictionary("und") == frozenset()


def test_it_costs_little_among_many_words(tmp_path: Path) -> None:
    catalog = Draft(tmp_path, None)
    letters = "etaoinshrdlucmfwyp"
    words = (f"en:{a}{b}{c}{d}{e}" for a in letters for b in letters for c in letters for d in letters for e in "aeiou")
    catalog._new.executemany("INSERT INTO terms VALUES (?, 5)", ((word,) for word in [*words, "en:govern"]))
    known = Known(catalog.passages_with, 100_000, elsewhere=lambda _: False)
    assert correct("the govermnent", "en", known) == "the government"

    def took() -> float:
        start = time.thread_time()
        correct("What is the govermnent?", "en", known)
        return time.thread_time() - start

    assert min(took() for _ in range(20)) < 0.004
    catalog.close()


def test_a_question_without_errors_in_the_articles_language_needs_nothing_large(make_index: MakeIndex) -> None:
    folder = make_index(ARTICLES, ENGLISH).folder
    asked = f"Index.open(Path({str(folder)!r})).ask('Who is the ambassador of Palestine?').quotes[0].text"
    imports = "import sys; from pathlib import Path; from loccit.index import Index"
    code = f"{imports}; print({asked}, *sys.modules, sep='\\n')"
    said, *loaded = subprocess.check_output([sys.executable, "-c", code], text=True).splitlines()
    assert said == "The ambassador of Palestine is Walid Abu Ali."
    assert not {"spellchecker", "babel", "py3langid"}.intersection(loaded)


def test_the_json_shows_both(make_index: MakeIndex) -> None:
    question = make_index(ARTICLES, ENGLISH).understand("the Maldvies")
    assert json.loads(question.model_dump_json()) == {
        "text": "the Maldvies",
        "language": "en",
        "terms": {"en": ["en:maldiv"]},
        "understood_as": "the Maldives",
    }
