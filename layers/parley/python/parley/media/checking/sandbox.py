"""Runs the decoders of foreign files in a process of their own, bounded in memory, processor time and duration.

A decoder that crashes, hangs or asks for gigabytes ends there; the function goes on and keeps the file without a
preview. The process gets no credentials: it reads the one object by a signed URL, with Range requests, so that a video
of 5 GiB takes no more memory than a short one and no disk. It writes a line for each step, so that what ends one keeps
the others.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from parley.errors import Unavailable
from parley.media.checking.metadata.edits import Edit

MEMORY_BYTES = 768 * 1024 * 1024
"""Address space: with the function itself it fits in the function's memory. Libraries map 250 MiB and touch less."""
CPU_SECONDS = 60
WALL_SECONDS = 90
REWRITTEN = "rewritten"
"""The name of the file that is delivered in the place of a document."""
EXIT_RETRY = 75
"""`EX_TEMPFAIL`: the object could not be read; nothing is said of the file."""
MODULE = "parley.media.checking.inspection"


Findings = tuple[dict[str, Any], dict[str, tuple[int, int]]]
"""What a decoder tells: attributes of the file, and width and height of the pictures that it wrote, by variant."""
Metadata = Literal["kept", "removed", "unreadable"]
Preview = Literal["made", "none", "failed"]


class Refused(Exception):
    """The file is a danger, or is not what was promised: it is rejected and removed. `reason` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoPreview(Exception):
    """The file is kept without pictures of it; `facts` are what is known of it all the same."""

    def __init__(self, reason: str, facts: Mapping[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.reason, self.facts = reason, dict(facts or {})


@dataclass(frozen=True, slots=True)
class Picture:
    """A WebP file that the decoder wrote."""

    path: Path
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found: attributes of the file, the pictures that were written, by variant, and what to edit out.

    `rewritten` is a document as it is delivered. `reason` says why there is no preview.
    `content_type` is the one that the streams inside tell.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    pictures: dict[str, "Picture"] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)
    rewritten: Path | None = None
    metadata: Metadata = "kept"
    preview: Preview = "none"
    reason: str | None = None
    content_type: str | None = None
    peak_kib: int = 0


def inspect(
    content_type: str, *, url: str, etag: str, size: int, directory: Path, keep_metadata: bool = False
) -> Inspection:
    """Parse the object at `url` as this type; pictures go to `directory`.

    Raises `Refused` for a file that a browser would run, `Unavailable` when S3 could not be read.
    """
    request = {
        "content_type": content_type,
        "url": url,
        "etag": etag,
        "size": size,
        "directory": str(directory),
        "keep_metadata": keep_metadata,
    }
    status, output = run_apart(
        MODULE,
        (str(MEMORY_BYTES), str(CPU_SECONDS)),
        json.dumps(request).encode(),
        directory,
        seconds=WALL_SECONDS,
    )
    if status == EXIT_RETRY:
        raise Unavailable("The uploaded object cannot be read")
    answer: dict[str, Any] = {"metadata": "unreadable", "preview": "failed"}
    answer["reason"] = "too_complex" if status is None or status < 0 else "undecodable"
    for line in output.splitlines():
        answer |= _step(line)
    if status is None and not output:
        raise Unavailable("The check took too long")  # a slow moment is no reason to let metadata through
    if "refused" in answer:
        raise Refused(answer["refused"])
    facts = answer.get("facts", {})
    return Inspection(
        facts={name: value for name, value in facts.items() if name != "content_type"},
        pictures={name: Picture(directory / name, *size) for name, size in answer.get("pictures", {}).items()},
        edits=[Edit.from_json(edit) for edit in answer.get("edits", [])],
        rewritten=directory / REWRITTEN if answer.get("rewritten") else None,
        metadata=answer["metadata"],
        preview=answer["preview"],
        reason=answer["reason"],
        content_type=facts.get("content_type"),
        peak_kib=answer.get("peak_kib", 0),
    )


def run_apart(
    module: str, arguments: tuple[str, ...], request: bytes, directory: Path, *, seconds: float
) -> tuple[int | None, bytes]:
    """Run a module of ours in a process without credentials, with a request for its input.

    How the process ended, None when it took too long; and what it had written by then.
    """
    path = os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path if entry)
    environment = {"PATH": os.defpath, "PYTHONPATH": path, "LANG": "C.UTF-8"}
    try:
        ended = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", module, *arguments],
            input=request,
            capture_output=True,
            timeout=seconds,
            check=False,
            env=environment,
            cwd=directory,
        )
    except subprocess.TimeoutExpired as late:
        return None, late.stdout or b""
    return ended.returncode, ended.stdout


def _step(line: bytes) -> dict[str, Any]:
    """What one step has found; nothing of a line that was cut off."""
    try:
        found: dict[str, Any] = json.loads(line)
    except ValueError:
        return {}
    return found
