"""Questions that are edited, long, forwarded or nothing at all, and what their answers become."""

import time
from pathlib import Path

import pytest

from loccit.bot.marked import LONGEST, units
from loccit.indexer import build
from loccit.languages import wording
from loccit.settings import IndexSettings
from tests.bot.conftest import Start
from tests.bot.test_handlers import EN, MALDIVES, QUOTE, TIES, UNANSWERABLE, ask, bold, hear, press, quotes, tap
from tests.emulator import Chat, Emulator, Message, User

WHO = "Who is Malaysia's ambassador to Palestine?"


def now(telegram: Emulator, message: Message) -> Message:
    """A message as a member sees it now."""
    return next(one for one in telegram.messages(message.chat) if one.message_id == message.message_id)


def edited(telegram: Emulator, question: Message, text: str, said: Message) -> Message:
    """The bot's answer after the question was edited."""
    telegram.edit(question, text)
    telegram.wait_for(method="editMessageText")
    return now(telegram, said)


# -- editing


def test_an_edited_question_changes_its_answer_in_place(telegram: Emulator, start: Start, ann: User) -> None:
    bot = start()
    question = telegram.say(ann, text=UNANSWERABLE)
    said = hear(telegram, ann)
    assert said.text.startswith(EN["declined"])
    said = edited(telegram, question, TIES, said)
    assert quotes(said)[0] == QUOTE
    bot.stop()
    start()
    said = edited(telegram, question, UNANSWERABLE, said)
    assert said.text.startswith(EN["declined"])
    assert quotes(edited(telegram, question, TIES, said))[0] == QUOTE
    assert len(telegram.calls("sendMessage")) == 1
    said = now(telegram, said)
    assert tap(telegram, said, said.buttons[0]) == ""
    assert bold(hear(telegram, ann)) == [QUOTE]


