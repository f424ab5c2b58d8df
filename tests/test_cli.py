"""The command `loccit` as it is typed: what it prints, where, and what it exits with."""

import io
import json
import os
import pty
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from loccit import __version__, commits
from loccit.built import FORMAT
from loccit.cli import cli, main
from loccit.index import Index
from loccit.indexer import build
from loccit.languages import wording
from loccit.render import render
from loccit.settings import BotSettings, IndexSettings
from loccit.types import Answer
from tests.conftest import TIES, TIES_ANSWER
from tests.terminal import Terminal, environment, interruptible

NO_WORD = (
    "The articles do not say. There is no word in this that I could look up. Ask with a name, a place or a thing.\n"
)
EMPTY = 'loccit: The question is empty. Ask something: loccit ask "Who …?"\n'
COMMANDS = (
    *("init", "index", "doctor", "ask", "chat", "bot", "show", "verify", "evaluate", "compare", "gate"),
    *("train", "feedback", "info", "completion"),
)
ESCAPE = "\x1b]0;pwned\x07"
"""Sets the title of a terminal: a sequence that click does not take out by itself."""
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class Run(NamedTuple):
    """What became of a command."""

    code: int
    out: str
    err: str


Command = Callable[..., Run]


def process(*args: str | bytes, at: Path, typed: bytes = b"", **changes: str) -> Run:
    """The command in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "loccit", *args],
        cwd=at,
        input=typed,
        env=environment(changes),
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Run(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


@pytest.fixture(scope="module", autouse=True)
def _hasty() -> Iterator[None]:
    """What a crash would lose is not asked here: no waiting for the disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `loccit init` and `loccit index` make; only to be read."""
    above = tmp_path_factory.mktemp("cli")
    assert process("init", "my-bot", at=above) == Run(
        0, "my-bot/bot/\nmy-bot/index/\n", "Next: cd my-bot && loccit index && loccit chat\n"
    )
    recipe = above / "my-bot" / "index" / "index.toml"
    recipe.write_text(recipe.read_text().replace("languages = []", 'languages = ["en"]'))
    ran = process("index", at=above / "my-bot")
    assert (ran.code, ran.err) == (0, "")
    assert re.fullmatch(
        r"\+ articles/malaysia-palestine-relations\.txt\n\+ articles/maldives-palestine-relations\.txt\n"
        r"2 added, 0 changed, 0 removed, 0 unchanged, 0 skipped\n"
        r"2 articles, \d+ passages \(en\) in index/built\n",
        ran.out,
    )
    return above / "my-bot"


@pytest.fixture
def own(project: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(project, tmp_path / "own"))


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A project with no article and no index yet."""
    (tmp_path / "bare" / "index" / "articles").mkdir(parents=True)
    (tmp_path / "bare" / "index" / "index.toml").write_text('languages = ["en"]\n')
    return tmp_path / "bare"


@pytest.fixture
def loccit(monkeypatch: pytest.MonkeyPatch, project: Path) -> Command:
    """The command's own `main` in this process, on streams of its own; in the sample project if no other is named."""
    for name in ("NO_COLOR", "TELEGRAM_BOT_TOKEN", "LOCCIT_DEBUG", "LOCCIT_STATE"):
        monkeypatch.delenv(name, raising=False)

    def run(*args: str, at: Path = project, typed: str | bytes = "", encoding: str = "utf-8") -> Run:
        said = typed if isinstance(typed, bytes) else typed.encode()
        stdin, out, err = (io.TextIOWrapper(io.BytesIO(start), encoding=encoding) for start in (said, b"", b""))
        with monkeypatch.context() as patch:
            patch.chdir(at)
            patch.setattr(sys, "argv", ["loccit", *args])
            patch.setattr(sys, "stdin", stdin)
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as left:
                main()
            out.flush()
            err.flush()
        assert isinstance(left.value.code, int)
        out.seek(0)
        err.seek(0)
        return Run(left.value.code, out.read(), err.read())

    return run


