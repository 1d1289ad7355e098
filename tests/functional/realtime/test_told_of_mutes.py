"""Whom a user mutes, their own devices hear of, in order; nobody else does, and no webhook."""

from parley.streams.envelope import SOCKETS_ALONE
from tests.support.aws.sockets import Sockets, Stream
from tests.support.people.people import Person


def test_ones_own_devices_hear_of_mutes_alone(alice: Person, bob: Person, sockets: Sockets, stream: Stream) -> None:
    hers, his = sockets.connect(alice), sockets.connect(bob)
    since = alice.get("/v1/events")["next_cursor"]
    alice.put("/v1/users/bob/mute", {"until": "2099-01-01T00:00:00.000Z"})
    stream.deliver()
    (first,) = hers.take()
    assert (first["type"], first["conversation_id"], first["actor_id"]) == ("mute.updated", None, "alice")
    assert (first["data"]["user_id"], first["data"]["muted_id"]) == ("alice", "bob")
    assert (first["data"]["until"], first["changed"]) == ("2099-01-01T00:00:00.000Z", ["until", "created_at"])
    alice.put("/v1/users/bob/mute", {})
    alice.delete("/v1/users/bob/mute")
    alice.put("/v1/users/bob/mute", {})
    stream.deliver()
    told = hers.take()
    assert told[-1]["data"]["until"] is None
    assert told[-1]["version"] > first["version"], "a mute after one that was taken back is newer"
    alice.delete("/v1/users/bob/mute")
    stream.deliver()
    (gone,) = hers.take()
    assert (gone["type"], gone["data"]) == ("mute.deleted", {"muted_id": "bob", "user_id": "alice"})
    assert his.types() == []
    replayed = [each["type"] for each in alice.get("/v1/events", after=since)["data"]]
    assert "mute.deleted" in replayed
    assert {"mute.updated", "mute.deleted"} <= SOCKETS_ALONE
