"""What rests on the index of members, while it is behind the table: nobody is left out or told too much."""

from collections.abc import Iterator

import pytest

from parley import clock
from parley.messaging.access import membership_key
from parley.messaging.items import MembershipItem
from parley.messaging.members import leaving
from parley.realtime import audience, gateway
from tests.support.aws.sockets import Socket, Sockets, Stream, give_key
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.faults.lagging_index import index_stands_still
from tests.support.people.people import Person, Workspace
from tests.support.people.phones import Phones, using_phones


@pytest.fixture
def sockets(monkeypatch: pytest.MonkeyPatch, acme: Workspace) -> Sockets:
    played = Sockets()
    monkeypatch.setattr(gateway, "client", lambda: played)
    monkeypatch.setattr(gateway, "BACKOFF_SECONDS", 0)
    give_key(acme.tenant_id)
    return played


@pytest.fixture
def stream(sockets: Sockets, acme: Workspace) -> Stream:
    return Stream(ChangeStream(), sockets, acme.tenant_id)


@pytest.fixture
def phones(acme: Workspace) -> Iterator[Phones]:
    with using_phones() as phones:
        yield phones


def texts(socket: Socket) -> list[str]:
    return [event["data"]["text"] for event in socket.take() if event["type"] == "message.created"]


def test_newcomers_are_told_before_the_index_lists_them(
    acme: Workspace, alice: Person, bob: Person, carol: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    with index_stands_still():
        alice.post(f"/v1/conversations/{general}/members", {"user_ids": ["carol"]})
        stream.deliver()
        hers = sockets.connect(carol)
        alice.send(general, "welcome")
        stream.deliver()
        assert texts(hers) == ["welcome"]


def test_whom_an_old_conversation_takes_in_is_told_before_the_index_lists_them(
    acme: Workspace, alice: Person, bob: Person, carol: Person, sockets: Sockets, stream: Stream,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with monkeypatch.context() as earlier:
        long_ago = clock.now_ms() - 24 * 3600 * 1000
        earlier.setattr(clock, "now_ms", lambda: long_ago)
        group = alice.open_group(bob)
        alice.send(group, "first")
    stream.deliver()
    with index_stands_still():
        alice.post(f"/v1/conversations/{group}/members", {"user_ids": ["carol"]})
        stream.deliver()
        hers = sockets.connect(carol)
        alice.send(group, "welcome")
        stream.deliver()
        assert texts(hers) == ["welcome"]


def test_a_crowd_of_newcomers_is_told_to_the_last(
    acme: Workspace, alice: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    channel = str(alice.post("/v1/conversations", {"type": "channel", "name": "open"})["id"])
    crowd = [acme.person(f"guest-{number}") for number in range(40)]
    with index_stands_still():
        for guest in crowd:
            joined = guest.post(f"/v1/conversations/{channel}/members", {"user_ids": [guest.user_id]})
            assert joined.status == 200
        stream.deliver()
        theirs = [sockets.connect(guest) for guest in crowd]
        alice.send(channel, "welcome")
        stream.deliver()
        assert [texts(each) for each in theirs] == [["welcome"]] * 40


@pytest.mark.parametrize("kind", ["group", "direct", "channel"])
def test_who_is_in_a_new_conversation_is_told_before_the_index_lists_them(
    acme: Workspace, alice: Person, bob: Person, sockets: Sockets, stream: Stream, kind: str
) -> None:
    his = sockets.connect(bob)
    with index_stands_still():
        asked = {"type": kind, "members": ["bob"]} | ({} if kind == "direct" else {"name": "new"})
        made = alice.post("/v1/conversations", asked)
        assert made.status == 201, made.text
        stream.deliver()
        assert "conversation.created" in his.types()
        his.take()
        alice.send(made["id"], "first")
        stream.deliver()
        assert texts(his) == ["first"]


def test_who_joins_a_channel_is_told_and_who_left_is_not(
    acme: Workspace, alice: Person, bob: Person, carol: Person, sockets: Sockets, stream: Stream
) -> None:
    channel = alice.post("/v1/conversations", {"type": "channel", "name": "open", "members": ["bob"]})["id"]
    his, hers = sockets.connect(bob), sockets.connect(carol)
    with index_stands_still():
        assert carol.post(f"/v1/conversations/{channel}/members", {"user_ids": ["carol"]}).status == 200
        assert bob.delete(f"/v1/conversations/{channel}/members/bob").status == 204
        stream.deliver()
        his.take()
        alice.send(channel, "now")
        stream.deliver()
        assert (texts(hers), his.take()) == (["now"], [])


def test_newcomers_are_pushed_to_before_the_index_lists_them(
    acme: Workspace, alice: Person, bob: Person, carol: Person, general: str, phones: Phones
) -> None:
    token = phones.give(carol)
    with index_stands_still():
        alice.post(f"/v1/conversations/{general}/members", {"user_ids": ["carol"]})
        alice.send(general, "welcome")
        assert [each.token for each in phones.push(acme.tenant_id)] == [token]


def test_in_a_large_conversation_who_was_removed_is_told_nothing_more(
    acme: Workspace, alice: Person, bob: Person, carol: Person, sockets: Sockets, stream: Stream,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(audience, "SMALL", 2)
    dave = acme.person("dave")
    large = alice.open_group(bob, carol, dave)
    stream.deliver()
    his, hers = sockets.connect(bob), sockets.connect(carol)
    with index_stands_still():
        assert alice.delete(f"/v1/conversations/{large}/members/bob").status == 204
        stream.deliver()
        assert his.types() == ["member.removed"]
        his.take()
        alice.send(large, "after")
        stream.deliver()
        assert his.take() == []
        assert hers.types() == ["conversation.updated"]


def test_in_a_large_conversation_a_newcomer_is_told_that_something_is_unread(
    acme: Workspace, alice: Person, bob: Person, carol: Person, sockets: Sockets, stream: Stream,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(audience, "SMALL", 2)
    dave = acme.person("dave")
    large = alice.open_group(bob, carol)
    stream.deliver()
    his = sockets.connect(dave)
    with index_stands_still():
        alice.post(f"/v1/conversations/{large}/members", {"user_ids": ["dave"]})
        stream.deliver()
        his.take()
        alice.send(large, "welcome")
        stream.deliver()
        assert his.types() == ["conversation.updated"]


def role_of(acme: Workspace, user_id: str, conversation_id: str) -> str | None:
    membership = MembershipItem.at(membership_key(acme.tenant_id, user_id, conversation_id), consistent=True)
    return None if membership is None else membership.role


def test_the_heir_is_who_the_table_says_is_an_admin(acme: Workspace, alice: Person, bob: Person, carol: Person) -> None:
    group = alice.open_group(bob, carol)
    with index_stands_still():
        assert alice.put(f"/v1/conversations/{group}/members/carol/role", {"role": "admin"}).status == 200
        leaving.depart(acme.tenant_id, "alice", group)
    assert [role_of(acme, each, group) for each in ("alice", "bob", "carol")] == [None, "member", "owner"]


def test_an_admin_by_the_index_who_is_none_any_more_does_not_inherit(
    acme: Workspace, alice: Person, bob: Person, carol: Person
) -> None:
    group = alice.open_group(bob, carol)
    path = f"/v1/conversations/{group}/members/carol/role"
    alice.put(path, {"role": "admin"})
    with index_stands_still():
        alice.put(path, {"role": "member"})
        leaving.depart(acme.tenant_id, "alice", group)
    assert role_of(acme, "bob", group) == "owner"


def test_a_newcomer_inherits_where_nobody_else_is(acme: Workspace, alice: Person, bob: Person) -> None:
    group = alice.open_group()
    with index_stands_still():
        alice.post(f"/v1/conversations/{group}/members", {"user_ids": ["bob"]})
        leaving.depart(acme.tenant_id, "alice", group)
    assert role_of(acme, "bob", group) == "owner"
