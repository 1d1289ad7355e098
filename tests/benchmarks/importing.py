"""What an import costs: the lines that a core checks and makes items of, units a message, and 100,000 of them.

On moto, which is slower than DynamoDB: the last figure is a floor. The worker's own pace, 800 items a second, is turned
off for it.
"""

import json
import random
import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from moto import mock_aws

from parley.jobs import import_check, import_lines, imports
from parley.jobs.import_items import Block
from parley.observability import logger
from tests.benchmarks.tables import print_table
from tests.support.clients.exports import export_bucket
from tests.support.clients.importing import run
from tests.support.clients.jobs import playing_jobs
from tests.support.dynamodb.meter import metered
from tests.support.people.people import new_workspace
from tests.support.people.world import own_tables

MESSAGES = 100_000
CONVERSATIONS = 20
MEMBERS = 50
SMALL = 2_000
WORDS = ("lunch", "noon", "menu", "wall", "team", "bring", "yours", "half", "past", "say")
MOST_UNITS = 2.6
"""A message of 140 characters is 1 WRU. One in ten has a reaction, 1 more; one in five is the reply of a thread of its
own, 6 more: its sequence, the count on its root, and two who follow, each with a place in the index."""


def main() -> None:
    """Print the table; fail where a message costs more units than it should."""
    logger().setLevel("CRITICAL")
    file = written(MESSAGES)
    rows: list[list[str]] = []

    began = time.process_time()
    report = import_check.check([file], known=set)
    rows.append(_row("lines checked", sum(report.lines.values()), time.process_time() - began))
    assert report.problem_count == 0, report.problems[:3]

    began, made = time.process_time(), 0
    for block in _blocks(file):
        made += sum(1 for _ in block.items(0, block.size, {}))
    rows.append(_row("items made", made, time.process_time() - began))

    with (
        mock_aws(),
        own_tables(),
        playing_jobs() as jobs,
        export_bucket(),
        patch.object(imports, "WRITES_PER_SECOND", 1e9),
    ):
        with metered() as cost:
            done = run(jobs, new_workspace("small").server, written(SMALL, rooms=1))
        units = cost.writes / SMALL
        rows.append([f"units for each of {SMALL:,} messages", f"{units:.2f} WRU, {cost.reads / SMALL:.2f} RRU", ""])
        began = time.monotonic()
        done = run(jobs, new_workspace("large").server, file)
        rows.append(_row(f"messages of {MESSAGES:,} written, on moto", MESSAGES, time.monotonic() - began))
        assert done["done"]["messages"] == MESSAGES, done.text
        rows.append(["items of them", f"{done['done']['items']:,}", ""])
    paced = done["done"]["items"] / 800
    rows.append(["at the worker's pace of 800 items a second", f"{MESSAGES / paced:.0f} messages/s", f"{paced:.0f} s"])
    print_table(f"An import of {MESSAGES:,} messages, {len(file) / 2**20:.0f} MiB", ["what", "", "seconds"], rows)
    assert units <= MOST_UNITS, f"{units:.2f} WRU a message"


def _row(what: str, count: int, seconds: float) -> list[str]:
    return [what, f"{count / seconds:,.0f} a second", f"{seconds:.1f}"]


def _blocks(file: bytes) -> Iterator[Block]:
    lines: list[import_lines.Line] = []
    for _, raw, _ in import_lines.split([file]):
        line = import_lines.read_line(raw)
        if isinstance(line, import_lines.UserLine):
            continue
        if isinstance(line, import_lines.ConversationLine) and lines:
            yield Block("bench", "bench", lines)
            lines = []
        lines.append(line)
    yield Block("bench", "bench", lines)


def written(messages: int, rooms: int = CONVERSATIONS) -> bytes:
    """A file of so many messages, the same from the same number."""
    chance = random.Random(messages)  # noqa: S311 - the same in every run
    users = [f"user{number}" for number in range(MEMBERS)]
    lines: list[dict[str, Any]] = [{"type": "user", "user_id": user_id, "name": user_id.title()} for user_id in users]
    each = messages // rooms
    for room in range(rooms):
        name = f"c{room}"
        lines.append(
            {
                "type": "conversation",
                "conversation_id": name,
                "conversation_type": "group",
                "name": f"Room {room}",
                "created_by": users[0],
                "members": users[1:],
            }
        )
        root = ""
        for number in range(each):
            said: dict[str, Any] = {
                "type": "message",
                "message_id": f"{name}-{number}",
                "conversation_id": name,
                "author_id": chance.choice(users),
                "text": " ".join(chance.choices(WORDS, k=24)),
                "created_at": f"2024-{1 + number * 11 // each:02}-01T{number % 24:02}:{number % 60:02}:00Z",
            }
            if root and number % 5 == 0:
                said["parent_id"] = root
            else:
                root = said["message_id"]
            lines.append(said)
            if number % 10 == 0:
                lines.append(
                    {"type": "reaction", "message_id": said["message_id"], "user_id": users[1], "reaction": "👍"}
                )
    return "".join(json.dumps(line) + "\n" for line in lines).encode()
