"""Importing another chat: times, threads, reactions, pins and read states as they were, told to nobody."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from parley import ids
from parley.jobs import import_check, import_lines, import_store, imports, store, worker
from parley.jobs.job_queue import Reference
from parley.media import storage
from parley.push import notifications
from parley.settings import settings
from parley.streams import thread_upkeep
from parley.streams.events import events_of
from parley.tables import dynamodb, keys
from parley.tables.keys import Key
from parley.usage import rollup
from tests.functional.jobs.test_erasure import ok
from tests.support.clients.exports import export_bucket
from tests.support.clients.importing import check, file_of, run, settled, upload
from tests.support.clients.jobs import RUN_SECONDS, JobQueues
from tests.support.dynamodb.change_stream import ChangeStream, changes
from tests.support.faults.interference import Crash, before_call, crash_after
from tests.support.people.listing import unread_of
from tests.support.people.people import Person, Workspace
from tests.support.people.traces import items_of
from tests.support.people.types import declare, put_tenant

HOUR = "2024-03-01T{:02}:00:00.000Z"


def at(hour: int) -> str:
    return HOUR.format(hour)


USERS = [{"type": "user", "user_id": name, "name": name.title()} for name in ("ada", "ben", "cy")]
PLANS = {
    "type": "conversation",
    "conversation_id": "c1",
    "conversation_type": "group",
    "name": "Plans",
    "created_by": "ada",
    "created_at": at(8),
    "members": ["ben"],
    "custom": {"topic": "plans"},
}


def message(number: int, author: str = "ada", **fields: Any) -> dict[str, Any]:
    said = {"type": "message", "message_id": f"m{number}", "conversation_id": "c1", "author_id": author}
    return {**said, "text": f"text {number}", "created_at": at(min(23, 8 + number)), **fields}


def member(user_id: str, **fields: Any) -> dict[str, Any]:
    return {"type": "membership", "conversation_id": "c1", "user_id": user_id, **fields}


def reaction(number: int, user_id: str, kind: str = "👍") -> dict[str, Any]:
    return {"type": "reaction", "message_id": f"m{number}", "user_id": user_id, "reaction": kind}


def vote(number: int, user_id: str, *options: str, **fields: Any) -> dict[str, Any]:
    return {"type": "vote", "message_id": f"m{number}", "user_id": user_id, "options": options, **fields}


LUNCH = {"question": "Lunch?", "options": [{"text": "Soup"}, {"text": "Salad"}]}
FILE: list[dict[str, Any]] = [
    *USERS,
    PLANS,
    member("ben", role="admin", read_at=at(9)),
    member("cy", joined_at=at(10)),
    message(1),
    message(2, "ben", mentions=["ada", "nobody"], edited_at=at(20)),
    reaction(1, "ben"),
    message(3, "cy", parent_id="m1"),
    message(4, "ada", parent_id="m1", show_in_conversation=True),
    reaction(3, "ada", "🎉"),
    reaction(1, "cy"),
    message(5, "ada", pinned=True, custom={"order": 7}),
]
KINDS: list[dict[str, Any]] = [
    *USERS,
    PLANS,
    member("ben", read_at=at(8)),
    member("cy"),
    message(1, text="gone", deleted_at=at(10), pinned=True, mentions=["ben"], poll=LUNCH, custom={"a": 1}),
    reaction(1, "ben"),
    vote(1, "ben", "1"),
    message(2, "ben", text="", poll={**LUNCH, "max_votes": 2}),
    vote(2, "ada", "1"),
    vote(2, "ada", "2", "1", voted_at=at(12)),
    vote(2, "cy", "2"),
    message(3, text="", poll={**LUNCH, "anonymous": True, "closed_at": at(13)}),
    vote(3, "ben", "1"),
    message(4, message_type="system", silent=True, author_id=None, text="Cy has joined"),
    message(5, text="", location={"latitude": 52.5, "longitude": 13.4, "name": "Here"}, quoted_id="m2"),
    message(6, "cy", parent_id="m2", deleted_at=at(15), show_in_conversation=True),
    message(7, "ben", parent_id="m2", quoted_id="m1"),
]


@pytest.fixture(autouse=True)
def bucket(jobs: JobQueues, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket on the session's moto, and a table that takes any number of writes."""
    monkeypatch.setattr(imports, "WRITES_PER_SECOND", 10.0**9)
    with export_bucket() as name:
        yield name


@pytest.fixture
def server(acme: Workspace) -> Person:
    return acme.server


def person(acme: Workspace, user_id: str) -> Person:
    return Person(acme.tenant_id, user_id, tenant_settings=acme.tenant_settings)


def conversation_of(acme: Workspace, name: str = "c1", source: str = "import") -> str:
    return ids.derived_id("imported", acme.tenant_id, source, name)


def rooms(who: Person) -> list[dict[str, Any]]:
    return list(ok(who.get("/v1/conversations"))["data"])


def history(who: Person, conversation_id: str) -> list[dict[str, Any]]:
    return list(ok(who.get(f"/v1/conversations/{conversation_id}/messages", order="asc"))["data"])


