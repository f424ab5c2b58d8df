"""Who may import whom: the map of `DESIGN`'s section 5, read off the source."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

SRC = ROOT / "src" / "loccit"
MODULES = sorted(SRC.rglob("*.py"))
LONGEST = 250
"""Lines of a module: a second noun hides in a longer one."""

CLI = ("", "articles", "chat", "common", "evaluation", "feedback", "indexing", "questions", "shown")
HOMES = {
    "rank_bm25": {"engines.memory"},
    "tantivy": {"engines.tantivy"},
    "opensearchpy": {"engines.cluster", "engines.trouble"},
    "numpy": {"engines.memory", "evaluate.intervals", "evaluate.examples", "evaluate.fitting", "evaluate.training"},
    "Stemmer": {"languages.analysis"},
    "sentencex": {"languages.sentences"},
    "spellchecker": {"languages.dictionary"},
    "py3langid": {"languages.detection"},
    "babel": {"languages.names"},
    "click": {f"cli.{name}".removesuffix(".") for name in CLI},
    "sqlite3": {
        *("catalog", "catalog.segments", "readers.gathered"),
        *("bot.state", "bot.store", "bot.inbox", "bot.update_queue", "bot.desk"),
    },
    "prompt_toolkit": {"chat.completion", "chat.prompt"},
    "wcwidth": {"screen"},
    "webbrowser": {"chat.opening"},
    "lxml": {"readers.html", "readers.zipped"},
    "charset_normalizer": {"readers.html"},
    "mammoth": {"readers.docx"},
    "pypdfium2": {"readers.pdf"},
    "pyzim": {"readers.zim"},
    "mwparserfromhell": {"readers.wikicode"},
    "pathspec": {"ignoring"},
    "watchfiles": {"watching"},
    "tomllib": {"languages", "settings", "readers.templates"},
    "fcntl": {"built", "bot.state"},
    "aiohttp": {"bot.client"},
    "httpx": {"bot.client"},
    "prometheus_client": {"bot.metrics"},
}
"""The modules a library may be imported in; `loccit.bot` alone may import Telegram and what it comes with."""

CORE = ("types", "errors", "letters")
ALLOWED: dict[str, tuple[str, ...]] = {
    "errors": (),
    "types": ("errors",),
    "letters": (),
    "catalog": ("commits", "errors", "types"),
    "durable": (),
    "commits": ("durable",),
    "files": ("catalog", "ignoring", *CORE),
    "ignoring": CORE,
    "readers": CORE,
    "languages": CORE,
    "chunker": ("languages", *CORE),
    "engines": ("commits", "durable", "endpoints", *CORE),
    "endpoints": CORE,
    "settings": ("chunker", "endpoints", "languages", *CORE),
    "built": ("catalog", "endpoints", "engines", "languages", "", *CORE),
    "workers": ("catalog", "chunker", "languages", "settings", *CORE),
    "writer": ("built", "catalog", "chunker", "durable", "engines", "languages", "settings", "workers", "", *CORE),
    "plan": ("built", "catalog", "files", "readers", "writer", *CORE),
    "indexer": ("built", "writer", "catalog", "files", "plan", "readers", "settings", *CORE),
    "watching": ("ignoring", *CORE),
    "doctor": ("built", "catalog", "commits", "plan", "settings", "writer", *CORE),
    "spelling": ("languages", *CORE),
    "lexicon": ("catalog", "languages", "spelling", *CORE),
    "conversation": ("languages", *CORE),
    "translation": ("languages", *CORE),
    "transliteration": ("languages", *CORE),
    "retriever": ("engines", "languages", "lexicon", "translation", *CORE),
    "models": CORE,
    "scorer": ("highlight", "languages", "lexicon", "models", "retriever", *CORE),
    "highlight": ("languages", "models", *CORE),
    "answerer": ("highlight", "scorer", "languages", *CORE),
    "explain": ("answerer", "languages", "lexicon", "scorer", *CORE),
    "index": (
        "highlight",
        "answerer",
        "built",
        "catalog",
        "chunker",
        "conversation",
        "explain",
        "languages",
        "lexicon",
        "retriever",
        "scorer",
        "settings",
        "spelling",
        "translation",
        "transliteration",
        *CORE,
    ),
    "verification": ("readers", *CORE),
    "templates": CORE,
    "proof": CORE,
    "render": ("proof", *CORE),
    "link": CORE,
    "screen": CORE,
    "transcript": ("link", "render", *CORE),
    "chat": ("explain", "files", "index", "languages", "link", "render", "screen", "transcript", *CORE),
}
"""For each module or package, what of ours it may import; who is not named wires, and may import all but the rims."""

PURE = (
    *("answerer", "chunker", "conversation", "explain", "lexicon", "letters", "proof", "render", "retriever"),
    *("scorer", "spelling", "translation", "transliteration", "types"),
)
OUTSIDE = {
    "io",
    "os",
    "pathlib",
    "random",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib",
}


def name_of(path: Path) -> str:
    """`scorer`, `readers`, `readers.text`; the package itself is empty."""
    return ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix("__init__").removesuffix(".")


@cache
def imports(path: Path) -> frozenset[str]:
    """The dotted names a module imports, wherever in it, those for the type checker included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            assert node.module
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(found)


