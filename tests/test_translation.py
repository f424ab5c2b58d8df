"""A question in one language finds its answer in articles of another, which then say so."""

import re
from collections.abc import Iterator

import pytest

from loccit.index import Index
from loccit.languages import codes, language, wording
from loccit.languages.analysis import analyzer
from loccit.languages.names import name_of, names
from loccit.settings import IndexSettings
from loccit.translation import Vocabulary, notice, translate
from loccit.transliteration import romanized
from loccit.types import Answer, Question
from tests.conftest import ROOT, MakeIndex

BOTH = IndexSettings(languages=("en", "ms"))


def asked(text: str, source: str, target: str, vocabulary: Vocabulary | None = None) -> str:
    """What is asked in the target language for a question in the source language."""
    return translate(Question(text=text, language=source, terms={}), target, vocabulary).question.text


# -- word by word


def golden() -> Iterator[tuple[str, str, str]]:
    text = (ROOT / "tests/languages/golden/english.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            code, question, english = line.split(" => ")
            yield code, question, english


@pytest.mark.parametrize(("code", "question", "english"), list(golden()))
def test_in_english(code: str, question: str, english: str) -> None:
    assert asked(question, code, "en") == english


def test_every_language_is_tried() -> None:
    assert {code for code, _, _ in golden()} >= set(codes()) - {"en"}


@pytest.mark.parametrize(
    ("text", "source", "target", "expected"),
    [
        ("Who is the ambassador of Malaysia?", "en", "ms", "siapa duta Malaysia"),
        ("Bilakah perdana menteri Malaysia melawat Gaza?", "ms", "id", "kapan perdana menteri Malaysia melawat Gaza"),
        ("Où est l'Allemagne ?", "fr", "ja", "どこ ドイツ"),
        ("Siapakah duta Malaysia?", "ms", "ms", "Siapakah duta Malaysia?"),
        ("Onde fica o Tejo?", "pt-BR", "pt", "Onde fica o Tejo?"),
        ("Wo ist Wien?", "de", "fi", "Wo ist Wien?"),
    ],
)
def test_between_others_by_way_of_english(text: str, source: str, target: str, expected: str) -> None:
    assert asked(text, source, target) == expected


def test_of_several_meanings_the_articles_choose() -> None:
    assert asked("Apakah kerajaan itu?", "ms", "en") == "what is government"
    kingdom = Vocabulary(has=lambda words, code: (words, code) == ("kingdom", "en"))
    assert asked("Apakah kerajaan itu?", "ms", "en", kingdom) == "what is kingdom"


def test_a_name_that_the_articles_have_is_no_form_of_a_word() -> None:
    assert asked("Apakah itu Aman?", "ms", "en") == "what is peace"
    named = Vocabulary(has=lambda words, _: words == "Aman")
    assert asked("Apakah itu Aman?", "ms", "en", named) == "what is Aman"


def test_a_follow_up_is_translated_as_it_is_understood() -> None:
    question = Question(text="dan Maldives?", language="ms", terms={}, understood_as="dan Maldives? (duta)")
    translated = translate(question, "en").question
    assert (translated.text, translated.understood_as) == ("Maldives", "Maldives ambassador")
    assert translated.terms == {"en": ("en:maldiv", "en:ambassador")}


def test_what_is_missing_is_said_in_the_words_of_the_question() -> None:
    translation = translate(Question(text="Siapakah Perdana Menteri Zembla?", language="ms", terms={}), "en")
    assert translation.question.text == "who prime minister Zembla"
    assert translation.missing(["minister"]) == ("Perdana", "Menteri")
    assert translation.missing(["Zembla", "prime"]) == ("Perdana", "Menteri", "Zembla")
    assert translation.missing([]) == ()
    plain = translate(Question(text="Who is Zembla?", language="en", terms={}), "en")
    assert plain.missing(["Zembla"]) == ("Zembla",)


def test_in_its_own_language_a_question_is_analysed_once() -> None:
    question = translate(Question(text="Who is Zembla?", language="en", terms={}), "en").question
    assert question.terms == {"en": ("en:zembla",)}
    assert translate(question, "en").question is question
    both = question.model_copy(update={"terms": {**question.terms, "ms": ("ms:zembla",)}})
    assert translate(both, "en").question == question


# -- the tables


@pytest.mark.parametrize("code", sorted(set(codes()) - {"en"}))
def test_small_words_do_not_become_words_that_are_searched(code: str) -> None:
    table, small = language(code).english.words, language(code).stopwords
    assert len(table) >= (15 if code == "dv" else 100)
    told = {said for said, meant in table.items() if analyzer("en").question_terms(" ".join(meant))}
    assert {said for said in told if said.casefold() in small} == set()


@pytest.mark.parametrize("code", ["ar", "id", "ms"])
def test_the_languages_of_the_sample_have_large_tables(code: str) -> None:
    assert len(language(code).english.words) >= 300


def test_english_has_no_table_for_it_is_what_the_others_lead_to() -> None:
    assert language("en").english.words == {}


def test_names_of_countries_languages_and_months() -> None:
    found = dict(names("de", "en"))
    assert (found["Frankreich"], found["Spanisch"], found["Dezember"]) == ("France", "Spanish", "December")
    for code in codes():
        assert "Dezember" in dict(names("de", code)) or code == "dv", f"after {code} was read: Babel shares some tables"
    assert dict(names("en", "de"))["Myanmar"] == "Myanmar", "without the name in brackets"
    assert list(names("en", "xx")) == list(names("xx", "en")) == []


def test_the_name_of_a_language_is_the_readers_or_else_its_own() -> None:
    assert (name_of("en", "ms"), name_of("ms", "en"), name_of("pt-BR", "de")) == ("Inggeris", "Malay", "Portugiesisch")
    assert name_of("ar", "xx") == "العربية"


# -- names of another script


@pytest.mark.parametrize(
    ("name", "code", "spelled"),
    [
        ("نجيب", "ar", "najib"),
        ("رزاق", "ar", "razak"),
        ("البطش", "ar", "batsh"),
        ("محمد", "ar", "mohammed"),
        ("محمد", "ar", "muhammad"),
        ("Наджиб", "ru", "najib"),
        ("Чехов", "ru", "chekhov"),
        ("Шевченко", "uk", "shevchenko"),
        ("ויצמן", "he", "weizman"),
        ("خمینی", "fa", "khomeini"),
    ],
)
def test_a_name_is_known_by_its_sound(name: str, code: str, spelled: str) -> None:
    ways = list(romanized(name.casefold(), code))
    assert any(way.have(spelled) and spelled.startswith(tuple(way.beginnings)) for way in ways)
    assert not any(way.have(other) for way in ways for other in ("palestine", "zahid", "x", ""))


@pytest.mark.parametrize(("name", "code"), [("من", "ar"), ("Najib", "ar"), ("東京", "ja"), ("Najib", "ms"), ("", "ru")])
def test_a_short_word_or_one_of_no_known_letters_sounds_like_nothing(name: str, code: str) -> None:
    assert list(romanized(name, code)) == []


# -- the sample, which is English


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Siapakah presiden Maldives?", "Muizzu"),
        ("Siapa wali kota Malé?", "Adam Azim"),
        ("من هو عمدة مدينة ماليه؟", "Adam Azim"),
        ("متى أدانت حكومة المالديف اغتيال إسماعيل هنية؟", "1 August 2024"),
        ("Quand les Maldives et la Palestine ont-elles établi des relations diplomatiques ?", "4 April 1982"),
        *((question, "In 2013") for code, question, _ in list(golden())[:25] if code != "dv"),
    ],
)
def test_answered_from_english_articles(sample: Index, question: str, answer: str) -> None:
    said = sample.ask(question)
    assert answer in said.quotes[0].text
    assert said.question.text == question
    phrase = wording(said.question.language)["other_language"]
    assert said.notice == phrase.format(language=name_of("en", said.question.language))


