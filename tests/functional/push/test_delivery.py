"""A new message reaches the phones of those whom it addresses and who are away, and no others."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from parley import clock
from parley.messaging.items import MessageItem
from parley.messaging.messages import editing
from parley.messaging.messages.reading import locate
from parley.push import notifications, recipients
from parley.push.notifications import MAX_AGE_MS
from parley.push.recipients import Addressing, Audience
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.expressions import Update
from parley.tables.keys import Key
from tests.support.aws.effects import apply_alone
from tests.support.aws.sockets import Sockets, give_key
from tests.support.dynamodb.change_stream import changes, kinesis_event
from tests.support.dynamodb.meter import metered
from tests.support.faults.one_thread import in_one_thread
from tests.support.people import scale
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace
from tests.support.people.phones import Phones, RoomyContext, new_messages


def texts(shown: list[Any]) -> list[str]:
    return sorted(str(each.body) for each in shown)


def set_tenant(tenant_id: str, **attributes: Any) -> None:
    give_key(tenant_id)
    for name, value in attributes.items():
        at = Key(keys.tenant(tenant_id), keys.TENANT_SK)
        dynamodb.update(settings().chat_table, at, Update().set({name: json.dumps(value)}))


def test_a_message_is_shown_on_every_phone_of_who_is_away(
    alice: Person, bob: Person, general: str, phones: Phones
) -> None:
    phones.give(alice)
    tokens = {phones.give(bob, "fcm", "one"), phones.give(bob, "apns", "two"), phones.give(bob, "apns_sandbox", "dev")}
    sent = alice.send(general, "Lunch?")
    shown = phones.push(alice.tenant_id)
    assert {each.token for each in shown} == tokens
    for each in shown:
        assert (each.title, each.body, each.badge) == ("general", "Alice: Lunch?", 1)
        assert each.reference == {
            "type": "message.created",
            "conversation_id": general,
            "message_id": sent["id"],
            "seq": "1",
            "author_id": "alice",
        }


def test_a_poll_is_pushed_as_its_question(alice: Person, bob: Person, general: str, phones: Phones) -> None:
    phones.give(bob)
    alice.send(general, "", poll={"question": "Lunch?", "options": [{"text": "Yes"}, {"text": "No"}]})
    (shown,) = phones.push(alice.tenant_id)
    assert shown.body == "Alice: Lunch?"


def test_who_is_connected_is_not_pushed_to(
    alice: Person, bob: Person, general: str, phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    sockets = Sockets()
    monkeypatch.setattr("parley.realtime.gateway.client", lambda: sockets)
    phones.give(bob)
    his = sockets.connect(bob)
    alice.send(general, "while he is here")
    assert phones.push(alice.tenant_id) == []
    his.close()
    alice.send(general, "after he left")
    assert texts(phones.push(alice.tenant_id)) == ["Alice: after he left"]


def test_who_mutes_blocks_has_left_or_has_read_is_not_pushed_to(acme: Workspace, alice: Person, phones: Phones) -> None:
    names = ("muter", "hider", "blocker", "leaver", "reader", "listener")
    people = {name: acme.person(name) for name in names}
    group = alice.open_group(*people.values())
    tokens = {name: phones.give(person) for name, person in people.items()}
    people["muter"].put(f"/v1/conversations/{group}/mute", {})
    people["hider"].put(f"/v1/conversations/{group}/settings", {"hidden": "always"})
    people["listener"].put(f"/v1/conversations/{group}/settings", {"hidden": "until_message", "archived_for_me": True})
    people["blocker"].put("/v1/users/alice/block")
    sent = alice.send(group, "hello", mentions=list(names))
    people["leaver"].delete(f"/v1/conversations/{group}/members/leaver")
    people["reader"].post(f"/v1/conversations/{group}/read", {"message_id": sent["id"]})
    assert [each.token for each in phones.push(acme.tenant_id)] == [tokens["listener"]]


def test_a_mute_that_has_ended_silences_nothing(
    alice: Person, bob: Person, general: str, phones: Phones, moving_clock: MovingClock
) -> None:
    phones.give(bob)
    until = clock.to_rfc3339(clock.to_datetime(clock.now_ms() + 60_000))
    bob.put(f"/v1/conversations/{general}/mute", {"until": until})
    alice.send(general, "during")
    assert phones.push(alice.tenant_id) == []
    moving_clock.pass_seconds(61)
    alice.send(general, "after")
    assert texts(phones.push(alice.tenant_id)) == ["Alice: after"]


def test_a_mention_of_who_is_no_member_reaches_nobody(
    alice: Person, carol: Person, mallory: Person, general: str, phones: Phones
) -> None:
    phones.give(carol)
    phones.give(mallory)
    alice.send(general, "hello", mentions=["carol", "mallory"])
    assert phones.push(alice.tenant_id) == []


def test_the_same_user_id_in_another_tenant_is_somebody_else(
    alice: Person, general: str, globex: Workspace, phones: Phones
) -> None:
    phones.give(globex.person("bob"))
    alice.send(general, "hello", mentions=["bob"])
    assert phones.push(alice.tenant_id) == []


def test_what_came_before_a_member_could_see_is_not_pushed(alice: Person, bob: Person, phones: Phones) -> None:
    group = alice.open_group(name="joined only", history="joined")
    phones.give(bob)
    alice.send(group, "before")
    alice.post(f"/v1/conversations/{group}/members", {"user_ids": ["bob"]})
    alice.send(group, "after")
    assert texts(phones.push(alice.tenant_id)) == ["Alice: after"]


def test_a_message_that_is_gone_or_edited_is_shown_as_it_is_now(
    alice: Person, bob: Person, general: str, phones: Phones
) -> None:
    phones.give(bob)
    deleted, edited = alice.send(general, "oops"), alice.send(general, "helo")
    alice.delete(f"/v1/messages/{deleted['id']}")
    alice.put(f"/v1/messages/{edited['id']}", {"text": "hello"})
    assert texts(phones.push(alice.tenant_id)) == ["Alice: hello"]


def test_what_is_old_when_its_record_comes_is_not_pushed(
    alice: Person, bob: Person, general: str, phones: Phones, moving_clock: MovingClock
) -> None:
    phones.give(bob)
    alice.send(general, "long ago")
    records = phones.stream.take(alice.tenant_id)
    moving_clock.pass_seconds(MAX_AGE_MS / 1000 + 1)
    alice.send(general, "now")
    phones.hand_over([*records, *phones.stream.take(alice.tenant_id)])
    assert texts(phones.take()) == ["Alice: now"]


def test_a_large_conversation_pushes_to_whom_a_message_names(
    acme: Workspace, alice: Person, bob: Person, carol: Person, phones: Phones
) -> None:
    group = alice.open_group(bob, carol)
    scale.add_members(alice, group, 150)
    phones.give(bob)
    phones.give(carol)
    alice.send(group, "hello, everybody")
    assert phones.push(acme.tenant_id) == []
    alice.send(group, "hello, Bob", mentions=["bob"])
    assert texts(phones.push(acme.tenant_id)) == ["Alice: hello, Bob"]


def test_a_flood_is_cut_to_its_newest_and_to_what_names_one(
    alice: Person, bob: Person, general: str, phones: Phones, moving_clock: MovingClock
) -> None:
    phones.give(bob)
    alice.send(general, "named", mentions=["bob"])
    for number in range(20):
        moving_clock.pass_seconds(1)
        alice.send(general, f"{number}")
    assert texts(phones.push(alice.tenant_id)) == ["Alice: 16", "Alice: 17", "Alice: 18", "Alice: 19", "Alice: named"]


def test_a_tenant_may_keep_text_and_names_off_screens(
    alice: Person, bob: Person, general: str, phones: Phones, moving_clock: MovingClock
) -> None:
    phones.give(bob)
    shown = []
    for content in ("full", "sender", "none"):
        set_tenant(alice.tenant_id, settings={"push_content": content})
        moving_clock.pass_seconds(61)
        alice.send(general, "the secret")
        (one,) = phones.push(alice.tenant_id)
        shown.append((one.title, one.body))
        assert (content == "full") == ("secret" in json.dumps(one.payload))
        assert (content != "none") == ("Alice" in json.dumps(one.payload))
    assert shown == [("general", "Alice: the secret"), ("general", "Alice: New message"), ("New message", None)]


def test_the_badge_is_what_is_unread_in_all(alice: Person, bob: Person, general: str, phones: Phones) -> None:
    phones.give(bob, "apns")
    muted, put_away, other = (alice.open_group(bob, name=name) for name in ("muted", "put away", "other"))
    bob.put(f"/v1/conversations/{muted}/mute", {})
    bob.put(f"/v1/conversations/{put_away}/settings", {"archived_for_me": True})
    for conversation in (general, general, muted, put_away, other):
        alice.send(conversation)
    shown = phones.push(alice.tenant_id)
    assert {each.badge for each in shown} == {3} == {bob.get("/v1/unread")["total"]}


def test_who_has_many_conversations_gets_no_badge(acme: Workspace, alice: Person, bob: Person, phones: Phones) -> None:
    groups = [alice.open_group(bob, name=f"{number}") for number in range(51)]
    phones.give(bob, "apns")
    alice.send(groups[0])
    (shown,) = phones.push(acme.tenant_id)
    assert shown.badge is None


def test_a_conversation_without_devices_costs_a_read_of_its_members(
    alice: Person, bob: Person, general: str, phones: Phones
) -> None:
    alice.send(general)
    phones.push(alice.tenant_id)
    assert phones.last_calls is not None
    called = phones.last_calls.operations
    assert sorted(called) == [
        *["BatchGetItem"] * 3,  # the message, how many members there are, who has devices
        "GetItem",  # the tenant, once a minute
        "Query",  # the members
        "Query",  # who has just come
    ]


def test_a_message_that_names_nobody_costs_the_same_with_150_and_with_1000_members(
    acme: Workspace, alice: Person, bob: Person, phones: Phones
) -> None:
    phones.give(bob)
    costs = []
    for members in (150, 1000):
        group = alice.open_group(bob)
        scale.add_members(alice, group, members)
        alice.send(group)
        records = phones.stream.take(acme.tenant_id)
        with metered() as cost:
            phones.hand_over(records)
        costs.append(cost)
    assert costs[1].reads <= costs[0].reads <= 4
    assert costs[0].writes == costs[1].writes == 0


def test_an_edit_after_the_change_decides_whom_a_large_conversation_is_pushed_to(
    acme: Workspace, alice: Person, bob: Person, carol: Person, phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has a phone is looked for by what the message said when the batch came; whom it names by then is told."""
    phones.give(bob)
    token = phones.give(carol)
    group = alice.open_group(bob, carol)
    scale.add_members(alice, group, 150)
    sent = alice.send(group, "look at this", mentions=["bob", "carol"])
    records = phones.stream.take(acme.tenant_id)

    def find(messages: Sequence[Addressing]) -> Audience:
        audience = recipients.find(messages)
        path = f"/v1/messages/{sent['id']}"
        assert alice.put(path, {"text": "look at that", "mentions": ["carol"]}).status == 200
        return audience

    monkeypatch.setattr(notifications, "find", find)
    with in_one_thread():
        apply_alone("send_push", kinesis_event(new_messages(records)), RoomyContext())
    assert [(each.token, each.body) for each in phones.take()] == [(token, "Alice: look at that")]