def ours(path: Path) -> set[str]:
    """What of the package a module imports: `catalog`, `engines`, or empty for the package itself."""
    found: set[str] = set()
    known = {name_of(module).partition(".")[0] for module in MODULES}
    for name in imports(path):
        package, _, rest = name.partition(".")
        if package == "loccit" and rest:
            first = rest.partition(".")[0]
            found.add(first if first in known else "")
    return found


def ids(paths: list[Path]) -> list[str]:
    return [name_of(path) or "loccit" for path in paths]


@pytest.mark.parametrize("path", MODULES, ids=ids(MODULES))
def test_a_module_fits_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", MODULES, ids=ids(MODULES))
def test_a_library_has_one_home(path: Path) -> None:
    name = name_of(path)
    for imported in imports(path):
        library = imported.partition(".")[0]
        assert name in HOMES.get(library, {name}), f"{name} imports {library}"
        if library in ("telegram", "aiohttp", "httpx", "tornado"):
            assert name.startswith("bot."), f"{name} imports {library}"


@pytest.mark.parametrize("path", MODULES, ids=ids(MODULES))
def test_arrows_go_down_only(path: Path) -> None:
    name = name_of(path)
    package = name.partition(".")[0]
    above = {"cli", "__main__"} | ({"bot"} if package not in ("bot", "cli") else set())
    above |= {"evaluate"} if package not in ("evaluate", "cli") else set()
    assert not (ours(path) & above - {package}) or package in ("cli", "__main__"), f"{name} imports what is above it"
    if package in ALLOWED:
        beyond = ours(path) - {package, *ALLOWED[package]}
        assert not beyond, f"{name} imports {beyond}"


def test_every_module_that_is_not_wiring_is_on_the_map() -> None:
    wiring = {"", "__main__", "cli", "bot", "evaluate"}
    assert {name_of(path).partition(".")[0] for path in MODULES} - wiring <= ALLOWED.keys()


def test_the_bot_and_the_chat_do_not_know_each_other_nor_the_evaluation_them() -> None:
    for path in MODULES:
        package = name_of(path).partition(".")[0]
        unknown = {"bot": {"chat", "render", "cli", "evaluate"}, "evaluate": {"bot", "chat", "render", "cli"}}
        assert not ours(path) & unknown.get(package, set()), path


@pytest.mark.parametrize("name", PURE)
def test_the_core_knows_no_files_no_clock_and_no_network(name: str) -> None:
    package = [path for path in (SRC / name).glob("*.py") if path.stem != "model"]  # that one is read from a file
    paths = package or [SRC / f"{name}.py"]
    libraries = {imported.partition(".")[0] for path in paths for imported in imports(path)}
    allowed = {"os"} if name == "lexicon" else set()  # os.path.commonprefix, of letters
    assert not libraries & OUTSIDE - allowed


