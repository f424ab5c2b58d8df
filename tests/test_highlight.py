"""The part of a sentence that answers: found in what people ask, and never broken by what they write."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from loccit.errors import BadModel
from loccit.highlight import SHOWN, SURE, Highlight, best_span, highlight
from loccit.highlight.model import ANY, SHIPPED, Model, load, shipped
from loccit.retriever import understand
from loccit.types import Question


def asked(text: str, language: str = "en") -> Question:
    return understand(text, language, [language])


def marked(question: str, text: str, language: str = "en") -> str | None:
    found = highlight(asked(question, language), text, language)
    return text[slice(*found.span)] if found else None


CASES = [
    (
        "en",
        "When did Malaysia open its embassy?",
        "Malaysia opened its embassy on 4 April 1982 in the capital.",
        "4 April 1982",
    ),
    ("en", "When was the road renamed?", "The road was renamed in 2020.", "2020"),
    ("en", "At what time does the museum open?", "The museum opens at 10:30.", "10:30"),
    (
        "en",
        "How much did the government donate?",
        "The government donated RM85 million to the victims.",
        "RM85 million",
    ),
    ("en", "How much did the bridge cost?", "The bridge cost $5.2 billion, twice what was planned.", "$5.2 billion"),
    ("en", "What percentage of the students passed?", "Of the students, 85% passed the examination.", "85%"),
    ("en", "How many students attended the university?", "The university was attended by 3,000 students.", "3,000"),
    ("en", "Who discovered oxygen?", "Oxygen was discovered by Carl Wilhelm Scheele in 1773.", "Carl Wilhelm Scheele"),
    (
        "en",
        "Who is the deputy prime minister?",
        "The deputy prime minister is Dato' Seri Dr. Ahmad Zahid Hamidi.",
        "Dato' Seri Dr. Ahmad Zahid Hamidi",
    ),
    ("en", "Who is the ambassador?", "- Envoytitle1: Ambassador\n- Envoy1: Zamani Ismail", "Zamani Ismail"),
    ("en", "Where was the conference held?", "The conference was held in Kuala Lumpur.", "Kuala Lumpur"),
    (
        "en",
        "Which organisation runs the camps?",
        "The camps are run by the United Nations Relief and Works Agency.",
        "United Nations Relief and Works Agency",
    ),
    (
        "en",
        "What is the name of the magazine?",
        'He edited a magazine called "Taman Bahagia" in Singapore.',
        "Taman Bahagia",
    ),
    (
        "en",
        "Why was the magazine banned?",
        "The magazine was banned because it criticised the government.",
        "criticised the government",
    ),
    ("en", "Why was the road closed?", "The road was closed due to heavy rain.", "heavy rain"),
    (
        "en",
        "What is a quorum?",
        "A quorum is the minimum number of members needed to hold a vote.",
        "minimum number of members needed to hold a vote",
    ),
    ("en", "Did the minister resign?", "The minister resigned on 3 May 2010.", None),
    ("en", "Is Malé the capital of the Maldives?", "Malé is the capital of the Maldives.", None),
    ("en", "How many people live there?", "", None),
    ("en", "Who?", "… — !", None),
    ("ms", "Bilakah kedutaan itu dibuka?", "Kedutaan itu dibuka pada 4 April 1982 di Kuala Lumpur.", "4 April 1982"),
    (
        "ms",
        "Berapa ramai pelajar belajar di universiti itu?",
        "Universiti itu mempunyai 3,000 pelajar dari Palestin.",
        "3,000",
    ),
    (
        "ms",
        "Siapakah perdana menteri yang melawat Gaza?",
        "Perdana menteri Najib Razak melawat Gaza pada tahun 2013.",
        "Najib Razak",
    ),
    ("ms", "Adakah menteri itu meletak jawatan?", "Menteri itu meletak jawatan pada tahun 2010.", None),
    ("ar", "متى افتتحت السفارة؟", "افتتحت السفارة في 4 أبريل 1982 في كوالالمبور.", "4 أبريل 1982"),
    ("ar", "كم عدد الطلاب في الجامعة؟", "يدرس في الجامعة ٣٬٠٠٠ طالب من فلسطين.", "٣٬٠٠٠"),
    ("ar", "هل استقال الوزير؟", "استقال الوزير في عام 2010.", None),
    ("zh", "什么时候成立？", "该大学于1905年在上海成立。", "1905"),
]


@pytest.mark.parametrize(("language", "question", "text", "part"), CASES, ids=[case[1] for case in CASES])
def test_the_part_that_answers(language: str, question: str, text: str, part: str | None) -> None:
    assert marked(question, text, language) == part


@pytest.mark.xfail(reason="that a verb of the question stands right before the year weighs too little", strict=True)
def test_the_year_of_the_right_verb() -> None:
    assert marked("In what year did the school close?", "The school, founded in 1821, closed in 1954.") == "1954"


TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from([
            "Dato'", "Seri", "Dr.", "Zamani", "of", "the", "in", "was", "RM85", "million", "4", "April", "1982", ",",
            "(", ")", '"', "5%", "e\u0301", "हिन्दी", "\u0301", "3.5", "24–10", "東京", "ภาษาไทย", "عام", "١٩٧٥", ";",
            "because", "👩\u200d👧", "U.S.", "'s", "Key:", "\n", "\u200d",
        ]),
        max_size=40,
    ).map(" ".join),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    TEXTS,
    st.sampled_from(["who was it", "when", "How many people died in 1982?", "?", "من هو", "ما", "", "nani"]),
    st.sampled_from(["en", "ms", "ar", "th", "xx"]),
)
def test_any_text_gives_a_whole_part_of_it_or_none(text: str, question: str, language: str) -> None:
    found = best_span(asked(question, language), text, language, shipped())
    if found is None:
        return
    start, end = found.span
    part = text[start:end]
    assert 0 <= start < end <= len(text)
    assert part == part.strip() != ""
    assert not regex.match(r"\p{M}", text[end : end + 1]), "a mark was cut from its letter"
    assert not regex.match(r"\p{M}", part)
    assert 0 < found.probability < 1
    assert best_span(asked(question, language), text, language, shipped()) == found


def test_only_what_is_likely_is_shown() -> None:
    question = asked("How many people live there?")
    text = "It is said that the colours of the morning are unlike those of the evening."
    found = best_span(question, text, "en", shipped())
    assert found is not None
    assert found.probability < SHOWN < SURE
    assert highlight(question, text, "en") is None


def test_a_follow_up_is_read_as_it_was_understood() -> None:
    text = "Malaysia established relations with the Maldives in 1968, and with Palestine in 1988."
    question = asked("and when?").model_copy(update={"understood_as": "When did Malaysia establish relations?"})
    found = highlight(question, text, "en")
    assert found is not None
    assert text[slice(*found.span)] in {"1968", "1988"}


def test_a_long_text_is_fast() -> None:
    text = ("The embassy of Malaysia (opened in 1982) received RM85 million, " * 400)[:20_000]
    question = asked("When did the embassy open?")
    highlight(question, text, "en")
    start = time.process_time()
    highlight(question, text, "en")
    assert time.process_time() - start < 0.5


def contents() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return found


def test_the_shipped_model_says_what_it_is() -> None:
    found = contents()
    assert SHIPPED.stat().st_size <= 150_000
    assert found["trained_on"].keys() == {"set", "questions", "articles", "date"}
    assert set(found["cross_validated"]["percent"]) == {"en", ANY}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "damaged"),
        ("[]", "damaged"),
        ("{", "damaged"),
        ("[" * 100_000, "damaged"),
        ("{}", "has format None, not 1"),
        ('{"format": 2}', "has format 2, not 1"),
        ('{"format": NaN}', "NaN is no weight"),
    ],
)
def test_a_damaged_model_is_told(text: str, says: str) -> None:
    with pytest.raises(BadModel, match=says):
        Model(text)


@pytest.mark.parametrize(
    ("table", "feature", "weight", "says"),
    [
        ("", "s0:C", None, "None is no weight"),
        ("", "s0:C", True, "True is no weight"),
        ("", "s0:C", "1", "'1' is no weight"),
        ("", "s0:C", 10**400, "damaged"),
        ("", "nonsense:C", 1.0, "there is no feature 'nonsense:C'"),
        ("Z:time", "s0:C", 1.0, "there is no table 'Z:time'"),
    ],
)
def test_a_model_of_something_else_is_told(table: str, feature: str, weight: object, says: str) -> None:
    found = contents()
    found["weights"][ANY]["tables"].setdefault(table, {})[feature] = weight
    with pytest.raises(BadModel, match=says):
        Model(json.dumps(found))


def test_a_calibration_of_another_size_is_told() -> None:
    found = contents()
    found["weights"]["en"]["calibration"].pop()
    with pytest.raises(BadModel, match="calibration has 6 numbers"):
        Model(json.dumps(found))


def test_a_missing_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match=r"none\.json cannot be read: No such file or directory\. Reinstall loccit"):
        load(tmp_path / "none.json")
    (tmp_path / "latin.json").write_bytes(b"\xff")
    with pytest.raises(BadModel, match="is not UTF-8"):
        load(tmp_path / "latin.json")


def test_another_model_can_be_given() -> None:
    found = contents()
    for learnt in found["weights"].values():
        learnt["tables"] = {"": {"tag:date": 9.0}}
    text = "The embassy, opened on 4 April 1982, is large."
    span = text.index("4"), text.index(", is")
    best = highlight(asked("Who?"), text, "en", model=Model(json.dumps(found)))
    assert isinstance(best, Highlight)
    assert best.span == span
