"""What is written in more than one way is searched in one."""

import sys
import time
import unicodedata

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from loccit.languages import codes, language
from loccit.languages.analysis import Analyzer, analyzer
from loccit.settings import IndexSettings
from tests.conftest import MakeIndex

BRITISH = """
colour color|coloured colored|honourable honorable|labour labor|neighbourhood neighborhood|favourite favorite
behaviour behavior|harbour harbor|rumours rumors|armoured armored|vapour vapor|saviour savior|tumour tumor
centre center|centres centers|centred centered|theatre theater|kilometres kilometers|metre meter|fibre fiber
litres liters|defence defense|offence offense|licence license|pretence pretense|practised practiced
organise organize|organisation organization|realised realized|analyse analyze|analysed analyzed|paralysed paralyzed
colonisation colonization|recognised recognized|theorised theorized|criticise criticize|emphasised emphasized
apologise apologize|symbolise symbolize|travelled traveled|traveller traveler|cancelled canceled|labelled labeled
fuelled fueled|counsellor counselor|jewellery jewelry|catalogue catalog|dialogue dialog|encyclopaedia encyclopedia
mediaeval medieval|archaeology archeology|paediatric pediatric|anaemia anemia|leukaemia leukemia|foetus fetus
anaesthetic anesthetic|aesthetic esthetic|haemorrhage hemorrhage|gynaecology gynecology|palaeolithic paleolithic
manoeuvre maneuver|manoeuvres maneuvers|oestrogen estrogen|grey gray|programme program|plough plow|sulphur sulfur
aluminium aluminum|aeroplane airplane|mould mold|moulting molting|smoulder smolder|sceptical skeptical
judgement judgment|learnt learned|skilful skillful|artefact artifact|enquiry inquiry|draught draft
Mohamed Muhammad|Mohammed Muhammad|Koran Qur'an|Hizbullah Hezbollah|tsar czar
"""

ONE_AND_THE_SAME = """
precise precisely|wise wisely|promise promised|rise rises|exercise exercises|franchise franchises|noise noises
raise raised|supervise supervised|premise premises|concise concisely|hour hours|four four|paradise paradises
advise advised|surprise surprised|disease diseases|size sizes|prize prizes
"""


def pairs(table: str) -> list[list[str]]:
    return [pair.split() for line in table.split("\n") for pair in line.split("|") if pair]


def terms(text: str, code: str = "en") -> list[str]:
    """The terms of a text, without their mark, in no order."""
    return sorted({term.partition(":")[2] for term in analyzer(code).terms(text)})


@pytest.mark.parametrize(("british", "american"), pairs(BRITISH))
def test_british_is_american(british: str, american: str) -> None:
    assert terms(british) == terms(american) != []
    assert terms(british.upper()) == terms(american)


@pytest.mark.parametrize(("one", "other"), pairs(ONE_AND_THE_SAME))
def test_the_rules_part_no_forms_of_a_word(one: str, other: str) -> None:
    assert terms(one) == terms(other)


@pytest.mark.parametrize(
    ("one", "other"), [("four", "for"), ("hour", "whore"), ("tour", "tor"), ("court", "cort"), ("source", "sorcery")]
)
def test_the_rules_join_no_others(one: str, other: str) -> None:
    assert terms(one) != terms(other)


