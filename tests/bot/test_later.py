"""Who waits for an answer is told once, when the articles have it."""

from pathlib import Path

import pytest

from loccit.bot import later
from loccit.indexer import build
from loccit.settings import IndexSettings
from tests.bot.conftest import Start
from tests.bot.test_handlers import EN, TIES, ask, bold, hear, press, quotes, tap
from tests.emulator import Emulator, User

WAITED = "Who harvests the cloves of Zanzibar?"
NEW = "Farida harvests the cloves of Zanzibar."


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(later, "PAUSE", 0.05)


def learn(folder: Path, text: str, title: str = "Zanzibar") -> None:
    (folder / "articles" / f"{title}.txt").write_text(f"{title}\n\n{text}\n", "utf-8")
    build(folder / "built", IndexSettings())


def test_an_answer_that_was_waited_for(telegram: Emulator, start: Start, ann: User, folder: Path) -> None:
    bot = start()
    said = ask(telegram, ann, WAITED)
    assert said.text.startswith(EN["declined"])
    assert tap(telegram, said, EN["tell_me"]) == EN["will_tell"]
    assert tap(telegram, said, EN["tell_me"]) == EN["will_tell"]
    learn(folder, "Pepper grows in Kerala.", "Pepper")
    assert ask(telegram, ann, "/help").text == EN["help"]
    bot.stop()
    learn(folder, NEW)
    start()
    told = hear(telegram, ann)
    assert told.text.startswith(f"You asked: {WAITED} Now the articles say it.\n\n")
    assert quotes(told) == [NEW]
    assert told.reply_to
    assert told.reply_to.text == WAITED
    tap(telegram, told, told.buttons[0])
    assert bold(hear(telegram, ann)) == [NEW]
    learn(folder, f"{NEW} And Omar too.")
    assert ask(telegram, ann, "/help").text == EN["help"]
    assert len(telegram.calls("sendMessage")) == 5


def test_each_who_waits_in_a_group_while_the_bot_runs(
    telegram: Emulator, start: Start, ann: User, folder: Path
) -> None:
    start()
    forum = telegram.forum("Library", ann, topics=["Food"])
    telegram.say(forum, ann, f"@emulated_bot {WAITED}", thread="Food")
    said = hear(telegram, forum)
    tap(telegram, said, EN["tell_me"], ann)
    tap(telegram, said, EN["tell_me"], telegram.user("Bob", language_code="de"))
    learn(folder, NEW)
    for _ in range(2):
        told = hear(telegram, forum)
        assert quotes(told)[0] == NEW
        assert told.thread == forum.topics["Food"]


def test_telegram_is_down_when_the_answer_is_known(telegram: Emulator, start: Start, ann: User, folder: Path) -> None:
    start()
    tap(telegram, ask(telegram, ann, WAITED), EN["tell_me"])
    telegram.fail("sendMessage", times=8, status=502)
    learn(folder, NEW)
    assert quotes(hear(telegram, ann))[0] == NEW
    assert ask(telegram, ann, "/help").text == EN["help"]
    assert len([call for call in telegram.calls("sendMessage") if call.ok]) == 3


def test_what_is_asked_no_more_is_not_waited_for(telegram: Emulator, start: Start, ann: User, folder: Path) -> None:
    start()
    question = telegram.say(ann, text=WAITED)
    tap(telegram, hear(telegram, ann), EN["tell_me"])
    telegram.edit(question, TIES)
    telegram.wait_for(method="editMessageText")
    learn(folder, NEW)
    bob = telegram.user("Bob")
    assert quotes(ask(telegram, bob, WAITED))[0] == NEW
    assert ask(telegram, ann, "/help").text == EN["help"]


def test_who_may_ask_no_more_is_told_nothing(telegram: Emulator, start: Start, ann: User, folder: Path) -> None:
    bot = start()
    said = ask(telegram, ann, WAITED)
    tap(telegram, said, EN["tell_me"])
    bot.stop()
    learn(folder, NEW)
    bob = telegram.user("Bob")
    start(access={"users": [bob.id]})
    assert quotes(ask(telegram, bob, WAITED))[0] == NEW
    assert [call.chat_id for call in telegram.calls("sendMessage")] == [ann.id, bob.id]


def test_what_cannot_be_waited_for(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    said = ask(telegram, ann, TIES)
    assert EN["tell_me"] not in said.buttons
    answer_id = said.keyboard[0][0]["callback_data"].split(":")[1]
    for data in (f"l:{answer_id}", "l:AAAAAAAAAAAA"):
        press(telegram, said, ann, data)
        assert telegram.answers[-1].text == EN["unknown_answer"]
