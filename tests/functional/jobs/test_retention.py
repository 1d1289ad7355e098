"""Retention: messages go once they are as old as their tenant keeps them, by a job that the clock begins each day."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.identity.tenant_settings import TenantSettings
from parley.jobs import retention, worker
from parley.jobs.job_queue import Reference
from parley.jobs.store import StoredJob
from parley.messaging.access import meta_key
from parley.messaging.sequence import allocate, close
from parley.permissions.declared import DeclaredTypes
from parley.settings import settings as parley_settings
from parley.streams.events import events_of
from parley.tables import dynamodb, keys
from parley.tables.expressions import Update, exists
from tests.functional.jobs.test_export import put_tenant
from tests.functional.jobs.test_truncation import left_of, ok, said_everything, seqs, truncate
from tests.support.aws.job_queues import RETENTIONS
from tests.support.clients.jobs import RUN_SECONDS, JobQueues
from tests.support.dynamodb.change_stream import ChangeStream, changes
from tests.support.faults.interference import Crash, before_call, crash_after
from tests.support.people.listing import listed, unread_of
from tests.support.people.people import Person, Workspace, new_workspace
from tests.support.people.traces import states_of

DAY = 86_400


def keep(acme: Workspace, **days: int | None) -> None:
    """Set how long the tenant keeps messages."""
    ok(acme.server.put(f"/v1/tenants/{acme.tenant_id}", {"settings": days}))


@pytest.fixture
def tenant(jobs: JobQueues, acme: Workspace) -> Workspace:
    put_tenant(acme)
    return acme


def run(jobs: JobQueues) -> None:
    """A day's retention, and what it begins."""
    jobs.start_retentions()
    jobs.run_all()


def retaining() -> list[str]:
    found, _ = dynamodb.query(parley_settings().chat_table, keys.retaining(), index="collection")
    return [raw["gsk"]["S"] for raw in found]


def test_what_is_older_than_the_limit_goes_with_all_that_hangs_on_it(
    jobs: JobQueues, tenant: Workspace, alice: Person, bob: Person, general: str
) -> None:
    said_everything(alice, bob, general)
    jobs.moved.pass_seconds(20 * DAY)
    young = ok(bob.send(general, "young"))["seq"]
    keep(tenant, retention_days=30)
    run(jobs)
    assert len(seqs(alice, general)) == 6
    jobs.moved.pass_seconds(11 * DAY)
    stream = ChangeStream()
    jobs.start_retentions()
    while left_of(tenant.tenant_id):
        assert jobs.run_next()
    jobs.run_all()
    told = [event for change in changes(stream.take()) for event in events_of(change)]
    assert [(event.type, event.entity_id) for event in told if event.type == "conversation.truncated"] == [
        ("conversation.truncated", general)
    ]
    assert {event.type for event in told} <= {"conversation.truncated", "thread.updated"}
    assert left_of(tenant.tenant_id) == []
    for who in (alice, bob):
        assert seqs(who, general) == [young]
    room = [item["sk"]["S"] for item in states_of(tenant.tenant_id) if f"#C#{general}" in item["pk"]["S"]]
    assert set(room) == {"DETAILS", "META", f"M#{young:012d}", "PINS", "ROSTER"}
    assert tenant.server.get("/v1/moderation/cases")["data"] == []


@pytest.mark.parametrize(("age_ms", "goes"), [(-1, False), (0, False), (1, True)])
def test_a_message_exactly_at_the_limit_stays(
    jobs: JobQueues, tenant: Workspace, alice: Person, general: str, age_ms: int, *, goes: bool
) -> None:
    keep(tenant, retention_days=1)
    ok(alice.send(general))
    jobs.moved.now += DAY * 1000 + age_ms
    run(jobs)
    assert seqs(alice, general) == ([] if goes else [1])


