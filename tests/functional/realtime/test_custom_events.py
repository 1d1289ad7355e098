"""An app's own events: told at once to who watches the conversation, and kept nowhere."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.realtime.audience import list_watchers
from tests.functional.realtime.test_presence import watch
from tests.support.aws.sockets import Socket, Sockets, Stream
from tests.support.faults.refusals import shown
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace

MOVED = {"name": "cursor.moved", "data": {"line": 42}}


def path(conversation_id: str) -> str:
    return f"/v1/conversations/{conversation_id}/events"


def told(socket: Socket) -> list[tuple[str, str, Any]]:
    events = [event for event in socket.take() if event["type"] == "custom_event.sent"]
    return [(event["actor_id"], event["data"]["name"], event["data"]["data"]) for event in events]


@pytest.fixture
def watching(alice: Person, bob: Person, general: str, sockets: Sockets) -> tuple[Socket, Socket]:
    """A socket of alice's and one of bob's that watch the group."""
    hers, his = sockets.connect(alice), sockets.connect(bob)
    for socket in (hers, his):
        watch(socket, general)
        socket.take()
    return hers, his


def test_who_watches_is_told_and_who_does_not_is_not(
    alice: Person, bob: Person, general: str, sockets: Sockets, watching: tuple[Socket, Socket]
) -> None:
    hers, his = watching
    other = sockets.connect(alice)
    sent = bob.post(path(general), MOVED)
    assert (sent.status, sent["name"], sent["data"], sent["user_id"]) == (201, "cursor.moved", {"line": 42}, "bob")
    (event,) = hers.events
    assert event["data"] == sent.body
    assert (event["conversation_id"], event["seq"], event["actor_id"]) == (general, None, "bob")
    assert told(hers) == told(his) == [("bob", "cursor.moved", {"line": 42})]
    assert other.events == []


def test_a_socket_sends_them_too_and_is_not_told_itself(
    bob: Person, general: str, sockets: Sockets, watching: tuple[Socket, Socket]
) -> None:
    hers, his = watching
    tablet = sockets.connect(bob)
    watch(tablet, general)
    tablet.take()
    answer = his.act("event.send", conversation_id=general, request_id="7", **MOVED)
    assert (answer["type"], answer["action"], answer["request_id"]) == ("ack", "event.send", "7")
    assert told(his) == []
    assert told(hers) == told(tablet) == [("bob", "cursor.moved", {"line": 42})]


def test_a_repetition_tells_nothing_again(bob: Person, general: str, watching: tuple[Socket, Socket]) -> None:
    first = bob.post(path(general), MOVED, key="k")
    again = bob.post(path(general), MOVED, key="k")
    assert (again.body, again.headers["Idempotent-Replayed"]) == (first.body, "true")
    assert len(told(watching[0])) == 1
    assert bob.post(path(general), {"name": "other"}, key="k").code == "idempotency_key_reused"


def test_nothing_is_kept(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream, watching: tuple[Socket, Socket]
) -> None:
    stream.deliver()
    start = alice.get("/v1/events")["next_cursor"]
    before = alice.get(f"/v1/conversations/{general}").body
    bob.post(path(general), MOVED)
    watching[1].act("event.send", conversation_id=general, **MOVED)
    assert stream.changes.take(alice.tenant_id) == []
    assert alice.get("/v1/events", after=start)["data"] == []
    assert alice.get(f"/v1/conversations/{general}").body == before
    assert alice.get("/v1/unread")["total"] == 0


def test_a_back_end_sends_for_a_user_or_for_nobody(
    acme: Workspace, general: str, watching: tuple[Socket, Socket]
) -> None:
    assert acme.server.post(path(general), {"name": "order.paid"})["user_id"] == "_system"
    assert acme.server.post(path(general), {"name": "order.paid"}, headers={"X-Acting-User": "bob"})["user_id"] == "bob"
    assert [each[0] for each in told(watching[0])] == ["_system", "bob"]
    stranger = acme.server.post(path(general), MOVED, headers={"X-Acting-User": "carol"})
    assert (stranger.status, stranger.code) == (404, "conversation_not_found")


def test_who_may_not_write_sends_none(
    acme: Workspace, alice: Person, bob: Person, carol: Person, sockets: Sockets, watching: tuple[Socket, Socket]
) -> None:
    general = alice.open_group(bob)
    hers, his = watching
    watch(hers, general)
    hers.take()

    def refused(code: str) -> None:
        assert bob.post(path(general), MOVED).code == code
        assert his.act("event.send", conversation_id=general, **MOVED)["code"] == code
        assert told(hers) == []

    alice.put(f"/v1/conversations/{general}", {"frozen": True})
    refused("conversation_frozen")
    assert alice.post(path(general), MOVED).status == 201
    assert acme.server.post(path(general), MOVED).status == 201
    assert len(told(hers)) == 2
    alice.put(f"/v1/conversations/{general}", {"frozen": False})
    alice.put(f"/v1/conversations/{general}/bans/bob")
    refused("conversation_not_found")
    alice.delete(f"/v1/conversations/{general}")
    assert alice.post(path(general), MOVED).code == "conversation_archived"
    assert acme.server.post(path(general), MOVED).code == "conversation_archived"


def test_a_block_holds_in_both_directions_of_a_direct_conversation(
    alice: Person, bob: Person, sockets: Sockets
) -> None:
    direct = str(alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})["id"])
    hers, his = sockets.connect(alice), sockets.connect(bob)
    for socket in (hers, his):
        watch(socket, direct)
    alice.put("/v1/users/bob/block")
    assert bob.post(path(direct), MOVED).code == "blocked"
    alice.post(path(direct), MOVED)
    assert told(his) == []


def test_a_muted_conversation_is_still_told_of(alice: Person, bob: Person, general: str, sockets: Sockets) -> None:
    alice.put(f"/v1/conversations/{general}/mute", {})
    hers = sockets.connect(alice)
    watch(hers, general)
    hers.take()
    assert bob.post(path(general), MOVED).status == 201
    assert len(told(hers)) == 1


def test_who_was_removed_is_told_nothing_though_they_watch(
    alice: Person, bob: Person, carol: Person, sockets: Sockets
) -> None:
    group = alice.open_group(bob, carol)
    theirs = sockets.connect(carol)
    watch(theirs, group)
    alice.delete(f"/v1/conversations/{group}/members/carol")
    theirs.take()
    bob.post(path(group), MOVED)
    assert told(theirs) == []


def test_another_tenant_and_a_stranger_are_told_the_same_as_of_what_never_existed(
    carol: Person, mallory: Person, general: str, watching: tuple[Socket, Socket]
) -> None:
    refusals = [shown(who.post(path(where), MOVED), where) for who in (carol, mallory) for where in (general, "0" * 26)]
    assert refusals[0][0] == 404
    assert all(refusal == refusals[0] for refusal in refusals)
    assert told(watching[0]) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "Moved"},
        {"name": "cursor."},
        {"name": "a" * 65},
        {"name": "a\n"},
        {"name": 7},
        {"name": "a", "data": []},
        {"name": "a", "data": None},
        {"name": "a", "data": {"x": "y" * 5 * 1024}},
        {"name": "a", "type": "message.created"},
    ],
)
def test_what_is_no_event_is_refused(
    bob: Person, general: str, sockets: Sockets, watching: tuple[Socket, Socket], body: Any
) -> None:
    hers, his = watching
    assert bob.post(path(general), body).status == 422
    if "type" not in body:
        assert his.act("event.send", conversation_id=general, **body)["code"] == "unprocessable"
    assert hers.events == []


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.dictionaries(
        st.text(max_size=8), st.recursive(st.none() | st.booleans() | st.text(max_size=9), st.lists, max_leaves=5)
    )
)
def test_whatever_an_app_sends_arrives_as_it_was_in_one_frame(
    bob: Person, general: str, watching: tuple[Socket, Socket], data: dict[str, Any]
) -> None:
    sent = bob.post(path(general), {"name": "any", "data": data})
    if len(json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")) <= 5 * 1024:
        assert told(watching[0]) == [("bob", "any", data)], sent.text


def test_the_largest_event_is_one_frame(bob: Person, general: str, watching: tuple[Socket, Socket]) -> None:
    largest = {"x": "😀" * ((5 * 1024 - 8) // 4)}
    assert bob.post(path(general), {"name": "a" * 64, "data": largest}).status == 201
    assert told(watching[0]) == [("bob", "a" * 64, largest)]


def test_they_have_a_limit_of_their_own(bob: Person, general: str) -> None:
    assert '"custom-events";q=600' in bob.post(path(general), MOVED).headers["RateLimit-Policy"]


def test_a_connection_that_is_gone_is_forgotten(
    bob: Person, general: str, moving_clock: MovingClock, watching: tuple[Socket, Socket]
) -> None:
    hers, his = watching
    hers.vanish()
    moving_clock.pass_seconds(31)
    for _ in range(2):
        assert bob.post(path(general), MOVED).status == 201
    assert [name for _, name, _ in told(his)] == ["cursor.moved", "cursor.moved"]
    assert {watch for watch, _ in list_watchers(bob.tenant_id, general)} == {"bob"}