def test_a_follow_up_that_is_edited_leans_on_what_was_before_it(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    ask(telegram, ann, WHO)
    question = telegram.say(ann, text="and since when?")
    said = hear(telegram, ann)
    ask(telegram, ann, TIES)
    assert "Malaysia" in said.text.partition("\n")[0]
    said = edited(telegram, question, "and until when?", said)
    assert said.text.startswith("Searched for: and until when? (")
    assert "Maldives" not in said.text.partition("\n")[0]


def test_an_edit_of_what_had_no_answer_is_answered(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    question = telegram.say(ann, text="why " * 600)
    assert "2000" in hear(telegram, ann).text
    telegram.edit(question, TIES)
    assert quotes(hear(telegram, ann))[0] == QUOTE


def test_edits_that_say_nothing_new(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    question = telegram.say(ann, text=TIES)
    said = hear(telegram, ann)
    command = telegram.say(ann, text="/help")
    hear(telegram, ann)
    telegram.edit(question, TIES)
    telegram.edit(question, "why " * 600)
    telegram.edit(command, "/start")
    edit = {
        "message_id": question.message_id,
        "date": int(time.time()),
        "edit_date": int(time.time()),
        "chat": said.chat.wire(),
        "from": ann.wire(),
    }
    telegram.push({"edited_message": edit})
    assert ask(telegram, ann, "/help").text == EN["help"]
    assert now(telegram, said) == said
    assert len(telegram.calls("sendMessage")) == 3


def test_an_answer_that_was_deleted_comes_again(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    question = telegram.say(ann, text=UNANSWERABLE)
    said = hear(telegram, ann)
    telegram.run(lambda: said.chat.messages.pop(said.message_id))
    telegram.edit(question, TIES)
    assert quotes(hear(telegram, ann))[0] == QUOTE


@pytest.mark.parametrize("deleted", [False, True])
def test_a_long_answer_is_several_messages_and_shrinks_again(
    telegram: Emulator, start: Start, ann: User, folder: Path, *, deleted: bool
) -> None:
    sentences = [
        f"In {year} the clove harvest of Zanzibar fed families {', '.join(f'{year}{n} 👩‍👩‍👧' for n in range(130))}."
        for year in (1871, 1872, 1873)
    ]
    (folder / "articles" / "long.txt").write_text("Zanzibar\n\n" + "\n\n".join(sentences), "utf-8")
    build(folder / "built", IndexSettings())
    start()
    question = telegram.say(ann, text="Which families did the clove harvest of Zanzibar feed?")
    parts = [hear(telegram, ann)]
    while not parts[-1].buttons:
        parts.append(hear(telegram, ann))
    assert len(parts) > 1
    assert all(units(part.text) <= LONGEST for part in parts)
    assert len(parts[-1].buttons) == 3 + 2
    told = " ".join(text for part in parts for text in quotes(part, "expandable_blockquote")).split()
    assert sorted(told) == sorted(" ".join(sentences).split())
    if deleted:
        telegram.run(lambda: parts[0].chat.messages.pop(parts[0].message_id))
        telegram.edit(question, TIES)
        hear(telegram, ann)
    else:
        edited(telegram, question, TIES, parts[0])
        telegram.wait_for(method="deleteMessage")
    assert ask(telegram, ann, "/help").text == EN["help"]
    left = [one for one in telegram.messages(parts[0].chat) if one.sender == telegram.bot]
    assert [quotes(one)[:1] for one in left] == [[QUOTE], []]


# -- "only my own words"


def test_a_question_is_asked_again_in_its_own_words(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    ask(telegram, ann, TIES)
    said = ask(telegram, ann, "and in Malaysia?")
    assert said.text.startswith("Searched for: ")
    assert tap(telegram, said, EN["as_typed"]) == ""
    telegram.wait_for(method="editMessageText")
    again = now(telegram, said)
    assert "Searched for" not in again.text
    assert EN["as_typed"] not in again.buttons
    press(telegram, said, ann, said.button(EN["as_typed"])["callback_data"])
    assert telegram.answers[-1].text == EN["unknown_answer"]


def test_a_typing_error_is_mended_unless_it_is_none(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    said = ask(telegram, ann, TIES.replace("diplomatic", "diplomtaic"))
    assert said.text.startswith(f"Searched for: {TIES}\n\n4 April 1982 [1]\n\n{QUOTE}")
    tap(telegram, said, EN["as_typed"])
    telegram.wait_for(method="editMessageText")
    again = now(telegram, said)
    assert "Searched for" not in again.text
    assert EN["as_typed"] not in again.buttons


def test_a_new_talk(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    ask(telegram, ann, WHO)
    assert ask(telegram, ann, "/new").text == EN["new_talk"]
    assert "Searched for" not in ask(telegram, ann, "and since when?").text


# -- proofs


def test_a_proof_says_what_has_changed_since(telegram: Emulator, start: Start, ann: User, folder: Path) -> None:
    start()
    said = ask(telegram, ann)
    file = folder / "articles" / MALDIVES
    file.write_text("A new line.\n\n" + file.read_text("utf-8"), "utf-8")
    tap(telegram, said, said.buttons[0])
    assert hear(telegram, ann).text.endswith(EN["file_changed"])
    build(folder / "built", IndexSettings())
    tap(telegram, said, said.buttons[0])
    proof = hear(telegram, ann)
    assert proof.text.endswith(EN["moved"])
    assert bold(proof) == [QUOTE]
    assert "characters 413–484" in proof.text


def test_a_web_article_is_linked_to_its_sentence(telegram: Emulator, start: Start, ann: User, folder: Path) -> None:
    record = '{"id": "z", "title": "Cloves", "url": "https://example.org/z", "text": "Zanzibar sold cloves to Oman."}\n'
    (folder / "articles" / "web.jsonl").write_text(record, "utf-8")
    build(folder / "built", IndexSettings())
    start()
    said = ask(telegram, ann, "To whom did Zanzibar sell cloves?")
    link = ("Cloves", "https://example.org/z#:~:text=Zanzibar%20sold%20cloves%20to%20Oman.")
    assert said.links() == [link]
    tap(telegram, said, said.buttons[0])
    assert hear(telegram, ann).links() == [link]


def test_a_proof_after_the_question_was_forgotten(
    telegram: Emulator, start: Start, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = start()
    said = ask(telegram, ann)
    bot.stop()
    later = time.time() + 100 * 24 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    start()
    ask(telegram, ann, UNANSWERABLE)  # with the first question what is old is forgotten
    tap(telegram, said, said.buttons[0])
    assert bold(hear(telegram, ann)) == [QUOTE]


def test_why_an_answer_is_as_it_is(telegram: Emulator, start: Start, ann: User, folder: Path) -> None:
    start()
    said = ask(telegram, ann)
    tap(telegram, said, EN["why_button"])
    why = hear(telegram, ann)
    assert why.text.startswith("It has: Maldives, Palestine, establish, diplomatic, ties\n")
    assert why.reply_to
    assert why.reply_to.message_id == said.message_id
    declined = ask(telegram, ann, "Who juggles zebras?")
    tap(telegram, declined, EN["why_button"])
    assert "zebras" in hear(telegram, ann).text
    bob = telegram.user("Bob")
    press(telegram, ask(telegram, bob, "/help"), bob, said.button(EN["why_button"])["callback_data"])
    assert telegram.answers[-1].text == EN["unknown_answer"]
    file = folder / "articles" / MALDIVES
    file.write_text("A new line.\n\n" + file.read_text("utf-8"), "utf-8")
    build(folder / "built", IndexSettings())
    assert tap(telegram, said, EN["why_button"]) == EN["unknown_answer"]


# -- groups


def test_in_a_group_any_member_may_see_the_proof(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    group = telegram.supergroup("Readers", ann)
    telegram.say(group, ann, f"/ask@emulated_bot {TIES}")
    said = hear(telegram, group)
    assert quotes(said)[0] == QUOTE
    assert telegram.actions == []
    bob = telegram.user("Bob", language_code="de")
    tap(telegram, said, said.buttons[0], bob)
    assert bold(hear(telegram, group)) == [QUOTE]
    telegram.say(group, ann, "/ask")
    assert hear(telegram, group).text == EN["help"]


def test_a_mention_that_is_edited_in_is_answered_and_then_changed(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    group = telegram.supergroup("Readers", ann)
    telegram.promote(group)
    question = telegram.say(group, ann, UNANSWERABLE)
    telegram.edit(question, f"{UNANSWERABLE} @emulated_bot")
    said = hear(telegram, group)
    assert said.text.startswith(EN["declined"])
    assert quotes(edited(telegram, question, f"{TIES} @emulated_bot", said))[0] == QUOTE


# -- what is no question


def test_what_is_no_question_does_no_harm(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    channel = telegram.channel("News")
    telegram.post(channel, TIES)
    chat = telegram.private(ann, started=True)
    base = {"message_id": 900, "date": int(time.time()), "chat": chat.wire(), "from": ann.wire()}
    telegram.push({"message": base | {"dice": {"emoji": "🎲", "value": 3}}})
    assert hear(telegram, ann).text == EN["text_only"]
    telegram.push({"message": base | {"message_id": 901, "pinned_message": base}})
    telegram.say(ann, text="👩‍👩‍👧" * 256 + "🍯" * 1024)
    assert "2000" in hear(telegram, ann).text
    telegram.say(ann, text="🍯" * 2000)
    assert hear(telegram, ann).text == EN["no_terms"]
    telegram.forward(ann, None, TIES, author=telegram.user("Bob"))
    assert quotes(hear(telegram, ann))[0] == QUOTE
    telegram.forward(ann, None, TIES, author=channel)
    assert quotes(hear(telegram, ann))[0] == QUOTE


def test_other_bots_are_not_answered_but_anonymous_administrators_are(
    telegram: Emulator, start: Start, ann: User
) -> None:
    start()
    group = telegram.supergroup("Readers", ann)
    robot = User(77, "Robot", "robot_bot", is_bot=True)
    telegram.say(group, robot, f"@emulated_bot {TIES}")
    telegram.say(group, robot, "/help")
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    text = f"/ask {TIES}"
    channel = telegram.channel("News")
    sender = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
    telegram.push({"message": {
        "message_id": 900, "date": int(time.time()), "chat": group.wire(), "from": sender, "is_automatic_forward": True,
        "sender_chat": channel.wire(), "text": text, "entities": [{"type": "bot_command", "offset": 0, "length": 4}],
    }})  # fmt: skip
    telegram.push({"message": {
        "message_id": 901, "date": int(time.time()), "chat": group.wire(), "from": anonymous,
        "sender_chat": group.wire(), "text": text, "entities": [{"type": "bot_command", "offset": 0, "length": 4}],
    }})  # fmt: skip
    assert quotes(hear(telegram, group))[0] == QUOTE
    assert len(telegram.calls("sendMessage")) == 1


def test_a_user_of_another_language(telegram: Emulator, start: Start) -> None:
    start()
    eva = telegram.user("Eva", language_code="de")
    said = ask(telegram, eva, UNANSWERABLE)
    assert said.buttons[-1] == wording("de")["tell_me"]


def test_a_group_that_the_bot_was_removed_from(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    group: Chat = telegram.supergroup("Readers", ann)
    telegram.say(group, ann, f"/ask {TIES}")
    telegram.expel(group)
    assert ask(telegram, ann, "/help").text == EN["help"]
