"""Who is online, who types, and who may know it."""

from typing import Any

import pytest

from parley import clock
from parley.settings import settings
from tests.support.aws.sockets import Socket, Sockets, Stream
from tests.support.dynamodb.expiry import delete_expired
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace


def presence_events(socket: Socket) -> list[tuple[str, bool]]:
    events = [event for event in socket.take() if event["type"] == "presence.changed"]
    return [(event["data"]["user_id"], event["data"]["online"]) for event in events]


def watch(socket: Socket, conversation_id: str) -> dict[str, Any]:
    answer = socket.act("watch", conversation_id=conversation_id)
    assert answer["type"] == "ack", answer
    return answer


def test_presence_follows_the_last_connection(alice: Person, bob: Person, general: str, sockets: Sockets) -> None:
    hers = sockets.connect(alice)
    assert watch(hers, general)["presence"] == [
        {"user_id": "bob", "online": False, "last_active_at": None, "status_text": None}
    ]
    first, second = sockets.connect(bob), sockets.connect(bob)
    assert presence_events(hers) == [("bob", True)]
    first.close()
    assert presence_events(hers) == []
    assert alice.get("/v1/users/bob/presence")["online"] is True
    second.close()
    assert presence_events(hers) == [("bob", False)]
    shown = alice.get("/v1/users/bob/presence")
    assert (shown["online"], shown["last_active_at"] is not None) == (False, True)


def test_a_connection_that_falls_silent_is_not_online(
    alice: Person, bob: Person, sockets: Sockets, monkeypatch: pytest.MonkeyPatch
) -> None:
    his = sockets.connect(bob)
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 600_000)
    assert alice.get("/v1/users/bob/presence")["online"] is True
    his.act("ping")
    monkeypatch.setattr(clock, "now_ms", lambda: now + 1_200_000)
    assert alice.get("/v1/users/bob/presence")["online"] is True
    monkeypatch.setattr(clock, "now_ms", lambda: now + 1_900_000)
    assert alice.get("/v1/users/bob/presence")["online"] is False


def test_the_invisible_show_offline_and_come_back(alice: Person, bob: Person, general: str, sockets: Sockets) -> None:
    hers = sockets.connect(alice)
    watch(hers, general)
    sockets.connect(bob)
    hers.take()
    status = bob.put("/v1/users/me/status", {"invisible": True})
    assert (status["invisible"], status["online"]) == (True, True)
    assert presence_events(hers) == [("bob", False)]
    shown = alice.get("/v1/users/bob/presence")
    assert (shown["online"], shown["last_active_at"]) == (False, None)
    sockets.connect(bob).close()
    assert presence_events(hers) == []
    bob.put("/v1/users/me/status", {"invisible": False, "status_text": "back"})
    assert presence_events(hers) == [("bob", True)]
    assert alice.get("/v1/users/bob/presence")["status_text"] == "back"


@pytest.mark.parametrize("change", [{"status_text": "busy"}, {"status_text": None}, {}])
def test_who_is_invisible_stays_so_whatever_else_they_change(
    alice: Person, bob: Person, general: str, sockets: Sockets, change: dict[str, Any]
) -> None:
    hers = sockets.connect(alice)
    watch(hers, general)
    bob.put("/v1/users/me/status", {"invisible": True, "status_text": "away"})
    sockets.connect(bob)
    hers.take()
    status = bob.put("/v1/users/me/status", change)
    assert (status["invisible"], status["status_text"]) == (True, change.get("status_text", "away"))
    assert presence_events(hers) == []
    assert alice.get("/v1/users/bob/presence")["online"] is False
    status = bob.put("/v1/users/me/status", {"invisible": False})
    assert (status["invisible"], status["status_text"]) == (False, change.get("status_text", "away"))
    assert presence_events(hers) == [("bob", True)]


def test_whom_a_user_has_blocked_sees_nothing_of_them(
    alice: Person, bob: Person, general: str, sockets: Sockets
) -> None:
    assert bob.put("/v1/users/alice/block").status in (200, 204)
    hers = sockets.connect(alice)
    assert [each["online"] for each in watch(hers, general)["presence"]] == [False]
    his = sockets.connect(bob)
    bob.put("/v1/users/me/status", {"status_text": "hello"})
    his.act("typing.start", conversation_id=general)
    assert hers.events == []
    shown = alice.get("/v1/users/bob/presence")
    assert (shown["online"], shown["last_active_at"], shown["status_text"]) == (False, None, None)
    assert watch(sockets.connect(alice), general)["presence"][0]["online"] is False


def test_who_watches_sees_who_types_and_who_does_not_watch_does_not(
    alice: Person, bob: Person, carol: Person, sockets: Sockets
) -> None:
    group = alice.open_group(bob, carol)
    hers, his, other = (sockets.connect(each) for each in (alice, bob, carol))
    watch(hers, group)
    watch(his, group)
    hers.take()
    his.act("typing.start", conversation_id=group)
    his.act("typing.stop", conversation_id=group)
    assert [(event["type"], event["data"]["user_id"]) for event in hers.events] == [
        ("typing.started", "bob"),
        ("typing.stopped", "bob"),
    ]
    assert (his.events, other.events) == ([], [])
    hers.act("unwatch", conversation_id=group)
    hers.take()
    his.act("typing.start", conversation_id=group)
    assert hers.events == []


