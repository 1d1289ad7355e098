"""Builds what Lambda layers contain, without Docker: locked third-party wheels, and Parley's own library.

A layer is a folder `.local/layers/<name>-<hash>`, where the hash covers everything that decides its content: the lock
file or sources, the target's Python and processor, and this builder. So a second synth finds it there and needs no
network, and an unchanged layer keeps its name and is not deployed again.
"""

import functools
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import uv

from infrastructure.settings import LambdaTarget

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ROOT / ".local" / "layers"
LOCKS = ROOT / "layers" / "dependencies"
LIBRARY = ROOT / "layers" / "parley" / "python"

BUILDER_VERSION = "3"
"""Part of every hash: raise it when this module builds something else from the same input."""

KEPT = 8
"""Builds of one layer that stay, for the targets of the stages and the last few edits."""

RUNTIME_PROVIDED = frozenset({"boto3", "botocore", "s3transfer", "jmespath", "urllib3", "python-dateutil", "six"})
"""The Lambda Python runtime has these, and so has the emulator's environment: layers leave them out (20 MiB)."""

PLATFORM_TAGS = {"arm64": "aarch64-manylinux_2_34", "x86_64": "x86_64-manylinux_2_34"}
"""Wheels for Amazon Linux 2023, which has glibc 2.34."""

# Never imported: type stubs, console scripts, installers' records, and the packages' own tests.
UNUSED = ("bin", "*.dist-info/RECORD", "**/*.pyi", "**/py.typed", "*/tests", "*/test")


class MissingLayer(FileNotFoundError):
    """A route or stack names a dependency layer that has no lock file."""


def dependency_layer(name: str, target: LambdaTarget) -> Path:
    """The folder of the layer locked in `layers/dependencies/<name>.txt`, built when it is not there yet."""
    lock = LOCKS / f"{name}.txt"
    if not lock.is_file():
        raise MissingLayer(f"{lock.relative_to(ROOT)} does not exist: add the group {name} to `make lock`")
    requirements = "".join(requirements_beyond_runtime(lock.read_text()))
    return _built(name, target, requirements.encode(), lambda python: _install(requirements, python, target))


def library_layer(target: LambdaTarget) -> Path:
    """The folder of the layer that holds the `parley` package."""
    files = sorted(path for path in LIBRARY.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    content = b"".join(str(path.relative_to(LIBRARY)).encode() + b"\0" + path.read_bytes() + b"\0" for path in files)

    def copy(python: Path) -> None:
        shutil.copytree(LIBRARY, python, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))

    return _built("parley", target, content, copy)


def requirements_beyond_runtime(lock: str) -> Iterator[str]:
    """The requirements of a hashed lock file, each with its hashes, without those that the runtime provides."""
    for block in re.split(r"\n(?=\S)", lock):
        name = re.match(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==", block)
        if name and _canonical(name[1]) not in RUNTIME_PROVIDED:
            yield block.rstrip("\n") + "\n"


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _built(name: str, target: LambdaTarget, content: bytes, build: Callable[[Path], None]) -> Path:
    """The layer's folder. Of several processes that build it at once, the first to finish puts it in place."""
    interpreter = interpreter_for(target.python)
    described = f"{BUILDER_VERSION} {target} {UNUSED} {interpreter is not None} ".encode()
    folder = LAYERS / f"{name}-{hashlib.sha256(described + content).hexdigest()[:16]}"
    if folder.is_dir():
        return folder
    LAYERS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{name}-building-", dir=LAYERS) as building:
        python = Path(building) / "layer" / "python"
        python.mkdir(parents=True)
        build(python)
        _strip(python)
        _compile(python, interpreter)
        try:
            python.parent.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    _forget_oldest(name)
    return folder


def _forget_oldest(name: str) -> None:
    """The library's layer changes with every edit: keep the newest few, for all targets."""
    built = [path for path in LAYERS.glob(f"{name}-*") if re.fullmatch(r"[0-9a-f]{16}", path.name[len(name) + 1 :])]
    for old in sorted(built, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def _install(requirements: str, python: Path, target: LambdaTarget) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".txt", prefix="requirements-") as file:
        file.write(requirements)
        file.flush()
        where = ["--python", sys.executable]
        if target.system == "lambda":
            where = ["--python-version", target.python, "--python-platform", PLATFORM_TAGS[target.architecture]]
        options = ["--target", str(python), "--only-binary", ":all:", "--require-hashes", "--no-deps", "--quiet"]
        subprocess.run(  # noqa: S603 - uv from our own environment, arguments of our own
            [uv.find_uv_bin(), "pip", "install", *where, *options, "-r", file.name],
            check=True,
            env={name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"},
        )


def _strip(python: Path) -> None:
    for pattern in UNUSED:
        for path in list(python.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    (python / ".lock").unlink(missing_ok=True)


def _compile(python: Path, interpreter: str | None) -> None:
    """Compile to the target's bytecode: a function cannot write to its layers, and would compile at each cold start.

    `unchecked-hash` files stay valid wherever they are copied to, since neither times nor sources are compared. Two
    builds are the same: `-s` and `-p` keep the folder that was built in out of them, and one process compiles all in
    their order, since how a constant is written depends on what its process has compiled before.
    """
    if interpreter is None:
        return
    options = ["-q", "-q", "-j", "1", "--invalidation-mode", "unchecked-hash", "-s", str(python), "-p", "/opt/python"]
    command = [interpreter, "-I", "-m", "compileall", *options, str(python)]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)  # noqa: S603 - what does not compile stays source


@functools.cache
def interpreter_for(version: str) -> str | None:
    """An interpreter of this version on this machine; None where there is none, and layers then have no bytecode."""
    root = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    candidates = [sys.executable, shutil.which(f"python{version}"), *root.glob(f"versions/{version}.*/bin/python")]
    found = next((str(each) for each in candidates if each and _is_version(str(each), version)), None)
    return found or _managed(version)


def _is_version(interpreter: str, version: str) -> bool:
    return _output([interpreter, "-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]) == version


def _managed(version: str) -> str | None:
    """One that uv has installed."""
    found = _output([uv.find_uv_bin(), "python", "find", "--no-python-downloads", "--managed-python", version])
    return found if found and _is_version(found, version) else None


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
