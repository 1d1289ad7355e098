"""Conversations of teams: who opens one, who is let in, and that nobody else learns of it."""

from collections.abc import Callable
from typing import Any

import pytest

from parley import ids
from tests.support.aws.gateway import Answer
from tests.support.faults.interference import before_call
from tests.support.faults.refusals import shown
from tests.support.people.people import Person, Workspace
from tests.support.people.teams import acting, in_teams, with_teams


def open_in(person: Person, team: str | None, *members: str, kind: str = "group", **fields: Any) -> Answer:
    body = {"type": kind, "name": "plans", "members": list(members), **({"team": team} if team else {}), **fields}
    return person.post("/v1/conversations", body)


def opened(person: Person, team: str | None, *members: str, kind: str = "group") -> str:
    answer = open_in(person, team, *members, kind=kind)
    assert answer.status == 201, answer.text
    assert answer["team"] == team
    return str(answer["id"])


def code(answer: Answer) -> tuple[int, str]:
    return answer.status, answer["code"]


def members_of(acme: Workspace, person: Person, room: str) -> set[str]:
    return {
        each["user_id"] for each in acting(acme, person).get(f"/v1/conversations/{room}/members", limit=100)["data"]
    }


def test_a_user_opens_conversations_in_a_team_of_theirs(ruby: Person, rose: Person) -> None:
    room = opened(ruby, "red", "rose")
    assert ruby.get("/v1/conversations")["data"][0]["team"] == "red"
    assert rose.get(f"/v1/conversations/{room}")["team"] == "red"
    assert code(open_in(ruby, "green")) == (403, "not_in_team")
    assert code(open_in(ruby, "nosuch")) == (403, "not_in_team")
    assert code(open_in(ruby, None)) == (403, "team_required")


def test_users_open_shared_ones_where_their_tenant_lets_them(acme: Workspace) -> None:
    free = with_teams(acme, shared_by_users=True)
    ruby, rose = in_teams(free, "ruby", "red"), in_teams(free, "rose", "red")
    assert rose.get(f"/v1/conversations/{opened(ruby, None, 'rose')}")["team"] is None


def test_a_back_end_opens_conversations_in_any_team_for_users_of_it(
    acme: Workspace, ruby: Person, rose: Person, blake: Person
) -> None:
    assert open_in(acting(acme, ruby), None, "blake").status == 201
    assert open_in(acting(acme, rose), "green").status == 201
    refused = open_in(acting(acme, ruby), "red", "blake", "rose")
    assert code(refused) == (403, "not_in_team")
    assert refused["user_ids"] == ["blake"]


def test_members_of_another_team_are_as_those_who_do_not_exist(ruby: Person, blake: Person) -> None:
    there, absent = open_in(ruby, "red", "blake"), open_in(ruby, "red", "nobody")
    assert code(there) == (422, "unknown_members")
    assert shown(there, "blake") == shown(absent, "nobody")


def test_who_is_known_and_not_in_the_team_is_said_so(ruby: Person, rose: Person, acme: Workspace) -> None:
    gwen = in_teams(acme, "gwen", "green")
    refused = open_in(rose, "red", "gwen")
    assert (code(refused), refused["user_ids"]) == ((403, "not_in_team"), ["gwen"])
    room = opened(rose, "red", "ruby")
    added = rose.post(f"/v1/conversations/{room}/members", {"user_ids": ["gwen", "ruby"]})
    assert [one["status"] for one in added["data"]] == ["not_in_team", "already_member"]
    invited = rose.post(f"/v1/conversations/{room}/invites", {"user_ids": ["gwen"]})
    assert [one["status"] for one in invited["data"]] == ["not_in_team"]
    assert gwen.get("/v1/users/me/invites")["data"] == []


def test_direct_conversations_are_between_users_who_know_of_each_other(
    acme: Workspace, ruby: Person, rose: Person, blake: Person
) -> None:
    def direct(asking: Person, other: str) -> Answer:
        return asking.post("/v1/conversations", {"type": "direct", "members": [other]})

    assert direct(ruby, "rose").status == 201
    assert code(direct(ruby, "blake")) == (422, "unknown_members")
    assert shown(direct(ruby, "blake"), "blake") == shown(direct(ruby, "nobody"), "nobody")
    assert direct(acting(acme, ruby), "blake").status == 201
    in_a_team = ruby.post("/v1/conversations", {"type": "direct", "members": ["rose"], "team": "red"})
    assert in_a_team.status == 422


def test_nobody_of_another_team_is_added_or_invited(ruby: Person, rose: Person, blake: Person) -> None:
    room = opened(ruby, "red")
    for path in ("members", "invites"):
        answer = ruby.post(f"/v1/conversations/{room}/{path}", {"user_ids": ["blake", "nobody"]})
        assert [one["status"] for one in answer["data"]] == ["not_found", "not_found"]
    assert code(ruby.put(f"/v1/conversations/{room}/bans/blake", {})) == (404, "user_not_found")


