"""An update costs what it changes, and what comes to the same articles comes to the same index."""

import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from loccit import indexer, plan, workers, writer
from loccit.built import open_built
from loccit.catalog import Catalog
from loccit.chunker import chunk
from loccit.engines import ENGINES, REMOTE
from loccit.errors import BadSettings, IndexMissing, LoccitError
from loccit.index import Index
from loccit.indexer import build
from loccit.plan import Report
from loccit.readers import read
from loccit.settings import IndexSettings
from loccit.types import Article, Passage, Skipped
from tests.conftest import unprivileged
from tests.test_indexer import SETTINGS, lexicon, update, write


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the articles that are analysed."""
    seen: list[str] = []

    def watched(article: Article, size: int) -> Iterator[Passage]:
        seen.append(article.id)
        return chunk(article, size)

    for module in (workers, writer):
        monkeypatch.setattr(module, "chunk", watched)
    return seen


def rows(base: Path, name: str, *articles: tuple[str, str]) -> None:
    (base / "articles").mkdir(exist_ok=True)
    lines = (json.dumps({"id": key, "title": f"Title {key}", "text": text}) + "\n" for key, text in articles)
    (base / "articles" / name).write_text("".join(lines))


def texts(base: Path) -> dict[str, str]:
    """Each article's file and text, by its id."""
    catalog = open_built(base / "built").catalog
    articles = (catalog.article(one) for one in catalog.titles())
    return {one.id: f"{one.file}: {one.text}" for one in articles if one}


def snapshot(folder: Path) -> list[tuple[str, int, int]]:
    return sorted((str(path), path.lstat().st_mtime_ns, path.lstat().st_ino) for path in folder.rglob("*"))


def test_of_a_file_of_many_only_what_changed_is_analysed(tmp_path: Path, cut: list[str]) -> None:
    rows(tmp_path, "a.jsonl", ("1", "Ships sail."), ("2", "Cars drive."), ("3", "Birds fly."))
    update(tmp_path)
    assert cut == ["1", "2", "3"]
    cut.clear()
    rows(tmp_path, "a.jsonl", ("4", "Fish swim."), ("3", "Birds fly."), ("2", "Cars stop."))
    report = update(tmp_path)
    assert (report.changed, report.articles) == (("articles/a.jsonl",), 3)
    assert sorted(cut) == ["1", "2", "2", "4"], "those taken out are cut once more, to be taken off the lexicon"
    lexicon(tmp_path)
    assert texts(tmp_path)["2"] == "articles/a.jsonl: Cars stop."


@pytest.mark.parametrize("engine", sorted(ENGINES.keys() - REMOTE))
def test_a_moved_file_keeps_its_articles_and_nothing_is_analysed(tmp_path: Path, cut: list[str], engine: str) -> None:
    write(tmp_path, a="= Ships =\nShips sail the sea.\n", b="= Cars =\nCars drive.\n")
    rows(tmp_path, "c.jsonl", ("1", "Birds fly."), ("2", "Fish swim."))
    settings = IndexSettings(engine=engine, languages=("en",))
    build(tmp_path / "built", settings)
    cut.clear()
    (tmp_path / "articles" / "sub").mkdir()
    for name in ("a.txt", "c.jsonl"):
        (tmp_path / "articles" / name).rename(tmp_path / "articles" / "sub" / f"new-{name}")
    report = build(tmp_path / "built", settings)
    assert (report.added, report.removed, report.unchanged) == ((), (), 1)
    assert report.moved == (
        ("articles/a.txt", "articles/sub/new-a.txt"),
        ("articles/c.jsonl", "articles/sub/new-c.jsonl"),
    )
    assert cut == []
    assert texts(tmp_path) == {
        "articles/a.txt": "articles/sub/new-a.txt: = Ships =\nShips sail the sea.\n",
        "articles/b.txt": "articles/b.txt: = Cars =\nCars drive.\n",
        "1": "articles/sub/new-c.jsonl: Birds fly.",
        "2": "articles/sub/new-c.jsonl: Fish swim.",
    }
    lexicon(tmp_path)
    (quote,) = Index.open(tmp_path / "built").ask("What do ships sail?").quotes
    assert (quote.source.file, quote.source.article_id) == ("articles/sub/new-a.txt", "articles/a.txt")
    assert build(tmp_path / "built", settings).unchanged == 3


def test_what_comes_where_a_moved_file_was_has_its_name_again(tmp_path: Path) -> None:
    write(tmp_path, a="= Ships =\nShips sail.\n")
    update(tmp_path)
    (tmp_path / "articles" / "a.txt").rename(tmp_path / "articles" / "b.txt")
    update(tmp_path)
    write(tmp_path, a="= Cars =\nCars drive.\n")
    assert update(tmp_path).skipped == ()
    assert texts(tmp_path) == {
        "articles/a.txt": "articles/a.txt: = Cars =\nCars drive.\n",
        "articles/b.txt": "articles/b.txt: = Ships =\nShips sail.\n",
    }
    lexicon(tmp_path)


