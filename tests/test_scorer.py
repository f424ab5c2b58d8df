"""What is seen in a sentence, and how it is weighed; then how sure an answer is, and when it is declined."""

import json
import math
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from loccit.answerer import SUGGESTIONS, confidence, decide, highlighted
from loccit.catalog import Lengths
from loccit.chunker import chunk
from loccit.errors import BadModel
from loccit.highlight import SHOWN, SURE, Highlight
from loccit.languages.analysis import analyzer
from loccit.lexicon import CLOSENESS, Lexicon
from loccit.readers.outline import sections
from loccit.readers.wikitext import marks
from loccit.retriever import understand
from loccit.scorer import (
    FIRST,
    READ,
    Features,
    Model,
    Scored,
    Situation,
    logistic,
    logit,
    passages,
    rank,
    shipped,
    weigh,
)
from loccit.scorer.associations import associated
from loccit.scorer.model import Evidence, document, load
from loccit.types import Article, Hit, Question, Quote, Source, Span


def lexicon_of(question: Question, **rarity: float) -> Lexicon:
    """Each term as rare as is said, or 1; unknown where 0 is said. `envoy` stands for `ambassador`."""
    terms = question.terms["en"]
    rare = {term: rarity.get(term.removeprefix("en:"), 1.0) for term in terms}
    kin = {term: {term: 1.0} for term in terms}
    if "en:ambassador" in kin:
        kin["en:envoy"] = {"en:ambassador": CLOSENESS}
    unknown = frozenset(term for term, value in rare.items() if not value)
    return Lexicon({t: value or 1.0 for t, value in rare.items()}, kin, unknown, {"en": Lengths(1, 10.0)})


def scored(
    text: str, asked: str, *, title: str = "Title", understood_as: str | None = None, **rarity: float
) -> dict[str, Features]:
    """The features of each sentence of a wiki text, by the sentence."""
    found = ranked(text, asked, title=title, understood_as=understood_as, **rarity)
    return {one.quote.text: one.features for one in found}


def ranked(
    text: str, asked: str, *, title: str = "Title", understood_as: str | None = None, **rarity: float
) -> list[Scored]:
    article = Article(id="a", title=title, language="en", text=text, file="a.txt", sections=sections(text, marks(text)))
    question = understand(asked, "en", ["en"], understood_as)
    hits = [Hit.of(passage, 1.0) for passage in chunk(article)]
    return rank(question, hits, lexicon_of(question, **rarity), within=math.inf)


# -- features


def test_own_is_the_share_of_rarity_a_sentence_holds_covered_that_with_those_beside_it() -> None:
    found = scored("Ships sail. Cars drive. Birds sing.", "ships cars birds", ship=6.0, car=3.0, bird=1.0)
    assert [round(found[text].own, 9) for text in found] == [0.6, 0.3, 0.1]
    assert found["Ships sail."].covered == pytest.approx(0.9), "the one after"
    assert found["Cars drive."].covered == pytest.approx(1.0), "the ones before and after"
    assert found["Birds sing."].covered == pytest.approx(0.4), "the one before, not the one before that"
    assert {features.passage for features in found.values()} == {1.0}


def test_a_pronoun_refers_to_the_sentence_before() -> None:
    found = scored("The ship sails. She is old. The old man sings. The end.", "old ship", title="Sea")
    assert (found["She is old."].own, found["She is old."].refers) == (0.5, 0.5)
    assert found["The ship sails."].refers == 0.0, "what it holds itself is not referred to"
    assert found["The old man sings."].refers == 0.0, "no pronoun"
    found = scored("Rain falls. It is old. The ship sails.", "old ship", title="Sea")
    assert found["It is old."].refers == 0.0, "what comes after is not referred to"


def test_a_pronoun_refers_even_where_the_sentence_holds_no_word_of_the_question() -> None:
    found = scored("The ship left in spring. She carried oranges.", "ship", title="Sea")
    assert found["She carried oranges."].covered == 1.0
    assert found["She carried oranges."].refers == 1.0


def test_title_and_headings_are_above() -> None:
    text = "Rain falls.\n\n== The ship ==\nShe sails."
    found = scored(text, "ship of Malta", title="Malta")
    assert (found["Rain falls."].above, found["Rain falls."].own) == (0.5, 0.0)
    assert (found["She sails."].above, found["She sails."].own) == (1.0, 0.0)
    said = scored("The ship of Malta sails.", "ship of Malta", title="Malta")
    assert said["The ship of Malta sails."].above == 0.0, "what it says itself is not above"


