"""Drafts: one for each place, for their owner alone, on all their devices."""

from typing import Any

import pytest

from parley.drafts import drafts
from parley.settings import settings
from parley.streams.events import events_of
from parley.tables import dynamodb, keys
from parley.webhooks.dispatch import wants
from parley.webhooks.items import WebhookItem
from tests.functional.messaging.threads.conftest import Upkeep
from tests.support.aws.gateway import Answer
from tests.support.aws.sockets import Sockets, Stream
from tests.support.dynamodb.change_stream import ChangeStream, changes
from tests.support.faults.interference import before_call
from tests.support.people.clocks import Clock
from tests.support.people.people import Person, Workspace

NOWHERE = "0" * 26


def path_of(conversation_id: str) -> str:
    return f"/v1/conversations/{conversation_id}/draft"


def put(person: Person, conversation_id: str, text: str = "half a", parent: str | None = None, **fields: Any) -> Answer:
    query = {} if parent is None else {"parent_id": parent}
    kept = person.put(path_of(conversation_id), {"text": text, **fields}, **query)
    assert kept.status == 200, kept.text
    return kept


def texts(person: Person) -> list[str]:
    listed = person.get("/v1/drafts")
    assert listed.status == 200, listed.text
    return [each["text"] for each in listed["data"]]


def test_a_draft_is_kept_as_it_was_written(alice: Person, general: str) -> None:
    kept = put(alice, general, "half a", mentions=["bob"], custom={"mood": "good"})
    assert kept["version"] > 0
    shown = alice.get(path_of(general))
    assert shown.body == kept.body
    assert (shown["text"], shown["mentions"], shown["custom"]) == ("half a", ["bob"], {"mood": "good"})
    assert (shown["conversation_id"], shown["parent_id"], shown["show_in_conversation"]) == (general, None, False)
    assert alice.get("/v1/drafts")["data"] == [shown.body]


def test_what_a_later_draft_leaves_out_is_gone(alice: Person, general: str) -> None:
    first = put(alice, general, "half a", mentions=["bob"], custom={"mood": "good"})
    second = put(alice, general, "a whole")
    assert (second["text"], second["mentions"], second["custom"]) == ("a whole", [], {})
    assert second["version"] == first["version"] + 1


def test_a_draft_keeps_what_it_quotes(alice: Person, general: str, root: str) -> None:
    kept = put(alice, general, "I agree with", quoted_message_id=root)
    assert (kept["quoted_message_id"], alice.get(path_of(general)).body) == (root, kept.body)
    stream = ChangeStream()
    assert put(alice, general, "I agree with")["quoted_message_id"] is None
    (told,) = [event for change in changes(stream.take()) for event in events_of(change)]
    assert "quoted_message_id" in told.changed
    for wrong in ("x", f"{NOWHERE}-1", "x" * 81):
        refused = alice.put(path_of(general), {"text": "a", "quoted_message_id": wrong})
        assert (refused.status, refused.code) in {(422, "quoted_message_not_found"), (422, "validation_failed")}, wrong


def test_a_thread_has_a_draft_of_its_own(alice: Person, general: str, root: str) -> None:
    put(alice, general, "to all")
    threads = put(alice, general, "to few", parent=root, show_in_conversation=True)
    assert (threads["parent_id"], threads["show_in_conversation"]) == (root, True)
    assert alice.get(path_of(general))["text"] == "to all"
    assert alice.get(path_of(general), parent_id=root)["text"] == "to few"
    assert alice.delete(path_of(general), parent_id=root).status == 204
    assert texts(alice) == ["to all"]


def test_those_written_last_come_first(alice: Person, bob: Person, moved_clock: Clock) -> None:
    rooms = [alice.open_group(bob) for _ in range(3)]
    for number, room in enumerate(rooms):
        put(alice, room, str(number))
        moved_clock.pass_seconds(1)
    assert texts(alice) == ["2", "1", "0"]
    put(alice, rooms[0], "0 again")
    assert texts(alice) == ["0 again", "2", "1"]


def test_a_send_leaves_the_draft_and_its_client_deletes_it(alice: Person, general: str) -> None:
    put(alice, general)
    alice.send(general, "half a loaf")
    assert texts(alice) == ["half a"]
    assert alice.delete(path_of(general)).status == 204
    assert alice.delete(path_of(general)).status == 204
    gone = alice.get(path_of(general))
    assert (gone.status, gone.code) == (404, "draft_not_found")


