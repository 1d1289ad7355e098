"""Who is taken out of a team leaves its conversations, at a crash too."""

import pytest

from parley.settings import settings
from parley.tables import dynamodb
from parley.teams import leaving
from parley.users.profiles import user_key
from tests.support.faults.interference import crash_after
from tests.support.people.people import Person, Workspace
from tests.support.people.teams import acting, in_teams, with_teams


def rooms_of(person: Person) -> set[str]:
    return {each["id"] for each in person.get("/v1/conversations", limit=100)["data"]}


def open_rooms(acme: Workspace, owner: Person, other: Person, team: str | None, count: int = 3) -> set[str]:
    fields = {"team": team} if team else {}
    return {acting(acme, owner).open_group(other, name=f"{team} {n}", **fields) for n in range(count)}


def is_settled(acme: Workspace, user_id: str) -> bool:
    return "left_teams" not in (dynamodb.get(settings().chat_table, user_key(acme.tenant_id, user_id)) or {})


def test_who_is_taken_out_of_a_team_leaves_its_conversations_alone(acme: Workspace, ruby: Person, rose: Person) -> None:
    red, shared = open_rooms(acme, ruby, rose, "red"), open_rooms(acme, ruby, rose, None)
    acting(acme, rose).open_group(name="green", team="green")
    direct = rose.post("/v1/conversations", {"type": "direct", "members": ["ruby"]})["id"]
    rooms = rooms_of(rose)
    in_teams(acme, "rose", "green")
    assert rooms_of(rose) == rooms - red
    assert shared | {direct} < rooms_of(rose)
    assert rooms_of(ruby) == red | shared | {direct}
    assert {rose.send(room).status for room in red} == {404}
    assert is_settled(acme, "rose")


def test_a_sole_owner_hands_over_as_they_leave(acme: Workspace, ruby: Person, rose: Person) -> None:
    (room,) = open_rooms(acme, rose, ruby, "red", 1)
    in_teams(acme, "rose", "green")
    members = acting(acme, ruby).get(f"/v1/conversations/{room}/members")["data"]
    assert [(each["user_id"], each["role"]) for each in members] == [("ruby", "owner")]


def test_a_batch_takes_users_out_too(acme: Workspace, ruby: Person, rose: Person) -> None:
    open_rooms(acme, ruby, rose, "red")
    users = [{"id": "rose", "teams": None}, {"id": "ruby", "name": "Ruby"}]
    done = acme.server.post("/v1/users/batch", {"users": users})
    assert [one["status"] for one in done["data"]] == ["updated", "unchanged"]
    assert rooms_of(rose) == set()
    assert len(rooms_of(ruby)) == 3


@pytest.mark.parametrize("by", ["one", "many"])
@pytest.mark.parametrize("calls", [0, 1, 2, 3, 4, 6, 9, 12, 15])
def test_a_repetition_goes_on_where_the_first_died(
    acme: Workspace, ruby: Person, rose: Person, calls: int, by: str
) -> None:
    open_rooms(acme, ruby, rose, "red")

    def take_out() -> int:
        if by == "one":
            return acme.server.put("/v1/users/rose", {"teams": ["green"]}).status
        return acme.server.post("/v1/users/batch", {"users": [{"id": "rose", "teams": ["green"]}]}).status

    with crash_after(calls):
        take_out()
    assert take_out() == 200
    assert rooms_of(rose) == set()
    assert is_settled(acme, "rose")


def test_what_an_earlier_change_left_to_do_is_not_forgotten(acme: Workspace, ruby: Person, rose: Person) -> None:
    open_rooms(acme, ruby, rose, "red")
    with crash_after(2):
        acme.server.put("/v1/users/rose", {"teams": ["green"]})
    in_teams(acme, "rose", "blue")
    assert rooms_of(rose) == set()


def test_who_is_back_in_the_team_leaves_nothing(acme: Workspace, ruby: Person, rose: Person) -> None:
    rooms = open_rooms(acme, ruby, rose, "red")
    with crash_after(2):
        acme.server.put("/v1/users/rose", {"teams": ["green"]})
    in_teams(acme, "rose", "green", "red")
    assert rooms_of(rose) == rooms


def test_more_than_one_request_leaves_is_left_by_the_next(
    acme: Workspace, ruby: Person, rose: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "MOST_LEFT", 2)
    open_rooms(acme, ruby, rose, "red")
    first = acme.server.put("/v1/users/rose", {"teams": None})
    assert (first.status, first["retryable"]) == (503, True)
    assert len(rooms_of(rose)) == 1
    assert acme.server.put("/v1/users/rose", {"teams": None}).status == 200
    assert rooms_of(rose) == set()


def test_a_stale_version_changes_no_team(acme: Workspace, ruby: Person) -> None:
    headers = {"If-Match": '"99"'}
    assert acme.server.put("/v1/users/ruby", {"teams": None}, headers=headers).status == 412
    version = acme.server.get("/v1/users/ruby")["version"]
    changed = acme.server.put("/v1/users/ruby", {"teams": ["green"]}, headers={"If-Match": f'"{version}"'})
    assert (changed.status, changed["teams"]) == (200, ["green"])


def test_off_nobody_leaves(acme: Workspace, ruby: Person, rose: Person) -> None:
    rooms = open_rooms(acme, ruby, rose, "red")
    in_teams(with_teams(acme, teams=False), "rose", "green")
    assert rooms_of(rose) == rooms