def test_each_type_has_a_limit_of_its_own_or_that_of_all(
    jobs: JobQueues, tenant: Workspace, alice: Person, bob: Person
) -> None:
    rooms = {
        kind: str(ok(alice.post("/v1/conversations", {"type": kind, "members": ["bob"], **named}))["id"])
        for kind, named in (("direct", {}), ("group", {"name": "team"}), ("channel", {"name": "news"}))
    }
    for room in rooms.values():
        ok(alice.send(room))
    keep(tenant, retention_days=10, direct_retention_days=0, channel_retention_days=5)

    def shown() -> set[str]:
        """What is left on the next day."""
        jobs.moved.pass_seconds(DAY)
        run(jobs)
        return {kind for kind, room in rooms.items() if seqs(bob, room)}

    jobs.moved.pass_seconds(5 * DAY)
    assert shown() == {"direct", "group"}
    jobs.moved.pass_seconds(4 * DAY)
    assert shown() == {"direct"}
    jobs.moved.pass_seconds(3700 * DAY)
    assert shown() == {"direct"}
    keep(tenant, direct_retention_days=None)
    assert shown() == set()


def test_tenants_are_listed_as_long_as_they_let_messages_go(jobs: JobQueues, tenant: Workspace) -> None:
    assert tenant.tenant_id not in retaining()
    keep(tenant, direct_retention_days=3)
    assert tenant.tenant_id in retaining()
    keep(tenant, direct_retention_days=0)
    assert tenant.tenant_id not in retaining()
    keep(tenant, retention_days=3)
    assert tenant.tenant_id in retaining()
    for each in ("group_retention_days", "channel_retention_days"):
        assert tenant.tenant_id in retaining()
        keep(tenant, **{each: 0})
    assert tenant.tenant_id not in retaining()


@pytest.mark.parametrize(
    "days",
    [
        {"retention_days": 0},
        {"retention_days": 3651},
        {"retention_days": 1.5},
        {"retention_days": "30"},
        {"group_retention_days": -1},
        {"direct_retention_days": 3651},
        {"retention_hours": 1},
    ],
)
def test_what_is_no_limit_is_refused(jobs: JobQueues, tenant: Workspace, days: dict[str, Any]) -> None:
    refused = tenant.server.put(f"/v1/tenants/{tenant.tenant_id}", {"settings": days})
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert tenant.tenant_id not in retaining()


def test_a_user_sets_no_limit(jobs: JobQueues, tenant: Workspace, alice: Person) -> None:
    refused = alice.put(f"/v1/tenants/{tenant.tenant_id}", {"settings": {"retention_days": 1}})
    assert refused.code == "server_token_required"


def test_a_limit_that_is_lengthened_or_taken_away_meanwhile_is_heeded(
    jobs: JobQueues, tenant: Workspace, alice: Person, bob: Person
) -> None:
    for longer in (30, None):
        room = alice.open_group(bob)
        ok(bob.send(room))
        keep(tenant, retention_days=1)
        jobs.moved.pass_seconds(2 * DAY)
        jobs.start_retentions()
        keep(tenant, retention_days=longer)
        jobs.run_all()
        assert seqs(bob, room) == [1]


def keep_type(acme: Workspace, name: str, days: int | None, like: str = "group") -> None:
    ok(acme.server.put(f"/v1/conversation-types/{name}", {"like": like, "retention_days": days}))


def open_room(alice: Person, kind: str | None, like: str = "group") -> str:
    said = {"type": like, "name": "room", "members": ["bob"], "declared_type": kind}
    return str(ok(alice.post("/v1/conversations", said))["id"])


def test_a_declared_type_has_a_limit_that_wins_over_the_settings(
    jobs: JobQueues, tenant: Workspace, alice: Person, bob: Person
) -> None:
    kinds = {"brief": 5, "kept": 0, "plain": None}
    for kind, days in kinds.items():
        keep_type(tenant, kind, days)
    rooms = {kind: open_room(alice, kind) for kind in (*kinds, None)}
    for room in rooms.values():
        ok(alice.send(room))
    keep(tenant, retention_days=20, group_retention_days=10)

    def shown_after(days: int) -> set[str | None]:
        jobs.moved.pass_seconds(days * DAY)
        run(jobs)
        return {kind for kind, room in rooms.items() if seqs(bob, room)}

    assert shown_after(6) == {"kept", "plain", None}
    assert shown_after(5) == {"kept"}
    assert shown_after(3700) == {"kept"}
    keep_type(tenant, "kept", None)
    assert shown_after(1) == set()