def test_a_back_end_is_told_who_is_not_in_the_team(acme: Workspace, ruby: Person, blake: Person) -> None:
    room = opened(ruby, "red")
    for path in ("members", "invites"):
        answer = acting(acme, ruby).post(f"/v1/conversations/{room}/{path}", {"user_ids": ["blake"]})
        assert [one["status"] for one in answer["data"]] == ["not_in_team"]
    channel = opened(ruby, "red", kind="channel")
    joined = acting(acme, blake).post(f"/v1/conversations/{channel}/members", {"user_ids": ["blake"]})
    assert code(joined) == (403, "not_in_team")
    assert members_of(acme, ruby, room) == members_of(acme, ruby, channel) == {"ruby"}


def test_a_channel_of_another_team_is_as_one_that_does_not_exist(ruby: Person, rose: Person, blake: Person) -> None:
    channel, absent = opened(ruby, "red", kind="channel"), ids.new_id()
    asks: list[Callable[[str], Answer]] = [
        lambda one: blake.get(f"/v1/conversations/{one}"),
        lambda one: blake.get(f"/v1/conversations/{one}/messages"),
        lambda one: blake.get(f"/v1/conversations/{one}/members"),
        lambda one: blake.post(f"/v1/conversations/{one}/members", {"user_ids": ["blake"]}),
        lambda one: blake.post(f"/v1/conversations/{one}/join-requests", {}),
        lambda one: blake.post(f"/v1/conversations/{one}/invites/accept"),
        blake.send,
    ]
    for ask in asks:
        assert ask(channel).status == 404
        assert shown(ask(channel), channel) == shown(ask(absent), absent)
    assert rose.get(f"/v1/conversations/{channel}").status == 200
    assert code(rose.send(channel)) == (403, "not_a_member")
    assert rose.post(f"/v1/conversations/{channel}/members", {"user_ids": ["rose"]}).status == 200


def test_what_lets_one_in_lets_nobody_in_who_has_left_the_team(acme: Workspace, ruby: Person, rose: Person) -> None:
    room = opened(ruby, "red")
    assert ruby.put(f"/v1/conversations/{room}", {"join_requests": True}).status == 200
    token = ruby.post(f"/v1/conversations/{room}/invite-links", {})["token"]
    assert ruby.post(f"/v1/conversations/{room}/invites", {"user_ids": ["rose"]})["data"][0]["status"] == "invited"
    assert rose.post(f"/v1/conversations/{room}/join-requests", {}).status == 201
    assert [one["conversation_id"] for one in rose.get("/v1/users/me/invites")["data"]] == [room]
    gone = in_teams(acme, "rose", "blue")
    assert gone.get("/v1/users/me/invites")["data"] == []
    for late in (rose, gone):  # what the gateway knew a minute ago lets nobody in either
        accepted = late.post(f"/v1/conversations/{room}/invites/accept")
        assert code(accepted) == (404, "invite_not_found")
        assert code(late.post("/v1/invite-links/join", {"token": token})) == (404, "invite_link_not_found")
    assert code(gone.post(f"/v1/conversations/{room}/join-requests", {})) == (404, "conversation_not_found")
    approved = ruby.post(f"/v1/conversations/{room}/join-requests/rose/approve")
    assert approved["status"] == "not_in_team"
    for path, body in ((f"/v1/conversations/{room}/invites/accept", None), ("/v1/invite-links/join", {"token": token})):
        assert code(acting(acme, gone).post(path, body)) == (403, "not_in_team")
    assert members_of(acme, ruby, room) == {"ruby"}
    again = in_teams(acme, "rose", "red")
    assert again.post(f"/v1/conversations/{room}/invites/accept").status == 200


def test_a_request_of_ones_own_says_nothing_of_what_is_another_teams_by_now(
    acme: Workspace, ruby: Person, rose: Person
) -> None:
    room = opened(ruby, "red")
    assert ruby.put(f"/v1/conversations/{room}", {"join_requests": True}).status == 200
    assert rose.post(f"/v1/conversations/{room}/join-requests", {})["name"] == "plans"

    def names(asking: Person) -> list[tuple[str | None, str | None]]:
        return [(one["type"], one["name"]) for one in asking.get("/v1/users/me/join-requests")["data"]]

    assert names(rose) == [("group", "plans")]
    assert names(in_teams(acme, "rose", "blue")) == [(None, None)]
    back = in_teams(acme, "rose", "red")
    assert acting(acme, ruby).put(f"/v1/conversations/{room}", {"team": "blue", "name": "secret"}).status == 200
    assert names(back) == [(None, None)]
    assert back.delete(f"/v1/conversations/{room}/join-requests/rose").status == 204
    assert names(back) == []