def test_what_title_and_a_neighbour_both_hold_counts_for_either() -> None:
    found = scored("The ship of Malta left. She sails.", "ship of Malta", title="Malta")["She sails."]
    assert (found.above, found.refers, found.covered) == (0.5, 1.0, 1.0)


def test_what_begins_a_passage_below_no_heading_leads() -> None:
    found = scored("The ship sails. Rain falls.\n\n== Later ==\nThe ship sank.", "ship", title="Sea")
    assert [text for text, features in found.items() if features.leads] == ["The ship sails."]


def test_pairs_are_pairs_of_words_small_words_included() -> None:
    text = "The ship of Malta sails. Of Malta sails a ship. Malta has one ship."
    found = scored(text, "the ship of Malta")
    assert [features.pairs for features in (found[t] for t in text.replace(". ", ".|").split("|"))] == [1.0, 0.5, 0.0]


def test_a_synonym_counts_less_than_the_word_itself() -> None:
    text = "The envoy left. The ambassador left."
    found = scored(text, "ambassador")
    assert (found["The envoy left."].own, found["The ambassador left."].own) == (CLOSENESS, 1.0)


@pytest.mark.parametrize(
    ("question", "fits", "fails"),
    [
        ("When did the ship sail?", "The ship sailed in 1982.", "The ship sailed."),
        ("When did the ship sail?", "The ship sailed in April.", "The ship sailed at 5000 feet."),
        ("How many ships sail?", "Three ships sail.", "Ships sail."),
        ("Who sails the ship?", "Ann Lee sails the ship.", "A ship sails."),
        ("Where does the ship sail?", "The ship sails to Malta.", "The ship sails slowly."),
        ("Why does the ship sail?", "The ship sails because of the wind.", "The ship sails."),
    ],
)
def test_what_is_asked_for_is_there_or_is_not(question: str, fits: str, fails: str) -> None:
    there, not_there = scored(fits, question)[fits], scored(fails, question)[fails]
    assert (there.fits, there.fails) == (1.0, 0.0)
    assert (not_there.fits, not_there.fails) == (0.0, 1.0)


def test_a_question_without_a_type_neither_fits_nor_fails() -> None:
    (features,) = scored("The ship sailed in 1982.", "ship").values()
    assert (features.fits, features.fails) == (0.0, 0.0)


def test_a_definition_opens_with_what_it_defines() -> None:
    found = scored("A barque is a ship with three masts. Sailors of olden days love the barque.", "What is a barque?")
    assert [features.opens for features in found.values()] == [1.0, 0.0]


def test_a_lost_name_counts_by_its_share_a_lost_number_whole() -> None:
    text = "Ann Lee sails the ship. The cook sleeps."
    assert scored(text, "Did Ann Lee sail?")["Ann Lee sails the ship."].names_lost == 0.0
    assert scored(text, "Did Ann Kim sail?")["Ann Lee sails the ship."].names_lost == 0.5
    assert scored(text, "Did Bea Kim sail?")["Ann Lee sails the ship."].names_lost == 1.0
    assert scored(text, "Did Ann Lee sail in 1982?")["Ann Lee sails the ship."].names_lost == 1.0, "a number"
    assert scored(text, "did ann kim sail?")["Ann Lee sails the ship."].names_lost == 0.0, "no name is written so"


def test_a_country_that_the_articles_do_not_know_is_a_name_in_small_letters_too() -> None:
    text = "The ship sails for Malta."
    assert scored(text, "does the ship sail for indonesia?", indonesia=0.0)[text].names_lost == 1.0
    assert scored(text, "does the ship sail for pleasure?", pleasur=0.0)[text].names_lost == 0.0


def test_a_lost_name_that_stands_in_a_title_counts_whole() -> None:
    text = "Ann Lee sails the ship."
    assert scored(text, "Did Ann Lee sail for Malta Lines?", title="Rome")[text].names_lost == 0.5
    question = understand("Did Ann Lee sail for Malta?", "en", ["en"])
    articles = [
        Article(id=name, title=name, language="en", text=said, file=name, sections=sections(said, ()))
        for name, said in (("Rome", text), ("Malta", "Rain falls."))
    ]
    hits = [Hit.of(passage, 1.0) for article in articles for passage in chunk(article)]
    found = {one.quote.text: one.features for one in rank(question, hits, lexicon_of(question))}
    assert found[text].names_lost == 1.0, "it is about Rome, and Malta was asked about"
    assert found["Rain falls."].names_lost == pytest.approx(2 / 3), "Malta is its title"


