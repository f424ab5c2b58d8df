"""The terminal chat, line by line: what is answered, what the commands tell."""

import json
import os
import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from loccit.chat import Told, leaves, reply
from loccit.chat.commands import COMMANDS, parse, usage
from loccit.chat.prompt import REMEMBERED, Remembered, history_file
from loccit.chat.talk import KEPT, Talk
from loccit.cli import cli
from loccit.engines.memory import MemoryEngine
from loccit.errors import EngineUnreachable
from loccit.explain import lines
from loccit.index import Index
from loccit.languages import codes, wording
from loccit.render import explained, passage
from loccit.transcript import escaped, transcript
from loccit.types import Answer, Span
from tests.conftest import TIES, MakeIndex

SAYS = "articles/maldives-palestine-relations.txt"


@pytest.fixture
def talk(sample: Index) -> Talk:
    return Talk(sample)


def asked(talk: Talk, question: str) -> Answer:
    answer = reply(talk, question)
    assert isinstance(answer, Answer)
    return answer


def told(talk: Talk, line: str) -> str:
    said = reply(talk, line)
    assert isinstance(said, Told)
    return ("! " if said.failed else "") + said.text


# -- questions


def test_that_part_of_a_cluster_is_missing_is_told_and_ends_no_talk(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def search_in_vain(*_: object) -> None:
        raise EngineUnreachable("Part of the index is not reachable: 1 of its 3 shards.")

    with monkeypatch.context() as patched:
        patched.setattr(MemoryEngine, "search", search_in_vain)
        said = told(talk, "Siapakah duta Palestin ke Maldives?")
        assert said == f"! {wording('ms')['unreachable']}\nPart of the index is not reachable: 1 of its 3 shards."
    assert asked(talk, TIES).quotes


def test_a_blank_line_is_passed_over(talk: Talk) -> None:
    assert [reply(talk, line) for line in ("", " ", "\t\n")] == [None, None, None]


@pytest.mark.parametrize("line", ["/quit", " /QUIT\n", "exit", "quit", "/exit"])
def test_there_are_several_ways_to_leave(line: str) -> None:
    assert leaves(line)


@pytest.mark.parametrize("line", ["", "/quiet", "quit it", "How do I quit?"])
def test_not_every_line_leaves(line: str) -> None:
    assert not leaves(line)


def test_a_question_is_answered_as_the_index_does_with_the_questions_before(talk: Talk, sample: Index) -> None:
    first = asked(talk, "Who visited Gaza in 2013?")
    assert first == sample.ask("Who visited Gaza in 2013?")
    second = asked(talk, "  when was that  ")
    assert second == sample.ask("when was that", history=["Who visited Gaza in 2013?"])
    assert second.question.understood_as
    assert told(talk, "/new") == "A new subject; the questions before are forgotten."
    assert asked(talk, "when was that") == sample.ask("when was that")


def test_a_talk_keeps_no_more_than_it_needs(talk: Talk) -> None:
    assert talk.answers.maxlen == KEPT


@pytest.mark.parametrize(
    "line", ["/etc/passwd, what is it?", "/ what", "//", "/1", "what is /help", "/sources, are there any?"]
)
def test_a_slash_alone_makes_no_command(line: str) -> None:
    assert parse(line) is None


def test_a_command_is_read_whatever_its_case_and_blanks() -> None:
    assert parse("/SAVE   my talk.md ") == ("save", "my talk.md")
    assert parse("/open") == ("open", "")


def test_an_unknown_command_is_told(talk: Talk) -> None:
    assert told(talk, "/sauces 1") == "! There is no command /sauces. /help shows all."


def test_too_long_a_question_is_told(talk: Talk) -> None:
    assert told(talk, "x" * 60_000) == ("! The question has 60,000 characters, at most 2,000 can be asked. Shorten it.")


# -- /help, /lang


def test_help_lists_every_command(talk: Talk) -> None:
    assert told(talk, "/help") == (
        "Write a question and press Enter; Esc, then Enter begins a new line.\n"
        "\n"
        "/sources N  the passage around quote N\n"
        "/open N     the page or the article that quote N is from\n"
        "/why        why this answer\n"
        "/new        begin a new subject\n"
        "/lang CODE  the language of questions and phrases\n"
        "/save FILE  keep this talk as Markdown\n"
        "/help       this text\n"
        "/quit       leave"
    )


@pytest.mark.parametrize("code", sorted(set(codes()) - {"dv"}))
def test_every_language_says_what_each_command_does(sample: Index, code: str) -> None:
    talk = Talk(sample)
    talk.language = code
    commands = usage(talk)
    assert set(commands) == {*COMMANDS, "quit"}
    assert [how for how, _ in commands.values()] == [how for how, _ in usage(Talk(sample)).values()]
    assert all(what.strip() == what != "" for _, what in commands.values())


def test_a_language_is_chosen_for_questions_and_phrases_and_given_up(talk: Talk) -> None:
    assert told(talk, "/lang de") == "Ab jetzt sind die Fragen in dieser Sprache: Deutsch."
    assert told(talk, "/new") == "Ein neues Thema; die Fragen davor sind vergessen."
    assert asked(talk, TIES).question.language == "de"
    assert told(talk, "/lang") == "Ab jetzt wird die Sprache jeder Frage erkannt."
    assert asked(talk, TIES).question.language == "en"
    assert told(talk, "/lang PT-BR") == "A partir de agora as perguntas são nesta língua: Português."


@pytest.mark.parametrize(
    "code", ["xx", "german", "de en", "\x1b[2J", "../de", "-", "de-", "de-\x1b]0;x", "de-" + 9 * "x"]
)
def test_a_language_that_is_none_is_told(talk: Talk, code: str) -> None:
    known = ", ".join(codes())
    shown = code.replace("\x1b", "")
    assert told(talk, f"/lang {code}") == f"! There is no language {shown}; there are: {known}."
    assert talk.language is None


def test_without_a_question_the_phrases_are_in_the_articles_language(make_index: MakeIndex) -> None:
    talk = Talk(make_index({"a.txt": "Die Katze schläft jeden Nachmittag auf dem warmen Dach der alten Scheune."}))
    assert told(talk, "/why") == "! Es gibt noch keine Antwort. Fragen Sie zuerst etwas."
    assert talk.greeting().splitlines()[1] == "/help zeigt, was man sonst eingeben kann, /quit beendet."


def test_the_greeting_says_each_title_in_one_line_and_that_there_are_more(make_index: MakeIndex) -> None:
    rows = [{"id": str(n), "title": f"Ship\n{n}\x1b]0;pwned\x07", "text": "The ships sail."} for n in range(7)]
    talk = Talk(make_index({"rows.jsonl": "".join(json.dumps(row) + "\n" for row in rows)}))
    assert talk.greeting() == (
        "I answer from 7 articles, in their own words, and show where each sentence stands. Ask me anything about:"
        " Ship 0]0;pwned, Ship 1]0;pwned, Ship 2]0;pwned, Ship 3]0;pwned, Ship 4]0;pwned, ….\n"
        "/help shows what else can be typed, /quit leaves."
    )


# -- /why


def test_why_tells_what_met_and_what_came_second(talk: Talk) -> None:
    answer = asked(talk, TIES)
    said = told(talk, "/why")
    assert said == explained(lines(talk.index.why(answer.question), wording("en")))
    assert said.startswith("It has: Maldives, Palestine, establish, ties\n")
    assert "\nSecond came: " in said
    told(talk, "/lang de")
    assert told(talk, "/why").startswith("Er enthält: Maldives, Palestine, establish, ties\n")


def test_why_is_of_the_last_answer_and_of_what_it_leant_on(talk: Talk) -> None:
    asked(talk, "Who visited Gaza in 2013?")
    follow_up = asked(talk, "when was that")
    said = told(talk, "/why")
    told(talk, "/new")
    assert told(talk, "/why") == said == explained(lines(talk.index.why(follow_up.question), wording("en")))
    assert "Gaza" in said.splitlines()[0]
    asked(talk, "zebra")
    assert told(talk, "/why") == "Nothing there about: zebra."


# -- /sources


@pytest.mark.parametrize("line", ["/sources", "/sources 1", "/open", "/why", "/save talk.md"])
def test_what_is_about_an_answer_needs_one(talk: Talk, line: str) -> None:
    assert told(talk, line) == "! There is no answer yet. Ask something first."


def test_a_source_shows_the_passage_with_the_quote_marked(talk: Talk) -> None:
    quote = asked(talk, TIES).quotes[0]
    assert told(talk, "/sources 1") == (
        "[1] Maldives–Palestine relations › History\n"
        f"    {SAYS}, characters 400–471\n"
        f"    sha256 {quote.source.sha256}\n"
        "\n"
        "⟦The Maldives and Palestine established diplomatic ties on 4 April 1982.⟧ The Palestine Liberation"
        " Organization opened an office for the Maldives and Sri Lanka in 1975 and would later be transformed to the"
        " Embassy of Palestine to Sri Lanka and the Maldives.\n"
        "The Maldives has called for the establishment of an independent Palestine state based on the pre-1967 borders"
        " with East Jerusalem as the capital of Palestine. …"
    )


def test_without_a_number_every_source_is_shown(talk: Talk) -> None:
    several = len(asked(talk, "Who is the ambassador of Indonesia?").cited)
    assert several > 1
    each = [told(talk, f"/sources {number}") for number in range(1, several + 1)]
    assert told(talk, "/sources") == "\n\n".join(each)


@pytest.mark.parametrize("number", ["0", "9", "-1", "1.5", "one", "²", "1 2", "9" * 5_000])
def test_a_source_there_is_not_is_told(talk: Talk, number: str) -> None:
    count = len(asked(talk, TIES).quotes)
    expected = f"! There is no source {number}; the last answer has {count}."
    assert told(talk, f"/sources {number}") == expected
    assert told(talk, f"/open {number}") == expected


def test_suggestions_have_sources_too_and_an_answer_may_have_none(talk: Talk) -> None:
    answer = asked(talk, "Who is the ambassador of Indonesia?")
    assert answer.declined
    assert answer.suggestions[0].text in told(talk, "/sources 1").replace("⟦", "").replace("⟧", "")
    assert not asked(talk, "???").cited
    assert told(talk, "/sources") == "! There is no source 1; the last answer has 0."


def test_a_source_says_that_its_file_has_changed_since_or_is_gone(make_index: MakeIndex, tmp_path: Path) -> None:
    talk = Talk(make_index({"ship.txt": "The ship sails to Malta.", "car.txt": "The car drives to Rome."}))
    asked(talk, "Where does the ship sail?")
    whole = told(talk, "/sources 1")
    file = tmp_path / "articles" / "ship.txt"
    file.touch()
    assert told(talk, "/sources 1") == whole, "the same bytes, though written later"
    file.write_text("The ship rusts.")
    assert told(talk, "/sources 1") == f"{whole}\n\n{wording('en')['file_changed']}"
    file.unlink()
    assert told(talk, "/sources 1") == f"{whole}\n\n{wording('en')['file_changed']}"


def test_a_quote_that_is_not_in_its_article_is_never_shown_as_if_it_were(talk: Talk, sample: Index) -> None:
    quote = asked(talk, TIES).quotes[0]
    moved = quote.model_copy(update={"span": Span(401, 472)})
    article = sample.article(quote.source.article_id)
    phrases = wording("en")
    assert passage(1, moved, article, phrases).endswith(f"401–472\n\n{phrases['changed']}")
    assert passage(1, quote, None, phrases).endswith(f"400–471\n\n{phrases['gone']}")


def test_a_quote_whose_article_has_changed_is_shown_where_it_stands_now(talk: Talk, sample: Index) -> None:
    quote = asked(talk, TIES).quotes[0]
    article = sample.article(quote.source.article_id)
    assert article
    now = article.model_copy(update={"text": f"New. {quote.text}", "sections": ()})
    assert passage(1, quote, now, wording("en")) == (
        "[1] Maldives–Palestine relations › History\n"
        f"    {SAYS}, characters 5–76\n"
        f"    sha256 {now.sha256}\n\nNew. ⟦{quote.text}⟧\n\n{wording('en')['moved']}"
    )


# -- /save


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_talk_is_saved_as_markdown_for_its_owner_alone(talk: Talk, tmp_path: Path) -> None:
    quote = asked(talk, TIES).quotes[0]
    asked(talk, "Who is *she*?")
    path = tmp_path / "my talk.md"
    assert told(talk, f"/save {path}") == f"Saved: {path}"
    assert mode(path) == 0o600
    first, second = path.read_text().split("\n## ")
    assert first == (
        f"## {TIES}\n\n"
        "4 April 1982 \\[1\\]\n\n"
        "> The Maldives and Palestine established diplomatic ties on 4 April 1982. [1]\n\n"
        f"1. Maldives–Palestine relations › History: {SAYS}, characters 400–471, sha256 {quote.source.sha256}\n"
    )
    assert second.startswith("Who is \\*she\\*?\n")


def test_a_saved_source_has_its_page_and_its_address(talk: Talk) -> None:
    answer = asked(talk, TIES)
    quote, url = answer.quotes[0], "https://example.org/a"
    source = quote.source.model_copy(update={"file": "a.pdf", "page": 3, "url": url})
    saved = transcript([answer.model_copy(update={"quotes": (quote.model_copy(update={"source": source}),)})], wording)
    assert f"1. [Maldives–Palestine relations › History](<{url}#:~:text=" in saved
    assert ">): a.pdf#page=3, characters 400–471, sha256 " in saved


def test_what_is_there_is_never_overwritten(talk: Talk, tmp_path: Path) -> None:
    asked(talk, TIES)
    there = tmp_path / "there.md"
    there.write_text("mine")
    assert told(talk, f"/save {there}") == f"! {there} is there already. Choose another name."
    assert there.read_text() == "mine"
    (tmp_path / "link.md").symlink_to(tmp_path / "elsewhere.md")
    assert told(talk, f"/save {tmp_path}/link.md") == f"! {tmp_path}/link.md is there already. Choose another name."
    assert not (tmp_path / "elsewhere.md").exists()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no/such/folder.md", "No such file or directory"),
        ("x" * 300, "File name too long"),
        ("a\0b", "embedded null byte"),
    ],
)
def test_why_a_talk_cannot_be_saved_is_told(talk: Talk, tmp_path: Path, name: str, reason: str) -> None:
    asked(talk, TIES)
    assert told(talk, f"/save {tmp_path}/{name}") == (
        f"! {tmp_path}/{name} cannot be written: {reason}.".replace("\0", "")
    )


