"""Replies, against the files of `tests/replies`: what a message looks like, its entities written as tags."""

from pathlib import Path

import pytest
from telegram import MessageEntity

from loccit.bot.reply import Reply, answered, plain, proved, started
from loccit.languages import wording
from loccit.proof import prove
from loccit.types import Answer, Article, Question, Quote, Source, Span, Suggestion

GOLDEN = Path(__file__).parents[1] / "replies"
EN, AR = wording("en"), wording("ar")

TEXT = """The harbour was built in 1871. Its light 🔦 can be seen for nine miles & more.

<b>Boats</b> with less than 2 m of draught may enter at any time. The others wait for the tide."""
HARBOUR = Article(
    id="a1", title="Old harbour", text=TEXT, file="articles/harbour.md", url="https://example.org/h?a=1&b=2"
)
PORT = Article(id="a2", title="الميناء القديم", text="بُني الميناء سنة 1871. وله منارة.", file="articles/port.txt")


def source(article: Article, *heading: str) -> Source:
    return Source(
        article_id=article.id, title=article.title, heading=heading, url=article.url, file=article.file,
        sha256=article.sha256,
    )  # fmt: skip


def quote(article: Article, text: str, *heading: str, highlight: str | None = None) -> Quote:
    start = article.text.index(text)
    place = Span(text.index(highlight), text.index(highlight) + len(highlight)) if highlight else None
    span = Span(start, start + len(text))
    return Quote(text=text, span=span, score=0.9, highlight=place, source=source(article, *heading))


def question(text: str = "When was the harbour built?", understood_as: str | None = None) -> Question:
    return Question(text=text, language="en", terms={"en": ("en:harbour",)}, understood_as=understood_as)


def answer(*quotes: Quote, **fields: object) -> Answer:
    return Answer.model_validate({"question": question(), "quotes": quotes, "confidence": 0.9, "index": "x"} | fields)


BUILT = quote(HARBOUR, "The harbour was built in 1871.", "History", "Works", highlight="1871")
LIGHT = quote(HARBOUR, "Its light 🔦 can be seen for nine miles & more.", "History", highlight="nine miles")
BOATS = quote(HARBOUR, "<b>Boats</b> with less than 2 m of draught may enter at any time.")
ARABIC = quote(PORT, "بُني الميناء سنة 1871.", "التاريخ")

FLEET = HARBOUR.model_copy(
    update={"text": " ".join(f"Ship number {n} lay here." for n in range(100)), "title": "Fleet", "url": None}
)

FORGED = Article(
    id="a3",
    title="T\u2067\u0007itle\n\n[2] x",
    text="One\x1b[31m \u202eowt\u202c\x00\u2028\n[2] three.",
    file="articles/x\n\u202etxt.md",
)
HOSTILE = quote(FORGED, FORGED.text, "A\nheading", highlight="\u202eowt\u202c")


def suggestion(quote: Quote) -> Suggestion:
    return Suggestion(text=quote.text, span=quote.span, source=quote.source)


def the_proof(number: int, quote: Quote, article: Article) -> list[Reply]:
    proof = prove(number, quote, article)
    assert not isinstance(proof, str)
    return proved(proof, EN)


