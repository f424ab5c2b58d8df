"""Sentences and terms of each language, as files that somebody who knows the language can edit."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from loccit.languages import FALLBACK, codes
from loccit.languages.analysis import analyzer
from loccit.languages.sentences import split_sentences

GOLDEN = Path(__file__).parent / "golden"


def sentence_cases() -> Iterator[object]:
    for path in sorted(GOLDEN.glob("*.sentences.txt")):
        for block in path.read_text(encoding="utf-8").split("===\n"):
            text, _, expected = block.partition("---\n")
            sentences = [line.replace("⏎", "\n") for line in expected.splitlines()]
            yield pytest.param(path.name.partition(".")[0], text, sentences, id=f"{path.name}: {text[:30]}")


def term_cases() -> Iterator[object]:
    for path in sorted(GOLDEN.glob("*.terms.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                text, _, expected = line.partition("=>")
                text = text.replace("\\u0301", "\u0301")
                yield pytest.param(path.name.partition(".")[0], text, expected.split(), id=f"{path.name}: {text[:30]}")


@pytest.mark.parametrize(("code", "text", "expected"), list(sentence_cases()))
def test_sentences(code: str, text: str, expected: list[str]) -> None:
    assert [text[slice(*span)] for span in split_sentences(text, code)] == expected


@pytest.mark.parametrize(("code", "text", "expected"), list(term_cases()))
def test_terms(code: str, text: str, expected: list[str]) -> None:
    assert analyzer(code).terms(text) == tuple(f"{code}:{term}" for term in expected)


def test_every_language_has_its_golden_files() -> None:
    for code in (*codes(), FALLBACK):
        assert (GOLDEN / f"{code}.sentences.txt").exists()
        assert (GOLDEN / f"{code}.terms.txt").exists()
