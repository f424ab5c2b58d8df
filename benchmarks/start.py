"""How long the command takes from nothing to its end, as a whole process: CPU and clock; and what it imports.

Run: python benchmarks/start.py; it asks the sample index, which it builds in a temporary folder.
"""

import argparse
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from table import table

SAMPLE = Path(__file__).parent.parent / "index"
QUESTION = "Who is the ambassador of Palestine to Malaysia?"
HEAVY = ("numpy", "pydantic", "sentencex", "telegram")
Command = list[str]


def run(command: Command) -> tuple[float, float]:
    """The seconds of CPU and of the clock that one process takes."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def imported(arguments: Command) -> str:
    """Which of the heavy packages the process imports."""
    command = [sys.executable, "-X", "importtime", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    modules = set(re.findall(r"\| +(\w+)$", done.stderr, re.MULTILINE))
    return ", ".join(name for name in HEAVY if name in modules) or "none"


def main() -> None:
    """Build the sample, start each command many times in turn, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="loccit-") as temporary:
        sample = Path(temporary, "index")
        shutil.copytree(SAMPLE, sample, ignore=shutil.ignore_patterns("built"))
        built = ["--index", str(sample / "built")]
        subprocess.run([sys.executable, "-m", "loccit", "index", *built], check=True, capture_output=True)
        commands: dict[str, Command] = {
            "python -c pass": ["-c", "pass"],
            'python -c "import loccit"': ["-c", "import loccit"],
            "loccit --help": ["-m", "loccit", "--help"],
            'loccit ask "…"': ["-m", "loccit", "ask", *built, QUESTION],
        }
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(given.runs):
            for name, arguments in commands.items():
                times[name].append(run([sys.executable, *arguments]))
        rows = []
        for name, arguments in commands.items():
            cpu, wall = (f"{1000 * median(column):.0f}" for column in zip(*times[name], strict=True))
            rows.append((name, cpu, wall, imported(arguments)))
    print(f"median milliseconds of {given.runs} processes\n")
    print(table(("command", "CPU", "clock", "imports of " + ", ".join(HEAVY)), rows))


if __name__ == "__main__":
    main()
