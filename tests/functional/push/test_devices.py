"""A user's devices: registered, bounded in number, and each token on one of them alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.push import devices
from parley.push.items import push_key, token_digest
from parley.settings import settings as parley_settings
from parley.tables import dynamodb, keys
from tests.support.dynamodb.client_calls import before_calls
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace, new_workspace
from tests.support.people.phones import Phones, endpoint_of

TOKEN = "a-token-of-fcm:APA91b-0001"
APNS = "0a" * 32


def register(person: Person, device_id: str, token: str = TOKEN, platform: str = "fcm") -> int:
    return person.put(f"/v1/users/me/devices/{device_id}", {"platform": platform, "token": token}).status


def device_ids(person: Person) -> list[str]:
    return [each["id"] for each in person.get("/v1/users/me/devices")["data"]]


def owner_of(tenant_id: str, token: str, platform: str = "fcm") -> tuple[str, str] | None:
    raw = dynamodb.get(parley_settings().control_table, keys.push_token(tenant_id, token_digest(platform, token)))
    return None if raw is None else (raw["user_id"]["S"], raw["device_id"]["S"])


def test_a_device_is_registered_shown_without_its_token_and_removed(alice: Person) -> None:
    made = alice.put("/v1/users/me/devices/pixel", {"platform": "fcm", "token": TOKEN})
    assert made.status == 201
    assert made.body == alice.get("/v1/users/me/devices")["data"][0]
    assert set(made.body) == {"id", "platform", "created_at", "registered_at"}
    assert (made["id"], made["platform"]) == ("pixel", "fcm")
    assert alice.delete("/v1/users/me/devices/pixel").status == 204
    assert alice.get("/v1/users/me/devices").body == {"data": []}
    assert owner_of(alice.tenant_id, TOKEN) is None
    assert alice.delete("/v1/users/me/devices/pixel").status == 204


def test_registering_again_is_one_write_and_moves_only_the_moment(alice: Person, moving_clock: MovingClock) -> None:
    first = alice.put("/v1/users/me/devices/pixel", {"platform": "fcm", "token": TOKEN})
    moving_clock.pass_seconds(5)
    again = alice.put("/v1/users/me/devices/pixel", {"platform": "fcm", "token": TOKEN})
    assert (again.status, again.calls.operations) == (200, ["UpdateItem"])
    assert again["created_at"] == first["created_at"]
    assert again["registered_at"] > first["registered_at"]


def test_who_signs_in_on_a_phone_takes_it_from_whoever_was_signed_in(alice: Person, bob: Person) -> None:
    assert register(alice, "shared") == 201
    assert register(bob, "shared") == 201
    assert (device_ids(alice), device_ids(bob)) == ([], ["shared"])
    assert owner_of(alice.tenant_id, TOKEN) == ("bob", "shared")
    assert register(alice, "shared") == 201
    assert (device_ids(alice), device_ids(bob)) == (["shared"], [])


def test_a_token_is_on_one_of_a_users_devices(alice: Person) -> None:
    register(alice, "first")
    assert register(alice, "second") == 201
    assert device_ids(alice) == ["second"]


def test_another_token_takes_the_place_of_the_first_which_is_free_then(alice: Person, bob: Person) -> None:
    register(alice, "pixel", TOKEN)
    assert register(alice, "pixel", TOKEN + "-new") == 200
    assert owner_of(alice.tenant_id, TOKEN) is None
    assert register(bob, "other", TOKEN) == 201
    assert (device_ids(alice), device_ids(bob)) == (["pixel"], ["other"])


def test_two_tenants_may_know_the_same_token(alice: Person, mallory: Person) -> None:
    register(alice, "pixel")
    register(mallory, "pixel")
    assert (device_ids(alice), device_ids(mallory)) == (["pixel"], ["pixel"])


def test_the_eleventh_device_takes_the_place_of_the_one_registered_longest_ago(
    alice: Person, bob: Person, general: str, phones: Phones, moving_clock: MovingClock
) -> None:
    oldest = phones.give(bob, device_id="device-0")
    alice.send(general)
    phones.push(alice.tenant_id)
    assert endpoint_of(oldest)
    for number in range(1, devices.MAX_DEVICES + 1):
        moving_clock.pass_seconds(1)
        phones.give(bob, device_id=f"device-{number}")
    assert device_ids(bob) == [f"device-{number}" for number in range(devices.MAX_DEVICES, 0, -1)]
    assert owner_of(bob.tenant_id, oldest) is None
    assert endpoint_of(oldest) is None


def test_apns_tokens_are_the_same_in_either_case(alice: Person) -> None:
    assert register(alice, "iphone", APNS, "apns") == 201
    assert register(alice, "iphone", APNS.upper(), "apns") == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"platform": "pager", "token": TOKEN}, "/platform"),
        ({"platform": "fcm", "token": "short"}, "/token"),
        ({"platform": "fcm", "token": "t" * 2049}, "/token"),
        ({"platform": "fcm", "token": "with a blank in it"}, "/token"),
        ({"platform": "apns", "token": TOKEN}, ""),
        ({"token": TOKEN}, "/platform"),
        ({"platform": "fcm", "token": TOKEN, "user_id": "bob"}, "/user_id"),
    ],
)
def test_what_is_no_device_is_refused(alice: Person, body: dict[str, Any], pointer: str) -> None:
    refused = alice.put("/v1/users/me/devices/pixel", body)
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert pointer in [each["pointer"] for each in refused["errors"]]


def test_an_id_that_no_device_can_have_names_none(alice: Person) -> None:
    refused = alice.put("/v1/users/me/devices/a%23b", {"platform": "fcm", "token": TOKEN})
    assert (refused.status, refused.code) == (404, "device_not_found")
    assert alice.delete("/v1/users/me/devices/a%23b").status == 204


def test_devices_are_a_users(acme: Workspace, alice: Person) -> None:
    for method, path in (("GET", ""), ("PUT", "/pixel"), ("DELETE", "/pixel")):
        body = {"platform": "fcm", "token": TOKEN} if method == "PUT" else None
        refused = acme.server.request(method, f"/v1/users/me/devices{path}", body)
        assert (refused.status, refused.code) == (400, "acting_user_required")
    acting = acme.server.put(
        "/v1/users/me/devices/pixel", {"platform": "fcm", "token": TOKEN}, headers={"X-Acting-User": "alice"}
    )
    assert acting.status == 201
    assert device_ids(alice) == ["pixel"]


@contextmanager
def before_the_transaction(do: Callable[[], object]) -> Iterator[None]:
    """Do something once, right before the next transaction is sent."""
    left = [do]

    def once(operation: str, _: object) -> None:
        if operation == "TransactWriteItems" and left:
            left.pop()()

    with before_calls(once):
        yield


def test_of_two_who_register_a_token_at_once_one_has_it(alice: Person, bob: Person) -> None:
    with before_the_transaction(lambda: register(bob, "his")):
        assert register(alice, "hers") == 201
    assert (device_ids(alice), device_ids(bob)) == (["hers"], [])
    assert owner_of(alice.tenant_id, TOKEN) == ("alice", "hers")


@pytest.mark.parametrize("there", [devices.MAX_DEVICES - 1, devices.MAX_DEVICES])
def test_of_two_devices_that_are_registered_at_once_none_is_one_too_many(alice: Person, there: int) -> None:
    for number in range(there):
        register(alice, f"device-{number:02}", f"{TOKEN}-{number}")
    with before_the_transaction(lambda: register(alice, "tablet", f"{TOKEN}-tablet")):
        assert register(alice, "phone", f"{TOKEN}-phone") == 201
    kept = device_ids(alice)
    assert len(kept) == devices.MAX_DEVICES
    assert {"phone", "tablet"} <= set(kept)
    owned = {number for number in range(there) if owner_of(alice.tenant_id, f"{TOKEN}-{number}") is not None}
    assert {f"device-{number:02}" for number in owned} == set(kept) - {"phone", "tablet"}


def test_of_two_tokens_that_a_device_gets_at_once_it_has_one(alice: Person) -> None:
    register(alice, "pixel")
    with before_the_transaction(lambda: register(alice, "pixel", TOKEN + "-second")):
        assert register(alice, "pixel", TOKEN + "-third") == 200
    owners = [owner_of(alice.tenant_id, TOKEN + which) for which in ("", "-second", "-third")]
    assert owners == [None, None, ("alice", "pixel")]


def test_a_device_that_gets_another_token_while_its_token_is_taken_stays(alice: Person, bob: Person) -> None:
    register(alice, "pixel")
    with before_the_transaction(lambda: register(alice, "pixel", TOKEN + "-new")):
        assert register(bob, "pixel") == 201
    assert (device_ids(alice), device_ids(bob)) == (["pixel"], ["pixel"])
    owners = [owner_of(alice.tenant_id, TOKEN + which) for which in ("", "-new")]
    assert owners == [("bob", "pixel"), ("alice", "pixel")]


def test_a_device_that_gets_another_token_while_it_is_removed_stays(alice: Person) -> None:
    register(alice, "pixel")
    with before_the_transaction(lambda: register(alice, "pixel", TOKEN + "-new")):
        devices.do_remove(alice.caller, "pixel")
    assert device_ids(alice) == ["pixel"]
    assert owner_of(alice.tenant_id, TOKEN + "-new") == ("alice", "pixel")


def test_an_erasure_leaves_no_device_no_token_and_no_endpoint(
    alice: Person, bob: Person, general: str, phones: Phones
) -> None:
    tokens = [phones.give(bob, device_id="one"), phones.give(bob, "apns", device_id="two")]
    bob.put("/v1/users/me/notifications", {"level": "mentions"})
    alice.send(general, mentions=["bob"])
    assert len(phones.push(alice.tenant_id)) == 2
    assert devices.forget_all(bob.tenant_id, "bob") == 2
    assert devices.forget_all(bob.tenant_id, "bob") == 0
    assert dynamodb.get(parley_settings().control_table, push_key(bob.tenant_id, "bob")) is None
    assert [endpoint_of(token) for token in tokens] == [None, None]
    assert owner_of(bob.tenant_id, tokens[0]) is None
    assert owner_of(bob.tenant_id, tokens[1], "apns") is None


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["register", "register", "register", "remove", "forget_all"]),
        st.sampled_from(["alice", "bob"]),
        st.sampled_from([f"device-{number}" for number in range(12)]),
        st.sampled_from([f"a-token-of-the-story-{number}" for number in range(8)]),
    ),
    max_size=40,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_is_registered_and_removed_a_token_is_on_one_device(
    tables: None, steps: list[tuple[str, str, str, str]]
) -> None:
    acme = new_workspace("acme")
    people = {name: acme.person(name) for name in ("alice", "bob")}
    had: dict[str, tuple[str, str]] = {}
    for step, name, device_id, token in steps:
        if step == "register":
            assert register(people[name], device_id, token) in (200, 201)
            had = {each: at for each, at in had.items() if at != (name, device_id)} | {token: (name, device_id)}
        elif step == "remove":
            people[name].delete(f"/v1/users/me/devices/{device_id}")
            had = {each: at for each, at in had.items() if at != (name, device_id)}
        else:
            devices.forget_all(acme.tenant_id, name)
            had = {each: at for each, at in had.items() if at[0] != name}
    assert {f"a-token-of-the-story-{n}": owner_of(acme.tenant_id, f"a-token-of-the-story-{n}") for n in range(8)} == {
        f"a-token-of-the-story-{n}": had.get(f"a-token-of-the-story-{n}") for n in range(8)
    }
    for name, person in people.items():
        assert sorted(device_ids(person)) == sorted(at[1] for at in had.values() if at[0] == name)
