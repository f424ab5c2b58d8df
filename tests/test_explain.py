"""Why a sentence came first: what is told is what was reckoned with."""

import json

import pytest

from loccit.explain import GROUPS, LITTLE, LONGEST, MOST, Gave, Met, Seen, Way, Why, lines
from loccit.index import Index
from loccit.languages import codes, wording
from loccit.render import explained
from loccit.scorer import Features, logit
from loccit.scorer.model import Evidence
from tests.conftest import ROOT, MakeIndex

EN = wording("en")
SAMPLE = [
    json.loads(row)["question"]
    for row in (ROOT / "index" / "questions" / "en.jsonl").read_text(encoding="utf-8").splitlines()
]


def why(index: Index, question: str, *, history: tuple[str, ...] = ()) -> Why:
    return index.why(index.ask(question, history=history).question)


def first(index: Index, question: str) -> Seen:
    seen = why(index, question).first
    assert seen
    return seen


def words(seen: Seen) -> dict[str, Way | None]:
    return {met.word: met.by for met in seen.words}


def told(why: Why, code: str = "en") -> list[str]:
    return explained(lines(why, wording(code))).splitlines()


def total(given: tuple[Gave, ...]) -> float:
    return sum(each.gave for each in given)


# -- it is what was reckoned with


@pytest.mark.parametrize("question", SAMPLE[::4])
def test_it_explains_the_answer_that_is_given_and_every_sum_is_right(sample: Index, question: str) -> None:
    answer = sample.ask(question)
    found = sample.why(answer.question)
    cited = answer.cited
    assert (found.first is None) == (not cited)
    assert (found.confidence, found.missing) == (answer.confidence, answer.missing)
    assert (found.confidence < found.threshold or not cited) == answer.declined
    assert (found.reason is not None) == answer.declined
    assert Why.model_validate_json(found.model_dump_json()) == found
    if found.first is None or found.second is None:
        return
    assert (found.first.sentence.text, found.first.sentence.span) == (cited[0].text, cited[0].span)
    assert found.second.sentence.text != found.first.sentence.text
    assert found.second.score <= found.first.score
    assert total(found.first.features) == pytest.approx(logit(found.first.score))
    assert total(found.evidence) == pytest.approx(logit(found.confidence))
    assert sum(found.behind.values()) == pytest.approx(total(found.first.features) - total(found.second.features))
    for given in (found.first.features, found.second.features, found.evidence):
        assert [abs(each.gave) for each in given] == sorted((abs(each.gave) for each in given), reverse=True)
        assert all(each.gave == each.value * each.weight for each in given)
    assert list(found.behind.values()) == sorted(found.behind.values(), reverse=True)
    assert {each.name for each in found.first.features} == set(Features._fields) == set(found.behind)
    assert {each.name for each in found.evidence} == set(Evidence._fields)
    assert len(told(found)) <= 14


def test_every_feature_is_told_as_something_and_every_language_has_a_name_for_it() -> None:
    grouped = [name for group in GROUPS for name in group]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) == {*Features._fields, *Evidence._fields} - {"bias", "small", "large"}
    for code in codes():
        names = wording(code)["why_groups"].split("|")
        assert len(names) == len(set(names)) == len(GROUPS), code


# -- by what a word is met


def test_an_arabic_word_is_met_by_another_of_its_root(make_index: MakeIndex) -> None:
    """So it is told, and so it counts: of two sentences the one that has it is better."""
    both = make_index({"sea.md": "ذكر المؤرخ السيرة. نشر المؤرخ السيرة. وصل البحار.\n"})
    best = both.ask("من ناشر السيرة؟").cited[0]
    assert best.text == "نشر المؤرخ السيرة."
    index = make_index({"sea.md": "نشر المؤرخ سيرة المدينة. وصل البحار الى الجزيرة.\n"})
    assert words(first(index, "من ناشر سيرة المدينة؟"))["ناشر"] == "form"


def test_a_word_is_met_by_itself_another_form_a_synonym_the_title_or_a_neighbour(make_index: MakeIndex) -> None:
    index = make_index(
        {"Porto.md": "# Porto\n\nThe ambassador paints in oil. She visited Maldivian friends in 1982.\n"}
    )
    assert words(first(index, "Which envoy in Porto visited the Maldives in 1982 on zebras?")) == {
        "envoy": "near",
        "Porto": "above",
        "visited": "itself",
        "Maldives": "form",
        "1982": "itself",
        "zebras": None,
    }
    assert words(first(index, "envoy paints oil")) == {"envoy": "synonym", "paints": "itself", "oil": "itself"}


def test_words_are_those_that_were_searched(make_index: MakeIndex) -> None:
    index = make_index({"a.txt": "The harbour of Porto was built in 1871. Ann Lee painted the harbour of Porto twice."})
    seen = why(index, "who painted it?", history=("Where is the harbour of Porto?",)).first
    assert seen
    assert words(seen) == {"painted": "itself", "Porto": "itself"}