def test_tenants_are_listed_as_long_as_a_type_lets_messages_go(
    jobs: JobQueues, tenant: Workspace, alice: Person, bob: Person
) -> None:
    keep_type(tenant, "brief", 0)
    room = open_room(alice, "brief")
    plain = alice.open_group(bob)
    for each in (room, plain):
        ok(bob.send(each))
    assert tenant.tenant_id not in retaining()
    keep_type(tenant, "brief", 1)
    keep_type(tenant, "other", None)
    assert retaining().count(tenant.tenant_id) == 1
    keep(tenant, direct_retention_days=1)
    assert retaining().count(tenant.tenant_id) == 2
    jobs.moved.pass_seconds(2 * DAY)
    with patch.object(retention, "CONVERSATIONS", 1):
        assert jobs.start_retentions() == 1
    keep(tenant, direct_retention_days=None)
    jobs.run_all()
    assert (seqs(bob, room), seqs(bob, plain)) == ([], [1])
    keep_type(tenant, "brief", None)
    assert tenant.tenant_id not in retaining()
    keep_type(tenant, "other", 1)
    assert tenant.tenant_id in retaining()
    ok(tenant.server.delete("/v1/conversation-types/other"))
    assert tenant.tenant_id not in retaining()


def test_a_limit_of_a_type_that_is_changed_meanwhile_is_heeded(
    jobs: JobQueues, tenant: Workspace, alice: Person, bob: Person
) -> None:
    keep_type(tenant, "brief", 1)
    room = open_room(alice, "brief")
    ok(bob.send(room))
    jobs.moved.pass_seconds(2 * DAY)
    jobs.start_retentions()
    (waiting,) = (body for url, body, _ in jobs.messages() if url == RETENTIONS and tenant.tenant_id in body)

    def lengthened_when_found(job: StoredJob) -> StoredJob:
        if job.step == "bounding":
            keep_type(tenant, "brief", 30)
        return retention.advance(job)

    worker.run(Reference.read(waiting), lengthened_when_found, seconds=RUN_SECONDS)
    jobs.run_all()
    assert seqs(bob, room) == [1]


def test_a_hold_keeps_what_a_type_lets_go(jobs: JobQueues, tenant: Workspace, alice: Person, bob: Person) -> None:
    keep_type(tenant, "brief", 1)
    room = open_room(alice, "brief")
    ok(bob.send(room))
    hold = ok(tenant.server.post("/v1/holds", {"reason": "Matter 17", "user_id": "bob"}))
    jobs.moved.pass_seconds(2 * DAY)
    run(jobs)
    assert seqs(bob, room) == [1]
    assert tenant.server.delete(f"/v1/holds/{hold['id']}").status == 204
    jobs.moved.pass_seconds(DAY)
    run(jobs)
    assert seqs(bob, room) == []


DAYS = st.none() | st.integers(0, 9)


@given(
    days=st.none() | st.integers(1, 9),
    of_kind=st.fixed_dictionaries({"direct": DAYS, "group": DAYS, "channel": DAYS}),
    declared_types=st.dictionaries(st.sampled_from(["a", "b"]), st.tuples(st.sampled_from(["group", "channel"]), DAYS)),
)
def test_the_narrowest_limit_that_is_said_applies(
    days: int | None, of_kind: dict[str, int | None], declared_types: dict[str, tuple[str, int | None]]
) -> None:
    said = TenantSettings(
        retention_days=days,
        **{f"{kind}_retention_days": of_kind[kind] for kind in of_kind},
    )
    stored = {name: {"like": like, "retention_days": own} for name, (like, own) in declared_types.items()}
    kept = retention.Kept(said, DeclaredTypes(1, stored, {}))
    places = [*((kind, None) for kind in of_kind), *((like, name) for name, (like, _) in declared_types.items())]
    for kind, name in places:
        own = None if name is None else declared_types[name][1]
        first = next((each for each in (own, of_kind[kind], days) if each is not None), None)
        assert kept.days(kind, name) == (first or None)
        assert kept.lets_messages_go or kept.days(kind, name) is None
    assert kept.days("group", "never_declared") == kept.days("group", None)


