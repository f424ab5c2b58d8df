"""How well questions with a typing error are answered, and how often one without an error is "corrected".

Run: python benchmarks/typing_errors.py SQUAD.json [--every N] [--half tuned|other] [--show]

Each question gets one error, seeded: in one of its content words of four letters or more a letter a-z is put in, left
out or replaced, or two neighbours change places. It is asked of the index of the set's own articles as it was, with the
error, and with the error searched as typed. Then every question, without any error, is asked of an index that lacks its
article: whatever is corrected there was right, and each answer that it brings about is one too many. The rules were
tuned on every second article (`--half tuned`).
"""

import argparse
import hashlib
import random
import string
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from loccit.evaluate.closed import closed_index
from loccit.evaluate.intervals import Sample, Unit, interval, ratio
from loccit.evaluate.measures import contains_answer
from loccit.evaluate.testset import Item, TestSet, read_testset
from loccit.index import Index
from loccit.languages.analysis import analyzer
from loccit.types import Question
from table import table

CODE = "en"
SEED = 20150501
SHORTEST = 4

Ask = Callable[[str], Question]


class Error(NamedTuple):
    """A question with a typing error."""

    kind: str
    text: str


class Pair(NamedTuple):
    """A question of an article: whether its first sentence is right without an error, and with one."""

    article: str
    before: bool
    after: bool


def mistype(word: str, kind: str, rng: random.Random) -> str:
    """The word with one error of a kind."""
    at = rng.randrange(len(word))
    letter = rng.choice(string.ascii_lowercase)
    match kind:
        case "insertion":
            return word[:at] + letter + word[at:]
        case "deletion":
            return word[:at] + word[at + 1 :]
        case "substitution":
            return word[:at] + letter + word[at + 1 :]
        case _:
            at = min(at, len(word) - 2)
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def with_error(text: str, rng: random.Random) -> Error | None:
    """The question with an error in one of its content words; None where it has none that is long enough."""
    content = [
        word for word in analyzer(CODE).question_terms(text).values() if word.isalpha() and len(word) >= SHORTEST
    ]
    if not content:
        return None
    kind, word = rng.choice(("insertion", "deletion", "substitution", "transposition")), rng.choice(content)
    while (typed := mistype(word, kind, rng)).casefold() == word.casefold():
        pass
    return Error(kind, text.replace(word, typed, 1))


def is_right(index: Index, item: Item, question: Question) -> bool:
    """Whether the first sentence holds the answer."""
    lexicon = index.look_up(question)
    ranked = index.rank(question, index.retrieve(question, lexicon), lexicon)
    return bool(ranked) and contains_answer(ranked[0].quote.text, item.answers)


def is_answered(index: Index, question: Question) -> bool:
    """Whether anything is said."""
    lexicon = index.look_up(question)
    return not index.decide(question, index.rank(question, index.retrieve(question, lexicon), lexicon)).declined


def article_of(item: Item) -> str:
    """The article a question was asked of."""
    return item.evidence[0].article


def is_tuned_on(article: str) -> bool:
    """Whether an article is of the half that the rules were tuned on."""
    return hashlib.sha256(article.encode()).digest()[0] % 2 == 0


def row(name: str, pairs: Sequence[Pair]) -> tuple[str, str, str]:
    """The right ones with the error over those without, with the 95 % interval, and how many questions."""
    units = [Unit(pair.article, str(number)) for number, pair in enumerate(pairs)]
    before, after = [pair.before for pair in pairs], [pair.after for pair in pairs]
    found = interval(Sample(units, ratio(after, before)))
    between = f" [{found[0]:.3f}, {found[1]:.3f}]" if found else ""
    return name, f"{sum(after) / max(1, sum(before)):.3f}{between}", f"{len(pairs):,}"


def timed(ask: Ask, texts: Sequence[str]) -> list[float]:
    """Milliseconds of CPU that it takes to understand each question."""
    spent = []
    for text in texts:
        start = time.thread_time()
        ask(text)
        spent.append(1000 * (time.thread_time() - start))
    return spent