@pytest.mark.parametrize(
    "question",
    [
        "Berapa jumlah penduduk Maladewa?",
        "Kapan Singapura mengakui Palestina?",
        "Siapakah yang menang Piala Dunia 2022?",
        "ما هي عاصمة إندونيسيا؟",
        "Wer hat die Dampfmaschine erfunden?",
    ],
)
def test_what_the_articles_do_not_say_is_declined_in_every_language(sample: Index, question: str) -> None:
    said = sample.ask(question)
    assert said.declined
    assert said.missing
    assert set(said.missing) <= set(re.findall(r"\w+", question))


def test_a_word_that_cannot_be_translated_weighs_against_the_answer(sample: Index) -> None:
    plain, odd = (sample.ask(f"Siapakah presiden {word}Maldives?") for word in ("", "bukarapus "))
    assert not plain.declined
    assert odd.confidence < plain.confidence / 4
    assert "bukarapus" in odd.missing


def test_an_english_question_is_told_nothing(sample: Index) -> None:
    assert sample.ask("Who is the ambassador of Malaysia to Palestine?").notice is None
    assert sample.ask("1982").notice is None


@pytest.mark.parametrize(
    ("spoken", "asker", "expected"),
    [
        ("en", "de", "Nur aus Artikeln auf Englisch."),
        ("fi", "en", "From articles in Finnish only."),
        ("ar", "id", "Hanya dari artikel berbahasa Arab."),
        ("en", "en-GB", None),
        ("en", "fi", None),
        ("und", "en", None),
    ],
)
def test_the_notice_is_in_the_askers_language(spoken: str, asker: str, expected: str | None) -> None:
    assert notice(spoken, asker) == expected


