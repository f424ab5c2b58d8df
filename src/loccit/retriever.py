"""A question becomes hits: fifty passages of the engine, rescored by the lexicon's own BM25."""

from collections import Counter
from collections.abc import Sequence

from loccit.engines import Engine
from loccit.errors import EngineUnreachable
from loccit.lexicon import Lexicon
from loccit.translation import Vocabulary, translate
from loccit.types import Entry, Hit, Question

K1, B = 1.2, 0.75
CANDIDATES = 50


def understand(
    text: str,
    language: str,
    index_languages: Sequence[str],
    understood_as: str | None = None,
    *,
    vocabulary: Vocabulary | None = None,
) -> Question:
    """The question with its terms in each language of the index: translated where it is asked in another."""
    question = Question(text=text, language=language, terms={}, understood_as=understood_as)
    codes = sorted(index_languages, key=lambda code: code != language)  # the one asked first
    terms = {code: translate(question, code, vocabulary).question.terms[code] for code in codes}
    return question.model_copy(update={"terms": terms})


def retrieve(question: Question, engine: Engine, lexicon: Lexicon, *, limit: int = CANDIDATES) -> list[Hit]:
    """The best passages for a question, best first; the same whatever the engine."""
    terms = [term for code_terms in question.terms.values() for term in code_terms]
    try:
        hits = engine.search(terms, limit) if terms else []
    except EngineUnreachable as error:
        error.language = question.language
        raise
    rescored = [Hit(hit.entry, bm25(terms, hit.entry, lexicon)) for hit in hits]
    return sorted(rescored, key=lambda hit: (-hit.score, hit.entry.id))


def bm25(terms: Sequence[str], passage: Entry, lexicon: Lexicon) -> float:
    """Okapi BM25 of a passage with Lucene's idf, from exact lengths (Robertson and Zaragoza 2009, (3.15))."""
    found = passage.terms.split(" ")
    counts = Counter(filter(frozenset(terms).__contains__, found))
    norm = K1 * (1 - B + B * len(found) / lexicon.languages[passage.language].mean)
    return sum(lexicon.rarity[term] * counts[term] * (K1 + 1) / (counts[term] + norm) for term in terms if counts[term])