def test_a_suspended_tenant_pushes_nothing(
    alice: Person, bob: Person, general: str, phones: Phones, moving_clock: MovingClock
) -> None:
    give_key(alice.tenant_id)
    at = Key(keys.tenant(alice.tenant_id), keys.TENANT_SK)
    dynamodb.update(settings().chat_table, at, Update().set(suspended_at=1, tenant_id=alice.tenant_id))
    moving_clock.pass_seconds(61)
    phones.give(bob)
    alice.send(general)
    assert phones.push(alice.tenant_id) == []


def test_nothing_is_pushed_to_who_is_deactivated(
    acme: Workspace, alice: Person, bob: Person, general: str, phones: Phones
) -> None:
    token = phones.give(bob)
    acme.server.post("/v1/users/bob/deactivate")
    phones.give(bob, "fcm", "another")
    bob.put("/v1/users/me/notifications", {"level": "all"})
    alice.send(general, "while he is gone", mentions=["bob"])
    assert phones.push(alice.tenant_id) == []
    acme.server.post("/v1/users/bob/reactivate")
    alice.send(general, "back again")
    assert token in {each.token for each in phones.push(alice.tenant_id)}


def test_a_silent_message_is_pushed_to_nobody_and_a_place_by_its_name(
    alice: Person, bob: Person, general: str, phones: Phones
) -> None:
    phones.give(bob)
    alice.send(general, "psst", silent=True)
    assert phones.push(alice.tenant_id) == []
    for location in ({"latitude": 1, "longitude": 2, "name": "Marienplatz"}, {"latitude": 1, "longitude": 2}):
        alice.post("/v1/messages", {"conversation_id": general, "location": location})
    shown = phones.push(alice.tenant_id)
    assert [(each.body, each.badge) for each in shown] == [("Alice: Marienplatz", 2), ("Alice: Location", 2)]


