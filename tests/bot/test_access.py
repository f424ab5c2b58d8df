"""Who may ask, how often, and of which index: in messages, edits, taps and inline alike."""

import shutil
import time
from pathlib import Path

import pytest

from loccit.bot.limits import Limit
from loccit.errors import BadSettings
from loccit.indexer import build
from loccit.languages import wording
from loccit.settings import BotSettings, IndexSettings, read_settings
from tests.bot.conftest import SAMPLES, Start
from tests.bot.test_handlers import EN, QUOTE, TIES, ask, bold, hear, press, quotes, tap
from tests.emulator import Chat, Emulator, User

ZANZIBAR = "Who harvests the cloves of Zanzibar?"
HIDDEN = "Farida harvests the cloves of Zanzibar."


def data_of(message: object, button: str) -> str:
    return str(message.button(button)["callback_data"])  # type: ignore[attr-defined]


# -- access


def test_strangers_get_nothing(telegram: Emulator, start: Start, ann: User, caplog: pytest.LogCaptureFixture) -> None:
    start(access={"users": [ann.id]})
    said = ask(telegram, ann)
    bob = telegram.user("Bob")
    group = telegram.supergroup("Readers", bob)
    with caplog.at_level("INFO", "loccit"):
        question = telegram.say(bob, text=TIES)
        telegram.edit(question, TIES + "!")
        telegram.say(bob, text="/start")
        telegram.send_file(bob, None, "notes.txt", b"some text")
        telegram.say(group, bob, f"/ask {TIES}")
        telegram.inline(bob, TIES)
        press(telegram, said, bob, data_of(said, said.buttons[0]), answered=False)
        assert quotes(ask(telegram, ann))[0] == QUOTE
    assert len(telegram.calls("sendMessage")) == 2
    assert telegram.answers == []
    assert (
        caplog.messages.count(f"Turned away: user {bob.id}, chat {bob.id}. bot.toml names who may ask, under [access].")
        == 1
    )


