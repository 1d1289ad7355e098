"""The servers that are deployed, from their Maven artefacts: OpenSearch, and Amazon's DynamoDB Local.

Each start is a server of its own on a free loopback port, with a folder of its own under `.local`: what a run that was
cut off has left is removed by the next. A server ends when the process that started it does, however that ends.
`REAL_SERVERS` names those that tests use instead of osmem and moto: `opensearch`, `dynamodb`, or both with a comma.
"""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

from infrastructure.layers import ROOT
from infrastructure.local import ports

HERE = Path(__file__).parent
HOME = ROOT / ".local" / "real"
JVMS = Path("/usr/lib/jvm")
OLDEST_JAVA = 21
START_SECONDS = 120
FETCH_SECONDS = 600
HEAPS = {"opensearch": "1g", "dynamodb": "512m"}
HEAP_OF_A_CLUSTER = "512m"
NODES = 2


class ServerUnavailable(Exception):
    """This machine has no JDK that is new enough, or the artefacts cannot be had."""


def is_chosen(server: str) -> bool:
    """Whether the tests of this process use a real server in place of an emulator."""
    return server in os.environ.get("REAL_SERVERS", "").split(",")


@cache
def java() -> Path:
    """A Java of a JDK that can run a source file. Raises `ServerUnavailable`."""
    homes = [Path(home) for home in [os.environ.get("JAVA_HOME")] if home]
    if found := shutil.which("java"):
        homes.append(Path(found).resolve().parents[1])
    homes += sorted(JVMS.glob("*")) if JVMS.is_dir() else []
    for home in homes:
        release = home / "release"
        if (home / "bin" / "javac").exists() and release.exists():
            version = re.search(r'JAVA_VERSION="(\d+)', release.read_text())
            if version and int(version[1]) >= OLDEST_JAVA:
                return home / "bin" / "java"
    raise ServerUnavailable(f"there is no JDK {OLDEST_JAVA} or later in JAVA_HOME, on the path or in {JVMS}")


def fetch(server: str) -> Path:
    """The folder of a server's jars, which Maven fills once for a pom. Raises `ServerUnavailable`."""
    pom = HERE / server / "pom.xml"
    jars, fetched = HOME / server / "lib", HOME / server / "pom.xml"
    if fetched.exists() and fetched.read_bytes() == pom.read_bytes():
        return jars
    if not shutil.which("mvn"):
        raise ServerUnavailable("there is no Maven to fetch the artefacts with")
    shutil.rmtree(jars, ignore_errors=True)
    copy = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={jars}"]
    command = ["mvn", "-q", "-B", "-f", str(pom), *copy]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_SECONDS, check=False)  # noqa: S603 - Maven fetches what the pom pins
    except subprocess.TimeoutExpired:
        raise ServerUnavailable("Maven does not end") from None
    if ended.returncode:
        raise ServerUnavailable(f"Maven cannot fetch {server}: {ended.stdout.strip()[-500:]}")
    shutil.copyfile(pom, fetched)
    return jars


@contextmanager
def running(server: str) -> Iterator[str]:
    """The address of a new and empty server."""
    with _running(server, HEAPS[server]) as url:
        yield url


@contextmanager
def process_of(server: str) -> Iterator[tuple[str, int]]:
    """The address of a new and empty server, and its process, for who does something to it."""
    with _started(server, HEAPS[server]) as found:
        yield found


@contextmanager
def cluster() -> Iterator[str]:
    """The address of the first node of a new OpenSearch cluster of two, which has found the other."""
    first, *others = (str(ports.any_free()) for _ in range(NODES))
    with ExitStack() as nodes:
        url = nodes.enter_context(_running("opensearch", HEAP_OF_A_CLUSTER, first, first))
        for other in others:
            nodes.enter_context(_running("opensearch", HEAP_OF_A_CLUSTER, other, first))
        with urllib.request.urlopen(f"{url}/_cluster/health?wait_for_nodes={NODES}", timeout=START_SECONDS):  # noqa: S310 - our own loopback server
            yield url


@contextmanager
def _running(server: str, heap: str, *more: str) -> Iterator[str]:
    with _started(server, heap, *more) as (url, _):
        yield url


@contextmanager
def _started(server: str, heap: str, *more: str) -> Iterator[tuple[str, int]]:
    jars, port = fetch(server), ports.any_free()
    with _folder(server) as folder, (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - the server of our own artefacts
            [str(java()), f"-Xmx{heap}", *_arguments(server, jars, port, folder), *more],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=folder,
        )
        url = f"http://{ports.LOOPBACK}:{port}"
        try:
            _wait(url, process, folder / "server.log")
            yield url, process.pid
        finally:
            process.kill()
            process.communicate()


def _arguments(server: str, jars: Path, port: int, folder: Path) -> list[str]:
    flags = ["--enable-native-access=ALL-UNNAMED", f"-Djava.library.path={jars}", "-cp", f"{jars}/*"]
    source = {"opensearch": "OpenSearch.java", "dynamodb": "DynamoDb.java"}[server]
    return [*flags, str(HERE / server / source), str(port), str(folder)]


@contextmanager
def _folder(server: str) -> Iterator[Path]:
    """A folder under lock; those that nobody locks any more are removed."""
    runs = HOME / server / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    with (runs / "lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        for left in runs.glob("run-*"):
            if _is_abandoned(left):
                shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix="run-", dir=runs))
        held = (folder / "held").open("w")
        fcntl.flock(held, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        held.close()
        shutil.rmtree(folder, ignore_errors=True)


def _is_abandoned(folder: Path) -> bool:
    try:
        with (folder / "held").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until it answers, whatever it answers."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own loopback server
                return
        except urllib.error.HTTPError as answered:
            answered.close()
            if answered.code < 500:
                return
        except OSError:
            pass
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServerUnavailable(f"the server does not start: {log.read_text(errors='replace')[-1000:]}")
        time.sleep(0.1)
