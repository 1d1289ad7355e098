"""What is done to a stack during a soak: to its own processes and its own stream, one fault after the other."""

import base64
import json
import os
import random
import signal
import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infrastructure.local import aws
from infrastructure.local.stack import RunningStack
from infrastructure.names import change_stream_name, prefix
from tests.proof.soak.people import Follower
from tests.proof.stacks import ProofStack

STAGE = "local"
PAUSED_SECONDS = (1.0, 4.0)
EVERY_SECONDS = (0.3, 1.5)
CONSUMERS = ("deliver_changes", "index_documents", "roll_up_usage", "close_connections")
RECENT_RECORDS = 400
MOST_OF_A_BATCH = 50


class Faults(threading.Thread):
    """Until it is ended: kills functions' processes, pauses the engine, drops sockets, delivers batches wrongly."""

    def __init__(self, stack: ProofStack, followers: list[Follower], seed: int = 0) -> None:
        super().__init__(daemon=True)
        self._running, self._engine, self._followers = stack.running, stack.engine, followers
        self._chance = random.Random(seed)  # noqa: S311 - the same choices in every run
        self._ended = threading.Event()
        self._batches = Batches(stack.running, self._chance)
        self.done: Counter[str] = Counter()
        self.failure: BaseException | None = None

    def run(self) -> None:
        acts = (self._kill, self._kill, self._drop, self._drop, self._pause, self._misdeliver, self._misdeliver)
        try:
            while not self._ended.wait(self._chance.uniform(*EVERY_SECONDS)):
                self._chance.choice(acts)()
        except BaseException as failure:  # noqa: BLE001 - told at the end
            self.failure = failure

    def end(self) -> None:
        self._ended.set()
        self.join()

    def _kill(self) -> None:
        """A function's process, whatever it is doing: a call within it is lost, the next call starts another."""
        workers = children_of(self._running.state.processes["ministack"])
        if workers:
            with suppress(ProcessLookupError):
                os.kill(self._chance.choice(workers), signal.SIGKILL)
                self.done["processes killed"] += 1

    def _pause(self) -> None:
        os.kill(self._engine, signal.SIGSTOP)
        try:
            self._ended.wait(self._chance.uniform(*PAUSED_SECONDS))
        finally:
            os.kill(self._engine, signal.SIGCONT)
        self.done["engine paused"] += 1

    def _drop(self) -> None:
        """A socket, without a close frame, as a network does that goes away."""
        open_ones = [each.events._socket for each in self._followers if each.events._socket is not None]
        if open_ones:
            with suppress(OSError):
                self._chance.choice(open_ones).socket.shutdown(socket.SHUT_RDWR)
                self.done["sockets dropped"] += 1

    def _misdeliver(self) -> None:
        with suppress(ClientError, BotoCoreError):
            self.done[self._batches.misdeliver()] += 1


def children_of(parent: int) -> list[int]:
    """The processes that run functions."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            status = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(status[1]) == parent and b"_worker.py" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
    return found


class Batches:
    """Batches of the change stream beside those that the stack delivers: repeated, reordered, or split in two."""

    def __init__(self, running: RunningStack, chance: random.Random) -> None:
        self._kinesis = aws.client("kinesis", running.state.endpoint)
        self._lambda = aws.client("lambda", running.state.endpoint)
        self._stream, self._chance = change_stream_name(STAGE), chance
        shards = self._kinesis.list_shards(StreamName=self._stream)["Shards"]
        self._iterators = {
            shard["ShardId"]: self._kinesis.get_shard_iterator(
                StreamName=self._stream, ShardId=shard["ShardId"], ShardIteratorType="LATEST"
            )["ShardIterator"]
            for shard in shards
        }
        self._records: list[dict[str, Any]] = []

    def misdeliver(self) -> str:
        """One batch, to one consumer; how it was delivered."""
        self._read()
        if not self._records:
            return "no batch yet"
        first = self._chance.randrange(len(self._records))
        batch = self._records[first : first + self._chance.randint(1, MOST_OF_A_BATCH)]
        how = self._chance.choice(("batches repeated", "batches reordered", "batches split"))
        if how == "batches reordered":
            self._chance.shuffle(batch)
        cut = self._chance.randint(0, len(batch)) if how == "batches split" else len(batch)
        consumer = self._chance.choice(CONSUMERS)
        for part in (batch[cut:], batch[:cut]):  # the later half first
            if part:
                self._lambda.invoke(
                    FunctionName=f"{prefix(STAGE)}-streams-{consumer}", Payload=json.dumps({"Records": part}).encode()
                )
        return how

    def _read(self) -> None:
        for shard, iterator in self._iterators.items():
            answer = self._kinesis.get_records(ShardIterator=iterator, Limit=500)
            self._iterators[shard] = answer["NextShardIterator"]
            self._records += [self._as_event(shard, record) for record in answer["Records"]]
        self._records = self._records[-RECENT_RECORDS:]

    def _as_event(self, shard: str, record: dict[str, Any]) -> dict[str, Any]:
        return {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": record["PartitionKey"],
                "sequenceNumber": record["SequenceNumber"],
                "data": base64.b64encode(record["Data"]).decode(),
                "approximateArrivalTimestamp": time.time(),
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"{shard}:{record['SequenceNumber']}",
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": "arn:aws:iam::000000000000:role/soak",
            "awsRegion": aws.REGION,
            "eventSourceARN": f"arn:aws:kinesis:{aws.REGION}:000000000000:stream/{self._stream}",
        }
