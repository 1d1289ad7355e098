"""User groups: a tenant's back end makes them, its users see them, and their counts and handles are exact."""

from typing import Any

import pytest

from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.items import COLLECTION_INDEX
from parley.user_groups import groups, members
from tests.support.faults.interference import before_call, crash_after
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace


def make(acme: Workspace, handle: str = "team", *people: str, **more: Any) -> str:
    made = acme.server.post("/v1/user-groups", {"handle": handle, "name": handle.title(), **more})
    assert made.status == 201, made.text
    if people:
        add(acme, made["id"], *people)
    return str(made["id"])


def add(acme: Workspace, group: str, *people: str) -> list[str]:
    answer = acme.server.post(f"/v1/user-groups/{group}/members", {"user_ids": list(people)})
    assert answer.status == 200, answer.text
    assert [each["user_id"] for each in answer["data"]] == list(dict.fromkeys(people))
    return [each["status"] for each in answer["data"]]


def remove(acme: Workspace, group: str, *people: str) -> list[str]:
    answer = acme.server.post(f"/v1/user-groups/{group}/members/remove", {"user_ids": list(people)})
    assert answer.status == 200, answer.text
    return [each["status"] for each in answer["data"]]


def who(person: Person, group: str) -> list[str]:
    return [each["user_id"] for each in person.get(f"/v1/user-groups/{group}/members")["data"]]


def count(acme: Workspace, group: str) -> int:
    return int(acme.server.get(f"/v1/user-groups/{group}")["member_count"])


def memberships(acme: Workspace, group: str) -> int:
    pk = keys.user_group_members(acme.tenant_id, group)
    return len(dynamodb.query(settings().chat_table, pk, index=COLLECTION_INDEX)[0])


def test_users_see_the_groups_that_the_back_end_makes(acme: Workspace, alice: Person, bob: Person) -> None:
    team = make(acme, "team", "alice", "bob", description="All of us")
    other = make(acme, "other")
    for person in (alice, bob, acme.server):
        listed = person.get("/v1/user-groups")["data"]
        assert [(each["id"], each["handle"], each["member_count"]) for each in sorted(listed, key=_handle)] == [
            (other, "other", 0),
            (team, "team", 2),
        ]
        assert who(person, team) == ["alice", "bob"]
    shown = alice.get(f"/v1/user-groups/{team}")
    assert (shown["name"], shown["description"], shown["member_count"]) == ("Team", "All of us", 2)


def _handle(group: dict[str, Any]) -> str:
    return str(group["handle"])


def test_users_change_nothing_of_them(acme: Workspace, alice: Person) -> None:
    team = make(acme, "team", "alice")
    path = f"/v1/user-groups/{team}"
    named = {"user_ids": ["alice"]}
    refused = [
        alice.post("/v1/user-groups", {"handle": "mine", "name": "Mine"}),
        alice.put(path, {"name": "Mine"}),
        alice.delete(path),
        alice.post(f"{path}/members", named),
        alice.post(f"{path}/members/remove", named),
    ]
    assert {answer.code for answer in refused} == {"server_token_required"}
    assert who(alice, team) == ["alice"]


def test_another_tenant_sees_and_changes_none(acme: Workspace, globex: Workspace, alice: Person) -> None:
    team = make(acme, "team", "alice")
    path, named = f"/v1/user-groups/{team}", {"user_ids": ["alice"]}
    there = globex.server
    refused = [
        there.get(path),
        there.get(f"{path}/members"),
        there.put(path, {"name": "Theirs"}),
        there.post(f"{path}/members", named),
        there.post(f"{path}/members/remove", named),
    ]
    assert {answer.code for answer in refused} == {"user_group_not_found"}
    assert there.delete(path).status == 204
    assert there.get("/v1/user-groups")["data"] == []
    assert make(globex, "team"), "a handle is the tenant's own"
    assert who(alice, team) == ["alice"]