def test_nobody_else_sees_it(alice: Person, bob: Person, general: str) -> None:
    put(alice, general)
    assert bob.get(path_of(general)).code == "draft_not_found"
    assert texts(bob) == []
    assert bob.delete(path_of(general)).status == 204
    assert texts(alice) == ["half a"]


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_strangers_and_other_tenants_are_told_that_there_is_no_conversation(
    carol: Person, mallory: Person, general: str, method: str
) -> None:
    body = {"text": "half a"} if method == "PUT" else None
    for person in (carol, mallory):
        for conversation_id in (general, NOWHERE, "x", "a#b"):
            refused = person.request(method, path_of(conversation_id), body)
            assert (refused.status, refused.code) == (404, "conversation_not_found")


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_who_has_not_joined_a_channel_has_no_draft_there(alice: Person, carol: Person, method: str) -> None:
    news = alice.post("/v1/conversations", {"type": "channel", "name": "news"})["id"]
    refused = carol.request(method, path_of(news), {"text": "half a"} if method == "PUT" else None)
    assert (refused.status, refused.code) == (403, "not_a_member")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "a", "unknown": 1},
        {"text": "x" * 20_001},
        {"text": "x" * 17_000},
        {"text": "a\0b"},
        {"text": "a", "mentions": ["a#b"]},
        {"text": "a", "custom": {"x": "y" * 6_000}},
        {"text": "a", "attachments": ["m"] * 31},
        {"text": "a", "show_in_conversation": True},
    ],
)
def test_what_can_be_no_draft_is_refused(alice: Person, general: str, body: dict[str, Any]) -> None:
    refused = alice.put(path_of(general), body)
    assert refused.status == 422, refused.text
    assert texts(alice) == []


@pytest.mark.parametrize("parent", ["{}-9", "{}-1-1", "nonsense", f"{NOWHERE}-1", ""])
def test_what_no_reply_hangs_on_has_no_draft(alice: Person, general: str, root: str, parent: str) -> None:
    for answer in (
        alice.put(path_of(general), {"text": "a"}, parent_id=parent.format(general)),
        alice.get(path_of(general), parent_id=parent.format(general)),
    ):
        assert (answer.status, answer.code) == (422, "parent_not_found"), answer.text


def test_files_of_others_are_not_attached(alice: Person, general: str) -> None:
    refused = alice.put(path_of(general), {"attachments": ["m" * 26]})
    assert (refused.status, refused.code) == (422, "attachment_not_found")
    assert texts(alice) == []


def test_of_two_devices_the_later_one_wins_unless_it_names_what_it_has_seen(alice: Person, general: str) -> None:
    first = put(alice, general, "one")
    tag = {"If-Match": f'"{first["version"]}"'}
    put(alice, general, "two")
    refused = alice.put(path_of(general), {"text": "three"}, headers=tag)
    assert (refused.status, refused.code) == (412, "version_conflict")
    refused = alice.delete(path_of(general), headers=tag)
    assert (refused.status, refused.code) == (412, "version_conflict")
    assert texts(alice) == ["two"]
    now = {"If-Match": f'"{alice.get(path_of(general))["version"]}"'}
    assert alice.put(path_of(general), {"text": "three"}, headers=now).status == 200
    assert alice.delete(path_of(general), headers={"If-Match": '"1"'}).status == 412


def test_a_version_of_what_is_gone_is_refused(alice: Person, general: str) -> None:
    version = put(alice, general, "one")["version"]
    alice.delete(path_of(general))
    refused = alice.put(path_of(general), {"text": "two"}, headers={"If-Match": f'"{version}"'})
    assert refused.code == "version_conflict"
    assert texts(alice) == []


def test_one_that_is_written_between_the_read_and_the_write_is_not_written_over_unseen(
    alice: Person, general: str
) -> None:
    version = put(alice, general, "one")["version"]
    with before_call("UpdateItem", lambda: put(alice, general, "another")):
        refused = alice.put(path_of(general), {"text": "two"}, headers={"If-Match": f'"{version}"'})
    assert refused.code == "version_conflict"
    assert texts(alice) == ["another"]


def test_a_new_draft_is_newer_than_the_one_that_went(alice: Person, general: str, moved_clock: Clock) -> None:
    first = put(alice, general, "one")
    for number in range(3):
        last = put(alice, general, str(number))
    alice.delete(path_of(general))
    moved_clock.pass_seconds(1)
    assert put(alice, general, "two")["version"] > last["version"] > first["version"]