def test_where_the_disk_is_full_no_half_of_a_talk_is_left(talk: Talk, tmp_path: Path) -> None:
    asked(talk, TIES)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        said = told(talk, f"/save {tmp_path}/talk.md")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert said == f"! {tmp_path}/talk.md cannot be written: File too large."
    assert not (tmp_path / "talk.md").exists()


def test_a_talk_is_saved_under_a_name_that_must_be_given(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(talk, TIES)
    assert told(talk, "/save") == "! /save FILE  keep this talk as Markdown"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert told(talk, "/save ~/talk.md") == f"Saved: {tmp_path}/talk.md"
    assert told(talk, "/save ~nobody-here/talk.md").startswith("! ~nobody-here/talk.md cannot be written: ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 * 3 < 7 & `x` [a](b) _c_ ~d~ |e| $f$", r"2 \* 3 \< 7 \& \`x\` \[a\](b) \_c\_ \~d\~ \|e\| \$f\$"),
        ("- Key: value", r"\- Key: value"),
        ("# no heading\n1. no list\n12) none\n2013 was", "\\# no heading\n1\\. no list\n12\\) none\n2013 was"),
        ("    no code \n\n  one paragraph\x1b[2J", "no code\none paragraph\\[2J"),
        ("===", r"\==="),
        ("back\\slash", "back\\\\slash"),
    ],
)
def test_markdown_leaves_a_text_as_it_is(text: str, expected: str) -> None:
    assert escaped(text) == expected