def main() -> None:
    """Mistype, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="Ask every Nth question alone.")
    parser.add_argument("--half", choices=("tuned", "other"), help="Of every second article alone.")
    parser.add_argument("--show", action="store_true", help="Print what was corrected wrongly, and what was not.")
    given = parser.parse_args()
    whole = read_testset(given.squad)
    items = [item for item in whole.items if item.answerable][:: given.every]
    items = [item for item in items if not given.half or is_tuned_on(article_of(item)) == (given.half == "tuned")]
    with closed_index(whole, language=CODE) as index:
        print(errors(index, items, show=given.show))
    print("\n" + elsewhere(whole, items, show=given.show))


def errors(index: Index, items: Sequence[Item], *, show: bool) -> str:
    """A table of what errors cost, one of what became of them, and one of questions without."""
    rng = random.Random(SEED)  # noqa: S311  # nothing secret
    asked = [(item, error) for item in items if (error := with_error(item.question, rng))]
    pairs: dict[str, list[Pair]] = defaultdict(list)
    typed: list[Pair] = []
    for item, error in asked:
        right = index.understand(item.question, as_typed=True)
        before = is_right(index, item, right)
        question, as_typed = index.understand(error.text), index.understand(error.text, as_typed=True)
        what = _became(right, as_typed, question, index)
        if show and not what.startswith("mended"):
            print(f"{what}: {error.text} | {question.understood_as} | {item.question}")
        mended = Pair(article_of(item), before, is_right(index, item, question))
        for kind in ("all", error.kind, what):
            pairs[kind].append(mended)
        typed.append(mended._replace(after=is_right(index, item, as_typed)))
    rows = [row("searched as typed", typed), *(row(kind, of) for kind, of in sorted(pairs.items()))]
    found = [table(("sentence@1 with an error over without", "ratio", "n"), rows)]
    found.append(f"sentence@1 without: {sum(pair.before for pair in typed) / max(1, len(typed)):.3f}")
    clean = [item.question for item in items]
    touched = [text for text in clean if index.understand(text).understood_as]
    if show:
        print(*(f"touched: {text} | {index.understand(text).understood_as}" for text in touched), sep="\n")
    found.append(f"without an error and nevertheless corrected: {len(touched)} of {len(clean):,}")
    mistyped = [error.text for _, error in asked]
    for name, texts in (("without an error", clean), ("with an error", mistyped)):
        spent = timed(index.understand, texts)
        plain = timed(lambda text: index.understand(text, as_typed=True), texts)
        found.append(
            f"understanding a question {name}: median {median(spent):.2f} ms, 95 % below"
            f" {sorted(spent)[int(0.95 * len(spent))]:.2f} ms; as typed {median(plain):.2f} ms"
        )
    return "\n".join(found)


def _became(right: Question, typed: Question, question: Question, index: Index) -> str:
    """What became of an error."""
    if question.terms == right.terms:
        return "mended" if question.understood_as else "mended by the stem"
    if question.understood_as:
        return "mended wrongly"
    new = set(typed.terms[CODE]) - set(right.terms[CODE])
    return "left: a word of the index" if all(index.catalog.passages_with(new).values()) else "left: unknown"


def elsewhere(whole: TestSet, items: Sequence[Item], *, show: bool) -> str:
    """A table of what is made of questions where their article is not."""
    rows, counts = [], Counter[str]()
    for half in (True, False):
        contexts = tuple(context for context in whole.contexts if is_tuned_on(context.title) != half)
        asked = [item.question for item in items if is_tuned_on(article_of(item)) == half]
        if not asked:
            continue
        with closed_index(whole.model_copy(update={"contexts": contexts}), language=CODE) as index:
            for text in asked:
                question, typed = index.understand(text), index.understand(text, as_typed=True)
                counts["asked"] += 1
                if question.understood_as:
                    said, plain = is_answered(index, question), is_answered(index, typed)
                    counts.update({"corrected": 1, "answered, corrected": said, "answered, as typed": plain})
                    if show:
                        print(f"elsewhere, {'said' if said else 'declined'}: {text} | {question.understood_as}")
    rows = [(name, str(counts[name])) for name in ("asked", "corrected", "answered, corrected", "answered, as typed")]
    return table(("of an index without their article", "questions"), rows)


if __name__ == "__main__":
    main()
