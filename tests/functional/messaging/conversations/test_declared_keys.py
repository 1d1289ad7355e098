"""Keys of custom data that a tenant has declared: what may be written, and lists filtered and sorted by them."""

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.identity.declared_keys import Order
from tests.support.people.clocks import Clock
from tests.support.people.people import Person, Workspace

KEYS = ["priority:number", "stage:text", "urgent:boolean"]


@pytest.fixture(autouse=True)
def declared(acme: Workspace) -> None:
    acme.tenant_settings["conversation_keys"] = KEYS


def opened(who: Person, name: str, **custom: Any) -> str:
    return who.open_group(name=name, custom=custom)


def names(who: Person, **query: Any) -> list[str]:
    found = who.get("/v1/conversations", **query)
    assert found.status == 200, found.text
    return [each["name"] for each in found["data"]]


@pytest.fixture
def rooms(alice: Person, moved_clock: Clock) -> dict[str, str]:
    """Opened in this order."""
    customs: dict[str, dict[str, Any]] = {
        "low": {"priority": 1, "stage": "open", "other": "x"},
        "high": {"priority": 10, "stage": "closed", "urgent": True},
        "none": {"stage": None},
        "below": {"priority": -2.5, "stage": "\u00e9tude", "urgent": False},
    }
    made: dict[str, str] = {}
    for name, custom in customs.items():
        moved_clock.pass_seconds(1)
        made[name] = opened(alice, name, **custom)
    return made


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["below", "none", "high", "low"]),
        ({"stage": "open"}, ["low"]),
        ({"stage": "ope"}, []),
        ({"priority": 10}, ["high"]),
        ({"priority": 1.0}, ["low"]),
        ({"priority": {"gte": 1}}, ["high", "low"]),
        ({"priority": {"gte": -3, "lte": 1}}, ["below", "low"]),
        ({"urgent": True}, ["high"]),
        ({"urgent": False}, ["below"]),
        ({"priority": {"gte": 1}, "stage": "closed"}, ["high"]),
    ],
)
def test_a_list_is_filtered(alice: Person, rooms: dict[str, str], wanted: dict[str, Any], expected: list[str]) -> None:
    assert names(alice, custom=json.dumps(wanted)) == expected
    assert len(rooms) == 4


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("priority", ["below", "low", "high", "none"]),
        ("-priority", ["high", "low", "below", "none"]),
        ("stage", ["high", "low", "below", "none"]),
        ("-stage", ["below", "low", "high", "none"]),
        ("-urgent", ["high", "below", "none", "low"]),
    ],
)
def test_a_list_is_sorted_and_paged_and_what_has_no_value_comes_last(
    alice: Person, rooms: dict[str, str], sort: str, expected: list[str]
) -> None:
    assert names(alice, sort=sort) == expected
    first = alice.get("/v1/conversations", sort=sort, limit=3)
    second = alice.get("/v1/conversations", sort=sort, limit=3, cursor=first["next_cursor"])
    back = alice.get("/v1/conversations", sort=sort, limit=3, cursor=second["prev_cursor"])
    assert [each["name"] for page in (first, second) for each in page["data"]] == expected
    assert back["data"] == first["data"]
    opposite = sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"
    queries: list[dict[str, str]] = [{}, {"sort": opposite}, {"sort": sort, "custom": "{}"}]
    for query in queries:
        assert alice.get("/v1/conversations", cursor=first["next_cursor"], **query).code == "invalid_cursor"
    alice.put(f"/v1/conversations/{rooms['none']}/settings", {"pinned": True})
    assert names(alice, sort=sort) == ["none", *(name for name in expected if name != "none")]


def test_summaries_show_declared_keys_and_details_all(alice: Person, rooms: dict[str, str]) -> None:
    shown = {each["name"]: each["custom"] for each in alice.get("/v1/conversations")["data"]}
    assert (shown["low"], shown["none"]) == ({"priority": 1, "stage": "open"}, {})
    assert alice.get(f"/v1/conversations/{rooms['low']}")["custom"]["other"] == "x"


def test_a_change_of_custom_data_changes_what_is_found(alice: Person, rooms: dict[str, str]) -> None:
    path = f"/v1/conversations/{rooms['low']}"
    alice.put(path, {"name": "renamed"})
    assert names(alice, custom='{"stage":"open"}') == ["renamed"]
    alice.put(path, {"custom": {"priority": 99}})
    assert (names(alice, custom='{"stage":"open"}'), names(alice, custom='{"priority":99}')) == ([], ["renamed"])
    alice.put(path, {"custom": {}})
    assert names(alice, custom='{"priority":99}') == []