def test_a_file_that_was_moved_changes_while_another_comes_where_it_was(tmp_path: Path) -> None:
    write(tmp_path, a="= Ships =\nShips sail.\n")
    update(tmp_path)
    (tmp_path / "articles" / "a.txt").rename(tmp_path / "articles" / "b.txt")
    update(tmp_path)
    write(tmp_path, a="= Cars =\nCars drive.\n", b="= Ships =\nShips sink.\n")
    assert update(tmp_path).skipped == ()
    assert texts(tmp_path) == {
        "articles/a.txt": "articles/a.txt: = Cars =\nCars drive.\n",
        "articles/b.txt": "articles/b.txt: = Ships =\nShips sink.\n",
    }
    lexicon(tmp_path)


@pytest.mark.parametrize("together", [True, False])
def test_an_article_that_calls_itself_like_another_s_file_is_no_moved_one(tmp_path: Path, together: bool) -> None:
    rows(tmp_path, "a.jsonl", ("articles/b.txt", "Ships sail."))
    if not together:
        update(tmp_path)
    write(tmp_path, b="Cars drive.")
    reason = "its id 'articles/b.txt' is taken by an article of articles/a.jsonl"
    assert update(tmp_path).skipped == (Skipped(file="articles/b.txt", reason=reason),)
    lexicon(tmp_path)


def test_a_moved_file_whose_title_is_its_name_keeps_its_id_under_the_new_title(tmp_path: Path) -> None:
    write(tmp_path, ships="Ships sail.", b="Cars drive.")
    update(tmp_path)
    (tmp_path / "articles" / "ships.txt").rename(tmp_path / "articles" / "boats.txt")
    assert len(update(tmp_path).moved) == 1
    assert open_built(tmp_path / "built").catalog.titles()["articles/ships.txt"] == "boats"
    lexicon(tmp_path)


def test_moving_all_files_is_no_loss(tmp_path: Path) -> None:
    write(tmp_path, a="Ships sail.", b="Cars drive.")
    update(tmp_path)
    for name in ("a", "b"):
        (tmp_path / "articles" / f"{name}.txt").rename(tmp_path / "articles" / f"{name}2.txt")
    assert len(update(tmp_path).moved) == 2


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_of_two_articles_of_one_id_that_of_the_first_file_is_taken_whichever_came_first(
    tmp_path: Path, order: tuple[str, str]
) -> None:
    for name in order:
        rows(tmp_path, f"{name}.jsonl", ("7", f"Ship {name} sails."), (name, "Other."))
        report = update(tmp_path)
    assert texts(tmp_path)["7"] == "articles/a.jsonl: Ship a sails."
    taken = Skipped(file="articles/b.jsonl", reason="its id '7' is taken by an article of articles/a.jsonl")
    assert report.skipped == (taken,)
    lexicon(tmp_path)
    index = Index.open(tmp_path / "built").id
    assert update(tmp_path, rebuild=True).skipped == (taken,)
    assert Index.open(tmp_path / "built").id == index
    (tmp_path / "articles" / "a.jsonl").unlink()
    assert update(tmp_path).skipped == ()
    assert texts(tmp_path)["7"] == "articles/b.jsonl: Ship b sails."


def test_an_id_that_goes_from_one_file_to_another_is_no_clash(tmp_path: Path) -> None:
    rows(tmp_path, "a.jsonl", ("1", "Ships sail."), ("2", "Cars drive."))
    rows(tmp_path, "b.jsonl", ("3", "Birds fly."), ("4", "Fish swim."))
    update(tmp_path)
    rows(tmp_path, "a.jsonl", ("1", "Ships sail."), ("3", "Birds fly."))
    rows(tmp_path, "b.jsonl", ("2", "Cars drive."), ("4", "Fish swim."))
    assert update(tmp_path).skipped == ()
    assert {key: text[:10] for key, text in texts(tmp_path).items()} == {
        "1": "articles/a", "3": "articles/a", "2": "articles/b", "4": "articles/b"
    }  # fmt: skip
    lexicon(tmp_path)


def test_what_cannot_be_taken_was_not_added_and_is_not_read_again_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, a="Ships sail.", empty="")
    report = update(tmp_path)
    assert (report.added, [one.file for one in report.skipped]) == (("articles/a.txt",), ["articles/empty.txt"])
    seen: list[str] = []

    def watched(path: Path, file: str) -> Iterator[Article | Skipped]:
        seen.append(file)
        return read(path, file)

    monkeypatch.setattr(indexer, "read", watched)
    write(tmp_path, b="Cars drive.")
    assert [one.file for one in update(tmp_path).skipped] == ["articles/empty.txt"]
    assert seen == ["articles/b.txt"]


