"""The built index: kept in step with its files, whole or refused."""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from loccit import built, chunker, writer
from loccit.built import Current, open_built
from loccit.catalog import Catalog
from loccit.chunker import chunk
from loccit.doctor import examine
from loccit.errors import BadSettings, IndexDamaged, IndexMissing, IndexOutdated, LoccitError
from loccit.index import Index
from loccit.indexer import build
from loccit.languages import analysis
from loccit.languages.sentences import split_sentences
from loccit.plan import Report
from loccit.readers import read
from loccit.settings import IndexSettings, PassageSettings
from loccit.types import Article, Skipped, Span
from tests.conftest import MakeIndex, unprivileged
from tests.engines import LOCAL

SETTINGS = IndexSettings(languages=("en",))


def write(base: Path, **texts: str) -> None:
    (base / "articles").mkdir(exist_ok=True)
    for name, text in texts.items():
        (base / "articles" / f"{name}.txt").write_text(text, encoding="utf-8", newline="")


def update(base: Path, **options: object) -> Report:
    return build(base / "built", SETTINGS, **options)  # type: ignore[arg-type]


def lexicon(base: Path) -> dict[str, int]:
    """The lexicon as it stands, and, asserted equal, as counted from the articles."""
    catalog, engine = open_built(base / "built")
    passages = [p for i in catalog.titles() for p in chunk(catalog.article(i))]  # type: ignore[arg-type]
    counted = Counter(term for passage in passages for term in set(passage.terms))
    assert catalog.passages_with(counted) == dict(counted)
    lengths = catalog.languages()
    assert sum(n.passages for n in lengths.values()) == len(passages) == len(engine)
    assert sorted(catalog.terms_beginning("", 1_000_000)) == sorted(counted)
    return dict(counted)


def test_a_second_run_reads_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, a="Ships sail.", b="Cars drive.")
    first = update(tmp_path)
    assert (len(first.added), first.articles, first.passages, first.languages) == (2, 2, 2, ("en",))
    current = (tmp_path / "built" / "CURRENT").read_bytes()
    monkeypatch.setattr("loccit.indexer.read", None)
    again = update(tmp_path)
    assert (again.added, again.changed, again.removed, again.unchanged) == ((), (), (), 2)
    assert (tmp_path / "built" / "CURRENT").read_bytes() == current


def test_only_what_changed_is_read_and_the_lexicon_stays_exact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, a="Ships sail the sea.", b="Cars drive.", c="Birds fly over the sea.")
    update(tmp_path)
    assert lexicon(tmp_path)["en:sea"] == 2
    write(tmp_path, c="Birds sing.", d="Fish swim.")
    (tmp_path / "articles" / "b.txt").unlink()
    seen: list[str] = []

    def watched(path: Path, file: str) -> Iterator[Article | Skipped]:
        seen.append(file)
        return read(path, file)

    monkeypatch.setattr("loccit.indexer.read", watched)
    report = update(tmp_path)
    assert seen == ["articles/c.txt", "articles/d.txt"]
    assert (report.added, report.changed, report.removed) == (
        ("articles/d.txt",),
        ("articles/c.txt",),
        ("articles/b.txt",),
    )
    terms = lexicon(tmp_path)
    assert terms["en:sea"] == 1
    assert "en:car" not in terms


def test_the_same_articles_are_the_same_index_however_they_came(tmp_path: Path) -> None:
    for name in ("x", "y"):
        (tmp_path / name).mkdir()
    write(tmp_path / "x", a="Ships sail.", b="Cars drive.")
    update(tmp_path / "x")
    write(tmp_path / "y", a="Ships sail.", b="Something else.")
    update(tmp_path / "y")
    write(tmp_path / "y", b="Cars drive.")
    update(tmp_path / "y")
    one, other = Index.open(tmp_path / "x" / "built"), Index.open(tmp_path / "y" / "built")
    assert one.id == other.id
    assert one.ask("What do ships do?") == other.ask("What do ships do?")