def test_a_question_in_another_language_is_told_in_the_words_of_the_articles(sample: Index) -> None:
    found = why(sample, "Bilakah Perdana Menteri Malaysia melawat Gaza?")
    assert found.first
    assert words(found.first)["Gaza"] == "itself"
    assert told(found, "ms")[0].startswith("Mengandungi: ")


def test_of_a_run_without_blanks_the_pieces_are_told_that_differ(make_index: MakeIndex) -> None:
    index = make_index({"a.txt": "港口建于一八七一年。\n灯塔很高。\n"})
    seen = first(index, "港口历史")
    assert words(seen) == {"港口": "itself", "口历": None, "历史": None}


# -- in words


def test_it_is_told_in_a_few_lines(sample: Index) -> None:
    found = why(sample, "When did the Maldives and Palestine establish diplomatic ties?")
    assert found.second
    said = dict(line.split(": ", maxsplit=1) for line in told(found))
    lacking = [word for word, by in words(found.second).items() if not by]
    assert [name for name in said if name != "It lacks"] == [
        "It has",
        "What it scores by",
        "Second came",
        "Where that one is behind",
        "How sure the first one is",
        "What that is made of",
    ]
    assert said["It has"] == "Maldives, Palestine, establish, diplomatic, ties"
    assert said["Second came"][: LONGEST - 1] == found.second.sentence.text[: LONGEST - 1]
    assert said.get("It lacks", "") == ", ".join(lacking)
    assert "words +" in said["What it scores by"]
    assert "−" in said["Where that one is behind"]


def seen(text: str, *met: Met, own: float = 1.0) -> Seen:
    source = {"article_id": "a", "title": "T", "file": "a.txt", "sha256": "0"}
    features = [{"name": "own", "value": own, "weight": 2, "gave": 2 * own}]
    sentence = {"text": text, "span": (0, len(text)), "source": source}
    return Seen.model_validate({"sentence": sentence, "score": 0.9, "words": met, "features": features})


def test_what_gives_little_is_left_out_and_nothing_is_told_to_be_certain() -> None:
    first, second = seen("One.", Met(word="one", by="itself")), seen("x" * 1000, Met(word="one", by=None))
    found = Why(
        first=first,
        second=second,
        behind={"own": 1.25, "near": LITTLE / 2, "above": LITTLE / 4, "length": -0.31},
        confidence=0.9999,
        threshold=0.475,
        evidence=(Gave(name="bias", value=1, weight=-2, gave=-2), Gave(name="chosen", value=3, weight=1, gave=3)),
        reason=None,
        missing=(),
    )
    assert told(found) == [
        "It has: one",
        "What it scores by: words +2.0",
        f"Second came: {'x' * (LONGEST - 1)}…",
        "It lacks: one",
        "Where that one is behind: words −1.2, length +0.3",
        "How sure the first one is: 99%, needed: 48%",
        "What that is made of: lead +3.0",
    ]
    assert told(found, "ar")[4] == "فيمَ تتأخر: الكلمات −1.2، الطول +0.3"


@pytest.mark.parametrize("code", sorted(set(codes()) - {"dv"}))
def test_every_language_tells_it(sample: Index, code: str) -> None:
    found = why(sample, "When did the Maldives and Palestine establish diplomatic ties?")
    said = told(found, code)
    assert len(said) == len(told(found))
    assert "{" not in "".join(said)
    assert found.second
    assert found.second.sentence.text[: LONGEST - 1] in said[2]
    if code != "en":
        assert not set(said) & set(told(found))


def test_of_many_words_the_first_are_told(sample: Index) -> None:
    zebras = [f"zebra{'a' * n}" for n in range(3, 40)]
    assert f"It lacks: {', '.join(zebras[:MOST])}, …" in told(why(sample, " ".join(["Gaza", *zebras])))


# -- where there is no answer


@pytest.mark.parametrize(
    ("question", "reason", "first_line"),
    [
        ("of the", "no_terms", EN["no_terms"]),
        ("zebra", "no_passage", "Nothing there about: zebra."),
        ("Which zebra lives in Gaza?", "unknown", "It has: Gaza"),
    ],
)
def test_why_the_articles_do_not_say(sample: Index, question: str, reason: str, first_line: str) -> None:
    found = why(sample, question)
    assert found.reason == reason
    assert told(found)[0] == first_line


def test_a_single_sentence_has_no_second(make_index: MakeIndex) -> None:
    index = make_index({"a.txt": "The harbour was built in 1871.", "b.txt": "The harbour was built in 1871."})
    found = why(index, "When was the harbour built?")
    assert found.first
    assert (found.second, found.behind) == (None, {})
    assert not any(line.startswith("Second") for line in told(found))
