"""What the stream tells reaches the sockets of whom it concerns."""

import json
from dataclasses import replace

from parley.identity import stored_settings
from parley.settings import settings
from parley.streams.events import events_of
from parley.tables import dynamodb, keys
from parley.tables.expressions import Update
from parley.tables.keys import Key
from tests.support.aws.sockets import Sockets, Stream
from tests.support.dynamodb.change_stream import changes
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace


def of_types(types: list[str], *wanted: str) -> list[str]:
    return [each for each in types if each.startswith(wanted)]


def test_members_are_told_of_a_message_and_nobody_else(
    alice: Person, bob: Person, carol: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    hers, his, other = (sockets.connect(each) for each in (alice, bob, carol))
    sent = alice.send(general, "hello", mentions=["bob"])
    stream.deliver()
    (event,) = [each for each in his.events if each["type"] == "message.created"]
    assert event["data"]["text"] == "hello"
    assert (event["conversation_id"], event["seq"], event["tenant_id"]) == (general, 1, alice.tenant_id)
    assert event["data"]["id"] == event["entity_id"] == sent["id"]
    assert set(event) >= {"id", "type", "tenant_id", "conversation_id", "seq", "created_at", "data"}
    assert "message.created" in hers.types()
    assert other.events == []


def test_every_frame_is_one_event_whatever_a_batch_holds(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    his = sockets.connect(bob)
    for number in range(5):
        alice.send(general, f"{number}")
    stream.deliver()
    parsed = [json.loads(frame) for frame in his.frames]
    assert all(isinstance(each, dict) for each in parsed)
    assert [event["seq"] for event in his.events if event["type"] == "message.created"] == [1, 2, 3, 4, 5]
    assert his.types().count("read.updated") == 1


def test_edits_deletes_and_reactions_are_told(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    sent = alice.send(general, "first")
    stream.deliver()
    his = sockets.connect(bob)
    alice.put(f"/v1/messages/{sent['id']}", {"text": "second"})
    stream.deliver()
    (updated,) = his.take()
    assert (updated["type"], updated["data"]["text"]) == ("message.updated", "second")
    bob.post(f"/v1/messages/{sent['id']}/reactions", {"reaction": "👍"})
    stream.deliver()
    (added,) = his.take()
    assert (added["type"], added["data"]["reactions"]) == ("reaction.added", {"👍": {"count": 1, "users": ["bob"]}})
    bob.delete(f"/v1/messages/{sent['id']}/reactions/%F0%9F%91%8D")
    stream.deliver()
    (removed,) = his.take()
    assert (removed["type"], removed["data"]["reactions"]) == ("reaction.removed", {})
    alice.delete(f"/v1/messages/{sent['id']}")
    stream.deliver()
    (deleted,) = [event for event in his.take() if event["type"].startswith("message.")]
    assert (deleted["type"], deleted["data"]["text"]) == ("message.deleted", "")


def test_a_removed_member_is_told_so_and_nothing_after(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    his = sockets.connect(bob)
    his.act("watch", conversation_id=general)
    alice.send(general, "before, but not delivered yet")
    assert alice.delete(f"/v1/conversations/{general}/members/bob").status == 204
    alice.send(general, "after")
    stream.deliver()
    assert his.types() == ["member.removed"]
    his.take()
    alice.send(general, "much later")
    stream.deliver()
    assert his.events == []


def test_who_comes_back_is_told_that_they_are_a_member(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    his = sockets.connect(bob)
    alice.delete(f"/v1/conversations/{general}/members/bob")
    stream.deliver()
    alice.post(f"/v1/conversations/{general}/members", {"user_ids": ["bob"]})
    payloads = stream.deliver()
    (left,), (joined,) = ([e for e in his.events if e["type"] == f"member.{what}"] for what in ("removed", "added"))
    assert joined["version"] > left["version"]
    assert payloads


def test_receipts_are_told_unless_the_tenant_hides_them(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    alice.send(general)
    stream.deliver()
    hers, his = sockets.connect(alice), sockets.connect(bob)
    answer = his.act("read", conversation_id=general)
    assert (answer["type"], answer["read_seq"], answer["unread_count"]) == ("ack", 1, 0)
    stream.deliver()
    (event,) = hers.take()
    assert (event["type"], event["actor_id"], event["data"]["read_seq"]) == ("read.updated", "bob", 1)
    assert of_types(his.types(), "read.") == ["read.updated"]


def test_how_far_messages_came_is_told_unless_the_tenant_hides_it(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    alice.send(general)
    alice.send(general)
    stream.deliver()
    hers, his = sockets.connect(alice), sockets.connect(bob)
    told = his.act("delivered", conversations=[{"conversation_id": general, "seq": 2}])
    assert (told["type"], told["data"]) == ("ack", [{"conversation_id": general, "delivered_seq": 2}])
    stream.deliver()
    (event,) = hers.take()
    assert (event["type"], event["actor_id"], event["data"]["delivered_seq"]) == ("delivered.updated", "bob", 2)
    assert of_types(his.types(), "delivered.") == ["delivered.updated"]


def test_a_tenant_that_hides_receipts_by_now_tells_nobody_how_far_messages_came(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream, moving_clock: MovingClock
) -> None:
    moving_clock.pass_seconds(60)
    alice.send(general)
    stream.deliver()
    cursor = alice.get("/v1/events")["next_cursor"]
    hers, his = sockets.connect(alice), sockets.connect(bob)
    his.act("delivered", conversations=[{"conversation_id": general, "seq": 1}])
    at = Key(keys.tenant(alice.tenant_id), keys.TENANT_SK)
    dynamodb.update(settings().chat_table, at, Update().set(settings=json.dumps({"hide_receipts": True})))
    stored_settings.forget()
    stream.deliver()
    assert of_types(hers.types(), "delivered.") == []
    replayed = replace(alice, tenant_settings={"hide_receipts": True}).get("/v1/events", after=cursor)["data"]
    assert of_types([each["type"] for each in replayed], "delivered.") == []


def test_hidden_receipts_reach_the_readers_own_devices_alone(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    at = Key(keys.tenant(alice.tenant_id), keys.TENANT_SK)
    dynamodb.update(settings().chat_table, at, Update().set(settings=json.dumps({"hide_receipts": True})))
    alice.send(general)
    stream.deliver()
    hers, his = sockets.connect(alice), sockets.connect(bob)
    his.act("read", conversation_id=general)
    stream.deliver()
    assert (of_types(hers.types(), "read."), of_types(his.types(), "read.")) == ([], ["read.updated"])


def test_what_is_told_of_a_member_keeps_hidden_receipts_hidden(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream, moving_clock: MovingClock
) -> None:
    at = Key(keys.tenant(alice.tenant_id), keys.TENANT_SK)
    dynamodb.update(settings().chat_table, at, Update().set(settings=json.dumps({"hide_receipts": True})))
    moving_clock.pass_seconds(60)
    alice.send(general)
    bob.post(f"/v1/conversations/{general}/read")
    stream.deliver()
    cursor = alice.get("/v1/events")["next_cursor"]
    hers = sockets.connect(alice)
    alice.put(f"/v1/conversations/{general}/members/bob/role", {"role": "admin"})
    stream.deliver()
    replayed = replace(alice, tenant_settings={"hide_receipts": True}).get("/v1/events", after=cursor)["data"]
    for told in (hers.events, replayed):
        (changed,) = [each["data"] for each in told if each["type"] == "member.updated"]
        assert (changed["role"], changed["read_seq"], changed["read_at"]) == ("admin", None, None)


def test_muting_is_told_to_oneself_alone(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    hers, his = sockets.connect(alice), sockets.connect(bob)
    bob.put(f"/v1/conversations/{general}/mute", {})
    stream.deliver()
    assert hers.events == []
    (event,) = his.events
    assert (event["type"], event["data"]["muted"]) == ("member.updated", True)


def test_what_one_is_pushed_is_told_to_oneself_alone(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    hers, his = sockets.connect(alice), sockets.connect(bob)
    bob.put(f"/v1/conversations/{general}/notifications", {"level": "mentions"})
    stream.deliver()
    assert hers.events == []
    (event,) = his.take()
    assert (event["type"], event["data"]["push_level"]) == ("member.updated", "mentions")
    bob.delete(f"/v1/conversations/{general}/notifications")
    stream.deliver()
    (event,) = his.events
    assert (event["type"], event["data"]["push_level"]) == ("member.updated", None)


def test_a_place_in_a_thread_is_told_to_oneself_alone(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    root = str(alice.send(general)["id"])
    stream.deliver()
    hers, his = sockets.connect(alice), sockets.connect(bob)
    bob.put(f"/v1/threads/{root}/follow")
    alice.send(general, "reply", parent_id=root)
    stream.deliver()
    assert of_types(hers.types(), "thread.") == ["thread.updated"]
    (followed,) = [event for event in his.take() if event["type"] == "thread.updated"]
    assert (followed["data"]["id"], followed["data"]["following"], followed["data"]["read_seq"]) == (root, True, 0)
    bob.post(f"/v1/threads/{root}/read")
    bob.delete(f"/v1/threads/{root}/follow")
    stream.deliver()
    told = [(each["changed"], each["data"]["following"]) for each in his.events if each["type"] == "thread.updated"]
    assert told[-1] == (["following", "read_seq"], False)


def test_who_has_left_is_told_of_no_thread(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    root = str(alice.send(general)["id"])
    his = sockets.connect(bob)
    bob.put(f"/v1/threads/{root}/follow")
    alice.delete(f"/v1/conversations/{general}/members/bob")
    stream.deliver()
    assert of_types(his.types(), "thread.") == []


def test_a_member_does_not_hear_of_what_they_may_not_see(
    alice: Person, bob: Person, sockets: Sockets, stream: Stream
) -> None:
    group = alice.open_group(name="joined only", history="joined")
    sent = alice.send(group, "before bob")
    alice.post(f"/v1/conversations/{group}/members", {"user_ids": ["bob"]})
    stream.deliver()
    his = sockets.connect(bob)
    alice.put(f"/v1/messages/{sent['id']}", {"text": "still before bob"})
    alice.send(group, "for bob")
    stream.deliver()
    assert [e["data"]["text"] for e in his.events if e["type"].startswith("message.")] == ["for bob"]


def test_who_has_cleared_the_history_hears_no_more_of_it_and_their_devices_are_told(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    sent = alice.send(general, "old")["id"]
    stream.deliver()
    his, hers = sockets.connect(bob), sockets.connect(alice)
    bob.post(f"/v1/conversations/{general}/clear")
    stream.deliver()
    bob.put(f"/v1/conversations/{general}/settings", {"pinned": True})
    stream.deliver()
    alice.put(f"/v1/messages/{sent}", {"text": "edited"})
    alice.send(general, "a reply", parent_id=sent)
    alice.send(general, "new")
    stream.deliver()
    told = his.take()
    assert [event["data"]["text"] for event in told if event["type"].startswith("message.")] == ["new"]
    own = [event for event in told if event["type"] == "member.updated"]
    assert {name for event in own for name in event["changed"]} == {"visible_from", "pinned"}
    assert (own[-1]["data"]["visible_from"], own[-1]["data"]["pinned"]) == (1, True)
    assert [event for event in hers.take() if event["type"] == "member.updated"] == []


def test_a_shown_reply_to_what_one_does_not_see_is_told_of_as_it_changes(
    acme: Workspace,
    alice: Person,
    bob: Person,
    general: str,
    sockets: Sockets,
    stream: Stream,
    moving_clock: MovingClock,
) -> None:
    """It is shown in their history: its text is to go there when its author takes it back."""
    moving_clock.pass_seconds(60)
    root = alice.send(general, "old")["id"]
    bob.post(f"/v1/conversations/{general}/clear")
    stream.deliver()
    cursor, his = str(bob.get("/v1/events")["next_cursor"]), sockets.connect(bob)
    shown = [
        alice.send(general, text, parent_id=root, show_in_conversation=True)["id"]
        for text in ("edited", "gone", "void")
    ]
    alone = alice.send(general, "in the thread alone", parent_id=root)["id"]
    stream.deliver()
    assert [each["text"] for each in bob.get(f"/v1/conversations/{general}/messages", order="asc")["data"]] == [
        "edited",
        "gone",
        "void",
    ]
    for message_id in (shown[0], alone):
        alice.put(f"/v1/messages/{message_id}", {"text": "better"})
    alice.delete(f"/v1/messages/{shown[1]}")
    acme.server.delete(f"/v1/messages/{shown[2]}", hard="true")
    stream.deliver()
    expected = {("message.updated", shown[0]), ("message.deleted", shown[1]), ("message.deleted", shown[2])}
    for told in (his.events, bob.get("/v1/events", after=cursor)["data"]):
        changed = {(each["type"], each.get("entity_id")) for each in told}
        assert changed >= expected
        assert not {root, alone} & {entity_id for _, entity_id in changed}


def test_a_large_event_comes_as_a_reference(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    his = sockets.connect(bob)
    sent = alice.send(general, "\u00e4" * 20_000)
    stream.deliver()
    (event,) = [each for each in his.events if each["type"] == "message.created"]
    assert event["data"] == {"reference": f"/v1/messages/{sent['id']}"}
    assert bob.get(event["data"]["reference"])["text"] == "\u00e4" * 20_000


def test_a_thread_reply_shown_in_the_conversation_takes_its_place_there(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    root = alice.send(general, "root")
    stream.deliver()
    his = sockets.connect(bob)
    reply = alice.send(general, "reply", parent_id=root["id"], show_in_conversation=True)
    stream.deliver()
    created = {event["entity_id"]: event for event in his.events if event["type"] == "message.created"}
    assert created[reply["id"]]["data"]["text"] == "reply"
    place = created[f"{general}-2"]
    assert (place["seq"], place["data"]["id"], place["data"]["parent_id"]) == (2, reply["id"], root["id"])
    (counted,) = [event for event in his.events if event["changed"] == ["reply_count"]]
    assert counted["data"]["reply_count"] == 1


def test_a_send_to_two_members_costs_what_it_should(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    stream.deliver()
    sockets.connect(alice)
    sockets.connect(bob)
    alice.send(general)
    stream.deliver()
    assert stream.last_calls is not None
    assert sorted(stream.last_calls.operations) == [
        "BatchGetItem",  # the changed items as they are now
        "BatchGetItem",  # who is online
        "BatchGetItem",  # who of them is a member
        "BatchGetItem",  # how many members there are; with the first where all effects are applied
        "BatchWriteItem",  # the log and its head
        "GetItem",  # whether the tenant hides receipts, once a minute
        "Query",  # the members
        "Query",  # who has just come
    ]


def test_sockets_replay_and_webhooks_name_the_same_moment_alike(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream, moving_clock: MovingClock
) -> None:
    stream.deliver()
    moving_clock.offset += 60_000
    cursor = bob.get("/v1/events")["next_cursor"]
    his = sockets.connect(bob)
    alice.send(general, "hello")
    payloads = stream.deliver()
    live = {event["id"]: event for event in his.events}
    replayed = {event["id"]: event for event in bob.get("/v1/events", after=cursor)["data"]}
    hooked = {event.id: event.model_dump(mode="json") for each in changes(payloads) for event in events_of(each)}
    shared = live.keys() & replayed.keys() & hooked.keys()
    assert {live[each]["type"] for each in shared} >= {"message.created", "read.updated"}
    for each in shared:
        assert live[each]["created_at"] == replayed[each]["created_at"] == hooked[each]["created_at"]
        assert set(hooked[each]) == set(live[each]) == set(replayed[each])