@pytest.mark.parametrize("way", ["open", "add", "join", "accept", "link", "approve"])
def test_who_is_taken_out_of_the_team_while_they_enter_is_not_in(
    acme: Workspace, ruby: Person, rose: Person, way: str
) -> None:
    room = opened(ruby, "red", kind="channel" if way == "join" else "group")
    ruby.put(f"/v1/conversations/{room}", {"join_requests": way == "approve"})
    token = ruby.post(f"/v1/conversations/{room}/invite-links", {})["token"]
    ruby.post(f"/v1/conversations/{room}/invites", {"user_ids": ["rose"]})
    rose.post(f"/v1/conversations/{room}/join-requests", {})
    ways: dict[str, Callable[[], Answer]] = {
        "open": lambda: open_in(ruby, "red", "rose"),
        "add": lambda: ruby.post(f"/v1/conversations/{room}/members", {"user_ids": ["rose"]}),
        "join": lambda: rose.post(f"/v1/conversations/{room}/members", {"user_ids": ["rose"]}),
        "accept": lambda: rose.post(f"/v1/conversations/{room}/invites/accept"),
        "link": lambda: rose.post("/v1/invite-links/join", {"token": token}),
        "approve": lambda: ruby.post(f"/v1/conversations/{room}/join-requests/rose/approve"),
    }
    with before_call("TransactWriteItems", lambda: in_teams(acme, "rose", "blue")):
        answer = ways[way]()
    assert "rose" not in members_of(acme, ruby, room)
    expected: dict[str, Any] = {
        "open": (403, "not_in_team"),
        "join": (404, "conversation_not_found"),
        "accept": (404, "invite_not_found"),
        "link": (404, "invite_link_not_found"),
    }
    if way in expected:
        assert code(answer) == expected[way]
    else:
        assert (answer.body if way == "approve" else answer["data"][0])["status"] == "not_in_team"


def test_a_large_conversation_of_a_team_has_all_of_its_first_members(acme: Workspace, ruby: Person) -> None:
    others = [f"u{n:03}" for n in range(100)]
    users = [{"id": user_id, "teams": ["red"]} for user_id in others]
    assert acme.server.post("/v1/users/batch", {"users": users}).status == 200
    made = open_in(ruby, "red", *others)
    assert (made.status, made["member_count"]) == (201, 101)
    room = str(made["id"])
    assert ruby.post(f"/v1/conversations/{room}/members", {"user_ids": others})["data"][0]["status"] == "already_member"
    late = [f"v{n:03}" for n in range(100)]
    users = [{"id": user_id, "teams": ["red" if n % 3 else "blue"]} for n, user_id in enumerate(late)]
    assert acme.server.post("/v1/users/batch", {"users": users}).status == 200
    added = acting(acme, ruby).post(f"/v1/conversations/{room}/members", {"user_ids": late})
    assert [one["status"] for one in added["data"]] == ["added" if n % 3 else "not_in_team" for n in range(100)]


def test_only_a_back_end_gives_a_conversation_another_team(
    acme: Workspace, ruby: Person, rose: Person, blake: Person
) -> None:
    channel = opened(ruby, "red", "rose", kind="channel")
    path = f"/v1/conversations/{channel}"
    assert code(ruby.put(path, {"team": "blue"})) == (403, "server_token_required")
    assert acting(acme, ruby).put(path, {"team": "blue"})["team"] == "blue"
    assert blake.post(f"{path}/members", {"user_ids": ["blake"]})["data"][0]["status"] == "added"
    assert members_of(acme, ruby, channel) == {"ruby", "rose", "blake"}, "who was a member stays one"
    assert ruby.send(channel).status == 201
    in_teams(acme, "rita", "red")
    added = ruby.post(f"{path}/members", {"user_ids": ["rita"]})
    assert added["data"][0]["status"] == "not_in_team"
    assert acting(acme, ruby).put(path, {"team": None})["team"] is None
    assert ruby.post(f"{path}/members", {"user_ids": ["rita"]})["data"][0]["status"] == "added"
    lines = [line for line in acme.server.get("/v1/audit")["data"] if line["action"] == "conversation.team_changed"]
    assert [line["details"] for line in lines] == [{"team": None}, {"team": "blue"}]


def test_who_joins_while_the_team_changes_is_held_to_the_new_one(acme: Workspace, ruby: Person, rose: Person) -> None:
    channel = opened(ruby, "red", kind="channel")

    def change() -> None:
        assert acting(acme, ruby).put(f"/v1/conversations/{channel}", {"team": "blue"}).status == 200

    with before_call("TransactWriteItems", change):
        answer = rose.post(f"/v1/conversations/{channel}/members", {"user_ids": ["rose"]})
    assert code(answer) == (404, "conversation_not_found")
    assert members_of(acme, ruby, channel) == {"ruby"}


def test_off_teams_keep_nobody_out(acme: Workspace, ruby: Person, blake: Person) -> None:
    off = with_teams(acme, teams=False)
    dora, carl = off.person("dora"), off.person("carl")
    room = open_in(acting(off, dora), "red").body["id"]
    assert (
        acting(off, dora).post(f"/v1/conversations/{room}/members", {"user_ids": ["blake"]})["data"][0]["status"]
        == "added"
    )
    plain = open_in(dora, None, "carl", kind="channel").body["id"]
    assert carl.get(f"/v1/conversations/{plain}").status == 200
