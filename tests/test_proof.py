"""A proof is the article's own text, and there is none where the article is another."""

from hypothesis import given
from hypothesis import strategies as st

from loccit.proof import AROUND, Proof, around, prove, sound
from loccit.types import Answer, Article, Question, Quote, Section, Source, Span

WORDS = st.lists(st.sampled_from(["word", "one.", "\n", "🍯", "سلام", "x" * 400]), min_size=1, max_size=400)


def article(text: str, *sections: Span) -> Article:
    return Article(id="a", title="A", text=text, file="a.txt", sections=tuple(Section(span=span) for span in sections))


def quote(of: Article, start: int, end: int) -> Quote:
    source = Source(article_id=of.id, title=of.title, file=of.file, sha256=of.sha256)
    return Quote(text=of.text[start:end], span=Span(start, end), score=1, source=source)


@given(WORDS, st.data())
def test_a_proof_is_the_text_around_the_quote(words: list[str], data: st.DataObject) -> None:
    whole = article(" ".join(words))
    start = data.draw(st.integers(0, len(whole.text) - 1))
    end = data.draw(st.integers(start + 1, len(whole.text)))
    proof = prove(1, quote(whole, start, end), whole)
    assert isinstance(proof, Proof)
    before, middle, after = proof.pieces
    assert middle == whole.text[start:end]
    assert whole.text[:start].endswith(before)
    assert whole.text[end:].startswith(after)
    assert max(len(before), len(after)) <= AROUND


def test_the_whole_section_where_it_is_short() -> None:
    text = "Title\n\nBefore. Quote. After.\n\nOther section."
    whole = article(text, Span(7, 28), Span(30, 44))
    proof = prove(1, quote(whole, 15, 21), whole)
    assert isinstance(proof, Proof)
    assert (proof.pieces, proof.cut) == (("Before. ", "Quote.", " After."), (False, False))


def test_whole_lines_then_whole_words_of_a_long_one() -> None:
    near = "near " * 40
    text = "long " * 200 + f"\n{near}Quote. {near}\n" + "long " * 200
    start = text.index("Quote.")
    assert text[slice(*around(text, Span(start, start + 6), Span(0, len(text))))] == f"{near}Quote. {near}".strip()
    text = text.replace("near ", "")
    start = text.index("Quote.")
    shown = text[slice(*around(text, Span(start, start + 6), Span(0, len(text))))]
    assert shown.startswith("long long"), "a line is not kept whole where little of it would be shown"
    assert shown.endswith("long long")
    text = "word " * 500
    start, end = around(text, Span(1000, 1004), Span(0, len(text)))
    assert (text[start - 1], text[end]) == (" ", " ")
    assert end - start > AROUND


def test_of_what_is_written_without_blanks_as_many_letters() -> None:
    whole = article("港" * 1000)
    proof = prove(1, quote(whole, 400, 410), whole)
    assert isinstance(proof, Proof)
    assert ([len(piece) for piece in proof.pieces], proof.cut) == ([AROUND, 10, AROUND], (True, True))


def test_an_article_that_is_another() -> None:
    whole = article("One. Two. Three.")
    said = quote(whole, 5, 9)
    assert prove(1, said, None) == "gone"
    assert prove(1, said, article("One. Two! Three.")) == "changed"
    assert prove(1, said, article("")) == "changed"
    assert prove(1, said.model_copy(update={"text": "Twe."}), whole) == "changed"
    assert prove(1, said.model_copy(update={"span": Span(4, 8)}), whole) == "changed"


def test_a_sentence_that_moved_is_proved_where_it_stands_now() -> None:
    said = quote(article("One. Two. Three. Two."), 17, 21)
    for text, start in (("One. Two. Three. Four. Two.", 23), ("New. One. Two. Three.", 10), ("One. Two.", 5)):
        now = article(text)
        proof = prove(1, said, now)
        assert isinstance(proof, Proof)
        assert proof.remarks == ("moved",)
        assert proof.quoted.span == (start, start + 4)
        assert proof.quoted.source.sha256 == now.sha256
        assert "".join(proof.pieces) == text


def test_an_answer_is_sound_where_all_its_quotes_stand() -> None:
    whole = article("One. Two. Three.")
    question = Question(text="?", language="en", terms={})
    good = quote(whole, 5, 9)
    bad = good.model_copy(update={"text": "Tow."})

    def said(*quotes: Quote) -> Answer:
        return Answer(question=question, quotes=quotes, confidence=1, index="x")

    assert sound(said(good), lambda _: {whole.id: whole})
    assert not sound(said(good, bad), lambda _: {whole.id: whole})
    assert not sound(said(good), lambda _: {})
    assert sound(said(), lambda _: {})
    assert sound(said(good).model_copy(update={"headline": "Two"}), lambda _: {whole.id: whole})
    assert not sound(said(good).model_copy(update={"headline": "Three"}), lambda _: {whole.id: whole})
    assert not sound(said().model_copy(update={"headline": "Two"}), lambda _: {whole.id: whole})
