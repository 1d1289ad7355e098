"""Holds: what they cover is removed by no retention, no truncation and no erasure, as long as they stand."""

from collections.abc import Callable
from typing import Any

import pytest

from parley import clock
from parley.holds import coverage, holds
from parley.jobs import truncation, worker
from parley.jobs.job_queue import Reference
from parley.messaging import truncating
from parley.settings import settings
from parley.tables import dynamodb, keys
from tests.functional.jobs.test_erasure import ZOE
from tests.functional.jobs.test_export import put_tenant
from tests.functional.jobs.test_retention import DAY, keep
from tests.functional.jobs.test_truncation import left_of, ok, said_everything, seqs, truncate
from tests.support.aws.gateway import Answer
from tests.support.clients.jobs import RUN_SECONDS, JobQueues
from tests.support.faults.dynamodb_faults import faulty
from tests.support.faults.interference import crash_after
from tests.support.people.people import Person, Workspace, new_workspace
from tests.support.people.traces import items_of

HOUR = 3600


def hold(acme: Workspace, key: str | None = None, **on: Any) -> Answer:
    return acme.server.post("/v1/holds", {"reason": "Matter 17", **on}, key=key)


def holds_of(acme: Workspace) -> list[dict[str, Any]]:
    return list(ok(acme.server.get("/v1/holds"))["data"])


def work_for(jobs: JobQueues, seconds: int) -> None:
    """Let time pass, and have worked on what comes due meanwhile."""
    until = jobs.moved.now + seconds * 1000
    while (waiting := jobs.messages()) and waiting[0][2] <= until:
        jobs.run_next()
    jobs.moved.now = until


@pytest.fixture
def tenant(jobs: JobQueues, acme: Workspace) -> Workspace:
    put_tenant(acme)
    return acme


@pytest.fixture
def zoe(acme: Workspace, tables: None) -> Person:
    """A user with a profile, who can be erased."""
    return acme.person(ZOE, "Zoe")


def test_a_hold_is_placed_listed_and_released(acme: Workspace, alice: Person, general: str) -> None:
    on_room = ok(hold(acme, conversation_id=general))
    until = clock.to_rfc3339(clock.to_datetime(clock.now_ms() + DAY * 1000))
    acting = Person(acme.tenant_id, "", scope="server", headers={"X-Acting-User": "counsel"})
    on_alice = ok(acting.post("/v1/holds", {"user_id": "alice", "reason": "Matter 18", "until": until}))
    assert (on_room["conversation_id"], on_room["user_id"], on_room["until"]) == (general, None, None)
    assert (on_alice["user_id"], on_alice["placed_by"], on_alice["until"]) == ("alice", "counsel", until)
    assert holds_of(acme) == [on_room, on_alice]
    for _ in range(2):
        assert acme.server.delete(f"/v1/holds/{on_room['id']}").status == 204
    assert acme.server.delete("/v1/holds/nothing").status == 204
    assert holds_of(acme) == [on_alice]


def test_only_a_back_end_may(acme: Workspace, alice: Person, general: str) -> None:
    placed = ok(hold(acme, conversation_id=general))["id"]
    body = {"conversation_id": general, "reason": "mine"}
    refused = [alice.post("/v1/holds", body), alice.get("/v1/holds"), alice.delete(f"/v1/holds/{placed}")]
    assert {each.code for each in refused} == {"server_token_required"}
    assert [each["id"] for each in holds_of(acme)] == [placed]


def test_another_tenant_sees_and_reaches_none(acme: Workspace, general: str) -> None:
    placed = ok(hold(acme, conversation_id=general))["id"]
    globex = new_workspace("globex")
    assert hold(globex, conversation_id=general).code == "conversation_not_found"
    assert hold(globex, user_id="alice").code == "user_not_found"
    assert holds_of(globex) == []
    assert globex.server.delete(f"/v1/holds/{placed}").status == 204
    assert [each["id"] for each in holds_of(acme)] == [placed]


def test_who_is_not_there_is_not_held(jobs: JobQueues, acme: Workspace, zoe: Person) -> None:
    """What is left of an erasure, and of a revocation of tokens, is no user."""
    ok(acme.server.post("/v1/users/nobody/revoke-tokens"))
    assert hold(acme, user_id="nobody").code == "user_not_found"
    ok(erase(acme))
    under_way = ok(hold(acme, user_id=ZOE))["id"]
    ok(acme.server.delete(f"/v1/holds/{under_way}"))
    jobs.run_all()
    assert hold(acme, user_id=ZOE).code == "user_not_found"
    assert holds_of(acme) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"conversation_id": "{room}", "user_id": "alice"},
        {"conversation_id": "{room}", "reason": ""},
        {"conversation_id": "{room}", "reason": " "},
        {"conversation_id": "{room}", "reason": "x" * 251},
        {"conversation_id": "{room}", "reason": None},
        {"conversation_id": "{room}", "until": "yesterday"},
        {"conversation_id": "{room}", "until": "2020-01-01T00:00:00Z"},
        {"conversation_id": "{room}", "note": "more"},
    ],
)
def test_what_is_no_hold_is_refused(acme: Workspace, alice: Person, general: str, body: dict[str, Any]) -> None:
    on = {name: general if value == "{room}" else value for name, value in body.items()}
    assert hold(acme, **on).code == "validation_failed"
    assert holds_of(acme) == []


