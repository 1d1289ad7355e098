"""What leaves the indices for good: old tombstones, and what a tenant that has moved left in the index of all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from opensearchpy import OpenSearch

from parley import clock
from parley.search.engine import routing
from parley.search.engine.indices import read_alias
from parley.search.engine.routing import own_family
from parley.search.rebuilding import maintenance, purging, rebuilds
from tests.functional.search.rebuilding.test_reindex import JOBS, OPERATOR, Killed, start, work_until_switched
from tests.support.aws import engine
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.people.people import Person, Workspace

Index = Callable[[], None]
DAY_MS = 86_400_000
SEARCH = "/v1/search/messages"


@pytest.fixture(autouse=True)
def _no_job_left_behind() -> Iterator[None]:
    yield
    engine.give_up_rebuild()


@contextmanager
def days_later(days: float) -> Iterator[None]:
    later = clock.now_ms() + int(days * DAY_MS)
    with patch.object(clock, "now_ms", lambda: later):
        yield


def texts(person: Person, q: str) -> list[str]:
    answer = person.get(SEARCH, q=q)
    assert answer.status == 200, answer.text
    return [hit["message"]["text"] for hit in answer["data"]]


def deleted(client: OpenSearch, tenant_id: str) -> int:
    """How many tombstones of messages a tenant has in the index."""
    return sum(source["deleted"] for _, source in engine.documents_of(client, "messages", tenant_id).values())


def test_a_tombstone_withstands_late_records_and_goes_when_none_can_come(
    alice: Person, bob: Person, general: str, changes: ChangeStream, opensearch: OpenSearch
) -> None:
    message_id = alice.send(general, "regrettable")["id"]
    second = bob.send(general, "regrettable too")["id"]
    kept = alice.send(general, "regrettable, but kept")["id"]
    said = changes.take()
    engine.index_all(opensearch, said)
    assert alice.delete(f"/v1/messages/{message_id}").status < 300
    assert bob.delete(f"/v1/messages/{second}").status < 300
    unsaid = changes.take()
    engine.index_all(opensearch, unsaid)
    assert deleted(opensearch, alice.tenant_id) == 2

    with days_later(purging.TOMBSTONE_DAYS - 1):
        purging.purge()
    engine.index_all(opensearch, said)
    assert deleted(opensearch, alice.tenant_id) == 2, "within its time a tombstone stays, whatever is told again"
    stored = engine.documents_of(opensearch, "messages", alice.tenant_id)
    assert stored[f"{alice.tenant_id}:{message_id}"][1]["deleted"] is True

    with days_later(purging.TOMBSTONE_DAYS + 1):
        purging.purge()
    engine.refresh(opensearch)
    assert deleted(opensearch, alice.tenant_id) == 0
    assert list(engine.documents_of(opensearch, "messages", alice.tenant_id)) == [f"{alice.tenant_id}:{kept}"]
    engine.index_all(opensearch, unsaid)
    assert texts(alice, "regrettable") == ["regrettable, but kept"]


def test_a_run_removes_no_more_tombstones_than_it_may(
    alice: Person, general: str, index: Index, opensearch: OpenSearch
) -> None:
    for number in range(5):
        message_id = alice.send(general, f"gone {number}")["id"]
        assert alice.delete(f"/v1/messages/{message_id}").status < 300
    index()
    with days_later(purging.TOMBSTONE_DAYS + 1), patch.object(purging, "TOMBSTONES_A_RUN", 2):
        while (left := deleted(opensearch, alice.tenant_id)) > 0:
            assert purging.purge() in (1, 2), left
            engine.refresh(opensearch)
        assert purging.purge() == 0


def test_no_tombstone_goes_while_a_rebuild_counts_them(
    alice: Person, general: str, index: Index, opensearch: OpenSearch
) -> None:
    message_id = alice.send(general, "gone")["id"]
    assert alice.delete(f"/v1/messages/{message_id}").status < 300
    index()
    job_id = start()["id"]
    with days_later(purging.TOMBSTONE_DAYS + 1):
        assert purging.purge() == 0
        assert OPERATOR.post(f"{JOBS}/{job_id}/cancel").status == 200
        assert purging.purge() > 0


def move(tenant_id: str) -> dict[str, Any]:
    """Move a tenant to an index of its own, up to the confirmation; the job."""
    job_id = start(tenant_id=tenant_id)["id"]
    work_until_switched(job_id)
    routing.cached.forget()
    job: dict[str, Any] = OPERATOR.post(f"{JOBS}/{job_id}/confirm").body
    return job


def job_now(job_id: str) -> tuple[str, str, int]:
    job = OPERATOR.get(f"{JOBS}/{job_id}")
    (family,) = job["families"]
    return job["status"], family["step"], family["removed"]


@contextmanager
def later(milliseconds: int) -> Iterator[None]:
    moment = clock.now_ms() + milliseconds
    with patch.object(clock, "now_ms", lambda: moment):
        yield


def test_what_a_moved_tenant_left_behind_goes_in_small_steps_that_may_each_be_the_last(
    alice: Person, mallory: Person, general: str, index: Index, opensearch: OpenSearch
) -> None:
    for number in range(9):
        alice.send(general, f"plan {number}")
    theirs = mallory.open_group(name="theirs")
    mallory.send(theirs, "their plan")
    index()
    job = move(alice.tenant_id)
    assert (job["status"], job["families"][0]["step"]) == ("confirmed", "clean")
    refused = OPERATOR.post(JOBS, {})
    assert (refused.status, refused.code) == (409, "rebuild_under_way")
    assert not maintenance.work(), "searches may still read the index of all for some seconds"
    assert len(engine.documents_of(opensearch, "messages", alice.tenant_id)) == 9

    def die_before_saving(_: rebuilds.Job) -> rebuilds.Job:
        raise Killed

    with later(routing.READ_CACHED_MS), patch.object(purging, "LEFT_BEHIND_A_STEP", 2):
        for left in (7, 5, 3):
            with patch.object(rebuilds, "save", die_before_saving), pytest.raises(Killed):
                maintenance.work()
            assert len(engine.documents_of(opensearch, "messages", alice.tenant_id)) == left
        while maintenance.work():
            assert texts(alice, "plan")
        assert engine.documents_of(opensearch, "messages", alice.tenant_id) == {}
        assert job_now(job["id"]) == ("confirmed", "clean", 3), "a batch from before may still write there"
    with later(purging.LATE_BATCH_MS):
        assert maintenance.work()
        assert not maintenance.work()
    assert job_now(job["id"]) == ("confirmed", "ready", 3)
    assert rebuilds.active() is None
    assert len(engine.documents_of(opensearch, "messages", mallory.tenant_id)) == 1
    assert len(texts(alice, "plan")) == 9
    assert texts(mallory, "plan") == ["their plan"]


def test_a_rebuild_from_the_table_keeps_each_tenants_messages_in_its_own_index(
    alice: Person, mallory: Person, general: str, index: Index, opensearch: OpenSearch, acme: Workspace
) -> None:
    alice.send(general, "a plan")
    theirs = mallory.open_group(name="theirs")
    mallory.send(theirs, "their plan")
    index()
    move(alice.tenant_id)
    with later(purging.LATE_BATCH_MS):
        while maintenance.work():
            pass
    job_id = start(source="table")["id"]
    with patch("parley.search.rebuilding.backfill.PAGES_PER_SECOND", 1e6):
        work_until_switched(job_id)
    own = read_alias(own_family(acme.tenant_id))
    engine.refresh(opensearch)
    opensearch.indices.refresh(index=own)
    assert len(engine.documents_of(opensearch, "messages", alice.tenant_id, own)) == 1
    assert engine.documents_of(opensearch, "messages", mallory.tenant_id, own) == {}
    assert engine.documents_of(opensearch, "messages", alice.tenant_id) == {}
    assert len(engine.documents_of(opensearch, "messages", mallory.tenant_id)) == 1
    assert texts(alice, "plan") == ["a plan"]
    assert texts(mallory, "plan") == ["their plan"]
    assert OPERATOR.post(f"{JOBS}/{job_id}/confirm").status == 200
