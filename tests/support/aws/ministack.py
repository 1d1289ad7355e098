"""A MiniStack of the tests' own: unlike moto it verifies signatures, policies and conditions, and writes atomically.

The process is pointed at it for as long as the context lasts; everything that remembers a client or a setting forgets.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from infrastructure.local import ports
from infrastructure.local.aws import DUMMY
from infrastructure.local.servers import Servers
from infrastructure.tables import TABLES, create_table_request
from parley import aws
from parley.media import storage
from parley.media.checking import check_queue
from parley.observability import tracer
from parley.settings import media_settings, settings
from parley.tables import dynamodb, sdk, tenant_sessions

BUCKET = "parley-test-media"


def forget_clients() -> None:
    """Have the next call build its client and settings from the environment as it is."""
    for remembered in (
        settings,
        tracer,
        media_settings,
        aws.session,
        dynamodb.client,
        sdk.client,
        tenant_sessions.source,
        storage.client,
        check_queue.client,
    ):
        remembered.cache_clear()


@contextmanager
def environment(**changes: str) -> Iterator[None]:
    """The process's environment with these changes."""
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    forget_clients()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        forget_clients()


@contextmanager
def server(directory: Path) -> Iterator[dict[str, str]]:
    """Start it, make the tables, the bucket and the queue; the environment that leads there."""
    servers = Servers(directory, port=ports.any_free(), search_port=ports.any_free(), persistent=False)
    try:
        endpoint = servers.start().endpoint
        leads_there = {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ENDPOINT_URL_S3": endpoint,
            "AWS_ACCESS_KEY_ID": DUMMY,
            "AWS_SECRET_ACCESS_KEY": DUMMY,
            "MEDIA_BUCKET": BUCKET,
        }
        with environment(**leads_there):
            for table in TABLES:
                _create_table(create_table_request(table, table.name))
            storage.client().create_bucket(Bucket=BUCKET)
            urls = [
                check_queue.client().create_queue(QueueName=name)["QueueUrl"] for name in ("uploads", "failed-uploads")
            ]
        yield leads_there | dict(zip(("MEDIA_QUEUE_URL", "MEDIA_FAILURES_URL"), urls, strict=True))
    finally:
        servers.stop()


@contextmanager
def ministack(directory: Path) -> Iterator[None]:
    """A server for as long as the process is pointed at it."""
    with server(directory) as leads_there, environment(**leads_there):
        yield


def _create_table(request: dict[str, Any]) -> None:
    client = boto3.client("dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
    client.create_table(**request)
    while client.describe_table(TableName=request["TableName"])["Table"]["TableStatus"] != "ACTIVE":
        time.sleep(0.02)
