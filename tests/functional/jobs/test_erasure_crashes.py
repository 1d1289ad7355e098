"""An erasure whose worker dies after any call, again and again: what remains is what an undisturbed one leaves."""

from collections.abc import Iterator
from contextlib import suppress
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.messaging.messages.reactions import reactions
from parley.settings import settings as parley_settings
from parley.tables import dynamodb
from parley.tables.attributes import RawItem
from tests.functional.jobs.test_erasure import ZOE, live, ok
from tests.support.clients.jobs import RUN_SECONDS, JobQueues, playing_jobs
from tests.support.faults.interference import Crash, crash_after
from tests.support.people.clocks import START_MS
from tests.support.people.people import Workspace, new_workspace
from tests.support.people.traces import items_of, states_of, traces_of
from tests.support.people.world import own_tables

Snapshot = dict[str, list[RawItem]]


class Story:
    """A tenant with a user who is about to be erased, told over and over from the same beginning."""

    def __init__(self, jobs: JobQueues, messages: str) -> None:
        self.jobs, self.messages = jobs, messages
        self.acme: Workspace = new_workspace("acme")
        zoe, alice, bob = (self.acme.person(name) for name in (ZOE, "alice", "bob"))
        places = live(zoe, alice, bob, rejoin=True)
        zoe.open_group()
        for number in range(reactions.USERS_KEPT):
            fan = self.acme.person(f"fan{number:02d}")
            ok(zoe.post(f"/v1/conversations/{places['group']}/members", {"user_ids": [fan.user_id]}))
            ok(fan.post(f"/v1/messages/{places['mine']}/reactions", {"reaction": "🎉"}))
        ok(zoe.post(f"/v1/messages/{places['mine']}/reactions", {"reaction": "🎉"}))
        self.began = jobs.moved.now
        self.start: Snapshot = {name: items_of(name, self.acme.tenant_id) for name in self._tables()}
        self.undisturbed = self.tell([])

    @staticmethod
    def _tables() -> tuple[str, str]:
        return parley_settings().chat_table, parley_settings().control_table

    def _begin_again(self) -> None:
        for name in self._tables():
            for item in items_of(name, self.acme.tenant_id):
                dynamodb.client().delete_item(TableName=name, Key={"pk": item["pk"], "sk": item["sk"]})
            for item in self.start[name]:
                dynamodb.put(name, item)
        self.jobs.lose_messages()
        self.jobs.moved.now = self.began

    def tell(self, crashes: list[int]) -> list[RawItem]:
        """Erase the user, with the worker dead after so many calls of each of its first runs; what is left."""
        self._begin_again()
        job = ok(self.acme.server.delete(f"/v1/users/{ZOE}", messages=self.messages))
        for calls in crashes:
            with suppress(Crash), crash_after(calls):
                self.jobs.run_next()
            self.jobs.lose_messages()
            self.jobs.moved.pass_seconds(RUN_SECONDS + 120)
            self.jobs.sweep()
        for _ in range(20):
            self.jobs.run_all()
            if self.acme.server.get(f"/v1/jobs/{job['id']}")["status"] == "completed":
                break
            self.jobs.moved.pass_seconds(3600)
            self.jobs.sweep()
        assert self.acme.server.get(f"/v1/jobs/{job['id']}")["status"] == "completed"
        assert self.jobs.sweep() == 0
        assert traces_of(self.acme.tenant_id, ZOE) == []
        return states_of(self.acme.tenant_id)


@pytest.fixture(scope="module", params=["anonymise", "remove"])
def story(tables: None, request: pytest.FixtureRequest) -> Iterator[Story]:
    with own_tables(), patch.object(reactions, "USERS_KEPT", 2), playing_jobs() as jobs:
        assert jobs.moved.now == START_MS
        yield Story(jobs, request.param)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(crashes=st.lists(st.integers(0, 140), min_size=1, max_size=4))
def test_whenever_the_worker_dies_the_same_is_left(story: Story, crashes: list[int]) -> None:
    assert story.tell(crashes) == story.undisturbed