def test_a_conversation_is_as_it_was(acme: Workspace, server: Person, jobs: JobQueues) -> None:
    done = run(jobs, server, file_of(FILE))
    assert (done["status"], done["percent"], done["failures"]) == ("completed", 100, 0), done.text
    assert done["lines"] == {"user": 3, "conversation": 1, "membership": 2, "message": 5, "reaction": 3}
    assert {name: done["done"][name] for name in ("users_created", "conversations", "messages")} == {
        "users_created": 3,
        "conversations": 1,
        "messages": 5,
    }
    ada, ben, cy = (person(acme, name) for name in ("ada", "ben", "cy"))
    room = conversation_of(acme)
    found = ok(ada.get(f"/v1/conversations/{room}"))
    assert (found["name"], found["created_at"], found["custom"]) == ("Plans", at(8), {"topic": "plans"})
    assert found["member_count"] == 3
    members = {
        one["user_id"]: (one["role"], one["joined_at"]) for one in ada.get(f"/v1/conversations/{room}/members")["data"]
    }
    assert members == {"ada": ("owner", at(8)), "ben": ("admin", at(8)), "cy": ("member", at(10))}
    said = history(ada, room)
    assert [(one["seq"], one["author_id"], one["created_at"]) for one in said] == [
        (1, "ada", at(9)),
        (2, "ben", at(10)),
        (3, "ada", at(12)),
        (4, "ada", at(13)),
    ]
    root, edited, shown, pinned = said
    assert (root["reactions"]["👍"], root["reply_count"], root["last_reply_at"]) == (
        {"count": 2, "mine": False},
        2,
        at(12),
    )
    assert (edited["mentions"], edited["edited_at"]) == (["ada"], at(20))
    assert (shown["text"], shown["parent_id"]) == ("text 4", root["id"])
    assert pinned["custom"] == {"order": 7, "imported": {"id": "m5"}}
    assert [one["id"] for one in ada.get(f"/v1/conversations/{room}/pins")["data"]] == [pinned["id"]]
    replies = ok(ben.get(f"/v1/messages/{root['id']}/replies"))["data"]
    assert sorted(one["text"] for one in replies) == ["text 3", "text 4"]
    (listed_one,) = rooms(cy)
    assert (listed_one["last_message"]["text"], listed_one["last_message"]["created_at"]) == ("text 5", at(13))


def test_what_was_read_is_read(acme: Workspace, server: Person, jobs: JobQueues) -> None:
    run(jobs, server, file_of(FILE))
    ada, ben, cy = (person(acme, name) for name in ("ada", "ben", "cy"))
    room = conversation_of(acme)
    assert [unread_of(who, room) for who in (ada, ben, cy)] == [0, 2, 0], "ben has read up to his own second message"
    root = history(ada, room)[0]["id"]
    assert cy.get("/v1/unread/threads")["total"] == 0
    assert ok(cy.get("/v1/threads"))["data"][0]["id"] == root
    sent = ok(ada.send(room, "and on"))
    assert sent["seq"] == 5
    ok(ada.send(room, "a third reply", parent_id=root))
    assert [unread_of(who, room) for who in (ada, ben, cy)] == [0, 3, 1]
    assert cy.get("/v1/unread/threads")["total"] == 1


@pytest.mark.parametrize("file", [FILE, KINDS])
def test_nobody_is_told_of_it(acme: Workspace, server: Person, jobs: JobQueues, file: list[dict[str, Any]]) -> None:
    stream = ChangeStream()
    run(jobs, server, file_of(file))
    written = changes(stream.take())
    assert {change.entity for change in written} >= {
        "message",
        "membership",
        "conversation",
        "annotations",
        "thread_follow",
    }
    assert [event.type for change in written for event in events_of(change)] == []
    assert [change for change in written if notifications.wants(change)] == []
    assert [change for change in written if change.entity == "message" and thread_upkeep.wants(change)] == []
    rollup.roll_up(written)
    assert server.get("/v1/usage")["data"] == [] or all(day["messages"] == 0 for day in server.get("/v1/usage")["data"])
    ok(person(acme, "ada").send(conversation_of(acme), "new"))
    assert "message.created" in [event.type for change in changes(stream.take()) for event in events_of(change)]


def test_a_second_run_makes_nothing_twice(acme: Workspace, server: Person, jobs: JobQueues) -> None:
    run(jobs, server, file_of(FILE))
    ada, room = person(acme, "ada"), conversation_of(acme)
    ok(ada.send(room, "since then"))
    before = history(ada, room)
    again = run(jobs, server, file_of(FILE))
    assert again["done"] == {"users_unchanged": 3, "conversations_there": 1}
    assert history(ada, room) == before
    other = run(jobs, server, file_of(FILE), source="other")
    assert other["done"]["conversations"] == 1
    assert len(rooms(ada)) == 2


def test_deleted_messages_are_tombstones_that_nobody_has_to_read(
    acme: Workspace, server: Person, jobs: JobQueues
) -> None:
    run(jobs, server, file_of(KINDS))
    ben, room = person(acme, "ben"), conversation_of(acme)
    said = history(ben, room)
    gone, lunch, _, _, place, reply = said
    assert (gone["text"], gone["deleted_at"], gone["author_id"], gone["created_at"]) == ("", at(10), "ada", at(9))
    assert (gone["poll"], gone["reactions"], gone["mentions"], gone["custom"]) == (None, {}, [], {})
    assert ok(ben.get(f"/v1/conversations/{room}/pins"))["data"] == []
    assert (reply["deleted_at"], reply["parent_id"], lunch["reply_count"]) == (at(15), lunch["id"], 1)
    assert [one["text"] for one in ok(ben.get(f"/v1/messages/{lunch['id']}/replies"))["data"]] == ["", "text 7"]
    (listed,) = rooms(ben)
    assert (listed["last_message"]["id"], listed["last_message"]["deleted"]) == (reply["id"], True)
    assert unread_of(ben, room) == 2, "the poll is his own: the anonymous one and the place are left"
    assert place["quoted_message"]["id"] == lunch["id"]
    assert unread_of(person(acme, "ada"), room) == 0


