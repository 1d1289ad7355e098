"""Two teams of a tenant, and who is in them."""

import pytest

from tests.support.people.people import Person, Workspace, new_workspace
from tests.support.people.teams import in_teams, with_teams


@pytest.fixture
def acme(tables: None) -> Workspace:
    """A tenant that has teams on."""
    return with_teams(new_workspace("acme"))


@pytest.fixture
def ruby(acme: Workspace) -> Person:
    return in_teams(acme, "ruby", "red")


@pytest.fixture
def rose(acme: Workspace) -> Person:
    """In the red team too, and in the green one."""
    return in_teams(acme, "rose", "red", "green")


@pytest.fixture
def blake(acme: Workspace) -> Person:
    return in_teams(acme, "blake", "blue")


@pytest.fixture
def nell(acme: Workspace) -> Person:
    """In no team."""
    return in_teams(acme, "nell")
