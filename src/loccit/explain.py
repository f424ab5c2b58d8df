"""Why a sentence came first: which words met, what each feature gave, what came second and where it fell behind."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from loccit.answerer import evidence
from loccit.languages.analysis import Analyzer, analyzer
from loccit.letters import short
from loccit.lexicon import Lexicon
from loccit.scorer import Features, Model, Scored
from loccit.scorer.model import Evidence
from loccit.types import Answer, Question, Record, Suggestion

GROUPS = (
    ("own", "plain", "names_lost", "associated", "met", "unknown"),
    ("covered", "above", "refers"),
    ("pairs", "order"),
    ("conflict", "fits", "fails", "opens", "answer"),
    ("passage", "leads", "article", "articles"),
    ("length",),
    ("score",),
    ("chosen",),
)
"""What features and evidence are told as: the names of the phrase `why_groups`. The bias and
the size of the index are in none."""
LITTLE = 0.05
"""What gives less than this is not told."""
MOST = 20
"""Words of a question that are told, of each kind."""
SUREST = 0.99
"""Nothing is told to be surer, nor its contrary."""
LONGEST = 160
"""Characters of the second sentence that are told."""

Way = Literal["itself", "form", "synonym", "above", "near"]
"""The word itself, another form, a synonym; or only the title or a heading has it, or else a sentence beside it."""
Reason = Literal["no_terms", "no_passage", "unknown", "names_lost", "unsure"]
"""No word to search with; none found; one that is nowhere; a name that is not there; or else too little in all."""


class Met(Record):
    """A word of the question as it was searched, and by what a sentence has it; None where it does not."""

    word: str
    by: Way | None


class Gave(Record):
    """What one feature did to a sum: the value times its weight."""

    name: str
    value: float
    weight: float
    gave: float


class Seen(Record):
    """A sentence as the scorer saw it."""

    sentence: Suggestion
    score: float
    words: tuple[Met, ...]
    features: tuple[Gave, ...]
    """What gave most first. Of the sentences that were read the sum is the logit of the score."""


class Why(Record):
    """Why an answer is as it is."""

    first: Seen | None
    """The sentence that is said, or would be; None where nothing was found."""
    second: Seen | None
    """The next one that is another."""
    behind: dict[str, float]
    """How far it is behind in each feature, where it lost most first; negative where it is ahead."""
    confidence: float
    threshold: float
    """What the confidence has to reach for the first sentence to be said."""
    evidence: tuple[Gave, ...]
    """What the confidence is the logistic function of, what gave most first."""
    reason: Reason | None
    """Why the articles do not say; None where they do."""
    missing: tuple[str, ...]


class Line(NamedTuple):
    """A phrase, and for each of its fields words in a row."""

    phrase: str
    fields: Mapping[str, Sequence[str]]


def explain(
    question: Question, ranked: Sequence[Scored], answer: Answer, lexicon: Lexicon, model: Model, *, precision: float
) -> Why:
    """Why the answer is made of these sentences; they and the question are in one language."""
    second = next((each for each in ranked[1:] if each.quote.text != ranked[0].quote.text), None)
    seen = [_seen(each, question, lexicon, model) for each in (*ranked[:1], *([second] if second else []))]
    known = _gave(evidence(ranked), model.evidence) if ranked else ()
    return Why(
        first=seen[0] if seen else None,
        second=seen[1] if second else None,
        behind=_behind(*seen) if second else {},
        confidence=answer.confidence,
        threshold=model.threshold(precision),
        evidence=known,
        reason=_reason(question, known) if answer.declined else None,
        missing=answer.missing,
    )


def lines(why: Why, wording: Mapping[str, str]) -> list[Line]:
    """The same in the words of a language: about a dozen lines."""
    if why.first is None:
        return [Line(wording["no_terms" if why.reason == "no_terms" else "missing"], {"words": why.missing})]
    parts = _parts(_sums((each.name, each.gave) for each in why.first.features), wording)
    told = [*_words(why.first, wording), Line(wording["why_score"], {"parts": parts})]
    if why.second:
        had = {met.word for met in why.first.words if met.by}
        lacking = [met.word for met in why.second.words if met.word in had and not met.by]
        lost = _sums((name, -lost) for name, lost in why.behind.items())
        told += [
            Line(wording["why_second"], {"sentence": [short(why.second.sentence.text, LONGEST)]}),
            Line(wording["why_lacks"], {"words": lacking}),
            Line(wording["why_behind"], {"parts": _parts(lost, wording)[::-1]}),
        ]
    sure = min(max(why.confidence, 1 - SUREST), SUREST)
    shares = {"percent": [f"{sure:.0%}"], "needed": [f"{why.threshold:.0%}"]}
    parts = _parts(_sums((each.name, each.gave) for each in why.evidence), wording)
    told += [Line(wording["why_sure"], shares), Line(wording["why_counts"], {"parts": parts})]
    return [each for each in told if all(each.fields.values())]


def _seen(scored: Scored, question: Question, lexicon: Lexicon, model: Model) -> Seen:
    quote = scored.quote
    return Seen(
        sentence=Suggestion(text=quote.text, span=quote.span, source=quote.source),
        score=quote.score,
        words=tuple(_met(scored, question, lexicon)),
        features=_gave(scored.features, model.full),
    )


def _met(scored: Scored, question: Question, lexicon: Lexicon) -> Iterator[Met]:
    """The words of the question; the pieces of one of which the sentence has only some are told one by one."""
    stems, source = analyzer(scored.language), scored.quote.source
    own = set(stems.terms(scored.quote.text))
    above = set(stems.terms(" ".join((source.title, *source.heading))))
    pieces: dict[str, dict[str, Way | None]] = {}
    for term, word in stems.question_terms(question.understood_as or question.text).items():
        by: Way | None = _by(term, own, lexicon, stems)
        if by is None and term in scored.covered:
            by = "above" if _by(term, above, lexicon, stems) else "near"
        pieces.setdefault(word, {})[term] = by
    for word, ways in pieces.items():
        if len(set(ways.values())) == 1:
            yield Met(word=word, by=next(iter(ways.values())))
        else:
            yield from (Met(word=term.partition(":")[2], by=by) for term, by in ways.items())


def _by(term: str, having: Iterable[str], lexicon: Lexicon, stems: Analyzer) -> Way | None:
    """By what some terms have one."""
    root = stems.root(term)
    kin = {other for other in having if term in lexicon.kin.get(other, ()) or (root and stems.root(other) == root)}
    if not kin:
        return None
    if term in kin:
        return "itself"
    return "form" if kin - stems.synonyms.get(term, frozenset()) else "synonym"


def _gave(values: Features | Evidence, weights: Features | Evidence) -> tuple[Gave, ...]:
    found = (
        Gave(name=name, value=value, weight=weight, gave=value * weight)
        for (name, value), weight in zip(values._asdict().items(), weights, strict=True)
    )
    return tuple(sorted(found, key=lambda each: -abs(each.gave)))


def _behind(first: Seen, second: Seen) -> dict[str, float]:
    other = {each.name: each.gave for each in second.features}
    lost = {each.name: each.gave - other[each.name] for each in first.features}
    return dict(sorted(lost.items(), key=lambda item: -item[1]))


def _reason(question: Question, known: Sequence[Gave]) -> Reason:
    if not known:
        return "no_passage" if any(question.terms.values()) else "no_terms"
    values = {each.name: each.value for each in known}
    if values["unknown"]:
        return "unknown"
    return "unsure" if values["chosen"] else "names_lost"  # nothing is chosen then, and only then


def _words(seen: Seen, wording: Mapping[str, str]) -> Iterator[Line]:
    """Which words the sentence has, by what, and which it lacks."""
    for by, phrase in (
        ("itself", "why_itself"),
        ("form", "why_form"),
        ("synonym", "why_synonym"),
        ("near", "why_near"),
        ("above", "why_above"),
        (None, "why_lacks"),
    ):
        words = [met.word for met in seen.words if met.by == by]
        yield Line(wording[phrase], {"words": [*words[:MOST], *(["…"] if len(words) > MOST else [])]})


def _sums(given: Iterable[tuple[str, float]]) -> list[float]:
    """What the features of each group gave together."""
    gave = dict(given)
    return [sum(gave.get(name, 0.0) for name in names) for names in GROUPS]


def _parts(sums: Sequence[float], wording: Mapping[str, str]) -> list[str]:
    """Each group's name and what it gave, the largest first."""
    named = sorted(zip(sums, wording["why_groups"].split("|"), strict=True), reverse=True)
    return [f"{name} {gave:+.1f}".replace("-", "−") for gave, name in named if abs(gave) >= LITTLE]
