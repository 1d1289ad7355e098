"""Teams of users: who sets them, and whom they let a user know of."""

from typing import Any

import pytest

from tests.support.aws.gateway import Answer
from tests.support.faults.refusals import shown
from tests.support.people.people import Person, Workspace
from tests.support.people.teams import in_teams, with_teams


def test_a_back_end_sets_teams_and_takes_them_away(acme: Workspace, ruby: Person) -> None:
    assert acme.server.get("/v1/users/ruby")["teams"] == ["red"]
    both = acme.server.put("/v1/users/ruby", {"teams": ["red", "green", "red"]})
    assert both["teams"] == ["red", "green"]
    assert acme.server.put("/v1/users/ruby", {"name": "Ruby"})["teams"] == ["red", "green"], "what is not named stays"
    assert acme.server.put("/v1/users/ruby", {"teams": None})["teams"] is None


def test_many_users_at_once_are_put_into_teams(acme: Workspace, ruby: Person) -> None:
    users = [{"id": "ruby", "teams": ["red"]}, {"id": "zed", "teams": ["blue"]}, {"id": "rob", "teams": ["a b"]}]
    assert acme.server.post("/v1/users/batch", {"users": users}).status == 422
    answer = acme.server.post("/v1/users/batch", {"users": users[:2]})
    assert [one["status"] for one in answer["data"]] == ["unchanged", "created"]
    assert answer["data"][1]["user"]["teams"] == ["blue"]


@pytest.mark.parametrize(
    "teams", [[], [""], ["two words"], ["-red"], ["x" * 41], [f"t{n}" for n in range(21)], "red", [7]]
)
def test_a_team_has_a_short_name_and_a_user_at_most_twenty(acme: Workspace, teams: Any) -> None:
    assert acme.server.put("/v1/users/ruby", {"teams": teams}).status == 422


def test_nobody_puts_themselves_into_a_team(acme: Workspace, ruby: Person, blake: Person) -> None:
    for asking in (ruby, blake):
        answer = asking.put("/v1/users/ruby", {"teams": ["blue"]})
        assert (answer.status, answer["code"]) == (403, "server_token_required")
    assert ruby.put("/v1/users/ruby", {"name": "Ruby R."})["teams"] == ["red"]


def test_a_user_of_another_team_is_as_one_who_does_not_exist(ruby: Person, blake: Person, nell: Person) -> None:
    for asking, hidden in ((ruby, "blake"), (ruby, "nell"), (nell, "ruby"), (blake, "ruby")):
        for path in ("", "/presence"):
            there, absent = asking.get(f"/v1/users/{hidden}{path}"), asking.get(f"/v1/users/nobody{path}")
            assert there.status == 404
            assert shown(there, hidden) == shown(absent, "nobody")
        for method, act in (("PUT", "block"), ("PUT", "mute")):
            body: dict[str, Any] | None = {} if act == "mute" else None
            there = asking.request(method, f"/v1/users/{hidden}/{act}", body)
            absent = asking.request(method, f"/v1/users/nobody/{act}", body)
            assert there.status == 404
            assert shown(there, hidden) == shown(absent, "nobody")


def test_who_shares_a_team_is_seen_with_the_teams_that_are_shared(
    acme: Workspace, ruby: Person, rose: Person, nell: Person
) -> None:
    other = in_teams(acme, "nora")
    assert ruby.get("/v1/users/rose")["teams"] == ["red"]
    assert rose.get("/v1/users/me")["teams"] == ["red", "green"]
    assert ruby.get("/v1/users/rose/presence").status == 200
    assert nell.get("/v1/users/nora").status == other.get("/v1/users/nell").status == 200
    assert acme.server.get("/v1/users/rose")["teams"] == ["red", "green"]


def test_a_tenant_that_has_no_teams_on_knows_everybody(acme: Workspace, ruby: Person, blake: Person) -> None:
    off = with_teams(acme, teams=False).person("ruby")
    assert off.get("/v1/users/blake")["teams"] == ["blue"]
    assert off.get("/v1/users/blake/presence").status == 200


def test_teams_of_another_tenant_are_other_teams(ruby: Person, globex: Workspace) -> None:
    hank = in_teams(with_teams(globex), "hank", "red")
    assert ruby.get("/v1/users/hank").status == hank.get("/v1/users/ruby").status == 404


def test_a_user_group_shows_those_of_whom_one_may_know(acme: Workspace, ruby: Person, rose: Person) -> None:
    reds = [f"r{n:02}" for n in range(7)]
    blues = [f"q{n:03}" for n in range(130)]
    for user_id in reds:
        in_teams(acme, user_id, "red")
    for at in range(0, len(blues), 65):
        users = [{"id": user_id, "teams": ["blue"]} for user_id in blues[at : at + 65]]
        assert acme.server.post("/v1/users/batch", {"users": users}).status == 200
    group = acme.server.post("/v1/user-groups", {"handle": "all-hands", "name": "All hands"})["id"]
    for at in range(0, 137, 98):
        added = acme.server.post(f"/v1/user-groups/{group}/members", {"user_ids": [*blues, *reds][at : at + 98]})
        assert added.status == 200
    path = f"/v1/user-groups/{group}/members"

    def ids(answer: Answer) -> list[str]:
        return [each["user_id"] for each in answer["data"]]

    first = ruby.get(path, limit=4)
    second = ruby.get(path, limit=4, cursor=first["next_cursor"])
    assert (ids(first), ids(second), second["next_cursor"]) == (reds[:4], reds[4:], None)
    back = ruby.get(path, limit=4, cursor=second["prev_cursor"])
    assert (ids(back), back["prev_cursor"]) == (reds[:4], None)
    assert len(ids(acme.server.get(path, limit=100))) == 100