def usage(command: str, arguments: str, message: str) -> Run:
    """What click says of wrong usage."""
    told = f"Usage: loccit {command} {arguments}\nTry 'loccit {command} --help' for help.\n\nError: {message}\n"
    return Run(2, "", told)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def is_safe(text: str) -> bool:
    return not any(
        (unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n") or c in BIDI or c in "\u2028\u2029" for c in text
    )


# -- the command itself


def test_the_version(loccit: Command) -> None:
    assert loccit("--version") == Run(0, f"loccit, version {__version__}\n", "")


def test_every_command_is_in_the_help_and_has_a_help_of_its_own(loccit: Command) -> None:
    whole = loccit("--help")
    assert (whole.code, whole.err) == (0, "")
    assert tuple(cli.commands) == COMMANDS
    assert 'loccit ask "Who is …?"        one question\n' in whole.out
    for name in COMMANDS:
        assert re.search(rf"^  {name} +[A-Z]", whole.out, re.MULTILINE), name
        helped = loccit(name, "--help")
        assert (helped.code, helped.err) == (0, "")
        usage_line, blank, sentence, *_ = helped.out.split("\n")
        assert usage_line.startswith(f"Usage: loccit {name} [OPTIONS]")
        assert (blank, sentence[:2], sentence[2].isupper()) == ("", "  ", True)
        assert helped == loccit(name, "-h")


def test_no_command_is_wrong_usage_and_so_is_an_unknown_one(loccit: Command) -> None:
    none = loccit()
    assert (none.code, none.out) == (2, "")
    assert none.err.startswith("Usage: loccit [OPTIONS] COMMAND [ARGS]...\n")
    unknown = loccit("aks", "x")
    assert (unknown.code, unknown.out) == (2, "")
    assert unknown.err.startswith("Usage: loccit [OPTIONS] COMMAND [ARGS]...\nTry 'loccit --help' for help.\n\n")
    assert "'aks'" in unknown.err


def test_what_was_not_foreseen_is_told_in_one_line_and_shown_on_request(
    loccit: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError(f"odd\x1b{ESCAPE}")

    monkeypatch.setattr(Index, "ask", fail)
    assert loccit("ask", "x") == Run(
        1,
        "",
        "loccit: This should not have happened (ZeroDivisionError: odd]0;pwned). LOCCIT_DEBUG=1 shows where.\n",
    )
    monkeypatch.setenv("LOCCIT_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        loccit("ask", "x")


# -- init


def test_init_writes_the_two_folders_and_nothing_built(project: Path) -> None:
    here = {name for name in tree(project) if not name.startswith("index/built/")}
    assert here == {
        *(f"bot/{name}" for name in ("Dockerfile", "README.md", "bot.toml", "compose.yaml", "loccit.service")),
        *("index/README.md", "index/index.toml"),
        *(f"index/articles/{name}-palestine-relations.txt" for name in ("malaysia", "maldives")),
        *(f"index/questions/{name}.jsonl" for name in ("ar", "en", "ms")),
    }


def test_init_overwrites_nothing(loccit: Command, tmp_path: Path) -> None:
    (tmp_path / "p" / "index").mkdir(parents=True)
    assert loccit("init", "p", at=tmp_path) == Run(
        1, "", "loccit: p/index is there already and would be overwritten. Choose another folder.\n"
    )
    assert [path.name for path in (tmp_path / "p").iterdir()] == ["index"]
    (tmp_path / "p" / "bot").write_text("a file")
    assert loccit("init", "p", at=tmp_path) == Run(
        1, "", "loccit: p/bot is there already and would be overwritten. Choose another folder.\n"
    )


def test_init_into_what_is_no_folder_is_told(loccit: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert loccit("init", "file", at=tmp_path) == usage(
        "init", "[OPTIONS] FOLDER", "Invalid value for 'FOLDER': Directory 'file' is a file."
    )
    ran = loccit("init", "file/below", at=tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert re.fullmatch(r"loccit: file/below\S* cannot be written: Not a directory\.\n", ran.err)


def test_the_next_step_that_init_tells_can_be_pasted_whatever_the_folder_is_called(
    loccit: Command, tmp_path: Path
) -> None:
    ran = loccit("init", "my bot", at=tmp_path)
    assert (ran.code, ran.err) == (0, "Next: cd 'my bot' && loccit index && loccit chat\n")


def test_init_here_works(loccit: Command, tmp_path: Path) -> None:
    ran = loccit("init", ".", at=tmp_path)
    assert (ran.code, ran.out) == (0, "bot/\nindex/\n")


# -- index


def test_index_again_changes_nothing_and_can_be_quiet(loccit: Command, own: Path) -> None:
    ran = loccit("index", at=own)
    assert (ran.code, ran.err) == (0, "")
    assert re.fullmatch(
        r"0 added, 0 changed, 0 removed, 2 unchanged, 0 skipped\n2 articles, \d+ passages \(en\) in index/built\n",
        ran.out,
    )
    assert loccit("index", "--quiet", at=own) == Run(0, "", "")
    (own / "index" / "articles" / "new.txt").write_text("Ships sail.")
    assert loccit("index", "-q", at=own).out.startswith("+ articles/new.txt\n1 added, ")


def test_index_tells_what_it_did_on_stdout_and_what_it_skipped_on_stderr(loccit: Command, bare: Path) -> None:
    articles = bare / "index" / "articles"
    (articles / "a.txt").write_text("Ships sail.")
    (articles / "b.md").write_text("# Cars\n\nCars drive.\n")
    (articles / "empty.txt").write_text("")
    (articles / "latin.txt").write_bytes("Café".encode("latin-1"))
    skipped = (
        "skipped articles/empty.txt: the file is empty\n"
        "skipped articles/latin.txt: byte 0xe9 at offset 3 is not UTF-8; save the file as UTF-8\n"
    )
    assert loccit("index", at=bare) == Run(
        0,
        "+ articles/a.txt\n+ articles/b.md\n"
        "2 added, 0 changed, 0 removed, 0 unchanged, 2 skipped\n2 articles, 2 passages (en) in index/built\n",
        skipped,
    )
    (articles / "a.txt").write_text("Ships sail no more.")
    (articles / "b.md").unlink()
    assert loccit("index", at=bare) == Run(
        0,
        "~ articles/a.txt\n- articles/b.md\n"
        "0 added, 1 changed, 1 removed, 2 unchanged, 2 skipped\n1 articles, 1 passages (en) in index/built\n",
        skipped,
    )


def test_index_names_twenty_files_and_counts_the_others(loccit: Command, bare: Path) -> None:
    for number in range(25):
        (bare / "index" / "articles" / f"{number:02}.txt").write_text(f"Ship {number} sails.")
    ran = loccit("index", at=bare)
    assert ran.out.split("\n") == [
        *(f"+ articles/{number:02}.txt" for number in range(20)),
        "+ … and 5 more",
        "25 added, 0 changed, 0 removed, 0 unchanged, 0 skipped",
        "25 articles, 25 passages (en) in index/built",
        "",
    ]


def test_index_as_json(loccit: Command, bare: Path) -> None:
    (bare / "index" / "articles" / "a.txt").write_text("Ships sail.")
    (bare / "index" / "articles" / "b.txt").write_text("")
    ran = loccit("index", "--json", at=bare)
    assert (ran.code, ran.err, ran.out.count("\n")) == (0, "", 1)
    assert json.loads(ran.out) == {
        "added": ["articles/a.txt"],
        "changed": [],
        "removed": [],
        "moved": [],
        "unchanged": 0,
        "skipped": [{"file": "articles/b.txt", "reason": "the file is empty"}],
        "articles": 1,
        "passages": 1,
        "languages": ["en"],
        "needs": 33,
        "notes": [],
    }


def test_a_path_is_added_remembered_and_removed(loccit: Command, own: Path) -> None:
    (own / "more").mkdir()
    (own / "more" / "zebra.md").write_text("# Zebra\n\nZebras graze.\n")
    added = loccit("index", "more", at=own)
    assert (added.code, added.err) == (0, "")
    assert added.out.startswith("+ ../more/zebra.md\n1 added, 0 changed, 0 removed, ")
    assert loccit("ask", "What do zebras do?", at=own).out.count("Zebras graze. [1]\n") == 1
    (own / "more" / "yak.md").write_text("# Yak\n\nYaks graze.\n")
    assert loccit("index", at=own).out.startswith("+ ../more/yak.md\n1 added, ")
    removed = loccit("index", "--remove", "more/zebra.md", "--remove", "more", at=own)
    assert removed.out.startswith("- ../more/yak.md\n- ../more/zebra.md\n0 added, 0 changed, 2 removed, ")
    assert loccit("index", at=own).out.startswith("0 added, 0 changed, 0 removed, 2 unchanged, ")


def test_a_path_that_is_not_there_is_wrong_usage(loccit: Command, own: Path) -> None:
    expected = usage("index", "[OPTIONS] [PATHS]...", "Invalid value for '[PATHS]...': Path 'nowhere' does not exist.")
    assert loccit("index", "nowhere", at=own) == expected


def test_a_dry_run_says_what_would_be_and_writes_nothing(loccit: Command, own: Path) -> None:
    (own / "index" / "articles" / "new.txt").write_text("Ships sail.")
    before = tree(own)
    assert loccit("index", "--dry-run", at=own) == Run(
        0, "+ articles/new.txt\nIt would be: 1 added, 0 changed, 0 removed, 2 unchanged, 0 skipped\n", ""
    )
    assert loccit("index", "--dry-run", "--rebuild", at=own).out.endswith(
        "It would be: 3 added, 0 changed, 0 removed, 0 unchanged, 0 skipped\n"
    )
    assert tree(own) == before


def test_a_rebuild_reads_everything_anew(loccit: Command, own: Path) -> None:
    ran = loccit("index", "--rebuild", at=own)
    assert (ran.code, ran.err) == (0, "")
    assert "\n2 added, 0 changed, 0 removed, 0 unchanged, 0 skipped\n2 articles, " in ran.out


def test_more_than_half_gone_needs_a_yes(loccit: Command, own: Path) -> None:
    for name in ("a", "b", "c"):
        (own / "index" / "articles" / f"{name}.txt").write_text(f"Ship {name} sails.")
    loccit("index", at=own)
    shutil.rmtree(own / "index" / "articles")
    (own / "index" / "articles").mkdir()
    (own / "index" / "articles" / "a.txt").write_text("Ship a sails.")
    refused = "loccit: 4 of the 5 indexed files are gone: is a disk not mounted? If they are meant to go, add --yes.\n"
    assert loccit("index", at=own) == Run(1, "", refused)
    assert loccit("ask", TIES, at=own).code == 0
    ran = loccit("index", "--yes", at=own)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith(
        "0 added, 0 changed, 4 removed, 1 unchanged, 0 skipped\n1 articles, 1 passages (en) in index/built\n"
    )


def test_an_unknown_engine_is_told_and_leaves_the_index(loccit: Command, own: Path) -> None:
    assert loccit("index", "--engine", "lucene", at=own) == Run(
        1, "", "loccit: There is no engine 'lucene'. Choose one of: memory, tantivy, opensearch.\n"
    )
    assert loccit("ask", TIES, at=own) == Run(0, TIES_ANSWER, "")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("artciles = []", "index/index.toml: there is no setting 'artciles'. Did you mean 'articles'?"),
        (
            "colour = 1",
            "index/index.toml: there is no setting 'colour'."
            " There are: articles, languages, engine, opensearch, workers, passages, answer.",
        ),
        ("[passages]\nsiez = 9", "index/index.toml: there is no setting 'passages.siez'. Did you mean 'size'?"),
        ("articles = 3", "index/index.toml: 'articles' is 3: Input should be a valid tuple."),
        (
            "[answer]\nprecision = 3",
            "index/index.toml: 'answer.precision' is 3: Input should be less than or equal to 0.99.",
        ),
        ("articles = [", "index/index.toml is not valid TOML: Invalid value (at end of document)."),
    ],
)
def test_what_is_wrong_with_index_toml_is_told_by_every_command(
    loccit: Command, own: Path, content: str, told: str
) -> None:
    (own / "index" / "index.toml").write_text(content)
    assert loccit("index", at=own) == Run(1, "", f"loccit: {told}\n")
    assert loccit("ask", "x", at=own) == Run(1, "", f"loccit: {told}\n")


def test_an_index_toml_that_is_no_text_is_told(loccit: Command, own: Path) -> None:
    (own / "index" / "index.toml").write_bytes(b"\xff")
    ran = loccit("index", at=own)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("loccit: index/index.toml cannot be read: ")


def test_the_project_is_found_from_a_folder_within(loccit: Command, own: Path) -> None:
    within = own / "index" / "articles"
    (within / "new.txt").write_text("Ships sail.")
    ran = loccit("index", at=within)
    assert ran.out.startswith("+ articles/new.txt\n")
    assert ran.out.endswith(f" in {own / 'index' / 'built'}\n")
    assert loccit("ask", TIES, at=within) == Run(0, TIES_ANSWER, "")
    assert not (within / "index").exists()


def test_another_folder_can_be_named(loccit: Command, own: Path, tmp_path: Path) -> None:
    assert loccit("ask", TIES, "--index", str(own / "index" / "built"), at=tmp_path) == Run(0, TIES_ANSWER, "")
    expected = usage("info", "[OPTIONS]", "Invalid value for '--index': Directory 'index/index.toml' is a file.")
    assert loccit("info", "--index", "index/index.toml", at=own) == expected


# -- no index, or none that can be read

NO_PROJECT = (
    "loccit: There is no index in index/built. Begin with `loccit init .`, put your articles into index/articles"
    " and run `loccit index`.\n"
)
NOT_YET = "loccit: There is no index in index/built yet. Make one with: loccit index\n"
NOTHING = (
    "loccit: There is nothing to index in index/articles. Put articles there (.bz2, .csv, .docx, .epub, .gz, .htm,"
    " .html, .jsonl, .markdown, .md, .pdf, .tsv, .txt, .xhtml, .xml, .zim).\n"
)


@pytest.mark.parametrize("command", [("ask", "x"), ("chat",), ("show", "x"), ("info",), ("evaluate", "set.jsonl")])
def test_without_an_index_every_command_says_how_to_make_one(loccit: Command, bare: Path, command: list[str]) -> None:
    line = {"id": "1", "question": "Who?", "answers": [], "answerable": False, "evidence": [], "history": []}
    for folder in (bare, bare.parent):
        (folder / "set.jsonl").write_text(json.dumps(line | {"tags": ["who"]}) + "\n")
    assert loccit(*command, at=bare) == Run(1, "", NOT_YET)
    assert loccit(*command, at=bare.parent) == Run(1, "", NO_PROJECT)


def test_an_empty_project_is_told_what_to_put_where(loccit: Command, bare: Path) -> None:
    assert loccit("index", at=bare) == Run(1, "", NOTHING)
    (bare / "index" / "articles").rmdir()
    assert loccit("index", at=bare) == Run(
        1, "", NOTHING + "  articles: it cannot be read: no such file or directory\n"
    )


def test_index_where_there_is_no_project_leaves_nothing_behind_and_init_still_works(
    loccit: Command, tmp_path: Path
) -> None:
    for options in ([], ["--dry-run"]):
        ran = loccit("index", *options, at=tmp_path)
        assert (ran.code, ran.out) == (1, "")
        assert "loccit init" in ran.err
        assert list(tmp_path.iterdir()) == []
    assert loccit("init", ".", at=tmp_path).code == 0


def repoint(built: Path, **about: str) -> None:
    """Change what a catalog says of itself, and `CURRENT` with it."""
    current = json.loads((built / "CURRENT").read_text())
    folder = built / "catalog" / current["catalog"]
    (segment,) = folder.glob("*.sqlite")
    with sqlite3.connect(segment) as database:
        database.executemany("UPDATE about SET value = ?2 WHERE key = ?1", list(about.items()))
    database.close()
    current["catalog"] = commits.seal(folder, {})
    (built / "CURRENT").write_text(json.dumps(current))


def test_an_index_of_another_version_is_refused_until_it_is_built_anew(loccit: Command, own: Path) -> None:
    cure = "Build it anew with: loccit index --rebuild\n"
    current = own / "index" / "built" / "CURRENT"
    whole = current.read_bytes()
    for content, found in ((b'{"catalog": "catalog-0123456789abcdef.sqlite", "paths": []}', 1), (whole, 9)):
        current.write_bytes(content.replace(f'"format": "{FORMAT}"'.encode(), b'"format": "9"'))
        assert loccit("ask", TIES, at=own) == Run(
            1,
            "",
            f"loccit: The index in index/built has format {found}; loccit {__version__} reads format {FORMAT}. {cure}",
        )
    current.write_bytes(whole)
    repoint(own / "index" / "built", analysis="of another age")
    assert loccit("ask", TIES, at=own) == Run(
        1,
        "",
        "loccit: The index in index/built was made with another analysis of words than this version has. " + cure,
    )
    assert loccit("index", "--rebuild", at=own).code == 0
    assert loccit("ask", TIES, at=own) == Run(0, TIES_ANSWER, "")


def flip(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)


@pytest.mark.parametrize("command", [("ask", "x"), ("info",)])
@pytest.mark.parametrize("damage", ["changed", "cut", "gone"])
def test_a_damaged_catalog_is_told_until_it_is_built_anew(
    loccit: Command, own: Path, command: list[str], damage: str
) -> None:
    (catalog,) = (own / "index" / "built" / "catalog").glob("*/*.sqlite")
    match damage:
        case "changed":
            flip(catalog)
        case "cut":
            catalog.write_bytes(catalog.read_bytes()[:-1])
        case _:
            catalog.unlink()
    what = "No such file or directory" if damage == "gone" else f"{catalog.name} has been changed or cut short"
    where = f"index/built/catalog/{catalog.parent.name}"
    assert loccit(*command, at=own) == Run(
        1, "", f"loccit: {where} cannot be read ({what}). Run: loccit index --rebuild\n"
    )
    assert loccit("index", "--rebuild", at=own).code == 0
    assert loccit("ask", TIES, at=own) == Run(0, TIES_ANSWER, "")


@pytest.mark.parametrize("name", ["entries.txt", "postings.npz", "terms.txt"])
def test_a_damaged_engine_is_told(loccit: Command, own: Path, name: str) -> None:
    (commit,) = (own / "index" / "built" / "memory").iterdir()
    flip(commit / name)
    assert loccit("ask", "x", at=own) == Run(
        1,
        "",
        f"loccit: A file in index/built/memory/{commit.name} has been changed or cut short."
        " Run: loccit index --rebuild\n",
    )
    (commit / name).unlink()
    assert loccit("ask", "x", at=own) == Run(
        1,
        "",
        f"loccit: index/built/memory/{commit.name}/{name} cannot be read (No such file or directory)."
        " Run: loccit index --rebuild\n",
    )


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b"3", b"\xff", b'{"catalog": "x"}', b'{"catalog": "x", "paths": 3}'),
        b"[" * 100_000,
        b'{"format": "3", "catalog": "nul\\u0000", "paths": []}',
        b'{"format": "3", "catalog": "half\\ud800", "paths": []}',
        b'{"format": "3", "catalog": "..", "paths": []}',
        b'{"format": "3", "catalog": "", "paths": []}',
        b'{"format": "3", "catalog": "../x", "paths": []}',
    ],
    ids=lambda content: content[:30].decode(errors="replace"),
)
def test_a_broken_pointer_is_told_and_mended_by_building_anew(loccit: Command, own: Path, content: bytes) -> None:
    (own / "index" / "built" / "CURRENT").write_bytes(content)
    ran = loccit("ask", "x", at=own)
    assert (ran.code, ran.out) == (1, "")
    assert "This should not have happened" not in ran.err
    assert re.fullmatch(r"loccit: index/\S+ .*\. Build it anew with: loccit index --rebuild\n", ran.err)
    assert loccit("index", at=own).code == 0
    assert loccit("ask", TIES, at=own) == Run(0, TIES_ANSWER, "")


