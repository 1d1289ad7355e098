"""The sweeper: a job whose worker died or whose message was lost is gone on with, and no other."""

import json
from collections.abc import Iterator
from contextlib import suppress

import pytest

from parley.jobs import store, worker
from parley.jobs.job_queue import Reference, UnreadableMessage
from tests.support.clients.jobs import RUN_SECONDS, JobQueues, bodies, playing_jobs
from tests.support.faults.interference import Crash, crash_after
from tests.support.people.people import Workspace
from tests.support.people.world import own_tables

ABANDONED_SECONDS = worker.ABANDONED_AFTER_MS // 1000


@pytest.fixture
def jobs(tables: None) -> Iterator[JobQueues]:
    """In tables of their own: the sweeper sees the jobs of all tenants."""
    with own_tables(), playing_jobs() as playing:
        yield playing


@pytest.fixture
def job_id(jobs: JobQueues, acme: Workspace) -> str:
    """An erasure that has been asked for."""
    acme.person("zoe")
    return str(acme.server.delete("/v1/users/zoe")["id"])


def test_a_lost_message_is_made_up_for_once_and_ever_less_often(jobs: JobQueues, acme: Workspace, job_id: str) -> None:
    jobs.lose_messages()
    assert jobs.sweep() == 0
    queued_after = []
    for minute in range(1, 40):
        jobs.moved.pass_seconds(60)
        if jobs.sweep():
            queued_after.append(minute)
    assert queued_after == [3, 8, 17, 34]
    assert {body["job_id"] for body in bodies(jobs)} == {job_id}
    jobs.run_all()
    assert acme.server.get(f"/v1/jobs/{job_id}")["status"] == "completed"
    assert jobs.sweep() == 0


def test_a_job_that_a_dead_worker_holds_is_gone_on_with_when_the_lease_ends(
    jobs: JobQueues, acme: Workspace, job_id: str
) -> None:
    with suppress(Crash), crash_after(6):
        jobs.run_next()
    assert store.load(acme.tenant_id, job_id).lease_until > jobs.moved.now
    jobs.moved.pass_seconds(RUN_SECONDS)
    assert jobs.sweep() == 0
    jobs.moved.pass_seconds(worker.LEASE_MARGIN_SECONDS + ABANDONED_SECONDS)
    assert jobs.sweep() == 1


def test_of_two_messages_one_is_worked_on(jobs: JobQueues, acme: Workspace, job_id: str) -> None:
    held = store.take(acme.tenant_id, job_id, until=jobs.moved.now + 1_000)
    assert held is not None
    assert store.take(acme.tenant_id, job_id, until=jobs.moved.now + 1_000) is None
    jobs.moved.pass_seconds(2)
    assert store.take(acme.tenant_id, job_id, until=jobs.moved.now + 1_000) is not None
    with pytest.raises(store.LeaseLost):
        store.save(held)


def test_a_job_that_waits_is_left_alone(jobs: JobQueues, acme: Workspace, job_id: str) -> None:
    assert jobs.run_next()
    jobs.moved.pass_seconds(ABANDONED_SECONDS - 1)
    assert store.load(acme.tenant_id, job_id).step == "settling"
    assert jobs.sweep() == 0


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"tenant_id": "acme", "job": "x"})])
def test_what_no_function_of_ours_wrote_is_refused(text: str) -> None:
    with pytest.raises(UnreadableMessage):
        Reference.read(text)


def test_a_message_of_a_job_that_is_not_there_changes_nothing(jobs: JobQueues, acme: Workspace) -> None:
    worker.run(Reference(acme.tenant_id, "nothing"), lambda _: pytest.fail("there is nothing to do"), seconds=60)