# -- an index of two languages

ENGLISH = """= Lighthouse of Rembia =

The Lighthouse of Rembia was built in 1871 by the engineer Thomas Gray. It stands on the island of Rembia in Malaysia,
and ships on their way to the port see its light from far away.

The tower was closed in 1966, when the last keeper left the island.
"""
MALAY = """= Rumah Api Rembia =

Rumah Api Rembia ialah sebuah menara di pulau Rembia, Malaysia, yang dibina pada tahun 1871 oleh jurutera Thomas Gray.
Kapal yang menuju ke pelabuhan dapat melihat cahayanya dari jauh.

Menara itu dicat putih oleh penduduk kampung pada tahun 2004 dan presiden Finland melawat menara itu pada 2011.
"""


@pytest.fixture
def bilingual(make_index: MakeIndex) -> Index:
    index = make_index({"en.txt": ENGLISH, "ms.txt": MALAY}, BOTH)
    assert set(index.languages) == {"en", "ms"}
    return index


def found(answer: Answer) -> tuple[str, str | None]:
    return answer.quotes[0].source.file if answer.quotes else "", answer.notice


@pytest.mark.parametrize(
    ("question", "file", "told"),
    [
        ("Siapakah yang membina menara di pulau Rembia?", "articles/ms.txt", None),
        ("Bilakah menara Rembia ditutup?", "articles/en.txt", "Daripada artikel dalam bahasa Inggeris sahaja."),
        ("Who was the engineer of the Lighthouse of Rembia?", "articles/en.txt", None),
        ("When did Finland's president visit the Rembia tower?", "articles/ms.txt", "From articles in Malay only."),
    ],
)
def test_another_language_answers_only_what_the_one_asked_does_not(
    bilingual: Index, question: str, file: str, told: str | None
) -> None:
    answer = bilingual.ask(question)
    assert found(answer) == (file, told)
    assert {quote.source.file for quote in answer.quotes} == {file}, "one language at a time"


def test_what_no_article_says_is_declined_and_the_own_language_comes_nearest(bilingual: Index) -> None:
    answer = bilingual.ask("Siapakah kapten kapal Rembia pada tahun 1800?")
    assert answer.declined
    assert {suggestion.source.file for suggestion in answer.suggestions} == {"articles/ms.txt"}
    assert answer.notice is None


def test_a_word_that_can_be_translated_is_no_typing_error(make_index: MakeIndex) -> None:
    index = make_index({"ms.txt": "Hujan turun di Rembia sejak tahun 1871."}, IndexSettings(languages=("ms",)))
    assert index.understand("Di manakah hutan Rembia?", language="ms").understood_as is None
