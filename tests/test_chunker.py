import time

from hypothesis import given, settings
from hypothesis import strategies as st

from loccit.chunker import chunk
from loccit.types import Article, Passage, Section, Span


def article(text: str, *sections: Section) -> Article:
    return Article(
        id="a",
        title="The Maldives",
        language="en",
        text=text,
        sections=sections or (Section(span=Span(0, len(text))),),
        file="a.txt",
    )


def quotes(passage: Passage) -> list[str]:
    return [
        passage.text[s.span.start - passage.span.start : s.span.end - passage.span.start] for s in passage.sentences
    ]


def test_a_passage_holds_whole_sentences_up_to_its_size() -> None:
    text = "One two three. " * 20
    passages = list(chunk(article(text), size=100))
    assert all(len(p.text) <= 100 for p in passages)
    assert [q for p in passages for q in quotes(p)] == ["One two three."] * 20


def test_a_sentence_longer_than_the_size_is_a_passage_of_its_own() -> None:
    long = "Word " * 50 + "end."
    assert [p.text for p in chunk(article(f"Short. {long} Short."), size=100)] == ["Short.", long, "Short."]


def test_a_passage_never_crosses_sections() -> None:
    text = "First. Second."
    sections = (Section(heading=("A",), span=Span(0, 6)), Section(heading=("B",), span=Span(7, 14)))
    assert [(p.source.heading, p.text) for p in chunk(article(text, *sections))] == [
        (("A",), "First."),
        (("B",), "Second."),
    ]


def test_a_paragraph_that_fills_half_a_passage_ends_it() -> None:
    text = "A sentence of some length here.\n\nAnother paragraph."
    assert len(list(chunk(article(text), size=60))) == 2
    assert len(list(chunk(article(text), size=200))) == 1


def test_title_and_headings_are_terms_of_the_passage() -> None:
    text = "Ties were established."
    (passage,) = chunk(article(text, Section(heading=("History", "Early years"), span=Span(0, len(text)))))
    assert passage.context == ("en:maldiv", "en:histori", "en:earli", "en:year")
    assert set(passage.context) < set(passage.terms)


def test_infobox_lines_are_sentences_and_a_title_goes_with_what_it_titles() -> None:
    text = "- Filetype: svg\n- Mission1: Embassy of Malaysia, Cairo\n- Envoytitle1: Ambassador\n- Envoy1: Zamani Ismail"
    (passage,) = chunk(article(text, Section(heading=("Infobox",), span=Span(0, len(text)), kind="infobox")))
    assert quotes(passage) == [
        "Filetype: svg",
        "Mission1: Embassy of Malaysia, Cairo",
        "Envoytitle1: Ambassador\n- Envoy1: Zamani Ismail",
    ]
    envoy = passage.sentences[2]
    assert {"en:envoy", "en:ambassador", "en:zamani"} <= set(envoy.terms)
    assert {"en:malaysia", "en:cairo"} <= set(envoy.hints)
    assert passage.sentences[0].hints == ()


def test_lines_of_one_number_without_end_give_no_hints() -> None:
    text = "\n".join(f"- Key1: value {n}" for n in range(5000))
    start = time.process_time()
    passages = list(chunk(article(text, Section(span=Span(0, len(text)), kind="infobox"))))
    assert time.process_time() - start < 5
    assert all(sentence.hints == () for passage in passages for sentence in passage.sentences)


def test_the_same_key_twice_and_broken_lines_do_no_harm() -> None:
    text = "- Envoy1: A\n- Envoy1: B\n- : x\n-\n- nothing here\n- 1: y"
    (passage,) = chunk(article(text, Section(span=Span(0, len(text)), kind="infobox")))
    assert quotes(passage) == ["Envoy1: A", "Envoy1: B", ": x", "-", "nothing here", "1: y"]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400), st.integers(100, 500), st.sampled_from(["prose", "infobox"]))
def test_every_sentence_is_the_article_s_own(text: str, size: int, kind: str) -> None:
    section = Section.model_validate({"span": Span(0, len(text)), "kind": kind})
    for passage in chunk(article(text, section), size):
        assert text[slice(*passage.span)] == passage.text
        for sentence, quote in zip(passage.sentences, quotes(passage), strict=True):
            assert text[slice(*sentence.span)] == quote == quote.strip() != ""