def test_a_name_above_or_near_is_not_lost() -> None:
    text = "Ann Lee came. She sails the ship."
    found = scored(text, "Does Ann Lee sail for Malta?", title="Malta")
    assert found["She sails the ship."].names_lost == 0.0


def test_the_first_word_of_a_question_is_large_for_no_reason() -> None:
    text = "Ann sails the ship."
    assert scored(text, "Ships of Ann?")[text].names_lost == 0.0
    assert scored(text, "Ann or Bea?")[text].names_lost == 1.0


def test_the_unknown_share_is_all_where_a_name_is_unknown() -> None:
    text = "The ship sails."
    (known,) = ranked(text, "Does the ship sail?")
    (word,) = ranked(text, "Does the ship swim?", swim=0.0)
    (name,) = ranked(text, "Does the ship Zebra swim?", zebra=0.0)
    assert [one.situation.unknown for one in (known, word, name)] == [0.0, 0.5, 1.0]


def test_a_word_carried_over_counts_a_quarter_and_is_no_lost_name() -> None:
    text = "The ship sails."
    found = scored(text, "Why a ship?", understood_as="Why a ship? (Ann Lee)")[text]
    assert found.own == pytest.approx(1 / (1 + 0.25 + 0.25))
    assert found.names_lost == 0.0


INFOBOX = """= Ships =

Infobox
- Mission1: Embassy of Malta, Cairo
- Mission2: Embassy of Rome, Oslo
- Envoytitle1: Ambassador
- Envoy1: Ann Lee
- Envoytitle2: Ambassador
- Envoy2: Bea Kim
"""


def test_an_infobox_line_belongs_to_those_of_its_number() -> None:
    found = scored(INFOBOX, "Who is the ambassador of Malta?", title="Ships")
    ann, bea = (found[f"Envoytitle{n}: Ambassador\n- Envoy{n}: {name}"] for n, name in ((1, "Ann Lee"), (2, "Bea Kim")))
    assert (ann.own, ann.refers, ann.covered, ann.names_lost) == (0.5, 0.5, 1.0, 0.0)
    assert (bea.own, bea.refers, bea.covered, bea.names_lost) == (0.5, 0.0, 0.5, 1.0)
    for one in ranked(INFOBOX, "Who is the ambassador of Malta?", title="Ships"):
        assert INFOBOX[slice(*one.quote.span)] == one.quote.text


# -- ranking


def test_the_best_is_first_and_each_sentence_once() -> None:
    text = "The ship sails. " * 3 + "Rain falls."
    article = Article(id="a", title="T", language="en", text=text, file="a", sections=sections(text, ()))
    question = understand("ship", "en", ["en"])
    hits = [Hit.of(passage, score) for passage in chunk(article) for score in (2.0, 1.0)]
    found = rank(question, hits, lexicon_of(question))
    assert [one.quote.span for one in found][-1] == Span(48, 59)
    assert sorted(one.quote.span.start for one in found) == [0, 16, 32, 48]
    keys = [(-one.quote.score, one.quote.span) for one in found]
    assert keys == sorted(keys)
    assert {one.features.passage for one in found} == {1.0}, "seen in the better of the two hits"


def test_nothing_found_is_nothing_ranked() -> None:
    question = understand("ship", "en", ["en"])
    assert rank(question, [], lexicon_of(question)) == []


def test_what_was_read_comes_before_what_was_not_each_in_its_order() -> None:
    text = " ".join(f"Ship {n} sails{' far' * (n % 7)} away." for n in range(3 * READ))
    found = ranked(text, "ships", title="Sea")
    assert [one.found is not None for one in found] == [True] * READ + [False] * (2 * READ)
    scores = [one.quote.score for one in found]
    assert scores == sorted(scores, reverse=True)
    for one in found[READ:]:
        assert not any(one.features[FIRST:]), "not looked at"


