"""Connections that are gone, slow or full hold up nobody, and are told of as what they are."""

from parley.realtime.online import read_online
from tests.support.aws.sockets import Sockets, Stream
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person


def test_a_gone_connection_is_forgotten_and_the_others_are_served(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream, moving_clock: MovingClock
) -> None:
    dead, his = sockets.connect(bob), sockets.connect(bob)
    moving_clock.pass_seconds(31)
    dead.vanish()
    alice.send(general)
    stream.deliver()
    assert "message.created" in his.types()
    assert set(read_online(bob.tenant_id, ["bob"])["bob"].connections) == {his.id}


def test_a_slow_connection_holds_up_nobody(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    """It takes its frame only after all others have theirs, and whoever waits for it first waits for ever."""
    slow = sockets.connect(bob)
    others = [sockets.connect(bob) for _ in range(10)]
    sockets.slow[slow.id] = lambda: all("message.created" in each.types() for each in others)
    alice.send(general)
    stream.deliver()
    assert "message.created" in slow.types()


def test_when_all_are_gone_at_once_all_are_forgotten_and_shown_offline(
    alice: Person, bob: Person, carol: Person, general: str, sockets: Sockets, stream: Stream, moving_clock: MovingClock
) -> None:
    alice.post(f"/v1/conversations/{general}/members", {"user_ids": ["carol"]})
    stream.deliver()
    hers = sockets.connect(alice)
    hers.act("watch", conversation_id=general)
    dead = [sockets.connect(person) for person in (bob, carol, bob, carol, bob)]
    moving_clock.pass_seconds(31)
    for each in dead:
        each.vanish()
    hers.frames.clear()
    alice.send(general)
    stream.deliver()
    left = read_online(bob.tenant_id, ["bob", "carol"])
    assert [left[name].connections for name in ("bob", "carol")] == [{}, {}]
    offline = [event["data"] for event in hers.events if event["type"] == "presence.changed"]
    assert sorted((each["user_id"], each["online"]) for each in offline) == [("bob", False), ("carol", False)]


def test_a_connection_that_is_still_opening_is_not_forgotten(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    """API Gateway does not know a connection before its `$connect` has been answered."""
    his = sockets.connect(bob)
    his.is_open = False
    alice.send(general, "while it opens")
    stream.deliver()
    his.is_open = True
    alice.send(general, "once it is open")
    stream.deliver()
    assert [e["data"]["text"] for e in his.events if e["type"] == "message.created"] == ["once it is open"]


def test_a_connection_that_takes_no_frame_is_closed_so_that_its_client_replays(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    slow, his = sockets.connect(bob), sockets.connect(bob)
    sockets.broken.add(slow.id)
    alice.send(general)
    stream.deliver()
    assert "message.created" in his.types()
    assert (slow.is_open, slow.frames) == (False, [])


def test_what_can_neither_be_sent_nor_closed_is_reported_for_another_try(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    stuck = sockets.connect(bob)
    sockets.broken.add(stuck.id)
    sockets.stuck.add(stuck.id)
    alice.send(general)
    payloads = stream.changes.take(alice.tenant_id)
    assert stream.hand_over(payloads)["batchItemFailures"]
    sockets.broken.clear()
    assert stream.hand_over(payloads) == {"batchItemFailures": []}
    assert "message.created" in stuck.types()