def test_there_are_at_most_fifty_and_one_more_after_a_release(acme: Workspace, general: str) -> None:
    placed = [ok(hold(acme, conversation_id=general))["id"] for _ in range(holds.MOST_HOLDS)]
    assert hold(acme, conversation_id=general).code == "too_many_holds"
    for _ in range(2):
        assert acme.server.delete(f"/v1/holds/{placed[0]}").status == 204
    ok(hold(acme, conversation_id=general))
    assert hold(acme, conversation_id=general).code == "too_many_holds"


def test_a_request_that_dies_after_any_call_places_one_hold(jobs: JobQueues, acme: Workspace, general: str) -> None:
    for calls in range(20):
        with crash_after(calls) as tried:
            hold(acme, key=f"k{calls}", conversation_id=general)
        jobs.moved.pass_seconds(61)
        first = ok(hold(acme, key=f"k{calls}", conversation_id=general))
        assert [each["id"] for each in holds_of(acme)] == [first["id"]]
        acme.server.delete(f"/v1/holds/{first['id']}")
        counted = [
            int(item["hold_count"]["N"])
            for item in items_of(settings().chat_table, acme.tenant_id)
            if item["sk"]["S"] == keys.HOLD_COUNT_SK and "hold_count" in item
        ]
        assert counted == [0]
        if len(tried) <= calls:
            return
    raise AssertionError("more calls than any request makes")


@pytest.mark.parametrize("held", ["conversation", "member", "former member"])
def test_retention_passes_over_what_is_held(
    jobs: JobQueues, tenant: Workspace, alice: Person, bob: Person, general: str, held: str
) -> None:
    other = alice.open_group(name="other")
    for room in (general, other):
        ok(alice.send(room, "secretword"))
    if held == "former member":
        ok(alice.delete(f"/v1/conversations/{general}/members/bob"))
    on = {"conversation_id": general} if held == "conversation" else {"user_id": "bob"}
    placed = ok(hold(tenant, **on))["id"]
    keep(tenant, retention_days=1)
    jobs.moved.pass_seconds(2 * DAY)
    jobs.start_retentions()
    jobs.run_all()
    assert (seqs(alice, general), seqs(alice, other)) == ([1], [])
    ok(tenant.server.delete(f"/v1/holds/{placed}"))
    jobs.moved.pass_seconds(DAY)
    jobs.start_retentions()
    jobs.run_all()
    assert seqs(alice, general) == []
    assert left_of(tenant.tenant_id) == []


