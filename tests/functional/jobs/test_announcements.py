"""Announcements: one message to many conversations, each of which gets it once."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from parley import clock, limits
from parley.announcements import announcements, announcing
from parley.errors import RateLimited, Unavailable
from parley.jobs import store, worker
from parley.jobs.job_queue import Reference
from parley.messaging.messages.sending import sending
from parley.settings import settings
from parley.streams.events import events_of
from tests.functional.jobs.test_export import put_tenant
from tests.functional.jobs.test_truncation import ok, truncate
from tests.support.aws.gateway import Answer
from tests.support.clients.jobs import JobQueues
from tests.support.dynamodb.change_stream import ChangeStream, changes
from tests.support.faults.interference import Crash, crash_after
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.listing import unread_of
from tests.support.people.people import Person, Workspace, new_workspace
from tests.support.people.tokens import OPERATOR
from tests.support.people.traces import items_of

HOUR = 3_600_000


@pytest.fixture(autouse=True)
def tenant(jobs: JobQueues, acme: Workspace) -> Workspace:
    registered(acme)
    return acme


def registered(acme: Workspace) -> None:
    """Make the tenant one that is stored, as a job finds it."""
    put_tenant(acme)
    ok(acme.server.put(f"/v1/tenants/{acme.tenant_id}", {"settings": {"pre_send_url": None}}))


def announce(
    acme: Workspace, key: str | None = None, text: str = "Back at noon", audience: Any = None, **body: Any
) -> Answer:
    body = {"message": {"text": text}, "audience": audience or {}, **body}
    return acme.server.post("/v1/announcements", body, key=key)


def shown(acme: Workspace, announcement_id: str) -> dict[str, Any]:
    return ok(acme.server.get(f"/v1/announcements/{announcement_id}"))


def cancel(acme: Workspace, announcement_id: str) -> Answer:
    return acme.server.post(f"/v1/announcements/{announcement_id}/cancel")


def said(who: Person, room: str) -> list[str]:
    """What back ends have said in a conversation, the oldest first."""
    found = ok(who.get(f"/v1/conversations/{room}/messages", limit=100, order="asc"))["data"]
    return [each["text"] for each in found if each["author_id"] == "_system"]


def rooms_of(who: Person, count: int) -> list[str]:
    return [who.open_group(name=f"room {number}") for number in range(count)]


def open_count(acme: Workspace) -> int:
    found = [each for each in items_of(settings().control_table, acme.tenant_id) if "open" in each]
    return int(found[0]["open"]["N"]) if found else 0


def work(acme: Workspace, announcement_id: str, seconds: float = 120) -> None:
    """What a worker does with one."""
    reference = Reference(acme.tenant_id, announcement_id)
    worker.run(reference, announcing.advance, seconds=seconds, end=announcements.end)


def in_minutes(jobs: JobQueues, minutes: int) -> str:
    return clock.to_rfc3339(clock.to_datetime(jobs.moved.now + minutes * 60_000))


@pytest.fixture
def three(alice: Person) -> list[str]:
    return rooms_of(alice, 3)


def test_each_conversation_gets_it_once_as_a_message_of_the_back_end(
    jobs: JobQueues, acme: Workspace, alice: Person, bob: Person, general: str, three: list[str]
) -> None:
    stream = ChangeStream()
    begun = announce(acme, message={"text": "Back at noon", "custom": {"kind": "maintenance"}})
    assert begun.status == 202
    assert (begun["status"], begun["reached"], begun["percent"]) == ("running", 0, 0)
    assert begun["audience"] == {"conversations": None, "type": None, "declared_type": None, "team": None}
    jobs.run_all()
    for room in (general, *three):
        assert said(alice, room) == ["Back at noon"]
    message = ok(bob.get(f"/v1/conversations/{general}/messages"))["data"][0]
    assert (message["author_id"], message["type"], message["custom"]) == ("_system", "system", {"kind": "maintenance"})
    assert unread_of(bob, general) == 1
    told = [event for change in changes(stream.take()) for event in events_of(change)]
    created = [str(event.conversation_id) for event in told if event.type == "message.created"]
    assert sorted(created) == sorted([general, *three])
    ended = shown(acme, begun["id"])
    assert (ended["status"], ended["percent"], ended["reached"], ended["sent"]) == ("completed", 100, 4, 4)
    assert (ended["skipped"], ended["failed"], ended["finished_at"] is not None) == ({}, 0, True)
    assert (open_count(acme), jobs.messages()) == (0, [])


def test_a_silent_one_is_unread_for_nobody(jobs: JobQueues, acme: Workspace, bob: Person, general: str) -> None:
    ok(announce(acme, message={"text": "quietly", "silent": True}))
    jobs.run_all()
    assert (said(bob, general), unread_of(bob, general)) == (["quietly"], 0)


def test_named_conversations_alone_get_it(
    jobs: JobQueues, acme: Workspace, alice: Person, general: str, three: list[str]
) -> None:
    begun = ok(announce(acme, audience={"conversation_ids": three[:2]}))
    assert begun["audience"]["conversations"] == 2
    jobs.run_all()
    assert [len(said(alice, room)) for room in (*three, general)] == [1, 1, 0, 0]
    assert shown(acme, begun["id"])["sent"] == 2


@pytest.mark.parametrize(
    ("audience", "reached"),
    [
        ({"type": "direct"}, {"direct"}),
        ({"type": "group"}, {"group", "support", "red"}),
        ({"type": "channel"}, {"channel"}),
        ({"declared_type": "support"}, {"support"}),
        ({"declared_type": "unused"}, set()),
        ({"team": "red"}, {"red"}),
        ({"team": "blue"}, set()),
        ({"type": "channel", "team": "red"}, set()),
        ({"type": "group", "declared_type": "support"}, {"support"}),
        ({}, {"direct", "group", "channel", "support", "red"}),
    ],
)
def test_an_audience_is_all_that_fit_what_is_said_of_it(
    jobs: JobQueues, acme: Workspace, alice: Person, bob: Person, audience: dict[str, str], reached: set[str]
) -> None:
    for name in ("support", "unused"):
        ok(acme.server.put(f"/v1/conversation-types/{name}", {"like": "group"}))
    acting = Person(acme.tenant_id, "", scope="server", headers={"X-Acting-User": "alice"})
    rooms = {
        name: str(ok(acting.post("/v1/conversations", {"members": ["bob"], **body}))["id"])
        for name, body in {
            "direct": {"type": "direct"},
            "group": {"type": "group", "name": "a group"},
            "channel": {"type": "channel", "name": "a channel"},
            "support": {"type": "group", "name": "support", "declared_type": "support"},
        }.items()
    }
    for user in ("alice", "bob"):
        ok(acme.server.put(f"/v1/users/{user}", {"teams": ["red"]}))
    red = {"type": "group", "name": "red", "team": "red", "members": ["bob"]}
    rooms["red"] = str(ok(acting.post("/v1/conversations", red))["id"])
    begun = ok(announce(acme, audience=audience))
    assert {name: value for name, value in begun["audience"].items() if value is not None} == audience
    jobs.run_all()
    assert {name for name, room in rooms.items() if said(bob, room)} == reached
    assert shown(acme, begun["id"])["sent"] == len(reached)


def test_an_audience_can_be_counted_before_anybody_gets_anything(
    jobs: JobQueues, acme: Workspace, alice: Person, general: str, three: list[str], small_steps: None
) -> None:
    counts = [ok(announce(acme, audience=each, only_count=True))["id"] for each in ({}, {"type": "channel"})]
    jobs.run_all()
    ended = [shown(acme, each) for each in counts]
    assert [(each["status"], each["reached"], each["sent"]) for each in ended] == [
        ("completed", 4, 0),
        ("completed", 0, 0),
    ]
    assert [each["skipped"] for each in ended] == [{}, {}]
    assert [said(alice, room) for room in (general, *three)] == [[]] * 4


def test_what_refuses_is_counted_by_its_code(
    jobs: JobQueues, acme: Workspace, alice: Person, bob: Person, general: str, three: list[str]
) -> None:
    """A frozen conversation takes what a back end says; one that is held too."""
    archived, frozen, held = three
    ok(alice.delete(f"/v1/conversations/{archived}"))
    ok(alice.put(f"/v1/conversations/{frozen}", {"frozen": True}))
    ok(acme.server.post("/v1/holds", {"conversation_id": held, "reason": "Matter 17"}))
    ok(alice.send(general, "before"))
    ok(truncate(alice, general))
    globex = new_workspace("globex")
    theirs = globex.person("alice").open_group()
    named = {"conversation_ids": [*three, general, theirs, "0" * 26]}
    begun = ok(announce(acme, audience=named))
    jobs.run_all()
    ended = shown(acme, begun["id"])
    assert ended["skipped"] == {"conversation_archived": 1, "conversation_not_found": 2}
    assert (ended["status"], ended["sent"], ended["reached"], ended["failed"]) == ("completed", 3, 6, 0)
    assert [len(said(alice, room)) for room in (archived, frozen, held, general)] == [0, 1, 1, 1]
    assert said(globex.person("alice"), theirs) == []


def test_it_waits_for_its_moment(jobs: JobQueues, acme: Workspace, alice: Person, general: str) -> None:
    at = jobs.moved.now + 50 * 60_000
    begun = ok(announce(acme, send_at=in_minutes(jobs, 50)))
    assert (begun["status"], begun["send_at"]) == ("scheduled", in_minutes(jobs, 50))
    while shown(acme, begun["id"])["status"] == "scheduled":
        assert said(alice, general) == []
        assert jobs.run_next()
    assert jobs.moved.now == at
    jobs.run_all()
    assert (said(alice, general), jobs.moved.now) == (["Back at noon"], at)


def test_the_sweeper_finds_one_whose_message_was_lost(
    jobs: JobQueues, acme: Workspace, alice: Person, general: str
) -> None:
    ok(announce(acme, send_at=in_minutes(jobs, 5)))
    jobs.lose_messages()
    jobs.moved.pass_seconds(300)
    assert jobs.sweep() == 0
    jobs.moved.pass_seconds(121)
    assert jobs.sweep() == 1
    jobs.run_all()
    assert said(alice, general) == ["Back at noon"]


def test_the_tenants_announcements_share_one_pace(
    jobs: JobQueues, acme: Workspace, alice: Person, general: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sends beside them is refused nothing, and another tenant's pace is its own."""
    ok(acme.server.put(f"/v1/tenants/{acme.tenant_id}", {"settings": {"tenant_messages_per_minute": 72}}))
    rooms_of(alice, 10)
    began = jobs.moved.now
    both = [ok(announce(acme, text=text))["id"] for text in ("one", "two")]
    moments: list[int] = []
    send = sending.send

    def noting(*given: Any, **named: Any) -> Any:
        moments.append(jobs.moved.now)
        return send(*given, **named)

    monkeypatch.setattr(sending, "send", noting)
    jobs.run_all()
    assert [shown(acme, each)["sent"] for each in both] == [11, 11]
    assert len(moments) == 22
    for moment in moments:
        assert len([each for each in moments if moment <= each < moment + 10_000]) <= 3
    assert jobs.moved.now - began >= 60_000


