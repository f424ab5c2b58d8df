"""What the articles could not answer."""

from pathlib import Path

import pytest

from loccit.bot import stats
from loccit.bot.store import Place, Store
from loccit.types import Answer, Question


def test_only_the_latest_are_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open(tmp_path / "state.sqlite")
    for message, word in enumerate(("cats", "dogs", "cows")):
        question = Question(text=word, language="en", terms={"en": (word,)})
        store.put(Place(7, 0, 7, message), word, Answer(question=question, declined=True, confidence=0.1, index="x"))
    monkeypatch.setattr(stats, "MOST_READ", 2)
    assert {gap.question for gap in stats.gaps(store, "", 30, 20)} == {"dogs", "cows"}
