"""Teams in what is found: users and channels of others are not, in no search, list or suggestion."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from parley.search.querying import queries
from tests.support.aws import engine
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.people.people import Person, Workspace
from tests.support.people.teams import acting, in_teams, with_teams

Index = Callable[[], None]
TEAMS = ("red", "blue")


@pytest.fixture
def acme(changes: ChangeStream) -> Workspace:
    """A tenant that has teams on."""
    return with_teams(engine.new_workspace("acme"))


def ids_of(person: Person, path: str, **query: Any) -> list[str]:
    """The ids of all pages."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        answer = person.get(path, **query, **({"cursor": cursor} if cursor else {}))
        assert answer.status == 200, answer.text
        found += [(each.get("user") or each.get("conversation") or each)["id"] for each in answer["data"]]
        cursor = answer["next_cursor"]
        if cursor is None:
            return found


def test_users_are_listed_by_name_among_those_of_whom_one_may_know(acme: Workspace, index: Index) -> None:
    for n in range(7):
        in_teams(acme, f"r{n}", "red", "green")
        in_teams(acme, f"b{n}", "blue")
    ruby, nell, nora = in_teams(acme, "ruby", "red"), in_teams(acme, "nell"), in_teams(acme, "nora")
    index()
    reds = [f"r{n}" for n in range(7)]
    assert ids_of(ruby, "/v1/users", limit=3) == [*reds, "ruby"]
    assert ids_of(ruby, "/v1/users", q="R", limit=100) == [*reds, "ruby"]
    assert ids_of(ruby, "/v1/users", q="B") == []
    assert ids_of(nell, "/v1/users") == ids_of(nora, "/v1/users") == ["nell", "nora"]
    assert len(ids_of(acme.server, "/v1/users", limit=100)) == 17
    refused = ruby.get("/v1/users", q="R", cursor=ruby.get("/v1/users", limit=3)["next_cursor"])
    assert (refused.status, refused["code"]) == (400, "invalid_cursor")


def test_a_search_shows_what_the_table_says_of_teams_while_the_index_lags(acme: Workspace, index: Index) -> None:
    ruby, rose = in_teams(acme, "ruby", "red"), in_teams(acme, "rose", "red")
    acting(acme, rose).post("/v1/conversations", {"type": "channel", "name": "rose garden", "team": "red"})
    index()
    assert ids_of(ruby, "/v1/search/users", q="rose") == ids_of(ruby, "/v1/users", q="rose") == ["rose"]
    assert len(ids_of(ruby, "/v1/search/conversations", q="rose")) == 1
    in_teams(acme, "rose", "blue")
    gone = in_teams(acme, "ruby", "blue")
    in_teams(acme, "ruby", "red")
    assert ids_of(ruby, "/v1/search/users", q="rose") == ids_of(ruby, "/v1/users", q="rose") == []
    assert ids_of(gone, "/v1/search/conversations", q="rose") == []
    assert gone.get("/v1/search/suggestions", q="rose g")["data"] == []


def test_a_back_end_finds_users_by_their_team(acme: Workspace, index: Index) -> None:
    in_teams(acme, "ruby", "red", "green")
    in_teams(acme, "blake", "blue")
    index()

    def found(**body: Any) -> list[str]:
        return [user["id"] for user in acme.server.post("/v1/users/query", body)["data"]]

    assert found(team="green") == found(team="red") == ["ruby"]
    assert found(team="blue", ids=["ruby", "blake"]) == ["blake"]
    assert found(team="nosuch") == []
    in_teams(acme, "ruby", "blue")
    assert found(team="green") == []
    index()
    assert sorted(found(team="blue")) == ["blake", "ruby"]


def test_the_engine_is_asked_for_ones_own_teams_alone(acme: Workspace, index: Index, monkeypatch: Any) -> None:
    """What others are called takes nobody's place on a page, and no page is empty for them."""
    for n in range(60):
        in_teams(acme, f"sam{n:02}", "blue")
    ruby = in_teams(acme, "ruby", "red")
    in_teams(acme, "sam", "red")
    index()
    asked: list[str] = []
    original = queries.users

    def users(*arguments: Any, **named: Any) -> Any:
        asked.append("users")
        return original(*arguments, **named)

    monkeypatch.setattr(queries, "users", users)
    assert ids_of(ruby, "/v1/search/users", q="sam", limit=1) == ["sam"]
    assert asked == ["users"]
    suggested = ruby.get("/v1/search/suggestions", q="sam")["data"]
    assert [one["id"] for one in suggested if one["kind"] == "user"] == ["sam"]


USERS = ("ann", "ben", "cat", "dan")
MEMBERSHIPS = st.lists(st.sampled_from(TEAMS), max_size=2, unique=True)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("open", "add", "invite", "accept", "join", "ask", "approve", "link", "direct", "move")),
        st.sampled_from(USERS),
        st.sampled_from(USERS),
        st.sampled_from((None, *TEAMS)),
        MEMBERSHIPS,
    ),
    max_size=12,
)


