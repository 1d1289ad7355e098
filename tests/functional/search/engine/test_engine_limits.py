"""A user above each limit of a query: on the engine that is deployed none of these is an error (`make test-real`)."""

from collections.abc import Callable
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import pytest
from opensearchpy import OpenSearch

from parley import clock, ids
from parley.search.engine.indices import is_alias, write_alias
from parley.search.querying import visibility
from tests.support.aws.engine import searching_at
from tests.support.faults.faulty_proxy import faulty_proxy
from tests.support.people.people import Person

Index = Callable[[], None]
PATHS = ("messages", "conversations", "global")
WORDS = "budget " + " ".join(f"-word{number}" for number in range(40))


def searched(person: Person, q: str, **query: object) -> dict[str, list[str]]:
    """What each search answers, by path: the texts of messages."""
    texts: dict[str, list[str]] = {}
    for path in PATHS:
        answer = person.get(f"/v1/search/{path}", q=q, **(query if path == "messages" else {}))
        assert answer.status == 200, answer.text
        hits = answer["messages"]["data"] if path == "global" else answer["data"]
        texts[path] = [hit["message"]["text"] for hit in hits if "message" in hit]
    return texts


@pytest.mark.parametrize("number", [1_025, 5_001, visibility.MAX_NAMED - 1])
def test_a_user_with_many_conversations_searches_all_of_them(
    number: int, alice: Person, bob: Person, general: str, index: Index
) -> None:
    alice.send(general, "the budget")
    index()
    many = {ids.new_id(): 0 for _ in range(number)} | {general: 0}
    with patch.object(visibility, "_memberships", lambda _: many):
        assert searched(bob, "budget") == {"messages": ["the budget"], "conversations": [], "global": ["the budget"]}
    visibility.large.clear()


def test_hidden_histories_and_blocked_users_beyond_what_is_named_and_as_many_words_as_may_be(
    alice: Person, bob: Person, general: str, index: Index
) -> None:
    alice.send(general, "the budget")
    index()
    hidden = {ids.new_id(): number for number in range(1, 2 * visibility.MAX_PARTIAL)} | {general: 0}
    blocked = frozenset(f"user{number}" for number in range(visibility.MAX_BLOCKED))
    with (
        patch.object(visibility, "_memberships", lambda _: hidden),
        patch.object(visibility, "_blocked", lambda _: blocked),
    ):
        assert bob.get("/v1/search/messages", q="budget").status == 200
        answer = bob.get("/v1/search/messages", q=WORDS)
    assert answer.status in (200, 400), answer.text
    assert answer.status == 400 or [hit["message"]["text"] for hit in answer["data"]] == ["the budget"]


def test_a_search_reads_the_same_copy_of_a_shard_from_page_to_page(
    alice: Person, bob: Person, general: str, engine_url: str, opensearch: OpenSearch, index: Index
) -> None:
    """Copies score differently, so that pages of two of them overlap and leave out."""
    for number in range(4):
        alice.send(general, f"the budget {number}")
    index()

    def copies(person: Person, q: str = "budget", limit: int = 2) -> list[str]:
        """The copy that each page of a search by relevance asks for."""
        with faulty_proxy(engine_url) as proxy, searching_at(proxy.url):
            cursor = None
            for _ in range(2):
                page = person.get("/v1/search/messages", q=q, limit=limit, **({"cursor": cursor} if cursor else {}))
                cursor = page["next_cursor"]
            asked = [parse_qs(urlsplit(seen.path).query) for seen in proxy.seen if "_search" in seen.path]
        return [one["preference"][0] for one in asked]

    now = clock.now_ms()
    with patch.object(clock, "now_ms", lambda: now):
        first, second = copies(alice)
        assert first == second
        assert set(copies(bob, limit=1)) <= {first}, "whose first page may be one that another search has left"
        alice.open_group(bob, name="another")
        assert set(copies(alice, limit=3)) == {first}, "whatever else may be seen meanwhile"
        assert set(copies(alice, q="the budget")).isdisjoint({first}), "searches are spread over the copies"


def test_what_is_no_alias_is_written_as_an_index() -> None:
    assert is_alias(write_alias("messages.acme"))
    assert not is_alias("messages.acme-v2")
