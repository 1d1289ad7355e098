"""An OpenSearch for tests: a process of their own, of osmem or, where `REAL_SERVERS` says so, of OpenSearch.

All tests share it: they keep apart by tenant, as tenants do, and what changes indices has names of its own.
"""

import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from opensearchpy import OpenSearch

from infrastructure.local import ports
from infrastructure.local.servers import osmem
from parley.search.engine import administration, answer_time, engine_client, indices, routing
from parley.search.engine.indices import FAMILIES, Layout, read_alias
from parley.search.indexing import change_indexer, watermark
from parley.search.querying import queries, visibility
from parley.search.rebuilding import rebuilds
from parley.settings import search_settings
from tests.real import servers
from tests.support.aws.ministack import environment
from tests.support.dynamodb import change_stream
from tests.support.people import people
from tests.support.people.people import Workspace

START_SECONDS = 60
PATIENCE_SECONDS = 60.0


@contextmanager
def running_engine() -> Iterator[str]:
    """The address of a new and empty engine."""
    if servers.is_chosen("opensearch"):
        with servers.running("opensearch") as url:
            yield url
        return
    address = f"{ports.LOOPBACK}:{ports.any_free()}"
    process = subprocess.Popen(  # noqa: S603 - the server of our own environment
        [osmem(), "-addr", address, "-parent-pid", str(os.getpid()), "-no-stdin-watch"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(f"http://{address}/")
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(10)


def _wait(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - our own loopback server
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def forget() -> None:
    """Have the next search build its client, circuit and caches anew."""
    for remembered in (
        search_settings,
        administration.client,
        administration.patient_client,
        engine_client.client,
        engine_client.patient_client,
        engine_client.circuit_store,
        engine_client.guard,
    ):
        remembered.cache_clear()
    routing.cached.forget()
    watermark.cached.forget()
    visibility.large.clear()


@contextmanager
def searching_at(url: str) -> Iterator[OpenSearch]:
    """The process searches there, with patience: how busy the tests' machine is shall fail none."""
    with (
        environment(SEARCH_ENDPOINT=url),
        patch.object(engine_client, "REQUEST_SECONDS", PATIENCE_SECONDS),
        patch.object(answer_time, "SECONDS", PATIENCE_SECONDS),
        patch.object(queries, "ENGINE_TIMEOUT", f"{PATIENCE_SECONDS:.0f}s"),
    ):
        forget()
        try:
            yield administration.client()
        finally:
            forget()


def set_up(client: OpenSearch) -> None:
    indices.ensure(client, Layout(refresh_interval="1s"))


def refresh(client: OpenSearch) -> None:
    """Make what has been indexed findable now."""
    client.indices.refresh(index=",".join(read_alias(family) for family in FAMILIES))


def index_all(client: OpenSearch, payloads: Sequence[change_stream.Payload]) -> None:
    """Index what these records tell, as the stream's function does."""
    changes = [change for change in change_stream.changes(payloads) if change.entity in change_indexer.ENTITIES]
    if changes:
        assert change_indexer.apply(changes, seconds=10) == []
    refresh(client)


def documents_of(client: OpenSearch, family: str, tenant_id: str, index: str | None = None) -> dict[str, Any]:
    """Every document of a tenant, by id: its version and source."""
    answer = client.search(
        index=index or read_alias(family),
        body={"query": {"term": {"tenant_id": tenant_id}}, "size": 10_000, "version": True},
    )
    return {hit["_id"]: (hit["_version"], hit["_source"]) for hit in answer["hits"]["hits"]}


def new_workspace(name: str) -> Workspace:
    """A tenant whose users may search as often as a test does."""
    workspace = people.new_workspace(name)
    return Workspace(workspace.tenant_id, workspace.tenant_settings | {"searches_per_minute": 600})


def give_up_rebuild() -> None:
    """Leave no rebuild behind for the next test."""
    job = rebuilds.active()
    if job is not None and job.status == "running":
        rebuilds.do_cancel(job.id)
    elif job is not None and job.status == "switched":
        rebuilds.do_confirm(job.id)
    if job is not None:
        rebuilds.finish(job)