def test_a_removed_member_neither_types_nor_sees_who_does(
    alice: Person, bob: Person, carol: Person, sockets: Sockets
) -> None:
    group = alice.open_group(bob, carol)
    hers, his = sockets.connect(alice), sockets.connect(bob)
    watch(his, group)
    alice.delete(f"/v1/conversations/{group}/members/bob")
    his.take()
    hers.act("typing.start", conversation_id=group)
    assert his.events == []
    assert his.act("typing.start", conversation_id=group)["code"] == "conversation_not_found"
    assert his.act("watch", conversation_id=group)["code"] == "conversation_not_found"


def test_a_blocked_user_neither_types_nor_reads_in_the_direct_conversation(
    alice: Person, bob: Person, general: str, sockets: Sockets
) -> None:
    direct = str(alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})["id"])
    hers, his = sockets.connect(alice), sockets.connect(bob)
    watch(hers, direct)
    alice.send(direct, "hello")
    alice.put("/v1/users/bob/block")
    hers.take()
    for action in ("typing.start", "typing.stop", "read"):
        assert his.act(action, conversation_id=direct)["code"] == "blocked"
    assert hers.events == []
    assert "code" not in his.act("typing.start", conversation_id=general)
    alice.delete("/v1/users/bob/block")
    his.act("typing.start", conversation_id=direct)
    assert [event["type"] for event in hers.events] == ["typing.started"]


def test_nobody_types_in_an_archived_conversation(alice: Person, bob: Person, general: str, sockets: Sockets) -> None:
    his = sockets.connect(bob)
    alice.delete(f"/v1/conversations/{general}")
    assert his.act("typing.start", conversation_id=general)["code"] == "conversation_archived"
    assert "code" not in his.act("read", conversation_id=general)


def test_another_tenants_users_and_conversations_do_not_exist(
    alice: Person, mallory: Person, general: str, sockets: Sockets
) -> None:
    socket = sockets.connect(mallory)
    refused = [socket.act(action, conversation_id=general) for action in ("watch", "typing.start", "read")]
    assert {each["code"] for each in refused} == {"conversation_not_found"}
    assert mallory.get("/v1/users/alice/presence").code == alice.get("/v1/users/nobody/presence").code


def test_neither_typing_nor_presence_enters_the_stream(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    stream.deliver()
    hers = sockets.connect(alice)
    watch(hers, general)
    his = sockets.connect(bob)
    his.act("typing.start", conversation_id=general)
    his.act("ping")
    bob.put("/v1/users/me/status", {"invisible": True})
    his.close()
    assert stream.changes.take(alice.tenant_id) == []
    assert settings().chat_table == "chat"


def test_a_connection_watches_at_most_fifty_conversations(
    alice: Person, bob: Person, sockets: Sockets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parley.realtime.watching.MAX_PER_CONNECTION", 2)
    groups = [alice.open_group(bob, name=f"g{number}") for number in range(3)]
    socket = sockets.connect(alice)
    assert [socket.act("watch", conversation_id=each)["type"] for each in groups] == ["ack", "ack", "error"]
    assert socket.act("watch", conversation_id=groups[0])["type"] == "ack"
    socket.act("unwatch", conversation_id=groups[0])
    assert socket.act("watch", conversation_id=groups[2])["type"] == "ack"


def test_a_conversation_has_as_many_watchers_as_it_may(
    alice: Person, bob: Person, general: str, sockets: Sockets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parley.realtime.watching.MAX_WATCHERS", 2)
    hers, his, other = (sockets.connect(each) for each in (alice, bob, alice))
    watch(hers, general)
    watch(his, general)
    refused = other.act("watch", conversation_id=general)
    assert (refused["type"], refused["code"]) == ("error", "too_many_watchers")
    watch(hers, general)
    hers.take()
    bob.put("/v1/users/me/status", {"status_text": "here"})
    assert ("bob", True) in presence_events(hers)
    assert other.events == []
    his.act("unwatch", conversation_id=general)
    watch(other, general)
    hers.close()
    watch(his, general)


def test_a_watcher_who_is_found_gone_is_told_offline(
    alice: Person, bob: Person, carol: Person, sockets: Sockets, moving_clock: MovingClock
) -> None:
    group = alice.open_group(bob, carol)
    hers, his = sockets.connect(alice), sockets.connect(bob)
    watch(hers, group)
    watch(his, group)
    hers.take()
    his.vanish()
    moving_clock.pass_seconds(31)
    sockets.connect(carol)
    assert presence_events(hers) == [("carol", True), ("bob", False)]


@pytest.mark.parametrize(
    "body", [{"invisible": "yes"}, {"invisible": None}, {"status_text": ""}, {"status_text": "x" * 101}, {"mood": 1}]
)
def test_a_status_is_validated(alice: Person, sockets: Sockets, body: dict[str, Any]) -> None:
    assert alice.put("/v1/users/me/status", body).code == "validation_failed"


@pytest.mark.parametrize("days", [31, 400])
def test_the_invisible_connect_unseen_however_long_they_were_away(
    acme: Workspace, alice: Person, bob: Person, general: str, sockets: Sockets, moving_clock: MovingClock, days: int
) -> None:
    sockets.connect(bob).close()
    bob.put("/v1/users/me/status", {"invisible": True})
    moving_clock.pass_seconds(days * 24 * 3600)
    delete_expired(acme.tenant_id)
    hers = sockets.connect(alice)
    watch(hers, general)
    hers.take()
    sockets.connect(bob)
    assert presence_events(hers) == []
    assert alice.get("/v1/users/bob/presence")["online"] is False
