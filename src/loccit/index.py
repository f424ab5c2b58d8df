"""A built index, open for questions: the one object that the command line, the bot and a program ask.

index = Index.open(Path("index/built"))
answer = index.ask("Who is the ambassador?")
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Self

from loccit import conversation
from loccit.answerer import decide
from loccit.built import Built, open_built
from loccit.chunker import chunk
from loccit.errors import BadQuestion
from loccit.highlight import highlight
from loccit.languages import codes
from loccit.languages.analysis import analyzer
from loccit.languages.detection import detect
from loccit.lexicon import Lexicon, look_up, rarity
from loccit.retriever import CANDIDATES, retrieve, understand
from loccit.scorer import Scored, rank
from loccit.settings import IndexSettings, read_settings
from loccit.types import Answer, Article, Hit, Question, Span

LONGEST_QUESTION = 2_000
"""Characters."""
TELLING = 1_000
"""Passages from which on how common a word is tells whether it is a name."""


class Index:
    """What the bot knows."""

    def __init__(self, built: Built, settings: IndexSettings, folder: Path) -> None:
        self.catalog, self._engine = built
        self._passages_with = lru_cache(maxsize=64)(self._count_passages)
        self.settings = settings
        self.folder = folder
        self.languages = tuple(self.catalog.languages())
        self.id = self.catalog.about["index"]

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The index `loccit index` made in the folder; raises IndexMissing, IndexDamaged or IndexOutdated."""
        return cls(open_built(folder), read_settings(IndexSettings, folder.parent / "index.toml"), folder)

    @property
    def base(self) -> Path:
        """The folder the articles' files are relative to."""
        return self.folder.parent

    def __len__(self) -> int:
        """How many passages there are."""
        return len(self._engine)

    def article(self, article_id: str) -> Article | None:
        """The article of that id."""
        return self.catalog.article(article_id)

    def ask(
        self, text: str, *, history: Sequence[str] = (), language: str | None = None, limit: int | None = None
    ) -> Answer:
        """The answer to a question; `history` holds the earlier questions of the talk, oldest first.

        Raises BadQuestion for one that is empty or longer than `LONGEST_QUESTION`.
        """
        question = self.understand(text, history=history, language=language)
        lexicon = self.look_up(question)
        ranked = self.rank(question, self.retrieve(question, lexicon), lexicon)
        return self.decide(question, ranked, limit=limit)

    def understand(self, text: str, *, history: Sequence[str] = (), language: str | None = None) -> Question:
        """The question with its language and its terms."""
        text = text.encode(errors="replace").decode()  # halves of characters are no text
        if not text.strip():
            raise BadQuestion('The question is empty. Ask something: loccit ask "Who …?"')
        if len(text) > LONGEST_QUESTION:
            raise BadQuestion(
                f"The question has {len(text):,} characters, at most {LONGEST_QUESTION:,} can be asked. Shorten it."
            )
        code = language or detect(text, [*self.languages, *codes()], library=len(self.languages) > 1)
        rarities = self._rarity(text, code) if history else None
        resolved = conversation.resolve(text, history, code, rarity=rarities)
        return understand(text, code, self.languages, None if resolved == text else resolved)

    def look_up(self, question: Question, *, without: str | None = None) -> Lexicon:
        """What the index knows of the question's terms, as if the article `without` were not in it."""
        return look_up(question, self.catalog, self._passages_with(without) if without is not None else {})

    def retrieve(self, question: Question, lexicon: Lexicon, *, without: str | None = None) -> list[Hit]:
        """The passages for a question, best first, those of the article `without` left out."""
        hidden = self.catalog.passages_of(without) if without is not None else 0
        hits = retrieve(question, self._engine, lexicon, limit=CANDIDATES + hidden)
        return [hit for hit in hits if hit.passage.source.article_id != without][:CANDIDATES]

    def rank(self, question: Question, hits: Sequence[Hit], lexicon: Lexicon) -> list[Scored]:
        """The sentences of the hits, best first, before it is decided whether to say them."""
        return rank(question, hits, lexicon)

    def decide(self, question: Question, ranked: Sequence[Scored], *, limit: int | None = None) -> Answer:
        """The answer, or that the articles do not say."""
        answer = self.settings.answer
        return decide(
            question,
            ranked,
            index=self.id,
            precision=answer.precision,
            limit=limit or answer.quotes,
            mark=_mark,
        )

    def _rarity(self, text: str, code: str) -> dict[str, float]:
        """How rare each term is, as a share of one that is nowhere; none in a small index, where names are common."""
        known = self.catalog.languages().get(code)
        if known is None or known.passages < TELLING:
            return {}
        having = self.catalog.passages_with(analyzer(code).question_terms(text))
        return {term: rarity(known.passages, n) / rarity(known.passages, 0) for term, n in having.items()}

    def _count_passages(self, article_id: str) -> Counter[str]:
        article = self.article(article_id)
        passages = chunk(article, self.settings.passages.size) if article else ()
        return Counter(term for passage in passages for term in set(passage.terms))


def _mark(question: Question, text: str, language: str) -> Span | None:
    found = highlight(question, text, language)
    return found.span if found else None
