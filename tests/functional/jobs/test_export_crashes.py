"""An export whose worker dies after any call, again and again: its files say what the tenant's items say, once."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from unittest.mock import patch

import moto.s3.models
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.jobs import export, export_pages
from parley.media import storage
from parley.tables import dynamodb
from tests.functional.jobs.test_erasure import ZOE, live, ok
from tests.functional.jobs.test_export import put_tenant, stored_records
from tests.support.clients.exports import canonical, export_bucket, fetch, objects
from tests.support.clients.jobs import RUN_SECONDS, JobQueues, playing_jobs
from tests.support.faults.interference import Crash
from tests.support.people.people import Person, Workspace, new_workspace
from tests.support.people.world import own_tables

SMALL = {
    (export_pages, "PAGE"): 20,
    (export_pages, "FEW"): 6,
    (export, "PART_BYTES"): 900,
    (export, "SMALLEST_PART_BYTES"): 600,
    (export, "PARTS_PER_FILE"): 2,
    (export, "CHECKPOINT_SECONDS"): 0.0,
    (moto.s3.models, "S3_UPLOAD_PART_MIN_SIZE"): 1,
}
"""Sizes at which a small tenant has many pages, parts and files, and every page is a checkpoint."""


@contextmanager
def dead_after(calls: int) -> Iterator[None]:
    """Carry out so many calls of DynamoDB and S3 together, and then none: the process has died."""
    made = 0
    with ExitStack() as patched:
        for client in (dynamodb.client(), storage.client()):
            call = client._make_api_call

            def counted(operation: str, parameters: dict[str, Any], call: Any = call) -> Any:
                nonlocal made
                made += 1
                if made > calls:
                    raise Crash
                return call(operation, parameters)

            patched.enter_context(patch.object(client, "_make_api_call", counted))
        yield


@contextmanager
def no_object_store() -> Iterator[None]:
    with patch.object(storage.client(), "_make_api_call", side_effect=Crash):
        yield


class Story:
    """A tenant that is exported over and over."""

    def __init__(self, jobs: JobQueues) -> None:
        self.jobs = jobs
        self.acme: Workspace = new_workspace("acme")
        put_tenant(self.acme)
        zoe, alice, bob = (self.acme.person(name) for name in (ZOE, "alice", "bob"))
        places = live(zoe, alice, bob)
        for number in range(24):
            ok(alice.send(places["group"], f"message {number} " + "äöü" * number))
        for _ in range(4):
            alice.open_group(bob)
        self.expected = canonical(stored_records(self.acme.tenant_id))

    def export(self, crashes: list[int]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Export the tenant, with the worker dead after so many calls of each of its first runs."""
        server = self.acme.server
        self.jobs.moved.pass_seconds(2 * 3600)
        begun = ok(server.post("/v1/exports", {}))
        self.expected = canonical(stored_records(self.acme.tenant_id))  # with the line of this export
        for calls in crashes:
            with suppress(Crash), dead_after(calls):
                self.jobs.run_next()
            self.jobs.lose_messages()
            self.jobs.moved.pass_seconds(RUN_SECONDS + 120)
            self.jobs.sweep()
        for _ in range(20):
            self.jobs.run_all()
            if server.get(f"/v1/exports/{begun['id']}")["status"] == "completed":
                break
            self.jobs.moved.pass_seconds(3600)
            self.jobs.sweep()
        ended = server.get(f"/v1/exports/{begun['id']}")
        assert ended["status"] == "completed", ended.text
        return fetch(ended)


@pytest.fixture(scope="module")
def story(tables: None) -> Iterator[Story]:
    with ExitStack() as entered:
        entered.enter_context(own_tables())
        for (module, name), value in SMALL.items():
            entered.enter_context(patch.object(module, name, value))
        jobs = entered.enter_context(playing_jobs())
        entered.enter_context(export_bucket())
        yield Story(jobs)


def test_an_undisturbed_export_has_many_parts_and_files_and_leaves_nothing_else(story: Story) -> None:
    manifest, records = story.export([])
    assert canonical(records) == story.expected
    assert len(manifest["files"]) > 2
    left = {key.rpartition("/")[2] for key in objects() if f"/{manifest['export_id']}/" in key}
    assert left == {export.MANIFEST, *(each["name"] for each in manifest["files"])}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(crashes=st.lists(st.integers(0, 150), min_size=1, max_size=3))
def test_whenever_the_worker_dies_every_item_is_there_once(story: Story, crashes: list[int]) -> None:
    _, records = story.export(crashes)
    assert canonical(records) == story.expected


def test_an_export_that_fails_ten_times_is_given_up(story: Story) -> None:
    story.jobs.moved.pass_seconds(24 * 3600)
    begun = ok(story.acme.server.post("/v1/exports", {}))
    for _ in range(export.MOST_FAILURES):
        with no_object_store(), pytest.raises(Crash):
            story.jobs.run_next()
        story.jobs.lose_messages()
        story.jobs.moved.pass_seconds(2 * 3600)
        assert story.jobs.sweep() == 1
    story.jobs.run_all()
    ended = story.acme.server.get(f"/v1/exports/{begun['id']}")
    assert (ended["status"], ended["failures"], ended["files"]) == ("failed", export.MOST_FAILURES, [])
    assert story.jobs.sweep() == 0


def test_what_is_written_meanwhile_doubles_nothing(story: Story) -> None:
    """Whatever was there before and stays is read once."""
    alice = Person(story.acme.tenant_id, "alice", tenant_settings=story.acme.tenant_settings)
    group = alice.open_group()
    before = {m["message_id"] for m in stored_records(story.acme.tenant_id) if m["type"] == "message"}
    scope = export_pages.Scope(story.acme.tenant_id)
    position: export_pages.Position | None = export_pages.beginning(scope)
    read: list[str] = []
    pages = 0
    while position is not None:
        page = export_pages.read(scope, position)
        read += [record["message_id"] for record in page.records if record["type"] == "message"]
        position, pages = page.position, pages + 1
        if pages % 9 == 0:
            ok(alice.send(group, f"meanwhile {pages}"))
    assert len(read) == len(set(read))
    assert before <= set(read)
