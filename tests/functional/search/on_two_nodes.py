"""Pages by relevance where a shard has two copies that score differently: `make test-real` runs this, by its name.

Copies count documents that are deleted or replaced until they merge them away, each when it does. Here the primary has
merged and the replica has not, so that of two words the other one is the rarer.
"""

import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from typing import Any
from unittest.mock import patch

import pytest
from opensearchpy import OpenSearch

from parley.search.engine import indices
from parley.search.engine.indices import Layout, read_alias
from parley.search.querying.hit_pages import Search
from tests.real import servers
from tests.support.aws import engine
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.people.people import Person

EACH = 20
REPLACED = 60
PAGE = 5
READERS = 2
SEARCHES = 8
TOLD_SECONDS = 60.0


@pytest.fixture(scope="module")
def opensearch(tables: None) -> Iterator[OpenSearch]:
    with servers.cluster() as url, engine.searching_at(url) as client:
        indices.ensure(client, Layout(replicas=1))
        client.cluster.health(params={"wait_for_status": "green"})
        yield client


@pytest.fixture(scope="module")
def readers(opensearch: OpenSearch) -> list[Person]:
    """People of one group, where as many have said `budget` as `plan`, and `plan` was in many texts before."""
    changes, acme = ChangeStream(), engine.new_workspace("acme")
    people = [acme.person(f"reader-{number}") for number in range(READERS)]
    group = people[0].open_group(*people[1:], name="Plans")
    said = [people[0].send(group, f"a plan and words {number}")["id"] for number in range(REPLACED)]
    for number in range(EACH):
        people[0].send(group, f"budget of week {number}")
        people[0].send(group, f"plan of week {number}")
    people[0].send(group, "budget again and again and again, this time with more words")
    engine.index_all(opensearch, changes.take())
    for number, message_id in enumerate(said):
        people[0].put(f"/v1/messages/{message_id}", {"text": f"other words {number}"})
    engine.index_all(opensearch, changes.take())
    _merge_primary(opensearch)
    return people


def _merge_primary(client: OpenSearch) -> None:
    """Merges keep what a copy that is away may have to catch up with, for as long as it has not told that it has."""
    at = read_alias("messages")
    client.indices.put_settings(index=at, body={"index.soft_deletes.retention_lease.period": "1s"})
    client.indices.flush(index=at)
    deadline = time.monotonic() + TOLD_SECONDS
    while len(set(_deleted(client).values())) == 1:
        assert time.monotonic() < deadline, _deleted(client)
        time.sleep(1)
        client.indices.forcemerge(index=at, params={"max_num_segments": "1", "primary_only": "true"})
        engine.refresh(client)


def _deleted(client: OpenSearch) -> dict[str, int]:
    """How many replaced documents each copy still counts, by its role."""
    counts = Counter({"p": 0, "r": 0})
    for segment in client.cat.segments(index=read_alias("messages"), format="json"):
        counts[segment["prirep"]] += int(segment["docs.deleted"])
    return counts


def pages(*people: Person, q: str = "budget OR plan") -> list[str]:
    """The texts of all pages of a search by relevance, which these people ask for by turns."""
    asking = cycle(people)
    texts: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = next(asking).get("/v1/search/messages", q=q, limit=PAGE, **cursor)
        assert page.status == 200, page.text
        texts += [hit["message"]["text"] for hit in page["data"]]
        if page["next_cursor"] is None:
            return texts
        cursor = {"cursor": page["next_cursor"]}


def nodes_of(client: OpenSearch) -> list[str]:
    return list(client.nodes.info()["nodes"])


def test_each_message_comes_once_from_page_to_page_whichever_copy_it_is(
    readers: list[Person], opensearch: OpenSearch
) -> None:
    """The same search in words that change nothing goes to one copy or the other."""
    orders = set()
    for number in range(SEARCHES):
        found = pages(*readers, q=f"budget OR plan OR nobody{number}said")
        assert len(set(found)) == len(found) == 2 * EACH + 1
        orders.add(tuple(found))
    assert len(orders) == len(nodes_of(opensearch)), "the copies score differently"


def test_pages_of_two_copies_by_turns_would_repeat_some_and_leave_out_others(
    readers: list[Person], opensearch: OpenSearch
) -> None:
    nodes = cycle(nodes_of(opensearch))

    def by_turns(search: Search[Any], _: dict[str, Any]) -> dict[str, str]:
        return {"routing": search.tenant_id, "preference": f"_only_nodes:{next(nodes)}"}

    with patch.object(Search, "place", by_turns):
        found = Counter(pages(readers[0]))
    assert max(found.values()) > 1
    assert len(found) < 2 * EACH + 1