@pytest.mark.parametrize(
    ("custom", "pointer"),
    [
        ({"priority": "1"}, "/custom/priority"),
        ({"priority": True}, "/custom/priority"),
        ({"stage": 1}, "/custom/stage"),
        ({"stage": ["open"]}, "/custom/stage"),
        ({"urgent": 0}, "/custom/urgent"),
        ({"stage": "x" * 200}, "/custom"),
    ],
)
def test_another_type_is_refused_and_changes_nothing(
    alice: Person, rooms: dict[str, str], custom: dict[str, Any], pointer: str
) -> None:
    path, before = f"/v1/conversations/{rooms['low']}", alice.get(f"/v1/conversations/{rooms['low']}").body
    for refused in (
        alice.put(path, {"custom": custom, "name": "renamed"}),
        alice.post("/v1/conversations", {"type": "group", "name": "new", "custom": custom}),
    ):
        assert (refused.status, refused.code, refused["errors"][0]["pointer"]) == (422, "validation_failed", pointer)
    assert alice.get(path).body == before
    assert len(names(alice)) == 4


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"custom": "stage"}, "malformed"),
        ({"custom": "[]"}, "malformed"),
        ({"custom": "[" * 400}, "malformed"),
        ({"custom": '{"priority":NaN}'}, "malformed"),
        ({"custom": '{"priority":{"lte":Infinity}}'}, "malformed"),
        ({"custom": '{"colour":"red"}'}, "unknown_key"),
        ({"custom": '{"stage":1}'}, "wrong_type"),
        ({"custom": '{"stage":{"gte":"a"}}'}, "wrong_type"),
        ({"custom": '{"priority":true}'}, "wrong_type"),
        ({"custom": '{"priority":{}}'}, "wrong_type"),
        ({"custom": '{"priority":{"above":1}}'}, "wrong_type"),
        ({"custom": '{"urgent":null}'}, "wrong_type"),
        ({"sort": "colour"}, "unknown_key"),
        ({"sort": "--stage"}, "unknown_key"),
        ({"sort": ""}, "unknown_key"),
    ],
)
def test_a_query_that_says_nothing_is_refused(alice: Person, query: dict[str, str], code: str) -> None:
    refused = alice.get("/v1/conversations", **query)
    assert (refused.status, refused["errors"][0]["code"]) == (422, code)
    assert refused["errors"][0]["pointer"] == f"?{next(iter(query))}"


def test_a_key_that_was_declared_later_is_found_once_custom_data_is_written_again(
    acme: Workspace, alice: Person, rooms: dict[str, str]
) -> None:
    later = dataclasses.replace(alice, tenant_settings={**acme.tenant_settings, "conversation_keys": ["other:text"]})
    assert names(later, custom='{"other":"x"}') == []
    assert later.get("/v1/conversations", custom='{"stage":"open"}').status == 422
    later.put(f"/v1/conversations/{rooms['low']}", {"custom": {"priority": "any", "other": "x"}})
    assert names(later, custom='{"other":"x"}') == ["low"]
    retyped = dataclasses.replace(
        alice, tenant_settings={**acme.tenant_settings, "conversation_keys": ["other:number"]}
    )
    assert names(retyped, custom='{"other":{"gte":0}}') == []
    assert names(retyped, sort="other") == ["below", "none", "high", "low"]


def test_a_list_shows_what_is_stored_of_keys_as_they_are_declared_now(
    acme: Workspace, alice: Person, rooms: dict[str, str]
) -> None:
    """A key that is declared no more, or with another type, is shown by the conversation itself alone."""
    keys = ["priority:text", "urgent:boolean"]
    later = dataclasses.replace(alice, tenant_settings={**acme.tenant_settings, "conversation_keys": keys})
    shown = {each["name"]: each["custom"] for each in later.get("/v1/conversations")["data"]}
    assert shown == {"low": {}, "high": {"urgent": True}, "none": {}, "below": {"urgent": False}}
    assert later.get(f"/v1/conversations/{rooms['low']}")["custom"]["priority"] == 1


NUMBERS = st.one_of(st.integers(-(10**30), 10**30), st.floats(allow_nan=False, allow_infinity=False))


@given(one=NUMBERS, other=NUMBERS)
def test_places_of_numbers_are_in_their_order(one: float, other: float) -> None:
    up, down = (Order("n", "number", descending=descending) for descending in (False, True))
    if float(one) < float(other):
        assert down.place({"n": one}) < down.place({"n": other})
        assert up.place({"n": one}) > up.place({"n": other}) > up.place({}) == down.place({})


@given(one=st.text(max_size=8), other=st.text(max_size=8))
def test_places_of_texts_are_in_their_order(one: str, other: str) -> None:
    up, down = (Order("t", "text", descending=descending) for descending in (False, True))
    first, second = (each.encode(errors="replace").ljust(64, b"\0") for each in (one, other))
    if first < second:
        assert down.place({"t": one}) < down.place({"t": other})
        assert up.place({"t": one}) > up.place({"t": other}) > up.place({}) == down.place({})
