"""GET /v1/users: the directory."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from parley.tables import cursors
from parley.texts import says_something
from parley.users.directory import directory_entry, fold
from tests.support.people.people import Person, Workspace, new_workspace

NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12).filter(says_something)
USER_IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._@:+=-]{0,8}", fullmatch=True)


def walk(person: Person, *, limit: int, **query: Any) -> list[list[str]]:
    """The ids of every page, first to last; each page is read backwards again on the way."""
    pages: list[list[str]] = []
    cursor: dict[str, str] = {}
    while True:
        page = person.get("/v1/users", limit=limit, **cursor, **query)
        assert page.status == 200, page.text
        pages.append([user["id"] for user in page["data"]])
        if len(pages) > 1:
            before = person.get("/v1/users", limit=limit, cursor=page["prev_cursor"], **query)
            assert [user["id"] for user in before["data"]] == pages[-2]
            assert before["next_cursor"] is not None
            assert (before["prev_cursor"] is None) == (len(pages) == 2)
        if page["next_cursor"] is None:
            return pages
        cursor = {"cursor": page["next_cursor"]}


def test_users_are_listed_by_name_without_regard_to_case(acme: Workspace) -> None:
    for user_id, name in (("u1", "bob"), ("u2", "Alice"), ("u3", "ALICE"), ("u4", "Émile"), ("u5", "Bo")):
        acme.server.put(f"/v1/users/{user_id}", {"name": name, "avatar_url": f"https://example.com/{user_id}"})
    page = acme.server.get("/v1/users")
    assert [user["id"] for user in page["data"]] == ["u2", "u3", "u5", "u1", "u4"]
    assert page["data"][0] == {"id": "u2", "name": "Alice", "avatar_url": "https://example.com/u2"}
    assert (page["next_cursor"], page["prev_cursor"]) == (None, None)


def test_a_prefix_finds_names_however_they_are_written(acme: Workspace) -> None:
    for user_id, name in (
        ("u1", "Straße"),
        ("u2", "STRASSE"),
        ("u3", "Stream"),
        ("u4", "\uff21da"),
        ("u5", "a\u0301b"),
    ):
        acme.server.put(f"/v1/users/{user_id}", {"name": name})

    def found(q: str) -> list[str]:
        return [user["id"] for user in acme.server.get("/v1/users", q=q)["data"]]

    assert found("strass") == found("Straß") == ["u1", "u2"]
    assert found("STR") == ["u1", "u2", "u3"]
    assert found("ada") == ["u4"]
    assert found("\u00c1") == found("a") == ["u5", "u4"]
    assert found("trasse") == found("u1") == []


def test_a_new_name_moves_the_user(acme: Workspace, bob: Person) -> None:
    acme.server.put("/v1/users/zoe", {"name": "Zoe"})
    acme.server.put("/v1/users/zoe", {"name": "Aaron"})
    assert bob.get("/v1/users", q="zoe")["data"] == []
    assert [user["id"] for user in bob.get("/v1/users", q="aa")["data"]] == ["zoe"]
    acme.server.put("/v1/users/zoe", {"custom": {"a": 1}})
    assert [user["name"] for user in bob.get("/v1/users", q="aa")["data"]] == ["Aaron"]


def test_nobody_sees_the_users_of_another_tenant(acme: Workspace, globex: Workspace, mallory: Person) -> None:
    acme.server.put("/v1/users/alice", {"name": "Alice"})
    acme.server.put("/v1/users/bob", {"name": "Bob"})
    cursor = acme.server.get("/v1/users", limit=1)["next_cursor"]
    globex.server.put("/v1/users/mallory", {"name": "Mallory"})
    for query in ({}, {"cursor": cursor}):
        assert [user["id"] for user in mallory.get("/v1/users", **query)["data"]] == ["mallory"]


@settings_of_hypothesis(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.dictionaries(USER_IDS, NAMES, max_size=40),
    limit=st.integers(1, 9),
    q=st.none() | st.text("abcABC", min_size=1, max_size=2),
)
def test_pages_neither_skip_nor_repeat_in_either_direction(
    tables: None, names: dict[str, str], limit: int, q: str | None
) -> None:
    tenant = new_workspace("pages")
    for user_id, name in names.items():
        assert tenant.server.put(f"/v1/users/{user_id}", {"name": name}).status == 201
    expected = [
        user_id
        for folded, user_id in sorted((fold(name.strip()), user_id) for user_id, name in names.items())
        if q is None or folded.startswith(fold(q))
    ]
    pages = walk(tenant.server, limit=limit, **({} if q is None else {"q": q}))
    assert [user_id for page in pages for user_id in page] == expected
    assert all(len(page) == limit for page in pages[:-1])


def test_a_lopsided_directory_is_complete(acme: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of the first users in one shard: it has to be read on while the others are not used up."""
    ids = [f"u{number}" for number in range(400)]
    shard = [user_id for user_id in ids if _shard(user_id) == "0"][:20]
    others = [user_id for user_id in ids if _shard(user_id) != "0"][:20]
    for number, user_id in enumerate(shard + others):
        acme.server.put(f"/v1/users/{user_id}", {"name": f"{number:03d}"})
    assert len(shard) == 20
    page = acme.server.get("/v1/users", limit=25)
    assert [user["id"] for user in page["data"]] == (shard + others)[:25]
    assert set(page.calls.operations) == {"Query"}