def test_a_file_touched_but_not_changed_is_no_change(tmp_path: Path) -> None:
    write(tmp_path, a="Ships sail.")
    update(tmp_path)
    os.utime(tmp_path / "articles" / "a.txt", (1, 1))
    assert update(tmp_path).changed == ()


def test_a_change_within_the_clock_s_grain_is_seen_by_its_size(tmp_path: Path) -> None:
    write(tmp_path, a="Ships sail.")
    stamp = time.time_ns()
    os.utime(tmp_path / "articles" / "a.txt", ns=(stamp, stamp))
    update(tmp_path)
    write(tmp_path, a="Ships sail no more.")
    os.utime(tmp_path / "articles" / "a.txt", ns=(stamp, stamp))
    assert update(tmp_path).changed == ("articles/a.txt",)


def test_paths_are_added_remembered_and_removed(tmp_path: Path) -> None:
    write(tmp_path, a="Ships sail.")
    update(tmp_path)
    more = tmp_path / "more"
    more.mkdir()
    (more / "z.md").write_text("# Zebra\n\nZebras run.\n")
    assert update(tmp_path, add=[more]).added == ("more/z.md",)
    (more / "y.md").write_text("# Yak\n\nYaks graze.\n")
    assert update(tmp_path).added == ("more/y.md",)
    assert update(tmp_path, remove=[more]).removed == ("more/y.md", "more/z.md")
    assert update(tmp_path).articles == 1


def test_a_path_is_removed_in_a_rebuild_too(tmp_path: Path) -> None:
    write(tmp_path, a="Ships sail.")
    (tmp_path / "z.txt").write_text("Zebras run.")
    update(tmp_path, add=[tmp_path / "z.txt"])
    assert update(tmp_path, rebuild=True, remove=[tmp_path / "z.txt"]).articles == 1
    with pytest.raises(LoccitError, match=r"^Nothing in the index came from .*/z\.txt\."):
        update(tmp_path, rebuild=True, remove=[tmp_path / "z.txt"])


def test_remembered_paths_outlive_a_rebuild_and_a_damaged_catalog(tmp_path: Path) -> None:
    write(tmp_path, a="Ships sail.")
    (tmp_path / "z.txt").write_text("Zebras run.")
    update(tmp_path, add=[tmp_path / "z.txt"])
    assert update(tmp_path, rebuild=True).articles == 2
    (segment,) = (tmp_path / "built" / "catalog").glob("*/*.sqlite")
    segment.write_bytes(b"no database")
    assert update(tmp_path).articles == 2


def test_half_of_the_files_gone_needs_a_yes(tmp_path: Path) -> None:
    write(tmp_path, a="A ship.", b="A car.", c="A bird.")
    update(tmp_path)
    for name in "ab":
        (tmp_path / "articles" / f"{name}.txt").unlink()
    with pytest.raises(LoccitError, match=r"^2 of the 3 indexed files are gone: is a disk not mounted\?.*--yes\.$"):
        update(tmp_path)
    assert len(Index.open(tmp_path / "built")) == 3
    assert update(tmp_path, allow_loss=True).articles == 1


def test_nor_does_a_rebuild_drop_them_without_a_yes(tmp_path: Path) -> None:
    write(tmp_path, a="A ship.", b="A car.", c="A bird.")
    update(tmp_path)
    for name in "ab":
        (tmp_path / "articles" / f"{name}.txt").unlink()
    with pytest.raises(LoccitError, match=r"^2 of the 3 indexed files are gone"):
        update(tmp_path, rebuild=True)
    assert update(tmp_path, rebuild=True, allow_loss=True).articles == 1


