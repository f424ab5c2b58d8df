"""What people see: each test a small talk with a bot that runs against the emulated Telegram."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pytest

from loccit.catalog import Catalog
from loccit.index import LONGEST_QUESTION, Index
from loccit.indexer import build
from loccit.languages import wording
from loccit.settings import IndexSettings
from loccit.types import Article
from tests.bot.conftest import SAMPLES, Start
from tests.emulator import Chat, Emulator, Message, User

EN = wording("en")
TIES = "When did the Maldives and Palestine establish diplomatic ties?"
QUOTE = "The Maldives and Palestine established diplomatic ties on 4 April 1982."
UNANSWERABLE = "Who won the football world cup in 1998?"
MALDIVES = "maldives-palestine-relations.txt"


def hear(telegram: Emulator, chat: Chat | User) -> Message:
    """The bot's next message there."""
    message = telegram.wait_for(chat=chat).message
    assert message
    return message


def ask(telegram: Emulator, user: User, question: str = TIES) -> Message:
    telegram.say(user, text=question)
    return hear(telegram, user)


def tap(telegram: Emulator, message: Message, button: str, user: User | None = None) -> str:
    """The notice that the tap brings up."""
    before = len(telegram.answers)
    telegram.tap(message, button, user)
    telegram.wait_for(method="answerCallbackQuery")
    return telegram.answers[before].text


def quotes(message: Message, kind: str = "blockquote") -> list[str]:
    return [message.covered(entity) for entity in message.entities if entity.type == kind]


def bold(message: Message) -> list[str]:
    return [message.covered(entity) for entity in message.entities if entity.type == "bold"]


# -- talking


