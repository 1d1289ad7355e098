"""GET /v1/search/conversations, /users, /global, /suggestions and /recent."""

from collections.abc import Callable
from unittest.mock import patch

import pytest

from parley.search.querying import direct_names, visibility
from tests.support.people.people import Person, Workspace

Index = Callable[[], None]


@pytest.fixture
def zoe(acme: Workspace) -> Person:
    return acme.person("zoe", "Zoë Ångström-Müller")


@pytest.fixture
def tanaka(acme: Workspace) -> Person:
    return acme.person("tanaka", "田中 太郎")


def names(person: Person, path: str, q: str, **query: object) -> list[str]:
    answer = person.get(f"/v1/search/{path}", q=q, **query)
    assert answer.status == 200, answer.text
    field = path.removesuffix("s")
    return [hit[field]["name"] for hit in answer["data"]]


def test_users_are_found_by_the_beginnings_of_their_names(
    alice: Person, zoe: Person, tanaka: Person, mallory: Person, index: Index
) -> None:
    index()
    for q in ("zoe", "ZOË", "ang", "mull ang", "zo ångst", '"angstrom muller"'):
        assert names(alice, "users", q) == ["Zoë Ångström-Müller"], q
    for q in ("田", "田中", "太郎"):
        assert names(alice, "users", q) == ["田中 太郎"], q
    assert names(alice, "users", "oe") == []
    assert names(mallory, "users", "zoe") == []
    (hit,) = alice.get("/v1/search/users", q="zo mul")["data"]
    assert hit["highlights"] == ["<em>Zoë</em> Ångström-<em>Müller</em>"]


def test_a_renamed_user_is_found_by_the_new_name_only(alice: Person, zoe: Person, index: Index) -> None:
    index()
    assert zoe.put("/v1/users/zoe", {"name": "Zara"}).status == 200
    assert names(alice, "users", "zoe") == [], "the index lags, the table decides"
    index()
    assert names(alice, "users", "zara") == ["Zara"]


def test_conversations_are_the_callers_and_the_channels(
    alice: Person, carol: Person, mallory: Person, index: Index
) -> None:
    alice.open_group(name="Project Phoenix")
    channel = alice.post("/v1/conversations", {"type": "channel", "name": "Phoenix news"})["id"]
    index()
    assert sorted(names(alice, "conversations", "pho")) == ["Phoenix news", "Project Phoenix"]
    assert names(carol, "conversations", "pho") == ["Phoenix news"]
    assert names(mallory, "conversations", "pho") == []
    assert names(alice, "conversations", "phoenix -news") == ["Project Phoenix"]
    assert alice.delete(f"/v1/conversations/{channel}").status in (200, 204)
    assert names(carol, "conversations", "pho") == [], "archived a moment ago"
    index()
    assert names(carol, "conversations", "pho", archived="true") == ["Phoenix news"]


