"""Known weaknesses of what is locked, asked of the registries that this machine is set up for.

`npm audit` asks npm's. Python's index may answer `/pypi/<name>/<version>/json` with what is known of a release; many
mirrors do not, and then that is said: no answer is not a good answer.
"""

import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from pip._internal.models.index import PyPI  # no public name says which index is the default

from infrastructure.layers import ROOT
from infrastructure.supply.shipped import Package, layer_packages

SECONDS = 30
PUBLIC_INDEX: str = PyPI.simple_url
"""The public one, as pip knows it."""
INDEX_VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")
SERIOUS = ("high", "critical")


@dataclass(frozen=True)
class Answer:
    """What a registry said: `served` whether it knows of advisories at all, `found` what is wrong, in lines."""

    registry: str
    served: bool
    found: tuple[str, ...] = ()
    why: str = ""


def index_url() -> str:
    """The index that uv or pip is told to use; PyPI's own otherwise."""
    if named := next((os.environ[name] for name in INDEX_VARIABLES if os.environ.get(name)), ""):
        return named
    told = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True, check=False
    )
    return told.stdout.strip() or PUBLIC_INDEX


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310 - an index that the machine is set up for
        return bytes(answer.read())


def of_python(packages: Sequence[Package], index: str, get: Callable[[str], bytes] = fetch) -> Answer:
    """What the index knows of these releases. It is asked of the first, and of the others only where it answers."""
    base = index.rstrip("/").removesuffix("/simple")
    found: list[str] = []
    for package in packages:
        try:
            said = json.loads(get(f"{base}/pypi/{package.name}/{package.version}/json"))
            known = said["vulnerabilities"]
        except (urllib.error.URLError, OSError, ValueError, KeyError, TypeError) as error:
            return Answer("the Python index", served=False, why=type(error).__name__)
        for each in known:
            if not each.get("withdrawn"):
                fixed = ", ".join(each.get("fixed_in") or ()) or "no release"
                found.append(f"{package.name} {package.version}: {each['id']}, mended in {fixed}")
    return Answer("the Python index", served=True, found=tuple(found))


def of_npm(run: Callable[[], str] | None = None) -> Answer:
    """What `npm audit` says of the lock."""
    try:
        said = json.loads((run or _npm_audit)())
        levels = said["metadata"]["vulnerabilities"]
        known = said["vulnerabilities"]
    except (ValueError, KeyError, TypeError, OSError, subprocess.TimeoutExpired) as error:
        return Answer("the npm registry", served=False, why=type(error).__name__)
    found = [f"{name}: {each['severity']} ({each['range']})" for name, each in known.items()]
    serious = sum(int(levels.get(level, 0)) for level in SERIOUS)
    return Answer("the npm registry", served=True, found=tuple(sorted(found)), why=f"{serious} high or critical")


def _npm_audit() -> str:
    done = subprocess.run(  # noqa: S603 - npm, arguments of our own
        [shutil.which("npm") or "npm", "audit", "--json", "--package-lock-only"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=4 * SECONDS,
    )
    return done.stdout


def report() -> tuple[str, int]:
    """Lines to print, and the exit code: 1 for something known, 3 where a registry serves none, 0 else."""
    index = index_url()
    answers = [of_python([each for each in layer_packages() if not each.is_of_the_runtime], index), of_npm()]
    lines = []
    for answer in answers:
        if not answer.served:
            lines.append(f"{answer.registry} serves no advisories here ({answer.why}): nothing was checked.")
        elif answer.found:
            lines += [f"{answer.registry} knows of:", *(f"  {each}" for each in answer.found)]
        else:
            lines.append(f"{answer.registry} knows of nothing against what is locked.")
    if urlsplit(index).hostname != urlsplit(PUBLIC_INDEX).hostname:
        lines.append("The Python index is a mirror.")
    if any(answer.found for answer in answers):
        return "\n".join(lines), 1
    return "\n".join(lines), 0 if all(answer.served for answer in answers) else 3
