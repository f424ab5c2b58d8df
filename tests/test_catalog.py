"""The catalog in segments: whatever was put, taken out and moved, it is what one made anew would be."""

import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from loccit import commits
from loccit.catalog import Catalog, FileState, segments
from loccit.catalog.draft import Draft
from loccit.catalog.records import packed
from loccit.errors import IndexDamaged
from loccit.types import Article, Entry, Skipped

WORDS = [f"en:{word}" for word in ("sea", "ship", "car", "bird", "fish", "road", "sky", "mast")]


def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  # no secret


def article(number: int, file: str, chance: random.Random) -> tuple[Article, list[Entry]]:
    text = f"Article {number} says {chance.random()}."
    terms = [" ".join(chance.choices(WORDS, k=3)) for _ in range(3)]
    made = Article(id=str(number), title=f"Title {chance.randint(0, 9)}", text=text, file=file, language="en")
    return made, [Entry(f"{number}#{at}", made.id, "en", each, b"") for at, each in enumerate(terms)]


def said(catalog: Catalog) -> dict[str, object]:
    """All that it says."""
    files = [*catalog.files, "never"]
    return {
        "articles": [catalog.article(one) for one in catalog.titles()],
        "titles": list(catalog.titles().items()),
        "of": {file: catalog.articles_of(file) for file in files},
        "files": [(file, catalog.file(file), catalog.skipped_of(file)) for file in files],
        "skipped": catalog.skipped,
        "passages": {one: (catalog.passages_of(one), catalog.file_of(one)) for one in (*catalog.titles(), "none")},
        "terms": catalog.passages_with([*WORDS, "en:none"]),
        "beginning": [catalog.terms_beginning(prefix, 3) for prefix in ("", "en:s", "en:x")],
        "languages": catalog.languages(),
        "content": catalog.about["content"],
        "length": len(catalog),
    }


@pytest.mark.parametrize(("merged", "fewest", "most"), [(segments.MERGED, 1, 1), (1, 3, 35), (0, 36, 36)])
def test_after_any_updates_it_is_what_one_made_anew_would_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, merged: int, fewest: int, most: int
) -> None:
    """Merged always, sometimes and never: so small as they are here, they are of one size."""
    monkeypatch.setattr(segments, "MERGED", merged)
    chance = dice(11)
    last: str | None = None
    there: dict[str, tuple[Article, list[Entry]]] = {}
    states: dict[str, tuple[FileState, list[Skipped]]] = {}
    opened: list[tuple[Catalog, dict[str, object]]] = []
    held = 0
    for update in range(36):
        draft = Draft(tmp_path / "many", last)
        for _ in range(chance.choice((1, 1, 2, 30))):
            number, file = str(chance.randint(0, 60)), f"{chance.randint(0, 9)}.txt"
            if number in there and chance.random() < 0.3:
                moved = there[number][0].model_copy(update={"file": file})
                draft.move(moved)
                there[number] = moved, there[number][1]
            elif number in there:
                draft.remove(*there.pop(number))
            if number not in there and chance.random() < 0.7:
                there[number] = article(int(number), file, chance)
                draft.put(*there[number], packed(there[number][0]))
            skipped = [Skipped(file=file, reason=f"reason {update}")] if chance.random() < 0.5 else []
            states[file] = FileState(update, update, "abc"), skipped
            draft.set_file(file, *states[file])
        if chance.random() < 0.3 and states:
            gone = chance.choice(sorted(states))
            del states[gone]
            draft.set_file(gone, None)
        last = draft.commit({"index": str(update)})
        held = max(held, len(segments.paths(tmp_path / "many" / last)))
        catalog = Catalog.open(tmp_path / "many", last)
        assert catalog.about["index"] == str(update)
        if update % 3:
            continue
        anew = Draft(tmp_path / f"anew{update}", None)
        for one, entries in there.values():
            anew.put(one, entries, packed(one))
        for file, state in states.items():
            anew.set_file(file, *state)
        single = Catalog.open(tmp_path / f"anew{update}", anew.commit({}))
        assert said(catalog) == said(single)
        assert catalog.passages_with(WORDS) == _counted([entry for _, entries in there.values() for entry in entries])
        orphans = {one.file for one, _ in there.values()} - states.keys()
        assert len(list(catalog.faults())) == sum(one.file in orphans for one, _ in there.values())
        if update % 9 == 0:
            opened.append((catalog, said(catalog)))
    assert fewest <= held <= most
    shutil.rmtree(tmp_path / "many")
    for catalog, then in opened:
        assert said(catalog) == then, "who has it open goes on with it"


