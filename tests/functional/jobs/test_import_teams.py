"""Imports of a tenant that has teams on: users bring theirs, and nobody comes into another team's conversation."""

from collections.abc import Iterator
from typing import Any

import pytest

from parley.identity import stored_settings
from parley.identity.tenant_settings import TenantSettings
from parley.jobs import import_items
from tests.support.clients.exports import export_bucket
from tests.support.clients.importing import check, file_of, run, settled
from tests.support.clients.jobs import JobQueues
from tests.support.people.people import Workspace, new_workspace
from tests.support.people.teams import acting, in_teams, with_teams


@pytest.fixture(autouse=True)
def bucket(jobs: JobQueues, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(stored_settings, "of", lambda _: TenantSettings(teams=True))
    with export_bucket() as name:
        yield name


@pytest.fixture
def acme(tables: None) -> Workspace:
    return with_teams(new_workspace("acme"))


def user(user_id: str, *teams: str) -> dict[str, Any]:
    return {"type": "user", "user_id": user_id, "name": user_id.title(), "teams": list(teams) or None}


def plans(*members: str, team: str | None = "red") -> dict[str, Any]:
    said = {"type": "conversation", "conversation_id": "c1", "conversation_type": "group", "name": "Plans"}
    return {**said, "created_by": "ada", "members": list(members), "team": team}


def members_of(acme: Workspace) -> list[str]:
    ada = in_teams(acme, "ada", "red")
    (room,) = ada.get("/v1/conversations")["data"]
    assert room["team"] == "red"
    listed = acting(acme, ada).get(f"/v1/conversations/{room['id']}/members")
    assert acting(acme, ada).get(f"/v1/conversations/{room['id']}")["member_count"] == len(listed["data"])
    return [each["user_id"] for each in listed["data"]]


def test_teams_come_with_users_and_conversations(acme: Workspace, jobs: JobQueues) -> None:
    in_teams(acme, "ben", "red")
    done = run(jobs, acme.server, file_of([user("ada", "red", "green"), plans("ben")]))
    assert done["status"] == "completed", done.text
    assert acme.server.get("/v1/users/ada")["teams"] == ["red", "green"]
    assert members_of(acme) == ["ada", "ben"]


@pytest.mark.parametrize("brought", [True, False])
def test_a_file_that_brings_together_who_is_not_in_the_team_is_refused(
    acme: Workspace, jobs: JobQueues, *, brought: bool
) -> None:
    in_teams(acme, "ben", "red" if brought else "blue")
    lines = [user("ada", "red"), *([user("ben", "blue")] if brought else []), plans("ben")]
    refused = check(jobs, acme.server, file_of(lines))
    assert refused["status"] == "failed"
    (problem,) = refused["problems"]
    assert problem["line"] == len(lines)
    assert "not_in_team" in str(problem)
    member = {"type": "membership", "conversation_id": "c1", "user_id": "ben"}
    assert check(jobs, acme.server, file_of([*lines[:-1], plans(), member]))["status"] == "failed"


def test_who_leaves_the_team_while_the_file_is_imported_is_out_of_the_conversation(
    acme: Workspace, jobs: JobQueues, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_teams(acme, "ben", "red")
    checked = check(jobs, acme.server, file_of([user("ada", "red"), plans("ben")]))
    original = import_items.Block.closing_items

    def closing_items(block: Any, opened_with: str) -> Any:
        in_teams(acme, "ben", "blue")
        return original(block, opened_with)

    monkeypatch.setattr(import_items.Block, "closing_items", closing_items)
    acme.server.post(f"/v1/imports/{checked['id']}/start")
    assert settled(jobs, acme.server, checked["id"])["status"] == "completed"
    assert members_of(acme) == ["ada"]


def test_a_direct_conversation_of_a_file_has_no_team(acme: Workspace, jobs: JobQueues) -> None:
    direct = {**plans("ben"), "conversation_type": "direct", "name": None}
    assert check(jobs, acme.server, file_of([user("ada", "red"), user("ben", "red"), direct]))["status"] == "failed"
