"""People in teams: a tenant that has teams on, and users whose teams its back end has set."""

from dataclasses import replace

from tests.support.people.people import Person, Workspace


def with_teams(workspace: Workspace, **settings: object) -> Workspace:
    """The same tenant with teams on."""
    return replace(workspace, tenant_settings={**workspace.tenant_settings, "teams": True, **settings})


def in_teams(workspace: Workspace, user_id: str, *teams: str) -> Person:
    """A user in these teams; who is there already is in these alone."""
    answer = workspace.server.put(f"/v1/users/{user_id}", {"name": user_id.title(), "teams": list(teams) or None})
    assert answer.status in {200, 201}, answer.text
    return Person(workspace.tenant_id, user_id, tenant_settings=workspace.tenant_settings, teams=teams)


def acting(workspace: Workspace, person: Person) -> Person:
    """The tenant's back end, which acts for a user."""
    return replace(workspace.server, headers={"X-Acting-User": person.user_id})