def test_the_hits_follow_their_best_sentences() -> None:
    question = understand("Where does the barque sail?", "en", ["en"])
    articles = [
        Article(id=name, title=name, language="en", text=said, file=name, sections=sections(said, ()))
        for name, said in (("Rain", "It rains."), ("Sea", "The barque sails to Malta."))
    ]
    hits = [Hit.of(passage, 1.0) for article in articles for passage in chunk(article)]
    again = passages(hits, rank(question, hits, lexicon_of(question)))
    assert [hit.passage.source.title for hit in again] == ["Sea", "Rain"]


def test_the_score_is_the_logistic_function_of_the_weighed_features() -> None:
    for one in ranked("The ship sails. Rain falls.", "Where does the ship sail?"):
        assert one.quote.score == pytest.approx(logistic(weigh(one.features, shipped().full)))


def test_what_is_far_behind_without_it_is_not_searched_for_the_part_that_answers_and_comes_after_what_is() -> None:
    question = understand("Where does the ship Zebra sail?", "en", ["en"])
    text = "Rain falls. The ship Zebra sails to Malta. It is wet. Birds sing. Cars drive."
    article = Article(id="a", title="Sea", language="en", text=text, file="a", sections=sections(text, ()))
    hits = [Hit.of(passage, 1.0) for passage in chunk(article)]
    first, *others = rank(question, hits, lexicon_of(question))
    assert first.quote.text == "The ship Zebra sails to Malta."
    assert first.found is not None
    assert [other.found is None for other in others] == [False, False, True, True], "three are read in any case"
    assert all(other.quote.score < first.quote.score for other in others)
    assert all(one.found for one in rank(question, hits, lexicon_of(question), within=math.inf))


@pytest.mark.parametrize("p", [0.001, 0.25, 0.5, 0.9, 0.9999])
def test_logit_undoes_logistic(p: float) -> None:
    assert logistic(logit(p)) == pytest.approx(p)


# -- how sure, and what is said


UNSEEN = Features()
MODEL = Model(
    first=Features(own=5.0),
    full=Features(own=5.0),
    evidence=Evidence(bias=-3.0, own=2.0, score=0.3, chosen=2.0, unknown=-6.0),
    thresholds=((0.61, 0.1), (0.68, 0.2), (0.73, 0.3), (0.78, 0.4), (0.81, 0.5), (0.88, 0.7), (0.94, 0.9)),
)
"""A model that stays as it is, whatever is shipped."""


def sentence(
    text: str,
    score: float,
    features: Features = UNSEEN,
    *,
    at: int = 0,
    covered: Sequence[str] = ("en:ship",),
    unknown: float = 0.0,
    found: Highlight | None = None,
) -> Scored:
    source = Source(article_id="a", title="T", file="a", sha256="0")
    quote = Quote(text=text, span=Span(at, at + len(text)), score=score, source=source)
    return Scored(quote, "en", features, dict.fromkeys(covered, 1.0), Situation(unknown=unknown), found)


SHIP = understand("Where does the ship sail?", "en", ["en"])


def test_confidence_is_a_probability_whatever_the_features() -> None:
    assert confidence([]) == 0.0
    for model in (MODEL, shipped()):
        for score in (1e-9, 0.2, 1 - 1e-9):
            for value in (-9.0, 0.0, 1.0, 99.0):
                features = Features(*[value] * len(Features._fields))
                assert 0 < confidence([sentence("A.", score, features)], model) < 1
                assert 0 < confidence([sentence("A.", score, features), sentence("B.", 1e-9)], model) < 1


def test_confidence_grows_with_what_is_covered_and_the_lead_and_falls_with_what_is_lost() -> None:
    def sure(other: float = 0.3, unknown: float = 0.0, **features: float) -> float:
        first = sentence("A.", 0.7, Features(own=0.5, covered=0.5)._replace(**features), unknown=unknown)
        return confidence([first, sentence("B.", other)], MODEL)

    plain = sure()
    assert sure(own=1.0) > plain
    assert sure(names_lost=0.5) < plain
    assert sure(names_lost=0.5) == sure(names_lost=1.0)
    assert sure(unknown=0.5) < plain
    assert sure(other=0.6) < plain < sure(other=0.1)
    rows = [sentence("A.", 0.7, Features(own=0.5, covered=0.5)), sentence("A.", 0.7, at=9), sentence("B.", 0.3)]
    assert confidence(rows, MODEL) == pytest.approx(plain), "a sentence that says the same is no rival"


