"""An import as Parley's own job: the file goes up whole, is checked there, and is written with its times."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import httpx

from parley_client.client import Client
from parley_client.errors import Unreachable
from parley_client.generated.models import Import

WAIT_SECONDS = 2.0
UPLOAD_TIMEOUT_SECONDS = 600.0
ATTEMPTS = 3
UNDER_WAY = frozenset({"checking", "importing"})
Progress = Callable[[Import], object]


def _nothing(_: Any) -> None:
    return None


def upload(parley: Client, path: Path, *, source: str = "import") -> Import:
    """Begin an import and put the file where it says, a large one in parts. Raises `Unreachable` where S3 refuses."""
    begun = parley.create_import(size=path.stat().st_size, source=source)
    where = begun["upload"]
    with path.open("rb") as file:
        if where is not None:
            _put(path.name, where["url"], file, begun["size"])
        else:
            for part in begun["upload_parts"]:
                number = part["part_number"]
                _put_part(parley, begun["id"], f"part {number} of {path.name}", file.read(part["size"]), number)
    return begun


def _put_part(parley: Client, import_id: str, name: str, body: bytes, number: int) -> None:
    """Put a part, at the second or third attempt with a fresh URL: those before may have expired meanwhile."""
    for left in reversed(range(ATTEMPTS)):
        parts = parley.get_import(import_id)["upload_parts"]
        url = next(part["url"] for part in parts if part["part_number"] == number)
        try:
            _put(name, url, body, len(body))
        except Unreachable:
            if not left:
                raise
        else:
            return


def _put(name: str, url: str, content: BinaryIO | bytes, size: int) -> None:
    try:
        answer = httpx.put(url, content=content, headers={"Content-Length": str(size)}, timeout=UPLOAD_TIMEOUT_SECONDS)
    except httpx.TransportError as error:
        raise Unreachable(f"PUT {name}: {error}") from error
    if answer.is_error:
        raise Unreachable(f"PUT {name}: S3 answers {answer.status_code}")


def check(parley: Client, import_id: str, *, progress: Progress = _nothing) -> Import:
    """The import once its file has been checked: `checked`, or `failed` with what is wrong."""
    parley.check_import(import_id)
    return wait(parley, import_id, progress=progress)


def start(parley: Client, import_id: str, *, progress: Progress = _nothing) -> Import:
    """The import as it ended."""
    parley.start_import(import_id)
    return wait(parley, import_id, progress=progress)


def wait(parley: Client, import_id: str, *, progress: Progress = _nothing) -> Import:
    """The import once nothing of it is under way."""
    while True:
        found = parley.get_import(import_id)
        progress(found)
        if found["status"] not in UNDER_WAY:
            return found
        time.sleep(WAIT_SECONDS)
