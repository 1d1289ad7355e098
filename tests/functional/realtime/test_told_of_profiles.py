"""Where teams are on, a profile is told to whom it is shown, though others watch a conversation with the user."""

import json
from typing import Any

import pytest

from parley.identity import stored_settings
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.expressions import Update
from parley.tables.keys import Key
from tests.support.aws.sockets import Socket, Sockets, Stream
from tests.support.people.people import Person, Workspace
from tests.support.people.teams import acting, in_teams, with_teams

Told = list[tuple[str, Any, Any]]


def told(connection: Socket) -> Told:
    return [
        (event["type"], event["data"].get("name"), event["data"].get("teams"))
        for event in connection.take()
        if event["type"].startswith("user.")
    ]


@pytest.fixture
def people(acme: Workspace, sockets: Sockets) -> dict[str, Person]:
    """Of several teams and of none."""
    at = Key(keys.tenant(acme.tenant_id), keys.TENANT_SK)
    dynamodb.update(settings().chat_table, at, Update().set(settings=json.dumps({"teams": True})))
    stored_settings.forget()
    acme = with_teams(acme)
    teams = {"rose": ["red", "green"], "ruby": ["red"], "blake": ["blue"], "nell": []}
    return {user_id: in_teams(acme, user_id, *own) for user_id, own in teams.items()}


@pytest.fixture
def watching(acme: Workspace, people: dict[str, Person], sockets: Sockets, stream: Stream) -> dict[str, Socket]:
    """All of them watch the same shared conversation."""
    rose, *others = people.values()
    room = acting(with_teams(acme), rose).open_group(*others)
    stream.deliver()
    connections = {user_id: sockets.connect(person) for user_id, person in people.items()}
    for connection in connections.values():
        assert connection.act("watch", conversation_id=room)["type"] == "ack"
        connection.take()
    return connections


def test_a_profile_is_told_to_those_who_share_a_team_and_of_its_teams_those(
    people: dict[str, Person], watching: dict[str, Socket], stream: Stream
) -> None:
    assert people["rose"].put("/v1/users/rose", {"name": "Rosalind"}).status == 200
    stream.deliver()
    assert {user_id: told(connection) for user_id, connection in watching.items()} == {
        "rose": [("user.updated", "Rosalind", ["red", "green"])],
        "ruby": [("user.updated", "Rosalind", ["red"])],
        "blake": [],
        "nell": [],
    }


def test_so_is_a_deactivation(
    acme: Workspace, people: dict[str, Person], watching: dict[str, Socket], stream: Stream
) -> None:
    assert with_teams(acme).server.post("/v1/users/nell/deactivate").status == 200
    stream.deliver()
    assert [told(watching[each]) for each in ("rose", "ruby", "blake")] == [[], [], []]
    assert with_teams(acme).server.post("/v1/users/ruby/deactivate").status == 200
    stream.deliver()
    assert [told(watching[each]) for each in ("rose", "blake")] == [[("user.deactivated", "Ruby", ["red"])], []]


def test_off_everybody_who_watches_is_told(
    acme: Workspace, people: dict[str, Person], watching: dict[str, Socket], stream: Stream
) -> None:
    at = Key(keys.tenant(acme.tenant_id), keys.TENANT_SK)
    dynamodb.update(settings().chat_table, at, Update().set(settings="{}"))
    stored_settings.forget()
    assert people["rose"].put("/v1/users/rose", {"name": "Rosalind"}).status == 200
    stream.deliver()
    whole = [("user.updated", "Rosalind", ["red", "green"])]
    assert all(told(connection) == whole for connection in watching.values())
