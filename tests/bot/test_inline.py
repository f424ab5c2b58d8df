"""Cited answers in any chat, while one types."""

import time

from tests.bot.conftest import Start
from tests.bot.test_handlers import EN, QUOTE, TIES, UNANSWERABLE, ask, bold, hear, press
from tests.emulator import Emulator, User
from tests.emulator.world import Answer


def typed(telegram: Emulator, user: User, text: str) -> Answer:
    """What the bot offers for it."""
    query = telegram.inline(user, text)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if found := [answer for answer in telegram.answers if answer.query_id == query]:
            return found[0]
        time.sleep(0.01)
    raise TimeoutError(f"no answer to {text!r}")


def test_a_question_is_answered_while_it_is_typed(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    assert typed(telegram, ann, "").results == ()
    assert typed(telegram, ann, "wh").results == ()
    offered = typed(telegram, ann, TIES)
    assert 1 <= len(offered.results) <= 5
    assert (offered.is_personal, offered.cache_time) == (True, 10)
    first = offered.results[0]
    assert first["title"] == QUOTE
    assert first["description"] == "Maldives–Palestine relations"
    assert len({result["id"] for result in offered.results}) == len(offered.results)

    group = telegram.supergroup("Readers", ann)
    sent = telegram.choose(group, ann, offered.query_id, first["id"])
    assert sent.text.startswith(f"{QUOTE}\n[1] Maldives–Palestine relations › History · ")
    assert [sent.covered(entity) for entity in sent.entities if entity.type == "blockquote"] == [QUOTE]
    link = sent.button("[1] Maldives–Palestine relations")["url"]
    assert link == f"https://t.me/emulated_bot?start={first['id']}"
    bob = telegram.user("Bob")
    assert bold(ask(telegram, bob, f"/start {first['id']}")) == [QUOTE]


def test_what_is_not_in_the_articles_is_not_offered(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    assert typed(telegram, ann, UNANSWERABLE).results == ()
    (call,) = telegram.calls("answerInlineQuery")
    assert call.params["button"] == {"text": EN["declined"], "start_parameter": "inline"}
    assert "2 articles" in ask(telegram, ann, "/start inline").text


def test_links_that_lead_nowhere(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    answer_id = ask(telegram, ann).keyboard[0][0]["callback_data"].split(":")[1]
    assert bold(ask(telegram, ann, f"/start {answer_id}_1")) == [QUOTE]
    bob = telegram.user("Bob")
    for payload in (f"{answer_id}_1", "AAAAAAAAAAAA_1", f"{answer_id}_0"):
        assert ask(telegram, bob, f"/start {payload}").text == EN["unknown_answer"]
    for payload in ("../../etc", "A" * 64, f"{answer_id}_1_1"):
        assert "2 articles" in ask(telegram, bob, f"/start {payload}").text


def test_who_types_fast_is_answered_last(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    queries = [telegram.inline(ann, TIES[:length]) for length in range(20, len(TIES) + 1, 4)]
    last = telegram.inline(ann, TIES)
    telegram.wait_for(lambda call: call.params.get("inline_query_id") == last)
    answered = [answer.query_id for answer in telegram.answers]
    assert answered[-1] == last
    assert set(answered) <= {*queries, last}
    hurried = typed(telegram, ann, f"{TIES} now")
    assert hurried.results
    telegram.say(ann, text="/help")
    assert hear(telegram, ann).text == EN["help"]


def test_who_types_too_much_is_offered_nothing(telegram: Emulator, start: Start, ann: User) -> None:
    start(limits={"user_a_minute": 1})
    offered = [typed(telegram, ann, TIES).results for _ in range(6)]
    assert [bool(results) for results in offered] == [True] * 5 + [False]


def test_what_was_asked_inline_is_not_asked_as_typed(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    offered = typed(telegram, ann, TIES)
    press(telegram, ask(telegram, ann, "/help"), ann, f"w:{offered.results[0]['id'].rpartition('_')[0]}")
    assert telegram.answers[-1].text == EN["unknown_answer"]
