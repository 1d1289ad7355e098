"""What sockets are told of votes: what they come to, once a batch, and never whose they are."""

import jsonschema

from tests.functional.webhooks.test_delivery import SCHEMA
from tests.support.aws.sockets import Sockets, Stream
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person

LUNCH = {"question": "Lunch?", "options": [{"text": "Yes"}, {"text": "No"}]}


def vote(who: Person, message_id: str, *options: str) -> None:
    answer = who.put(f"/v1/messages/{message_id}/votes", {"options": list(options)})
    assert answer.status == 200, answer.text


def test_votes_are_told_once_a_batch_as_what_they_come_to(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream, moving_clock: MovingClock
) -> None:
    message_id = str(alice.send(general, "", poll=LUNCH)["id"])
    his = sockets.connect(bob)
    stream.deliver()
    (created,) = [event for event in his.events if event["type"] == "message.created"]
    assert created["data"]["poll"]["question"] == "Lunch?"
    assert created["data"]["poll"]["results"] is None
    his.take()
    moving_clock.pass_seconds(60)
    cursor = bob.get("/v1/events")["next_cursor"]
    vote(alice, message_id, "1")
    vote(bob, message_id, "1")
    vote(bob, message_id, "2")
    bob.post(f"/v1/messages/{message_id}/reactions", {"reaction": "👍"})
    stream.deliver()
    told = [event for event in his.take() if event["type"] == "poll.updated"]
    assert [event["data"]["poll_results"] for event in told] == [
        {"counts": {"1": 1, "2": 1}, "voters": 2, "closed_at": None}
    ]
    assert (told[0]["data"]["message_id"], told[0]["changed"], told[0]["actor_id"]) == (
        message_id,
        ["poll_results"],
        None,
    )
    assert told[0]["data"]["reactions"] == {"👍": {"count": 1, "users": ["bob"]}}
    jsonschema.validate(told[0], SCHEMA)
    replayed = [event["type"] for event in bob.get("/v1/events", after=cursor)["data"]]
    assert (replayed.count("poll.updated"), set(replayed)) == (1, {"poll.updated", "poll.voted", "reaction.added"})
    alice.post(f"/v1/messages/{message_id}/poll/close")
    stream.deliver()
    (closed,) = his.take()
    assert (closed["type"], closed["data"]["poll_results"]["closed_at"] is None) == ("poll.updated", False)


def test_a_vote_that_changes_nothing_and_one_that_is_taken_back(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    message_id = str(alice.send(general, "", poll=LUNCH)["id"])
    vote(bob, message_id, "1")
    his = sockets.connect(bob)
    stream.deliver()
    his.take()
    vote(bob, message_id, "1")
    stream.deliver()
    assert his.take() == []
    vote(bob, message_id)
    stream.deliver()
    (told,) = [event for event in his.take() if event["type"] == "poll.updated"]
    assert told["data"]["poll_results"] == {"counts": {"1": 0}, "voters": 0, "closed_at": None}


def test_a_voters_other_devices_are_told_of_their_votes_and_nobody_else(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    message_id = str(alice.send(general, "", poll=LUNCH | {"max_votes": 2})["id"])
    his, hers = sockets.connect(bob), sockets.connect(alice)
    for options in (("1", "2"), ("2",), (), ("1",)):
        vote(bob, message_id, *options)
        stream.deliver()
        (told,) = [event for event in his.take() if event["type"] == "poll.voted"]
        assert told["data"] == {"message_id": message_id, "user_id": "bob", "options": list(options)}
    assert (told["entity_id"], told["version"]) == (f"{message_id}/votes/bob", 4)
    jsonschema.validate(told, SCHEMA)
    assert "poll.voted" not in hers.types()
    anonymous = str(alice.send(general, "", poll=LUNCH | {"anonymous": True})["id"])
    vote(bob, anonymous, "1")
    stream.deliver()
    assert "poll.voted" not in his.types() + hers.types()


def test_an_erased_poll_tells_nothing_of_its_votes(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    message_id = str(alice.send(general, "", poll=LUNCH)["id"])
    vote(bob, message_id, "1")
    stream.deliver()
    his = sockets.connect(bob)
    server = Person(alice.tenant_id, "", "server", alice.tenant_settings)
    assert server.delete(f"/v1/messages/{message_id}", hard="true").status == 204
    stream.deliver()
    assert [each for each in his.types() if each.startswith("poll.")] == []