def test_everybody_in_a_chat_of_the_list(telegram: Emulator, start: Start, ann: User) -> None:
    group = telegram.supergroup("Readers", ann)
    start(access={"chats": [group.id], "admins": [5]})
    telegram.say(ann, text=TIES)
    telegram.say(group, ann, f"/ask {TIES}")
    said = hear(telegram, group)
    assert tap(telegram, said, said.buttons[0], telegram.user("Bob")) == ""
    assert bold(hear(telegram, group)) == [QUOTE]
    assert {call.chat_id for call in telegram.calls("sendMessage")} == {group.id}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[access]\nuser = [5]", "there is no setting 'access.user'. Did you mean 'users'?"),
        ("[acess]\nusers = [5]", "there is no setting 'acess'. Did you mean 'access'?"),
        ("[access]\nusers = ['@ann']", "'access.users.0' is '@ann': write a Telegram id, a number; the log names"),
        ("[access]\nusers = [-100]", "'access.users.0' is -100: a negative id is that of a group; write it"),
        ("[access]\nusers = 5", "'access.users' is 5: Input should be a valid tuple."),
        ("[access]\nusers = [5", "is not valid TOML"),
        ("[chats]\n5 = 'handbook'", "chats.5 names the index 'handbook', which is not under [indexes]."),
        ("[chats]\nann = 'handbook'", "'chats.ann.[key]' is 'ann': String should match pattern '^-?[0-9]+$'."),
        ("[limits]\ngroup_a_minute = 21", "'limits.group_a_minute' is 21: Input should be less than or equal to 20."),
    ],
)  # fmt: skip
def test_a_typing_error_in_the_lists_is_one_sentence(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "bot.toml"
    path.write_text(text)
    with pytest.raises(BadSettings) as caught:
        read_settings(BotSettings, path)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


# -- limits


def test_a_user_who_asks_too_much_is_told_once(telegram: Emulator, start: Start, ann: User) -> None:
    start(limits={"user_a_minute": 3})
    said = ask(telegram, ann)
    ask(telegram, ann, "/help")
    telegram.edit(telegram.say(ann, text="???"), "?!?")
    hear(telegram, ann)
    told = hear(telegram, ann).text
    assert told == EN["too_fast"].format(seconds=60) or told == EN["too_fast"].format(seconds=59)
    for _ in range(5):
        telegram.say(ann, text=TIES)
    assert tap(telegram, said, said.buttons[0]) == ""
    bob = telegram.user("Bob")
    assert quotes(ask(telegram, bob))[0] == QUOTE
    assert len([call for call in telegram.calls("sendMessage") if call.chat_id == ann.id]) == 4


def test_a_group_gets_its_share_and_is_told_once(telegram: Emulator, start: Start, ann: User) -> None:
    start(limits={"group_a_minute": 3, "user_a_minute": 0})
    group = telegram.supergroup("Readers", ann)
    for _ in range(6):
        telegram.say(group, ann, f"/ask {TIES}")
    heard = [hear(telegram, group) for _ in range(3)]
    assert [quotes(said)[:1] for said in heard] == [[QUOTE], [QUOTE], []]
    assert heard[2].text in {EN["too_fast"].format(seconds=60), EN["too_fast"].format(seconds=59)}
    assert quotes(ask(telegram, ann))[0] == QUOTE
    assert len([call for call in telegram.calls("sendMessage") if call.chat_id == group.id]) == 3


def test_a_limit_forgets_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    limit = Limit(2)
    assert [limit.take("a") for _ in range(4)] == ["yes", "yes", "tell", "no"]
    assert limit.take("b") == "yes"
    assert limit.wait("a") == 60
    now += 60.5
    assert [limit.take("a") for _ in range(3)] == ["yes", "yes", "tell"]
    limit.count("b")
    assert [limit.room("b"), limit.room("b", spare=1), limit.room("b", spare=1)] == ["yes", "tell", "no"]
    assert [Limit(0).take("a") for _ in range(99)] == ["yes"] * 99
    one = Limit(1)
    assert [one.room("a", spare=1), one.take("a"), one.room("a", spare=1), one.wait("a", spare=1)] == [
        "yes", "yes", "tell", 60,
    ]  # fmt: skip
    crowd = Limit(1)
    assert {crowd.take(n) for n in range(20_000)} == {"yes"}
    assert len(crowd._times) == 10_000


# -- several indexes


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Another index, of an article that the first has not."""
    other = tmp_path / "secret"
    (other / "articles").mkdir(parents=True)
    (other / "articles" / "zanzibar.txt").write_text(f"Zanzibar\n\n{HIDDEN} The palace guard sleeps at noon.\n")
    build(other / "built", IndexSettings())
    return other / "built"


def test_nothing_of_an_index_is_told_where_another_answers(
    telegram: Emulator, start: Start, ann: User, secret: Path
) -> None:
    bob = telegram.user("Bob")
    group: Chat = telegram.supergroup("Guards", bob, ann)
    rules = {"indexes": {"guards": str(secret)}, "chats": {str(group.id): "guards", str(bob.id): "guards"}}
    bot = start(**rules)
    telegram.say(group, ann, f"/ask {ZANZIBAR}")
    said = hear(telegram, group)
    assert quotes(said)[0] == HIDDEN
    assert quotes(ask(telegram, bob, ZANZIBAR))[0] == HIDDEN
    told = ask(telegram, bob, "/start")
    assert "Zanzibar" in told.text
    assert told.buttons == []

    # Ann alone is answered from the other index, whatever she asks, taps, types or follows.
    heard = [ask(telegram, ann, text) for text in (ZANZIBAR, "Where does the palace guard sleep?", "/start", "/gaps")]
    data = data_of(said, said.buttons[0])
    press(telegram, heard[0], ann, data)
    assert telegram.answers[-1].text == EN["unknown_answer"]
    press(telegram, heard[0], ann, data.replace("s:", "f:"))
    assert telegram.answers[-1].text == EN["unknown_answer"]
    heard.append(ask(telegram, ann, f"/start {data.split(':')[1]}_1"))
    assert heard[-1].text == EN["unknown_answer"]
    telegram.inline(bob, ZANZIBAR)
    telegram.wait_for(method="answerInlineQuery")
    (result,) = telegram.answers[-1].results
    heard.append(ask(telegram, ann, f"/start {result['id']}"))
    assert heard[-1].text == EN["unknown_answer"]
    telegram.inline(ann, ZANZIBAR)
    telegram.wait_for(method="answerInlineQuery")
    assert telegram.answers[-1].results == ()
    for message in heard:
        assert "Farida" not in message.text
        assert "guard sleeps" not in message.text
    assert heard[2].buttons == list(SAMPLES)

    # Bob follows his own link, and the group's buttons work, until a rule takes the index away.
    assert quotes(ask(telegram, bob, f"/start {result['id']}"), "expandable_blockquote")
    tap(telegram, said, said.buttons[0], ann)
    assert bold(hear(telegram, group)) == [HIDDEN]
    bot.stop()
    start(**(rules | {"chats": {}}))
    assert tap(telegram, said, said.buttons[0], ann) == EN["unknown_answer"]
    assert "Farida" not in ask(telegram, bob, ZANZIBAR).text


def test_an_index_that_is_not_there(start: Start, secret: Path) -> None:
    shutil.rmtree(secret)
    with pytest.raises(Exception, match="There is no index in"):
        start(indexes={"guards": str(secret)}).wait()


def test_further_indexes_stand_beside_the_settings(tmp_path: Path) -> None:
    settings = BotSettings.model_validate({"indexes": {"a": "../a/built", "b": "/b"}}).at(tmp_path / "bot")
    assert settings.indexes == {"a": str(tmp_path / "bot" / "../a/built"), "b": "/b"}
    assert wording("en")["too_fast"]