def test_the_tenants_own_limit_is_waited_for(
    jobs: JobQueues, acme: Workspace, alice: Person, bob: Person, general: str
) -> None:
    """Users who send all that the tenant may leave an announcement waiting: nothing is skipped."""
    ok(acme.server.put(f"/v1/tenants/{acme.tenant_id}", {"settings": {"tenant_messages_per_minute": 24}}))
    tenant = announcing._back_end(acme.tenant_id)
    for _ in range(24):
        limits.take(limits.MESSAGES, tenant)
    begun = ok(announce(acme))
    jobs.run_next()
    assert (shown(acme, begun["id"])["reached"], said(alice, general)) == (0, [])
    jobs.run_all()
    assert (shown(acme, begun["id"])["sent"], said(alice, general)) == (1, ["Back at noon"])


def test_a_limit_that_lasts_is_no_failure(jobs: JobQueues, acme: Workspace, alice: Person, general: str) -> None:
    refused: list[int] = []
    send = sending.send

    def limited(*given: Any, **named: Any) -> Any:
        refused.append(jobs.moved.now)
        if len(refused) <= 3 * announcing.MOST_TRIES:
            raise RateLimited(retry_after=20)
        return send(*given, **named)

    begun = ok(announce(acme))["id"]
    with patch.object(sending, "send", limited):
        jobs.run_all()
    assert (shown(acme, begun)["sent"], shown(acme, begun)["failed"]) == (1, 0)
    assert {later - earlier for earlier, later in pairwise(refused)} == {20_000}


