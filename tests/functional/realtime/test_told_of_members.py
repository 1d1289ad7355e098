"""Where a type keeps it from members who is in a conversation, nothing that is told gives it away."""

import pytest

from parley.identity import stored_settings
from parley.permissions import declared
from tests.support.aws.sockets import Socket, Sockets, Stream
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace
from tests.support.people.types import declare, put_tenant

TELLING = {"member.added", "member.updated", "member.removed", "read.updated", "delivered.updated", "presence.changed"}


@pytest.fixture(params=["moderator", "member"])
def least(request: pytest.FixtureRequest, acme: Workspace) -> str:
    """The lowest role that may see the members."""
    put_tenant(acme)
    stored_settings.forget()
    declared.types.forget()
    declare(acme, "support", see_members=request.param)
    return str(request.param)


@pytest.fixture
def room(least: str, alice: Person, bob: Person, carol: Person) -> str:
    """A conversation that alice owns, with bob and carol in it."""
    body = {"type": "group", "declared_type": "support", "name": "room", "members": ["bob", "carol"]}
    return str(alice.post("/v1/conversations", body)["id"])


def told(connection: Socket, *about: str) -> set[str]:
    """What events say of these users."""
    return {
        event["type"]
        for event in connection.take()
        if event["type"] in TELLING | {"typing.started"} and event["data"].get("user_id") in about
    }


def test_sockets_and_the_replay_tell_who_is_there_to_whom_may_see_it(
    acme: Workspace,
    alice: Person,
    bob: Person,
    carol: Person,
    least: str,
    room: str,
    sockets: Sockets,
    stream: Stream,
    moving_clock: MovingClock,
) -> None:
    acme.person("dave")
    stream.deliver()
    moving_clock.pass_seconds(600)
    hers, his = sockets.connect(alice), sockets.connect(bob)
    since = {person.user_id: person.get("/v1/events")["next_cursor"] for person in (alice, bob)}
    message = alice.send(room, "hello")["id"]
    assert carol.post(f"/v1/conversations/{room}/read", {"message_id": message}).status == 200
    assert alice.post(f"/v1/conversations/{room}/members", {"user_ids": ["dave"]}).status == 200
    stream.deliver()
    assert alice.put(f"/v1/conversations/{room}/members/carol/role", {"role": "moderator"}).status == 200
    stream.deliver()
    assert alice.delete(f"/v1/conversations/{room}/members/dave").status == 204
    stream.deliver()
    all_of_it = {"read.updated", "member.added", "member.updated", "member.removed"}
    assert told(hers, "carol", "dave") == all_of_it
    assert told(his, "carol", "dave") == (all_of_it if least == "member" else set())
    replayed = [
        {event["type"] for event in person.get("/v1/events", after=since[person.user_id])["data"]} & all_of_it
        for person in (alice, bob)
    ]
    replayable = all_of_it - {"member.added"}  # dave has gone since
    assert replayed == [replayable, replayable if least == "member" else set()]


def test_everybody_is_told_of_their_own_membership(
    alice: Person, bob: Person, room: str, sockets: Sockets, stream: Stream
) -> None:
    stream.deliver()
    his = sockets.connect(bob)
    message = alice.send(room, "hello")["id"]
    assert bob.post(f"/v1/conversations/{room}/read", {"message_id": message}).status == 200
    stream.deliver()
    assert alice.delete(f"/v1/conversations/{room}/members/bob").status == 204
    stream.deliver()
    assert told(his, "bob") == {"read.updated", "member.removed"}


def test_neither_presence_nor_typing_says_who_is_there(
    alice: Person, bob: Person, carol: Person, least: str, room: str, sockets: Sockets
) -> None:
    hers, his = sockets.connect(alice), sockets.connect(bob)
    shown = {
        each.user_id: [one["user_id"] for one in connection.act("watch", conversation_id=room)["presence"]]
        for each, connection in ((alice, hers), (bob, his))
    }
    assert shown == {"alice": ["bob", "carol"], "bob": ["alice", "carol"] if least == "member" else []}
    hers.take()
    his.take()
    theirs = sockets.connect(carol)
    theirs.act("typing.start", conversation_id=room)
    everything = {"presence.changed", "typing.started"}
    assert told(hers, "carol") == everything
    assert told(his, "carol") == (everything if least == "member" else set())


def test_a_connection_is_held_to_what_is_declared_after_it_opened(
    acme: Workspace, alice: Person, bob: Person, carol: Person, sockets: Sockets
) -> None:
    put_tenant(acme)
    room = alice.open_group(bob, carol)
    hers, his, theirs = (sockets.connect(person) for person in (alice, bob, carol))
    assert len(his.act("watch", conversation_id=room)["presence"]) == 2
    hers.act("watch", conversation_id=room)
    for connection in (hers, his):
        connection.take()
    declare(acme, "group", see_members="moderator", post="moderator", reply="moderator")
    stored_settings.forget()  # a minute passes
    assert his.act("watch", conversation_id=room)["presence"] == []
    hers.act("typing.start", conversation_id=room)
    assert told(his, "alice") == set()
    for action in ({"action": "typing.start"}, {"action": "event.send", "name": "wave"}):
        refused = theirs.act(conversation_id=room, **action)
        assert (refused["type"], refused.get("code")) == ("error", "insufficient_role")


def test_the_lists_of_members_and_of_receipts_are_refused(bob: Person, least: str, room: str) -> None:
    for of in ("members", "receipts"):
        answer = bob.get(f"/v1/conversations/{room}/{of}")
        assert (answer.status == 200) is (least == "member")


def test_what_somebody_says_is_shown_with_their_name(
    alice: Person, bob: Person, carol: Person, room: str, sockets: Sockets, stream: Stream
) -> None:
    """Who writes, reacts and votes does so before all: that is no secret of the membership."""
    stream.deliver()
    his = sockets.connect(bob)
    message = carol.send(room, "hello")["id"]
    assert alice.post(f"/v1/messages/{message}/reactions", {"reaction": "👍"}).status == 201
    stream.deliver()
    assert {(event["type"], event["actor_id"]) for event in his.take()} >= {
        ("message.created", "carol"),
        ("reaction.added", "alice"),
    }