def test_one_day_has_one_job(jobs: JobQueues, tenant: Workspace) -> None:
    keep(tenant, retention_days=1)
    jobs.moved.pass_seconds(DAY)
    assert jobs.start_retentions() >= 1
    assert jobs.start_retentions() == 0
    jobs.moved.pass_seconds(DAY)
    assert jobs.start_retentions() >= 1


def test_a_tenant_without_conversations_is_done_at_once(jobs: JobQueues, tenant: Workspace) -> None:
    keep(tenant, retention_days=1)
    run(jobs)
    assert [item for item in states_of(tenant.tenant_id) if item["sk"]["S"] == "JOB"] == []


def test_another_tenants_messages_stay(jobs: JobQueues, tenant: Workspace, alice: Person, general: str) -> None:
    globex = new_workspace("globex")
    mallory = globex.person("mallory")
    theirs = mallory.open_group()
    ok(mallory.send(theirs))
    ok(alice.send(general))
    keep(tenant, retention_days=1)
    jobs.moved.pass_seconds(2 * DAY)
    run(jobs)
    assert (seqs(mallory, theirs), seqs(alice, general)) == ([1], [])


def test_a_thread_goes_with_its_root_and_a_reply_that_is_shown_at_its_own_age(
    jobs: JobQueues, tenant: Workspace, alice: Person, bob: Person, general: str
) -> None:
    root = ok(bob.send(general))["id"]
    keep(tenant, retention_days=10)
    jobs.moved.pass_seconds(9 * DAY)
    hidden = ok(alice.send(general, "hidden", parent_id=root))["id"]
    shown = ok(alice.send(general, "shown", parent_id=root, show_in_conversation=True))["id"]
    jobs.moved.pass_seconds(2 * DAY)
    run(jobs)
    (left,) = ok(bob.get(f"/v1/conversations/{general}/messages"))["data"]
    assert left["id"] == shown
    assert bob.get(f"/v1/messages/{hidden}").status == 404
    jobs.moved.pass_seconds(9 * DAY)
    run(jobs)
    assert seqs(bob, general) == []


@pytest.mark.parametrize("closed_after", [0, 9])
def test_a_number_that_nobody_used_holds_up_nothing_that_came_after_it(
    jobs: JobQueues, tenant: Workspace, alice: Person, bob: Person, general: str, closed_after: int
) -> None:
    """Its sender died, and who reads there closes its place, perhaps only days later."""
    keep(tenant, retention_days=10)
    at = meta_key(tenant.tenant_id, general)
    died = allocate(at, Update(), now=jobs.moved.now, condition=exists())
    ok(alice.send(general, "secretword"))
    jobs.moved.pass_seconds(closed_after * DAY)
    assert close(at, general, died.seq)
    jobs.moved.pass_seconds((10 - closed_after) * DAY)
    young = ok(bob.send(general, "young"))["seq"]
    jobs.moved.pass_seconds(1)
    run(jobs)
    assert seqs(bob, general) == [young]
    assert left_of(tenant.tenant_id) == []


def test_lists_and_unread_counts_are_of_what_is_left(
    jobs: JobQueues, tenant: Workspace, alice: Person, bob: Person, general: str
) -> None:
    for _ in range(3):
        ok(alice.send(general, "old"))
    jobs.moved.pass_seconds(2 * DAY)
    ok(alice.send(general, "young"))
    assert unread_of(bob, general) == 4
    keep(tenant, retention_days=1)
    run(jobs)
    assert (unread_of(bob, general), listed(bob, general)["last_message"]["text"]) == (1, "young")
    jobs.moved.pass_seconds(2 * DAY)
    run(jobs)
    assert (unread_of(bob, general), listed(bob, general)["last_message"], seqs(bob, general)) == (0, None, [])
    ok(alice.send(general, "after"))
    assert (unread_of(bob, general), bob.get("/v1/unread")["total"]) == (1, 1)