@pytest.mark.parametrize(
    "variants",
    [
        [
            "4 April 1982",
            "April 4, 1982",
            "1982-04-04",
            "4th of April, 1982",
            "Apr. 4, 1982",
            "4 Apr 1982",
            "APRIL 4 1982",
        ],
        ["11 September 2001", "Sept. 11, 2001", "September 11th, 2001", "2001-09-11"],
        ["2,000,000", "two million", "2 million", "2000000", "2.0 million", "TWO MILLION", "2-million", "२०००००० "],
        ["2.5 million", "2,500,000", "2500 thousand"],
        ["250,000", "two hundred fifty thousand", "250 thousand", "2,50,000"],
        ["25,000", "twenty-five thousand", "25000", "25’000", "25\u00a0000"],
        ["3500", "three thousand five hundred", "3,500"],
        ["19th century", "19 century"],
        ["e-mail", "email", "E mail", "e-mails", "e\u2011mail"],
        ["website", "web site", "web-site"],
        ["co-operation", "cooperation"],
        ["well-known", "well known"],
        ["Qur'an", "Qur’an", "Quran"],
        ["O'Brien", "O’Brien", "OBrien", "O'Brien's"],
        ["Isma'il", "Ismaʿil", "Ismāʿīl", "Ismail"],
        ["Malaysia's embassy", "Malaysia’s embassy", "Malaysia embassies"],
        ["the Côte d'Ivoire", "Cote d’Ivoire"],
        ["naïve façade", "naive facade"],
    ],
    ids=lambda variants: variants[0],
)
def test_variants_of_english(variants: list[str]) -> None:
    first = terms(variants[0])
    assert first != []
    for variant in variants[1:]:
        assert terms(variant) == first, variant


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("May 1,200 people", ["1200", "may", "peopl"]),
        ("in May 2013", ["2013", "may"]),
        ("Jan van Eyck and Mar del Plata", ["del", "eyck", "jan", "mar", "plata", "van"]),
        ("one two three", ["one", "three", "two"]),
        ("a million of them", ["million"]),
        ("version 1.2.3 of 2008-09", ["09", "1.2.3", "2008", "version"]),
        ("1982-13-45", ["13", "1982", "45"]),
        ("rock'n'roll isn't dead, they'll say", ["dead", "rocknrol", "say"]),
    ],
)
def test_what_only_looks_like_a_variant(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize("code", codes())
def test_a_date_is_one_in_every_language_that_has_months(code: str) -> None:
    months = language(code).writing.months
    assert len(months) in (0, 12)
    for number, month in enumerate(months, 1):
        names = month.partition("/")[0].split()
        for name in names:
            wanted = set(terms(f"4 {names[0]} 1982", code))
            assert wanted <= set(terms(f"1982-{number:02}-04", code)) | {"4월"}
            assert set(terms(f"4 {name} 1982", code)) == wanted, name


@pytest.mark.parametrize("code", codes())
def test_words_for_numbers_are_numbers_beside_one(code: str) -> None:
    for word, (value,) in language(code).writing.numerals.items():
        if int(value) >= 100:
            assert terms(f"5 {word}", code) == [str(5 * int(value))], word


@pytest.mark.parametrize("code", codes())
def test_the_probe_shows_how_numbers_are_written(code: str) -> None:
    """An index made with other numerals is refused, for the probe's terms tell."""
    writing = language(code).writing
    if writing.months or writing.numerals:
        assert "1982-04-04" in language(code).probe


@given(st.integers(0, 10**12), st.sampled_from(["en", "de", "ar", "hi", "fr", "sv"]))
@settings(max_examples=200)
def test_thousands_signs_make_no_other_number(number: int, code: str) -> None:
    sign = "." if language(code).decimal == "," else ","
    assert terms(f"{number:,}".replace(",", sign), code) == terms(str(number), code) == [str(number)]


@given(st.text(max_size=40), st.sampled_from([*codes(), "und"]))
@settings(max_examples=200, deadline=None)
def test_large_and_small_letters_and_marks_of_any_text_are_its_terms(text: str, code: str) -> None:
    found = analyzer(code).terms(text)
    assert found == analyzer(code).terms(text)
    assert all(term.startswith(f"{code}:") and not term.endswith(":") for term in found)


@given(st.sampled_from([word for pair in pairs(BRITISH) for word in pair]))
def test_a_spelling_that_is_searched_is_not_changed_again(word: str) -> None:
    en = analyzer("en")
    assert en.vary(en.vary(en.fold(word))) == en.vary(en.fold(word))


@pytest.mark.parametrize(
    "question",
    [
        "What opened on 4 April 1982?",
        "What opened on April 4, 1982?",
        "What opened on 1982-04-04?",
        "What cost 2,000,000 dollars?",
        "What cost 2 million dollars?",
        "What cost two million dollars?",
    ],
)
def test_a_question_with_one_form_finds_a_sentence_with_another(make_index: MakeIndex, question: str) -> None:
    index = make_index(
        {
            "a.txt": "= Places =\n\nThe museum opened on April 4, 1982. The harbour opened on 5 May 1983.\n",
            "b.txt": "= Costs =\n\nThe theatre cost two million dollars. The stadium cost 3 million dollars.\n",
        },
        IndexSettings(languages=("en",)),
    )
    asked = index.understand(question)
    lexicon = index.look_up(asked)
    best = index.rank(asked, index.retrieve(asked, lexicon), lexicon)[0]
    assert best.quote.text.split()[1] in ("museum", "theatre")


def test_reading_costs_little_more_where_there_is_no_number() -> None:
    text = "The embassy of the country was opened by the minister in the presence of many guests. " * 2_000
    en, plain = analyzer("en"), analyzer("und")

    def took(stems: Analyzer) -> float:
        start = time.thread_time()
        stems.terms(text)
        return time.thread_time() - start

    assert min(took(en) for _ in range(3)) < 4 * min(took(plain) for _ in range(3))


SIGNS: list[str] = regex.findall(r"\p{N}", "".join(map(chr, range(sys.maxunicode + 1))))
"""Of numbers; the regex package knows some that Python does not yet."""


def test_every_sign_of_a_number_can_be_read() -> None:
    stems = analyzer("en")
    for sign in SIGNS:
        for text in (sign, f"1{sign}", f"{sign}1"):
            assert stems.terms(text) or unicodedata.category(sign) == "Nl", text  # Ⅰ is a small word, as I is
        for text in (f"{sign} million", f"{sign} April 1982", f"April {sign}, 1982", f"1982-04-0{sign}"):
            assert stems.terms(text), text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2½ million people", "2½, million, people"),
        ("1,5 million", "1,5, million"),
        ("version 1.2.3 million", "version, 1.2.3, million"),
        ("\U00010d44 April 1982", "\U00010d44, April, 1982"),  # a digit since Unicode 16
    ],
)
def test_what_is_no_number_after_all_is_read_part_by_part(text: str, parts: str) -> None:
    terms = analyzer("en").terms
    assert terms(text) == tuple(term for part in parts.split(", ") for term in terms(part))


GAPS = st.sampled_from([" ", "-", ",", ".", ", ", "'", "\u00a0", "\u202f", "٫", "/", ""])


@given(st.sampled_from(codes()), st.data())
@settings(max_examples=300, deadline=None)
def test_whatever_looks_like_a_number_can_be_read(code: str, drawn: st.DataObject) -> None:
    writing = language(code).writing
    said = ["4", "1982", "000", "th", *writing.numerals, *" ".join(writing.months).replace("/", " ").split()]
    pieces = st.tuples(st.sampled_from(said) | st.sampled_from(SIGNS), GAPS).map("".join)
    assert "" not in analyzer(code).terms("".join(drawn.draw(st.lists(pieces, max_size=6))))


def test_an_article_with_a_number_that_cannot_be_read_is_not_lost(make_index: MakeIndex) -> None:
    index = make_index({"a.txt": "= Towns =\n\nThe city has 2½ million people.\n"}, IndexSettings(languages=("en",)))
    assert index.ask("What city has 2½ million people?").quotes[0].text == "The city has 2½ million people."
