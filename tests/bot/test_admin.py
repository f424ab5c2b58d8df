"""What those who look after the bot see and do, and what others may not."""

import io
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from loccit.bot.articles import named
from loccit.indexer import build
from loccit.readers import READERS
from loccit.settings import IndexSettings
from tests.bot.conftest import Start
from tests.bot.test_application import said_to
from tests.bot.test_handlers import EN, MALDIVES, TIES, UNANSWERABLE, ask, hear, press, quotes, tap
from tests.conftest import unprivileged
from tests.emulator import Emulator, Message, User

NEW = "Farida harvests the cloves of Zanzibar."
ZANZIBAR = f"Zanzibar\n\n{NEW}\n".encode()
WHO = "Who harvests the cloves of Zanzibar?"


def send(telegram: Emulator, user: User, name: str, content: bytes) -> Message:
    """The bot's last word on a file."""
    telegram.send_file(user, None, name, content)
    return outcome(telegram, user)


def outcome(telegram: Emulator, user: User) -> Message:
    """What came of what takes a while."""
    assert hear(telegram, user).text.startswith("Reading: ")
    return hear(telegram, user)


@pytest.fixture
def admin(telegram: Emulator, start: Start) -> User:
    """Somebody whom a running bot obeys."""
    eve = telegram.user("Eve")
    start(access={"admins": [eve.id]})
    return eve


def test_numbers_and_gaps(telegram: Emulator, admin: User, ann: User) -> None:
    assert ask(telegram, admin, "/gaps").text == EN["no_gaps"].format(days=30)
    said = ask(telegram, ann)
    tap(telegram, said, "👍")
    for question in (UNANSWERABLE, "who won the football world cup in 1998", "Why do cats purr?"):
        ask(telegram, ann, question)
    numbers = ask(telegram, admin, "/stats").text
    assert numbers.startswith(
        "In 30 days: questions 4, people 1, chats 1; answered 1, not answered 3, 👍 1, 👎 0\nArticles 2, passages "
    )
    gaps = ask(telegram, admin, "/gaps").text.split("\n")
    assert gaps[0] == EN["gaps"].format(days=30)
    assert gaps[1:] == ["2 × who won the football world cup in 1998", "1 × Why do cats purr?"]


def test_others_do_not_know_these_commands(telegram: Emulator, admin: User, ann: User) -> None:
    for command in ("/stats", "/gaps", "/articles", "/reload", f"/delete {MALDIVES}"):
        assert ask(telegram, ann, command).text == EN["help"]
    telegram.send_file(ann, None, "zanzibar.txt", ZANZIBAR)
    assert hear(telegram, ann).text == EN["text_only"]
    asked = ask(telegram, admin, f"/delete {MALDIVES}")
    press(telegram, asked, ann, asked.button(EN["delete_yes"])["callback_data"])
    assert telegram.answers[-1].text == EN["unknown_answer"]
    assert "Articles: 2" in ask(telegram, admin, "/articles").text


def test_an_article_comes_changes_and_goes(telegram: Emulator, admin: User, ann: User, folder: Path) -> None:
    assert ask(telegram, ann, WHO).text.startswith(EN["declined"])
    told = send(telegram, admin, "zanzibar.txt", ZANZIBAR).text
    assert told.startswith("Done. Articles 3, passages ")
    assert told.endswith("Files added 1, changed 0, removed 0, skipped 0.")
    telegram.wait_for(method="editMessageText", text="Reading: zanzibar.txt … 100 %")
    said = ask(telegram, ann, WHO)
    assert quotes(said)[0] == NEW
    assert ask(telegram, admin, "/articles zan").text == "Articles: 1\narticles/zanzibar.txt Zanzibar"

    told = send(telegram, admin, "zanzibar.txt", ZANZIBAR.replace(b"Farida", b"Salma")).text
    assert told.endswith("Files added 0, changed 1, removed 0, skipped 0.")
    assert tap(telegram, said, said.buttons[0]) == EN["changed"]
    assert "Salma" in quotes(ask(telegram, ann, WHO))[0]

    for name in ("nothing.txt", "", "../articles", "/etc/passwd", "articles/../index.toml"):
        assert ask(telegram, admin, f"/delete {name}").text == EN["no_such_file"].format(file=name)
    asked = ask(telegram, admin, "/delete zanzibar.txt")
    assert asked.text == EN["delete_sure"].format(file="zanzibar.txt")
    tap(telegram, asked, EN["delete_yes"])
    assert outcome(telegram, admin).text.endswith("Files added 0, changed 0, removed 1, skipped 0.")
    assert not (folder / "articles" / "zanzibar.txt").exists()
    assert tap(telegram, said, said.buttons[0]) == EN["gone"]
    assert tap(telegram, asked, EN["delete_yes"]) == EN["unknown_answer"]


