"""POST /v1/users/query: the back end finds users by what they are."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from parley import clock
from parley.realtime.online import Opened, add_connection
from parley.search.indexing.documents import declared_term
from parley.search.querying import hit_pages
from parley.search.schemas import QueryUsers
from parley.tables import cursors
from tests.support.aws.gateway import Answer
from tests.support.people.people import Person, Workspace

Index = Callable[[], None]
QUERY = "/v1/users/query"
PEOPLE: list[dict[str, Any]] = [
    {"id": "ada", "name": "Ada", "role": "agent", "custom": {"plan": "pro", "age": 36, "vip": True}},
    {"id": "ben", "name": "Ben", "role": "agent", "custom": {"plan": "free", "age": -2.5, "vip": False}},
    {"id": "cy", "name": "Cy", "custom": {"plan": "pro", "age": 7}},
    {"id": "dee", "name": "adam", "custom": {"other": 1}},
]


@pytest.fixture
def people(acme: Workspace, index: Index) -> Workspace:
    acme.tenant_settings["user_keys"] = ["plan:text", "age:number", "vip:boolean"]
    for user in PEOPLE:
        assert acme.server.put(f"/v1/users/{user['id']}", {k: v for k, v in user.items() if k != "id"}).status == 201
    index()
    return acme


def ask(acme: Workspace, **body: Any) -> Answer:
    answer = acme.server.post(QUERY, body)
    assert answer.status == 200, answer.text
    return answer


def found(acme: Workspace, **body: Any) -> list[str]:
    return [user["id"] for user in ask(acme, sort="name", **body)["data"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["ada", "dee", "ben", "cy"]),
        ({"q": "AD"}, ["ada", "dee"]),
        ({"role": "agent"}, ["ada", "ben"]),
        ({"role": "agent", "q": "b"}, ["ben"]),
        ({"role": "nobody"}, []),
        ({"custom": {"plan": "pro"}}, ["ada", "cy"]),
        ({"custom": {"plan": "pr"}}, []),
        ({"custom": {"vip": False}}, ["ben"]),
        ({"custom": {"age": 7.0}}, ["cy"]),
        ({"custom": {"age": {"gte": -3}}}, ["ada", "ben", "cy"]),
        ({"custom": {"age": {"lte": 7}}}, ["ben", "cy"]),
        ({"custom": {"age": {"gte": 0, "lte": 10}, "plan": "pro"}}, ["cy"]),
    ],
)
def test_users_are_found_by_what_they_are(people: Workspace, query: dict[str, Any], expected: list[str]) -> None:
    assert found(people, **query) == expected


def test_a_user_is_shown_whole(people: Workspace) -> None:
    (ada,) = ask(people, q="ada", role="agent")["data"]
    assert ada == people.server.get("/v1/users/ada").body | {"last_active_at": None}


def test_the_table_decides_while_the_index_lags(people: Workspace, index: Index) -> None:
    people.server.put("/v1/users/ada", {"role": "lead", "custom": {"plan": "free"}, "name": "Zora"})
    people.server.delete("/v1/users/cy")
    assert found(people, role="agent") == ["ben"]
    assert found(people, custom={"plan": "pro"}) == found(people, q="ada", role="agent") == []
    index()
    assert found(people, role="lead") == found(people, q="zo") == ["ada"]


def test_a_role_that_is_taken_away_is_found_no_more(people: Workspace, index: Index) -> None:
    people.server.put("/v1/users/ada", {"role": None, "custom": {}})
    index()
    assert found(people, role="agent") == ["ben"]
    assert found(people, custom={"plan": "pro"}) == ["cy"]


@pytest.mark.parametrize("sort", ["name", "-name", "created_at", "-created_at"])
@pytest.mark.parametrize("limit", [1, 3])
def test_pages_give_everybody_once_in_order(acme: Workspace, index: Index, sort: str, limit: int) -> None:
    for number in range(7):
        acme.server.put(f"/v1/users/u{number}", {"name": f"Name {number % 3}"})
    index()
    seen: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = ask(acme, sort=sort, limit=limit, **cursor)
        seen += page["data"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert sorted(user["id"] for user in seen) == [f"u{number}" for number in range(7)]
    values = [user[sort.removeprefix("-")] for user in seen]
    assert values == sorted(values, reverse=sort.startswith("-"))


def test_a_cursor_is_of_its_query_alone(people: Workspace) -> None:
    cursor = ask(people, sort="name", limit=1)["next_cursor"]
    for other in ({}, {"sort": "-name"}, {"sort": "name", "role": "agent"}):
        assert people.server.post(QUERY, {**other, "cursor": cursor}).code == "invalid_cursor"
    asked = QueryUsers().model_dump_json(exclude={"limit", "cursor"})
    for place in ([0, ["x", "k" * 20]], [0, [True, "k" * 20]], [0, [-1, "k" * 20]], [0, [1, "k"]], [1, [1, "k" * 20]]):
        forged = cursors.encode(place, ("queried users", asked))
        assert people.server.post(QUERY, {"cursor": forged}).code == "invalid_cursor"
    good = cursors.encode([0, [1, "k" * 20]], ("queried users", asked))
    assert ask(people, cursor=good)["data"] == [], "so the forged ones were refused for their places"


def test_who_was_seen_when_is_asked_of_presence(people: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    for user_id, moment in (("ada", 1_000_000), ("ben", 2_000_000)):
        monkeypatch.setattr(clock, "now_ms", lambda moment=moment: moment)
        online(people, user_id)
    monkeypatch.undo()
    at = {"1970-01-01T00:16:40.000Z": "ada", "1970-01-01T00:33:20.000Z": "ben"}
    assert {user["last_active_at"]: user["id"] for user in ask(people, role="agent")["data"]} == at
    assert found(people, active_since="1970-01-01T00:33:20.000Z") == ["ben"]
    assert found(people, active_before="1970-01-01T00:33:20.000Z") == ["ada", "dee", "cy"]
    assert found(people, active_since="1970-01-01T00:00:00.000Z", active_before="1970-01-01T00:20:00Z") == ["ada"]


def online(acme: Workspace, user_id: str) -> None:
    add_connection(acme.tenant_id, user_id, "c1", Opened(clock.now_ms(), clock.now_ms(), 2**50, 0, "kid"))


def test_a_page_that_few_fit_is_short_and_goes_on(acme: Workspace, index: Index) -> None:
    for number in range(12):
        acme.server.put(f"/v1/users/u{number:02}", {"name": f"{number:02}"})
    online(acme, "u11")
    index()
    seen: list[list[str]] = []
    cursor: dict[str, str] = {}
    with patch.object(hit_pages, "SPARE", 1), patch.object(hit_pages, "MAX_ROUNDS", 2):
        while True:
            page = ask(acme, sort="name", limit=1, active_since="2000-01-01T00:00:00Z", **cursor)
            seen.append([user["id"] for user in page["data"]])
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
    assert [one for page in seen for one in page] == ["u11"]
    assert len(seen) > 2


def test_ids_are_read_from_the_table_in_their_order(people: Workspace) -> None:
    people.server.put("/v1/users/new", {"name": "New", "role": "agent"})
    asked = ask(people, ids=["new", "ben", "nobody", "ada", "ben"])
    assert [user["id"] for user in asked["data"]] == ["new", "ben", "ada"]
    assert (asked["next_cursor"], asked["indexed_through"]) == (None, None)
    assert [user["id"] for user in ask(people, ids=["new", "cy", "ada"], role="agent")["data"]] == ["new", "ada"]


def test_other_tenants_are_not_found(people: Workspace, globex: Workspace, index: Index) -> None:
    globex.server.put("/v1/users/eve", {"name": "Eve", "role": "agent"})
    index()
    assert found(globex) == ["eve"]
    assert found(people, role="agent") == ["ada", "ben"]
    assert ask(globex, ids=["ada", "eve"])["data"][0]["id"] == "eve"


def test_only_the_back_end_may(people: Workspace, alice: Person) -> None:
    assert alice.post(QUERY, {}).code == "server_token_required"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"ids": []}, "/ids"),
        ({"ids": ["a"] * 101}, "/ids"),
        ({"ids": ["a"], "sort": "name"}, ""),
        ({"ids": ["a"], "cursor": "x"}, ""),
        ({"sort": "age"}, "/sort"),
        ({"limit": 0}, "/limit"),
        ({"limit": 101}, "/limit"),
        ({"role": "A"}, "/role"),
        ({"q": ""}, "/q"),
        ({"active_since": "yesterday"}, "/active_since"),
        ({"custom": {"colour": "red"}}, "/custom"),
        ({"custom": {"plan": 1}}, "/custom"),
        ({"custom": {"plan": {"gte": "a"}}}, "/custom"),
        ({"custom": {"age": {}}}, "/custom"),
        ({"custom": {"age": {"gt": 1}}}, "/custom"),
        ({"custom": {"vip": 1}}, "/custom"),
    ],
)
def test_what_cannot_be_asked_is_refused(people: Workspace, body: dict[str, Any], pointer: str) -> None:
    refused = people.server.post(QUERY, body)
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert refused["errors"][0]["pointer"] == pointer


@settings_of_hypothesis(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**60), 2**60), min_size=2))
def test_terms_of_numbers_are_in_their_order(numbers: list[float]) -> None:
    by_term = sorted(numbers, key=lambda number: declared_term("age", number))
    assert [float(number) for number in by_term] == sorted(map(float, numbers))


def test_the_deactivated_are_found_where_they_are_asked_for(people: Workspace, index: Index) -> None:
    ada = Person(people.tenant_id, "ada", tenant_settings=people.tenant_settings)
    for user_id in ("ada", "dee"):
        assert people.server.post(f"/v1/users/{user_id}/deactivate").status == 200
    for carried_over in (False, True):
        if carried_over:
            index()
            assert found(people, deactivated=True, role="agent") == ["ada"]
            assert found(people, deactivated=True) == ["ada", "dee"]
        assert found(people, q="ad") == []
        assert found(people, deactivated=False) == ["ben", "cy"]
        assert ada.get("/v1/search/users", q="ada")["data"] == []
        assert "user" not in {each["kind"] for each in ada.get("/v1/search/suggestions", q="ad")["data"]}
        assert {user["id"] for user in ask(people, ids=["ada", "ben"])["data"]} == {"ada", "ben"}
        assert [user["id"] for user in ask(people, ids=["ada", "ben"], deactivated=True)["data"]] == ["ada"]
    people.server.post("/v1/users/ada/reactivate")
    index()
    assert found(people, q="ad") == ["ada"]
    assert [hit["user"]["id"] for hit in ada.get("/v1/search/users", q="ada")["data"]] == ["ada"]
