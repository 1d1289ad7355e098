"""An edit is pushed to those whom it names and the message did not name before, once."""

from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace
from tests.support.people.phones import Phones


def mention(author: Person, message_id: str, *user_ids: str, text: str = "look here") -> None:
    edited = author.put(f"/v1/messages/{message_id}", {"text": text, "mentions": list(user_ids)})
    assert edited.status == 200, edited.text


def pushed(phones: Phones, who: Person) -> list[tuple[str, str | None]]:
    return [(each.reference["type"], each.body) for each in phones.push(who.tenant_id)]


def test_who_is_named_by_an_edit_is_pushed_it_and_nobody_else(
    alice: Person, bob: Person, acme: Workspace, phones: Phones
) -> None:
    dave, erin = acme.person("dave"), acme.person("erin")
    team = alice.open_group(bob, dave, erin, name="team")
    tokens = {each.user_id: phones.give(each) for each in (alice, bob, dave)}
    sent = alice.send(team, "hello", mentions=["dave", "erin"])["id"]
    assert len(phones.push(alice.tenant_id)) == 2
    phones.give(erin)
    mention(alice, sent, "dave", "erin", "bob", "alice")
    (shown,) = phones.push(alice.tenant_id)
    assert (shown.token, shown.body) == (tokens["bob"], "Alice: look here")
    assert shown.reference["type"] == "message.updated"
    mention(alice, sent, "bob", "dave", "erin", text="or there")
    assert pushed(phones, alice) == []


def test_who_is_taken_out_and_named_again_is_pushed_it_no_second_time(
    alice: Person, bob: Person, general: str, phones: Phones
) -> None:
    phones.give(bob)
    first, second = (alice.send(general, "hello", mentions=names)["id"] for names in (["bob"], []))
    assert len(phones.push(alice.tenant_id)) == 2
    for message in (first, second):
        for names in (["bob"], [], ["bob"]):
            mention(alice, message, *names)
    assert pushed(phones, alice) == [("message.updated", "Alice: look here")]
    for message in (first, second):
        mention(alice, message)
        mention(alice, message, "bob")
    assert pushed(phones, alice) == []


def test_it_is_pushed_to_who_has_read_the_message_and_to_who_wants_mentions_alone(
    alice: Person, bob: Person, general: str, phones: Phones
) -> None:
    phones.give(bob)
    bob.put(f"/v1/conversations/{general}/notifications", {"level": "mentions"})
    sent = alice.send(general, "hello")["id"]
    bob.post(f"/v1/conversations/{general}/read")
    assert pushed(phones, alice) == []
    mention(alice, sent, "bob")
    assert pushed(phones, alice) == [("message.updated", "Alice: look here")]


def test_who_mutes_has_left_blocks_or_wants_none_is_not_pushed_an_edit(
    alice: Person, acme: Workspace, phones: Phones
) -> None:
    muter, leaver, blocker, deaf = (acme.person(name) for name in ("muter", "leaver", "blocker", "deaf"))
    everybody = (muter, leaver, blocker, deaf)
    team = alice.open_group(*everybody, name="team")
    sent = alice.send(team, "hello")["id"]
    for each in everybody:
        phones.give(each)
    muter.put(f"/v1/conversations/{team}/mute", {})
    blocker.put("/v1/users/alice/block")
    deaf.put("/v1/users/me/notifications", {"level": "none"})
    phones.push(alice.tenant_id)
    mention(alice, sent, *(each.user_id for each in everybody))
    leaver.delete(f"/v1/conversations/{team}/members/leaver")
    assert pushed(phones, alice) == []


def test_a_reply_that_comes_to_name_somebody_is_pushed_to_them(
    alice: Person, bob: Person, general: str, phones: Phones
) -> None:
    root = alice.send(general, "root")["id"]
    reply = alice.send(general, "reply", parent_id=root)["id"]
    phones.give(bob)
    phones.push(alice.tenant_id)
    mention(alice, reply, "bob")
    assert pushed(phones, alice) == [("message.updated", "Alice: look here")]


def test_records_that_repeat_or_come_together_push_once(
    alice: Person, bob: Person, general: str, phones: Phones
) -> None:
    phones.give(bob)
    sent = alice.send(general, "hello")["id"]
    mention(alice, sent, "bob")
    records = phones.stream.take(alice.tenant_id)
    for batch in (records[::-1], records, records[-1:], records[:1]):
        phones.hand_over(batch)
    assert [each.body for each in phones.take()] == ["Alice: look here"]


def test_an_edit_whose_record_comes_before_the_messages_pushes_once(
    alice: Person, bob: Person, general: str, phones: Phones
) -> None:
    phones.give(bob)
    sent = alice.send(general, "hello")["id"]
    made = phones.stream.take(alice.tenant_id)
    mention(alice, sent, "bob")
    phones.hand_over(phones.stream.take(alice.tenant_id))
    phones.hand_over(made)
    assert [each.reference["type"] for each in phones.take()] == ["message.updated"]


def test_what_was_deleted_or_edited_long_ago_or_is_silent_is_not_pushed(
    alice: Person, bob: Person, general: str, phones: Phones, moving_clock: MovingClock
) -> None:
    phones.give(bob)
    silent = alice.send(general, "psst", silent=True)["id"]
    old, gone = (alice.send(general, "hello")["id"] for _ in range(2))
    phones.push(alice.tenant_id)
    for message in (silent, gone):
        mention(alice, message, "bob")
    alice.delete(f"/v1/messages/{gone}")
    assert pushed(phones, alice) == []
    mention(alice, old, "bob")
    moving_clock.pass_seconds(16 * 60)
    assert pushed(phones, alice) == []
    mention(alice, old, text="nobody")
    mention(alice, old, "bob", text="late")
    assert pushed(phones, alice) == [("message.updated", "Alice: late")]
