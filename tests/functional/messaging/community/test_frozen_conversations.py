"""Frozen conversations: only admins write, by every verb, from the moment that the freeze is answered."""

from collections.abc import Callable
from typing import Any

import pytest

from parley.jobs.export_lines import records_of
from parley.messaging import access
from parley.settings import settings
from parley.streams.events import events_of
from parley.tables import dynamodb
from parley.tables.dynamodb import TransactionRefused
from tests.functional.messaging.messages.test_write_rules import RACES, VERBS, Verb, furnish, lasting, state
from tests.support.dynamodb.change_stream import ChangeStream, changes
from tests.support.faults.interference import before_call
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.people import Person, Workspace

REFUSED = [verb for verb in VERBS if verb.when_archived == 409 and not verb.takes_back]
"""What an archive refuses, but for taking back what is one's own."""


def freeze(by: Person, room: str, *, frozen: bool = True) -> None:
    answer = by.put(f"/v1/conversations/{room}", {"frozen": frozen})
    assert (answer.status, answer["frozen"]) == (200, frozen), answer.text


@pytest.fixture
def place(alice: Person, bob: Person) -> dict[str, str]:
    """A group that alice owns, with a message of each; bob, who was an admin, is a member."""
    room = alice.open_group(bob)
    roles = f"/v1/conversations/{room}/members/bob/role"
    assert alice.put(roles, {"role": "admin"}).status == 200
    names = furnish(alice, bob, room)
    assert alice.put(roles, {"role": "member"}).status == 200
    return names


@pytest.mark.parametrize("verb", REFUSED, ids=lambda verb: verb.name)
def test_a_member_changes_nothing_in_a_frozen_conversation(
    alice: Person, bob: Person, place: dict[str, str], verb: Verb
) -> None:
    freeze(alice, place["room"])
    before = state(alice, place)
    refused = verb.by(bob, place)
    assert (refused.status, refused.code) == (403, "conversation_frozen")
    assert state(alice, place) == before


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in REFUSED], ids=lambda verb: verb.name)
def test_a_member_reads_and_takes_back_in_a_frozen_conversation(
    alice: Person, bob: Person, place: dict[str, str], verb: Verb
) -> None:
    freeze(alice, place["room"])
    assert verb.by(bob, place).status < 300


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_an_admin_and_the_back_end_write_on(
    acme: Workspace, alice: Person, bob: Person, place: dict[str, str], verb: Verb
) -> None:
    freeze(alice, place["room"])
    mirrored = {**place, "own": place["other"], "other": place["own"]}
    assert verb.by(alice, mirrored).status < 300
    if verb.name not in {"pin", "unpin"}:
        back_end = Person(acme.tenant_id, "bob", scope="server", tenant_settings=acme.tenant_settings)
        assert verb.by(back_end, place).status < 300


@pytest.mark.parametrize(
    ("verb", "call"),
    [race for race in RACES if race[0] in REFUSED and race[0].name not in {"pin", "unpin"}],
    ids=lambda each: each.name if isinstance(each, Verb) else each,
)
def test_a_freeze_that_comes_during_a_write_stops_it(
    alice: Person, bob: Person, place: dict[str, str], verb: Verb, call: str
) -> None:
    before = state(alice, place)
    with in_one_thread(), before_call(call, lambda: freeze(alice, place["room"])):
        refused = verb.by(bob, place)
    assert (refused.status, refused.code) == (403, "conversation_frozen")
    assert lasting(state(alice, place))[:4] == lasting(before)[:4]


def test_what_a_member_writes_in_a_transaction_is_held_to_the_freeze(alice: Person, bob: Person, general: str) -> None:
    membership = access.access_to_write(bob.caller, general)
    dynamodb.transact(access.still_may_write(bob.caller, membership))
    freeze(alice, general)
    with pytest.raises(TransactionRefused):
        dynamodb.transact(access.still_may_write(bob.caller, membership))
    mine = access.access_to_write(alice.caller, general)
    dynamodb.transact(access.still_may_write(alice.caller, mine))


@pytest.mark.parametrize("verb", ["pin", "unpin"])
def test_a_freeze_stops_a_pin_in_its_transaction(alice: Person, bob: Person, place: dict[str, str], verb: str) -> None:
    """Of an admin who is one no more: the role is a condition of the transaction too."""
    roles = f"/v1/conversations/{place['room']}/members/bob/role"
    assert alice.put(roles, {"role": "admin"}).status == 200

    def demote_and_freeze() -> None:
        assert alice.put(roles, {"role": "member"}).status == 200
        freeze(alice, place["room"])

    named = {each.name: each for each in VERBS}[verb]
    with before_call("TransactWriteItems", demote_and_freeze):
        refused = named.by(bob, place)
    assert (refused.status, refused.code) == (403, "conversation_frozen")