def test_a_page_of_names_goes_on_with_its_cursor(alice: Person, index: Index) -> None:
    for number in range(30):
        alice.open_group(name=f"Room {number}")
    index()
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(5):
        page = alice.get("/v1/search/conversations", q="room", limit=8, **({"cursor": cursor} if cursor else {}))
        seen += [hit["conversation"]["name"] for hit in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(f"Room {number}" for number in range(30))


def test_operators_are_for_messages(alice: Person) -> None:
    for path in ("users", "conversations"):
        refused = alice.get(f"/v1/search/{path}", q="from:bob")
        assert (refused.status, refused.code) == (400, "invalid_query")
        assert alice.get(f"/v1/search/{path}", q="!!").code == "validation_failed"
        assert alice.get(f"/v1/search/{path}").code == "validation_failed"


def test_everything_is_found_at_once_and_grouped(alice: Person, bob: Person, zoe: Person, index: Index) -> None:
    group = alice.open_group(bob, name="Zoe's party")
    for number in range(8):
        alice.send(group, f"zoe comes {number}")
    index()
    found = bob.get("/v1/search/global", q="zoe")
    assert found.status == 200, found.text
    assert len(found["messages"]["data"]) == 5
    assert [hit["conversation"]["id"] for hit in found["conversations"]["data"]] == [group]
    assert [hit["user"]["id"] for hit in found["users"]["data"]] == ["zoe"]
    more = bob.get("/v1/search/messages", q="zoe", cursor=found["messages"]["next_cursor"])
    ids = [hit["message"]["id"] for hit in found["messages"]["data"] + more["data"]]
    assert len(ids) == len(set(ids)) == 8
    only = bob.get("/v1/search/global", q="zoe from:alice")
    assert len(only["messages"]["data"]) == 5
    assert only["users"]["data"] == only["conversations"]["data"] == []


def test_suggestions_begin_with_the_callers_own_queries(
    alice: Person, bob: Person, zoe: Person, mallory: Person, index: Index
) -> None:
    alice.open_group(name="Zoo visit")
    alice.post("/v1/conversations", {"type": "channel", "name": "Zone of quiet"})
    index()
    alice.get("/v1/search/messages", q="zoological garden")
    mine = alice.get("/v1/search/suggestions", q="zo")
    assert mine.status == 200, mine.text
    assert mine["data"][0] == {"kind": "recent", "text": "zoological garden", "id": None}
    assert {(one["kind"], one["text"]) for one in mine["data"][1:]} == {
        ("conversation", "Zoo visit"),
        ("conversation", "Zone of quiet"),
        ("user", "Zoë Ångström-Müller"),
    }
    theirs = bob.get("/v1/search/suggestions", q="zo")
    assert {one["text"] for one in theirs["data"]} == {"Zone of quiet", "Zoë Ångström-Müller"}
    assert mallory.get("/v1/search/suggestions", q="zo")["data"] == []
    assert {one["text"] for one in bob.get("/v1/search/suggestions", q="ång")["data"]} == {"Zoë Ångström-Müller"}
    assert [one["text"] for one in alice.get("/v1/search/suggestions")["data"]] == ["zoological garden"]
    assert len(alice.get("/v1/search/suggestions", q="zo", limit=2)["data"]) == 2


def test_recent_searches_are_the_last_twenty_once_each_and_ones_own(alice: Person, bob: Person) -> None:
    for number in range(22):
        alice.get("/v1/search/messages", q=f"query {number}")
    alice.get("/v1/search/messages", q="query  5")
    mine = [one["q"] for one in alice.get("/v1/search/recent")["data"]]
    assert mine == ["query 5", *(f"query {number}" for number in range(21, 2, -1) if number != 5), "query 2"]
    assert bob.get("/v1/search/recent")["data"] == []
    assert alice.delete("/v1/search/recent").status == 204
    assert alice.delete("/v1/search/recent").status == 204
    assert alice.get("/v1/search/recent")["data"] == []


def open_direct(one: Person, other: Person) -> str:
    answer = one.post("/v1/conversations", {"type": "direct", "members": [other.user_id]})
    assert answer.status in (200, 201), answer.text
    return str(answer["id"])


def found_conversations(person: Person, q: str, path: str = "conversations") -> list[str]:
    answer = person.get(f"/v1/search/{path}", q=q)
    assert answer.status == 200, answer.text
    hits = answer["conversations"]["data"] if path == "global" else answer["data"]
    return [hit["conversation"]["id"] for hit in hits]


def test_a_direct_conversation_is_found_by_the_name_of_whom_it_is_with(
    alice: Person, bob: Person, zoe: Person, mallory: Person, index: Index
) -> None:
    direct = open_direct(alice, zoe)
    group = alice.open_group(bob, name="Zoo visit")
    theirs = open_direct(bob, zoe)
    index()
    assert found_conversations(alice, "zo") == [direct, group], "the person comes first"
    assert found_conversations(alice, "ångstr", path="global") == [direct]
    assert found_conversations(alice, "zoe -müller") == []
    assert found_conversations(alice, '"zoe angstrom"') == [direct]
    assert found_conversations(bob, "angstrom") == [theirs], "nobody else's"
    assert found_conversations(zoe, "alice") == [direct]
    assert found_conversations(zoe, "zoe") == [], "not by one's own name"
    assert found_conversations(mallory, "zoe") == []
    hit = alice.get("/v1/search/conversations", q="zoe")["data"][0]
    assert (hit["conversation"]["type"], hit["conversation"]["name"]) == ("direct", None)
    assert hit["member"] == {"id": "zoe", "name": "Zoë Ångström-Müller", "avatar_url": None}
    assert hit["highlights"] == ["<em>Zoë</em> Ångström-Müller"]


def test_a_direct_conversation_is_found_by_the_present_name_only(alice: Person, zoe: Person, index: Index) -> None:
    direct = open_direct(alice, zoe)
    index()
    assert zoe.put("/v1/users/zoe", {"name": "Zara"}).status == 200
    assert found_conversations(alice, "angstrom") == [], "the index lags, the table decides"
    index()
    assert found_conversations(alice, "zara") == [direct]


def test_a_direct_conversation_is_found_among_many_conversations(
    alice: Person, bob: Person, zoe: Person, index: Index
) -> None:
    direct = open_direct(alice, zoe)
    open_direct(bob, zoe)
    index()
    with patch.object(visibility, "LARGE", 0):
        assert found_conversations(alice, "angstrom") == [direct]
    visibility.large.clear()
    assert found_conversations(alice, "angstrom") == [direct]


def test_no_more_direct_conversations_are_joined_than_may_be(alice: Person, acme: Workspace, index: Index) -> None:
    directs = {open_direct(alice, acme.person(f"sam-{number}", f"Sam {number}")) for number in range(4)}
    index()
    assert set(found_conversations(alice, "sam")) == directs
    with patch.object(direct_names, "MAX_JOINED", 2):
        assert len(found_conversations(alice, "sam")) == 2
    with patch.object(direct_names, "MAX_NAMESAKES", 3):
        assert len(found_conversations(alice, "sam")) == 3
