"""The third-party packages that reach an account or an app: of layers by their locks, of clients as declared."""

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infrastructure.layers import LOCKS, ROOT, RUNTIME_PROVIDED

_PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Package:
    """A package of the layers; Lambda's runtime brings those that no layer has."""

    name: str
    version: str
    layers: tuple[str, ...]
    hashes: tuple[str, ...]

    @property
    def is_of_the_runtime(self) -> bool:
        return self.name in RUNTIME_PROVIDED


def layer_packages(locks: Path = LOCKS) -> list[Package]:
    """What the layers lock, by name."""
    found: dict[tuple[str, str], Package] = {}
    for lock in sorted(locks.glob("*.txt")):
        for block in re.split(r"\n(?=\S)", lock.read_text()):
            pinned = _PINNED.match(block)
            if pinned is None:
                continue
            key = canonical(pinned[1]), pinned[2]
            layers = found[key].layers if key in found else ()
            found[key] = Package(*key, (*layers, lock.stem), tuple(sorted(_HASH.findall(block))))
    return [found[key] for key in sorted(found)]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def python_client() -> list[str]:
    """What the Python client asks for, its extras too: names alone, since whoever installs it chooses the versions."""
    project = tomllib.loads((ROOT / "clients" / "python" / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *(each for extra in project["optional-dependencies"].values() for each in extra)]
    return sorted({canonical(match[0]) for each in asked if (match := re.match(r"[A-Za-z0-9._-]+", each))})


def npm_clients() -> dict[str, list[str]]:
    """What the npm packages bring or ask for, by package."""
    found = {}
    for path in sorted((ROOT / "clients").glob("*/package.json")):
        said = json.loads(path.read_text())
        found[said["name"]] = sorted({**said.get("dependencies", {}), **said.get("peerDependencies", {})})
    return found


def npm_packages() -> dict[str, dict[str, Any]]:
    """The npm lock, by path: the tools that build and test. `dev` says so of each."""
    packages: dict[str, dict[str, Any]] = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    return {path: said for path, said in packages.items() if path.startswith("node_modules/")}