DECLINED = {"declined": True, "confidence": 0.1, "missing": ("captain", "ship")}
CASES = {
    "one-quote": answered(answer(BUILT), "ID", EN),
    "three-quotes": answered(answer(BUILT, LIGHT, BOATS), "ID", EN),
    "understood-missing-notice": answered(
        answer(BUILT, question=question("and when?", "and when? (harbour)"), missing=("mole",), notice="A notice."),
        "ID",
        EN,
    ),
    "tapped-sample": answered(answer(BUILT), "ID", EN, asked="When was the harbour built?"),
    "not-kept": answered(answer(BUILT), None, EN),
    "headline": answered(answer(BUILT, headline="1871"), "ID", EN),
    "headline-arabic-article": answered(answer(ARABIC, headline="سنة 1871"), "ID", EN),
    "arabic-article-english-reader": answered(answer(ARABIC), "ID", EN),
    "arabic-article-arabic-reader": answered(answer(ARABIC), "ID", AR),
    "english-article-arabic-reader": answered(answer(BUILT, missing=("mole", "رصيف")), "ID", AR),
    "declined": answered(answer(**DECLINED), "ID", EN),
    "declined-with-suggestions": answered(
        answer(**DECLINED, suggestions=(suggestion(BUILT), suggestion(BOATS))), "ID", EN
    ),
    "no-terms": answered(answer(question=question().model_copy(update={"terms": {"en": ()}}), declined=True), "ID", EN),
    "proof": the_proof(2, LIGHT, HARBOUR),
    "proof-in-a-long-section": the_proof(1, quote(FLEET, "Ship number 50 lay here."), FLEET),
    "declined-in-another-language": answered(
        answer(**DECLINED, suggestions=(suggestion(BUILT),), notice="From articles in English only."), "ID", EN
    ),
    "start": started(["Old harbour", "الميناء القديم"], ["When was the harbour built?"], EN),
    "start-many-articles": started([f"Article {n}" for n in range(1, 8)], [], EN),
    "hostile": answered(answer(HOSTILE, question=question("?", "a\u202eb")), "ID", EN),
}


def render(replies: list[Reply]) -> str:
    """The messages as a person can read and edit them."""
    blocks = []
    for reply in replies:
        utf16 = reply.text.encode("utf-16-le")
        opened: dict[int, list[str]] = {}
        closed: dict[int, list[str]] = {}
        for entity in reply.entities:
            tag = f"{entity.type} {entity.url}" if entity.url else entity.type
            opened.setdefault(entity.offset, []).append(f"<{tag}>")
            closed.setdefault(entity.offset + entity.length, []).insert(0, f"</{entity.type}>")
        places = sorted({0, len(utf16) // 2, *opened, *closed})
        text = ""
        for place, following in zip(places, [*places[1:], None], strict=True):
            text += "".join(closed.get(place, [])) + "".join(opened.get(place, []))
            if following is not None:
                text += utf16[2 * place : 2 * following].decode("utf-16-le")
        text = text.replace("\u2068", "⟨").replace("\u2069", "⟩")
        rows = (" ".join(f"[ {button.text} ] {button.tap}{button.url}" for button in row) for row in reply.buttons)
        buttons = "".join(f"\n{row}" for row in rows)
        blocks.append(text + ("\n" + buttons if buttons else "") + "\n")
    return "\n--- next message ---\n".join(blocks)


@pytest.mark.parametrize("name", CASES)
def test_a_reply_looks_as_in_its_file(name: str) -> None:
    assert render(CASES[name]) == (GOLDEN / f"{name}.txt").read_text("utf-8")


def test_each_file_has_its_reply() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(CASES)


def test_a_quotation_block_is_the_quote_and_nothing_else() -> None:
    (reply,) = CASES["three-quotes"]
    blocks = [entity for entity in reply.entities if entity.type == MessageEntity.BLOCKQUOTE]
    utf16 = reply.text.encode("utf-16-le")
    texts = [utf16[2 * block.offset : 2 * (block.offset + block.length)].decode("utf-16-le") for block in blocks]
    assert texts == [BUILT.text, LIGHT.text, BOATS.text]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "tg://resolve?domain=x", "http://[", "https://local", "https://a.b/ c", "ftp://a.b"]
)
def test_a_title_leads_to_the_web_or_nowhere(url: str) -> None:
    linked = BUILT.model_copy(update={"source": BUILT.source.model_copy(update={"url": url})})
    (reply,) = answered(answer(linked), "ID", EN)
    assert MessageEntity.TEXT_LINK not in [entity.type for entity in reply.entities]


def test_a_button_holds_64_bytes() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        answered(answer(BUILT), "x" * 61, EN)


def test_buttons_stand_under_the_last_message() -> None:
    long = HARBOUR.model_copy(update={"text": "word " * 1900 + "end."})
    replies = answered(answer(quote(long, long.text)), "ID", EN)
    assert [len(reply.buttons) for reply in replies] == [0, 0, 2]


def test_a_phrase_is_a_message() -> None:
    assert render(plain("Ask me.")) == "Ask me.\n"
