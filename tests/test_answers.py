"""The promise: every sentence is an article's own, at the place cited, whatever the article and the question."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loccit.index import Index
from loccit.indexer import build
from loccit.languages.analysis import words
from loccit.readers import read
from loccit.settings import AnswerSettings, IndexSettings
from loccit.types import Answer, Article, Quote, Suggestion
from tests.conftest import ROOT, MakeIndex

QUESTIONS = sorted((ROOT / "index" / "questions").glob("*.jsonl"))
SETTINGS = IndexSettings(languages=("en", "ar", "dv"))
"""So that the library that tells languages apart need not be loaded."""


@pytest.fixture(scope="module", autouse=True)
def _hasty() -> Iterator[None]:
    """What a crash would lose is not asked here: no waiting for the disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


def cited(answer: Answer) -> Iterator[Quote | Suggestion]:
    yield from answer.quotes
    yield from answer.suggestions


def check(answer: Answer, index: Index) -> None:
    """What holds of every answer."""
    assert answer.declined == (not answer.quotes)
    assert not (answer.quotes and answer.suggestions)
    assert 0 <= answer.confidence <= 1
    assert len(answer.quotes) <= 3
    assert len(answer.suggestions) <= 3
    assert answer.index == index.id
    scores = [quote.score for quote in answer.quotes]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score < 1 for score in scores)
    places = [(quote.source.article_id, quote.span) for quote in cited(answer)]
    assert len(set(places)) == len(places)
    asked = words(answer.question.understood_as or answer.question.text)
    assert set(answer.missing) <= set(asked)
    for quote in cited(answer):
        article = index.article(quote.source.article_id)
        assert article is not None
        assert 0 <= quote.span.start < quote.span.end <= len(article.text)
        assert article.text[slice(*quote.span)] == quote.text
        assert quote.text == quote.text.strip() != ""
        assert (article.sha256, article.title, article.file, article.url) == (
            quote.source.sha256,
            quote.source.title,
            quote.source.file,
            quote.source.url,
        )
        assert hashlib.sha256(article.text.encode()).hexdigest() == quote.source.sha256
    assert Answer.model_validate_json(answer.model_dump_json()) == answer


# -- the sample


class Asked(NamedTuple):
    """A question of the sample's test sets and its answer."""

    row: dict[str, object]
    answer: Answer


@pytest.fixture(scope="module")
def asked(sample: Index) -> list[Asked]:
    rows = [json.loads(line) for path in QUESTIONS for line in path.read_text(encoding="utf-8").splitlines()]
    return [Asked(row, sample.ask(row["question"], history=row["history"])) for row in rows]


def test_every_quote_and_suggestion_of_the_sample_stands_in_its_file(asked: list[Asked], sample: Index) -> None:
    files = {path.name: path.read_bytes().decode() for path in (ROOT / "index" / "articles").iterdir()}
    assert len(asked) > 100
    for _, answer in asked:
        check(answer, sample)
        for quote in cited(answer):
            text = files[quote.source.file.removeprefix("articles/")]
            assert text[slice(*quote.span)] == quote.text
            assert hashlib.sha256(text.encode()).hexdigest() == quote.source.sha256


def test_the_sample_is_answered_and_declined(asked: list[Asked]) -> None:
    """Far below what `loccit evaluate` gives: only to notice when the test above looks at nothing."""
    assert sum(not answer.declined for _, answer in asked) > 60
    assert sum(answer.declined for _, answer in asked) > 15
    assert sum(bool(answer.suggestions) for _, answer in asked) > 10


def test_asked_again_the_answer_is_the_same(asked: list[Asked], sample: Index) -> None:
    for row, answer in asked[::10]:
        assert sample.ask(str(row["question"]), history=row["history"]) == answer  # type: ignore[arg-type]


def test_an_index_opened_anew_answers_the_same(asked: list[Asked], sample: Index) -> None:
    again = Index.open(sample.folder)
    for row, answer in asked[::20]:
        assert again.ask(str(row["question"]), history=row["history"]) == answer  # type: ignore[arg-type]


def test_of_sentences_that_say_the_same_one_is_said(asked: list[Asked]) -> None:
    for _, answer in asked:
        said = [frozenset(quote.text.casefold().split()) for quote in cited(answer)]
        for number, one in enumerate(said):
            assert all(len(one & other) <= 0.8 * len(one | other) for other in said[:number])


# -- articles of any kind