def test_a_bare_name_may_be_answered_by_any_sentence_that_has_it() -> None:
    text = "Hamas sails. Hamas swims. Hamas sings. A ship of Hamas rows."
    for asked, bare in (("Hamas", True), ("hamas ship", True), ("Who is Hamas?", False), ("a ship of Hamas", False)):
        assert ranked(text, asked)[0].situation.bare == bare


def test_what_is_shipped_is_less_sure_where_names_are_lost_and_words_unknown() -> None:
    weights = shipped().evidence
    assert weights.unknown < 0
    assert weights.conflict < 0
    assert weights.own > 0
    assert weights.chosen > 0
    assert weights.article > 0


@pytest.mark.parametrize("model", [MODEL, shipped()], ids=["fixed", "shipped"])
def test_the_threshold_rises_with_the_precision_asked(model: Model) -> None:
    values = [model.threshold(n / 1000) for n in range(500, 1000)]
    assert all(a <= b for a, b in pairwise(values))
    assert model.threshold(0.0) == model.thresholds[0][1]
    assert model.threshold(1.0) == model.thresholds[-1][1]
    for precision, value in model.thresholds:
        assert model.threshold(precision) == pytest.approx(value), "a point that was measured"
    (below, start), (above, end) = model.thresholds[3:5]
    assert model.threshold((below + above) / 2) == pytest.approx((start + end) / 2), "half way between two"


GOOD = sentence("The ship sails to Malta.", 0.9, Features(own=1.0, covered=1.0), covered=("en:ship", "en:sail"))


def test_a_sure_answer_is_said_and_an_unsure_one_declined_with_what_comes_nearest() -> None:
    said = decide(SHIP, [GOOD, sentence("Rain.", 0.1, at=50)], index="i", model=MODEL)
    assert (said.declined, said.quotes, said.missing, said.suggestions) == (False, (GOOD.quote,), (), ())
    poor = [
        sentence(f"{word}.", 0.02, Features(own=0.1, covered=0.1), at=n * 20)
        for n, word in enumerate(("A", "B", "C", "D", "E"))
    ]
    declined = decide(SHIP, poor, index="i", model=MODEL)
    assert (declined.declined, declined.quotes, declined.missing) == (True, (), ("sail",))
    assert [nearest.text for nearest in declined.suggestions] == ["A.", "B.", "C."]
    assert len(declined.suggestions) == SUGGESTIONS


def test_the_precision_asked_decides() -> None:
    ranked_ = [sentence("The ship sails to Malta.", 0.6, Features(own=0.6, covered=0.6)), sentence("Rain.", 0.5, at=50)]
    sure = confidence(ranked_, MODEL)
    assert MODEL.threshold(0.64) < sure < MODEL.threshold(0.94), "or this test shows nothing"
    assert not decide(SHIP, ranked_, index="i", precision=0.64, model=MODEL).declined
    assert decide(SHIP, ranked_, index="i", precision=0.94, model=MODEL).declined


def test_further_quotes_are_said_where_they_come_close_and_say_something_else() -> None:
    close = sentence("Another ship sails to Rome.", 0.85, Features(own=1.0, covered=1.0), at=30)
    twin = sentence("the ship sails to Malta.", 0.89, Features(own=1.0, covered=1.0), at=60)
    far = sentence("Rain falls on the ship.", 0.3, at=90)
    answer = decide(SHIP, [GOOD, twin, close, far], index="i", precision=0.5, model=MODEL)
    assert answer.quotes == (GOOD.quote, close.quote)
    assert decide(SHIP, [GOOD, twin, close, far], index="i", precision=0.5, limit=1, model=MODEL).quotes == (
        GOOD.quote,
    )


def test_nothing_found_is_declined_and_every_word_is_missing() -> None:
    answer = decide(SHIP, [], index="i", model=MODEL)
    assert (answer.declined, answer.confidence, answer.missing, answer.suggestions) == (True, 0.0, ("ship", "sail"), ())


def test_the_words_are_missing_as_they_were_typed() -> None:
    question = understand("Do the SHIPS of Malé sail?", "en", ["en"])
    assert analyzer("en").question_terms("SHIPS Malé") == {"en:ship": "SHIPS", "en:male": "Malé"}
    answer = decide(question, [sentence("A.", 0.02, covered=("en:sail",))], index="i", model=MODEL)
    assert answer.missing == ("SHIPS", "Malé")