def test_a_file_that_changes_while_it_is_read_is_read_again_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, a="Ships sail.", b="Cars drive.")

    def meddled(path: Path, file: str) -> Iterator[Article | Skipped]:
        yield from read(path, file)
        if path.stem == "a":
            path.write_text("Ships sail no more.")

    monkeypatch.setattr(indexer, "read", meddled)
    told = "it changed while it was read; the next `loccit index` reads it again"
    assert update(tmp_path).skipped == (Skipped(file="articles/a.txt", reason=told),)
    monkeypatch.setattr(indexer, "read", read)
    report = update(tmp_path)
    assert (report.changed, report.skipped) == (("articles/a.txt",), ())
    assert texts(tmp_path)["articles/a.txt"] == "articles/a.txt: Ships sail no more."
    lexicon(tmp_path)


@pytest.mark.parametrize("stamp", [1, 2**62])
def test_a_clock_that_was_wrong_hides_no_change(tmp_path: Path, stamp: int) -> None:
    """Of the same size, and older than what was read, or from times to come."""
    write(tmp_path, a="Ships sail.")
    os.utime(tmp_path / "articles" / "a.txt", ns=(stamp, stamp))
    update(tmp_path)
    write(tmp_path, a="Ships sink.")
    os.utime(tmp_path / "articles" / "a.txt", ns=(stamp, stamp))
    time.sleep(0.02)
    assert update(tmp_path).changed == ("articles/a.txt",)
    assert texts(tmp_path)["articles/a.txt"].endswith("Ships sink.")
    for path in (tmp_path / "built").rglob("*"):
        os.utime(path, ns=(stamp, stamp))
    assert update(tmp_path).unchanged == 1