def test_what_a_back_end_says_for_nobody_names_no_author(
    acme: Workspace, alice: Person, bob: Person, general: str, phones: Phones
) -> None:
    phones.give(bob)
    direct = alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})["id"]
    for conversation_id in (general, direct):
        acme.server.send(conversation_id, "Your driver is near", type="system")
    shown = [(each.title, each.body) for each in phones.push(acme.tenant_id)]
    assert sorted(shown) == [("New message", "Your driver is near"), ("general", "Your driver is near")]


def test_an_edit_that_is_taken_back_is_pushed_to_nobody_and_no_poison(
    alice: Person, bob: Person, general: str, phones: Phones
) -> None:
    """Its author had lost the right to it meanwhile: the message names again whom it named at first."""
    phones.give(bob)
    message_id = str(alice.send(general, "hello", mentions=["bob"])["id"])
    phones.push(alice.tenant_id)
    place = locate(alice.caller, message_id)
    before = MessageItem.at(place.message, consistent=True)
    assert alice.put(f"/v1/messages/{message_id}", {"mentions": []}).status == 200
    after = MessageItem.at(place.message, consistent=True)
    assert before is not None
    assert after is not None
    editing._take_back(place, before, after)
    assert notifications.push(changes(phones.stream.take(alice.tenant_id)), seconds=20) == []
    assert phones.take() == []
