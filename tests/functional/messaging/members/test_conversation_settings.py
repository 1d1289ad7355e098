"""PUT /v1/conversations/{conversation_id}/settings: hidden, archived for oneself, pinned, labels."""

from contextlib import suppress
from typing import Any

import pytest

from parley import clock
from parley.messaging.members import conversation_settings
from parley.messaging.members.schemas import UpdateSettings
from parley.messaging.messages.schemas import SendMessage
from parley.messaging.messages.sending import sending
from parley.streams.events import stream_events
from tests.support.dynamodb.change_stream import ChangeStream, changes
from tests.support.dynamodb.meter import metered
from tests.support.faults.interference import Crash, crash_after
from tests.support.faults.interleaving import interleave
from tests.support.people.clocks import Clock
from tests.support.people.people import Person

PLAIN: dict[str, Any] = {"hidden": None, "archived_for_me": False, "pinned": False, "labels": []}


def arrange(who: Person, conversation_id: str, **body: Any) -> dict[str, Any]:
    answer = who.put(f"/v1/conversations/{conversation_id}/settings", body)
    assert answer.status == 200, answer.text
    return dict(answer.body)


def settings_of(who: Person, conversation_id: str) -> dict[str, Any]:
    found = dict(who.get(f"/v1/conversations/{conversation_id}")["settings"])
    found.pop("version")
    return found


def ids(who: Person, **query: Any) -> list[str]:
    return [each["id"] for each in who.get("/v1/conversations", **query)["data"]]


def unread(who: Person) -> int:
    return int(who.get("/v1/unread")["total"])


def test_settings_are_shown_in_the_list_and_with_the_conversation_and_are_the_callers_own(
    alice: Person, bob: Person, general: str
) -> None:
    labels = ["work", "\u00fcber alles"]
    told = arrange(alice, general, pinned=True, labels=labels)
    assert told == {**PLAIN, "pinned": True, "labels": labels, "version": told["version"]}
    assert alice.get("/v1/conversations")["data"][0]["settings"] == told
    assert alice.get(f"/v1/conversations/{general}")["settings"] == told
    assert settings_of(bob, general) == PLAIN
    again = arrange(alice, general, archived_for_me=True)
    assert again == {**told, "archived_for_me": True, "version": told["version"] + 1}
    assert arrange(alice, general, pinned=False, labels=[], archived_for_me=False) == {
        **PLAIN,
        "version": again["version"] + 1,
    }


def test_what_is_said_again_changes_nothing(alice: Person, general: str) -> None:
    body = {"pinned": True, "labels": ["work"], "hidden": "always", "archived_for_me": True}
    first, stream = arrange(alice, general, **body), ChangeStream()
    with metered() as cost:
        assert arrange(alice, general, **body) == first
    assert (cost.reads, cost.writes, stream.take()) == (2, 0, [])


def test_a_stale_version_is_refused(alice: Person, general: str) -> None:
    path, old = f"/v1/conversations/{general}/settings", arrange(alice, general, pinned=True)["version"]
    tag = {"If-Match": f'"{old}"'}
    assert alice.put(path, {"labels": ["work"]}, headers=tag).status == 200
    refused = alice.put(path, {"labels": ["home"]}, headers=tag)
    assert (refused.status, refused.code) == (412, "version_conflict")
    assert settings_of(alice, general)["labels"] == ["work"]


def test_hidden_until_a_message(alice: Person, bob: Person, general: str) -> None:
    bob.send(general)
    arrange(alice, general, hidden="until_message")
    assert (ids(alice), ids(alice, hidden="true"), unread(alice)) == ([], [general], 0)
    assert ids(bob) == [general]
    bob.post(f"/v1/messages/{general}-1/reactions", {"reaction": "\U0001f44d"})
    bob.send(general, "in a thread", parent_id=f"{general}-1")
    assert ids(alice) == []
    with metered() as cost:
        bob.send(general)
    assert cost.writes <= 5
    assert (ids(alice), ids(alice, hidden="true"), unread(alice)) == ([general], [], 2)
    assert settings_of(alice, general)["hidden"] is None


