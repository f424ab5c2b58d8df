"""What a person can have of the bot about themselves: a new talk, another language, their dialogue, its end."""

import sqlite3
from pathlib import Path

from loccit.languages import wording
from tests.bot.conftest import Start
from tests.bot.test_handlers import EN, QUOTE, TIES, UNANSWERABLE, ask, hear, tap
from tests.emulator import Emulator, User


def test_the_language_that_was_chosen(telegram: Emulator, start: Start, ann: User) -> None:
    bot = start()
    offered = ask(telegram, ann, "/lang")
    assert offered.text == EN["command_lang"]
    assert {"Deutsch", "العربية", "🌐"} < set(offered.buttons)
    assert "ދިވެހި" not in offered.buttons
    assert tap(telegram, offered, "Deutsch") == wording("de")["lang_set"]
    bot.stop()
    start()
    assert ask(telegram, ann, "/help").text == wording("de")["help"]
    assert ask(telegram, ann, "/lang ar").text == wording("ar")["lang_set"]
    assert ask(telegram, ann, UNANSWERABLE).text.startswith(wording("ar")["declined"])
    tap(telegram, offered, "🌐")
    assert ask(telegram, ann, "/help").text == EN["help"]
    assert ask(telegram, ann, "/lang klingon").buttons == offered.buttons


def test_privacy_says_for_how_long(telegram: Emulator, start: Start, ann: User) -> None:
    start(keep_days=7)
    assert ask(telegram, ann, "/privacy").text == EN["privacy"].format(days=7)


def test_the_dialogue_is_given_and_then_deleted(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    assert ask(telegram, ann, "/export").text == EN["nothing_kept"]
    said = ask(telegram, ann)
    ask(telegram, ann, "Who *won* the cup?")
    bob = telegram.user("Bob")
    ask(telegram, bob, "Who is the king of bananas?")
    telegram.say(ann, text="/export")
    file = hear(telegram, ann).document
    assert file
    assert file.name == "emulated_bot.md"
    text = file.content.decode()
    assert f"## {TIES}" in text
    assert f"> {QUOTE} [1]\n" in text
    assert (
        "1. Maldives–Palestine relations › History: articles/maldives-palestine-relations.txt, characters 400–471"
        in text
    )
    assert r"## Who \*won\* the cup?" in text
    assert "bananas" not in text
    assert ask(telegram, ann, "/forget").text == EN["forgotten"].format(count=2)
    assert ask(telegram, ann, "/export").text == EN["nothing_kept"]
    assert ask(telegram, ann, "/forget").text == EN["nothing_kept"]
    assert tap(telegram, said, said.buttons[0]) == EN["unknown_answer"]
    telegram.say(bob, text="/export")
    assert hear(telegram, bob).document


def test_what_is_still_open_is_forgotten_too(telegram: Emulator, start: Start, ann: User, tmp_path: Path) -> None:
    bot = start()
    telegram.cut("sendMessage")
    telegram.say(ann, text=TIES)
    told = hear(telegram, ann)
    assert ask(telegram, ann, "/forget").text == EN["forgotten"].format(count=1)
    assert tap(telegram, told, EN["ask_again"]) == EN["unknown_answer"]
    bot.stop()
    with sqlite3.connect(tmp_path / "state.sqlite") as db:
        assert db.execute("SELECT DISTINCT content FROM inbox").fetchall() == [(None,)]
    db.close()


def test_nobody_waits_for_what_was_forgotten(telegram: Emulator, start: Start, ann: User, tmp_path: Path) -> None:
    bot = start()
    group, bob = telegram.supergroup("Readers", ann), telegram.user("Bob")
    telegram.say(group, ann, f"/ask {UNANSWERABLE}")
    tap(telegram, hear(telegram, group), EN["tell_me"], bob)
    assert ask(telegram, ann, "/forget").text == EN["forgotten"].format(count=1)
    bot.stop()
    assert UNANSWERABLE.encode() not in (tmp_path / "state.sqlite").read_bytes()


def test_what_is_old_is_forgotten_even_if_nobody_asks(
    telegram: Emulator, start: Start, ann: User, tmp_path: Path
) -> None:
    bot = start(keep_days=7)
    ask(telegram, ann)
    bot.stop()
    with sqlite3.connect(tmp_path / "state.sqlite") as db:
        db.execute("UPDATE shown SET created = created - 8 * 24 * 60 * 60")
    db.close()
    start(keep_days=7)
    assert ask(telegram, ann, "/export").text == EN["nothing_kept"]


def test_in_a_group_it_is_about_what_was_asked_there(telegram: Emulator, start: Start, ann: User) -> None:
    start()
    ask(telegram, ann)
    group = telegram.supergroup("Readers", ann)
    telegram.say(group, ann, "/export")
    assert hear(telegram, group).text == EN["nothing_kept"]
    telegram.say(group, ann, f"/ask {UNANSWERABLE}")
    hear(telegram, group)
    telegram.say(group, ann, "/export")
    file = hear(telegram, group).document
    assert file
    assert TIES not in file.content.decode()
    telegram.say(group, ann, "/forget")
    assert hear(telegram, group).text == EN["forgotten"].format(count=1)
    telegram.say(ann, text="/export")
    assert hear(telegram, ann).document
