"""Who is invited hears of it on their sockets and in the replay, though they are no member; nobody else does."""

from tests.support.aws.sockets import Sockets, Stream
from tests.support.people.people import Person


def test_the_invited_hear_of_their_invites_alone(
    alice: Person, bob: Person, carol: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    hers, his, theirs = (sockets.connect(each) for each in (alice, bob, carol))
    since = carol.get("/v1/events")["next_cursor"]
    assert alice.post(f"/v1/conversations/{general}/invites", {"user_ids": ["carol"]}).status == 200
    stream.deliver()
    (event,) = theirs.take()
    assert (event["type"], event["conversation_id"], event["actor_id"]) == ("invite.created", None, "alice")
    assert (event["data"]["conversation_id"], event["data"]["invited_by"]) == (general, "alice")
    assert [each for each in [*hers.types(), *his.types()] if each.startswith("invite.")] == []
    assert carol.delete(f"/v1/conversations/{general}/invites/carol").status == 204
    stream.deliver()
    (gone,) = theirs.take()
    assert (gone["type"], gone["data"]) == ("invite.removed", {"conversation_id": general, "user_id": "carol"})
    assert gone["version"] >= event["version"]
    replayed = carol.get("/v1/events", after=since)["data"]
    assert "invite.removed" in [each["type"] for each in replayed]
    assert [each for each in alice.get("/v1/events", after=since)["data"] if each["type"].startswith("invite.")] == []
