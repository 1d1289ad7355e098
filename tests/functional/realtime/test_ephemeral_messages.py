"""Messages that one member alone sees: at once, on every device of theirs, and kept nowhere."""

from typing import Any

import pytest

from tests.functional.realtime.test_presence import watch
from tests.support.aws.sockets import Socket, Sockets, Stream
from tests.support.faults.interference import before_call
from tests.support.faults.one_thread import in_one_thread
from tests.support.faults.refusals import shown
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace

TO_BOB = {"user_id": "bob", "text": "only you"}


def path(conversation_id: str) -> str:
    return f"/v1/conversations/{conversation_id}/ephemeral-messages"


def seen(socket: Socket) -> list[str]:
    return [event["data"]["text"] for event in socket.take() if event["type"] == "ephemeral_message.sent"]


def test_one_member_alone_sees_it_on_each_of_their_devices(
    acme: Workspace, alice: Person, bob: Person, general: str, sockets: Sockets
) -> None:
    hers, his, tablet = sockets.connect(alice), sockets.connect(bob), sockets.connect(bob)
    watch(hers, general)
    for socket in (hers, his, tablet):
        socket.take()
    sent = acme.server.post(path(general), {**TO_BOB, "custom": {"kind": "booking"}})
    assert (sent.status, sent["delivered"], sent["author_id"], sent["text"]) == (201, True, "_system", "only you")
    (event,) = his.events
    assert event["data"] == {name: value for name, value in sent.body.items() if name != "delivered"}
    assert (event["conversation_id"], event["seq"]) == (general, None)
    assert (seen(his), seen(tablet), hers.events) == (["only you"], ["only you"], [])


def test_who_is_away_has_not_seen_it_and_is_not_told_later(
    acme: Workspace, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    stream.deliver()
    start = bob.get("/v1/events")["next_cursor"]
    before = bob.get(f"/v1/conversations/{general}").body
    assert acme.server.post(path(general), TO_BOB)["delivered"] is False
    assert stream.changes.take(bob.tenant_id) == []
    assert bob.get("/v1/events", after=start)["data"] == []
    assert bob.get(f"/v1/conversations/{general}").body == before
    assert bob.get(f"/v1/conversations/{general}/messages")["data"] == []
    assert bob.get("/v1/unread")["total"] == 0
    assert seen(sockets.connect(bob)) == []


def test_sockets_that_take_nothing_have_not_shown_it(
    acme: Workspace, bob: Person, general: str, sockets: Sockets, moving_clock: MovingClock
) -> None:
    gone, broken = sockets.connect(bob), sockets.connect(bob)
    moving_clock.pass_seconds(31)
    gone.vanish()
    sockets.broken.add(broken.id)
    assert acme.server.post(path(general), TO_BOB)["delivered"] is False
    assert acme.server.post(path(general), TO_BOB)["delivered"] is False
    sockets.connect(bob)
    assert acme.server.post(path(general), TO_BOB)["delivered"] is True


def test_a_repetition_shows_nothing_again(acme: Workspace, bob: Person, general: str, sockets: Sockets) -> None:
    his = sockets.connect(bob)
    first = acme.server.post(path(general), TO_BOB, key="k")
    again = acme.server.post(path(general), TO_BOB, key="k")
    assert (again.body, again.headers["Idempotent-Replayed"]) == (first.body, "true")
    assert seen(his) == ["only you"]
    assert acme.server.post(path(general), {**TO_BOB, "text": "other"}, key="k").code == "idempotency_key_reused"


def test_a_back_end_alone_sends_them(alice: Person, bob: Person, general: str, sockets: Sockets) -> None:
    his = sockets.connect(bob)
    refused = alice.post(path(general), TO_BOB)
    assert (refused.status, refused.code) == (403, "server_token_required")
    assert seen(his) == []


def test_it_speaks_for_a_member_and_for_nobody_else(
    acme: Workspace, alice: Person, carol: Person, bob: Person, general: str, sockets: Sockets
) -> None:
    his = sockets.connect(bob)
    as_alice = {"X-Acting-User": "alice"}
    assert acme.server.post(path(general), TO_BOB, headers=as_alice)["author_id"] == "alice"
    stranger = acme.server.post(path(general), TO_BOB, headers={"X-Acting-User": "carol"})
    assert (stranger.status, stranger.code) == (404, "conversation_not_found")
    assert seen(his) == ["only you"]


def test_a_member_alone_is_shown_one(
    acme: Workspace, alice: Person, bob: Person, carol: Person, sockets: Sockets
) -> None:
    group = alice.open_group(bob)
    theirs, his = sockets.connect(carol), sockets.connect(bob)
    for user_id in ("carol", "nobody-here", "_system"):
        refused = acme.server.post(path(group), {"user_id": user_id, "text": "only you"})
        assert refused.status in (404, 422)
    assert acme.server.post(path(group), {"user_id": "carol", "text": "x"}).code == "member_not_found"
    alice.delete(f"/v1/conversations/{group}/members/bob")
    his.take()
    assert acme.server.post(path(group), TO_BOB).code == "member_not_found"
    assert (seen(his), seen(theirs)) == ([], [])


def test_who_is_removed_meanwhile_is_shown_none(acme: Workspace, alice: Person, bob: Person, sockets: Sockets) -> None:
    group = alice.open_group(bob)
    his = sockets.connect(bob)
    remove = f"/v1/conversations/{group}/members/bob"
    with in_one_thread(), before_call("BatchGetItem", lambda: alice.delete(remove)):
        refused = acme.server.post(path(group), TO_BOB)
    assert refused.code == "member_not_found"
    assert seen(his) == []


def test_a_frozen_conversation_has_them_and_an_archived_one_has_not(
    acme: Workspace, alice: Person, bob: Person, sockets: Sockets
) -> None:
    group = alice.open_group(bob)
    his = sockets.connect(bob)
    alice.put(f"/v1/conversations/{group}", {"frozen": True})
    his.take()
    assert acme.server.post(path(group), TO_BOB).status == 201
    assert seen(his) == ["only you"]
    alice.put(f"/v1/conversations/{group}/mute", {})
    alice.delete(f"/v1/conversations/{group}")
    his.take()
    refused = acme.server.post(path(group), TO_BOB)
    assert (refused.status, refused.code) == (409, "conversation_archived")
    assert seen(his) == []


def test_nothing_reaches_who_has_blocked_the_speaker(
    acme: Workspace, alice: Person, bob: Person, sockets: Sockets
) -> None:
    direct = str(alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})["id"])
    bob.put("/v1/users/alice/block")
    his = sockets.connect(bob)
    refused = acme.server.post(path(direct), TO_BOB, headers={"X-Acting-User": "alice"})
    assert (refused.status, refused.code) == (403, "blocked")
    assert seen(his) == []
    assert acme.server.post(path(direct), TO_BOB)["delivered"] is True


