"""A real cluster of three nodes on loopback, one process each: python -m tests.opensearch.cluster start|stop.

OpenSearch and all it needs come as jars through Maven. They, the nodes' files and their process ids lie in
`.opensearch/`, which git ignores.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
HOME = ROOT / ".opensearch"
JAVA = Path(__file__).parent / "java"
NAMES = ("n1", "n2", "n3")
HTTP = (19201, 19202, 19203)
TRANSPORT = (19301, 19302, 19303)
HOSTS = tuple(f"http://127.0.0.1:{port}" for port in HTTP)
OLDEST = 21
"""Java; what OpenSearch 3 needs."""
PATIENCE = 180
"""Seconds to wait until the cluster is green, on two busy cores."""
HEAP = "512m"


_STARTED: list[subprocess.Popen[bytes]] = []
"""Python complains of those that nobody has in hand; they outlive this program all the same."""


class NoCluster(Exception):
    """The cluster cannot be had, and why."""


def start() -> None:
    """Have three nodes running and the cluster green; those that run already are left alone."""
    java, jars = _java(), _jars()
    for number in range(len(NAMES)):
        if pid(number) is None:
            start_node(number, java, jars)
    wait()


def start_node(number: int, java: Path | None = None, jars: Path | None = None) -> None:
    """Start one node, without waiting for it."""
    folder = HOME / NAMES[number]
    folder.mkdir(parents=True, exist_ok=True)
    seeds = ",".join(f"127.0.0.1:{port}" for port in TRANSPORT)
    given = (NAMES[number], str(HTTP[number]), str(TRANSPORT[number]), str(folder), seeds, ",".join(NAMES))
    flags = (f"-Xms{HEAP}", f"-Xmx{HEAP}", "-XX:+UseSerialGC", "-Djava.awt.headless=true")
    quiet = ("-Dlog4j2.disable.jmx=true", "-Dlog4j.shutdownHookEnabled=false", "--enable-native-access=ALL-UNNAMED")
    command = [str(java or _java()), *flags, *quiet, "--add-modules=jdk.incubator.vector"]
    with (folder / "out.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "-cp", f"{jars or _jars()}/*", str(JAVA / "Node.java"), *given],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
        )
    _STARTED.append(process)
    (folder / "pid").write_text(str(process.pid), encoding="utf-8")


def stop() -> None:
    """End the nodes that were started here, each by its id, and remove what they wrote."""
    for number in range(len(NAMES)):
        end_node(number, signal.SIGTERM)
    for name in NAMES:
        shutil.rmtree(HOME / name, ignore_errors=True)


def end_node(number: int, how: signal.Signals = signal.SIGKILL) -> None:
    """End one node and wait until it is gone."""
    running = pid(number)
    if running is None:
        return
    os.kill(running, how)
    until = time.monotonic() + 30
    while pid(number) is not None:
        if time.monotonic() > until:
            os.kill(running, signal.SIGKILL)
        for process in _STARTED:
            process.poll()
        time.sleep(0.05)


def pid(number: int) -> int | None:
    """The process of a node, None where it does not run."""
    try:
        found = int((HOME / NAMES[number] / "pid").read_text(encoding="utf-8"))
        command = Path(f"/proc/{found}/cmdline").read_bytes()
        state = Path(f"/proc/{found}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (OSError, ValueError):
        return None
    gone = state == "Z" or (command and b"Node.java" not in command)  # the id may be another's by now
    return None if gone else found


def wait(status: str = "green", nodes: int = len(NAMES)) -> None:
    """Wait until the cluster has so many nodes and that colour."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for number, host in enumerate(HOSTS):
            with contextlib.suppress(OSError, ValueError):
                health = ask("GET", "/_cluster/health", host=host)
                if health["number_of_nodes"] >= nodes and health["status"] in (status, "green"):
                    return
            if pid(number) is None and nodes == len(NAMES):
                log = (HOME / NAMES[number] / "out.log").read_text(encoding="utf-8", errors="replace")
                raise NoCluster(f"{NAMES[number]} has ended:\n{log[-2000:]}")
        time.sleep(0.3)
    raise NoCluster(f"The cluster is not {status} after {PATIENCE} s; see {HOME}/n*/.")


def ask(method: str, path: str, body: object = None, host: str | None = None) -> Any:
    """What a node answers; the first that does."""
    failed: OSError | None = None
    for one in (host,) if host else HOSTS:
        request = urllib.request.Request(  # noqa: S310  # loopback
            one + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
                return json.load(response)
        except urllib.error.HTTPError:
            raise
        except OSError as error:
            failed = error
    assert failed is not None
    raise failed


def _java() -> Path:
    """A Java new enough."""
    homes = [Path(os.environ["JAVA_HOME"])] if "JAVA_HOME" in os.environ else []
    for home in (*homes, *sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)):
        with contextlib.suppress(OSError):
            told = (home / "release").read_text(encoding="utf-8")
            version = told.partition('JAVA_VERSION="')[2].split('"')[0].split(".")[0]
            if int(version or 0) >= OLDEST:
                return home / "bin" / "java"
    raise NoCluster(f"OpenSearch needs a JDK of {OLDEST} or newer. Install one and name it in JAVA_HOME.")


def _jars() -> Path:
    """The folder of the jars, downloaded where they are not there yet."""
    jars, pom = HOME / "jars", (JAVA / "pom.xml").read_bytes()
    if (jars / "pom.xml").is_file() and (jars / "pom.xml").read_bytes() == pom:
        return jars
    if shutil.which("mvn") is None:
        raise NoCluster("Maven is missing, which downloads OpenSearch. On Debian and Ubuntu: apt install maven")
    shutil.rmtree(jars, ignore_errors=True)
    print("Downloading OpenSearch …", file=sys.stderr)  # noqa: T201
    command = ("mvn", "-q", "-B", "-f", str(JAVA / "pom.xml"), "dependency:copy-dependencies")
    ran = subprocess.run(
        [*command, "-DincludeScope=runtime", f"-DoutputDirectory={jars}"], capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise NoCluster(f"The jars cannot be downloaded:\n{ran.stdout[-2000:]}{ran.stderr[-500:]}")
    (jars / "pom.xml").write_bytes(pom)
    return jars


@contextlib.contextmanager
def running() -> Iterator[Sequence[str]]:
    """The cluster's addresses; it is ended afterwards where it did not run before."""
    ran = any(pid(number) is not None for number in range(len(NAMES)))
    try:
        start()
        yield HOSTS
    finally:
        if not ran:
            stop()


def main() -> None:
    """Start or stop."""
    what = sys.argv[1:]
    try:
        if what == ["start"]:
            start()
            print("\n".join(HOSTS))  # noqa: T201
        elif what == ["stop"]:
            stop()
        else:
            raise SystemExit(__doc__)
    except NoCluster as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
