"""GET /v1/conversations and GET /v1/unread."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from parley import clock
from parley.settings import settings
from parley.tables import dynamodb
from tests.support.dynamodb.capacity import item_size
from tests.support.people.people import Person, Workspace

START = 1_800_000_000_000


@contextmanager
def at(second: int) -> Iterator[None]:
    with patch.object(clock, "now_ms", lambda: START + second * 1000):
        yield


def names(person: Person, **query: Any) -> list[str]:
    answer = person.get("/v1/conversations", **query)
    assert answer.status == 200, answer.text
    return [entry["name"] for entry in answer["data"]]


@pytest.fixture
def places(alice: Person, bob: Person) -> dict[str, str]:
    """Three groups and a channel, opened one after the other, by alice with bob."""
    opened = {}
    for second, name in enumerate(("Zebra", "apple", "Apricot", "banana")):
        with at(second):
            kind = "channel" if name == "banana" else "group"
            opened[name] = alice.post("/v1/conversations", {"type": kind, "name": name, "members": ["bob"]})["id"]
    return opened


def test_the_newest_activity_comes_first(alice: Person, bob: Person, places: dict[str, str]) -> None:
    assert names(alice) == ["banana", "Apricot", "apple", "Zebra"]
    with at(10):
        bob.send(places["apple"], "x" * 200)
    first = alice.get("/v1/conversations")["data"][0]
    assert (first["name"], first["unread_count"], first["role"]) == ("apple", 1, "owner")
    assert first["last_message"]["text"] == "x" * 160
    assert first["last_activity_at"] == clock.to_rfc3339(clock.to_datetime(START + 10_000))
    assert bob.get("/v1/conversations")["data"][0]["unread_count"] == 0


def test_filters(alice: Person, bob: Person, places: dict[str, str]) -> None:
    assert names(alice, q="AP") == ["Apricot", "apple"]
    assert names(alice, q="pp") == []
    assert names(alice, q="ÀP") == ["Apricot", "apple"]
    assert names(alice, q="b-a") == ["banana"]
    assert names(alice, q="!") == []
    assert names(alice, type="channel") == ["banana"]
    assert names(alice, type="direct") == []
    alice.delete(f"/v1/conversations/{places['Zebra']}")
    assert names(alice) == ["banana", "Apricot", "apple"]
    assert names(alice, archived="true") == ["Zebra"]
    assert names(bob, archived="true", q="z") == ["Zebra"]


def test_updated_since_tells_what_is_new_to_the_caller(alice: Person, carol: Person, places: dict[str, str]) -> None:
    def since(second: int, person: Person = alice) -> list[str]:
        return names(person, updated_since=clock.to_rfc3339(clock.to_datetime(START + second * 1000)))

    assert since(2) == ["banana", "Apricot"]
    with at(20):
        alice.put(f"/v1/conversations/{places['Zebra']}", {"name": "Zoo"})
    assert since(20) == ["Zoo"]
    with at(30):
        alice.post(f"/v1/conversations/{places['apple']}/members", {"user_ids": ["carol"]})
    assert since(30, carol) == ["apple"]
    assert since(30) == []


@pytest.mark.parametrize(
    "query",
    [
        {"type": "club"},
        {"archived": "maybe"},
        {"q": ""},
        {"updated_since": "yesterday"},
        {"updated_since": "2026-01-01T00:00:00"},
        {"limit": 0},
        {"limit": 101},
        {"sort": "name"},
    ],
)
def test_bad_parameters_are_refused(alice: Person, query: dict[str, Any]) -> None:
    refused = alice.get("/v1/conversations", **query)
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert [error["pointer"] for error in refused["errors"]] == [f"?{name}" for name in query]


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "WyI-Iiw1XQ"])
def test_a_malformed_cursor_is_refused(alice: Person, cursor: str) -> None:
    refused = alice.get("/v1/conversations", cursor=cursor)
    assert (refused.status, refused.code) == (400, "invalid_cursor")


def test_pages_go_forward_and_back(alice: Person, places: dict[str, str]) -> None:
    first = alice.get("/v1/conversations", limit=2)
    second = alice.get("/v1/conversations", limit=2, cursor=first["next_cursor"])
    assert [entry["name"] for entry in first["data"] + second["data"]] == ["banana", "Apricot", "apple", "Zebra"]
    assert (first["prev_cursor"], second["next_cursor"]) == (None, None)
    assert alice.get("/v1/conversations", limit=2, cursor=second["prev_cursor"])["data"] == first["data"]


def test_activity_between_two_pages_repeats_and_loses_nothing_that_stood_still(
    alice: Person, bob: Person, places: dict[str, str]
) -> None:
    first = alice.get("/v1/conversations", limit=2)
    with at(40):
        bob.send(places["banana"])
    second = alice.get("/v1/conversations", limit=2, cursor=first["next_cursor"])
    assert [entry["name"] for entry in second["data"]] == ["apple", "Zebra"]


def test_another_users_cursor_shows_nothing_of_theirs(alice: Person, carol: Person, places: dict[str, str]) -> None:
    cursor = alice.get("/v1/conversations", limit=1)["next_cursor"]
    assert carol.get("/v1/conversations", cursor=cursor)["data"] == []


def test_unread_is_counted_in_all_and_by_conversation(alice: Person, bob: Person, places: dict[str, str]) -> None:
    for name, count in (("apple", 2), ("banana", 1), ("Zebra", 3)):
        for _ in range(count):
            bob.send(places[name])
    alice.put(f"/v1/conversations/{places['banana']}/mute")
    alice.delete(f"/v1/conversations/{places['Zebra']}")
    unread = alice.get("/v1/unread")
    assert (unread["total"], unread["muted_total"]) == (2, 1)
    assert {entry["conversation_id"]: entry["unread_count"] for entry in unread["conversations"]} == {
        places["apple"]: 2,
        places["banana"]: 1,
    }
    assert bob.get("/v1/unread").body == {"total": 0, "muted_total": 0, "conversations": []}


def test_fifty_conversations_cost_three_calls_of_chat_and_thirty_read_units_and_half_a_unit_for_each_that_is_checked(
    acme: Workspace,
) -> None:
    owner = acme.person("7f0d5c1e-5a0e-4f2e-9d0a-0c8f3e1b2a44")
    for number in range(50):
        conversation_id = owner.open_group(name=f"place {number}")
        if number % 10 == 0:
            owner.send(conversation_id, "x" * 200)
    listed = owner.get("/v1/conversations", limit=100)
    assert len(listed["data"]) == 50
    assert listed.calls.operations == ["Query", "Query", "BatchGetItem", "BatchGetItem"]
    own = [call for call in listed.calls.calls if call[1].get("TableName") != settings().control_table]
    query, batch, newest = (dynamodb.client()._make_api_call(*call) for call in own)
    memberships = -(-sum(map(item_size, query["Items"])) // 4096)
    conversations = sum(-(-item_size(item) // 4096) / 2 for items in batch["Responses"].values() for item in items)
    assert len(newest["Responses"][settings().chat_table]) == 5, "those where somebody wrote since, or the owner today"
    assert memberships + conversations <= 30
    assert owner.get("/v1/unread").calls.operations == ["Query", "Query", "BatchGetItem"]
