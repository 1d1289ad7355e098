"""Who may find what: decided by the table at this moment, whatever the index still says."""

import json
from collections.abc import Callable
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opensearchpy import OpenSearch

from parley.search.querying import visibility
from tests.support.aws import engine
from tests.support.aws.gateway import Answer
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.people.people import Person, Workspace

PATH = "/v1/search/messages"
Index = Callable[[], None]


def texts(person: Person, q: str = "", **query: object) -> list[str]:
    found = person.get(PATH, **({"q": q} if q else {}), **query)
    assert found.status == 200, found.text
    return [hit["message"]["text"] for hit in found["data"]]


def test_a_member_removed_now_finds_nothing_now(alice: Person, bob: Person, general: str, index: Index) -> None:
    alice.send(general, "the budget")
    index()
    assert texts(bob, "budget") == ["the budget"]
    assert alice.delete(f"/v1/conversations/{general}/members/bob").status == 204
    assert texts(bob, "budget") == [], "neither from the index, which lags, nor from the cache"
    assert texts(alice, "budget") == ["the budget"]


def test_a_user_with_many_conversations_finds_nothing_in_one_they_left(
    alice: Person, bob: Person, general: str, index: Index
) -> None:
    """Their conversations are remembered for a while; each hit is checked."""
    other = bob.open_group(name="other")
    alice.send(general, "the budget")
    bob.send(other, "my budget")
    index()
    with patch.object(visibility, "LARGE", 1):
        assert sorted(texts(bob, "budget")) == ["my budget", "the budget"]
        assert texts(bob, "budget", conversation_id=other) == ["my budget"]
        assert alice.delete(f"/v1/conversations/{general}/members/bob").status == 204
        assert texts(bob, "budget") == ["my budget"]
        assert texts(bob, "budget", conversation_id=general) == []
        index()
        assert texts(bob, "budget", sort="recent") == ["my budget"]
        assert len(visibility.large) == 1
    visibility.large.clear()


def test_a_user_with_more_conversations_than_can_be_named_names_one(
    alice: Person, bob: Person, general: str, index: Index
) -> None:
    other = bob.open_group(name="other")
    alice.send(general, "the budget")
    bob.send(other, "my budget")
    index()
    with patch.object(visibility, "MAX_NAMED", 1):
        for path in ("messages", "conversations", "global"):
            refused = bob.get(f"/v1/search/{path}", q="budget")
            assert (refused.status, refused.code, refused["limit"]) == (422, "too_many_conversations", 1), path
        assert texts(bob, "budget", conversation_id=other) == ["my budget"]
        assert texts(bob, f"budget in:{general}") == ["the budget"]
        assert alice.delete(f"/v1/conversations/{general}/members/bob").status == 204
        assert texts(bob, "budget", conversation_id=general) == []
    visibility.large.clear()


def test_a_conversation_that_hides_what_came_before_hides_it_from_search(
    alice: Person, bob: Person, carol: Person, index: Index
) -> None:
    group = alice.open_group(bob, name="hidden", history="joined")
    root = alice.send(group, "before carol: plan")["id"]
    alice.post(f"/v1/conversations/{group}/members", {"user_ids": ["carol"]})
    bob.send(group, "a reply about the plan", parent_id=root)
    alice.send(group, "after carol: plan")
    index()
    assert texts(carol, "plan") == ["after carol: plan"]
    assert len(texts(bob, "plan")) == 3
    with patch.object(visibility, "MAX_PARTIAL", 0):
        assert texts(carol, "plan", sort="recent") == ["after carol: plan"], "the check alone suffices"
    with patch.object(visibility, "LARGE", 0):
        assert texts(carol, "plan after") == ["after carol: plan"]
        assert texts(carol, "plan before") == []
    visibility.large.clear()


def test_history_that_one_has_cleared_is_found_by_the_others_alone(
    alice: Person, bob: Person, general: str, index: Index
) -> None:
    root = alice.send(general, "an old plan")["id"]
    index()
    assert texts(bob, "plan") == ["an old plan"]
    assert bob.post(f"/v1/conversations/{general}/clear").status == 200
    assert texts(bob, "plan") == [], "an answer that was kept is not given again"
    alice.send(general, "a reply about the plan", parent_id=root)
    alice.send(general, "a new plan")
    index()
    assert texts(bob, "plan") == ["a new plan"]
    assert len(texts(alice, "plan")) == 3
    with patch.object(visibility, "MAX_PARTIAL", 0):
        assert texts(bob, "plan", sort="recent") == ["a new plan"], "the check alone suffices"
    with patch.object(visibility, "LARGE", 0):
        assert texts(bob, "plan") == ["a new plan"]
        assert bob.post(f"/v1/conversations/{general}/clear").status == 200
        assert texts(bob, "plan") == [], "what is remembered of many conversations decides nothing"
    visibility.large.clear()


def test_what_was_deleted_or_edited_does_not_show_through_a_stale_index(
    alice: Person, bob: Person, general: str, index: Index
) -> None:
    gone = alice.send(general, "regrettable words")["id"]
    edited = alice.send(general, "regrettable insult, thursday")["id"]
    index()
    assert len(texts(bob, "regrettable")) == 2
    assert alice.delete(f"/v1/messages/{gone}").status in (200, 204)
    assert alice.put(f"/v1/messages/{edited}", {"text": "let us meet thursday"}).status == 200
    assert texts(bob, "regrettable") == []
    found = bob.get(PATH, q="thursday")
    assert [hit["highlights"] for hit in found["data"]] == [["let us meet <em>thursday</em>"]]
    assert "insult" not in found.text
    index()
    assert texts(bob, "regrettable words") == []
    assert texts(bob, "meet") == ["let us meet thursday"]