# -- ask


def test_an_answer_is_on_stdout_and_nothing_on_stderr(project: Path) -> None:
    assert process("ask", TIES, at=project) == Run(0, TIES_ANSWER, "")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("", Run(2, "", EMPTY)),
        (" \t\n ", Run(2, "", EMPTY)),
        ("\u2003\u200a", Run(2, "", EMPTY)),
        (
            "ship " * 2_000,
            Run(2, "", "loccit: The question has 10,000 characters, at most 2,000 can be asked. Shorten it.\n"),
        ),
        ("?!… —", Run(3, NO_WORD, "")),
        ("who is the of", Run(3, NO_WORD, "")),
        ("\x1b\x07\x00", Run(3, NO_WORD, "")),
        ("👩‍🔬", Run(3, NO_WORD, "")),
        ("\u200b\u200f", Run(3, NO_WORD, "")),
        ("ᎦᏙ ᎤᏍᏗ", Run(3, "The articles do not say. Nothing there about: ᎦᏙ, ᎤᏍᏗ.\n", "")),
        ("ⴰⵣⵓⵍ?", Run(3, "The articles do not say. Nothing there about: ⴰⵣⵓⵍ.\n", "")),
        (f"{ESCAPE}\x9bK zebra", Run(3, "The articles do not say. Nothing there about: 0, pwned, K, zebra.\n", "")),
        ("<b>zebra*_[yak](gnu)</b>", Run(3, "The articles do not say. Nothing there about: b, zebra, yak, gnu.\n", "")),
        ("\u202eze\u2066bra\u2069", Run(3, "The articles do not say. Nothing there about: ze, bra.\n", "")),
        ("\ud800 zebra \udcff", Run(3, "The articles do not say. Nothing there about: zebra.\n", "")),
        ("--", Run(3, NO_WORD, "")),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_told_in_words_and_by_the_exit_code(
    loccit: Command, question: str, expected: Run
) -> None:
    assert loccit("ask", "--", question) == expected


