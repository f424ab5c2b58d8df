"""What every engine must do, in one suite: a new engine is added to ENGINES and runs through it.

Those in a cluster do so in `tests/opensearch`.
"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loccit.engines import Engine, open_engine
from loccit.errors import BadSettings
from loccit.types import Entry, Passage, Sentence, Source, Span
from tests.engines import LOCAL
from tests.engines.oracle import bm25

WORDS = ["en:war", "en:peace", "en:sea", "ar:سلام", "dv:މާލެ", "en:1982", "ja:日本"]


def passage(number: int, terms: list[str], article: str = "a") -> Passage:
    source = Source(article_id=article, title="T", file="f.txt", sha256="0")
    text = "x\u2028" * max(1, len(terms))
    return Passage(
        id=f"{article}#{number}",
        source=source,
        language="en",
        span=Span(0, len(text)),
        text=text,
        sentences=(Sentence(span=Span(0, len(text)), terms=tuple(terms)),),
    )


def entry(number: int, terms: list[str], article: str = "a") -> Entry:
    return Entry.of(passage(number, terms, article))


@pytest.fixture(scope="session", params=LOCAL)
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def filled(name: str, folder: Path, passages: list[Passage]) -> tuple[Engine, str]:
    engine = open_engine(name, folder)
    engine.add(map(Entry.of, passages))
    return engine, engine.commit()


def test_an_empty_engine_finds_nothing(engine_name: str, tmp_path: Path) -> None:
    engine, commit = filled(engine_name, tmp_path, [])
    assert (len(engine), engine.search(["en:war"], 10)) == (0, [])
    assert len(open_engine(engine_name, tmp_path, commit)) == 0


def test_passages_come_back_as_they_were(engine_name: str, tmp_path: Path) -> None:
    passages = [passage(n, [WORDS[n]]) for n in range(len(WORDS))]
    _, commit = filled(engine_name, tmp_path, passages)
    engine = open_engine(engine_name, tmp_path, commit)
    for n, word in enumerate(WORDS):
        assert [hit.passage for hit in engine.search([word], 10)] == [passages[n]]


def test_one_passage_is_found(engine_name: str, tmp_path: Path) -> None:
    engine, _ = filled(engine_name, tmp_path, [passage(0, ["en:war"])])
    (hit,) = engine.search(["en:war"], 10)
    assert hit.score > 0


def test_a_term_of_every_passage_still_finds_them(engine_name: str, tmp_path: Path) -> None:
    engine, _ = filled(engine_name, tmp_path, [passage(n, ["en:war"] * (n + 1)) for n in range(4)])
    assert len(engine.search(["en:war"], 10)) == 4


@pytest.mark.parametrize("query", [[], ["en:nowhere"], [""]])
def test_what_is_nowhere_is_not_found(engine_name: str, tmp_path: Path, query: list[str]) -> None:
    engine, _ = filled(engine_name, tmp_path, [passage(0, ["en:war"])])
    assert engine.search(query, 10) == []


def test_ties_are_broken_by_passage_id(engine_name: str, tmp_path: Path) -> None:
    engine, _ = filled(engine_name, tmp_path, [passage(n, ["en:war"]) for n in (7, 3, 5, 1, 4)])
    assert [hit.passage.id for hit in engine.search(["en:war"], 3)] == ["a#1", "a#3", "a#4"]


def test_nothing_is_seen_before_the_commit(engine_name: str, tmp_path: Path) -> None:
    engine, commit = filled(engine_name, tmp_path, [passage(0, ["en:war"])])
    engine.add([entry(1, ["en:war"])])
    engine.delete("a")
    assert len(open_engine(engine_name, tmp_path, commit)) == 1


def test_an_article_is_deleted_and_comes_again(engine_name: str, tmp_path: Path) -> None:
    _, commit = filled(
        engine_name, tmp_path, [passage(0, ["en:war"]), passage(0, ["en:war"], "b"), passage(1, ["en:sea"], "b")]
    )
    engine = open_engine(engine_name, tmp_path, commit)
    engine.delete("b")
    engine.add([entry(0, ["en:peace"], "b")])
    engine = open_engine(engine_name, tmp_path, engine.commit())
    assert [hit.passage.id for hit in engine.search(["en:war"], 10)] == ["a#0"]
    assert engine.search(["en:sea"], 10) == []
    assert [hit.passage.id for hit in engine.search(["en:peace"], 10)] == ["b#0"]
    assert len(engine) == 2


def test_what_is_added_and_deleted_before_the_commit_is_gone(engine_name: str, tmp_path: Path) -> None:
    engine, _ = filled(engine_name, tmp_path, [passage(0, ["en:war"])])
    engine.add([entry(0, ["en:sea"], "b"), entry(0, ["en:sea"], "c")])
    engine.delete("b")
    engine.commit()
    assert [hit.passage.id for hit in engine.search(["en:sea"], 10)] == ["c#0"]
    assert len(engine) == 2


def test_a_reader_goes_on_with_what_it_opened(engine_name: str, tmp_path: Path) -> None:
    writer, commit = filled(engine_name, tmp_path, [passage(0, ["en:war"])])
    reader = open_engine(engine_name, tmp_path, commit)
    writer.delete("a")
    writer.add([entry(0, ["en:sea"], "b")])
    writer.commit()
    writer.prune()
    assert [hit.passage.id for hit in reader.search(["en:war"], 10)] == ["a#0"]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(WORDS), max_size=12), min_size=1, max_size=25),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=5, unique=True),
)
def test_the_ranking_is_that_of_the_oracle(
    engine_name: str, tmp_path_factory: pytest.TempPathFactory, texts: list[list[str]], query: list[str]
) -> None:
    if engine_name == "opensearch":  # Lucene takes a passage without any term for none, in the mean length too
        texts = [terms for terms in texts if terms] or [["en:sea"]]
    passages = [passage(n, terms) for n, terms in enumerate(texts)]
    expected = bm25(query, passages)
    ranked = sorted(expected, key=lambda key: (-round(expected[key], 9), key))[:10]
    engine, _ = filled(engine_name, tmp_path_factory.mktemp("engine"), passages)
    hits = engine.search(query, 10)
    # An engine may count in half as many digits: what is all but equal changes places, and is weighed anew later.
    near = 1e-9 if engine_name == "memory" else 1e-3
    assert [expected[hit.passage.id] for hit in hits] == pytest.approx([expected[key] for key in ranked], rel=near)


def test_an_unknown_engine_is_told() -> None:
    with pytest.raises(
        BadSettings, match=r"^There is no engine 'lucene'\. Choose one of: memory, tantivy, opensearch\.$"
    ):
        open_engine("lucene", Path("nowhere"))
