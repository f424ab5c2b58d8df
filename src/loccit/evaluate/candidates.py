"""Given sentences are ranked: a question, and the sentences of an article of which somebody said which ones answer."""

from collections.abc import Sequence
from typing import NamedTuple

from loccit.evaluate.testset import Item
from loccit.index import Index
from loccit.languages.analysis import analyzer
from loccit.lexicon import Lexicon
from loccit.retriever import bm25
from loccit.scorer import Scored
from loccit.types import Article, Entry, Hit, Passage, Question, Section, Sentence, Source, Span


class Candidates(NamedTuple):
    """What `rank` takes, and for each sentence of the hit whether it is right."""

    question: Question
    hits: tuple[Hit, ...]
    lexicon: Lexicon
    labels: tuple[bool, ...]

    def ranks(self, ranked: Sequence[Scored]) -> list[int]:
        """The ranks of the right sentences, from 1; any that were not ranked come last, in their order."""
        sentences = [sentence.span for hit in self.hits for sentence in hit.passage.sentences]
        order = dict.fromkeys([scored.quote.span for scored in ranked] + sentences)
        right = {span for span, label in zip(sentences, self.labels, strict=True) if label}
        return [rank for rank, span in enumerate(order, 1) if span in right]


def candidates_of(index: Index, item: Item) -> Candidates:
    """The question and its candidates as one article of one passage, each one sentence; rarities are the index's.

    Raises BadQuestion where it cannot be asked.
    """
    question = index.understand(item.question, history=item.history)
    lexicon = index.look_up(question)
    passage = _passage(index, item, question.language)
    terms = [term for code_terms in question.terms.values() for term in code_terms]
    entry = Entry.of(passage)
    hits = (Hit(entry, bm25(terms, entry, lexicon) or 1.0),)  # a hit always has a score
    return Candidates(question, hits, lexicon, tuple(candidate.right for candidate in item.candidates))


def _passage(index: Index, item: Item, asked: str) -> Passage:
    text = "\n".join(candidate.text for candidate in item.candidates)
    known = index.article(item.context.article) if item.context else None
    codes = (known and known.language, asked, *index.languages)
    code = next(code for code in codes if code in index.languages)
    terms = analyzer(code).terms
    sentences, start = list[Sentence](), 0
    for candidate in item.candidates:
        span = Span(start, start + len(candidate.text))
        sentences.append(Sentence(span=span, terms=terms(candidate.text)))
        start = span.end + 1
    title = known.title if known else item.context.article if item.context else item.id
    whole = Span(0, len(text))
    article = Article(id=item.id, title=title, text=text, sections=(Section(span=whole),), file=item.id)
    return Passage(
        id=f"{item.id}#0",
        source=Source(article_id=item.id, title=title, file=item.id, sha256=article.sha256),
        language=code,
        span=whole,
        text=text,
        context=terms(title),
        sentences=tuple(sentences),
    )
