"""Events of a message that quotes another one: who sees that is shown it, as it is now; the others learn nothing."""

from typing import Any

from tests.support.aws.sockets import Sockets, Stream
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace


def created(events: list[dict[str, Any]], message_id: str) -> list[Any]:
    return [
        each["data"]["quoted_message"]
        for each in events
        if each["type"] == "message.created" and each["entity_id"] == message_id
    ]


def test_each_member_is_shown_what_they_see_of_a_quote(
    alice: Person, bob: Person, acme: Workspace, sockets: Sockets, stream: Stream, moving_clock: MovingClock
) -> None:
    team = alice.open_group(bob, name="team", history="joined")
    said = alice.send(team, "before carol came")["id"]
    carol = acme.person("carol")
    alice.post(f"/v1/conversations/{team}/members", {"user_ids": ["carol"]})
    stream.deliver()
    moving_clock.pass_seconds(60)
    begin = {who.user_id: who.get("/v1/events")["next_cursor"] for who in (bob, carol)}
    his, hers = sockets.connect(bob), sockets.connect(carol)
    quoting = alice.send(team, "as I said", quoted_message_id=said)["id"]
    stream.deliver()
    (shown,) = created(his.take(), quoting)
    assert (shown["id"], shown["text"]) == (said, "before carol came")
    assert created(hers.take(), quoting) == [None]
    alice.put(f"/v1/messages/{said}", {"text": "another text"})
    replayed = {
        who.user_id: created(who.get("/v1/events", after=begin[who.user_id])["data"], quoting) for who in (bob, carol)
    }
    assert [each["text"] for each in replayed["bob"]] == ["another text"]
    assert replayed["carol"] == [None]


def test_a_quote_that_is_gone_for_good_is_told_as_nothing(
    alice: Person, bob: Person, general: str, acme: Workspace, sockets: Sockets, stream: Stream
) -> None:
    said = alice.send(general, "hello")["id"]
    quoting = bob.send(general, "as she said", quoted_message_id=said)["id"]
    acme.server.delete(f"/v1/messages/{said}", hard="true")
    his = sockets.connect(bob)
    stream.deliver()
    assert created(his.take(), quoting) == [None]
