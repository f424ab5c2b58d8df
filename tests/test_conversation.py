"""What follow-up questions take from the questions before them, and which questions take nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loccit.conversation import CARRIED, LONGEST, resolve
from loccit.languages import codes

EARLIER = "When did Najib Razak visit the Gaza Strip?"

# Talks: each question, and what is searched for it where that is not the question itself.
TALKS: list[list[tuple[str, str | None]]] = [
    [  # a name of the first question stays until another is named
        ("When was Frank Zappa born?", None),
        ("did he marry?", "did he marry? (Frank Zappa)"),
        ("why did they break up?", "why did they break up? (Frank Zappa)"),
        ("Any sisters?", "Any sisters? (Frank Zappa)"),
        ("What else did he do?", "What else did he do? (Frank Zappa)"),
        ("when born?", "when born? (Frank Zappa)"),
        ("Who was Henry II?", None),
        ("when did he die?", "when did he die? (Henry II)"),
    ],
    [  # names are carried whole, as they were written
        ("Who was Eleanor of Aquitaine?", None),
        ("who were her parents?", "who were her parents? (Eleanor of Aquitaine)"),
        ("Did Riyad al-Maliki meet Ahmad Zahid Hamidi?", None),
        ("when did they meet?", "when did they meet? (Riyad al-Maliki, Ahmad Zahid Hamidi)"),
    ],
    [  # another place takes the place of the old one, and can be followed in its turn
        ("Who is the Palestinian ambassador to Malaysia?", None),
        ("and the Maldives?", "and the Maldives? (Palestinian ambassador)"),
        ("since when?", "since when? (Maldives, Palestinian ambassador)"),
    ],
    [
        ("Who is Malaysia's ambassador?", None),
        ("and the Maldives'?", "and the Maldives'? (ambassador)"),
    ],
    [  # with the same small word before it, or else the first that stands for itself
        ("Who is Malaysia's ambassador to Palestine?", None),
        ("and to Egypt?", "and to Egypt? (Malaysia's ambassador)"),
        ("and the Maldives?", "and the Maldives? (Malaysia's ambassador)"),
    ],
    [
        ("When did Malaysia recognise Palestine?", None),
        ("and the Maldives?", "and the Maldives? (recognise Palestine)"),
        ("and Egypt?", "and Egypt? (recognise Palestine)"),
    ],
    [  # a number takes the place of a number
        ("What aid did Malaysia send to Gaza in 2014?", None),
        ("what about 2023?", "what about 2023? (aid did Malaysia send to Gaza)"),
        ("and in 2009?", "and in 2009? (aid did Malaysia send to Gaza)"),
    ],
    [  # the whole of the last question
        ("When were Aman Palestin's offices raided?", None),
        ("by whom?", "by whom? (Aman Palestin's offices raided)"),
        ("why", "why (Aman Palestin's offices raided)"),
        ("When was that?", "When was that? (Aman Palestin's offices raided)"),
    ],
    [  # without large letters there are no names: the words of the question
        ("what was burhanuddin's magazine called", None),
        ("Did the British ban the magazine?", None),
        ("why?", "why? (British ban the magazine, burhanuddin's magazine)"),
    ],
    [
        ("did the maldives condemn the assassination of ismail haniyeh", None),
        ("who is he?", "who is he? (maldives condemn the assassination of ismail haniyeh)"),
    ],
    [("WHEN WAS NAJIB RAZAK BORN", None), ("WHERE WAS HE BORN", "WHERE WAS HE BORN (NAJIB RAZAK BORN)")],
    [  # a bare word is a subject too
        ("photosynthesis", None),
        ("Where does it happen?", "Where does it happen? (photosynthesis)"),
    ],
    [  # brackets of one's own are not what was carried over
        ("What is Mercury (planet)?", None),
        ("how big is it?", "how big is it? (Mercury)"),
    ],
    [  # what a thing's pronoun stands for may have come up since
        ("Did Burhanuddin al-Helmy visit Palestine?", None),
        ("What is a magazine?", None),
        ("who banned it?", "who banned it? (Burhanuddin al-Helmy, Palestine, magazine)"),
    ],
    [  # other languages, by their own file
        ("متى زار نجيب غزة؟", None),
        ("ومتى؟", "ومتى؟ (زار نجيب غزة)"),
    ],
    [
        ("Wann besuchte Najib Razak Gaza?", None),
        ("warum?", "warum? (besuchte Najib Razak Gaza)"),
        ("und Anwar?", "und Anwar? (besuchte Najib Razak Gaza)"),
    ],
]

ON_ITS_OWN_FEET = [
    ("Did Nikola Tesla sell his patents?", "en"),
    ("Did Tesla sell his patents?", "en"),
    ("Where is the Palestinian embassy in Malaysia?", "en"),
    ("What about the Palestinian embassy of Malaysia in Cairo?", "en"),
    ("Which embassy handles the relations of Malaysia with its neighbour Palestine in Cairo?", "en"),
    ("What is creationism?", "en"),
    ("Hamas", "en"),
    ("embassy Cairo", "en"),
    ("and then the ambassador of Palestine to Malaysia resigned when?", "en"),
    ("?!", "en"),
    ("", "en"),
    ("من هو سفير فلسطين لدى جزر المالديف؟", "ar"),
    ("من هو سفير ماليزيا لدى فلسطين؟", "ar"),  # "هو" belongs to "who is" and stands for nobody
    ("когда он", "xx"),  # a language without a file knows no signs
]

VAGUE = {"en:band": 0.3, "en:form": 0.25}
TELLING = {"en:telephon": 0.7, "en:invent": 0.4}


def language_of(talk: list[tuple[str, str | None]]) -> str:
    """Of the talks above."""
    return "ar" if "؟" in talk[0][0] else "de" if talk[0][0].startswith("Wann") else "en"


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk[0][0])
def test_a_talk(talk: list[tuple[str, str | None]]) -> None:
    """The earlier questions are passed on as they were understood, as a chat does."""
    history: list[str] = []
    for text, expected in talk:
        history.append(resolve(text, history, language_of(talk)))
        assert history[-1] == (expected or text)


@pytest.mark.parametrize(("text", "code"), ON_ITS_OWN_FEET)
def test_what_stands_on_its_own_feet_is_left_alone(text: str, code: str) -> None:
    assert resolve(text, [EARLIER], code) == text


def test_questions_as_they_were_typed_will_do() -> None:
    typed = ["Who was Kermit?", "Did he leave Mississippi?", "does he go home?"]
    assert resolve("who are his parents?", typed, "en") == "who are his parents? (Kermit)"


def test_what_was_understood_carries_what_is_no_longer_remembered() -> None:
    assert resolve("did she?", ["and when was she born? (Janis Joplin)"], "en") == "did she? (Janis Joplin)"


def test_common_words_alone_do_not_tell_what_a_question_is_about() -> None:
    history = ["Who are the Smashing Pumpkins?"]
    assert resolve("How was the band formed?", history, "en") == "How was the band formed?"
    assert resolve("How was the band formed?", history, "en", rarity=VAGUE).endswith(" (Smashing Pumpkins)")
    assert resolve("who invented the telephone", history, "en", rarity=TELLING) == "who invented the telephone"


def test_nothing_to_take() -> None:
    assert resolve("Why?", [], "en") == "Why?"
    assert resolve("Why?", ["And when was that?"], "en") == "Why?"
    assert resolve("Why did he visit Gaza?", ["visit Gaza"], "en") == "Why did he visit Gaza?"
    assert resolve("when was he born?", ["", " ", "()", "( )", " ()"], "en") == "when was he born?"


def test_resolving_again_changes_nothing() -> None:
    once = resolve("Why?", [EARLIER], "en")
    assert resolve(once, [EARLIER], "en") == once


@pytest.mark.timeout(5)
def test_long_talks_and_long_questions_are_bounded() -> None:
    names = " ".join(f"Name{number} and" for number in range(150))
    history = [f"{names[:2000]} {number}?" for number in range(1000)]
    resolved = resolve("when was that?", history, "en")
    assert len(resolved.split()) < 3 * CARRIED
    assert len(resolve("why?", ["x" * 2000], "en")) < LONGEST + 20


@given(st.text(), st.lists(st.text(), max_size=4), st.sampled_from([*codes(), "xx"]))
def test_any_text(text: str, history: list[str], code: str) -> None:
    resolved = resolve(text, history, code)
    assert resolved.startswith(text)
    assert resolve(text, history, code) == resolved
    assert resolve(text, [], code) == text


PARTS = [
    "and",
    "he",
    "who",
    "that",
    "the",
    "to",
    "Malaysia",
    "gaza",
    "2014",
    "(x)",
    ",",
    "?",
    "why",
    "also",
    "any",
    "other",
]
WORDS = st.lists(st.sampled_from(PARTS)).map(" ".join)


@given(WORDS, st.lists(WORDS, max_size=5))
def test_any_words(text: str, history: list[str]) -> None:
    resolved = resolve(text, history, "en")
    assert resolved == text or (resolved.startswith(f"{text} (") and resolved.endswith(")"))
    assert "(" not in resolved[len(text) + 2 :]