WORDS = st.one_of(
    st.sampled_from(
        [
            *("ship", "Ship", "ships", "sails", "harbour", "Malta", "Malé", "Male\u0301", "1982", "3,000", "the", "is"),
            *("👩‍🔬", "🇲🇻", "سفينة", "السفينة", "مالطا", "ފަލަސްތީން", "ހިނގުން", "e\u0301\u0323", "ﬁre", "ẞ", "İ"),
            *("(", ")", '"', "[x](y)", "**bold**", "<b>", "&amp;", "=", "#", "-", "*", "Dr.", "e.g."),
            *("\u200b", "\u202e", "\u2066", "\x1b[2J", "\x9b", "\x0c", "\x85", "\u2028", "\ufeff", "\t", "  ", "\x07"),
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=6),
)
ENDS = st.sampled_from([". ", "! ", "? ", "؟ ", "。", ".\n", ".\r\n", "\n\n", "\r\n\r\n", "\r", ", ", " ", ""])
SENTENCES = st.tuples(st.lists(WORDS, min_size=1, max_size=8).map(" ".join), ENDS).map("".join)
LINES = st.sampled_from(
    [
        *(
            "= Title =\n",
            "== History ==\r\n",
            "Infobox\n- Envoytitle1: Ambassador\n- Envoy1: Ann Lee\n- Port2: Malta\n",
        ),
        *("# Ships\n\n", "## Sails\n", "- one\n- two\n", "1. first\n2. second\n", "> quoted\n", "```\ncode.\n```\n"),
        *("---\ntitle: x\n---\n", "History.\n", "\n\n", "\r\n"),
    ]
)
TEXTS = st.tuples(
    st.sampled_from(["", "\ufeff"]), st.lists(SENTENCES | LINES, min_size=1, max_size=12).map("".join)
).map("".join)


class Made(NamedTuple):
    """A file of some format, and the texts of its articles by id."""

    name: str
    content: bytes
    texts: dict[str, str]


def wikiextractor(texts: list[str]) -> str:
    return "".join(f'<doc id="{n}" url="" title="Ship {n}">\n{text}\n</doc>\n' for n, text in enumerate(texts))


def jsonl(texts: list[str]) -> str:
    rows = ({"id": str(n), "title": f"Ship {n}", "text": text} for n, text in enumerate(texts))
    return "".join(json.dumps(row, ensure_ascii=n % 2 == 0) + "\n" for n, row in enumerate(rows))


def made(kind: str, texts: list[str]) -> Made:
    match kind:
        case "wiki" | "plain" | "markdown":
            name = "a.md" if kind == "markdown" else "a.txt"
            text = ("= Ship =\n" if kind == "wiki" else "") + texts[0]
            return Made(name, text.encode(), {f"articles/{name}": text})
        case "jsonl":
            return Made("a.jsonl", jsonl(texts).encode(), {str(n): text for n, text in enumerate(texts)})
        case _:
            return Made("wiki_00", wikiextractor(texts).encode(), {str(n): f"{t}\n" for n, t in enumerate(texts)})


@pytest.mark.parametrize("kind", ["wiki", "plain", "markdown", "jsonl", "wikiextractor"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_an_article_holds_what_is_said_stands_in_it_verbatim(kind: str, data: st.DataObject) -> None:
    texts = data.draw(st.lists(TEXTS.filter(lambda text: "<doc" not in text), min_size=1, max_size=3))
    file = made(kind, texts)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        (base / "articles").mkdir()
        path = base / "articles" / file.name
        path.write_bytes(file.content)
        (base / "articles" / "other.txt").write_text("= Other =\n\nShips of Malta sail. The harbour is deep.\n")
        build(base / "built", SETTINGS)
        index = Index.open(base / "built")
        known = [word for text in texts for word in words(text)]
        pieces = st.sampled_from(known) | WORDS if known else WORDS
        drawn = data.draw(st.lists(st.lists(pieces, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=3))
        for question in [*drawn, *(" ".join(known[at : at + 4]) for at in range(0, len(known), 4))]:
            if not question.strip():
                continue
            answer = index.ask(question)
            check(answer, index)
            assert index.ask(question) == answer
            for quote in cited(answer):
                if quote.source.file != "articles/other.txt":
                    assert file.texts[quote.source.article_id][slice(*quote.span)] == quote.text
        raw = path.read_bytes().decode()
        for article in read(path, f"articles/{file.name}"):
            if isinstance(article, Article) and kind not in ("jsonl", "wikiextractor"):
                assert article.text == raw


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff= Ship =\r\n\r\nThe Aurora 👩‍🔬 sails to Malta.\r\nShe is old.\r\n",
        "\ufeffThe Aurora 👩‍🔬 sails to Male\u0301 (މާލެ), then\rto مالطا. She is\x1b[2J old.",
        "# Ship\r\n\r\n* The Aurora \u202esails\u202c to Malta.\r\n* She is old.\r\n",
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a"])
def test_line_ends_marks_and_controls_stay_where_they_are(make_index: MakeIndex, name: str, text: str) -> None:
    index = make_index({name: text}, SETTINGS)
    answer = index.ask("Where does the Aurora sail?")
    check(answer, index)
    quote = next(cited(answer))
    assert "Aurora" in quote.text
    assert (
        (index.base / quote.source.file).read_bytes().decode()[slice(*quote.span)]
        == quote.text
        == text[slice(*quote.span)]
    )


# -- what is said, and what is not

SHIPS = """= The Aurora =

The Aurora sails to Malta every spring. The harbour of Malta is deep. Her captain is Ann Lee.

The Aurora carries oranges to Malta every autumn. The cook of the Aurora bakes bread on Fridays.
"""


def test_a_rare_word_that_no_sentence_covers_is_named(make_index: MakeIndex) -> None:
    index = make_index({"a.txt": SHIPS}, SETTINGS)
    answered = index.ask("Who is the captain of the Aurora?")
    assert (answered.declined, answered.quotes[0].text, answered.missing) == (False, "Her captain is Ann Lee.", ())
    declined = index.ask("Who is the captain of the Belgrano?")
    check(declined, index)
    assert (declined.declined, declined.quotes, declined.missing) == (True, (), ("Belgrano",))
    assert declined.suggestions[0].text == "Her captain is Ann Lee."
    assert declined.confidence < answered.confidence


def test_every_word_is_missing_where_the_index_knows_none(make_index: MakeIndex) -> None:
    answer = make_index({"a.txt": SHIPS}, SETTINGS).ask("Zebras graze peacefully")
    assert (answer.declined, answer.missing, answer.suggestions, answer.confidence) == (
        True,
        ("Zebras", "graze", "peacefully"),
        (),
        0.0,
    )


def test_at_most_as_many_quotes_as_the_recipe_says(make_index: MakeIndex) -> None:
    text = "".join(
        f"The number {n} ship is called {name}.\n\n" for n, name in enumerate(["Ann", "Bea", "Cleo", "Dot", "Eve"])
    )
    index = make_index({"a.txt": f"= Fleet =\n\n{text}"}, SETTINGS)
    assert len(index.ask("ship").quotes) == 3
    assert [len(index.ask("ship", limit=limit).quotes) for limit in (1, 2, 4)] == [1, 2, 4]
    some = Index.open(make_index({}, SETTINGS).folder)
    some.settings = SETTINGS.model_copy(update={"answer": AnswerSettings(quotes=1)})
    assert len(some.ask("ship").quotes) == 1


def test_near_doubles_are_said_once(make_index: MakeIndex) -> None:
    twins = [
        "The old Aurora of captain Ann Lee sails to the harbour of Malta in spring.",
        "the old Aurora of captain Ann Lee sails to the harbour of Malta in spring.",
        "The old Aurora of captain Ann Lee sails to the far harbour of Malta in spring.",
    ]
    index = make_index({f"{n}.txt": f"= Ship {n} =\n\n{text}\n" for n, text in enumerate(twins)}, SETTINGS)
    answer = index.ask("Where does the Aurora sail in spring?")
    check(answer, index)
    assert len(list(cited(answer))) == 1


def test_one_article_of_one_sentence(make_index: MakeIndex) -> None:
    index = make_index({"a.txt": "Ships sail."}, SETTINGS)
    answer = index.ask("What do ships do?")
    check(answer, index)
    assert [quote.text for quote in cited(answer)] == ["Ships sail."]
    check(index.ask("What do cars do?"), index)


def test_one_article_of_one_letter(make_index: MakeIndex) -> None:
    index = make_index({"x.txt": "x"}, SETTINGS)
    for question in ("x", "X?", "y", "what is x"):
        check(index.ask(question), index)


def test_an_article_in_which_every_sentence_is_the_same(make_index: MakeIndex) -> None:
    index = make_index({"a.txt": "= Ships =\n\n" + "The Aurora sails to Malta. " * 300}, SETTINGS)
    answer = index.ask("Where does the Aurora sail?")
    check(answer, index)
    assert [quote.text for quote in cited(answer)] == ["The Aurora sails to Malta."]
    assert next(cited(answer)).span == (11, 37), "the first of them"


def test_an_article_without_a_word(make_index: MakeIndex) -> None:
    index = make_index({"a.txt": "!!! ??? ...", "b.txt": "Ships sail."}, SETTINGS)
    for question in ("ships", "!!!", "the"):
        check(index.ask(question), index)


@pytest.mark.parametrize("question", ["Aurora " * 280, "aurora" * 300, " ".join(f"w{n}x" for n in range(380))[:2_000]])
def test_a_question_of_very_many_words_is_only_a_question(make_index: MakeIndex, question: str) -> None:
    index = make_index({"a.txt": SHIPS}, SETTINGS)
    answer = index.ask(question)
    check(answer, index)
    if set(question.split()) == {"Aurora"}:
        assert answer.question.terms == {"en": ("en:aurora",)}, "said often it is asked once"
        assert answer.quotes == index.ask("Aurora Aurora").quotes


def test_a_sentence_of_five_hundred_different_words_is_found_by_them(make_index: MakeIndex) -> None:
    names = [f"{a}{b}" for a in "bcdfghjklmnpqrstvwxyz" for b in "aeiou"] * 5
    spoken = " ".join(dict.fromkeys(f"{a}{b}" for a, b in zip(names[:500], names[7:507], strict=True)))
    index = make_index({"a.txt": f"{spoken}.", "b.txt": SHIPS}, SETTINGS)
    answer = index.ask(spoken[:2_000])
    check(answer, index)
    assert next(cited(answer)).source.file == "articles/a.txt"


# -- two languages in one index

MALTA_AR = "= السفينة =\n\nتبحر السفينة أورورا إلى مالطا كل ربيع. ميناء مالطا عميق. القبطان هو سالم الأحمد.\n"


@pytest.fixture
def bilingual(make_index: MakeIndex) -> Index:
    index = make_index({"en.txt": SHIPS, "ar.txt": MALTA_AR}, SETTINGS)
    assert set(index.languages) == {"ar", "en"}
    return index


@pytest.mark.parametrize(
    ("question", "language", "file", "says"),
    [
        ("Where does the Aurora sail every spring?", "en", "articles/en.txt", "sails to Malta every spring"),
        ("Is the harbour of Malta deep?", "en", "articles/en.txt", "The harbour of Malta is deep."),
        ("إلى أين تبحر السفينة أورورا كل ربيع؟", "ar", "articles/ar.txt", "إلى مالطا كل ربيع"),
        ("هل ميناء مالطا عميق؟", "ar", "articles/ar.txt", "ميناء مالطا عميق."),
    ],
)
def test_a_question_is_answered_from_the_articles_of_its_language(
    bilingual: Index, question: str, language: str, file: str, says: str
) -> None:
    answer = bilingual.ask(question)
    check(answer, bilingual)
    assert answer.question.language == language
    assert set(answer.question.terms) == {"ar", "en"}
    assert (answer.declined, answer.missing) == (False, ())
    assert {quote.source.file for quote in answer.quotes} == {file}
    assert says in answer.quotes[0].text


def test_a_region_makes_no_other_language(make_index: MakeIndex) -> None:
    """`en-GB` is searched as `en`: each word once, no passage counted twice, none with a score below zero."""
    rows = [
        {"id": str(n), "title": f"Ship {n}", "text": f"The ship {name} sails to Malta.", "language": code}
        for n, (name, code) in enumerate(
            [("Ann", "en"), ("Bea", "en-GB"), ("Cleo", "EN"), ("Dot", "en"), ("Eve", "en")]
        )
    ]
    index = make_index({"a.jsonl": "".join(json.dumps(row) + "\n" for row in rows)}, SETTINGS)
    assert index.languages == ("en",)
    question = index.understand("Where does Bea sail?")
    lexicon = index.look_up(question)
    assert question.terms == {"en": ("en:bea", "en:sail")}
    assert all(rarity > 0 for rarity in lexicon.rarity.values())
    hits = index.retrieve(question, lexicon)
    assert hits[0].passage.source.article_id == "1"
    assert all(hit.score > 0 for hit in hits)
    answer = index.ask("Where does Bea sail?")
    check(answer, index)
    assert answer.quotes[0].text == "The ship Bea sails to Malta."