def test_what_cannot_be_looked_at_is_not_gone(tmp_path: Path) -> None:
    write(tmp_path, a="A ship.", b="A car.")
    hidden = tmp_path / "articles" / "hidden"
    hidden.mkdir()
    (hidden / "c.txt").write_text("A bird.")
    update(tmp_path)
    hidden.chmod(0)
    for path in (tmp_path / "built").rglob("*"):
        path.chmod(0o777 if path.is_dir() else 0o666)
    (tmp_path / "built").chmod(0o777)
    with unprivileged(tmp_path):
        report = update(tmp_path)
    assert (report.removed, report.articles) == ((), 3)
    assert [skipped.file for skipped in report.skipped] == ["articles/hidden"]


@pytest.mark.parametrize("engine", LOCAL)
@pytest.mark.parametrize("limit", [30_000, 90_000])
def test_a_disk_that_is_full_is_told_and_leaves_the_old_index(tmp_path: Path, engine: str, limit: int) -> None:
    """A limit on the size of files stands in for the disk."""
    settings = SETTINGS.model_copy(update={"engine": engine})
    (tmp_path / "index.toml").write_text(f'engine = "{engine}"\nlanguages = ["en"]\n')
    write(tmp_path, a="Ships sail the sea.")
    build(tmp_path / "built", settings)
    for n in range(200):
        write(tmp_path, **{f"n{n}": " ".join(f"Word{n * i} and number {i * 7919 % 1009}." for i in range(50))})
    ran = subprocess.run(
        [sys.executable, "-m", "loccit", "index", "--index", str(tmp_path / "built")],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert ran.returncode == 1
    assert re.fullmatch(
        r"loccit: The index cannot be written to .*/built: .*\. The old one is unchanged\.\n", ran.stderr
    )
    assert Index.open(tmp_path / "built").ask("ships").quotes[0].text == "Ships sail the sea."
    assert [finding for finding in examine(tmp_path / "built", settings) if finding.cure] == [], "nothing is left over"
    assert build(tmp_path / "built", settings).articles == 201


def test_a_mistake_of_ours_costs_one_article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, a="Ships sail.", b="Cars drive.")

    def broken(text: str, language: str) -> list[Span]:
        if "Cars" in text:
            raise IndexError("no such place")
        return split_sentences(text, language)

    monkeypatch.setattr(chunker, "split_sentences", broken)
    report = update(tmp_path)
    assert report.articles == 1
    assert [s.reason for s in report.skipped] == ["'b' cannot be cut into passages: IndexError('no such place')"]


def test_dry_run_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, a="Ships sail.")
    assert update(tmp_path, dry_run=True).added == ("articles/a.txt",)
    with pytest.raises(IndexMissing):
        Index.open(tmp_path / "built")


def test_bad_files_are_skipped_with_their_reason_and_the_rest_is_indexed(tmp_path: Path) -> None:
    write(tmp_path, good="Ships sail.", empty="", blank=" \n\t ", nul="a\0b", title="= A title =\n")
    (tmp_path / "articles" / "latin.txt").write_bytes("Caf\xe9".encode("latin-1"))
    (tmp_path / "articles" / "big.txt").write_bytes(b"x" * 50_000_000)
    (tmp_path / "articles" / "loop").symlink_to(tmp_path / "articles")
    (tmp_path / "articles" / "round").symlink_to("round")
    os.mkfifo(tmp_path / "articles" / "pipe.txt")
    (tmp_path / "articles" / "line\nbreak.txt").write_text("Cars drive.")
    with open(os.fsencode(tmp_path) + b"/articles/\xff.txt", "wb") as file:  # noqa: PTH123
        file.write(b"Birds fly.")
    report = update(tmp_path)
    assert report.articles == 2
    assert sorted((s.file, s.reason.partition(";")[0]) for s in report.skipped) == [
        ("'articles/\\udcff.txt'", "its name is not valid UTF-8"),
        ("articles/big.txt", "50,000,000 bytes are over the limit of 40,000,000"),
        ("articles/blank.txt", "there is no text, only blanks"),
        ("articles/empty.txt", "the file is empty"),
        ("articles/latin.txt", "byte 0xe9 at offset 3 is not UTF-8"),
        ("articles/nul.txt", "character 1 is NUL"),
        ("articles/pipe.txt", "this is not a regular file"),
        ("articles/round", "it cannot be read: too many levels of symbolic links"),
        ("articles/title.txt", "there is no text under its title"),
    ]