# -- the part that answers


@pytest.mark.parametrize(
    ("probability", "shown", "first"),
    [(SHOWN - 0.01, None, None), (SHOWN, Span(18, 23), None), (SURE, Span(18, 23), "Malta")],
)
def test_the_part_that_answers_is_shown_where_likely_and_told_first_where_sure(
    probability: float, shown: Span | None, first: str | None
) -> None:
    one = sentence(
        "The ship sails to Malta.", 0.9, Features(own=1.0, covered=1.0), found=Highlight(Span(18, 23), probability)
    )
    assert highlighted(one) == shown
    answer = decide(SHIP, [one], index="i", model=MODEL)
    assert (answer.quotes[0].highlight, answer.headline) == (shown, first)


def test_nothing_is_told_first_where_another_sentence_is_close_or_the_answer_is_not_sure() -> None:
    found = Highlight(Span(18, 23), 0.99)
    one = sentence("The ship sails to Malta.", 0.9, Features(own=1.0, covered=1.0), found=found)
    near, far = (sentence("Ships sail to Rome.", score, at=50) for score in (0.88, 0.3))
    assert decide(SHIP, [one, far], index="i", model=MODEL).headline == "Malta"
    assert decide(SHIP, [one, near], index="i", model=MODEL).headline is None
    unsure = sentence("The ship sails to Malta.", 0.9, Features(own=0.1, covered=0.1), found=found, unknown=0.9)
    assert decide(SHIP, [unsure, far], index="i", precision=0.5, model=MODEL).headline is None


def test_words_that_often_stand_near_each_other_are_associated() -> None:
    assert associated(["en:catch"], "en")["en:caught"]["en:catch"] > 0.5
    assert associated(["xx:catch"], "xx") == {}
    found = scored("The fish was caught. The fish was painted.", "Who will catch the fish?")
    assert found["The fish was caught."].associated >= 0
    assert found["The fish was painted."].associated == 0.0


def test_years_that_were_not_asked_about_are_a_conflict() -> None:
    found = scored("The ship sank in 1982. The ship sank in 1975. The ship sank.", "Why did the ship sink in 1975?")
    assert found["The ship sank in 1982."].conflict == 1.0
    assert found["The ship sank in 1975."].conflict == found["The ship sank."].conflict == 0.0


def test_the_order_of_words_counts() -> None:
    found = scored("The cook sees the captain. The captain sees the cook.", "the captain sees the cook")
    assert found["The captain sees the cook."].order == 1.0
    assert found["The cook sees the captain."].order < 1.0


# -- the model's file


def text_of(**changes: object) -> str:
    return json.dumps(document(MODEL, {}) | changes)


def test_a_model_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "m.json"
    file.write_text(text_of(), encoding="utf-8")
    assert load(file) == MODEL
    file.write_text(text_of(thresholds=[[0.8, 0.5]]), encoding="utf-8")
    assert load(file).thresholds == ((0.8, 0.5),), "a bot that runs takes the new one"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (text_of()[:90], "is damaged"),
        (text_of(format=9), "has format 9, not 3"),
        ("[]", "is damaged (it is no object in braces)"),
        (text_of(full={"own": math.nan}), "NaN is no weight"),
        (text_of(full={"own": "5"}), "in 'full', of 'own': '5' is no weight"),
        (text_of(full={"own": 1e9}), "in 'full', of 'own': 1000000000.0 is no weight"),
        (text_of(first={"pairs": 1.0}), "'first' has a weight for 'pairs', which is not looked at"),
        (text_of(evidence=[1]), "'evidence' is no table of weights"),
        (text_of(thresholds=[]), "'thresholds' have to rise from 0 to 1"),
        (text_of(thresholds=[[0.8, 0.5], [0.7, 0.6]]), "'thresholds' have to rise from 0 to 1"),
        (text_of(thresholds=["x"]), "'thresholds' has to be a list of pairs"),
        (json.dumps({"format": 3}), "'first' is missing"),
    ],
)
def test_a_model_that_cannot_be_used_is_told_in_a_sentence_with_a_cure(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "m.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadModel, match=re.escape(message)) as error:
        load(file)
    assert str(error.value).startswith(f"The model {file} ")
    assert str(error.value).endswith("Make it anew with `loccit train --model FILE`.")


def test_a_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="cannot be read: No such file or directory"):
        load(tmp_path / "none.json")