def test_start_says_what_it_knows_and_offers_samples(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    said = ask(telegram, ann, "/start")
    assert "2 articles" in said.text
    assert "Malaysia–Palestine relations, Maldives–Palestine relations" in said.text
    assert said.text.endswith(EN["samples"])
    assert said.buttons == list(SAMPLES)


def test_a_tapped_sample_is_asked(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    tap(telegram, ask(telegram, ann, "/start"), SAMPLES[0])
    said = hear(telegram, ann)
    assert said.text.startswith(f"Searched for: {SAMPLES[0]}")
    assert quotes(said)[0] == QUOTE


def test_a_sample_that_was_taken_out(telegram: Emulator, start: Start, ann: User) -> None:
    bot = start()
    said = ask(telegram, ann, "/start")
    bot.stop()
    start(samples=())
    assert tap(telegram, said, SAMPLES[1]) == EN["unknown_answer"]


def test_without_samples_start_has_no_buttons(telegram: Emulator, start: Start, ann: User) -> None:
    start(samples=())
    said = ask(telegram, ann, "/start")
    assert said.buttons == []
    assert EN["samples"] not in said.text


@pytest.mark.parametrize("text", ["/help", "/nothing", "/help me"])
def test_help_also_for_unknown_commands(telegram: Emulator, start: Start, ann: User, text: str) -> None:
    start()
    assert ask(telegram, ann, text).text == EN["help"]


def test_a_question_is_answered_with_quotes(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    said = ask(telegram, ann)
    assert quotes(said)[0] == QUOTE
    assert said.text.startswith(f"4 April 1982 [1]\n\n{QUOTE}\n")
    assert bold(said) == ["4 April 1982", "4 April 1982"]
    assert "[1] Maldives–Palestine relations › History · articles/maldives-palestine-relations.txt" in said.text
    assert said.buttons[0] == "[1] Maldives–Palestine relations"
    assert said.preview == {"is_disabled": True}


def test_a_follow_up_leans_on_the_question_before(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    ask(telegram, ann, "Who is Malaysia's ambassador to Palestine?")
    assert ask(telegram, ann, "and since when?").text.startswith("Searched for: and since when?")


def test_where_the_articles_do_not_say(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    said = ask(telegram, ann, UNANSWERABLE)
    assert said.text.startswith(EN["declined"])
    assert quotes(said) == []


def test_a_suggestion_can_be_tapped(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    said = ask(telegram, ann, "When did Bruno Mars sing in Malaysia with Elton John?")
    assert said.text.startswith(EN["declined"])
    assert "Bruno" in said.text
    assert EN["suggestions"] in said.text
    nearest = quotes(said, "expandable_blockquote")
    tap(telegram, said, said.buttons[0])
    assert bold(hear(telegram, ann)) == [nearest[0]]


def test_a_question_without_a_word_to_look_up(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    said = ask(telegram, ann, "???")
    assert said.text == EN["no_terms"]
    assert said.buttons == []


def test_the_users_language_comes_first(telegram: Emulator, start: Start) -> None:
    start()
    for code, expected in (("ar", "ar"), ("ms-MY", "ms"), ("xx", "en"), (None, "en")):
        user = telegram.user(f"Speaks {code}", language_code=code)
        assert ask(telegram, user, UNANSWERABLE).text.startswith(wording(expected)["declined"])


def test_only_text_can_be_read(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    telegram.send_file(ann, None, "notes.txt", b"some text", caption=TIES)
    assert hear(telegram, ann).text == EN["text_only"]


def test_a_question_that_is_too_long(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    assert "2000" in ask(telegram, ann, "why " * (LONGEST_QUESTION // 4 + 1)).text


def test_answers_come_in_the_order_of_the_questions(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    asked = [TIES, "/help", UNANSWERABLE, "/start"]
    for text in asked:
        telegram.say(ann, text=text)
    heard = [hear(telegram, ann).text for _ in asked]
    assert QUOTE in heard[0]
    assert heard[1] == EN["help"]
    assert heard[2].startswith(EN["declined"])
    assert "2 articles" in heard[3]


def test_the_commands_are_named_in_each_language(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    ask(telegram, ann, "/help")
    telegram.wait_for(method="setMyCommands")
    telegram.wait_for(method="setMyCommands")
    commands = telegram.profile.commands
    named = [command["command"] for command in commands["default", ""]]
    assert named == ["start", "help", "new", "lang", "privacy", "export", "forget"]
    assert commands["default", "ar"][0]["description"] == wording("ar")["command_start"]
    assert ("default", "dv") not in commands


def test_an_empty_chat_says_what_can_be_done_unless_the_owner_wrote_something(
    telegram: Emulator, start: Start, ann: User
) -> None:
    bot = start()
    ask(telegram, ann, "/help")
    telegram.wait_for(method="setMyDescription")
    telegram.wait_for(method="setMyDescription")
    bot.stop()
    assert telegram.profile.descriptions == {
        "": EN["help"].partition("\n")[0],
        "ar": wording("ar")["help"].partition("\n")[0],
    }
    telegram.profile.descriptions.clear()
    telegram.profile.descriptions[""] = "The bot of our library."
    start()
    telegram.wait_for(lambda call: call.method == "setMyCommands" and call.params.get("language_code") == "ar")
    telegram.wait_for(lambda call: call.method == "setMyCommands" and call.params.get("language_code") == "ar")
    ask(telegram, ann, "/help")
    assert telegram.profile.descriptions == {"": "The bot of our library."}


def test_phrases_of_the_bots_own(telegram: Emulator, start: Start, ann: User) -> None:
    start(wording={"en": {"help": "Ask the librarian."}})
    assert ask(telegram, ann, "/help").text == "Ask the librarian."


# -- proofs


def test_a_tapped_source_shows_the_passage(telegram: Emulator, start: Start, ann: User, folder: Path) -> None:
    start()
    said = ask(telegram, ann)
    assert tap(telegram, said, said.buttons[0]) == ""
    proof = hear(telegram, ann)
    article = Index.open(folder / "built").article(f"articles/{MALDIVES}")
    assert article
    assert proof.reply_to
    assert proof.reply_to.message_id == said.message_id
    assert bold(proof) == [QUOTE]
    (passage,) = quotes(proof, "expandable_blockquote")
    assert passage.endswith(" …")  # the section goes on
    assert passage.removesuffix(" …") in article.text
    assert article.sha256[:12] in proof.text
    assert "characters 400–471" in proof.text


def test_a_source_can_be_tapped_after_a_restart(telegram: Emulator, start: Start, ann: User) -> None:
    bot = start()
    said = ask(telegram, ann)
    bot.stop()
    start()
    tap(telegram, said, said.buttons[0])
    assert bold(hear(telegram, ann)) == [QUOTE]


def test_an_article_that_changed_while_the_bot_ran(telegram: Emulator, start: Start, ann: User, folder: Path) -> None:
    start()
    said = ask(telegram, ann)
    file = folder / "articles" / MALDIVES
    file.write_text(file.read_text("utf-8").replace("4 April 1982", "5 April 1982"), "utf-8")
    build(folder / "built", IndexSettings())
    assert tap(telegram, said, said.buttons[0]) == EN["changed"]
    assert quotes(ask(telegram, ann))[0] == QUOTE.replace("4 April", "5 April")


def test_an_article_that_is_gone(telegram: Emulator, start: Start, ann: User, folder: Path) -> None:
    start()
    said = ask(telegram, ann)
    (folder / "articles" / MALDIVES).unlink()
    build(folder / "built", IndexSettings())
    assert tap(telegram, said, said.buttons[0]) == EN["gone"]


def test_a_new_index_that_cannot_be_opened_leaves_the_old_one(
    telegram: Emulator, start: Start, ann: User, folder: Path
) -> None:
    start()
    ask(telegram, ann)
    (folder / "built" / "CURRENT").write_text("{}")
    assert quotes(ask(telegram, ann))[0] == QUOTE


def test_a_quote_that_differs_from_its_article_is_not_sent(
    telegram: Emulator, start: Start, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    start()
    articles = Catalog.articles

    def forged(self: Catalog, ids: Iterable[str]) -> dict[str, Article]:
        found = articles(self, ids).items()
        return {
            one: article.model_copy(update={"text": article.text.replace("1982", "1983")}) for one, article in found
        }

    monkeypatch.setattr(Catalog, "articles", forged)
    said = ask(telegram, ann)
    assert said.text.startswith("Something went wrong")
    assert "1982" not in said.text


FORGED = (
    *("s:AAAAAAAAAAAA:1", "s:ID:99", "s:ID:0", "q:0", "q:77", "x", "s:ID:1:1", "s:' OR 1:1", "f:ID:2", "f:x:1"),
    *(
        "w:AAAAAAAAAAAA",
        "y:AAAAAAAAAAAA",
        "l:' OR 1",
        "g:xx",
        "g:dv",
        "d:0123456789abcdef",
        "s:" + 61 * "A" + ":1",
        "🍯" * 16,
    ),
)


def test_a_forged_button(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    said = ask(telegram, ann)
    answer_id = said.button(said.buttons[0])["callback_data"].split(":")[1]
    for button in FORGED:
        press(telegram, said, ann, button.replace("ID", answer_id))
        assert telegram.answers[-1].text == EN["unknown_answer"]
    assert len(telegram.calls("sendMessage")) == 1


def test_an_answer_of_another_chat_is_not_shown(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    data = (said := ask(telegram, ann)).button(said.buttons[0])["callback_data"]
    bob = telegram.user("Bob")
    press(telegram, ask(telegram, bob, "/help"), bob, data)
    assert telegram.answers[-1].text == EN["unknown_answer"]


def test_a_button_of_an_inline_message(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    said = ask(telegram, ann)
    data = said.button(said.buttons[0])["callback_data"]
    query = telegram.run(lambda: telegram.world.ask("callback", ann, data))
    asked = {"id": query.id, "from": ann.wire(), "inline_message_id": "i1", "data": data, "chat_instance": "1"}
    telegram.push({"callback_query": asked})
    telegram.wait_for(method="answerCallbackQuery")
    assert telegram.answers[-1].text == EN["unknown_answer"]


def press(telegram: Emulator, message: Message, user: User, data: str, *, answered: bool = True) -> None:
    """A tap on a button that the message never had."""
    query = telegram.run(lambda: telegram.world.ask("callback", user, data))
    asked = {"id": query.id, "from": user.wire(), "message": message.wire(), "data": data, "chat_instance": "1"}
    telegram.push({"callback_query": asked})
    if answered:
        telegram.wait_for(method="answerCallbackQuery")


def test_an_answer_that_cannot_be_kept_has_no_buttons(
    telegram: Emulator, start: Start, ann: User, tmp_path: Path
) -> None:
    start()
    ask(telegram, ann, "/help")
    with sqlite3.connect(tmp_path / "state.sqlite") as state:
        state.execute("DROP TABLE shown")
    state.close()
    said = ask(telegram, ann)
    assert quotes(said)[0] == QUOTE
    assert said.buttons == []


# -- groups


@pytest.fixture
def group(telegram: Emulator, ann: User) -> Chat:
    """One where the bot sees every message."""
    group = telegram.supergroup("Readers", ann)
    telegram.promote(group)
    return group


def test_in_a_group_the_bot_is_silent_unless_addressed(
    telegram: Emulator, start: Start, ann: User, group: Chat
) -> None:
    start()
    for text in (TIES, "@other_bot when?", "/nothing", "/help@other_bot"):
        telegram.say(group, ann, text)
    telegram.send_file(group, ann, "notes.txt", b"some text")
    question = telegram.say(group, ann, f"@Emulated_Bot {TIES}")
    said = hear(telegram, group)
    assert quotes(said)[0] == QUOTE
    assert said.reply_to
    assert said.reply_to.message_id == question.message_id
    telegram.say(group, ann, TIES, reply_to=said)
    assert quotes(hear(telegram, group))[0] == QUOTE
    telegram.say(group, ann, "/nothing@emulated_bot")
    assert hear(telegram, group).text == EN["help"]
    telegram.say(group, ann, "@emulated_bot")
    assert hear(telegram, group).text == EN["help"]
    assert len(telegram.calls("sendMessage")) == 4


def test_in_a_forum_the_answer_stays_in_its_topic(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    forum = telegram.forum("Library", ann, topics=["History", "Food"])
    telegram.say(forum, ann, f"@emulated_bot {TIES}", thread="History")
    said = hear(telegram, forum)
    assert said.thread == forum.topics["History"]
    tap(telegram, said, said.buttons[0], ann)
    assert hear(telegram, forum).thread == forum.topics["History"]
    telegram.say(forum, ann, "@emulated_bot and since when?", thread="Food")
    assert "Searched for" not in hear(telegram, forum).text
