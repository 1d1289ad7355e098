"""exiftool, from Debian's packages: writes every tag that it can into a file, and tells every tag that it finds."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

MARK = "Zaubernuss"
"""What is written wherever a text fits; it stands nowhere else."""
DAY = "2001:02:03 04:05:06"
PLACE = "51.7520, -1.2577, 63"
VALUES = ("7", "51.7520", DAY, PLACE, MARK)
"""Each is offered to each tag, those that fit last stay."""
GROUPS = (
    *("EXIF", "XMP", "IPTC", "Photoshop", "JFIF", "PNG", "GIF", "MakerNotes", "MIE", "CIFF", "Ducky", "AFCP"),
    *("ItemList", "UserData", "Keys", "QuickTime", "Microsoft", "FlashPix", "RIFF", "JPEG", "Comment"),
)
_TECHNICAL = frozenset({"File", "System", "ExifTool", "Composite"})
_UNSAFE = (
    *("Orientation", "ICC", "ImageWidth", "ImageHeight", "BitsPerSample", "SamplesPerPixel", "SampleFormat", "Strip"),
    *(
        "RowsPerStrip",
        "Tile",
        "Compression",
        "Photometric",
        "Planar",
        "Subfile",
        "OldSubfile",
        "FillOrder",
        "Predictor",
    ),
)
"""How the picture itself is stored."""


def binary() -> str | None:
    """Where it is, if this machine has it."""
    return shutil.which("exiftool")


@cache
def writable(group: str) -> tuple[str, ...]:
    """Names of the tags of a group that can be written."""
    listed = _run("-listw", f"-{group}:All").stdout.decode()
    names = " ".join(line for line in listed.splitlines() if not line.endswith(":")).split()
    return tuple(name for name in names if not name.startswith(_UNSAFE))


def fill(*paths: Path) -> None:
    """Write every tag of every group that each of these files takes."""
    given = [
        f"-{group}:{name}={value}"
        for value in VALUES
        for group in GROUPS
        if group != "XMP" or value in {DAY, MARK}  # 2,700 tags of text
        for name in writable(group)
    ]
    _run("-m", "-q", "-q", "-overwrite_original", "-@", "-", *map(str, paths), given=given)


def found(path: Path) -> dict[str, Any]:
    """Every tag that is not about the file as such, by its group."""
    answer = _run("-json", "-G1", "-a", "-u", "-U", "-ee", str(path)).stdout
    tags: dict[str, Any] = json.loads(answer)[0]
    return {name: value for name, value in tags.items() if name.partition(":")[0] not in _TECHNICAL and ":" in name}


def _run(*arguments: str, given: list[str] | None = None) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(  # noqa: S603 - a tool of this machine, arguments of our own
        [str(binary()), *arguments],
        input="\n".join(given or []).encode(),
        capture_output=True,
        check=False,
        timeout=300,
    )