# -- what is remembered


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"XDG_STATE_HOME": "/states"}, "/states/loccit/history"),
        ({"XDG_STATE_HOME": "states"}, "/home/ann/.local/state/loccit/history"),
        ({"XDG_STATE_HOME": ""}, "/home/ann/.local/state/loccit/history"),
        ({}, "/home/ann/.local/state/loccit/history"),
    ],
)
def test_the_history_is_where_states_belong(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str
) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    assert history_file(environment) == Path(expected)


def test_of_a_long_history_the_newest_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "history"
    Remembered(path).store_string("the oldest\nof two lines")
    first = Remembered(path)
    for number in range(20_000):
        first.store_string(f"question {number}")
    assert list(first.load_history_strings())[-1] == "the oldest\nof two lines"
    kept = list(Remembered(path).load_history_strings())
    assert kept == [f"question {number}" for number in range(19_999, 19_999 - len(kept), -1)]
    assert REMEMBERED - 100 < path.stat().st_size <= REMEMBERED


def test_what_cannot_be_kept_ends_no_talk(tmp_path: Path) -> None:
    history = Remembered(tmp_path / "history")
    (tmp_path / "history").unlink()
    (tmp_path / "history").mkdir()
    history.append_string("asked")
    assert history.get_strings() == ["asked"]