@pytest.mark.parametrize(
    "body",
    [
        {"handle": "Team", "name": "x"},
        {"handle": "te am", "name": "x"},
        {"handle": "a" * 41, "name": "x"},
        {"handle": "here", "name": "x"},
        {"handle": "team"},
        {"handle": "team", "name": "x" * 101},
        {"handle": "team", "name": "x", "description": "y" * 251},
        {"handle": "team", "name": "x", "color": "red"},
    ],
)
def test_what_can_be_no_group_is_refused(acme: Workspace, body: dict[str, Any]) -> None:
    assert acme.server.post("/v1/user-groups", body).status == 422
    assert acme.server.get("/v1/user-groups")["data"] == []


def test_a_change_says_something(acme: Workspace) -> None:
    path = f"/v1/user-groups/{make(acme)}"
    bodies: list[dict[str, Any]] = [{}, {"name": None}, {"handle": None}, {"members": []}]
    for body in bodies:
        assert acme.server.put(path, body).status == 422
    for ids in ([], ["not a user id"], [f"u{each}" for each in range(101)]):
        assert acme.server.post(f"{path}/members", {"user_ids": ids}).status == 422


def test_no_two_groups_have_a_handle_until_it_is_given_back(acme: Workspace) -> None:
    team = make(acme, "team")
    again = {"handle": "team", "name": "Again"}
    assert acme.server.post("/v1/user-groups", again).code == "handle_taken"
    other = make(acme, "other")
    assert acme.server.put(f"/v1/user-groups/{other}", {"handle": "team"}).code == "handle_taken"
    changed = acme.server.put(f"/v1/user-groups/{team}", {"handle": "crew", "description": "Us"})
    assert (changed["handle"], changed["name"], changed["description"]) == ("crew", "Team", "Us")
    assert acme.server.put(f"/v1/user-groups/{other}", {"handle": "team"})["handle"] == "team"
    assert acme.server.put(f"/v1/user-groups/{team}", {"description": None})["description"] is None
    assert acme.server.delete(f"/v1/user-groups/{other}").status == 204
    assert acme.server.post("/v1/user-groups", again).status == 201


def test_who_saw_an_older_version_changes_nothing(acme: Workspace, alice: Person) -> None:
    path = f"/v1/user-groups/{make(acme)}"
    stale = {"If-Match": acme.server.get(path).headers["ETag"]}
    add(acme, path.rpartition("/")[2], "alice")
    assert acme.server.put(path, {"name": "New"}, headers=stale).status == 412
    assert acme.server.delete(path, headers=stale).status == 412
    fresh = {"If-Match": acme.server.get(path).headers["ETag"]}
    assert acme.server.put(path, {"name": "New"}, headers=fresh)["name"] == "New"


def test_a_change_beside_another_is_made_after_it(acme: Workspace, alice: Person) -> None:
    team = make(acme)
    with before_call("TransactWriteItems", lambda: add(acme, team, "alice")):
        changed = acme.server.put(f"/v1/user-groups/{team}", {"name": "New"})
    assert (changed["name"], changed["member_count"]) == ("New", 1)


def test_a_tenant_has_no_more_groups_than_it_may(acme: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "MOST_GROUPS", 2)
    first, _ = make(acme, "one"), make(acme, "two")
    third = {"handle": "three", "name": "Three"}
    assert acme.server.post("/v1/user-groups", third).code == "too_many_user_groups"
    assert acme.server.delete(f"/v1/user-groups/{first}").status == 204
    assert acme.server.delete(f"/v1/user-groups/{first}").status == 204
    assert acme.server.post("/v1/user-groups", third).status == 201
    assert acme.server.post("/v1/user-groups", {"handle": "four", "name": "Four"}).code == "too_many_user_groups"


def test_each_user_has_a_result(acme: Workspace, alice: Person, bob: Person, carol: Person) -> None:
    team = make(acme, "team", "alice")
    acme.server.post("/v1/users/carol/deactivate")
    assert add(acme, team, "bob", "alice", "nobody", "carol", "bob") == [
        "added",
        "already_member",
        "not_found",
        "not_found",
    ]
    assert (who(alice, team), count(acme, team)) == (["alice", "bob"], 2)
    assert remove(acme, team, "bob", "nobody", "alice") == ["removed", "not_member", "removed"]
    assert (who(alice, team), count(acme, team)) == ([], 0)


def test_who_is_deactivated_later_stays_a_member(acme: Workspace, alice: Person, bob: Person) -> None:
    team = make(acme, "team", "alice", "bob")
    acme.server.post("/v1/users/bob/deactivate")
    assert who(alice, team) == ["alice", "bob"]
    assert remove(acme, team, "bob") == ["removed"]


