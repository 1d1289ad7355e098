"""Builds what is served, where its sources have changed since the last build.

A build that fails leaves what was built before, says so, and stops nothing else.
"""

import fcntl
import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from infrastructure.layers import ROOT

NOT_SOURCES = {"node_modules", "dist", "__pycache__", "tests"}


@dataclass(frozen=True)
class Build:
    """Some of the pages: `command` is given a folder to write to, of which each entry replaces what is served.

    `title` is what it is called on the terminal, `tool` the file that the command needs, `makes` where its first page
    is, from the folder that is served.
    """

    name: str
    title: str
    sources: tuple[str, ...]
    tool: str
    command: Callable[[Path], list[str]]
    makes: str

    def digest(self, root: Path) -> str:
        """A hash of all that decides what is built."""
        digest = hashlib.sha256(repr(self.command(Path())).encode())
        for path in _files(root, self.sources):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()


def vite(out: Path) -> list[str]:
    return ["node_modules/.bin/vite", "build", "clients/web", "--outDir", str(out), "--emptyOutDir", "--logLevel=warn"]


def make_docs(_out: Path) -> list[str]:
    """It writes to where it is served."""
    return ["make", "-s", "docs"]


WEB = Build(
    "web",
    "the page and the console",
    ("clients/web", "clients/react", "clients/typescript", "docs/openapi.json", "package.json", "package-lock.json"),
    "node_modules/.bin/vite",
    vite,
    "index.html",
)
DOCS = Build(
    "docs",
    "the documentation",
    (
        "docs",
        "SECURITY.md",
        "CHANGELOG.md",
        "Makefile",
        "clients",
        "events",
        "infrastructure",
        "layers/parley",
    ),
    "Makefile",
    make_docs,
    "docs/index.html",
)


def present(root: Path = ROOT) -> list[Build]:
    """The builds whose sources are in the tree."""
    has_page = (root / "clients" / "web" / "index.html").is_file()
    has_docs = re.search(r"^docs:", (root / "Makefile").read_text(), re.MULTILINE) is not None
    return [build for build, is_there in ((WEB, has_page), (DOCS, has_docs)) if is_there]


@dataclass
class Building:
    """Builds that run. `failures` says what went wrong, once `wait` has returned."""

    home: Path
    running: list[tuple[Build, str, subprocess.Popen[bytes]]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def titles(self) -> list[str]:
        return [build.title for build, _, _ in self.running]

    def wait(self) -> None:
        """Wait for all of them and put what they made in its place."""
        for build, digest, process in self.running:
            failed = process.wait()
            if not failed:
                _replace(_out(self.home, build), self.home / "pages")
            if failed or not (self.home / "pages" / build.makes).is_file():
                self.failures.append(f"{build.title}: the build failed, see {_log(self.home, build)}")
                continue
            _stamp(self.home, build).write_text(digest)
        self.running.clear()

    def cancel(self) -> None:
        for _, _, process in self.running:
            process.kill()
            process.wait()


@contextmanager
def start(builds: list[Build] | None = None, root: Path = ROOT) -> Iterator[Building]:
    """Start what must be built, in the background; what still runs at the end is stopped.

    One process at a time builds.
    """
    home = root / ".local"
    building = Building(home)
    with ExitStack() as end:
        wanted = [(build, build.digest(root)) for build in (present(root) if builds is None else builds)]
        if wanted:
            (home / "builds").mkdir(parents=True, exist_ok=True)
            (home / "logs").mkdir(exist_ok=True)
            fcntl.flock(end.enter_context((home / "builds" / "lock").open("w")), fcntl.LOCK_EX)
        end.callback(building.cancel)
        for build, digest in wanted:
            if _is_current(home, build, digest):
                continue
            if not (root / build.tool).exists():
                building.failures.append(
                    f"{build.title}: not built, {build.tool} is missing; `rm .local/node.stamp && make up` installs it"
                )
                continue
            log = end.enter_context(_log(home, build).open("wb"))
            building.running.append((build, digest, _process(build, root, home, log)))
        yield building


def _is_current(home: Path, build: Build, digest: str) -> bool:
    stamp = _stamp(home, build)
    return (home / "pages" / build.makes).is_file() and stamp.is_file() and stamp.read_text() == digest


def _process(build: Build, root: Path, home: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
    out = _out(home, build)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    return subprocess.Popen(
        build.command(out), cwd=root, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
    )


def _replace(made: Path, served: Path) -> None:
    """Put each entry that was made in the place of the one that is served."""
    served.mkdir(parents=True, exist_ok=True)
    for entry in sorted(made.iterdir(), key=lambda path: path.name == "index.html"):  # what names the others comes last
        place = served / entry.name
        if place.is_dir():
            shutil.rmtree(place)
        entry.rename(place)
    made.rmdir()


def _files(root: Path, sources: tuple[str, ...]) -> Iterator[Path]:
    for source in sources:
        top = root / source
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            parts = path.relative_to(root).parts
            hidden = any(part.startswith(".") for part in parts)  # a tool's cache
            if path.is_file() and not hidden and NOT_SOURCES.isdisjoint(parts):
                yield path


def _out(home: Path, build: Build) -> Path:
    return home / "builds" / build.name


def _stamp(home: Path, build: Build) -> Path:
    return home / "builds" / f"{build.name}.stamp"


def _log(home: Path, build: Build) -> Path:
    return home / "logs" / f"build-{build.name}.log"