def _shard(user_id: str) -> str:
    return directory_entry("t", user_id, "x")[0][-1]


def test_a_page_of_25_of_many_costs_little_more_than_its_sixteen_queries(acme: Workspace) -> None:
    for number in range(100):
        acme.server.put(f"/v1/users/u{number}", {"name": f"User {number:04d}"})
    page = acme.server.get("/v1/users")
    assert len(page["data"]) == 25
    assert 16 <= len(page.calls.operations) <= 20


def test_a_user_that_joins_between_two_pages_repeats_nobody(acme: Workspace) -> None:
    for name in "bdfh":
        acme.server.put(f"/v1/users/{name}", {"name": name})
    first = acme.server.get("/v1/users", limit=2)
    for name in "ace":
        acme.server.put(f"/v1/users/{name}", {"name": name})
    second = acme.server.get("/v1/users", limit=10, cursor=first["next_cursor"])
    assert [user["id"] for user in second["data"]] == ["e", "f", "h"]


def encoded(position: object, prefix: str = "") -> str:
    return cursors.encode(position, ("users", prefix))


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "!!",
        encoded(7),
        encoded("a\x1fb"),
        encoded(["n"]),
        encoded(["n", 5]),
        encoded(["q", "a\x1fb"]),
        encoded(["n", "ab"]),
        encoded(["n", "\x1fb"]),
        encoded(["n", "a\x1f"]),
        encoded(["n", "a\x1fb#c"]),
        encoded(["p", "\u0000\x1fb"]),
        encoded(["n", "a\x1fb", "c"]),
        encoded({"n": "a\x1fb"}),
    ],
)
def test_a_cursor_that_no_page_gave_is_refused(acme: Workspace, cursor: str) -> None:
    refused = acme.server.get("/v1/users", cursor=cursor)
    assert (refused.status, refused.code) == (400, "invalid_cursor")


@pytest.mark.parametrize("direction", ["n", "p"])
def test_a_forged_position_outside_the_prefix_finds_nobody_else(acme: Workspace, direction: str) -> None:
    for name in ("adam", "bob", "carl"):
        acme.server.put(f"/v1/users/{name}", {"name": name})
    for position in ("a\x1fx", "zz\x1fx"):
        page = acme.server.get("/v1/users", q="bo", cursor=encoded([direction, position], "bo"))
        assert page.status == 200, page.text
        assert {user["id"] for user in page["data"]} <= {"bob"}


@pytest.mark.parametrize(
    "query",
    [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"q": ""}, {"q": "x" * 101}, {"q": "strasse\x1fu1"}, {"name": "a"}],
)
def test_parameters_that_do_not_fit_are_named(acme: Workspace, query: dict[str, Any]) -> None:
    refused = acme.server.get("/v1/users", **query)
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert [error["pointer"] for error in refused["errors"]] == [f"?{name}" for name in query]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Jürgen Müller", "juergen"),
        ("Juergen Mueller", "Jürgen Mü"),
        ("Jürgen Müller", "jurgen m"),
        ("Émile", "emil"),
        ("Søren", "soer"),
        ("Soeren", "Sør"),
        ("O\u2019Neill", "oneill"),
        ("Jean-Luc", "jeanl"),
        ("ヤマダ", "やま"),
        ("陳國強", "陈国"),
        ("हिन्दी सिंह", "हिंदी"),
        ("İbrahim", "ibra"),
        (":-)", ":-"),
    ],
)
def test_a_name_is_found_by_its_beginning_in_any_spelling(name: str, typed: str, acme: Workspace) -> None:
    acme.server.put("/v1/users/one", {"name": name})
    acme.server.put("/v1/users/two", {"name": "Zacharias"})
    assert [user["name"] for user in acme.server.get("/v1/users", q=typed)["data"]] == [name]
    assert acme.server.get("/v1/users", q=f"{typed}x")["data"] == []
