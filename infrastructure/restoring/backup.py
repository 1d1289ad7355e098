"""A table as compressed files, one a segment, in the lines that DynamoDB exports; and a table from such files.

An emulator has neither exports nor point-in-time recovery: this stands for both, with what they promise checked.
"""

import base64
import gzip
import hashlib
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from infrastructure.restoring import NotRestored
from infrastructure.restoring.ledger import Item, Ledger
from infrastructure.tables import TableDefinition, create_table_request

SEGMENTS = 4
MANIFEST = "manifest.json"
BATCH = 25
ATTEMPTS = 8


class BackupDamaged(NotRestored):
    """A file is not as it was written, or is not there."""


class RestoreFailed(NotRestored):
    """The table did not take an item."""


@dataclass(frozen=True)
class BackupFile:
    name: str
    items: int
    sha256: str


def scan(client: Any, table: str, *, segment: int = 0, segments: int = 1) -> Iterator[Item]:
    """The items of a segment, consistently read."""
    pages = client.get_paginator("scan").paginate(
        TableName=table, Segment=segment, TotalSegments=segments, ConsistentRead=True
    )
    for page in pages:
        yield from page["Items"]


def ledger_of(client: Any, table: str) -> Ledger:
    found = Ledger()
    for item in scan(client, table):
        found.add(item)
    return found


def write(client: Any, table: str, folder: Path) -> Ledger:
    """Write the table to a folder; what was written. The manifest comes last: without it there is no backup."""
    folder.mkdir(parents=True, exist_ok=True)
    found = Ledger()
    files = []
    for segment in range(SEGMENTS):
        path, count = folder / f"{segment:02}.json.gz", 0
        with gzip.open(path, "wt", encoding="utf-8") as lines:
            for item in scan(client, table, segment=segment, segments=SEGMENTS):
                found.add(item)
                count += 1
                lines.write(json.dumps({"Item": item}, default=_binary, separators=(",", ":")) + "\n")
        files.append(BackupFile(path.name, count, _sha256(path)))
    (folder / MANIFEST).write_text(json.dumps([asdict(each) for each in files], indent=2) + "\n")
    return found


def read(folder: Path) -> Iterator[Item]:
    """The items of a backup, each file held to its checksum before a line of it is believed. Raises `BackupDamaged`."""
    try:
        files = [BackupFile(**each) for each in json.loads((folder / MANIFEST).read_text())]
    except FileNotFoundError:
        raise BackupDamaged(f"{folder} has no manifest: the backup was not finished") from None
    for file in files:
        path = folder / file.name
        if not path.exists() or _sha256(path) != file.sha256:
            raise BackupDamaged(f"{path} is not as it was written")
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line, object_hook=_restored)["Item"]


def restore(client: Any, folder: Path, definition: TableDefinition, table: str) -> int:
    """Make a new table of a backup; how many items. The table must not be there: nothing is ever written over."""
    client.create_table(**create_table_request(definition, table))
    client.get_waiter("table_exists").wait(TableName=table)
    count = 0
    with ThreadPoolExecutor(4) as pool:
        waiting = []
        for batch in _batches(read(folder)):
            waiting.append(pool.submit(_put, client, table, batch))
            count += len(batch)
        for each in waiting:
            each.result()
    return count


def _batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _put(client: Any, table: str, batch: list[Item]) -> None:
    request: dict[str, Any] = {table: [{"PutRequest": {"Item": item}} for item in batch]}
    for attempt in range(ATTEMPTS):
        request = client.batch_write_item(RequestItems=request).get("UnprocessedItems") or {}
        if not request:
            return
        time.sleep(0.05 * 2**attempt)
    raise RestoreFailed(f"{table} left items unwritten")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _binary(value: object) -> str:
    if not isinstance(value, bytes):
        raise TypeError(type(value).__name__)
    return base64.b64encode(value).decode()


def _restored(value: dict[str, Any]) -> dict[str, Any]:
    """An attribute as boto3 has it: what is binary comes as base64."""
    if value.keys() == {"B"} and isinstance(value["B"], str):
        return {"B": base64.b64decode(value["B"])}
    return value
