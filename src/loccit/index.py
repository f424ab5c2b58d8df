"""A built index, open for questions: the one object that the command line, the bot and a program ask.

index = Index.open(Path("index/built"))
answer = index.ask("Who is the ambassador?")
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Self, TypeVar

from loccit import conversation, spelling
from loccit.answerer import decide
from loccit.built import Built, open_built
from loccit.chunker import chunk
from loccit.errors import BadQuestion
from loccit.explain import Why, explain
from loccit.highlight import Model as Highlights
from loccit.languages import codes
from loccit.languages import language as language_of
from loccit.languages.analysis import analyzer
from loccit.languages.detection import detect
from loccit.lexicon import Lexicon, look_up, rarity
from loccit.retriever import CANDIDATES, retrieve, understand
from loccit.scorer import PASSAGES, Model, Scored, rank
from loccit.scorer.model import load, shipped
from loccit.settings import IndexSettings, read_settings
from loccit.translation import Translation, Vocabulary, is_same, notice, translate
from loccit.transliteration import romanized
from loccit.types import Answer, Article, Hit, Question, Quote, Suggestion

Said = TypeVar("Said", Quote, Suggestion)

LONGEST_QUESTION = 2_000
"""Characters."""
TELLING = 1_000
"""Passages from which on how common a word is tells whether it is a name."""


class Index:
    """What the bot knows."""

    def __init__(self, built: Built, settings: IndexSettings, folder: Path) -> None:
        self.catalog, self._engine = built
        self._passages_with = lru_cache(maxsize=64)(self._count_passages)
        self._vocabulary = Vocabulary(has=self._has, sounding=lru_cache(maxsize=4096)(self._sounding))
        self.settings = settings
        self.folder = folder
        self.languages = tuple(self.catalog.languages())
        self.id = self.catalog.about["index"]
        model = settings.answer.model
        self._models: tuple[Model, Highlights | None] = (load(folder.parent / model) if model else shipped(), None)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The index `loccit index` made in the folder; raises IndexMissing, IndexDamaged or IndexOutdated."""
        settings = read_settings(IndexSettings, folder.parent / "index.toml")
        return cls(open_built(folder, settings.opensearch), settings, folder)

    def use(self, model: Model, highlights: Highlights | None = None) -> None:
        """Rank and decide by these models from now on, the shipped one of highlights where none is given."""
        self._models = model, highlights

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
        self,
        text: str,
        *,
        history: Sequence[str] = (),
        language: str | None = None,
        limit: int | None = None,
        as_typed: bool = False,
    ) -> Answer:
        """The answer to a question; `history` holds the earlier questions of the talk, oldest first.

        With `as_typed` its typing errors are not mended.
        Raises BadQuestion for one that is empty or longer than `LONGEST_QUESTION`.
        """
        return self.answer(self.understand(text, history=history, language=language, as_typed=as_typed), limit=limit)

    def answer(self, question: Question, *, limit: int | None = None) -> Answer:
        """The answer to a question that has been understood; the same each time."""
        lexicon = self.look_up(question)
        ranked = self.rank(question, self.retrieve(question, lexicon), lexicon)
        return self.decide(question, ranked, limit=limit)

    def understand(
        self, text: str, *, history: Sequence[str] = (), language: str | None = None, as_typed: bool = False
    ) -> Question:
        """The question with its language and its terms."""
        text = text.encode(errors="replace").decode()  # halves of characters are no text
        if not text.strip():
            raise BadQuestion('The question is empty. Ask something: loccit ask "Who …?"')
        if len(text) > LONGEST_QUESTION:
            raise BadQuestion(
                f"The question has {len(text):,} characters, at most {LONGEST_QUESTION:,} can be asked. Shorten it."
            )
        code = language or self._detect(text)
        rarities = self._rarity(text, code) if history else None
        resolved = conversation.resolve(text, history, code, rarity=rarities)
        searched = resolved if as_typed else self._mend(resolved, code)
        understood_as = None if searched == text else searched
        return understand(text, code, self.languages, understood_as, vocabulary=self._vocabulary)

    def look_up(self, question: Question, *, without: str | None = None) -> Lexicon:
        """What the index knows of the question's terms, as if the article `without` were not in it."""
        return look_up(question, self.catalog, self._passages_with(without) if without is not None else {})

    def retrieve(self, question: Question, lexicon: Lexicon, *, without: str | None = None) -> list[Hit]:
        """The passages for a question, best first, those of the article `without` left out."""
        hidden = self.catalog.passages_of(without) if without is not None else 0
        hits = retrieve(question, self._engine, lexicon, limit=CANDIDATES + hidden)
        return [hit for hit in hits if hit.entry.article_id != without][:CANDIDATES]

    def chances(self, hits: Sequence[Hit]) -> dict[str, float]:
        """The share of the index's passages that each article of the hits that are looked at has."""
        articles = {hit.entry.article_id for hit in hits[:PASSAGES]}
        return {article: self.catalog.passages_of(article) / max(1, len(self)) for article in articles}

    def rank(self, question: Question, hits: Sequence[Hit], lexicon: Lexicon) -> list[Scored]:
        """The sentences of the hits, best first, before it is decided whether to say them.

        Those in the language asked come first, unless an answer can be made only of those in another.
        """
        spoken = dict.fromkeys(hit.entry.language for hit in hits)
        found = {code: [hit for hit in hits if hit.entry.language == code] for code in spoken}
        model, highlights = self._models
        ranked = [
            rank(self._translate(question, code).question, some, lexicon, model, highlights, self.chances(some))
            for code, some in found.items()
        ]
        if len(ranked) > 1:
            ranked.sort(key=lambda one: _preference(self.decide(question, one), one))
        return [scored for one in ranked for scored in one]

    def decide(self, question: Question, ranked: Sequence[Scored], *, limit: int | None = None) -> Answer:
        """The answer, or that the articles do not say."""
        wanted = self.settings.answer
        code = ranked[0].language if ranked else question.language
        translation = self._translate(question, code)
        answer = decide(
            translation.question if ranked else question,
            [scored for scored in ranked if scored.language == code],
            index=self.id,
            precision=wanted.precision,
            limit=limit or wanted.quotes,
            model=self._models[0],
        )
        missing = translation.missing(answer.missing) if translation.pieces else answer.missing
        said = notice(code, question.language)
        cited = {"quotes": self._placed(answer.quotes), "suggestions": self._placed(answer.suggestions)}
        return answer.model_copy(update={"question": question, "missing": missing, "notice": said, **cited})

    def why(self, question: Question) -> Why:
        """Why the answer to a question, `answer.question`, is as it is: asked again, it is the same."""
        lexicon = self.look_up(question)
        ranked = self.rank(question, self.retrieve(question, lexicon), lexicon)
        code = ranked[0].language if ranked else question.language
        return explain(
            self._translate(question, code).question,
            [scored for scored in ranked if scored.language == code],
            self.decide(question, ranked),
            lexicon,
            self._models[0],
            precision=self.settings.answer.precision,
        )

    def _placed(self, cited: Sequence[Said]) -> tuple[Said, ...]:
        """What is cited, with the files the articles are in now: a moved one is not given to the engine again."""
        files = [self.catalog.file_of(each.source.article_id) or each.source.file for each in cited]
        return tuple(
            each
            if each.source.file == file
            else each.model_copy(update={"source": each.source.model_copy(update={"file": file})})
            for each, file in zip(cited, files, strict=True)
        )

    def _detect(self, text: str) -> str:
        """The language of a question; of two that are easily taken for each other the one there are articles in."""
        code = detect(text, [*self.languages, *codes()], library=len(self.languages) > 1)
        twins = language_of(code).twins if code not in self.languages else ()
        return next((own for own in self.languages if own in twins), code)

    def _translate(self, question: Question, code: str) -> Translation:
        """The question as it is asked of the passages in that language."""
        return translate(spelling.own_words(question), code, self._vocabulary)

    def _mend(self, text: str, code: str) -> str:
        """A text of one of the index's languages without typing errors."""
        if code not in self.languages:
            return text
        others = [other for other in self.languages if other != code]
        table = language_of(code).english.words  # words of the language, whether the articles have them or not
        known = spelling.Known(
            self.catalog.passages_with,
            len(self),
            lambda word: word.casefold() in table or any(self._has(word, other) for other in others),
        )
        return spelling.correct(text, code, known)

    def _has(self, words: str, code: str) -> bool:
        """Whether the index has all of some words."""
        having = self.catalog.passages_with(analyzer(code).question_terms(words))
        return bool(having) and all(having.values())

    def _sounding(self, word: str, source: str, code: str) -> str | None:
        """The commonest word of the index, in the language of the code, that sounds like a name of another script."""
        for spelled in romanized(word.casefold(), source):
            begun = (f"{code}:{beginning}" for beginning in spelled.beginnings)
            terms = {term for each in begun for term in self.catalog.terms_beginning(each)}
            having = self.catalog.passages_with(term for term in terms if spelled.have(term.partition(":")[2]))
            if having:
                return max(having, key=lambda term: (having[term], term)).partition(":")[2].capitalize()
        return None

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


def _preference(answer: Answer, ranked: Sequence[Scored]) -> tuple[bool, bool, float]:
    """Answers before none, those in the language asked before others, then the surest."""
    return answer.declined, not is_same(ranked[0].language, answer.question.language), -answer.confidence
