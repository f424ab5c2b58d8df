"""What building, opening, updating and asking cost, from a thousand passages to all there are, and what it costs peers.

Run: python benchmarks/speed.py CORPUS QUESTIONS.jsonl... [--sizes 1000 10000 100000 0] [--questions 200] [--write];
CORPUS is a folder of WikiExtractor files (0: all of them). `--write` puts tables and a plot into docs/benchmarks.md;
`--keep DIR` keeps what was built and measured there, and takes up from it. It needs: pip install 'loccit[bench]'.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from corpus import questions_of
from speed_report import Measured, written
from speed_systems import SYSTEMS

MOST = {"memory": 100_000, "rank-bm25": 100_000}
"""Passages that a system bears on a machine of 8 GB."""
FEW = {"rank-bm25": 20}
"""Questions, of those that take long."""
EACH = 0.5
"""Seconds between two looks at the memory of all processes."""


def files_of(folder: Path, passages: int) -> list[Path]:
    """So many of the corpus' files that they have about so many passages, of 600 bytes each; all for 0."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    if not passages:
        return paths
    taken, size = list[Path](), 0
    for path in paths:
        taken.append(path)
        size += path.stat().st_size
        if size >= 600 * passages:
            break
    return taken


def tree(root: int) -> Iterator[int]:
    """A process and those it started, and so on."""
    yield root
    try:
        children = Path(f"/proc/{root}/task/{root}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in children:
        yield from tree(int(child))


def memory(pid: int) -> float:
    """MB that a process has in memory, what merely is in files apart."""
    try:
        fields = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").split()
    except OSError:
        return 0.0
    return int(fields[fields.index("Pss_Anon:") + 1]) / 1024


def measured(system: str, task: dict[str, Any]) -> Measured:
    """What a fresh process measured of a system, and the most memory that it and those it started took meanwhile."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as given:
        json.dump(task, given)
        given.flush()
        command = [sys.executable, str(Path(__file__).with_name("speed_systems.py")), system, given.name]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            most = 0.0
            while process.poll() is None:
                most = max(most, sum(map(memory, tree(process.pid))))
                time.sleep(EACH)
            assert process.stdout is not None  # noqa: S101  # it is a pipe
            told = process.stdout.read()
    if process.returncode:
        raise SystemExit(f"{system} failed with {process.returncode}.")
    return {**json.loads(told.splitlines()[-1]), f"{task['step']}_memory": most}


def of_system(system: str, folder: Path, paths: Sequence[Path], questions: Sequence[str]) -> Measured:
    """All that is measured of a system with some files."""
    record = folder / "measured.json"
    if record.exists():
        found: Measured = json.loads(record.read_text(encoding="utf-8"))
        return found
    folder.mkdir(parents=True, exist_ok=True)
    task = {"folder": str(folder), "files": list(map(str, paths)), "questions": list(questions)}
    steps = {}
    for step in ("build", "ask"):
        steps.update(measured(system, {**task, "step": step}))
    record.write_text(json.dumps(steps), encoding="utf-8")
    return steps


def main() -> None:
    """Each system with each size, then the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions_files", type=Path, nargs="+", metavar="QUESTIONS.jsonl")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000, 0])
    parser.add_argument("--systems", nargs="+", default=list(SYSTEMS), choices=list(SYSTEMS))
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    each = max(1, given.questions // len(given.questions_files))
    questions = [question for path in given.questions_files for question in questions_of(path, each)]
    results: list[Measured] = []
    with tempfile.TemporaryDirectory(prefix="loccit-") as temporary:
        for size in given.sizes:
            paths = files_of(given.corpus, size)
            for system in given.systems:
                if system in MOST and not 0 < size <= MOST[system]:
                    continue
                folder = (given.keep or Path(temporary)) / f"{size}" / system
                few = questions[:: max(1, len(questions) // FEW.get(system, len(questions)))]
                results.append({"system": system, "size": size, **of_system(system, folder, paths, few)})
                told = {name: value for name, value in results[-1].items() if name != "times"}
                print(json.dumps(told), flush=True)
    text = written(results, len(questions), Path("docs") if given.write else None)
    print(text)


if __name__ == "__main__":
    main()