def _counted(entries: list[Entry]) -> dict[str, int]:
    return {word: sum(word in entry.terms.split() for entry in entries) for word in WORDS}


def test_an_update_writes_what_it_changes(tmp_path: Path) -> None:
    chance = dice(1)
    draft = Draft(tmp_path, None)
    for number in range(3_000):
        draft.put(*(made := article(number, "a.txt", chance)), packed(made[0]))
    first = draft.commit({})
    (large,) = segments.paths(tmp_path / first)
    draft = Draft(tmp_path, first)
    draft.put(*(made := article(9_999, "b.txt", chance)), packed(made[0]))
    second = draft.commit({})
    same, small = segments.paths(tmp_path / second)
    assert same.samefile(large)
    assert small.stat().st_size < large.stat().st_size / 10


@pytest.mark.parametrize("removed", [0, 1, None])
def test_one_that_is_removed_while_it_is_opened_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, removed: int | None
) -> None:
    """So that whoever opens it looks which one is there now; half of one is none."""
    monkeypatch.setattr(segments, "MERGED", 0)
    commit = None
    for number in (1, 2):
        draft = Draft(tmp_path, commit)
        draft.put(*(made := article(number, "a.txt", dice(1))), packed(made[0]))
        commit = draft.commit({})
    there = segments.paths(tmp_path / str(commit))
    check = commits.check

    def checked(folder: Path, *, thorough: bool = False) -> commits.Files:
        found = check(folder, thorough=thorough)
        for path in there if removed is None else [there[removed]]:
            path.unlink()
        return found

    monkeypatch.setattr(commits, "check", checked)
    with pytest.raises(IndexDamaged):
        Catalog.open(tmp_path, str(commit))


def test_a_segment_that_is_damaged_is_told(tmp_path: Path) -> None:
    draft = Draft(tmp_path, None)
    draft.put(*(made := article(1, "a.txt", dice(1))), packed(made[0]))
    commit = draft.commit({})
    (path,) = segments.paths(tmp_path / commit)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE terms SET passages = passages + 1")
    database.close()
    with pytest.raises(IndexDamaged, match=r"00000001\.sqlite has been changed or cut short.*loccit index --rebuild$"):
        Catalog.open(tmp_path, commit)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE articles SET record = x'00'", "the article '1' cannot be read (error)"),
        ("UPDATE articles SET file = 'c.txt'", "the article '1' is of a file that is not there, c.txt"),
        ("UPDATE articles SET passages = 8", "1 articles with 8 passages are counted otherwise"),
        ("DELETE FROM articles", "the articles are not those that were written"),
    ],
)
def test_what_does_not_go_together_is_told(tmp_path: Path, change: str, fault: str) -> None:
    draft = Draft(tmp_path, None)
    draft.put(*(made := article(1, "a.txt", dice(1))), packed(made[0]))
    draft.set_file("a.txt", FileState(1, 1, "abc"))
    assert list(Catalog.open(tmp_path, draft.commit({})).faults()) == []
    (path,) = tmp_path.glob("*/*.sqlite")
    with sqlite3.connect(path) as database:
        database.execute(change)
    database.close()
    assert fault in list(Catalog([segments.read(path)]).faults())
