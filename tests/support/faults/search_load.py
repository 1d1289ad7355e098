"""Processes around a rebuild of the search index: a writer at 20 messages a second, the indexer, the rebuilder.

`python -m tests.support.faults.search_load write <tenant> <conversation>` and `… index <stream>` go on until their
input is closed; `… rebuild` until it is killed. They reach the tables, the stream and the engine that the environment
names.
"""

import base64
import json
import random
import select
import sys
import time
from collections.abc import Callable
from typing import Any

import boto3

from functions.streams import index_documents
from parley.identity.tenant_settings import MESSAGES_PER_MINUTE_CEILING
from parley.search.rebuilding import maintenance, rebuild_steps
from tests.support.aws.gateway import Context
from tests.support.people.people import Person

WRITES_PER_SECOND = 20
SLICE_DOCUMENTS = 5
"""So small that a rebuild has many steps, and a killed worker leaves something to do."""
BATCH = 500
IDLE_SECONDS = 0.02
STEP_SECONDS = 0.1
SENT_SHARE = 0.45
"""Of the writes: nine a second, which keeps to a user's limit however long the engine takes."""


def goes_on() -> bool:
    """Whether the input is still open."""
    return not select.select([sys.stdin], [], [], 0)[0]


def write(tenant_id: str, conversation_id: str) -> None:
    """Send, edit and delete; tells how much at the end."""
    alice = Person(tenant_id, "alice", tenant_settings={"messages_per_minute": MESSAGES_PER_MINUTE_CEILING})
    chance = random.Random(5)  # noqa: S311 - the same load in every run
    sent: list[str] = []
    written, started = 0, time.monotonic()
    while goes_on():
        deed = chance.random()
        if deed < SENT_SHARE or not sent:
            answer = alice.send(conversation_id, f"note {written} about plans")
            assert answer.status == 201, answer.text
            sent.append(str(answer["id"]))
        elif deed < 0.9:
            answer = alice.put(f"/v1/messages/{chance.choice(sent)}", {"text": f"note {written}, edited, about plans"})
            assert answer.status == 200, answer.text
        else:
            answer = alice.delete(f"/v1/messages/{sent.pop(chance.randrange(len(sent)))}")
            assert answer.status < 300, answer.text
        written += 1
        time.sleep(max(0.0, started + written / WRITES_PER_SECOND - time.monotonic()))
    print(json.dumps({"written": written, "seconds": time.monotonic() - started}), file=sys.stderr)  # noqa: T201


def index(stream: str) -> None:
    """Hand what the stream carries to the indexer, shard by shard, as Lambda would."""
    kinesis: Any = boto3.client("kinesis")
    shards = [shard["ShardId"] for shard in kinesis.list_shards(StreamName=stream)["Shards"]]
    positions = {
        shard: kinesis.get_shard_iterator(StreamName=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")[
            "ShardIterator"
        ]
        for shard in shards
    }
    while goes_on():
        moved = False
        for shard, position in positions.items():
            answer = kinesis.get_records(ShardIterator=position, Limit=BATCH)
            positions[shard] = answer["NextShardIterator"]
            if answer["Records"]:
                moved = True
                event = {"Records": [_record(shard, record) for record in answer["Records"]]}
                assert index_documents.handler(event, Context()) == {"batchItemFailures": []}
        if not moved:
            time.sleep(IDLE_SECONDS)


def _record(shard: str, record: dict[str, Any]) -> dict[str, Any]:
    return {
        "eventID": f"{shard}:{record['SequenceNumber']}",
        "eventSource": "aws:kinesis",
        "kinesis": {
            "data": base64.b64encode(record["Data"]).decode(),
            "partitionKey": record["PartitionKey"],
            "sequenceNumber": record["SequenceNumber"],
        },
    }


def rebuild() -> None:
    """Work on whatever rebuild there is, as slowly as if it were large: there is time to kill it."""
    rebuild_steps.SLICE_DOCUMENTS = SLICE_DOCUMENTS
    while True:
        maintenance.work()
        time.sleep(STEP_SECONDS)


ROLES: dict[str, Callable[..., None]] = {"write": write, "index": index, "rebuild": rebuild}

if __name__ == "__main__":
    ROLES[sys.argv[1]](*sys.argv[2:])
