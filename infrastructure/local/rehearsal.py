"""Backup and restore rehearsed on the running local stack: `make restore-rehearsal`.

The table of messages is written to files, restored from them into a new table, compared item by item, and indexed anew
beside the live index. Everything that it makes is removed. On AWS the same is done by point-in-time recovery:
`docs/runbooks/restore.md`.
"""

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

from infrastructure.local import aws
from infrastructure.local.console import note
from infrastructure.local.state import StackState
from infrastructure.restoring import NotRestored, backup
from infrastructure.tables import CHAT


class RehearsalFailed(NotRestored):
    """What was restored is not what was there; the message says where."""


MOST_SHOWN = 20


def rehearse(current: StackState, home: Path) -> str:
    """What was restored, in words. Raises `RehearsalFailed`, `BackupDamaged`."""
    client = aws.client("dynamodb", current.endpoint)
    source, restored = current.tables["chat"], f"{current.tables['chat']}-rehearsal"
    folder = home / "rehearsal"
    started = time.monotonic()
    _forget(client, restored, folder)
    try:
        exported = backup.write(client, source, folder)
        note(f"exported {exported.items} items of {source}")
        count = backup.restore(client, folder, CHAT, restored)
        note(f"restored {count} items into {restored}")
        found = list(exported.differences(backup.ledger_of(client, restored)))
        documents, more = _index_anew(client, current, restored)
        note(f"indexed {documents} documents anew")
        if found + more:
            raise RehearsalFailed("\n".join((found + more)[:MOST_SHOWN]))
    finally:
        _forget(client, restored, folder)
    return json.dumps(
        {
            "items": exported.items,
            "kinds": len(exported.entities),
            "lines": len(exported.lines),
            "numbers_in_flight": exported.open_numbers,
            "checksum": f"{exported.checksum:064x}",
            "documents": documents,
            "seconds": round(time.monotonic() - started, 1),
        },
        indent=2,
    )


def _index_anew(client: Any, current: StackState, restored: str) -> tuple[int, list[str]]:
    """By the library, in this process: its environment is that of a function whose table is the restored one."""
    os.environ |= aws.tool_environment(current.endpoint) | {
        "PARLEY_STAGE": "local",
        "CHAT_TABLE": restored,
        "CONTROL_TABLE": current.tables["control"],
        "SEARCH_ENDPOINT": current.search_endpoint,
        "SEARCH_SHARDS": "1",
        "SEARCH_REPLICAS": "0",
        "POWERTOOLS_METRICS_NAMESPACE": "Parley",
        "POWERTOOLS_METRICS_DISABLED": "true",
    }
    from infrastructure.restoring import reindexing  # noqa: PLC0415 - the library reads the environment at first use

    return reindexing.compare(backup.scan(client, restored))


def _forget(client: Any, table: str, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    existing = client.list_tables()["TableNames"]
    if table in existing:
        client.delete_table(TableName=table)