def test_progress_that_cannot_be_shown_is_no_trouble(telegram: Emulator, admin: User) -> None:
    telegram.fail("editMessageText", times=None, status=400)
    assert send(telegram, admin, "zanzibar.txt", ZANZIBAR).text.startswith("Done. ")
    assert ask(telegram, admin, "/articles zan").text == "Articles: 1\narticles/zanzibar.txt Zanzibar"
    assert not any(EN["failed"].partition("{")[0] in text for text in said_to(telegram, admin))


def test_reload_brings_the_index_in_step(telegram: Emulator, admin: User, ann: User, folder: Path) -> None:
    (folder / "articles" / "zanzibar.txt").write_bytes(ZANZIBAR)
    (folder / "articles" / "broken.txt").write_bytes(b"\xff\xfe\x00\xd8")
    telegram.say(admin, text="/reload")
    told = outcome(telegram, admin).text
    assert "Files added 1, changed 0, removed 0, skipped 1.\narticles/broken.txt: " in told
    assert quotes(ask(telegram, ann, WHO))[0] == NEW


def test_names_that_are_not_taken(telegram: Emulator, admin: User, folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    names = (
        "../../x.txt",
        "..\\x.txt",
        ".hidden.txt",
        "a\u202etxt.md",
        "a\n.md",
        "x" * 300 + ".txt",
        "🍯" * 60 + ".txt",
        "",
    )
    for name in names:
        assert send(telegram, admin, name, ZANZIBAR).text == EN["file_bad_name"]
    for name in ("virus.exe", "README"):
        assert send(telegram, admin, name, ZANZIBAR).text.startswith(EN["file_bad_kind"].partition("{")[0])
    assert sorted(folder.rglob("*")) == before


def test_a_name_that_is_taken() -> None:
    assert named("Überblick 2024 (final).md") == "Überblick 2024 (final).md"


def test_files_that_are_not_what_they_claim(telegram: Emulator, admin: User, ann: User, folder: Path) -> None:
    articles = folder / "articles"
    before = {path: path.read_bytes() for path in articles.iterdir()}
    chat = telegram.private(admin, started=True)
    claim = {"file_id": "f", "file_unique_id": "u", "file_name": "big.txt", "file_size": 2 << 30}
    message = {"message_id": 900, "date": 1_900_000_000, "chat": chat.wire(), "from": admin.wire(), "document": claim}
    telegram.push({"message": message})
    assert outcome(telegram, admin).text == EN["file_too_big"].format(limit=20)
    big = telegram.run(lambda: telegram.world.keep_file("big.txt", b"x" * ((20 << 20) + 1), "text/plain"))
    telegram.push({"message": message | {"document": big.wire() | {"file_size": 5}}})
    assert outcome(telegram, admin).text == EN["file_too_big"].format(limit=20)
    noise = b"\xff\xfe\x00\xd8" + os.urandom(5000)
    of_each_kind = ((f"noise{suffix}", noise) for suffix in READERS if suffix)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * (50 << 20))
    for name, content in (("empty.txt", b""), (MALDIVES, noise), ("bomb.docx", bomb.getvalue()), *of_each_kind):
        assert send(telegram, admin, name, content).text.startswith("That did not work: ")
    assert {path: path.read_bytes() for path in articles.iterdir()} == before
    assert quotes(ask(telegram, ann, TIES))


def test_articles_that_lie_elsewhere(telegram: Emulator, start: Start, folder: Path, tmp_path: Path) -> None:
    eve, elsewhere = telegram.user("Eve"), tmp_path / "texts"
    shutil.move(folder / "articles", elsewhere)
    (folder / "index.toml").write_text('articles = ["../texts"]\n')
    build(folder / "built", IndexSettings(articles=("../texts",)), rebuild=True, allow_loss=True)
    start(access={"admins": [eve.id]})
    assert "Files added 1" in send(telegram, eve, "zanzibar.txt", ZANZIBAR).text
    assert (elsewhere / "zanzibar.txt").read_bytes() == ZANZIBAR
    for name in ("zanzibar.txt", "../texts/zanzibar.txt"):
        assert EN["delete_yes"] in ask(telegram, eve, f"/delete {name}").buttons
    named = [f"../texts/{file.name}" for file in sorted(elsewhere.iterdir())]
    (folder / "index.toml").write_text(f"articles = {named}\n")
    said = send(telegram, eve, "pepper.txt", ZANZIBAR).text
    assert said == "That did not work: index.toml does not name the folder of ../texts/pepper.txt"
    assert not (elsewhere / "pepper.txt").exists()


def test_articles_that_cannot_be_written(telegram: Emulator, admin: User, folder: Path) -> None:
    (folder / "articles").chmod(0o555)
    with unprivileged(folder):
        said = send(telegram, admin, "zanzibar.txt", ZANZIBAR).text
    assert said == f"That did not work: {folder / 'articles'} cannot be written: permission denied."