def test_what_is_archived_goes_too(jobs: JobQueues, tenant: Workspace, alice: Person, general: str) -> None:
    ok(alice.send(general, "secretword"))
    ok(alice.delete(f"/v1/conversations/{general}"))
    keep(tenant, retention_days=1)
    jobs.moved.pass_seconds(2 * DAY)
    run(jobs)
    assert left_of(tenant.tenant_id) == []


def test_who_truncates_further_meanwhile_is_not_taken_back(
    jobs: JobQueues, tenant: Workspace, alice: Person, bob: Person, general: str
) -> None:
    ok(bob.send(general))
    keep(tenant, retention_days=1)
    jobs.moved.pass_seconds(2 * DAY)
    ok(bob.send(general, "young"))
    jobs.start_retentions()
    (waiting,) = (body for url, body, _ in jobs.messages() if url == RETENTIONS and tenant.tenant_id in body)
    with before_call("TransactWriteItems", lambda: ok(truncate(alice, general))):
        worker.run(Reference.read(waiting), retention.advance, seconds=RUN_SECONDS)
    jobs.run_all()
    assert seqs(bob, general) == []
    assert bob.get(f"/v1/conversations/{general}")["membership"]["visible_from"] == 2


@pytest.fixture
def small_pages() -> Iterator[None]:
    with patch.object(retention, "CONVERSATIONS", 1), patch.object(retention, "MESSAGES", 2):
        yield


def test_a_job_that_dies_after_any_call_is_carried_through(
    jobs: JobQueues, tenant: Workspace, small_pages: None, alice: Person, bob: Person
) -> None:
    keep(tenant, retention_days=1)
    for calls in range(0, 80, 4):
        rooms = [alice.open_group(bob) for _ in range(2)]
        for room in rooms:
            for _ in range(3):
                ok(bob.send(room, "secretword"))
        jobs.moved.pass_seconds(2 * DAY)
        for room in rooms:
            ok(bob.send(room, "young"))
        with suppress(Crash), crash_after(calls // 4):
            jobs.start_retentions()
        jobs.start_retentions()
        for after in (calls, calls // 2):
            with suppress(Crash), crash_after(after):
                jobs.run_next()
            jobs.lose_messages()
            jobs.moved.pass_seconds(RUN_SECONDS + 120)
            jobs.sweep()
        jobs.run_all()
        assert left_of(tenant.tenant_id) == []
        assert [seqs(bob, room) for room in rooms] == [[4], [4]]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ages=st.lists(st.integers(0, 6), min_size=1, max_size=12), days=st.integers(1, 6))
def test_what_goes_is_what_came_before_the_first_that_is_young_enough(
    jobs: JobQueues, small_pages: None, ages: list[int], days: int
) -> None:
    """Clocks differ and imports bring moments of their own, so the moments of messages need not rise."""
    acme = new_workspace("acme")
    put_tenant(acme)
    alice, bob = acme.person("alice"), acme.person("bob")
    room = alice.open_group(bob)
    now = jobs.moved.now
    for age in ages:
        jobs.moved.now = now - age * DAY * 1000
        ok(alice.send(room))
    jobs.moved.now = now
    keep(acme, retention_days=days)
    jobs.moved.now += 1
    jobs.start_retentions()
    jobs.run_all()
    young = next((place for place, age in enumerate(ages) if age < days), len(ages))
    left = list(range(young + 1, len(ages) + 1))
    assert seqs(bob, room, order="asc", limit=50) == left
    assert unread_of(bob, room) == len(left)
    jobs.moved.now = now + DAY * 1000