def test_a_folder_that_may_not_be_read_is_skipped_and_the_rest_is_indexed(tmp_path: Path) -> None:
    write(tmp_path, a="Ships sail.")
    (tmp_path / "articles" / "secret").mkdir(mode=0)
    (tmp_path / "built").mkdir()
    (tmp_path / "built").chmod(0o777)
    with unprivileged(tmp_path):
        report = update(tmp_path)
    assert report.articles == 1
    assert [(s.file, s.reason) for s in report.skipped] == [("articles/secret", "it cannot be read: permission denied")]


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    write(tmp_path, a="Ships sail.")
    (tmp_path / "built").mkdir(mode=0o755)
    with (
        unprivileged(tmp_path),
        pytest.raises(BadSettings, match=r"cannot be written to .*/built: Permission denied\.$"),
    ):
        update(tmp_path)


def test_the_second_of_two_articles_of_one_id_is_skipped_until_the_first_goes(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    for name in ("a", "b"):
        line = json.dumps({"id": "7", "title": name.upper(), "text": f"Ship {name} sails."})
        (tmp_path / "articles" / f"{name}.jsonl").write_text(line)
    report = update(tmp_path)
    assert [(s.file, s.reason) for s in report.skipped] == [
        ("articles/b.jsonl", "its id '7' is taken by an article of articles/a.jsonl")
    ]
    (tmp_path / "articles" / "a.jsonl").unlink()
    assert update(tmp_path).articles == 1
    lexicon(tmp_path)


def test_an_empty_folder_is_told_and_leaves_the_old_index(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    kinds = ".bz2, .csv, .docx, .epub, .gz, .htm, .html, .jsonl, .markdown, .md, .pdf, .tsv, .txt, .xhtml, .xml, .zim"
    expected = f"There is nothing to index in {tmp_path}/articles. Put articles there ({kinds})."
    with pytest.raises(LoccitError) as told:
        update(tmp_path)
    assert str(told.value) == expected
    write(tmp_path, a="Ships sail.")
    update(tmp_path)
    (tmp_path / "articles" / "a.txt").write_text("")
    with pytest.raises(LoccitError, match=r"(?s)There is nothing to index.*articles/a\.txt: the file is empty"):
        update(tmp_path)
    assert len(Index.open(tmp_path / "built")) == 1


def test_a_missing_article_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        LoccitError, match=r"(?s)nothing to index.*articles: it cannot be read: no such file or directory"
    ):
        update(tmp_path)


# -- whole or refused


def sample_built(tmp_path: Path) -> Path:
    write(tmp_path, a="Ships sail the sea.", b="Cars drive.")
    update(tmp_path)
    return tmp_path / "built"


def test_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=r"^There is no index in .*/built yet\. Make one with: loccit index$"):
        open_built(tmp_path / "built")


def test_every_file_is_checked(tmp_path: Path) -> None:
    """One byte changed, anywhere, or a file cut short, is noticed; `loccit index` mends it."""
    folder = sample_built(tmp_path)
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name not in (".lock", "CURRENT")):
        whole = path.read_bytes()
        for broken in (whole[:-1], bytes([*whole[:-1], whole[-1] ^ 1]), b""):
            path.write_bytes(broken)
            with pytest.raises(IndexDamaged, match=r"loccit index --rebuild$"):
                open_built(folder)
        path.write_bytes(whole)
    open_built(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"format": "3", "catalog": "../x", "paths": []}'])