def test_two_thousand_characters_can_be_asked_and_one_more_cannot(loccit: Command) -> None:
    question = TIES + " zebra" * 400
    assert loccit("ask", question[:2_000]).code in (0, 3)
    assert loccit("ask", question[:2_001]).code == 2


def test_bytes_that_are_no_text_are_a_question_all_the_same(project: Path) -> None:
    ran = process("ask", "--json", b"When did the Maldives and Palestine \xff establish ties?", at=project)
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out)["question"]["text"] == "When did the Maldives and Palestine ? establish ties?"


def test_a_question_comes_from_stdin_where_none_is_given(loccit: Command) -> None:
    assert loccit("ask", typed=f"{TIES}\n") == Run(0, TIES_ANSWER, "")
    assert loccit("ask", typed="") == Run(2, "", EMPTY)
    assert loccit("ask", typed=b"\xff\xfe") == Run(3, NO_WORD, "")
    assert loccit("ask", "zebra", typed=TIES).code == 3, "one that is given is asked"


def test_why_this_sentence_is_told_under_the_answer(loccit: Command, tmp_path: Path) -> None:
    plain = loccit("ask", TIES, "--why")
    assert plain.code == 0
    assert plain.out.startswith(f"{TIES_ANSWER}\nIt has: Maldives, Palestine, establish, ties\nWhat it scores by: ")
    assert "\nSecond came: " in plain.out
    ran = loccit("ask", TIES, "--why", "--json")
    found = json.loads(ran.out)
    assert found["why"]["first"]["sentence"]["text"] == found["quotes"][0]["text"]
    assert {"word": "ties", "by": "itself"} in found["why"]["first"]["words"]
    assert found["why"]["confidence"] == found["confidence"] >= found["why"]["threshold"]
    (tmp_path / "answer.json").write_text(ran.out)
    assert loccit("verify", str(tmp_path / "answer.json")).code == 0
    assert loccit("ask", "zebra", "--why") == Run(3, "The articles do not say. Nothing there about: zebra.\n", "")


def test_the_number_of_quotes_can_be_limited(loccit: Command) -> None:
    whole = json.loads(loccit("ask", "hamas", "--json").out)
    assert len(whole["quotes"]) > 1
    for limit in (1, 2, 10):
        some = json.loads(loccit("ask", "hamas", "--json", "--limit", str(limit)).out)
        assert some["quotes"][:3] == whole["quotes"][:limit]
        assert len(some["quotes"]) <= limit
    for wrong in ("0", "11"):
        expected = usage(
            "ask", "[OPTIONS] [QUESTION]", f"Invalid value for '--limit': {wrong} is not in the range 1<=x<=10."
        )
        assert loccit("ask", "hamas", "--limit", wrong) == expected
    none = loccit("ask", "hamas", "--limit", "x")
    assert (none.code, none.out) == (2, "")


def test_the_language_decides_the_words_around_the_answer(loccit: Command) -> None:
    assert loccit("ask", "zebra", "--language", "en") == Run(
        3, "The articles do not say. Nothing there about: zebra.\n", ""
    )
    assert loccit("ask", "zebra", "--language", "ar") == Run(
        3, "المقالات لا تذكر ذلك. لا شيء فيها عن: \u2068zebra\u2069.\n", ""
    )
    assert loccit("ask", TIES, "--language", "en-GB") == Run(0, TIES_ANSWER, "")
    unsure = TIES_ANSWER.partition("\n\n")[2]  # of what is asked in an unknown language nothing is told first
    assert loccit("ask", TIES, "--language", "tlh") == Run(0, unsure, "")


@pytest.mark.parametrize("code", ["", "../../etc/passwd", "EN", ESCAPE, "\udcff"])
def test_a_language_code_that_is_none_is_wrong_usage(loccit: Command, code: str) -> None:
    ran = loccit("ask", TIES, "--language", code)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith("is no language code such as en.\n")
    assert "\x1b" not in ran.err


SOURCE = ["article_id", "title", "heading", "url", "page", "file", "sha256"]


