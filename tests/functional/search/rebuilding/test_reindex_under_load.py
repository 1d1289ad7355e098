"""A rebuild on real servers: written, edited and searched all the while, and its worker killed twice."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from opensearchpy import OpenSearch

from infrastructure.layers import ROOT
from parley.search.engine.indices import FAMILIES, read_alias
from parley.search.indexing import change_indexer, documents
from parley.search.indexing.change_indexer import Source
from parley.settings import settings
from parley.tables.keys import Key
from tests.functional.search.rebuilding.test_reindex import JOBS, OPERATOR
from tests.support.aws import engine
from tests.support.aws.ministack import environment, server

STREAM = "changes-under-load"
MESSAGES = 120
PATIENCE_SECONDS = 120.0
SEARCH_EVERY_SECONDS = 0.1
"""Within the 600 searches a minute that a user may make."""


@pytest.fixture(scope="module", autouse=True)
def _tables_of_the_module() -> None:
    """The tables of this module are MiniStack's."""


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[OpenSearch]:
    """MiniStack with tables and a stream of their changes, and an engine, for this test alone."""
    with (
        server(tmp_path) as leads_there,
        environment(**leads_there),
        engine.running_engine() as url,
        environment(SEARCH_ENDPOINT=url),
        engine.searching_at(url) as client,
    ):
        engine.set_up(client)
        kinesis: Any = boto3.client("kinesis", endpoint_url=leads_there["AWS_ENDPOINT_URL"])
        kinesis.create_stream(StreamName=STREAM, ShardCount=2)
        arn = kinesis.describe_stream_summary(StreamName=STREAM)["StreamDescriptionSummary"]["StreamARN"]
        boto3.client("dynamodb").enable_kinesis_streaming_destination(TableName=settings().chat_table, StreamArn=arn)
        yield client


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process of `tests.support.faults.search_load`; its input is closed at the end, and it is waited for."""
    path = os.pathsep.join([str(ROOT / "layers" / "parley" / "python"), str(ROOT)])
    process = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "tests.support.faults.search_load", *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def stop(process: subprocess.Popen[str]) -> str:
    """Have a process end, and give what it told."""
    _, output = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, output
    return output


def until(holds: Callable[[], bool], *, meanwhile: Callable[[], None]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        meanwhile()


def table_says(tenant_id: str) -> dict[str, dict[str, Any]]:
    """The documents that the items of a tenant make, by family and id."""
    client: Any = boto3.client("dynamodb")
    pages = client.get_paginator("scan").paginate(TableName=settings().chat_table, ConsistentRead=True)
    items = [raw for page in pages for raw in page["Items"]]
    sources = [
        Source(Key(raw["pk"]["S"], raw["sk"]["S"]), tenant_id, raw)
        for raw in items
        if f"{raw['pk']['S']}#".startswith(f"T#{tenant_id}#") and raw["entity"]["S"] in documents.ENTITIES
    ]
    made, refused = change_indexer.documents_of(sources)
    assert refused == []
    said: dict[str, dict[str, Any]] = {family: {} for family in FAMILIES}
    for document in made.values():
        said[document.family][document.id] = document.source
    return said


def index_says(client: OpenSearch, tenant_id: str) -> dict[str, dict[str, Any]]:
    engine.refresh(client)
    return {
        family: {at: source for at, (_, source) in engine.documents_of(client, family, tenant_id).items()}
        for family in FAMILIES
    }


def test_a_rebuild_under_twenty_writes_a_second_whose_worker_is_killed_twice(servers: OpenSearch) -> None:
    workspace = engine.new_workspace("load")
    alice, bob = workspace.person("alice"), workspace.person("bob")
    group = alice.open_group(bob, name="Plans")
    anchor = alice.send(group, "the anchor stays where it is")["id"]
    for number in range(MESSAGES):
        alice.send(group, f"earlier note {number} about plans")
    searches = 0

    def found() -> list[str]:
        nonlocal searches
        searches += 1
        answer = bob.get("/v1/search/messages", q=f"anchor -nothing{searches}")
        assert answer.status == 200, answer.text
        return [hit["message"]["id"] for hit in answer["data"]]

    def search() -> None:
        assert found() == [anchor], "no search fails, and none misses what was always there"
        time.sleep(SEARCH_EVERY_SECONDS)

    with running("index", STREAM) as indexer, running("write", alice.tenant_id, group) as writer:
        until(lambda: found() == [anchor], meanwhile=lambda: time.sleep(0.05))
        started = OPERATOR.post(JOBS, {})
        assert started.status == 202, started.text
        place = f"{JOBS}/{started['id']}"
        for _ in range(2):
            before = OPERATOR.get(place)["version"]
            with running("rebuild") as worker:
                until(lambda before=before: OPERATOR.get(place)["version"] >= before + 3, meanwhile=search)  # type: ignore[misc]
                worker.send_signal(signal.SIGKILL)
            assert OPERATOR.get(place)["status"] == "running", "killed in the midst of it"
            search()
        with running("rebuild"):
            until(lambda: OPERATOR.get(place)["status"] != "running", meanwhile=search)
        job = OPERATOR.get(place)
        assert (job["status"], job["detail"]) == ("switched", None)
        assert OPERATOR.post(f"{place}/confirm")["status"] == "confirmed"
        for _ in range(20):
            search()
        wrote = json.loads(stop(writer).splitlines()[-1])
        assert wrote["written"] > 0
        until(
            lambda: index_says(servers, alice.tenant_id) == table_says(alice.tenant_id),
            meanwhile=lambda: time.sleep(0.1),
        )
        stop(indexer)
    for family in job["families"]:
        assert list(servers.indices.get_alias(name=read_alias(family["family"]))) == [family["new_index"]]