def test_a_broken_pointer_is_told(tmp_path: Path, content: bytes) -> None:
    folder = sample_built(tmp_path)
    (folder / "CURRENT").write_bytes(content)
    with pytest.raises(IndexDamaged, match=r"CURRENT .*loccit index --rebuild$"):
        open_built(folder)
    update(tmp_path)
    open_built(folder)


def test_another_format_is_refused_and_built_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = sample_built(tmp_path)
    for module in (built, writer):
        monkeypatch.setattr(module, "FORMAT", "another")
    with pytest.raises(IndexOutdated, match=r"has format \d; loccit .* reads format another\. Build it anew with"):
        open_built(folder)
    assert len(update(tmp_path).added) == 2
    open_built(folder)


def test_another_analysis_is_refused_and_built_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = sample_built(tmp_path)
    monkeypatch.setattr(analysis, "_stemmer", lambda _: list)
    analysis.analyzer.cache_clear()
    try:
        with pytest.raises(IndexOutdated, match=r"was made with another analysis of words than this version has"):
            open_built(folder)
        assert len(update(tmp_path).added) == 2
        open_built(folder)
    finally:
        analysis.analyzer.cache_clear()


def test_another_passage_size_builds_anew(tmp_path: Path) -> None:
    sample_built(tmp_path)
    report = build(tmp_path / "built", SETTINGS.model_copy(update={"passages": PassageSettings(size=200)}))
    assert len(report.added) == 2


def test_opening_cuts_nothing_into_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = sample_built(tmp_path)
    monkeypatch.setattr(chunker, "split_sentences", None)
    assert Index.open(folder).ask("What do ships sail?").quotes[0].text == "Ships sail the sea."


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    sample_built(tmp_path)
    with built.alone(tmp_path / "built"), pytest.raises(LoccitError, match=r"^Another loccit is writing to .*Wait"):
        update(tmp_path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "built").write_text("a file")
    with pytest.raises(BadSettings, match=r"^The index cannot be written to .*/built: File exists\.$"):
        update(tmp_path)


def test_what_a_killed_writer_left_is_cleared_away(tmp_path: Path) -> None:
    folder = sample_built(tmp_path)
    (folder / "catalog" / ".new").mkdir()
    (folder / "catalog" / ".new" / "00000001.sqlite").write_text("half")
    (folder / "memory" / ".new").mkdir()
    (folder / ".CURRENT").write_text("half")
    write(tmp_path, c="Birds fly.")
    assert update(tmp_path).articles == 3
    assert {path.name for path in folder.rglob(".*")} == {".lock"}


def test_an_open_index_goes_on_while_another_is_built(make_index: MakeIndex) -> None:
    old = make_index({"a.txt": "Ships sail the sea."})
    new = make_index({"a.txt": "Ships rust in the harbour."})
    assert old.ask("ships").quotes[0].text == "Ships sail the sea."
    assert old.article("articles/a.txt") is not None
    assert new.ask("ships").quotes[0].text == "Ships rust in the harbour."


def test_only_the_current_files_are_left(tmp_path: Path) -> None:
    folder = sample_built(tmp_path)
    write(tmp_path, c="Birds fly.")
    update(tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == [".lock", "CURRENT", "catalog", "memory"]
    assert [len(list((folder / name).iterdir())) for name in ("catalog", "memory")] == [1, 1]


def test_a_moved_index_still_opens(tmp_path: Path) -> None:
    folder = sample_built(tmp_path)
    shutil.move(folder, tmp_path / "elsewhere")
    assert len(Index.open(tmp_path / "elsewhere")) == 2


def test_the_catalog_is_no_pickle(tmp_path: Path) -> None:
    folder = sample_built(tmp_path)
    catalog = Catalog.open(folder / "catalog", Current.read(folder).catalog)
    written = {"analysis", "articles", "chunking", "commit", "content", "engine", "index", "languages", "version"}
    assert set(catalog.about) == written
