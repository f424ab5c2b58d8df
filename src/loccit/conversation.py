"""A question and the earlier ones become the question that is searched."""

from collections.abc import Sequence

from loccit.languages import language
from loccit.languages.analysis import analyzer, words

SHORT = 4
"""Words of its own up to which a question that opens like a follow-up ("and …?") leans on the one before."""


def resolve(text: str, history: Sequence[str], code: str) -> str:
    """The question with the words of the last one that it leaves out; as it is where it stands on its own feet.

    Taken from the last question alone, never from an answer.
    """
    if not history or not leans(text, code):
        return text
    own = analyzer(code).question_terms(text)
    earlier = analyzer(code).question_terms(history[-1])
    carried = [word for term, word in earlier.items() if term not in own]
    return f"{text} ({' '.join(dict.fromkeys(carried))})" if carried else text


def leans(text: str, code: str) -> bool:
    """Whether a question can only be understood with the one before it."""
    signs = language(code).follow_up
    asked = [word.casefold() for word in words(text)]
    own = len(analyzer(code).question_terms(text))
    if not asked:
        return False
    if own == 0 or (own < SHORT and any(word in signs.get("pronouns", ()) for word in asked)):
        return True
    if own < 2 and any(word in signs.get("pointers", ()) for word in asked):
        return True
    openers = (phrase.split() for phrase in signs.get("openers", ()))
    return own < 2 and any(asked[: len(opener)] == opener for opener in openers)