def test_only_the_engines_and_who_opens_them_name_an_engine() -> None:
    users = {name_of(path) for path in MODULES if "engines" in ours(path) and not name_of(path).startswith("engines")}
    assert users == {"built", "retriever", "writer"}
    for path in MODULES:
        inner = {name for name in imports(path) if name.startswith("loccit.engines.") and "engines" not in path.parts}
        assert all(name.split(".")[2] in ("ENGINES", "REMOTE", "Engine", "Keeper", "open_engine") for name in inner), (
            path
        )


def test_nobody_imports_a_reader_but_by_its_suffix() -> None:
    for path in MODULES:
        if not name_of(path).startswith("readers"):
            inner = {name for name in imports(path) if name.startswith("loccit.readers.")}
            assert inner <= {"loccit.readers.find", "loccit.readers.read", "loccit.readers.READERS"}, path


def test_there_is_no_python_in_the_two_folders_a_user_copies() -> None:
    for folder in ("bot", "index"):
        assert not list((ROOT / folder).rglob("*.py"))


# -- what happens at import


def work(path: Path) -> Iterator[str]:
    """What a module does when it is imported, besides defining: calls that stand alone, loops, withs."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                continue
            case ast.Expr() | ast.While() | ast.With() | ast.Try():
                yield ast.unparse(node)
            case ast.For(body=[ast.Expr(value=ast.Call(func=ast.Attribute(attr="add_command")))]):
                continue  # the command's table of contents
            case ast.For():
                yield ast.unparse(node)
            case ast.If(test=test) if ast.unparse(test) not in ("TYPE_CHECKING", "__name__ == '__main__'"):
                yield ast.unparse(node)


@pytest.mark.parametrize("path", MODULES, ids=ids(MODULES))
def test_no_module_works_when_imported(path: Path) -> None:
    assert list(work(path)) == []


def python(code: str, *, at: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=at, capture_output=True, text=True, timeout=60, check=False
    )


IMPORT_ALL = """
import importlib, sys
asked = set()
def watch(event, args):
    if event.startswith(("socket.", "subprocess.", "os.mkdir", "os.remove", "os.rename", "sqlite3.connect")):
        asked.add(event)
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        asked.add(f"open {args[0]}")
sys.dont_write_bytecode = True
import urllib3  # opensearch-py's own; it tries at import whether there is IPv6
sys.addaudithook(watch)
for name in NAMES:
    importlib.import_module(name)
assert not asked, asked
"""


def test_importing_everything_says_nothing_writes_nothing_and_asks_nobody(tmp_path: Path) -> None:
    names = [f"loccit.{name}".removesuffix(".") for name in map(name_of, MODULES) if name != "__main__"]
    ran = python(IMPORT_ALL.replace("NAMES", repr(names)), at=tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


HEAVY = (
    *(
        "numpy",
        "rank_bm25",
        "tantivy",
        "opensearchpy",
        "telegram",
        "aiohttp",
        "httpx",
        "pydantic",
        "regex",
        "Stemmer",
        "sentencex",
        "py3langid",
    ),
    *("babel", "prompt_toolkit", "wcwidth", "spellchecker"),
    "sqlite3",
)
HELP = "import sys; sys.argv = ['loccit', '--help']; from loccit.cli import main; main()"


@pytest.mark.parametrize(
    ("code", "not_loaded"),
    [
        ("import loccit", (*HEAVY, "click")),
        ("import loccit.cli", HEAVY),
        (HELP, HEAVY),
        (
            "import loccit.index",
            ("numpy", "rank_bm25", "telegram", "aiohttp", "httpx", "sentencex", "py3langid", "babel", "click"),
        ),
        ("import loccit.evaluate", ("numpy", "rank_bm25", "telegram", "aiohttp", "httpx", "click")),
    ],
    ids=["loccit", "loccit.cli", "loccit --help", "loccit.index", "loccit.evaluate"],
)
def test_what_is_heavy_is_imported_when_it_is_used(tmp_path: Path, code: str, not_loaded: tuple[str, ...]) -> None:
    told = "import atexit, sys; atexit.register(lambda: print(*sys.modules))"
    ran = python(f"{told}; {code}", at=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    loaded = {name.partition(".")[0] for name in ran.stdout.splitlines()[-1].split()}
    assert "loccit" in loaded
    assert not loaded & set(not_loaded)