def test_a_message_that_goes_again_leaves_it_hidden(acme: Any, alice: Person, bob: Person, general: str) -> None:
    arrange(alice, general, hidden="until_message")
    sent = bob.send(general)["id"]
    assert ids(alice) == [general]
    acme.server.delete(f"/v1/messages/{sent}", hard="true")
    assert ids(alice) == []


def test_hidden_for_good_until_it_is_shown(alice: Person, bob: Person, general: str) -> None:
    arrange(alice, general, hidden="always")
    bob.send(general)
    assert (ids(alice), ids(alice, hidden="true"), unread(alice)) == ([], [general], 0)
    assert arrange(alice, general, hidden=None)["hidden"] is None
    assert (ids(alice), unread(alice)) == ([general], 1)


def test_hidden_for_good_until_one_writes(alice: Person, bob: Person, general: str) -> None:
    alice.send(general)
    arrange(alice, general, hidden="always")
    bob.send(general)
    alice.post(f"/v1/conversations/{general}/read")
    assert ids(alice) == []
    body = {"conversation_id": general, "text": "hello"}
    assert alice.post("/v1/messages", body, key="one").status == 201
    assert ids(alice) == [general]
    arrange(alice, general, hidden="always")
    assert alice.post("/v1/messages", body, key="one").headers["Idempotent-Replayed"] == "true"
    assert ids(alice) == []


@pytest.mark.parametrize("calls", range(12))
def test_a_send_that_died_shows_the_conversation_when_it_is_repeated(alice: Person, general: str, calls: int) -> None:
    arrange(alice, general, hidden="always")
    body = {"conversation_id": general, "text": "hello"}
    with crash_after(calls), suppress(Crash):
        alice.post("/v1/messages", body, key="one")
    assert alice.post("/v1/messages", body, key="one").status == 201
    assert (ids(alice), len(alice.get(f"/v1/conversations/{general}/messages")["data"])) == ([general], 1)


def test_what_is_hidden_again_is_hidden_from_now_on(alice: Person, bob: Person, general: str) -> None:
    arrange(alice, general, hidden="until_message")
    bob.send(general)
    assert arrange(alice, general, hidden="until_message")["hidden"] == "until_message"
    assert ids(alice) == []
    assert arrange(alice, general, hidden="always")["hidden"] == "always"
    bob.send(general)
    assert ids(alice) == []


def test_leaving_a_direct_conversation_is_hiding_it_until_a_message(alice: Person, bob: Person) -> None:
    direct = str(alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})["id"])
    alice.delete(f"/v1/conversations/{direct}/members/alice")
    assert (settings_of(alice, direct)["hidden"], ids(alice, hidden="true")) == ("until_message", [direct])
    bob.post("/v1/conversations", {"type": "direct", "members": ["alice"]})
    assert (settings_of(alice, direct), ids(alice)) == (PLAIN, [direct])


def test_a_direct_conversation_that_is_hidden_for_good_stays_so_whoever_else_opens_it(
    alice: Person, bob: Person
) -> None:
    direct = str(alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})["id"])
    arrange(alice, direct, hidden="always")
    bob.post("/v1/conversations", {"type": "direct", "members": ["alice"]})
    assert alice.delete(f"/v1/conversations/{direct}/members/alice").status == 204
    bob.send(direct)
    assert (settings_of(alice, direct)["hidden"], ids(alice)) == ("always", [])
    alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})
    assert (settings_of(alice, direct), ids(alice)) == (PLAIN, [direct])


def test_the_callers_own_archive_is_a_list_of_its_own_whatever_is_sent(
    alice: Person, bob: Person, general: str
) -> None:
    arrange(alice, general, archived_for_me=True)
    bob.send(general)
    assert (ids(alice), ids(alice, archived_for_me="true"), ids(alice, archived="true")) == ([], [general], [])
    assert (unread(alice), unread(bob), ids(bob)) == (0, 0, [general])
    assert alice.get("/v1/conversations", archived_for_me="true")["data"][0]["unread_count"] == 1
    alice.delete(f"/v1/conversations/{general}")
    assert ids(alice, archived_for_me="true") == []
    assert ids(alice, archived_for_me="true", archived="true") == [general]


