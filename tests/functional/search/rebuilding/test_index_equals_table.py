"""However the stream comes (twice, in any order, from the beginning again), the index ends up equal to the table."""

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opensearchpy import OpenSearch

from parley.search.engine.indices import FAMILIES
from parley.search.indexing import change_indexer, documents
from parley.search.indexing.change_indexer import Source
from parley.tables.keys import Key
from tests.support.aws import engine
from tests.support.dynamodb.change_stream import ChangeStream, Payload, changes
from tests.support.people import people

HISTORY_TENANT = "history-0000"


@pytest.fixture(scope="module")
def history(opensearch: OpenSearch) -> list[Payload]:
    """What the real handlers write when people send, edit, delete, join, leave, come back, rename and are renamed."""
    stream = ChangeStream()
    workspace = people.Workspace(HISTORY_TENANT)
    alice, bob, carol = (workspace.person(name) for name in ("alice", "bob", "carol"))
    group = alice.open_group(bob, name="Plans")
    news = alice.post("/v1/conversations", {"type": "channel", "name": "News"})["id"]
    first = alice.send(group, "The first plan: https://example.com")["id"]
    second = bob.send(group, "東京 meeting 👍", mentions=["alice"])["id"]
    reply = bob.send(group, "in the thread", parent_id=first, show_in_conversation=True)["id"]
    _done(alice.put(f"/v1/messages/{first}", {"text": "The first plan, edited"}))
    _done(alice.put(f"/v1/messages/{first}", {"text": "The first plan, edited twice"}))
    _done(bob.delete(f"/v1/messages/{second}"))
    _done(bob.put(f"/v1/messages/{reply}", {"text": "still in the thread"}))
    _done(alice.put(f"/v1/conversations/{group}", {"name": "Other plans"}))
    _done(alice.post(f"/v1/conversations/{group}/members", {"user_ids": ["carol"]}))
    _done(alice.delete(f"/v1/conversations/{group}/members/bob"))
    _done(alice.post(f"/v1/conversations/{group}/members", {"user_ids": ["bob"]}))
    _done(alice.delete(f"/v1/conversations/{group}/members/carol"))
    _done(carol.post(f"/v1/conversations/{news}/members", {"user_ids": ["carol"]}))
    _done(alice.post(f"/v1/conversations/{group}/read", {}))
    _done(alice.delete(f"/v1/conversations/{news}"))
    _done(alice.put("/v1/users/alice", {"name": "Alice Liddell"}))
    return stream.take(HISTORY_TENANT)


def _done(answer: Any) -> None:
    assert answer.status in range(200, 300), answer.text


def of_tenant(history: Sequence[Payload], tenant_id: str) -> list[Payload]:
    """The same history in another tenant."""
    renamed: list[Payload] = json.loads(json.dumps(history).replace(HISTORY_TENANT, tenant_id))
    return renamed


def table_after(history: Sequence[Payload]) -> list[Source]:
    """Every item that the history leaves, and every key that it removed."""
    last: dict[Key, Source] = {}
    for change in changes(history):
        last[change.key] = change_indexer.source_of(change)
    return [source for source in last.values() if source.image["entity"]["S"] in documents.ENTITIES]


def expected_documents(history: Sequence[Payload]) -> dict[str, dict[str, Any]]:
    made, refused = change_indexer.documents_of(table_after(history))
    assert refused == []
    expected: dict[str, dict[str, Any]] = {family: {} for family in FAMILIES}
    for document in made.values():
        expected[document.family][document.id] = document.source
    return expected


@pytest.fixture
def counter() -> Callable[[], str]:
    numbers = iter(random.sample(range(10**9, 10**10), 10_000))
    return lambda: f"history-{next(numbers)}"


def arrivals(length: int) -> st.SearchStrategy[list[int]]:
    """The positions of the history in an order of arrival: shuffled, some twice, perhaps all of it again."""
    once = st.permutations(range(length))
    again = st.lists(st.integers(0, length - 1), max_size=length)
    return st.tuples(once, again, st.booleans()).map(
        lambda drawn: [*drawn[0], *drawn[1], *(range(length) if drawn[2] else [])]
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_duplicates_reordering_and_replays_leave_the_index_equal_to_the_table(
    data: st.DataObject, history: list[Payload], opensearch: OpenSearch, counter: Callable[[], str]
) -> None:
    tenant_id = counter()
    records = of_tenant(history, tenant_id)
    order = data.draw(arrivals(len(records)))
    size = data.draw(st.integers(1, 40))
    for start in range(0, len(order), size):
        batch = changes([records[at] for at in order[start : start + size]])
        relevant = [change for change in batch if change.entity in change_indexer.ENTITIES]
        if relevant:
            assert change_indexer.apply(relevant, seconds=10) == []
    engine.refresh(opensearch)
    for family, expected in expected_documents(records).items():
        stored = {at: source for at, (_, source) in engine.documents_of(opensearch, family, tenant_id).items()}
        assert stored == expected, family


def test_the_history_has_all_that_can_be_indexed(history: list[Payload]) -> None:
    expected = expected_documents(of_tenant(history, "history-1"))
    assert {family: len(found) for family, found in expected.items()} == {
        "messages": 3,
        "conversations": 2,
        "users": 3,
    }
    deleted = {family: sum(one["deleted"] for one in found.values()) for family, found in expected.items()}
    assert deleted == {"messages": 1, "conversations": 0, "users": 0}
    assert {change.op for change in changes(history)} == {"insert", "modify", "remove"}