def test_more_than_one_transactions_worth_enter_and_leave(acme: Workspace) -> None:
    people = [acme.person(f"user{number:02}").user_id for number in range(60)]
    team = make(acme)
    assert set(add(acme, team, *people)) == {"added"}
    assert count(acme, team) == memberships(acme, team) == 60
    assert set(add(acme, team, *people)) == {"already_member"}
    assert set(remove(acme, team, *people)) == {"removed"}
    assert count(acme, team) == memberships(acme, team) == 0


def test_a_group_has_no_more_members_than_it_may(acme: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "MOST_MEMBERS", 2)
    people = [acme.person(f"user{number}").user_id for number in range(4)]
    team = make(acme, "team", people[0])
    assert add(acme, team, *people) == ["already_member", "added", "full", "full"]
    assert add(acme, team, people[3]) == ["full"]
    remove(acme, team, people[0])
    assert add(acme, team, *people[1:]) == ["already_member", "added", "full"]
    assert count(acme, team) == memberships(acme, team) == 2


def test_who_is_erased_meanwhile_does_not_enter(acme: Workspace, alice: Person, bob: Person) -> None:
    team = make(acme)
    with before_call("TransactWriteItems", lambda: acme.server.delete("/v1/users/bob")):
        assert add(acme, team, "alice", "bob") == ["added", "not_found"]
    assert count(acme, team) == 1


def test_a_group_that_goes_meanwhile_takes_nobody(acme: Workspace, alice: Person) -> None:
    team = make(acme)
    path = f"/v1/user-groups/{team}"
    for change in ("members", "members/remove"):
        with before_call("TransactWriteItems", lambda: acme.server.delete(path)):
            answer = acme.server.post(f"{path}/{change}", {"user_ids": ["alice"]})
        assert answer.code == "user_group_not_found"
        assert memberships(acme, team) == 0


def test_a_deleted_group_is_gone_with_its_memberships(acme: Workspace, alice: Person, bob: Person) -> None:
    team = make(acme, "team", "alice", "bob")
    assert acme.server.delete(f"/v1/user-groups/{team}").status == 204
    assert alice.get(f"/v1/user-groups/{team}").code == "user_group_not_found"
    assert alice.get(f"/v1/user-groups/{team}/members").code == "user_group_not_found"
    assert acme.server.delete("/v1/user-groups/no#id").status == 204
    assert memberships(acme, team) == 0


def test_a_repeated_request_makes_one_group(acme: Workspace, moving_clock: MovingClock) -> None:
    body = {"handle": "team", "name": "Team"}
    for calls in range(6):
        with crash_after(calls):
            acme.server.post("/v1/user-groups", body, key="once")
        moving_clock.pass_seconds(120)
    first, again = (acme.server.post("/v1/user-groups", body, key="once") for _ in range(2))
    assert (first.status, first["id"]) == (201, again["id"])
    assert again.headers["Idempotent-Replayed"] == "true"
    assert acme.server.post("/v1/user-groups", {**body, "name": "Other"}, key="once").code == "idempotency_key_reused"
    assert [each["id"] for each in acme.server.get("/v1/user-groups")["data"]] == [first["id"]]


@pytest.mark.parametrize("calls", range(8))
def test_counts_are_exact_wherever_a_request_dies(acme: Workspace, alice: Person, bob: Person, calls: int) -> None:
    team = make(acme)
    named = {"user_ids": ["alice", "nobody", "bob"]}
    for change, left in (("members", 2), ("members/remove", 0)):
        path = f"/v1/user-groups/{team}/{change}"
        with crash_after(calls):
            acme.server.post(path, named)
        assert count(acme, team) == memberships(acme, team)
        acme.server.post(path, named)
        assert count(acme, team) == memberships(acme, team) == left
    add(acme, team, "alice", "bob")
    with crash_after(calls):
        acme.server.delete(f"/v1/user-groups/{team}")
    acme.server.delete(f"/v1/user-groups/{team}")
    assert memberships(acme, team) == 0
    assert acme.server.get("/v1/user-groups")["data"] == []
    make(acme, "team")