def test_a_pipe_is_no_history(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "history")
    with pytest.raises(FileExistsError, match="It is no file"):
        Remembered(tmp_path / "history")


# -- a pipe


def test_whoever_has_read_enough_ends_a_chat_quietly(sample: Index) -> None:
    command = [sys.executable, "-m", "loccit", "chat", "--index", str(sample.folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe, stderr=pipe) as chat:
        assert chat.stdin
        assert chat.stdout
        assert chat.stderr
        print(TIES, file=chat.stdin, flush=True)
        assert chat.stdout.readline()
        chat.stdout.close()
        print(TIES, TIES, sep="\n", file=chat.stdin, flush=True)
        assert chat.wait(30) == 0
        assert chat.stderr.read() == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_completion(shell: str) -> None:
    ran = CliRunner().invoke(cli, ["completion", shell])
    assert ran.exit_code == 0
    assert f"_LOCCIT_COMPLETE={shell}_complete" in ran.output


def test_bash_completes_commands(tmp_path: Path) -> None:
    program = tmp_path / "loccit"
    program.write_text(f"#!{sys.executable}\nfrom loccit.cli import main\nmain()\n")
    program.chmod(0o755)
    script = """eval "$(loccit completion bash)"; COMP_WORDS=(loccit comple); COMP_CWORD=1
        _loccit_completion loccit comple loccit; printf '%s\\n' "${COMPREPLY[@]}" """
    path = f"{tmp_path}:{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, env={**os.environ, "PATH": path}, check=True
    )
    assert (ran.stdout.split(), ran.stderr) == (["completion"], "")
