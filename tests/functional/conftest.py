"""Two tenants, three users of one and one of the other."""

import pytest

from tests.support.people.people import Person, Workspace, new_workspace


@pytest.fixture
def acme(tables: None) -> Workspace:
    return new_workspace("acme")


@pytest.fixture
def globex(tables: None) -> Workspace:
    return new_workspace("globex")


@pytest.fixture
def alice(acme: Workspace) -> Person:
    return acme.person("alice")


@pytest.fixture
def bob(acme: Workspace) -> Person:
    return acme.person("bob")


@pytest.fixture
def carol(acme: Workspace) -> Person:
    return acme.person("carol")


@pytest.fixture
def mallory(globex: Workspace) -> Person:
    """A user of another tenant."""
    return globex.person("mallory")


@pytest.fixture
def general(alice: Person, bob: Person) -> str:
    """A group that alice owns and bob belongs to."""
    return alice.open_group(bob)
