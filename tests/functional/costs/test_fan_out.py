"""What it costs to tell a message to those of its conversation who are online, and what that must not grow with."""

from collections.abc import Iterator, Sequence

import pytest

from parley.identity import stored_settings
from parley.realtime import audience, gateway
from tests.support.aws.sockets import Sockets, Stream, give_key
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.dynamodb.client_calls import before_calls
from tests.support.dynamodb.meter import Cost, metered
from tests.support.people import scale
from tests.support.people.people import Person, Workspace


@pytest.fixture
def sockets(monkeypatch: pytest.MonkeyPatch, acme: Workspace) -> Iterator[Sockets]:
    played = Sockets()
    monkeypatch.setattr(gateway, "client", lambda: played)
    give_key(acme.tenant_id)
    yield played
    stored_settings.forget()


@pytest.fixture
def stream(sockets: Sockets, acme: Workspace) -> Stream:
    return Stream(ChangeStream(), sockets, acme.tenant_id)


def members(acme: Workspace, count: int) -> list[Person]:
    return [Person(acme.tenant_id, f"member-{number}") for number in range(count)]


def strangers(acme: Workspace, count: int) -> list[Person]:
    """Users of the tenant who are in no conversation."""
    return [Person(acme.tenant_id, f"stranger-{number}") for number in range(count)]


def deliver(
    alice: Person, group: str, stream: Stream, messages: int = 1, mentions: Sequence[str] = ()
) -> tuple[Cost, list[str]]:
    """What delivering messages costs, and the keys of the items that it reads one by one."""
    alice.send(group, "so that the tenant's settings are known")
    stream.deliver()
    for socket in stream.sockets.all.values():
        socket.frames.clear()
    for number in range(messages):
        alice.send(group, f"hello {number}", mentions=mentions)
    payloads = stream.changes.take(alice.tenant_id)
    read: list[str] = []

    def note(operation: str, parameters: dict[str, dict[str, dict[str, list[dict[str, dict[str, str]]]]]]) -> None:
        if operation == "BatchGetItem":
            for table, wanted in parameters["RequestItems"].items():
                read.extend(f"{table} {key['pk']['S']} {key['sk']['S']}" for key in wanted["Keys"])

    with metered() as cost, before_calls(note):
        stream.hand_over(payloads)
    return cost, read


def test_a_message_to_1000_members_of_whom_100_are_connected(
    acme: Workspace, alice: Person, bob: Person, sockets: Sockets, stream: Stream
) -> None:
    group = alice.open_group(bob)
    scale.add_members(alice, group, 998)
    connected = sockets.admit(members(acme, 100))
    cost, read = deliver(alice, group, stream)
    assert all(socket.types() == ["conversation.updated"] for socket in connected)
    assert cost.reads <= 150, cost
    assert cost.round_trips <= 13, cost.operations
    assert len(read) == len(set(read))


def test_nobody_is_read_twice_in_a_batch(
    acme: Workspace, alice: Person, bob: Person, sockets: Sockets, stream: Stream
) -> None:
    """Watchers, the mentioned and the others of a large conversation, over several messages of one batch."""
    group = alice.open_group(bob)
    scale.add_members(alice, group, 198)
    everyone = members(acme, 40)
    sockets.admit(everyone[3:])
    for socket in map(sockets.connect, everyone[:3]):
        assert socket.act("watch", conversation_id=group)["type"] == "ack"
    _, read = deliver(alice, group, stream, messages=5, mentions=["member-2", "member-3", "nobody"])
    memberships = [place for place in read if "#U#" in place]
    assert sum(place.startswith("chat") for place in memberships) >= 40
    assert len(memberships) == len(set(memberships))


def test_a_message_costs_what_is_less_when_many_others_of_the_tenant_are_connected(
    acme: Workspace, alice: Person, bob: Person, sockets: Sockets, stream: Stream
) -> None:
    """40 members, 10 of them connected, in a tenant of ten connections, of 300 and of 1,200."""
    group = alice.open_group(bob)
    scale.add_members(alice, group, 38)
    connected = sockets.admit(members(acme, 10))
    costs = []
    for others in (0, 290, 900):
        sockets.admit(strangers(acme, others))
        cost, _ = deliver(alice, group, stream)
        costs.append(cost.reads)
        assert all("message.created" in socket.types() for socket in connected)
    assert costs[0] <= 16 + 10 + 6
    assert costs[1] <= 300 / 15 + 10 + 12, "a rest of a read unit for each partition"
    assert costs[2] <= 40 + 10 + 10, "each member is read, after a look at a part of one partition"


def test_above_a_thousand_members_nobody_is_listed(
    acme: Workspace, alice: Person, bob: Person, sockets: Sockets, stream: Stream
) -> None:
    costs = []
    for count in (1_010, 2_000):
        group = alice.open_group(bob, name=str(count))
        scale.add_members(alice, group, count)
        (connected,) = sockets.admit([Person(acme.tenant_id, "member-7")])
        cost, _ = deliver(alice, group, stream)
        assert connected.events == []
        costs.append(cost)
    assert costs[0].reads == costs[1].reads <= 8
    assert costs[0].operations == costs[1].operations


def test_a_small_conversation_pays_for_its_members_alone(
    acme: Workspace, alice: Person, bob: Person, sockets: Sockets, stream: Stream
) -> None:
    group = alice.open_group(bob)
    connected = sockets.admit([alice, bob])
    costs = []
    for others in (0, 300):
        sockets.admit(strangers(acme, others))
        costs.append(deliver(alice, group, stream)[0])
    assert all("message.created" in socket.types() for socket in connected)
    assert costs[0].reads == costs[1].reads <= 9


def test_what_is_private_costs_the_same_however_many_members_are_there(
    acme: Workspace, alice: Person, bob: Person, sockets: Sockets, stream: Stream
) -> None:
    his = sockets.connect(bob)
    costs = []
    for count in (0, 60):
        group = alice.open_group(bob, name=str(count))
        scale.add_members(alice, group, count)
        root = str(alice.send(group)["id"])
        stream.deliver()
        his.frames.clear()
        bob.put(f"/v1/threads/{root}/follow")
        payloads = stream.changes.take(alice.tenant_id)
        with metered() as cost:
            stream.hand_over(payloads)
        assert his.types() == ["thread.updated"]
        costs.append(cost)
    assert costs[0].reads == costs[1].reads <= 5, costs
    assert costs[0].operations == costs[1].operations


def test_who_follows_a_thread_is_looked_for_once_in_a_batch(
    acme: Workspace,
    alice: Person,
    bob: Person,
    sockets: Sockets,
    stream: Stream,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(audience, "SMALL", 1)
    group = alice.open_group(bob)
    root = str(alice.send(group)["id"])
    bob.put(f"/v1/threads/{root}/follow")
    stream.deliver()
    his = sockets.connect(bob)
    queries = []
    for replies in (1, 6):
        his.frames.clear()
        for _ in range(replies):
            alice.send(group, "reply", parent_id=root)
        payloads = stream.changes.take(alice.tenant_id)
        with metered() as cost:
            stream.hand_over(payloads)
        assert his.types().count("message.created") == replies
        queries.append(sum("Query" in str(each) for each in cost.operations))
    assert queries[0] == queries[1]
