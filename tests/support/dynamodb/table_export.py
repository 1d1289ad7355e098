"""What DynamoDB does when it exports a table to S3, on moto, which takes the request but writes no manifest.

Each request writes the table as it is at that moment, in the documented layout: data files by the hash of the partition
key, some of them empty, and the two manifests.
"""

import base64
import gzip
import hashlib
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3

from parley.search.rebuilding import table_exports
from parley.settings import search_settings, settings
from parley.tables import dynamodb
from tests.support.aws.ministack import environment

BUCKET = "parley-test-exports"


@dataclass
class Exports:
    """The exports that were asked for. `pending` answers say that they are still being written."""

    tokens: list[str] = field(default_factory=list)
    arns: dict[str, str] = field(default_factory=dict)
    files: int = 3
    filled: int = 0
    """How many files of the last export hold something."""
    pending: int = 0

    def begin(self, params: dict[str, Any], **_: Any) -> None:
        self.tokens.append(params["ClientToken"])

    def requested(self, parsed: dict[str, Any], **_: Any) -> None:
        """Moto makes another export for the same token, DynamoDB does not."""
        described = parsed.get("ExportDescription")
        if described is None:
            return
        token = self.tokens[-1]
        if token not in self.arns:
            self.arns[token] = described["ExportArn"]
            self._write(f"{described['S3Prefix']}/AWSDynamoDB/{described['ExportArn'].rpartition('/')[2]}")
        described["ExportArn"] = self.arns[token]

    def described(self, parsed: dict[str, Any], **_: Any) -> None:
        if "ExportDescription" in parsed:
            parsed["ExportDescription"]["ExportStatus"] = "IN_PROGRESS" if self.pending else "COMPLETED"
            self.pending = max(0, self.pending - 1)

    def _write(self, place: str) -> None:
        parts: list[list[dict[str, Any]]] = [[] for _ in range(self.files + 1)]
        for item in _all_items():
            parts[hashlib.sha256(item["pk"]["S"].encode()).digest()[0] % self.files].append(item)
        self.filled = sum(bool(part) for part in parts)
        entries = [self._put_data(f"{place}/data/{uuid.uuid4().hex}.json.gz", part) for part in parts]
        manifest = "".join(f"{json.dumps(entry)}\n" for entry in entries)
        summary = {"version": "2020-06-30", "itemCount": sum(map(len, parts)), "outputFormat": "DYNAMODB_JSON"}
        s3 = table_exports.client()
        s3.put_object(Bucket=BUCKET, Key=f"{place}/manifest-files.json", Body=manifest.encode())
        s3.put_object(Bucket=BUCKET, Key=f"{place}/manifest-summary.json", Body=json.dumps(summary).encode())

    def _put_data(self, key: str, items: list[dict[str, Any]]) -> dict[str, Any]:
        lines = "".join(f"{json.dumps({'Item': item}, default=_binary)}\n" for item in items)
        compressed = gzip.compress(lines.encode())
        put = table_exports.client().put_object(Bucket=BUCKET, Key=key, Body=compressed)
        return {
            "itemCount": len(items),
            "md5Checksum": base64.b64encode(hashlib.md5(compressed, usedforsecurity=False).digest()).decode(),
            "etag": put["ETag"].strip('"'),
            "dataFileS3Key": key,
        }


def _all_items() -> Iterator[dict[str, Any]]:
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=settings().chat_table)
    for page in pages:
        yield from page["Items"]


def _binary(value: object) -> str:
    assert isinstance(value, bytes)
    return base64.b64encode(value).decode()


@contextmanager
def exporting() -> Iterator[Exports]:
    """Rebuilds from the table read exports inside."""
    found = Exports()
    client = boto3.client("dynamodb")
    arn = client.describe_table(TableName=settings().chat_table)["Table"]["TableArn"]
    client.update_continuous_backups(
        TableName=settings().chat_table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    with environment(SEARCH_EXPORT_BUCKET=BUCKET, SEARCH_EXPORT_TABLE=arn):
        search_settings.cache_clear()
        table_exports.forget()
        table_exports.client().create_bucket(Bucket=BUCKET)
        events = dynamodb.sdk_client().meta.events
        events.register("provide-client-params.dynamodb.ExportTableToPointInTime", found.begin)
        events.register("after-call.dynamodb.ExportTableToPointInTime", found.requested)
        events.register("after-call.dynamodb.DescribeExport", found.described)
        yield found
    search_settings.cache_clear()
    table_exports.forget()
