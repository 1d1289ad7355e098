"""The tables of the tests: moto's, or DynamoDB Local's where `REAL_SERVERS` says so. All else stays with moto."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import boto3
from moto.backends import get_backend

from tests.real import servers


@contextmanager
def chosen_tables() -> Iterator[None]:
    """Where tables are made and read from here on, in this process."""
    if not servers.is_chosen("dynamodb"):
        yield
        return
    from tests.support.aws.ministack import environment  # noqa: PLC0415 - reads settings that moto's tests set first

    with (
        servers.running("dynamodb") as url,
        environment(AWS_ENDPOINT_URL_DYNAMODB=url, AWS_ENDPOINT_URL_DYNAMODB_STREAMS=url),
    ):
        yield


class Records(Protocol):
    """Records of a table's stream, from when this was made on."""

    def take(self) -> list[dict[str, Any]]:
        """Those that came since the last call, oldest first."""


def records_of(table: str) -> Records:
    """The records of a table, whose stream is opened where it is not yet."""
    client = boto3.client("dynamodb")
    described = client.describe_table(TableName=table)["Table"]
    if "StreamSpecification" not in described:
        described = client.update_table(
            TableName=table, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        )["TableDescription"]
    return _Streamed(described["LatestStreamArn"]) if servers.is_chosen("dynamodb") else _InMoto(table)


class _InMoto:
    """As moto holds them in memory."""

    def __init__(self, table: str) -> None:
        self._table = table
        self._read = len(self._all())

    def _all(self) -> list[Any]:
        shard = get_backend("dynamodb")["123456789012"]["us-east-1"].tables[self._table].stream_shard
        return [] if shard is None else list(shard.items)

    def take(self) -> list[dict[str, Any]]:
        records = self._all()
        fresh, self._read = records[self._read :], len(records)
        return [record.to_json() for record in fresh]


class _Streamed:
    """As DynamoDB Streams gives them."""

    def __init__(self, arn: str) -> None:
        self._arn = arn
        self._client: Any = boto3.client("dynamodbstreams")
        self._positions: dict[str, str | None] = {}
        self._follow("LATEST")

    def _follow(self, begin: str) -> None:
        """Read shards that are new; what was in those of the beginning is past."""
        for shard in self._client.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]:
            if shard["ShardId"] not in self._positions:
                self._positions[shard["ShardId"]] = self._position(shard["ShardId"], begin)

    def _position(self, shard: str, begin: str) -> str:
        found = self._client.get_shard_iterator(StreamArn=self._arn, ShardId=shard, ShardIteratorType=begin)
        return str(found["ShardIterator"])

    def take(self) -> list[dict[str, Any]]:
        self._follow("TRIM_HORIZON")
        fresh: list[dict[str, Any]] = []
        for shard, position in self._positions.items():
            at = position
            while at is not None:
                try:
                    answer = self._client.get_records(ShardIterator=at)
                except self._client.exceptions.TrimmedDataAccessException:
                    at = self._position(shard, "TRIM_HORIZON")  # what was before has been trimmed, all else is newer
                    continue
                at = answer.get("NextShardIterator")
                fresh += answer["Records"]
                if not answer["Records"]:
                    break
            self._positions[shard] = at
        return fresh
