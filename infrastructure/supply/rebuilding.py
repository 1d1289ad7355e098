"""Layers that build the same: every layer is built twice, from nothing, and the two are compared file by file."""

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from infrastructure import layers
from infrastructure.settings import LambdaTarget


def digest(folder: Path) -> str:
    """SHA-256 over names, whether they may be run, and bytes; not over times, which CDK's assets leave out too."""
    whole = hashlib.sha256()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        mode = b"x" if path.stat().st_mode & 0o100 else b"-"
        whole.update(str(path.relative_to(folder)).encode() + b"\0" + mode + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def built_twice(build: Callable[[], Path]) -> tuple[str, str]:
    """The digests of two builds, neither of which finds the other."""
    found = []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as folder, patch.object(layers, "LAYERS", Path(folder)):
            found.append(digest(build()))
    return found[0], found[1]


def all_layers(target: LambdaTarget) -> dict[str, tuple[str, str]]:
    """The two digests of each layer: the library's, and those of the locks."""
    found = {"parley": built_twice(lambda: layers.library_layer(target))}
    for lock in sorted(layers.LOCKS.glob("*.txt")):
        found[lock.stem] = built_twice(lambda name=lock.stem: layers.dependency_layer(name, target))  # type: ignore[misc]
    return found
