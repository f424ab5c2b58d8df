"""The small test sets the tests write."""

import json
from pathlib import Path
from typing import Any

APOLLO = "Apollo 11 landed on the Moon in July 1969. Neil Armstrong was the first astronaut on the lunar surface."
CREW = "Michael Collins orbited alone in the command module. The crew returned with 21 kilograms of rock."
EVEREST = "Mount Everest rises 8,849 metres above the sea. Edmund Hillary and Tenzing Norgay climbed it in 1953."


def question(item_id: str, text: str, *answers: str, impossible: bool = False) -> dict[str, Any]:
    return {
        "id": item_id,
        "question": text,
        "answers": [{"text": answer, "answer_start": 0} for answer in answers],
        "is_impossible": impossible,
    }


SQUAD: dict[str, Any] = {
    "version": "2.0",
    "data": [
        {
            "title": "Apollo_11",
            "paragraphs": [
                {
                    "context": APOLLO,
                    "qas": [
                        question("a1", "When did Apollo 11 land on the Moon?", "July 1969", "1969", "1969"),
                        question("a2", "Who was the first astronaut on the lunar surface?", "Neil Armstrong"),
                    ],
                },
                {
                    "context": CREW,
                    "qas": [
                        question("a3", "Who orbited in the command module?", "Collins"),
                        question("a4", "Which yeast ferments sourdough?", impossible=True),
                    ],
                },
            ],
        },
        {
            "title": "Everest",
            "paragraphs": [
                {"context": EVEREST, "qas": [question("e1", "How high does Mount Everest rise?", "8,849 metres")]}
            ],
        },
    ],
}

LINE: dict[str, Any] = {
    "id": "en-1",
    "question": "when was that?",
    "answers": ["1969"],
    "answerable": True,
    "evidence": [{"article": "Apollo_11", "text": "Apollo 11 landed on the Moon in July 1969."}],
    "history": ["Did Apollo 11 land?"],
    "tags": ["follow-up"],
}


def write(path: Path, *values: object) -> Path:
    """JSON, one value a line; a text as it is."""
    lines = (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in values)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path