def test_an_admin_who_is_demoted_while_they_write_writes_nothing(
    alice: Person, bob: Person, place: dict[str, str]
) -> None:
    roles = f"/v1/conversations/{place['room']}/members/bob/role"
    assert alice.put(roles, {"role": "admin"}).status == 200
    freeze(alice, place["room"])
    before = state(alice, place)
    with in_one_thread(), before_call("PutItem", lambda: alice.put(roles, {"role": "member"})):
        refused = bob.send(place["room"], "too late")
    assert (refused.status, refused.code) == (403, "conversation_frozen")
    assert lasting(state(alice, place))[:3] == lasting(before)[:3]


def test_what_an_admin_was_writing_stays_when_another_freezes(
    alice: Person, bob: Person, place: dict[str, str]
) -> None:
    assert alice.put(f"/v1/conversations/{place['room']}/members/bob/role", {"role": "admin"}).status == 200
    with in_one_thread(), before_call("PutItem", lambda: freeze(alice, place["room"])):
        sent = bob.send(place["room"], "in between")
    assert sent.status == 201, sent.text
    newest = alice.get(f"/v1/conversations/{place['room']}/messages")["data"][0]
    assert (newest["id"], newest["text"]) == (sent["id"], "in between")


def test_a_thaw_lets_members_write_again_and_is_shown(alice: Person, bob: Person, general: str) -> None:
    path = f"/v1/conversations/{general}"
    freeze(alice, general)
    assert bob.get(path)["frozen"] is True
    assert bob.get("/v1/conversations")["data"][0]["frozen"] is True
    freeze(alice, general, frozen=False)
    assert bob.get(path)["frozen"] is False
    assert bob.send(general).status == 201


def test_a_member_may_not_freeze_nor_anybody_a_direct_conversation(alice: Person, bob: Person, general: str) -> None:
    refused = bob.put(f"/v1/conversations/{general}", {"frozen": True})
    assert (refused.status, refused.code) == (403, "insufficient_role")
    direct = alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})["id"]
    assert alice.put(f"/v1/conversations/{direct}", {"frozen": True}).code == "insufficient_role"


@pytest.mark.parametrize(
    "body", [{"frozen": None}, {"frozen": "yes"}, {"slow_mode_seconds": -1}, {"slow_mode_seconds": 86_401}]
)
def test_what_is_no_setting_is_refused(alice: Person, general: str, body: dict[str, Any]) -> None:
    assert alice.put(f"/v1/conversations/{general}", body).status == 422


def test_a_freeze_keeps_nobody_from_joining_or_leaving(alice: Person, bob: Person, carol: Person, general: str) -> None:
    freeze(alice, general)
    path = f"/v1/conversations/{general}/members"
    assert alice.post(path, {"user_ids": ["carol"]})["data"][0]["status"] == "added"
    assert carol.send(general).code == "conversation_frozen"
    assert bob.delete(f"{path}/bob").status == 204


def test_members_are_told_of_a_freeze_and_of_slow_mode_once(alice: Person, bob: Person, general: str) -> None:
    stream = ChangeStream()
    for _ in range(2):
        alice.put(f"/v1/conversations/{general}", {"frozen": True, "slow_mode_seconds": 60})
    told = [event for each in changes(stream.take(alice.tenant_id)) for event in events_of(each)]
    (event,) = [each for each in told if each.type == "conversation.updated"]
    assert event.changed == ["frozen", "slow_mode_seconds"]
    assert (event.data["frozen"], event.data["slow_mode_seconds"]) == (True, 60)


def test_an_export_says_that_a_conversation_is_frozen(alice: Person, general: str) -> None:
    alice.put(f"/v1/conversations/{general}", {"frozen": True, "slow_mode_seconds": 60})
    raw = dynamodb.get(settings().chat_table, access.meta_key(alice.tenant_id, general), consistent=True)
    assert raw is not None
    (record,) = records_of(raw)
    assert (record["frozen"], record["slow_mode_seconds"]) == (True, 60)


def test_the_command_line_freezes_and_slows_down(bob: Person, general: str, parley: Callable[..., str]) -> None:
    assert parley("community", "freeze", general) == "general is frozen\n"
    assert bob.send(general).code == "conversation_frozen"
    assert parley("community", "unfreeze", general) == "general takes messages again\n"
    parley("community", "slow-mode", general, "60")
    assert [bob.send(general).status for _ in range(2)] == [201, 429]