def test_of_more_than_the_most_the_oldest_goes(
    alice: Person, bob: Person, moved_clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MOST", 3)
    rooms = [alice.open_group(bob) for _ in range(5)]
    for number, room in enumerate(rooms):
        put(alice, room, str(number))
        moved_clock.pass_seconds(1)
    assert texts(alice) == ["4", "3", "2"]
    put(alice, rooms[4], "4 again")
    assert texts(alice) == ["4 again", "3", "2"]


def test_who_has_left_sees_none_and_finds_none_when_they_come_back(
    alice: Person, bob: Person, general: str, root: str, upkeep: Upkeep
) -> None:
    other = alice.open_group(bob)
    put(bob, general)
    put(bob, general, "to few", parent=root)
    put(bob, other, "stays")
    bob.delete(f"/v1/conversations/{general}/members/bob")
    assert texts(bob) == ["stays"]
    upkeep.catch_up()
    alice.post(f"/v1/conversations/{general}/members", {"user_ids": ["bob"]})
    assert texts(bob) == ["stays"]
    assert bob.get(path_of(general)).code == "draft_not_found"


def test_who_comes_straight_back_keeps_them(alice: Person, bob: Person, general: str, upkeep: Upkeep) -> None:
    put(bob, general)
    bob.delete(f"/v1/conversations/{general}/members/bob")
    alice.post(f"/v1/conversations/{general}/members", {"user_ids": ["bob"]})
    upkeep.catch_up()
    assert texts(bob) == ["half a"]


def test_who_has_cleared_the_root_sees_no_draft_of_its_thread(bob: Person, general: str, root: str) -> None:
    put(bob, general, "to few", parent=root)
    put(bob, general, "to all")
    assert bob.post(f"/v1/conversations/{general}/clear").status in (200, 204)
    assert texts(bob) == ["to all"]
    assert bob.get(path_of(general), parent_id=root).code == "parent_not_found"


def test_an_archived_conversation_keeps_what_was_written_for_it(alice: Person, bob: Person, general: str) -> None:
    put(bob, general)
    alice.delete(f"/v1/conversations/{general}")
    assert texts(bob) == ["half a"]
    put(bob, general, "still mine")


def test_a_back_end_keeps_drafts_for_whom_it_acts(acme: Workspace, alice: Person, general: str) -> None:
    put(alice, general)
    refused = acme.server.get("/v1/drafts")
    assert (refused.status, refused.code) == (400, "acting_user_required")


def test_the_other_devices_are_told_and_nobody_else(
    alice: Person, bob: Person, general: str, root: str, sockets: Sockets, stream: Stream
) -> None:
    hers, his = sockets.connect(alice), sockets.connect(bob)
    stream.deliver()
    hers.take(), his.take()
    put(alice, general, "half a")
    stream.deliver()
    (told,) = hers.take()
    assert (told["type"], told["conversation_id"], told["data"]["text"]) == ("draft.updated", general, "half a")
    assert (told["data"]["parent_id"], told["data"]["user_id"]) == (None, "alice")
    put(alice, general, "to few", parent=root)
    alice.delete(path_of(general), parent_id=root)
    alice.delete(path_of(general))
    stream.deliver()
    gone = [(each["type"], each["data"]["parent_id"]) for each in hers.take() if each["type"] == "draft.deleted"]
    assert sorted(gone, key=str) == sorted([("draft.deleted", root), ("draft.deleted", None)], key=str)
    assert his.events == []


def test_a_draft_that_has_gone_is_not_told_as_if_it_were_there(
    alice: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    hers = sockets.connect(alice)
    put(alice, general, "one")
    alice.delete(path_of(general))
    stream.deliver()
    assert [each for each in hers.types() if each.startswith("draft.")] == ["draft.deleted"]


def test_no_webhook_is_told_or_may_ask(acme: Workspace, alice: Person, general: str) -> None:
    stream = ChangeStream()
    put(alice, general)
    everything = WebhookItem(webhook_id="w", events=[])
    told = [event for change in changes(stream.take()) for event in events_of(change) if change.entity == "draft"]
    assert [event.type for event in told] == ["draft.updated"]
    assert not any(wants(everything, event) for event in told)
    refused = acme.server.post("/v1/webhooks", {"url": "https://example.com/hook", "events": ["draft.updated"]})
    assert refused.status == 422


def test_a_repeated_delete_does_not_hit_what_was_written_since(alice: Person, general: str) -> None:
    version = put(alice, general, "one")["version"]
    tag = {"If-Match": f'"{version}"'}
    assert alice.delete(path_of(general), headers=tag).status == 204
    assert alice.delete(path_of(general), headers=tag).status == 204
    put(alice, general, "two")
    assert alice.delete(path_of(general), headers=tag).status == 412
    assert texts(alice) == ["two"]


def test_what_is_stored_is_in_the_owners_partition(alice: Person, general: str) -> None:
    put(alice, general)
    found, _ = dynamodb.query(settings().chat_table, keys.user(alice.tenant_id, "alice"), begins_with=keys.DRAFT_PREFIX)
    assert [keys.draft_of(raw["sk"]["S"]) for raw in found] == [(general, None)]