def test_messages_keep_what_they_are(acme: Workspace, server: Person, jobs: JobQueues) -> None:
    run(jobs, server, file_of(KINDS))
    ada, room = person(acme, "ada"), conversation_of(acme)
    _, lunch, secret, system, place, _ = history(ada, room)
    assert (system["type"], system["silent"], system["author_id"], system["text"]) == (
        "system",
        True,
        "_system",
        "Cy has joined",
    )
    assert place["location"] == {"latitude": 52.5, "longitude": 13.4, "name": "Here", "accuracy": None}
    results = {"counts": {"1": 1, "2": 2}, "voters": 2, "closed_at": None, "mine": ["1", "2"]}
    assert lunch["poll"]["results"] == results
    votes = ok(ada.get(f"/v1/messages/{lunch['id']}/votes"))["data"]
    assert [(one["user_id"], one["options"], one["voted_at"]) for one in votes] == [
        ("ada", ["1", "2"], at(12)),
        ("cy", ["2"], at(10)),
    ]
    ok(ada.put(f"/v1/messages/{lunch['id']}/votes", {"options": ["2"]}))
    again = history(ada, room)[1]["poll"]["results"]
    assert (again["counts"], again["voters"]) == ({"1": 0, "2": 2}, 2)
    assert (secret["poll"]["results"]["counts"]["1"], secret["poll"]["results"]["closed_at"]) == (1, at(13))
    ben = person(acme, "ben")
    assert history(ben, room)[2]["poll"]["results"]["mine"] == ["1"]
    assert ben.put(f"/v1/messages/{secret['id']}/votes", {"options": ["2"]}).code == "poll_closed"


def test_silent_messages_are_unread_for_nobody_and_leave_the_list_as_it_is(
    acme: Workspace, server: Person, jobs: JobQueues
) -> None:
    said = [message(1), message(2, silent=True), message(3), message(4, silent=True)]
    run(jobs, server, file_of([*USERS, PLANS, member("ben", read_at=at(8)), *said]))
    ben, room = person(acme, "ben"), conversation_of(acme)
    (listed,) = rooms(ben)
    assert (listed["unread_count"], listed["last_message"]["text"]) == (2, "text 3")
    assert [one["silent"] for one in history(ben, room)] == [False, True, False, True]


def test_more_gaps_than_a_conversation_holds(acme: Workspace, server: Person, jobs: JobQueues) -> None:
    gone = [message(number, "ben", deleted_at=at(23)) for number in range(1, 61)]
    replies = [message(number, "ben", parent_id="m61", deleted_at=at(23)) for number in range(62, 100)]
    run(jobs, server, file_of([*USERS, PLANS, member("ada", read_at=at(8)), *gone, message(61, "ben"), *replies]))
    ada, room = person(acme, "ada"), conversation_of(acme)
    assert unread_of(ada, room) == 1
    (root,) = [one for one in ok(ada.get(f"/v1/conversations/{room}/messages"))["data"] if one["seq"] == 61]
    assert root["reply_count"] == 0
    sent = ok(person(acme, "ben").send(room, "a reply", parent_id=root["id"]))
    assert sent["seq"] == 39
    ok(person(acme, "ben").delete(f"/v1/messages/{sent['id']}"))
    assert ok(ada.get(f"/v1/messages/{root['id']}"))["reply_count"] == 0


def test_who_voted_and_is_no_member_is_erased_too(acme: Workspace, server: Person, jobs: JobQueues) -> None:
    lunch = message(1, poll=LUNCH)
    run(jobs, server, file_of([*USERS, PLANS, lunch, vote(1, "cy", "1"), vote(1, "ben", "2")]))
    ok(server.delete("/v1/users/cy"))
    jobs.run_all()
    (only,) = history(person(acme, "ada"), conversation_of(acme))
    assert (only["poll"]["results"]["counts"], only["poll"]["results"]["voters"]) == ({"1": 0, "2": 1}, 1)


def test_conversations_are_of_types_that_the_tenant_has_declared(
    acme: Workspace, server: Person, jobs: JobQueues
) -> None:
    put_tenant(acme)
    declare(acme, "support", post="admin")
    file = file_of([*USERS, {**PLANS, "declared_type": "support"}, member("cy"), message(1)])
    assert run(jobs, server, file)["status"] == "completed"
    ada, ben = (Person(acme.tenant_id, name, tenant_settings=acme.tenant_settings) for name in ("ada", "ben"))
    (shown,) = ben.get("/v1/conversations")["data"]
    assert (shown["type"], shown["declared_type"]) == ("group", "support")
    assert (ben.send(shown["id"]).code, ada.send(shown["id"]).status) == ("insufficient_role", 201)
    assert server.delete("/v1/conversation-types/support").code == "conversation_type_in_use"