def test_who_leaves_while_holds_are_looked_at_is_held_there(
    acme: Workspace, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is read last of what is read at once, and between whichever two calls they leave."""
    ok(hold(acme, user_id="bob"))
    held = coverage.of(acme.tenant_id)
    monkeypatch.setattr(dynamodb, "map_parallel", lambda call, given: [call(each) for each in reversed(given)])
    for calls in (1, 2):
        room = alice.open_group(bob)
        left: list[Answer] = []

        def leave(number: int, _: str, *, at: int = calls, room: str = room, left: list[Answer] = left) -> None:
            if number == at and not left:
                left.append(bob.delete(f"/v1/conversations/{room}/members/bob"))

        with faulty(leave):
            assert held.covers(room)


def test_a_truncation_hides_and_removes_once_the_hold_is_released(
    jobs: JobQueues, acme: Workspace, alice: Person, bob: Person, general: str
) -> None:
    said_everything(alice, bob, general)
    placed = ok(hold(acme, user_id="bob"))["id"]
    before = left_of(acme.tenant_id)
    job = ok(truncate(alice, general))["job_id"]
    assert seqs(bob, general) == []
    work_for(jobs, 3 * HOUR)
    kept = [item["sk"]["S"] for item in left_of(acme.tenant_id)]
    assert kept == [item["sk"]["S"] for item in before if item["sk"]["S"] != "META"]
    waiting = ok(acme.server.get(f"/v1/jobs/{job}"))
    assert (waiting["status"], waiting["held"], waiting["failures"]) == ("running", True, 0)
    ok(acme.server.delete(f"/v1/holds/{placed}"))
    jobs.run_all()
    assert left_of(acme.tenant_id) == []
    ended = ok(acme.server.get(f"/v1/jobs/{job}"))
    assert (ended["status"], ended["held"]) == ("completed", False)


def test_a_hold_that_comes_between_two_pages_keeps_the_rest(
    jobs: JobQueues, acme: Workspace, alice: Person, bob: Person, general: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(truncating, "PAGE", 2)
    for _ in range(9):
        ok(alice.send(general, "secretword"))
    remove = truncating.remove_messages

    def beside(*given: Any) -> truncating.Removed:
        removed = remove(*given)
        if not holds_of(acme):
            ok(hold(acme, conversation_id=general))
        return removed

    monkeypatch.setattr(truncating, "remove_messages", beside)
    job = ok(truncate(alice, general))["job_id"]
    jobs.moved.pass_seconds(61)
    worker.run(Reference(acme.tenant_id, job), truncation.advance, seconds=RUN_SECONDS)
    assert len(left_of(acme.tenant_id)) == 7


def test_what_ends_keeps_nothing(jobs: JobQueues, acme: Workspace, alice: Person, general: str) -> None:
    ok(alice.send(general, "secretword"))
    until = clock.to_rfc3339(clock.to_datetime(jobs.moved.now + 2 * HOUR * 1000))
    ok(hold(acme, conversation_id=general, until=until))
    ok(truncate(alice, general))
    work_for(jobs, HOUR)
    assert left_of(acme.tenant_id)
    work_for(jobs, 3 * HOUR)
    assert left_of(acme.tenant_id) == []
    assert len(holds_of(acme)) == 1


def test_a_hold_of_another_conversation_or_tenant_stops_nothing(
    jobs: JobQueues, acme: Workspace, alice: Person, bob: Person, general: str
) -> None:
    ok(hold(acme, conversation_id=alice.open_group(name="other")))
    ok(hold(acme, conversation_id=bob.open_group(name="of bob's own")))
    ok(alice.send(general, "secretword"))
    ok(truncate(alice, general))
    jobs.run_all()
    assert left_of(acme.tenant_id) == []


def erase(acme: Workspace) -> Answer:
    return acme.server.delete(f"/v1/users/{ZOE}", messages="remove")


@pytest.mark.parametrize("left", [False, True])
@pytest.mark.parametrize("held", ["user", "conversation"])
def test_a_user_who_is_held_is_not_erased(
    jobs: JobQueues, acme: Workspace, alice: Person, zoe: Person, held: str, *, left: bool
) -> None:
    room = alice.open_group(zoe)
    ok(zoe.send(room, "secretword"))
    if left:
        ok(zoe.delete(f"/v1/conversations/{room}/members/{ZOE}"))
    placed = ok(hold(acme, **({"user_id": ZOE} if held == "user" else {"conversation_id": room})))["id"]
    refused = erase(acme)
    assert (refused.status, refused.code) == (409, "user_held")
    assert zoe.get("/v1/users/me")["name"] == "Zoe"
    jobs.run_all()
    assert left_of(acme.tenant_id)
    ok(acme.server.delete(f"/v1/holds/{placed}"))
    assert erase(acme).status == 202
    jobs.run_all()
    assert left_of(acme.tenant_id) == []


def _on_the_user(room: str) -> dict[str, str]:
    return {"user_id": ZOE}


def _on_the_conversation(room: str) -> dict[str, str]:
    return {"conversation_id": room}


def _on_somebody_there(room: str) -> dict[str, str]:
    return {"user_id": "alice"}


@pytest.mark.parametrize("on", [_on_the_user, _on_the_conversation, _on_somebody_there])
def test_an_erasure_that_is_under_way_waits(
    jobs: JobQueues, acme: Workspace, alice: Person, zoe: Person, on: Callable[[str], dict[str, str]]
) -> None:
    room = alice.open_group(zoe)
    ok(zoe.send(room, "secretword"))
    job = ok(erase(acme))["id"]
    placed = ok(hold(acme, **on(room)))["id"]
    work_for(jobs, 3 * HOUR)
    assert left_of(acme.tenant_id)
    assert ok(acme.server.get(f"/v1/jobs/{job}"))["held"]
    jobs.lose_messages()
    ok(acme.server.delete(f"/v1/holds/{placed}"))
    jobs.moved.pass_seconds(HOUR + RUN_SECONDS + 120)
    jobs.sweep()
    jobs.run_all()
    assert left_of(acme.tenant_id) == []
    ended = ok(acme.server.get(f"/v1/jobs/{job}"))
    assert (ended["status"], ended["held"]) == ("completed", False)


def test_an_erased_user_is_named_in_no_hold(
    jobs: JobQueues, acme: Workspace, alice: Person, zoe: Person, general: str
) -> None:
    counsel = Person(acme.tenant_id, "", scope="server", headers={"X-Acting-User": ZOE})
    ok(counsel.post("/v1/holds", {"conversation_id": general, "reason": "Matter 17"}))
    jobs.moved.pass_seconds(1)
    until = clock.to_rfc3339(clock.to_datetime(jobs.moved.now + HOUR * 1000))
    ok(hold(acme, user_id=ZOE, until=until))
    jobs.moved.pass_seconds(HOUR)
    ok(erase(acme))
    jobs.run_all()
    assert [(each["user_id"], each["placed_by"]) for each in holds_of(acme)] == [(None, "_deleted"), ("_deleted", None)]