def test_json_has_the_keys_that_are_promised_and_is_an_answer(loccit: Command) -> None:
    answered = loccit("ask", "Who visited Gaza in 2013?", "--json")
    declined = loccit("ask", "Who killed the engineer in Madrid with a zebra?", "--json")
    assert (answered.code, answered.err, declined.code, declined.err) == (0, "", 3, "")
    for ran in (answered, declined):
        assert ran.out.count("\n") == 1
        found = json.loads(ran.out)
        assert list(found) == [
            *("question", "quotes", "headline", "declined", "confidence", "missing", "suggestions", "notice", "index"),
            "elapsed_ms",
        ]
        assert list(found["question"]) == ["text", "language", "terms", "understood_as"]
        for quote in found["quotes"]:
            assert list(quote) == ["text", "span", "highlight", "score", "source"]
        for suggestion in found["suggestions"]:
            assert list(suggestion) == ["text", "span", "source"]
        for cited in (*found["quotes"], *found["suggestions"]):
            assert list(cited["source"]) == SOURCE
        elapsed = found.pop("elapsed_ms")
        assert isinstance(elapsed, float)
        assert elapsed >= 0
        assert json.loads(Answer.model_validate(found).model_dump_json()) == found
    assert json.loads(answered.out)["quotes"]
    assert json.loads(declined.out)["quotes"] == []
    assert json.loads(declined.out)["suggestions"]


def test_json_stays_verbatim_where_the_terminal_cannot_write_every_letter(loccit: Command, project: Path) -> None:
    ran = loccit("ask", "--json", "Who is the Malé city mayor?", encoding="latin-1")
    (quote, *_) = json.loads(ran.out)["quotes"]
    article = Index.open(project / "index" / "built").article(quote["source"]["article_id"])
    assert article is not None
    assert quote["text"] == article.text[slice(*quote["span"])]


def test_letters_the_terminal_cannot_write_stop_nothing(loccit: Command) -> None:
    assert loccit("ask", TIES, encoding="latin-1") == Run(0, TIES_ANSWER.replace("–", "?").replace("›", "?"), "")


# -- chat

TALK = ["Who visited Gaza in 2013?", "", "   ", "when was that", "/new", "when was that", "x " * 1_500, TIES]
NEW = "A new subject; the questions before are forgotten."


def said(project: Path) -> list[Answer]:
    """What the lines of TALK that can be asked are answered."""
    index = Index.open(project / "index" / "built")
    first = index.ask(TALK[0])
    second = index.ask(TALK[3], history=[TALK[0]])
    assert second.question.understood_as is not None
    third = index.ask(TALK[5])
    return [first, second, third, index.ask(TALK[7], history=[TALK[5]])]


def test_piped_lines_are_answered_one_by_one(loccit: Command, project: Path) -> None:
    blocks = [render(answer, wording("en")) for answer in said(project)]
    blocks.insert(2, f"{NEW}\n")
    blocks.insert(4, "The question has 2,999 characters, at most 2,000 can be asked. Shorten it.\n")
    ran = loccit("chat", typed="\n".join([*TALK, "/quit", "never asked"]))
    assert (ran.code, ran.out) == (0, "".join(f"{block}\n" for block in blocks))
    assert loccit("chat", typed="\r\n".join(TALK)) == ran, "ends with the end of the input, whatever ends a line"


def test_chat_as_json_is_one_object_a_line(loccit: Command, project: Path) -> None:
    ran = loccit("chat", "--json", typed="\n".join([*TALK, "EXIT", "never asked"]))
    assert (ran.code, ran.err) == (0, "")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert rows.pop(2) == {"text": NEW}
    assert rows.pop(3) == {"error": "The question has 2,999 characters, at most 2,000 can be asked. Shorten it."}
    assert [list(row)[-1] for row in rows] == ["elapsed_ms"] * 4
    assert [Answer.model_validate({k: v for k, v in row.items() if k != "elapsed_ms"}) for row in rows] == said(project)


def test_colours_of_what_is_piped_are_no_words_of_it(loccit: Command) -> None:
    coloured = TIES.replace("Maldives", "\x1b[1;31mMaldives\x1b[0m")
    assert loccit("ask", typed=coloured) == Run(0, TIES_ANSWER, "")
    assert loccit("chat", typed=coloured) == Run(0, f"{TIES_ANSWER}\n", "")


def test_nothing_piped_is_nothing_said(loccit: Command) -> None:
    assert loccit("chat", typed="") == Run(0, "", "")
    assert loccit("chat", typed="\n \nquit\n") == Run(0, "", "")


def test_of_an_endless_line_no_more_is_read_than_it_takes_to_say_so(loccit: Command) -> None:
    told = "The question has 100,000 characters, at most 2,000 can be asked. Shorten it.\n\n"
    assert loccit("chat", typed="x" * 350_000 + f"\n{TIES}") == Run(0, f"{told}{TIES_ANSWER}\n", "")
    assert loccit("chat", typed="x" * 350_000) == Run(0, told, "")


def test_bytes_that_are_no_text_do_not_end_a_chat(loccit: Command) -> None:
    assert loccit("chat", typed=b"\xff\xfe\n\x00\n" + TIES.encode()) == Run(
        0, f"{NO_WORD}\n{NO_WORD}\n{TIES_ANSWER}\n", ""
    )


def wait_until_asleep(pid: int) -> None:
    """Until it waits for its input: a signal that comes just before that would be noticed with the next line only."""
    status = Path(f"/proc/{pid}/stat")
    while status.exists() and status.read_text().rpartition(") ")[2][0] not in "SZ":
        time.sleep(0.01)