def test_a_rebuild_drops_nothing_that_cannot_be_looked_at_without_a_yes(tmp_path: Path) -> None:
    write(tmp_path, a="A ship.", b="A car.", c="A bird.")
    hidden = tmp_path / "articles" / "hidden"
    hidden.mkdir()
    (hidden / "d.txt").write_text("A fish.")
    update(tmp_path)
    hidden.chmod(0)
    for path in (tmp_path / "built", *(tmp_path / "built").rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    with (
        unprivileged(tmp_path),
        pytest.raises(
            LoccitError,
            match=r"^1 of the 4 indexed files cannot be looked at now and would be dropped \(articles/hidden: it cannot"
            r" be read: permission denied\)\. If they are meant to go, add --yes\.$",
        ),
    ):
        update(tmp_path, rebuild=True)
    assert len(texts(tmp_path)) == 4
    with unprivileged(tmp_path):
        assert update(tmp_path, rebuild=True, allow_loss=True).articles == 3


# -- what would be done


def test_a_dry_run_writes_nothing_at_all_and_fails_where_the_run_would(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    before = snapshot(tmp_path)
    with pytest.raises(LoccitError, match=r"^There is nothing to index in "):
        update(tmp_path, dry_run=True)
    assert snapshot(tmp_path) == before
    write(tmp_path, a="Ships sail.", b="Cars drive.", c="Birds fly.")
    before = snapshot(tmp_path)
    assert len(update(tmp_path, dry_run=True).added) == 3
    assert snapshot(tmp_path) == before
    update(tmp_path)
    before = snapshot(tmp_path / "built")
    for name in "ab":
        (tmp_path / "articles" / f"{name}.txt").unlink()
    with pytest.raises(LoccitError, match=r"^2 of the 3 indexed files are gone"):
        update(tmp_path, dry_run=True)
    shutil.rmtree(tmp_path / "articles")
    (tmp_path / "articles").mkdir()
    with pytest.raises(LoccitError, match=r"^There is nothing to index in "):
        update(tmp_path, dry_run=True, allow_loss=True)
    assert snapshot(tmp_path / "built") == before


def test_a_dry_run_needs_no_leave_to_write(tmp_path: Path) -> None:
    write(tmp_path, a="Ships sail.")
    with unprivileged(tmp_path):
        assert update(tmp_path, dry_run=True).added == ("articles/a.txt",)
    with pytest.raises(IndexMissing):
        open_built(tmp_path / "built")


def test_the_room_it_needs_is_told_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, a="Ships sail. " * 100)
    (tmp_path / "articles" / "big.pdf").write_bytes(b"x" * 50_000)  # mostly no text: nobody knows
    monkeypatch.setattr(plan, "WRITTEN", 10**15)
    expected = (
        r"^The index may need [\d,]+ MB in .*/built before the old one is removed, and [\d,]+ MB are free\. Make room"
    )
    with pytest.raises(LoccitError, match=expected):
        update(tmp_path)
    assert [path.name for path in (tmp_path / "built").iterdir()] == [".lock"]
    told: list[Report] = []
    report = update(tmp_path, allow_loss=True, starting=told.append)
    assert told[0].needs == report.needs == 10**15 * 1200


# -- left out


@pytest.mark.parametrize(
    ("ignored", "left"),
    [
        ("*.md\n", {"a.txt", "drafts/b.txt", "deep/drafts/d.txt"}),
        ("drafts/\n# a comment\n\n", {"a.txt", "c.md"}),
        ("/drafts\n", {"a.txt", "c.md", "deep/drafts/d.txt"}),
        ("*\n!*.md\n", {"c.md"}),
        ("**/d.txt\n", {"a.txt", "c.md", "drafts/b.txt"}),
        ("", {"a.txt", "c.md", "drafts/b.txt", "deep/drafts/d.txt"}),
    ],
)
def test_what_loccitignore_names_is_left_out(tmp_path: Path, ignored: str, left: set[str]) -> None:
    articles = tmp_path / "articles"
    for name in ("a.txt", "c.md", "drafts/b.txt", "deep/drafts/d.txt"):
        (articles / name).parent.mkdir(parents=True, exist_ok=True)
        (articles / name).write_text(f"Ship {name} sails.")
    update(tmp_path)
    (articles / ".loccitignore").write_text(ignored)
    report = update(tmp_path, allow_loss=True)
    assert {file.split("/", 1)[1].split(":")[0] for file in texts(tmp_path).values()} == left
    assert report.articles == len(left)
    (articles / ".loccitignore").unlink()
    (tmp_path / ".loccitignore").write_text("".join(f"{line}\n" for line in ignored.splitlines() if line[:1] != "/"))
    if not ignored.startswith("/"):
        assert update(tmp_path, allow_loss=True).articles == len(left)


def test_the_nearest_loccitignore_decides(tmp_path: Path) -> None:
    write(tmp_path, a="A ship.", b="A car.")
    (tmp_path / ".loccitignore").write_text("*.txt\n")
    (tmp_path / "articles" / ".loccitignore").write_text("!a.txt\n")
    assert update(tmp_path).added == ("articles/a.txt",)


def test_a_file_named_by_itself_is_taken(tmp_path: Path) -> None:
    write(tmp_path, a="A ship.", b="A car.")
    (tmp_path / "articles" / ".loccitignore").write_text("*\n!a.txt\n")
    assert update(tmp_path, add=[tmp_path / "articles" / "b.txt"]).articles == 2


def test_a_loccitignore_that_cannot_be_made_out_stops_it(tmp_path: Path) -> None:
    write(tmp_path, a="A ship.")
    (tmp_path / "articles" / ".loccitignore").write_bytes(b"\xff\n")
    with pytest.raises(BadSettings, match=r"articles/\.loccitignore cannot be read: .*utf-8"):
        update(tmp_path)


# -- many at once


def test_readers_are_never_in_the_way_nor_kept_waiting(tmp_path: Path) -> None:
    """While one thread writes version after version, others open and ask: each sees one version, whole."""
    write(tmp_path, **{name: f"The {name} has the number zero." for name in ("ship", "car", "bird")})
    update(tmp_path)
    done = threading.Event()
    wrong: list[object] = []

    def ask() -> None:
        while not done.is_set():
            index = Index.open(tmp_path / "built")
            articles = [index.article(one) for one in index.catalog.titles()]
            numbers = {article.text.split()[-1] for article in articles if article}
            said = {quote.text.split()[-1] for quote in index.ask("Which number has the ship?").quotes[:1]}
            if len(numbers) != 1 or not said <= numbers:
                wrong.append((numbers, said))
            index.catalog.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for number in ("one", "two", "three", "four", "five"):
            write(tmp_path, **{name: f"The {name} has the number {number}." for name in ("ship", "car", "bird")})
            update(tmp_path)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_a_catalog_that_is_open_goes_on_while_others_take_its_place(tmp_path: Path) -> None:
    write(tmp_path, a="Ships sail.")
    update(tmp_path)
    old: Catalog = open_built(tmp_path / "built").catalog
    for number in range(5):
        write(tmp_path, a=f"Ship {number} sails.")
        update(tmp_path)
    assert old.passages_with(["en:ship", "en:4"]) == {"en:ship": 1, "en:4": 0}
    assert [old.article(one) for one in old.titles()] != [None]
    assert SETTINGS.languages == ("en",)
