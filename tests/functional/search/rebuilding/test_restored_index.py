"""A restored table is indexed anew beside what searches read, and the two are compared."""

from collections.abc import Callable
from typing import Any

import boto3
from opensearchpy import OpenSearch

from infrastructure.restoring import backup, reindexing
from parley.search.engine import indices
from parley.settings import settings
from tests.support.people.people import Person

Index = Callable[[], None]


def compared() -> tuple[int, list[str]]:
    return reindexing.compare(backup.scan(boto3.client("dynamodb"), settings().chat_table))


def there(opensearch: OpenSearch) -> set[str]:
    return set(opensearch.indices.get(index="*"))


def test_an_index_of_the_restored_table_says_what_the_live_one_says(
    opensearch: OpenSearch, index: Index, alice: Person, bob: Person
) -> None:
    room = alice.open_group(bob, name="Plans")
    sent = [alice.send(room, f"plan {number}")["id"] for number in range(3)]
    alice.put(f"/v1/messages/{sent[0]}", {"text": "another plan"})
    alice.delete(f"/v1/messages/{sent[1]}")
    index()
    before = there(opensearch)
    count, found = compared()
    assert found == []
    assert count >= 3 + 1 + 2
    assert there(opensearch) == before, "a rehearsal leaves no index behind"


def test_a_live_index_that_is_behind_or_lost_something_is_found_out(
    opensearch: OpenSearch, index: Index, alice: Person
) -> None:
    room = alice.open_group()
    message = alice.send(room, "on its way")["id"]
    assert any(message in line and "is not in the live index" in line for line in compared()[1])
    index()
    assert not [line for line in compared()[1] if message in line]
    alice.put(f"/v1/messages/{message}", {"text": "edited"})
    assert any(message in line and "something else" in line for line in compared()[1])
    index()
    body: dict[str, Any] = {"query": {"ids": {"values": [f"{alice.tenant_id}:{message}"]}}}
    opensearch.delete_by_query(index=indices.read_alias("messages"), body=body, refresh=True)
    assert any(message in line and "is not in the live index" in line for line in compared()[1])