def test_an_answer_is_there_before_the_next_line_is_typed_and_ctrl_c_leaves_quietly(project: Path) -> None:
    with interruptible():
        chat = subprocess.Popen(
            [sys.executable, "-m", "loccit", "chat"],
            cwd=project,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    with chat:
        assert chat.stdin is not None
        assert chat.stdout is not None
        assert chat.stderr is not None
        chat.stdin.write(f"{TIES}\n".encode())
        chat.stdin.flush()
        assert chat.stdout.read(len(TIES_ANSWER.encode())).decode() == TIES_ANSWER
        wait_until_asleep(chat.pid)
        chat.send_signal(signal.SIGINT)
        assert chat.wait(30) == 130
        assert chat.stdout.read() == b"\n"
        assert chat.stderr.read().strip() == b""


# -- show

ARTICLE = "articles/maldives-palestine-relations.txt"
SHOW = "[OPTIONS] ARTICLE"


def test_an_article_is_shown_by_id_title_or_a_part_of_them(loccit: Command, project: Path) -> None:
    text = (project / "index" / ARTICLE).read_text(encoding="utf-8")
    for name in (ARTICLE, "Maldives–Palestine relations", "maldives–palestine RELATIONS", "Maldiv", "maldives-pal"):
        assert loccit("show", name) == Run(0, f"{text}\n", ""), name


def test_a_span_is_marked(loccit: Command, project: Path) -> None:
    text = (project / "index" / ARTICLE).read_text(encoding="utf-8")
    marked = f"{text[:400]}⟦{text[400:471]}⟧{text[471:]}\n"
    assert text[400:471] in TIES_ANSWER
    assert loccit("show", "Maldives", "--span", "400:471") == Run(0, marked, "")
    assert loccit("show", "Maldives", "--span", f"0:{len(text)}") == Run(0, f"⟦{text}⟧\n", "")
    for wrong in ("471:400", "5:5", f"0:{len(text) + 1}", "-1:5", "1", "a:b", ":", "1:2:3", "", "²:³"):
        expected = f"Invalid value for --span: '{wrong}' is not A:B with 0 ≤ A < B ≤ {len(text)}."
        assert loccit("show", "Maldives", f"--span={wrong}") == usage("show", SHOW, expected)


def test_an_article_that_is_not_one_is_told(loccit: Command) -> None:
    assert loccit("show", "zebra") == Run(1, "", "loccit: No article matches 'zebra'.\n")
    assert loccit("show", "palestine") == Run(
        1,
        "",
        "loccit: 2 articles match 'palestine'.\n"
        "  articles/malaysia-palestine-relations.txt  Malaysia–Palestine relations\n"
        "  articles/maldives-palestine-relations.txt  Maldives–Palestine relations\n",
    )
    assert loccit("show").code == 2


def test_a_reader_that_has_read_enough_ends_the_command_quietly(own: Path) -> None:
    (own / "index" / "articles" / "long.txt").write_text("= Long =\n\n" + "Ships " * 50_000)
    build(own / "index" / "built", IndexSettings(languages=("en",)))
    for args in (["show", "Long"], ["ask", TIES]):
        reading, writing = os.pipe()
        command = subprocess.Popen(
            [sys.executable, "-m", "loccit", *args], cwd=own, env=environment(), stdout=writing, stderr=subprocess.PIPE
        )
        os.close(writing)
        if args[0] == "show":
            assert os.read(reading, 8) == b"= Long ="
        os.close(reading)
        with command:
            assert command.stderr is not None
            assert command.stderr.read() == b""
        assert command.returncode == 0, args


# -- verify


@pytest.fixture
def proven(loccit: Command, own: Path) -> Path:
    """A file with an answer of one quote, in its project."""
    (own / "answer.json").write_text(loccit("ask", TIES, "--json", at=own).out)
    return own


def edit(project: Path, old: str, new: str) -> None:
    path = project / "index" / ARTICLE
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_quote_holds_while_it_stands_there(loccit: Command, proven: Path) -> None:
    assert loccit("verify", "answer.json", at=proven) == Run(0, f"holds   {ARTICLE} 400:471\n", "")
    again = loccit("verify", typed=(proven / "answer.json").read_text(), at=proven)
    assert again == Run(0, f"holds   {ARTICLE} 400:471\n", "")
    assert again == loccit("verify", "-", typed=(proven / "answer.json").read_text(), at=proven)


def test_a_changed_quote_differs(loccit: Command, proven: Path) -> None:
    edit(proven, "4 April 1982", "5 April 1982")
    assert loccit("verify", "answer.json", at=proven) == Run(
        1,
        f"DIFFERS {ARTICLE} 400:471 there it says now:"
        " 'The Maldives and Palestine established diplomatic ties on 5 April 1982.'\n",
        "loccit: 1 quote differs from the articles.\n",
    )


def test_a_change_elsewhere_is_remarked(loccit: Command, proven: Path) -> None:
    edit(proven, "==See also==", "==See as well==")
    assert loccit("verify", "answer.json", at=proven) == Run(
        0, f"holds   {ARTICLE} 400:471 the article has changed elsewhere since\n", ""
    )


def test_an_article_that_is_gone_or_no_text_any_more_differs(loccit: Command, proven: Path) -> None:
    (proven / "index" / ARTICLE).write_bytes(b"\xff\xfe")
    assert loccit("verify", "answer.json", at=proven) == Run(
        1,
        f"DIFFERS {ARTICLE} 400:471 the file is UTF-16; save it as UTF-8\n",
        "loccit: 1 quote differs from the articles.\n",
    )
    (proven / "index" / ARTICLE).unlink()
    assert loccit("verify", "answer.json", at=proven) == Run(
        1,
        f"DIFFERS {ARTICLE} 400:471 the file cannot be opened or read (No such file or directory);"
        " check that it exists and that you may read it\n",
        "loccit: 1 quote differs from the articles.\n",
    )


@pytest.mark.parametrize("span", [(0, 0), (400, 400), (471, 400), (-1837, -1766), (2166, 9999)])
def test_a_place_that_is_none_does_not_hold(loccit: Command, proven: Path, span: tuple[int, int]) -> None:
    text = (proven / "index" / ARTICLE).read_text(encoding="utf-8")
    answer = json.loads((proven / "answer.json").read_text())
    answer["quotes"][0] |= {"span": span, "text": text[slice(*span)]}
    ran = loccit("verify", typed=json.dumps(answer), at=proven)
    assert (ran.code, ran.err) == (1, "loccit: 1 quote differs from the articles.\n")
    assert ran.out.startswith(f"DIFFERS {ARTICLE} {span[0]}:{span[1]} ")


def test_suggestions_are_verified_too_and_so_are_all_lines(loccit: Command, own: Path) -> None:
    lines = [loccit("ask", question, "--json", at=own).out for question in ("hamas", "zebra", "Hamas of Zembla")]
    cited = [[*json.loads(line)["quotes"], *json.loads(line)["suggestions"]] for line in lines]
    assert [bool(some) for some in cited] == [True, False, True]
    places = [f"{one['source']['file']} {one['span'][0]}:{one['span'][1]}" for some in cited for one in some]
    assert loccit("verify", typed="\n".join(lines), at=own) == Run(
        0, "".join(f"holds   {place}\n" for place in places), ""
    )
    for path in (own / "index" / "articles").iterdir():
        path.write_text("Something else.")
    ran = loccit("verify", typed="".join(lines), at=own)
    assert (ran.code, ran.out.count("DIFFERS"), ran.err) == (
        1,
        len(places),
        f"loccit: {len(places)} quotes differ from the articles.\n",
    )


def test_a_quote_of_one_of_many_articles_of_a_file_is_verified(loccit: Command, bare: Path) -> None:
    path = bare / "index" / "articles" / "many.jsonl"
    rows = [{"id": str(n), "title": f"Ship {n}", "text": f"\ufeffShip {n} sails\r\nto Malta."} for n in range(50)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    loccit("index", at=bare)
    answer = loccit("ask", "Where does ship 37 sail?", "--json", at=bare).out
    assert json.loads(answer)["quotes"][0]["source"]["article_id"] == "37"
    held = loccit("verify", typed=answer, at=bare)
    assert (held.code, held.err) == (0, "")
    del rows[37]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    gone = loccit("verify", typed=answer, at=bare)
    assert gone.code == 1
    assert gone.out.startswith("DIFFERS articles/many.jsonl ")
    assert gone.out.split("\n")[0].endswith(" the article '37' is not in this file any more")


@pytest.mark.parametrize(
    "garbage",
    [
        *(b"nonsense", b"{", b"{}", b"[]", b"[1]", b"3", b'"text"', b"null", b'{"error": "The question is empty."}'),
        b"[" * 100_000,
        b"9" * 10_000,
        b"\xff\xfe",
        b'{"question": 1, "quotes": []}',
    ],
    ids=lambda garbage: garbage[:20].decode(errors="replace"),
)
def test_what_is_no_answer_is_told_by_its_line(loccit: Command, proven: Path, garbage: bytes) -> None:
    good = (proven / "answer.json").read_bytes()
    expected = Run(1, f"holds   {ARTICLE} 400:471\n", "loccit: Line 3 is not what `loccit ask --json` prints.\n")
    assert loccit("verify", typed=good + b"\n" + garbage + b"\n", at=proven) == expected
    (proven / "mixed.jsonl").write_bytes(good + b"\n" + garbage + b"\n")
    assert loccit("verify", "mixed.jsonl", at=proven) == expected


def test_a_file_of_answers_that_is_not_there_is_wrong_usage(loccit: Command, own: Path) -> None:
    expected = "Invalid value for '[FILE]': 'nowhere.json': No such file or directory"
    assert loccit("verify", "nowhere.json", at=own) == usage("verify", "[OPTIONS] [FILE]", expected)


# -- info


def test_info_says_what_the_index_holds(loccit: Command, project: Path) -> None:
    index = Index.open(project / "index" / "built")
    assert loccit("info") == Run(
        0,
        f"folder     index/built\nindex      {index.id}\nengine     memory\nversion    {__version__}\n"
        f"files      2\narticles   2\npassages   {len(index)}\nlanguages  en ({len(index)} passages)\n",
        "",
    )
    ran = loccit("info", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out) == {
        "folder": "index/built",
        "index": index.id,
        "engine": "memory",
        "version": __version__,
        "files": 2,
        "articles": 2,
        "passages": len(index),
        "languages": {"en": len(index)},
        "skipped": [],
    }


def test_info_says_what_was_skipped(loccit: Command, own: Path) -> None:
    (own / "index" / "articles" / "empty.txt").write_text("")
    loccit("index", at=own)
    assert loccit("info", at=own).out.endswith("\nskipped    articles/empty.txt: the file is empty\n")
    assert json.loads(loccit("info", "--json", at=own).out)["skipped"] == [
        {"file": "articles/empty.txt", "reason": "the file is empty"}
    ]


# -- evaluate


@pytest.fixture
def testset(tmp_path: Path) -> Path:
    """Two questions about the sample."""
    rows = [
        {
            "id": "ties",
            "question": TIES,
            "answers": ["4 April 1982"],
            "answerable": True,
            "evidence": [
                {
                    "article": ARTICLE,
                    "text": "The Maldives and Palestine established diplomatic ties on 4 April 1982.",
                }
            ],
            "history": [],
            "tags": ["when"],
        },
        {
            "id": "zebra",
            "question": "What do zebras eat?",
            "answers": [],
            "answerable": False,
            "evidence": [],
            "history": [],
            "tags": ["off-topic"],
        },
    ]
    path = tmp_path / "two.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_evaluate_prints_a_table_and_writes_all_of_it(loccit: Command, testset: Path, tmp_path: Path) -> None:
    ran = loccit("evaluate", str(testset), "--json", str(tmp_path / "run.json"))
    assert (ran.code, ran.err) == (0, "")
    head, *rows = ran.out.split("\n")
    assert re.fullmatch(r"measure +value +95 % +n", head)
    measured = {row.split()[0]: row.split()[1] for row in rows if "/" in row}
    assert measured["answer/sentence@1"] == "1.000"
    assert measured["citation/verbatim"] == "1.000"
    assert measured["decline/right"] == "1.000"
    assert re.search(
        rf"^test set two\.jsonl [0-9a-f]{{8}}, index [0-9a-f]{{8}}, .*, loccit {__version__}$", ran.out, re.M
    )
    written = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert [row["id"] for row in written["rows"]] == ["ties", "zebra"]
    assert {"signature", "measures", "rows"} <= written.keys()


def test_evaluate_takes_several_sets_and_hides_the_gold_on_request(loccit: Command, testset: Path) -> None:
    twice = loccit("evaluate", str(testset), str(testset))
    assert twice.code == 0
    assert re.search(r"^citation/verbatim .* 1$", twice.out, re.M), "what is in both counts once"
    other = testset.with_name("other.jsonl")
    other.write_text(testset.read_text(encoding="utf-8").replace('"question": "', '"question": "So '), encoding="utf-8")
    twice = loccit("evaluate", str(testset), str(other))
    assert (twice.code, twice.out) == (1, "")
    assert twice.err == "loccit: two.jsonl + other.jsonl: 2 questions have the id 'ties'. Give each an id of its own.\n"
    hidden = loccit("evaluate", "--without-gold", str(testset))
    assert hidden.code == 0
    assert hidden.out.endswith(", also asked without the gold article\n")


def test_evaluate_says_what_it_cannot_read_or_write(loccit: Command, testset: Path, tmp_path: Path) -> None:
    assert loccit("evaluate", "nowhere.jsonl") == Run(
        1, "", "loccit: There is no test set nowhere.jsonl. Check the path.\n"
    )
    (tmp_path / "odd.txt").write_text("Who?")
    odd = loccit("evaluate", str(tmp_path / "odd.txt"))
    assert (odd.code, odd.out) == (1, "")
    assert odd.err.startswith(f"loccit: {tmp_path}/odd.txt is not a test set: ")
    ran = loccit("evaluate", str(testset), "--json", f"{tmp_path}/nowhere/run.json")
    assert (ran.code, ran.err) == (
        1,
        f"loccit: There is no folder {tmp_path}/nowhere to write run.json into. Make it first.\n",
    )
    assert loccit("evaluate").code == 2


# -- bot: only what is said before it starts


def test_the_bot_says_what_it_needs(loccit: Command, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = "The bot's token is missing. Get one from @BotFather and run: TELEGRAM_BOT_TOKEN=… loccit bot"
    assert loccit("bot", at=own) == Run(1, "", f"loccit: {missing}\n")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", " \n")
    assert loccit("bot", at=own) == Run(1, "", f"loccit: {missing}\n")
    for token in ("secret", "123:short", "123456:" + "A" * 30 + "!", "bot123456:" + "A" * 35):
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", token)
        told = "TELEGRAM_BOT_TOKEN does not look like a token (123456:ABC…, from @BotFather). Copy it once more."
        assert loccit("bot", at=own) == Run(1, "", f"loccit: {told}\n"), "the token itself is not told"
    assert loccit("bot", at=own / "index" / "articles") == Run(1, "", f"loccit: {told}\n"), "settings of a folder above"
    (own / "bot" / "bot.toml").unlink()
    assert loccit("bot", at=own) == Run(
        1, "", "loccit: There is no bot/bot.toml. `loccit init .` writes one; --config FILE names another.\n"
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("keepdays = 3", ": there is no setting 'keepdays'. Did you mean 'keep_days'?"),
        ("token = 'x'", f": there is no setting 'token'. There are: {', '.join(BotSettings.model_fields)}."),
        ("keep_days = 0", ": 'keep_days' is 0: Input should be greater than or equal to 1."),
        ("index = 3", ": 'index' is 3: Input should be a valid string."),
        ("keep_days =", " is not valid TOML: Invalid value (at end of document)."),
        ("[wording.en]\ndeclned = 'No.'", ": there is no phrase 'declned'. Did you mean 'declined'?"),
        ("[wording.en]\ndeclined = '{x}'", ": en.declined has {x}, which is not filled in there."),
    ],
)
def test_what_is_wrong_with_bot_toml_is_told(loccit: Command, own: Path, content: str, told: str) -> None:
    (own / "other.toml").write_text(content)
    assert loccit("bot", "--config", "other.toml", at=own) == Run(1, "", f"loccit: other.toml{told}\n")


def test_the_bot_needs_an_index(loccit: Command, bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456:" + "A" * 35)
    (bare / "bot").mkdir()
    (bare / "bot" / "bot.toml").write_text("")
    ran = loccit("bot", at=bare)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.endswith("There is no index in bot/../index/built yet. Make one with: loccit index\n")
    assert "AAAA" not in ran.err


# -- what articles may hold, and a terminal must not get


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose articles would like to steer the terminal."""
    base = tmp_path_factory.mktemp("hostile")
    articles = base / "index" / "articles"
    articles.mkdir(parents=True)
    rows = [
        {
            "id": f"1{ESCAPE}\n2",
            "title": f"Ship {ESCAPE}\n[9] Forged \u202egnorw",
            "url": f"https://example.org/{ESCAPE}\nforged",
            "text": f"The ship\x1b[2J {ESCAPE}sails\x85 the \u202eocean\u2028 to\r Malta \x9b31m today\x00".rstrip(
                "\0"
            ),
            "language": "en",
        },
        {"id": "2", "title": "Ship two", "text": "Ships of Malta rust.", "language": "en"},
    ]
    (articles / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (articles / f"cars{ESCAPE}\n+ forged.txt").write_text("Cars drive to Rome.")
    (articles / f"empty{ESCAPE}\nskipped forged.txt").write_text("")
    (base / "index" / "index.toml").write_text('languages = ["en"]\n')
    build(base / "index" / "built", IndexSettings(languages=("en",)))
    return base


def test_index_names_a_file_in_a_line_of_its_own_and_safely(loccit: Command, hostile: Path) -> None:
    ran = loccit("index", "--rebuild", at=hostile)
    assert ran.code == 0
    assert is_safe(ran.out + ran.err)
    assert len(ran.out.splitlines()) == 4, "two files, two lines of summary"
    assert len(ran.err.splitlines()) == 1, "one file skipped"
    assert is_safe(loccit("index", "--json", at=hostile).out)


def test_ask_chat_and_show_print_nothing_that_steers_a_terminal(loccit: Command, hostile: Path) -> None:
    question = "Where does the ship sail?"
    asked = loccit("ask", question, at=hostile)
    assert asked.code == 0
    assert is_safe(asked.out)
    assert re.search(r"^\[1\] Ship \]0;pwned \[9\] Forged gnorw$", asked.out, re.MULTILINE), "a title is one line"
    assert re.search(r"^    https://example\.org/\]0;pwned forged$", asked.out, re.MULTILINE)
    talked = loccit("chat", typed=question, at=hostile)
    assert talked.out == asked.out + "\n"
    for args in (["show", "gnorw"], ["show", "gnorw", "--span", "4:20"], ["show", "cars"]):
        shown = loccit(*args, at=hostile)
        assert shown.code == 0
        assert is_safe(shown.out)


def test_json_escapes_it_and_still_says_every_character(loccit: Command, hostile: Path) -> None:
    asked = loccit("ask", "Where does the ship sail?", "--json", at=hostile)
    talked = loccit("chat", "--json", typed="Where does the ship sail?", at=hostile)
    for ran in (asked, talked):
        assert ran.code == 0
        assert is_safe(ran.out)
        (quote, *_) = json.loads(ran.out)["quotes"]
        row = json.loads((hostile / "index" / "articles" / "rows.jsonl").read_text().split("\n")[0])
        assert quote["text"] == row["text"][slice(*quote["span"])]
        assert quote["source"]["title"] == row["title"]
    held = loccit("verify", typed=asked.out, at=hostile)
    assert (held.code, held.err, is_safe(held.out)) == (0, "", True)


def test_info_and_verify_say_a_file_in_a_line_of_its_own_and_safely(loccit: Command, hostile: Path) -> None:
    ran = loccit("info", at=hostile)
    assert ran.code == 0
    assert is_safe(ran.out)
    assert len(ran.out.splitlines()) == 9, "eight facts, one file skipped"
    assert is_safe(loccit("info", "--json", at=hostile).out)
    answer = loccit("ask", "Where do cars drive?", "--json", at=hostile).out
    (quote,) = json.loads(answer)["quotes"]
    quote["text"] = "Cars fly."
    changed = json.loads(answer) | {"quotes": [quote]}
    ran = loccit("verify", typed=f"{answer}\n{json.dumps(changed)}\n", at=hostile)
    assert ran.code == 1
    assert is_safe(ran.out + ran.err)
    assert [line[:7] for line in ran.out.splitlines()] == ["holds  ", "DIFFERS"]


def test_a_title_is_one_line_among_those_that_match(loccit: Command, hostile: Path) -> None:
    ran = loccit("show", "ship", at=hostile)
    assert ran.code == 1
    assert is_safe(ran.err)
    assert len(ran.err.splitlines()) == 3, "two articles match"


@pytest.mark.parametrize("code", [f"en{ESCAPE}", "en\nar", "\n", "", " ", "a" * 10_000])
def test_a_language_that_is_none_harms_neither_the_index_nor_the_terminal(
    loccit: Command, bare: Path, code: str
) -> None:
    rows = [
        {"id": "1", "title": "Ship", "text": "Ships sail to Malta.", "language": code},
        {"id": "2", "title": "Car", "text": "Cars drive to Rome.", "language": "en"},
    ]
    (bare / "index" / "articles" / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    runs = [loccit("index", at=bare), loccit("info", at=bare), loccit("ask", "Do cars drive to Rome?", at=bare)]
    assert [ran.code for ran in runs] == [0, 0, 0], runs
    assert runs[2].out.startswith("Cars drive to Rome. [1]\n")
    assert len(runs[0].out.splitlines()) == 3
    assert len(runs[1].out.splitlines()) in (8, 9)
    assert all(is_safe(ran.out + ran.err) for ran in runs)
    assert max(len(line) for ran in runs for line in ran.out.splitlines()) < 200


def test_a_folder_of_a_hostile_name_is_told_safely(loccit: Command, tmp_path: Path) -> None:
    name = f"bot{ESCAPE}\u202e"
    for args in (
        ["init", name],
        ["index", "--index", f"{name}/index/built"],
        ["info", "--index", f"{name}/index/built"],
    ):
        ran = loccit(*args, at=tmp_path)
        assert ran.code == 0
        assert is_safe(ran.out + ran.err), args


def test_a_test_set_of_a_hostile_name_is_told_safely(loccit: Command, testset: Path) -> None:
    hostile = testset.rename(testset.with_name(f"set{ESCAPE}.jsonl"))
    ran = loccit("evaluate", str(hostile))
    assert ran.code == 0
    assert is_safe(ran.out)


# -- on a terminal


def terminal(*args: str, at: Path, **changes: str) -> Run:
    with Terminal(*args, at=at, changes=changes) as screen:
        return Run(screen.end(), screen.written.decode().replace("\r\n", "\n"), "")


def coloured(text: str) -> str:
    numbered = re.sub(r"\[1\] ?", lambda found: f"\x1b[36m{found[0]}\x1b[0m", text)
    return numbered.replace("4 April 1982", "\x1b[1m4 April 1982\x1b[0m")


def test_an_answer_is_coloured_on_a_terminal_and_only_there(project: Path) -> None:
    assert terminal("ask", TIES, at=project) == Run(0, coloured(TIES_ANSWER), "")


@pytest.mark.parametrize(
    ("args", "changes"),
    [(["--no-color", "ask", TIES], {}), (["ask", TIES], {"NO_COLOR": "1"}), (["ask", TIES], {"TERM": "dumb"})],
    ids=["--no-color", "NO_COLOR", "TERM=dumb"],
)
def test_colours_can_be_switched_off(project: Path, args: list[str], changes: dict[str, str]) -> None:
    assert terminal(*args, at=project, **changes) == Run(0, TIES_ANSWER, "")


def test_an_empty_no_color_counts_as_none(project: Path) -> None:
    assert "\x1b[36m" in terminal("ask", TIES, at=project, NO_COLOR="").out


def test_no_question_on_a_terminal_is_wrong_usage_and_is_not_waited_for(project: Path) -> None:
    told = 'loccit: There is no question. Ask something: loccit ask "Who …?"\n'
    assert terminal("ask", at=project) == Run(2, told, "")


def test_a_span_is_reversed_on_a_terminal(project: Path) -> None:
    ran = terminal("show", "Maldives", "--span", "400:471", at=project)
    assert "\n\x1b[7mThe Maldives and Palestine established diplomatic ties on 4 April 1982.\x1b[0m The " in ran.out


def test_progress_is_drawn_on_a_terminal_and_on_stderr_only(own: Path) -> None:
    ours, theirs = pty.openpty()
    ran = subprocess.run(
        [sys.executable, "-m", "loccit", "index", "--rebuild"],
        cwd=own,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=theirs,
        check=True,
        timeout=60,
    )
    os.close(theirs)
    drawn = b"".join(drain(ours)).decode()
    assert "Reading" in drawn
    assert "100%" in drawn
    assert "Reading" not in ran.stdout.decode()


def drain(handle: int) -> Iterator[bytes]:
    try:
        while got := os.read(handle, 65_536):
            yield got
    except OSError:
        pass
    finally:
        os.close(handle)