def test_blocked_users_are_not_found_in(alice: Person, bob: Person, general: str, index: Index) -> None:
    bob.send(general, "bob about cats")
    alice.send(general, "alice about cats")
    index()
    assert len(texts(alice, "cats")) == 2
    assert alice.put("/v1/users/bob/block").status in (200, 204)
    assert texts(alice, "cats") == ["alice about cats"]
    assert len(texts(bob, "cats")) == 2


def test_a_channel_is_found_by_name_and_its_messages_by_members(alice: Person, carol: Person, index: Index) -> None:
    channel = alice.post("/v1/conversations", {"type": "channel", "name": "Announcements"})["id"]
    alice.send(channel, "an announcement of interest")
    index()
    hit = carol.get("/v1/search/conversations", q="announce")["data"][0]
    assert (hit["conversation"]["id"], hit["conversation"]["is_member"]) == (channel, False)
    assert texts(carol, "interest") == []
    carol.post(f"/v1/conversations/{channel}/members", {"user_ids": ["carol"]})
    assert texts(carol, "interest") == ["an announcement of interest"], "joining is seen at once"


SECRET = "acmesecret"
PIECES = st.sampled_from(
    [
        SECRET,
        SECRET[:6],
        "shared",
        '"shared words"',
        "-nothing",
        "from:alice",
        "from:mallory",
        "mentions:alice",
        "has:link",
        "after:2020-01-01",
        "sh",
        "Alice",
        "plans",
    ]
)
PATHS = ["messages", "conversations", "users", "global", "suggestions", "recent"]


class World:
    """Acme, where every text and name has a mark, and mallory of another tenant, whose names are the same."""

    def __init__(self, opensearch: OpenSearch) -> None:
        stream = ChangeStream()
        acme, globex = engine.new_workspace("acme"), engine.new_workspace("globex")
        self.alice = acme.person("alice", f"Alice {SECRET}")
        bob = acme.person("bob", f"Bob {SECRET}")
        self.mallory = globex.person("mallory", "Mallory")
        globex.person("alice", "Alice")
        self.group = self.alice.open_group(bob, name=f"{SECRET} plans")
        self.alice.post("/v1/conversations", {"type": "channel", "name": f"{SECRET} channel"})
        for number in range(30):
            self.alice.send(self.group, f"{SECRET} shared words {number} https://example.com", mentions=["alice"])
        theirs = self.mallory.open_group(name="shared plans")
        self.mallory.send(theirs, "shared words of mallory https://example.com")
        engine.index_all(opensearch, stream.take())
        page = self.alice.get(PATH, q="shared", limit=5)
        recent = self.alice.get(PATH, q="shared", limit=5, sort="recent")
        self.cursors = [page["next_cursor"], recent["next_cursor"]]
        assert all(self.cursors)
        names = self.alice.get("/v1/search/users", q=SECRET, limit=1)
        self.cursors.append(names["next_cursor"])


@pytest.fixture(scope="module")
def world(opensearch: OpenSearch) -> World:
    return World(opensearch)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_another_tenants_text_is_in_no_answer(data: st.DataObject, world: World) -> None:
    path = data.draw(st.sampled_from(PATHS))
    query: dict[str, object] = {}
    if path != "recent":
        query["q"] = " ".join(data.draw(st.lists(PIECES, min_size=1, max_size=4)))
    if path == "messages":
        query |= data.draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "conversation_id": st.just(world.group),
                    "author_id": st.sampled_from(["alice", "mallory"]),
                    "in_thread": st.just(f"{world.group}-1"),
                    "sort": st.sampled_from(["relevance", "recent"]),
                    "cursor": st.sampled_from([one for one in world.cursors if one]),
                },
            )
        )
    answer = world.mallory.get(f"/v1/search/{path}", **query)
    assert answer.status in (200, 400), answer.text
    shown = answer.text
    if path in ("recent", "suggestions"):  # mallory sees what mallory asked for
        shown = json.dumps([entry for entry in answer["data"] if entry.get("kind", "recent") != "recent"])
    assert SECRET not in shown
    assert world.group not in answer.text.replace(str(query.get("cursor")), "")
    assert world.alice.tenant_id not in answer.text


def test_the_marks_are_found_where_they_belong(world: World) -> None:
    for path in PATHS[:5]:
        assert SECRET in world.alice.get(f"/v1/search/{path}", q=SECRET[:10]).text.replace(f'"{SECRET[:10]}"', "") or (
            path == "messages"
        )
    assert len(texts(world.alice, SECRET, limit=50)) == 30


def refusals(answers: list[Answer]) -> set[tuple[int, str]]:
    return {(answer.status, answer.code) for answer in answers}


def test_a_server_token_searches_for_a_user_and_an_operator_for_nobody(
    acme: Workspace, alice: Person, general: str, index: Index
) -> None:
    alice.send(general, "for the server")
    index()
    assert refusals([acme.server.get(f"/v1/search/{path}", q="server") for path in PATHS[:5]]) == {
        (400, "acting_user_required")
    }
    acting = Person(acme.tenant_id, "", scope="server", headers={"X-Acting-User": "alice"})
    assert texts(acting, "server") == ["for the server"]
    operator = Person("_operator", "", scope="operator")
    assert refusals([operator.get(f"/v1/search/{path}", q="server") for path in PATHS[:5]]) == {(403, "forbidden")}
