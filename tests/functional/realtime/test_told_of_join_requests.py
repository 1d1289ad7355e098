"""Who asks to join is heard by the conversation's admins, on sockets and in the replay, and hears it themselves."""

from tests.support.aws.sockets import Sockets, Stream
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person


def test_admins_and_who_asks_are_told_and_other_members_are_not(
    alice: Person,
    bob: Person,
    carol: Person,
    general: str,
    sockets: Sockets,
    stream: Stream,
    moving_clock: MovingClock,
) -> None:
    alice.put(f"/v1/conversations/{general}", {"join_requests": True})
    stream.deliver()
    moving_clock.pass_seconds(600)
    people = (alice, bob, carol)
    connections = [sockets.connect(each) for each in people]
    since = [each.get("/v1/events")["next_cursor"] for each in people]
    assert carol.post(f"/v1/conversations/{general}/join-requests", {"text": "please"}).status == 201
    stream.deliver()
    hers, his, theirs = ([each for each in one.take() if "join_request" in each["type"]] for one in connections)
    assert [each["data"]["text"] for each in (*hers, *theirs)] == ["please", "please"]
    assert his == []
    assert carol.delete(f"/v1/conversations/{general}/join-requests/carol").status == 204
    stream.deliver()
    told = [[each["type"] for each in one.take()] for one in connections]
    assert told == [["join_request.removed"], [], ["join_request.removed"]]
    replayed = [
        [each["type"] for each in one.get("/v1/events", after=cursor)["data"] if "join_request" in each["type"]]
        for one, cursor in zip(people, since, strict=True)
    ]
    assert [("join_request.removed" in each) for each in replayed] == [True, False, True]