@pytest.mark.parametrize("wrong", ["unheard_of", "news", "group"])
def test_a_file_with_a_type_that_is_not_declared_is_refused(
    acme: Workspace, server: Person, jobs: JobQueues, wrong: str
) -> None:
    put_tenant(acme)
    declare(acme, "support")
    declare(acme, "news", "channel")
    file = file_of(
        [*USERS, {**PLANS, "declared_type": "support"}, {**PLANS, "conversation_id": "c2", "declared_type": wrong}]
    )
    checked = check(jobs, server, file)
    assert (checked["status"], [problem["line"] for problem in checked["problems"]]) == ("failed", [5])
    assert server.get("/v1/conversation-types/support")["used"] is False


def test_a_file_of_users_alone(acme: Workspace, server: Person, jobs: JobQueues) -> None:
    done = run(jobs, server, file_of(USERS))
    assert (done["status"], done["done"]) == ("completed", {"users_created": 3})


def stored(tenant: Workspace) -> dict[str, Any]:
    """All that stands in the table, but for names that follow from the tenant's, versions, and what the clock says."""
    passing = {"version", "updated_at", "last_joined_at", "opened_with", "gpk", "gsk"}
    found: dict[str, Any] = {}
    for raw in items_of(settings().chat_table, tenant.tenant_id):
        left_out = passing | ({"created_at"} if raw["entity"]["S"] == "user" else set())
        text = json.dumps({name: value for name, value in raw.items() if name not in left_out}, sort_keys=True)
        text = text.replace(conversation_of(tenant), "<room>").replace(tenant.tenant_id, "<tenant>")
        text = re.sub("~[0-9a-f]{32}", "~voter", text)
        found[f"{json.loads(text)['pk']['S']} {json.loads(text)['sk']['S']}"] = json.loads(text)
    return found


@pytest.mark.parametrize(("file", "unread", "places"), [(FILE, 2, 4), (KINDS, 2, 6)])
def test_a_run_that_dies_at_any_call_comes_to_the_same(
    acme: Workspace,
    globex: Workspace,
    jobs: JobQueues,
    monkeypatch: pytest.MonkeyPatch,
    file: list[dict[str, Any]],
    unread: int,
    places: int,
) -> None:
    monkeypatch.setattr(imports, "WINDOW", 2)
    run(jobs, acme.server, file_of(file))
    whole = stored(acme)
    calls = 0
    while True:
        tenant = Workspace(f"{globex.tenant_id}-{calls}")
        checked = check(jobs, tenant.server, file_of(file))
        ok(tenant.server.post(f"/v1/imports/{checked['id']}/start"))
        with crash_after(calls) as tried, suppress(Crash):
            settled(jobs, tenant.server, checked["id"])
        imports._read_block.cache_clear()
        jobs.lose_messages()
        for _ in range(20):
            jobs.moved.pass_seconds(1_000)
            jobs.sweep()
            if settled_or_none(jobs, tenant.server, checked["id"]):
                break
        assert tenant.server.get(f"/v1/imports/{checked['id']}")["status"] == "completed", calls
        assert stored(tenant) == whole, calls
        room = conversation_of(tenant)
        assert unread_of(person(tenant, "ben"), room) == unread
        assert len(history(person(tenant, "ada"), room)) == places
        if len(tried) <= calls:
            return
        calls += 3


def settled_or_none(jobs: JobQueues, server: Person, import_id: str) -> bool:
    while server.get(f"/v1/imports/{import_id}")["status"] == "importing":
        if not jobs.run_next():
            return False
    return True