def test_pinned_conversations_come_first_on_every_page(alice: Person, bob: Person, moved_clock: Clock) -> None:
    rooms = []
    for number in range(7):
        moved_clock.pass_seconds(1)
        rooms.append(alice.open_group(bob, name=f"room {number}"))
    for number in (0, 3):
        arrange(alice, rooms[number], pinned=True)
    expected = [rooms[number] for number in (3, 0, 6, 5, 4, 2, 1)]
    first = alice.get("/v1/conversations", limit=3)
    second = alice.get("/v1/conversations", limit=3, cursor=first["next_cursor"])
    third = alice.get("/v1/conversations", limit=3, cursor=second["next_cursor"])
    back = alice.get("/v1/conversations", limit=3, cursor=second["prev_cursor"])
    assert [each["id"] for page in (first, second, third) for each in page["data"]] == expected
    assert back["data"] == first["data"]
    assert (ids(alice, pinned="true"), ids(alice, pinned="false")) == (expected[:2], expected[2:])
    arrange(alice, rooms[3], pinned=False)
    assert ids(alice)[:2] == [rooms[0], rooms[6]]


def test_labels_filter_a_list(alice: Person, bob: Person) -> None:
    one, two = alice.open_group(bob), alice.open_group(bob)
    arrange(alice, one, labels=["work", "later"])
    arrange(alice, two, labels=["Work"])
    assert [ids(alice, label=label) for label in ("work", "Work", "later", "wor")] == [[one], [two], [one], []]
    assert ids(bob, label="work") == []


def test_settings_are_something_new(alice: Person, bob: Person, moved_clock: Clock) -> None:
    one = alice.open_group(bob)
    moved_clock.pass_seconds(60)
    since = clock.to_rfc3339(clock.to_datetime(moved_clock.now))
    assert ids(alice, updated_since=since) == []
    arrange(alice, one, labels=["work"])
    assert (ids(alice, updated_since=since), ids(bob, updated_since=since)) == ([one], [])


def test_the_callers_other_devices_are_told_and_nobody_else(alice: Person, general: str) -> None:
    stream = ChangeStream()
    arrange(alice, general, pinned=True, labels=["work"], hidden="always")
    told = [event for change in changes(stream.take()) for event in stream_events(change)]
    assert [(each.type, each.private, each.owner) for each in told] == [("member.updated", True, "alice")]
    assert set(told[0].changed) == {"hidden", "hidden_seq", "labels", "pinned"}


def test_who_leaves_takes_nothing_back_with_them(alice: Person, bob: Person, general: str) -> None:
    arrange(bob, general, pinned=True, labels=["work"], archived_for_me=True)
    bob.delete(f"/v1/conversations/{general}/members/bob")
    alice.post(f"/v1/conversations/{general}/members", {"user_ids": ["bob"]})
    assert settings_of(bob, general) == PLAIN


@pytest.mark.parametrize("order", [[0, 1], [1, 0], [0, 1, 0, 1, 0, 1], [1, 0, 1, 0, 1, 0]])
def test_two_devices_at_once_both_have_their_way(alice: Person, general: str, order: list[int]) -> None:
    interleave(
        [
            lambda: conversation_settings.do_update(alice.caller, general, UpdateSettings(pinned=True), if_match=None),
            lambda: conversation_settings.do_update(
                alice.caller, general, UpdateSettings(labels=["work"]), if_match=None
            ),
        ],
        order,
    )
    assert settings_of(alice, general) == {**PLAIN, "pinned": True, "labels": ["work"]}


@pytest.mark.parametrize("order", [[0] * 4, [1] * 12, [0, 1] * 8, [1, 0] * 8, [1, 1, 1, 0] * 3])
def test_a_message_beside_hiding_shows_or_is_hidden_and_is_not_lost(
    alice: Person, bob: Person, general: str, order: list[int]
) -> None:
    interleave(
        [
            lambda: conversation_settings.do_update(
                alice.caller, general, UpdateSettings(hidden="until_message"), if_match=None
            ),
            lambda: sending.do_send(
                bob.caller, SendMessage(conversation_id=general, text="beside"), idempotency_key=None
            ),
        ],
        order,
    )
    assert len(ids(alice) + ids(alice, hidden="true")) == 1
    bob.send(general)
    assert (ids(alice), unread(alice)) == ([general], 2)
