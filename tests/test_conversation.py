"""Which questions lean on the one before, and what they take from it."""

import pytest

from loccit.conversation import leans, resolve

EARLIER = "When did Najib Razak visit the Gaza Strip?"


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        # nothing of its own
        ("When was that?", "en", True),
        ("why", "en", True),
        ("Where is it?", "en", True),
        ("and then?", "en", True),
        ("who is he", "en", True),
        # a pronoun and little of its own
        ("What did he say about Israel?", "en", True),
        ("Where is their embassy?", "en", True),
        ("THEIR EMBASSY?", "en", True),
        # opens like a follow-up, with one word of its own
        ("And in Malaysia?", "en", True),
        ("What about Jordan?", "en", True),
        ("how about the MALDIVES", "en", True),
        ("Since when?", "en", True),
        # stands on its own feet
        ("Where is the Palestinian embassy in Malaysia?", "en", False),
        ("Who is the ambassador of the Maldives?", "en", False),
        ("What about the Palestinian embassy of Malaysia in Cairo?", "en", False),
        ("Which embassy handles the relations of Malaysia with its neighbour Palestine in Cairo?", "en", False),
        ("Hamas", "en", False),
        ("embassy Cairo", "en", False),
        # nothing at all
        ("", "en", False),
        ("?!", "en", False),
        # other languages, by their own file
        ("ومتى؟", "ar", True),
        ("ماذا عن الأردن؟", "ar", True),
        ("من هو سفير فلسطين لدى جزر المالديف؟", "ar", False),
        # a language without a file knows no signs: every word is its own
        ("when was he", "tlh", False),
    ],
)
def test_what_leans_on_the_question_before(text: str, code: str, expected: bool) -> None:
    assert leans(text, code) is expected


@pytest.mark.parametrize(
    ("text", "history", "expected"),
    [
        # takes the words, as they were written, of the last question that it lacks itself
        ("Why?", [EARLIER], "Why? (Najib Razak visit Gaza Strip)"),
        ("And Anwar?", [EARLIER], "And Anwar? (Najib Razak visit Gaza Strip)"),
        ("Why did he visit it?", [EARLIER], "Why did he visit it? (Najib Razak Gaza Strip)"),
        ("Why did he go to GAZA?", [EARLIER], "Why did he go to GAZA? (Najib Razak visit Strip)"),
        # of the last one alone
        ("When was that?", ["Who is Fadi al-Batsh?", EARLIER], "When was that? (Najib Razak visit Gaza Strip)"),
        # said twice it is carried once
        ("Why?", ["Gaza, Gaza and gaza"], "Why? (Gaza)"),
        # nothing to lean on, nothing to take
        ("Why?", [], "Why?"),
        ("Why?", ["And when was that?"], "Why?"),
        ("Why did he visit Gaza?", ["visit Gaza"], "Why did he visit Gaza?"),
        # a question of its own takes nothing
        ("Who is the ambassador of the Maldives?", [EARLIER], "Who is the ambassador of the Maldives?"),
        ("", [EARLIER], ""),
    ],
)
def test_what_a_question_takes_from_the_one_before(text: str, history: list[str], expected: str) -> None:
    assert resolve(text, history, "en") == expected


def test_a_talk_goes_on_from_what_was_understood() -> None:
    """Three questions on end: the subject of the first is still there in the third."""
    second = resolve("Why?", [EARLIER], "en")
    third = resolve("And when?", [EARLIER, second], "en")
    assert third == "And when? (Najib Razak visit Gaza Strip)"


def test_resolving_again_changes_nothing() -> None:
    once = resolve("Why?", [EARLIER], "en")
    assert resolve(once, [EARLIER], "en") == once