def test_nobody_is_in_a_conversation_before_it_is_whole(
    acme: Workspace, server: Person, jobs: JobQueues, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, ben = acme.person("ada"), acme.person("ben")
    direct = {
        "type": "conversation",
        "conversation_id": "d",
        "conversation_type": "direct",
        "created_by": "ada",
        "members": ["ben"],
    }
    said = [message(number, conversation_id="d") for number in range(1, 4)]
    checked = check(jobs, server, file_of([direct, *said]))
    ok(server.post(f"/v1/imports/{checked['id']}/start"))
    with monkeypatch.context() as broken:
        broken.setattr(imports, "_open", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            settled(jobs, server, checked["id"])
    room = ids.direct_id(acme.tenant_id, "ada", "ben")
    assert len(items_of(settings().chat_table, acme.tenant_id)) > len(said), "all but the opening is written"
    assert rooms(ada) == []
    assert ada.send(room, "too early").code == "conversation_archived"
    jobs.moved.pass_seconds(1_000)
    jobs.sweep()
    assert settled(jobs, server, checked["id"])["done"]["conversations"] == 1
    opened = ada.post("/v1/conversations", {"type": "direct", "members": ["ben"]})
    assert (opened.status, opened["member_count"]) == (200, 2)
    assert [one["text"] for one in history(ben, opened["id"])] == ["text 1", "text 2", "text 3"]


def test_a_direct_conversation_that_is_there_is_left_alone(acme: Workspace, server: Person, jobs: JobQueues) -> None:
    ada, ben = acme.person("ada"), acme.person("ben")
    room = ok(ada.post("/v1/conversations", {"type": "direct", "members": ["ben"]}))["id"]
    ok(ben.send(room, "already here"))
    direct = {
        "type": "conversation",
        "conversation_id": "d",
        "conversation_type": "direct",
        "created_by": "ada",
        "members": ["ben"],
    }
    done = run(jobs, server, file_of([direct, message(1, conversation_id="d")]))
    assert done["done"] == {"conversations_there": 1}
    assert [one["text"] for one in history(ada, room)] == ["already here"]


def test_what_an_import_left_unfinished_another_takes_over(
    acme: Workspace, server: Person, jobs: JobQueues, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = check(jobs, server, file_of(FILE))
    ok(server.post(f"/v1/imports/{checked['id']}/start"))
    with monkeypatch.context() as broken:
        broken.setattr(imports, "_open", lambda *_: 1 / 0)
        for _ in range(200):
            try:
                if not jobs.run_next():
                    jobs.moved.pass_seconds(8_000)
                    jobs.sweep()
            except ZeroDivisionError:
                jobs.lose_messages()
            if server.get(f"/v1/imports/{checked['id']}")["status"] == "failed":
                break
    assert server.get(f"/v1/imports/{checked['id']}")["failures"] >= imports.MOST_FAILURES
    jobs.lose_messages()
    assert rooms(person(acme, "ada")) == []
    done = run(jobs, server, file_of(FILE))
    assert done["done"]["conversations"] == 1
    assert unread_of(person(acme, "ben"), conversation_of(acme)) == 2


def test_who_wrote_and_is_no_member_is_erased_too(acme: Workspace, server: Person, jobs: JobQueues) -> None:
    run(jobs, server, file_of([*USERS, PLANS, message(1, "cy"), message(2, "ada"), reaction(2, "cy")]))
    ada, room = person(acme, "ada"), conversation_of(acme)
    assert history(ada, room)[0]["author_id"] == "cy"
    ok(server.delete("/v1/users/cy"))
    jobs.run_all()
    assert history(ada, room)[0]["author_id"] == ids.DELETED_USER
    assert history(ada, room)[1]["reactions"] == {}


def test_more_reactions_than_a_set_holds(acme: Workspace, server: Person, jobs: JobQueues) -> None:
    crowd = [f"u{number}" for number in range(60)]
    users = [{"type": "user", "user_id": user_id} for user_id in crowd]
    run(jobs, server, file_of([*USERS, *users, PLANS, message(1), *(reaction(1, user_id) for user_id in crowd)]))
    ada, room = person(acme, "ada"), conversation_of(acme)
    (only,) = history(ada, room)
    assert only["reactions"]["👍"]["count"] == 60
    ok(ada.post(f"/v1/messages/{only['id']}/reactions", {"reaction": "👍"}))
    assert history(ada, room)[0]["reactions"]["👍"] == {"count": 61, "mine": True}


@pytest.mark.parametrize(
    ("lines", "line", "said"),
    [
        (["{"], 1, "no JSON"),
        (["[]"], 1, "dictionary"),
        ([{"type": "poll"}], 1, "tag"),
        ([{"type": "user", "user_id": "a b"}], 1, "user_id"),
        ([{"type": "user", "user_id": "a", "colour": "red"}], 1, "colour"),
        ([PLANS, {"type": "user", "user_id": "zoe"}], 2, "users come before"),
        ([message(1)], 1, "before any conversation"),
        ([PLANS, {**PLANS, "name": "Again"}], 2, "in the file already"),
        ([PLANS, message(1), message(1)], 3, "in the conversation already"),
        ([PLANS, message(1, conversation_id="c2")], 2, "another conversation"),
        ([PLANS, message(2, parent_id="m1")], 2, "replies to"),
        ([PLANS, message(1), message(2, parent_id="m1"), message(3, parent_id="m2")], 4, "replies to"),
        ([PLANS, message(1, show_in_conversation=True)], 2, "only a thread reply"),
        ([PLANS, message(1, text="")], 2, "text"),
        ([PLANS, message(1, deleted_at="2199-01-01T00:00:00Z")], 2, "yet to come"),
        ([PLANS, message(1, author_id=None)], 2, "author"),
        ([PLANS, message(1), message(2, parent_id="m1", silent=True)], 3, "silent"),
        ([PLANS, message(1, quoted_id="m2"), message(2)], 2, "quotes"),
        ([PLANS, message(1, message_type="Not A Type")], 2, "message_type"),
        ([PLANS, message(1, location={"latitude": 91, "longitude": 0})], 2, "latitude"),
        ([PLANS, message(1, poll={**LUNCH, "options": [{"text": "one"}]})], 2, "options"),
        ([PLANS, message(1, poll={**LUNCH, "closed_at": "2199-01-01T00:00:00Z"})], 2, "yet to come"),
        ([PLANS, message(1), vote(1, "ben", "1")], 3, "no message with a poll"),
        ([PLANS, message(1, poll=LUNCH), vote(1, "ben", "3")], 3, "2 options"),
        ([PLANS, message(1, poll=LUNCH), vote(1, "ben", "1", "2")], 3, "at most 1"),
        ([PLANS, message(1, poll=LUNCH), vote(1, "stranger", "1")], 3, "stranger is neither"),
        ([PLANS, message(1, text="\u200b")], 2, "can be seen"),
        ([PLANS, message(1, text="x" * 20_001)], 2, "text"),
        ([PLANS, message(1, created_at="yesterday")], 2, "created_at"),
        ([PLANS, message(1, created_at="2199-01-01T00:00:00Z")], 2, "yet to come"),
        ([PLANS, message(1, edited_at="2199-01-01T00:00:00Z")], 2, "yet to come"),
        ([PLANS, message(1, custom={"x": "y" * 4_600})], 2, "4.5 KB"),
        ([PLANS, reaction(1, "ada")], 2, "does not come before"),
        ([PLANS, message(1), reaction(1, "ada", "no emoji")], 3, "reaction"),
        ([PLANS, message(1, author="stranger")], 2, "stranger is neither"),
        ([{**PLANS, "members": ["stranger"]}], 1, "stranger is neither"),
        ([{**PLANS, "name": None}], 1, "has a name"),
        ([{**PLANS, "conversation_type": "direct"}], 1, "direct"),
        ([PLANS, *(message(number, pinned=True) for number in range(1, 52))], 52, "pinned"),
        ([" " * 5, "{"], 2, "no JSON"),
        (["x" * (import_lines.LONGEST_LINE + 1)], 1, "at most"),
    ],
)
def test_a_wrong_line_is_told_and_nothing_is_written(
    acme: Workspace, server: Person, jobs: JobQueues, lines: list[Any], line: int, said: str
) -> None:
    file = file_of([*USERS, *lines])
    failed = check(jobs, server, file)
    assert (failed["status"], failed["problem_count"]) == ("failed", 1), failed.text
    (problem,) = failed["problems"]
    assert problem["line"] == line + len(USERS)
    assert said in problem["detail"]
    refused = server.post(f"/v1/imports/{failed['id']}/start")
    assert (refused.status, refused.code) == (409, "import_not_ready")
    assert items_of(settings().chat_table, acme.tenant_id) == []


def test_all_wrong_lines_are_counted_and_the_first_ones_told(acme: Workspace, server: Person, jobs: JobQueues) -> None:
    failed = check(jobs, server, file_of(["{"] * 300))
    assert failed["problem_count"] == 300
    assert [problem["line"] for problem in failed["problems"]] == list(range(1, import_check.MOST_PROBLEMS + 1))


def test_the_steps_are_taken_in_order_and_once(acme: Workspace, server: Person, jobs: JobQueues) -> None:
    begun = server.post("/v1/imports", {"size": 100})
    assert begun["upload"]["url"].startswith("http")
    assert server.post(f"/v1/imports/{begun['id']}/check").code == "import_file_missing"
    assert server.post(f"/v1/imports/{begun['id']}/start").code == "import_not_ready"
    import_id = upload(server, file_of(FILE))
    for _ in range(2):
        assert server.post(f"/v1/imports/{import_id}/check")["status"] == "checking"
    settled(jobs, server, import_id)
    for _ in range(2):
        assert server.post(f"/v1/imports/{import_id}/check")["status"] == "checked"
    for _ in range(2):
        assert server.post(f"/v1/imports/{import_id}/start")["status"] == "importing"
    ended = settled(jobs, server, import_id)
    assert (ended["status"], ended["upload"]) == ("completed", None)
    assert server.post(f"/v1/imports/{import_id}/start")["status"] == "completed"
    assert [line["action"] for line in server.get("/v1/audit")["data"]] == ["import.started"]
    assert ended["done"]["conversations"] == 1


def test_one_that_nobody_starts_is_given_up(acme: Workspace, server: Person, jobs: JobQueues) -> None:
    checked = check(jobs, server, file_of(FILE))
    jobs.lose_messages()
    jobs.moved.pass_seconds(imports.WAITS_MS // 1000 + 1_000)
    assert jobs.sweep() >= 1
    jobs.run_all()
    assert server.get(f"/v1/imports/{checked['id']}")["status"] == "failed"


def cancel(server: Person, import_id: str) -> Any:
    return ok(server.post(f"/v1/imports/{import_id}/cancel"))


def files_of(bucket: str) -> list[str]:
    return [each["Key"] for each in storage.client().list_objects_v2(Bucket=bucket).get("Contents", ())]


def test_one_that_is_cancelled_leaves_what_it_has_written_and_goes_on_no_more(
    acme: Workspace, server: Person, jobs: JobQueues, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "WINDOW", 2)
    second = [{**PLANS, "conversation_id": "c2"}, message(9, conversation_id="c2")]
    import_id = check(jobs, server, file_of([*FILE, *second]))["id"]
    ok(server.post(f"/v1/imports/{import_id}/start"))
    job = store.load(acme.tenant_id, import_id)
    while not job.done.get("conversations"):
        job = imports.advance(job)
    job = imports.advance(job)
    told = cancel(server, import_id)
    assert (told["status"], told["done"]) == ("cancelled", job.done)
    with pytest.raises(store.LeaseLost):
        imports.advance(job)
    jobs.run_all()
    jobs.moved.pass_seconds(10_000)
    assert jobs.sweep() == 0
    ada = person(acme, "ada")
    assert [room["id"] for room in rooms(ada)] == [conversation_of(acme)]
    assert ada.get(f"/v1/conversations/{conversation_of(acme, 'c2')}").status == 404
    assert files_of(bucket) == []
    assert cancel(server, import_id).body == told.body
    assert server.post(f"/v1/imports/{import_id}/start").code == "import_not_ready"
    actions = sorted(line["action"] for line in server.get("/v1/audit")["data"])
    assert actions == ["import.cancelled", "import.started"]
    done = run(jobs, server, file_of([*FILE, *second]))["done"]
    assert (done["conversations_there"], done["conversations"]) == (1, 1)
    assert len(rooms(ada)) == 2


@pytest.mark.parametrize("status", ["uploading", "checking", "checked"])
def test_one_that_has_written_nothing_is_cancelled_too(
    acme: Workspace, server: Person, jobs: JobQueues, bucket: str, status: str
) -> None:
    import_id = check(jobs, server, file_of(FILE))["id"] if status == "checked" else upload(server, file_of(FILE))
    if status == "checking":
        ok(server.post(f"/v1/imports/{import_id}/check"))
    assert cancel(server, import_id)["status"] == "cancelled"
    jobs.run_all()
    assert (server.get(f"/v1/imports/{import_id}")["status"], files_of(bucket)) == ("cancelled", [])
    assert server.post(f"/v1/imports/{import_id}/check").code == "import_not_ready"


@pytest.mark.parametrize("call", ["GetItem", "PutItem"])
def test_a_worker_whose_import_is_cancelled_meanwhile_stops_without_a_failure(
    server: Person, jobs: JobQueues, call: str
) -> None:
    import_id = check(jobs, server, file_of(FILE))["id"]
    ok(server.post(f"/v1/imports/{import_id}/start"))
    waiting = Reference(server.tenant_id, import_id)
    with before_call(call, lambda: cancel(server, import_id)):
        worker.run(waiting, imports.advance, seconds=RUN_SECONDS, most_failures=imports.MOST_FAILURES)
    jobs.run_all()
    found = server.get(f"/v1/imports/{import_id}")
    assert (found["status"], found["failures"]) == ("cancelled", 0)


def test_a_step_that_finds_the_file_of_a_cancelled_import_gone_is_no_failure(server: Person, jobs: JobQueues) -> None:
    import_id = check(jobs, server, file_of(FILE))["id"]
    ok(server.post(f"/v1/imports/{import_id}/start"))

    def cancelled_before_it_reads(job: store.StoredJob) -> store.StoredJob:
        cancel(server, import_id)
        return imports.advance(job)

    worker.run(Reference(server.tenant_id, import_id), cancelled_before_it_reads, seconds=RUN_SECONDS)
    found = server.get(f"/v1/imports/{import_id}")
    assert (found["status"], found["failures"]) == ("cancelled", 0)


@pytest.mark.parametrize("lines", [FILE, [*FILE, message(1)]])
def test_one_that_has_ended_is_not_cancelled(server: Person, jobs: JobQueues, lines: list[dict[str, Any]]) -> None:
    ended = check(jobs, server, file_of(lines))
    if not ended["problems"]:
        ok(server.post(f"/v1/imports/{ended['id']}/start"))
        ended = settled(jobs, server, ended["id"])
    refused = server.post(f"/v1/imports/{ended['id']}/cancel")
    assert (refused.status, refused.code) == (409, "import_not_ready")
    assert server.get(f"/v1/imports/{ended['id']}")["status"] == ended["status"]


@pytest.mark.parametrize("calls", range(5))
def test_a_cancel_that_dies_is_finished_by_its_repetition(
    acme: Workspace, server: Person, jobs: JobQueues, bucket: str, calls: int
) -> None:
    import_id = check(jobs, server, file_of(FILE))["id"]
    with crash_after(calls), suppress(Crash):
        imports.do_cancel(server.caller, import_id)
    assert imports.do_cancel(server.caller, import_id).status == "cancelled"
    assert files_of(bucket) == []
    assert [line["action"] for line in server.get("/v1/audit")["data"]] == ["import.cancelled"]


def test_imports_are_listed_the_newest_first_as_long_as_they_are_kept(
    acme: Workspace, globex: Workspace, server: Person, jobs: JobQueues
) -> None:
    begun = []
    for size in (1, 2, 3):
        jobs.moved.pass_seconds(1)
        begun.append(server.post("/v1/imports", {"size": size, "source": "slack"})["id"])
    cancel(server, begun[1])
    listed = server.get("/v1/imports")["data"]
    assert [one["id"] for one in listed] == begun[::-1]
    assert [one["status"] for one in listed] == ["uploading", "cancelled", "uploading"]
    assert (listed[0]["size"], listed[0]["source"], "upload" in listed[0]) == (3, "slack", False)
    assert globex.server.get("/v1/imports")["data"] == []
    assert person(acme, "ada").get("/v1/imports").code == "server_token_required"
    first = server.get("/v1/imports", limit=2)
    last = server.get("/v1/imports", limit=2, cursor=first["next_cursor"])
    assert [one["id"] for one in last["data"]] == begun[:1]
    assert server.get("/v1/imports", limit=2, cursor=last["prev_cursor"])["data"] == first["data"]
    dynamodb.delete(settings().control_table, keys.job(acme.tenant_id, begun[2]))
    assert [one["id"] for one in server.get("/v1/imports")["data"]] == begun[1::-1]


def test_only_the_tenants_back_end_sees_its_imports(
    acme: Workspace, server: Person, globex: Workspace, alice: Person, jobs: JobQueues
) -> None:
    import_id = upload(server, file_of(FILE))
    assert alice.post("/v1/imports", {"size": 1}).code == "server_token_required"
    for path, method in (("", "GET"), ("/check", "POST"), ("/start", "POST"), ("/cancel", "POST")):
        assert alice.request(method, f"/v1/imports/{import_id}{path}").code == "server_token_required"
        for other in (
            globex.server.request(method, f"/v1/imports/{import_id}{path}"),
            server.request(method, f"/v1/imports/nothing{path}"),
        ):
            assert (other.status, other.code) == (404, "import_not_found")
    ok(acme.person("zoe") and server.delete("/v1/users/zoe"))


def test_a_large_file_comes_in_parts(
    acme: Workspace, server: Person, jobs: JobQueues, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = 5 * 1024 * 1024
    filler = [message(number, text="x" * 15_000) for number in range(1, 420)]
    file = file_of([*USERS, PLANS, *filler])
    monkeypatch.setattr(imports, "LARGEST_PUT", size)
    monkeypatch.setattr(import_store, "PART_BYTES", size)
    begun = server.post("/v1/imports", {"size": len(file)})
    assert (begun["upload"], [part["part_number"] for part in begun["upload_parts"]]) == (None, [1, 2])
    assert sum(part["size"] for part in begun["upload_parts"]) == len(file)
    job = store.load(acme.tenant_id, begun["id"])
    assert all(f"partNumber={part['part_number']}" in part["url"] for part in begun["upload_parts"])

    def put(number: int, body: bytes) -> None:
        storage.client().upload_part(
            Bucket=bucket, Key=import_store.key(job), UploadId=job.state["upload_id"], PartNumber=number, Body=body
        )

    put(2, file[size:])
    put(1, file[:10])
    early = server.post(f"/v1/imports/{begun['id']}/check")
    assert (early.status, early.code, early["missing_parts"]) == (409, "parts_missing", [1])
    assert len(server.get(f"/v1/imports/{begun['id']}")["upload_parts"]) == 2
    put(1, file[:size])
    with monkeypatch.context() as broken:
        broken.setattr(store, "save", lambda *_, **__: 1 / 0)
        assert server.post(f"/v1/imports/{begun['id']}/check").status == 500
    assert server.post(f"/v1/imports/{begun['id']}/check").status == 202, "what died once it was put together goes on"
    checked = settled(jobs, server, begun["id"])
    assert (checked["status"], checked["lines"]["message"], checked["upload_parts"]) == ("checked", 419, [])
    ok(server.post(f"/v1/imports/{begun['id']}/start"))
    assert settled(jobs, server, begun["id"])["done"]["messages"] == 419


@pytest.mark.parametrize("body", [{}, {"size": 0}, {"size": 1024 * 1024 * 1024 + 1}, {"size": 1, "source": "A b"}])
def test_a_body_that_does_not_fit_is_refused(server: Person, body: dict[str, Any]) -> None:
    assert server.post("/v1/imports", body).code == "validation_failed"


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[dict[str, Any]], dict[str, int | None]]:
    """Messages and when each of three members has read last, in hours."""
    count = draw(st.integers(0, 8))
    said: list[dict[str, Any]] = []
    tops: list[int] = []
    for number in range(1, count + 1):
        author = draw(st.sampled_from(["ada", "ben", "cy"]))
        fields: dict[str, Any] = {"created_at": at(draw(st.integers(0, 23)))}
        is_reply, shown = draw(st.booleans()), draw(st.booleans())
        if tops and is_reply:
            fields |= {"parent_id": f"m{draw(st.sampled_from(tops))}", "show_in_conversation": shown}
        else:
            tops.append(number)
        fate = draw(st.sampled_from(["kept", "kept", "deleted", "silent"]))
        if fate == "deleted":
            fields["deleted_at"] = at(23)
        elif fate == "silent" and "parent_id" not in fields:
            fields["silent"] = True
        said.append(message(number, author, **fields))
    moments = st.none() | st.integers(0, 23)
    read = {name: draw(moments) for name in ("ada", "ben", "cy")}
    return said, read


@settings_of_hypothesis(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worlds())
def test_unread_is_a_recount(jobs: JobQueues, world: tuple[list[dict[str, Any]], dict[str, int | None]]) -> None:
    said, read = world
    tenant = Workspace(f"many-{ids.new_id()}")
    members = [member(name, **({} if hour is None else {"read_at": at(hour)})) for name, hour in read.items()]
    run(jobs, tenant.server, file_of([*USERS, PLANS, *members, *said]))
    room = conversation_of(tenant)
    shown = [one for one in said if "parent_id" not in one or one["show_in_conversation"]]
    for name, hour in read.items():
        own = max((place for place, one in enumerate(shown, 1) if one["author_id"] == name), default=0)
        reached, latest = 0, ""
        for place, one in enumerate(shown, 1):
            latest = max(latest, one["created_at"])
            if hour is None or latest <= at(hour):
                reached = place
        after = shown[max(own, reached) :]
        expected = sum(one["author_id"] != name and not one.keys() & {"deleted_at", "silent"} for one in after)
        assert unread_of(person(tenant, name), room) == expected, (name, hour)
    raw = dynamodb.get(settings().chat_table, Key(keys.conversation(tenant.tenant_id, room), keys.META_SK))
    assert raw is not None
    assert "importing" not in raw
