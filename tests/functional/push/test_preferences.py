"""What users want to be told of: for all conversations, for single ones, for good and for a while."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person
from tests.support.people.phones import Phones


def later(hours: int = 1) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_everybody_is_told_everything_at_first(alice: Person) -> None:
    assert alice.get("/v1/users/me/notifications").body == {"level": "all", "until": None}


def test_a_choice_is_kept_beside_devices_and_taken_back(alice: Person, phones: Phones) -> None:
    phones.give(alice)
    chosen = alice.put("/v1/users/me/notifications", {"level": "mentions"})
    assert chosen.body == alice.get("/v1/users/me/notifications").body == {"level": "mentions", "until": None}
    assert len(alice.get("/v1/users/me/devices")["data"]) == 1
    alice.put("/v1/users/me/notifications", {"level": "all"})
    assert alice.get("/v1/users/me/notifications")["level"] == "all"


def test_a_choice_for_a_while_ends(alice: Person, moving_clock: MovingClock) -> None:
    until = later()
    chosen = alice.put("/v1/users/me/notifications", {"level": "none", "until": until})
    assert chosen.body == {"level": "none", "until": until}
    moving_clock.pass_seconds(3601)
    assert alice.get("/v1/users/me/notifications").body == {"level": "all", "until": None}


def test_a_choice_without_an_end_takes_the_end_of_the_last_away(alice: Person, moving_clock: MovingClock) -> None:
    alice.put("/v1/users/me/notifications", {"level": "none", "until": later()})
    alice.put("/v1/users/me/notifications", {"level": "none"})
    moving_clock.pass_seconds(3601)
    assert alice.get("/v1/users/me/notifications").body == {"level": "none", "until": None}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"level": "loud"}, "validation_failed"),
        ({}, "validation_failed"),
        ({"level": "none", "until": "2020-01-01T00:00:00Z"}, "validation_failed"),
        ({"level": "none", "until": "2030-01-01T00:00:00"}, "validation_failed"),
        ({"level": "none", "for": "ever"}, "validation_failed"),
    ],
)
def test_what_is_no_choice_is_refused(alice: Person, general: str, body: dict[str, str], code: str) -> None:
    for path in ("/v1/users/me/notifications", f"/v1/conversations/{general}/notifications"):
        refused = alice.put(path, body)
        assert (refused.status, refused.code) == (422, code)


def test_a_conversation_has_a_choice_of_its_own(bob: Person, alice: Person, general: str) -> None:
    path = f"/v1/conversations/{general}/notifications"
    nothing = {"conversation_id": general, "level": None, "until": None}
    assert bob.get(path).body == nothing
    until = later()
    assert bob.put(path, {"level": "mentions", "until": until}).body == nothing | {"level": "mentions", "until": until}
    assert bob.get(path).body == nothing | {"level": "mentions", "until": until}
    assert alice.get(path).body == nothing
    assert bob.delete(path).status == 204
    assert bob.get(path).body == nothing
    assert bob.delete(path).status == 204


def test_a_conversation_of_others_is_none(carol: Person, mallory: Person, general: str) -> None:
    path = f"/v1/conversations/{general}/notifications"
    for who in (carol, mallory):
        for answer in (who.get(path), who.put(path, {"level": "all"}), who.delete(path)):
            assert (answer.status, answer.code) == (404, "conversation_not_found")


def test_who_comes_back_has_chosen_nothing(alice: Person, bob: Person, general: str) -> None:
    path = f"/v1/conversations/{general}/notifications"
    bob.put(path, {"level": "none"})
    alice.delete(f"/v1/conversations/{general}/members/bob")
    alice.post(f"/v1/conversations/{general}/members", {"user_ids": ["bob"]})
    assert bob.get(path)["level"] is None


GENERAL, OWN = ("all", "mentions", "none"), (None, "all", "mentions", "none")


@pytest.mark.parametrize("own", OWN)
@pytest.mark.parametrize("in_general", GENERAL)
def test_ones_own_choice_for_a_conversation_counts_unless_all_is_silent(
    alice: Person, bob: Person, general: str, phones: Phones, in_general: str, own: str | None
) -> None:
    phones.give(bob)
    bob.put("/v1/users/me/notifications", {"level": in_general})
    if own:
        bob.put(f"/v1/conversations/{general}/notifications", {"level": own})
    alice.send(general, "to everybody")
    alice.send(general, "to bob", mentions=["bob"])
    pushed = sorted(str(each.body) for each in phones.push(alice.tenant_id))
    level = "none" if in_general == "none" else own or in_general
    expected = {"all": ["Alice: to bob", "Alice: to everybody"], "mentions": ["Alice: to bob"], "none": []}
    assert pushed == expected[level]


def test_a_direct_message_is_as_good_as_a_mention(alice: Person, bob: Person, phones: Phones) -> None:
    phones.give(bob)
    bob.put("/v1/users/me/notifications", {"level": "mentions"})
    direct = alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})["id"]
    alice.send(direct, "psst")
    (shown,) = phones.push(alice.tenant_id)
    assert (shown.title, shown.body) == ("Alice", "psst")


def test_silence_for_a_while_ends(
    alice: Person, bob: Person, general: str, phones: Phones, moving_clock: MovingClock
) -> None:
    phones.give(bob)
    bob.put(f"/v1/conversations/{general}/notifications", {"level": "none", "until": later()})
    alice.send(general, "during")
    assert phones.push(alice.tenant_id) == []
    moving_clock.pass_seconds(3601)
    alice.send(general, "after")
    assert [each.body for each in phones.push(alice.tenant_id)] == ["Alice: after"]