def test_one_that_fails_for_a_while_is_tried_again_and_then_counted(
    jobs: JobQueues, acme: Workspace, alice: Person, general: str, three: list[str]
) -> None:
    broken: set[str] = {three[0]}

    send = sending.send

    def failing(caller: Any, body: Any, **named: Any) -> Any:
        if body.conversation_id in broken:
            raise Unavailable
        return send(caller, body, **named)

    with patch.object(sending, "send", failing):
        first = ok(announce(acme))["id"]
        began = jobs.moved.now
        jobs.run_all()
        assert (shown(acme, first)["sent"], shown(acme, first)["failed"]) == (3, 1)
        assert shown(acme, first)["status"] == "completed"
        assert jobs.moved.now - began >= 500_000
        second = ok(announce(acme, text="two"))["id"]
        for _ in range(3):
            jobs.run_next()
        broken.clear()
        jobs.run_all()
    assert (shown(acme, second)["sent"], shown(acme, second)["failed"]) == (4, 0)
    assert [said(alice, room) for room in (general, *three)] == [
        ["Back at noon", "two"],
        ["two"],
        *[["Back at noon", "two"]] * 2,
    ]


def test_one_that_fails_for_long_takes_no_tries_from_others(
    jobs: JobQueues, acme: Workspace, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has its own: one that fails once, when another has failed often, gets the message."""
    monkeypatch.setattr(announcing, "AT_ONCE", 2)
    broken, *others = rooms_of(alice, 6)
    met: set[str] = set()
    send = sending.send

    def failing(caller: Any, body: Any, **named: Any) -> Any:
        if body.conversation_id == broken or body.conversation_id not in met:
            met.add(body.conversation_id)
            raise Unavailable
        return send(caller, body, **named)

    begun = ok(announce(acme, audience={"conversation_ids": [broken, *others]}))["id"]
    with patch.object(sending, "send", failing):
        jobs.run_all()
    assert (shown(acme, begun)["sent"], shown(acme, begun)["failed"]) == (5, 1)
    assert [said(alice, room) for room in others] == [["Back at noon"]] * 5


def test_a_step_that_fails_ten_times_gives_it_up(jobs: JobQueues, acme: Workspace, alice: Person, general: str) -> None:
    begun = ok(announce(acme))["id"]
    with patch.object(announcing, "_send_all", side_effect=RuntimeError):
        for _ in range(40):
            with suppress(RuntimeError):
                jobs.run_next()
            jobs.moved.pass_seconds(3600)
            jobs.sweep()
    ended = shown(acme, begun)
    assert (ended["status"], ended["failures"]) == ("failed", 10)
    assert open_count(acme) == 0


def test_a_suspended_tenant_announces_nothing(jobs: JobQueues, acme: Workspace, alice: Person, general: str) -> None:
    begun = ok(announce(acme, send_at=in_minutes(jobs, 5)))["id"]
    ok(OPERATOR.put(f"/v1/tenants/{acme.tenant_id}", {"suspended": True}))
    jobs.run_all()
    assert (shown(acme, begun)["status"], said(alice, general)) == ("failed", [])
    assert open_count(acme) == 0


def test_a_cancelled_one_reaches_nobody_else(
    jobs: JobQueues, acme: Workspace, alice: Person, general: str, three: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelled in the midst of a step, that step is finished, and counted; nothing comes after it."""
    monkeypatch.setattr(announcing, "AT_ONCE", 2)
    begun = ok(announce(acme, audience={"conversation_ids": [*three, general]}))["id"]
    send = sending.send

    def cancelling(*given: Any, **named: Any) -> Any:
        sent = send(*given, **named)
        assert cancel(acme, begun)["status"] == "cancelled"
        return sent

    with in_one_thread(), patch.object(sending, "send", cancelling):
        work(acme, begun)
    jobs.run_all()
    ended = shown(acme, begun)
    assert (ended["status"], ended["sent"], ended["finished_at"] is not None) == ("cancelled", 2, True)
    assert [len(said(alice, room)) for room in (*three, general)] == [1, 1, 0, 0]
    assert cancel(acme, begun).body == ended
    assert open_count(acme) == 0
    jobs.moved.pass_seconds(3600)
    assert jobs.sweep() == 0


def test_one_that_waits_is_cancelled_and_one_that_has_ended_is_not(
    jobs: JobQueues, acme: Workspace, alice: Person, general: str
) -> None:
    waiting = ok(announce(acme, send_at=in_minutes(jobs, 5)))["id"]
    assert cancel(acme, waiting)["status"] == "cancelled"
    jobs.run_all()
    assert said(alice, general) == []
    done = ok(announce(acme))["id"]
    jobs.run_all()
    refused = cancel(acme, done)
    assert (refused.status, refused.code) == (409, "announcement_ended")
    assert cancel(acme, "0" * 26).code == "announcement_not_found"


def test_at_most_ten_have_not_ended(jobs: JobQueues, acme: Workspace, general: str) -> None:
    made = [ok(announce(acme, send_at=in_minutes(jobs, 5)))["id"] for _ in range(announcements.MOST_OPEN)]
    assert announce(acme).code == "too_many_announcements"
    for _ in range(2):
        ok(cancel(acme, made[0]))
    ok(announce(acme, key="k"))
    assert announce(acme).code == "too_many_announcements"
    jobs.run_all()
    assert open_count(acme) == 0
    ok(announce(acme))


def test_the_newest_is_listed_first_for_thirty_days_after_its_end(
    jobs: JobQueues, acme: Workspace, general: str
) -> None:
    made = []
    for number in range(3):
        made.append(ok(announce(acme, text=str(number)))["id"])
        jobs.moved.pass_seconds(1)
    jobs.run_all()
    listed = ok(acme.server.get("/v1/announcements", limit=2))
    assert [each["id"] for each in listed["data"]] == made[:0:-1]
    assert listed["data"][0] == shown(acme, made[2])
    rest = ok(acme.server.get("/v1/announcements", limit=2, cursor=listed["next_cursor"]))
    assert [each["id"] for each in rest["data"]] == made[:1]
    jobs.moved.pass_seconds(30 * 86_400 + 60)
    assert ok(acme.server.get("/v1/announcements"))["data"] == []


def test_only_a_back_end_may_and_only_its_own(jobs: JobQueues, acme: Workspace, alice: Person, general: str) -> None:
    made = ok(announce(acme, send_at=in_minutes(jobs, 5)))["id"]
    body = {"message": {"text": "mine"}, "audience": {}}
    answers = [
        alice.post("/v1/announcements", body),
        alice.get("/v1/announcements"),
        alice.get(f"/v1/announcements/{made}"),
        alice.post(f"/v1/announcements/{made}/cancel"),
    ]
    assert {each.code for each in answers} == {"server_token_required"}
    globex = new_workspace("globex")
    assert globex.server.get(f"/v1/announcements/{made}").code == "announcement_not_found"
    assert cancel(globex, made).code == "announcement_not_found"
    assert ok(globex.server.get("/v1/announcements"))["data"] == []
    assert shown(acme, made)["status"] == "scheduled"


def test_another_kind_of_job_is_no_announcement(jobs: JobQueues, acme: Workspace) -> None:
    export = ok(acme.server.post("/v1/exports", {}))["id"]
    assert acme.server.get(f"/v1/announcements/{export}").code == "announcement_not_found"
    assert cancel(acme, export).code == "announcement_not_found"
    made = ok(announce(acme))["id"]
    assert acme.server.get(f"/v1/imports/{made}").code == "import_not_found"
    assert ok(acme.server.get(f"/v1/jobs/{made}"))["kind"] == "announcement"


@pytest.mark.parametrize(
    "wrong",
    [
        {"message": {"text": ""}},
        {"message": {"text": " "}},
        {"message": {"text": "x", "type": "regular"}},
        {"message": {"text": "x", "custom": {"k": "v" * 6000}}},
        {"message": None},
        {"audience": None},
        {"audience": {"conversation_ids": []}},
        {"audience": {"conversation_ids": ["0" * 26, "0" * 26]}},
        {"audience": {"conversation_ids": ["no id"]}},
        {"audience": {"conversation_ids": [f"{number:026}" for number in range(501)]}},
        {"audience": {"conversation_ids": ["0" * 26], "type": "group"}},
        {"audience": {"type": "support"}},
        {"audience": {"declared_type": "support"}},
        {"audience": {"declared_type": "group"}},
        {"audience": {"team": "#"}},
        {"audience": {"users": ["alice"]}},
        {"send_at": "2020-01-01T00:00:00Z"},
        {"send_at": "2099-01-01T00:00:00Z"},
        {"send_at": "noon"},
        {"only_count": True, "audience": {"conversation_ids": ["0" * 26]}},
        {"only_count": True, "send_at": "2026-12-01T00:00:00Z"},
    ],
)
def test_what_is_no_announcement_is_refused(jobs: JobQueues, acme: Workspace, wrong: dict[str, Any]) -> None:
    refused = acme.server.post("/v1/announcements", {"message": {"text": "x"}, "audience": {}, **wrong})
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert ok(acme.server.get("/v1/announcements"))["data"] == []


def test_a_text_that_the_tenant_does_not_want_is_refused(jobs: JobQueues, acme: Workspace) -> None:
    limited = Workspace("acme", tenant_settings={"text_limit": 5})
    assert announce(limited, text="123456").code == "message_too_long"


def test_a_request_that_dies_after_any_call_makes_one_announcement(
    jobs: JobQueues, acme: Workspace, alice: Person, general: str
) -> None:
    for calls in range(20):
        asked: dict[str, Any] = {"key": f"k{calls}", "text": str(calls), "send_at": in_minutes(jobs, 9)}
        with crash_after(calls) as tried:
            announce(acme, **asked)
        jobs.moved.pass_seconds(61)
        first, again = ok(announce(acme, **asked)), ok(announce(acme, **asked))
        assert first["id"] == again["id"]
        listed = ok(acme.server.get("/v1/announcements"))["data"]
        assert [each["message"]["text"] for each in listed].count(str(calls)) == 1
        jobs.run_all()
        assert (said(alice, general)[-1], open_count(acme)) == (str(calls), 0)
        if len(tried) <= calls:
            assert said(alice, general) == [str(number) for number in range(calls + 1)]
            return
    raise AssertionError("more calls than any request makes")


def test_a_key_of_long_ago_begins_no_other_announcement(
    jobs: JobQueues, acme: Workspace, alice: Person, general: str
) -> None:
    first = ok(announce(acme, key="news"))
    jobs.run_all()
    jobs.moved.pass_seconds(2 * 24 * 3600)
    assert announce(acme, key="news", text="two").code == "idempotency_key_reused"
    assert ok(announce(acme, key="news"))["id"] == first["id"]
    jobs.run_all()
    assert said(alice, general) == ["Back at noon"]


def test_a_message_that_was_deleted_for_good_meanwhile_is_not_sent_again(
    jobs: JobQueues, acme: Workspace, alice: Person, general: str
) -> None:
    begun = ok(announce(acme, audience={"conversation_ids": [general]}))["id"]
    send = sending.send

    def deleting(*given: Any, **named: Any) -> Any:
        sent = send(*given, **named)
        ok(acme.server.delete(f"/v1/messages/{sent.message.id}", hard="true"))
        raise Crash

    with patch.object(sending, "send", deleting), suppress(Crash):
        jobs.run_next()
    jobs.moved.pass_seconds(600)
    jobs.sweep()
    jobs.run_all()
    assert (said(alice, general), shown(acme, begun)["sent"]) == ([], 1)


@pytest.fixture
def small_steps() -> Iterator[None]:
    with patch.object(announcing, "AT_ONCE", 3), patch.object(announcing, "CONVERSATIONS", 2):
        yield


def take_anyway(tenant_id: str, job_id: str, *, until: int) -> store.StoredJob | None:
    """As a worker takes a job that another one holds: with a lease that it thinks to be over."""
    job = store.load(tenant_id, job_id)
    return None if job.has_ended else job


@given(crashes=st.lists(st.integers(0, 60), max_size=4), twins=st.booleans(), named=st.booleans())
@hypothesis_settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_crashes_and_whoever_works_beside_each_conversation_gets_it_once(
    jobs: JobQueues, small_steps: None, crashes: list[int], *, twins: bool, named: bool
) -> None:
    """A run may die after any call, and another worker do the same step while it is under way."""
    acme = new_workspace("crashes")
    registered(acme)
    alice = acme.person("alice")
    rooms = rooms_of(alice, 7)
    begun = ok(announce(acme, audience={"conversation_ids": rooms} if named else {}))["id"]
    send = sending.send

    def beside(*given: Any, **named: Any) -> Any:
        with patch.object(sending, "send", send), patch.object(store, "take", take_anyway):
            work(acme, begun, seconds=45)
        return send(*given, **named)

    with in_one_thread():
        for calls in crashes:
            with patch.object(sending, "send", beside if twins else send), crash_after(calls), suppress(Crash):
                work(acme, begun)
            jobs.moved.pass_seconds(400)
        jobs.moved.pass_seconds(7_200)
        jobs.sweep()
        jobs.run_all()
    jobs.moved.pass_seconds(10)  # readers wait 5 s for a number of a run that died
    assert [said(alice, room) for room in rooms] == [["Back at noon"]] * 7
    ended = shown(acme, begun)
    assert (ended["status"], ended["sent"], ended["reached"]) == ("completed", 7, 7)
    assert open_count(acme) == 0
