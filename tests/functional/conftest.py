"""Two tenants, three users of one and one of the other; clocks; a stage where a tenant's server may be on loopback."""

from collections.abc import Iterator

import pytest

from parley import clock
from parley.identity import authorizer, forgeries
from parley.issuers import authorizing
from parley.messaging.conversations import kept
from parley.settings import settings
from parley.tables import rate_limits
from tests.support.dynamodb import moto_tables
from tests.support.people.clocks import Clock, MovingClock
from tests.support.people.people import Person, Workspace, new_workspace


@pytest.fixture(autouse=True)
def new_process() -> None:
    """One that remembers nothing of keys, forgeries and limits."""
    authorizer.forget()
    authorizing.forget()
    forgeries.forget()
    rate_limits.forget()
    kept.forget()


@pytest.fixture(scope="module", autouse=True)
def module_ends() -> Iterator[None]:
    """What the people of a module have written goes with it."""
    with moto_tables.nothing_left():
        yield


@pytest.fixture(autouse=True)
def test_ends(module_ends: None) -> Iterator[None]:
    """What a test has written goes with it."""
    with moto_tables.nothing_left():
        yield


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


@pytest.fixture
def moved_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time stands still until the test moves it."""
    moved = Clock()
    monkeypatch.setattr(clock, "now_ms", moved)
    return moved


@pytest.fixture
def moving_clock(monkeypatch: pytest.MonkeyPatch) -> MovingClock:
    """Time runs, and the test may move it on."""
    moved, real = MovingClock(), clock.now_ms
    monkeypatch.setattr(clock, "now_ms", lambda: real() + moved.offset)
    return moved


@pytest.fixture
def local_stage() -> Iterator[None]:
    """The local stage, where a tenant's server may be on this machine."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PARLEY_STAGE", "local")
        settings.cache_clear()
        yield
    settings.cache_clear()