def test_another_tenants_back_end_is_told_the_same_as_of_what_never_existed(
    globex: Workspace, bob: Person, general: str, sockets: Sockets
) -> None:
    his = sockets.connect(bob)
    refusals = [shown(globex.server.post(path(where), TO_BOB), where) for where in (general, "0" * 26)]
    assert refusals[0] == refusals[1]
    assert refusals[0][0] == 404
    assert seen(his) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"user_id": "bob"},
        {"text": "only you"},
        {**TO_BOB, "text": ""},
        {**TO_BOB, "text": "\u200b \n"},
        {**TO_BOB, "text": "a\0"},
        {**TO_BOB, "text": "x" * 4_001},
        {**TO_BOB, "user_id": "a#b"},
        {**TO_BOB, "custom": {"x": "y" * 5 * 1024}},
        {**TO_BOB, "parent_id": "c-1"},
    ],
)
def test_what_is_no_such_message_is_refused(
    acme: Workspace, bob: Person, general: str, sockets: Sockets, body: Any
) -> None:
    his = sockets.connect(bob)
    assert acme.server.post(path(general), body).status == 422
    assert his.events == []


@pytest.mark.parametrize("text", ["😀" * 4_000, '"' * 4_000, "\x01" * 3_999 + "a"])
def test_the_largest_is_one_frame(acme: Workspace, bob: Person, general: str, sockets: Sockets, text: str) -> None:
    his = sockets.connect(bob)
    largest = {**TO_BOB, "text": text, "custom": {"x": "😀" * ((5 * 1024 - 8) // 4)}}
    assert acme.server.post(path(general), largest).status == 201
    assert seen(his) == [text]