class _World:
    """A tenant in which random things happen, and what its rules let each user see."""

    def __init__(self, acme: Workspace, first: Sequence[Sequence[str]]) -> None:
        self.acme = acme
        self.people = {user: in_teams(acme, user, *teams) for user, teams in zip(USERS, first, strict=True)}
        self.rooms: dict[str, str | None] = {}
        self.tokens: dict[str, str] = {}

    def do(self, step: tuple[str, str, str, str | None, list[str]]) -> None:
        act, user, other, team, teams = step
        me = self.people[user]
        if act == "move":
            self.people[user] = in_teams(self.acme, user, *teams)
            return
        if act in {"open", "direct"}:
            self._open(act, me, other, team)
            return
        for room in self.rooms:
            path = f"/v1/conversations/{room}"
            match act:
                case "add" | "invite":
                    me.post(f"{path}/{'members' if act == 'add' else 'invites'}", {"user_ids": [other]})
                case "accept":
                    me.post(f"{path}/invites/accept")
                case "join":
                    me.post(f"{path}/members", {"user_ids": [user]})
                case "ask":
                    me.post(f"{path}/join-requests", {})
                case "approve":
                    me.post(f"{path}/join-requests/{other}/approve")
                case _:
                    me.post("/v1/invite-links/join", {"token": self.tokens[room]})

    def _open(self, act: str, me: Person, other: str, team: str | None) -> None:
        if act == "direct":
            me.post("/v1/conversations", {"type": "direct", "members": [other]})
            return
        kind = "channel" if len(self.rooms) % 2 else "group"
        name = f"common room {len(self.rooms)}"
        body = {"type": kind, "name": name, "members": [other], **({"team": team} if team else {})}
        made = me.post("/v1/conversations", body)
        if made.status != 201:
            return
        room = str(made["id"])
        self.rooms[room] = team
        self.tokens[room] = str(me.post(f"/v1/conversations/{room}/invite-links", {})["token"])
        if kind == "group":
            me.put(f"/v1/conversations/{room}", {"join_requests": True})

    def knows(self, user: str, other: str) -> bool:
        mine, theirs = set(self.people[user].teams), set(self.people[other].teams)
        return user == other or bool(mine & theirs) or not (mine or theirs)

    def sees(self, user: str, room: str) -> bool:
        return self.rooms[room] in {None, *self.people[user].teams}

    def hold(self) -> None:
        group = self.acme.server.post("/v1/user-groups", {"handle": "crew", "name": "Crew"})["id"]
        self.acme.server.post(f"/v1/user-groups/{group}/members", {"user_ids": list(USERS)})
        for user, person in self.people.items():
            known = {other for other in USERS if self.knows(user, other)}
            by_id = {other for other in USERS if person.get(f"/v1/users/{other}").status == 200}
            present = {other for other in USERS if person.get(f"/v1/users/{other}/presence").status == 200}
            listed = {each["user_id"] for each in person.get(f"/v1/user-groups/{group}/members")["data"]}
            assert by_id == present == listed == set(ids_of(person, "/v1/users")) == known
            for other in USERS:
                assert set(ids_of(person, "/v1/search/users", q=other)) <= known
                everything = person.get("/v1/search/global", q=other)
                assert {hit["user"]["id"] for hit in everything["users"]["data"]} <= known
                suggested = person.get("/v1/search/suggestions", q=other)["data"]
                assert {one["id"] for one in suggested if one["kind"] == "user"} <= known
            self._hold_rooms(user, person)

    def _hold_rooms(self, user: str, person: Person) -> None:
        own = {each["id"] for each in person.get("/v1/conversations", limit=100)["data"] if each["type"] != "direct"}
        assert all(self.sees(user, room) for room in own), "who is a member is in the team, or it is everybody's"
        invited = {each["conversation_id"] for each in person.get("/v1/users/me/invites")["data"]}
        found = set(ids_of(person, "/v1/search/conversations", q="common"))
        readable = {room for room in self.rooms if person.get(f"/v1/conversations/{room}").status == 200}
        for room in invited | found | readable:
            assert self.sees(user, room)
        for room in readable:
            members = person.get(f"/v1/conversations/{room}/members")
            for each in members["data"] if members.status == 200 else ():
                assert self.sees(each["user_id"], room)


@settings_of_hypothesis(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.tuples(*[MEMBERSHIPS] * len(USERS)), steps=STEPS)
def test_no_route_shows_a_user_what_is_of_another_team(
    changes: ChangeStream, index: Index, first: tuple[list[str], ...], steps: list[Any]
) -> None:
    """Users here may open shared conversations too, so that teams meet there."""
    world = _World(with_teams(engine.new_workspace("acme"), shared_by_users=True), first)
    for step in steps:
        world.do(step)
    index()
    world.hold()
