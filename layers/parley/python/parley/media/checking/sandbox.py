"""Runs the decoders of foreign files in a process of their own, bounded in memory, processor time and duration.

A decoder that crashes, hangs or asks for gigabytes ends there; the function goes on and rejects the file. The process
gets no credentials: it reads the one object by a signed URL, with Range requests, so that a video of 5 GiB takes no
more memory than a short one and no disk.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parley.errors import Unavailable
from parley.media.checking.metadata.edits import Edit

MEMORY_BYTES = 1280 * 1024 * 1024
"""Address space, most of it never touched: FFmpeg's and Pillow's libraries map 250 MiB."""
CPU_SECONDS = 60
WALL_SECONDS = 90
EXIT_RETRY = 75
"""`EX_TEMPFAIL`: the object could not be read; nothing is said of the file."""
MODULE = "parley.media.checking.inspection"


Findings = tuple[dict[str, Any], dict[str, tuple[int, int]]]
"""What a decoder tells: attributes of the file, and width and height of the pictures that it wrote, by variant."""


class Refused(Exception):
    """The file is rejected; `reason` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Picture:
    """A WebP file that the decoder wrote."""

    path: Path
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a decoder found: attributes of the file, the pictures that it wrote, by variant, and what to edit out."""

    facts: dict[str, int]
    pictures: dict[str, "Picture"] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)
    peak_kib: int = 0


def inspect(
    content_type: str, *, url: str, etag: str, size: int, directory: Path, keep_metadata: bool = False
) -> Inspection:
    """Parse the object at `url` as this type; pictures go to `directory`.

    Raises `Refused` for a file that cannot be what it says or does not fit in the bounds, `Unavailable` when S3 could
    not be read.
    """
    request = {
        "content_type": content_type,
        "url": url,
        "etag": etag,
        "size": size,
        "directory": str(directory),
        "keep_metadata": keep_metadata,
    }
    path = os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path if entry)
    environment = {"PATH": os.defpath, "PYTHONPATH": path, "LANG": "C.UTF-8"}
    try:
        ended = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", MODULE, str(MEMORY_BYTES), str(CPU_SECONDS)],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
            env=environment,
            cwd=directory,
        )
    except subprocess.TimeoutExpired:
        raise Refused("too_complex") from None
    if ended.returncode == EXIT_RETRY:
        raise Unavailable("The uploaded object cannot be read")
    if ended.returncode != 0:
        raise Refused("undecodable")
    answer = json.loads(ended.stdout)
    if "refused" in answer:
        raise Refused(answer["refused"])
    pictures = {name: Picture(directory / name, *size) for name, size in answer["pictures"].items()}
    edits = [Edit.from_json(edit) for edit in answer["edits"]]
    return Inspection(answer["facts"], pictures, edits, answer["peak_kib"])
