"""Delivery finds who is connected, by either way to look, whatever other connections do and wherever a process dies."""

import uuid
from contextlib import suppress
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley import clock
from parley.errors import TooManyWatchers
from parley.realtime import audience, connecting, connections, gateway, online_users
from parley.realtime import watching as watching_module
from parley.realtime.connections import Connection
from parley.realtime.items import LIFETIME_MS
from parley.realtime.token_validity import TokenFacts
from parley.tables import dynamodb, keys
from parley.tables.shards import SHARDS
from tests.support.aws.sockets import Sockets, give_key
from tests.support.faults.interference import Crash, crash_after
from tests.support.faults.interleaving import interleave
from tests.support.people.clocks import MovingClock
from tests.support.people.people import new_workspace

EXAMPLES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
USERS = ("alice", "bob", "carol")
PLACES = st.integers(0, 5)
"""Connections: two of each user."""
DOES = st.sampled_from(["open", "open", "close", "gone"])
STEPS = st.tuples(DOES, PLACES)


class Registry:
    """A tenant's connections, and which of them have been told that they are open."""

    def __init__(self, token_ms: int = 3_600_000) -> None:
        self.token_ms = token_ms
        self.lasts_ms = min(token_ms, LIFETIME_MS)
        self.tenant_id = f"acme-{uuid.uuid4().hex[:12]}"
        self.kid = give_key(self.tenant_id)
        self.opened: dict[Connection, int] = {}
        self.here: dict[int, Connection] = {}

    def begin(self, step: tuple[str, int]) -> "Operation":
        does, place = step
        return Operation(self, does, place)

    def check(self, *, nothing_else: bool = False) -> None:
        """Each way to look finds all that is open; and nothing else, where nobody has died."""
        now = clock.now_ms()
        expected = {each for each, until in self.opened.items() if now < until}
        for found in (self.found(fewest=1), self.found(fewest=10**6)):
            assert expected == found if nothing_else else expected <= found

    def found(self, *, fewest: int) -> set[Connection]:
        """What delivery finds when it lists the tenant's connections for so many users and more."""
        with patch.object(online_users, "FEWEST_LISTED", fewest):
            users = online_users.OnlineUsers(self.tenant_id)
            found = users.of(USERS)
            assert users._is_whole == (fewest == 1)
        return {Connection(self.tenant_id, user_id, each) for user_id, ids in found.items() for each in ids}


class Operation:
    """One thing that happens to one of the places where a connection may be."""

    def __init__(self, directory: Registry, does: str, place: int) -> None:
        self.directory, self.does, self.place = directory, does, place

    def __call__(self) -> None:
        directory = self.directory
        user_id = USERS[self.place // 2]
        if self.does == "open":
            now = clock.now_ms()
            connection = Connection(directory.tenant_id, user_id, uuid.uuid4().hex)
            connecting.do_open(connection, TokenFacts(directory.kid, now, now + directory.token_ms))
            directory.opened[connection] = now + directory.lasts_ms
            directory.here[self.place] = connection
            return
        there = directory.here.get(self.place)
        if there is None:
            return
        is_opening = directory.opened[there] - directory.lasts_ms > clock.now_ms() - connections.CONNECTING_MS
        if self.does == "gone" and is_opening:
            connections.forget_gone(there)
            return
        del directory.here[self.place], directory.opened[there]
        if self.does == "close":
            connecting.do_close(there)
        else:
            connections.forget_gone(there)


@pytest.fixture(autouse=True)
def _sockets(tables: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "client", Sockets)
    monkeypatch.setattr(connections, "MAX_PER_USER", 1_000)
    monkeypatch.setattr(online_users, "ROW_BYTES", 1)


@EXAMPLES
@given(
    rounds=st.lists(st.lists(STEPS, min_size=1, max_size=3), min_size=1, max_size=4),
    schedule=st.lists(st.integers(0, 2), min_size=20, max_size=60),
)
def test_connections_that_come_and_go_beside_each_other_are_found(
    rounds: list[list[tuple[str, int]]], schedule: list[int]
) -> None:
    directory = Registry()
    for steps in rounds:
        interleave([directory.begin(step) for step in steps], schedule)
        directory.check()


@EXAMPLES
@given(steps=st.lists(st.tuples(STEPS, st.one_of(st.none(), st.integers(0, 12))), min_size=1, max_size=8))
def test_one_that_dies_between_any_two_calls_hides_nobody(
    steps: list[tuple[tuple[str, int], int | None]],
) -> None:
    directory = Registry()
    for step, calls in steps:
        if calls is None:
            directory.begin(step)()
        else:
            with suppress(Crash), crash_after(calls):
                directory.begin(step)()
        directory.check()


@EXAMPLES
@given(
    steps=st.lists(st.tuples(STEPS, st.integers(0, 90)), min_size=1, max_size=8),
    token_ms=st.sampled_from([3_600_000, 5 * 3_600_000]),
)
def test_a_connection_is_found_until_it_must_have_ended_and_no_longer(
    steps: list[tuple[tuple[str, int], int]], token_ms: int
) -> None:
    """It ends with its token, or at 2.5 h, whichever comes first."""
    directory, offset = Registry(token_ms), 0
    real = clock.now_ms
    with patch.object(clock, "now_ms", lambda: real() + offset):
        for step, minutes in steps:
            directory.begin(step)()
            directory.check(nothing_else=True)
            offset += minutes * 60_000
            directory.check(nothing_else=True)


@pytest.mark.parametrize("calls", range(14))
@pytest.mark.parametrize("does", ["open", "close", "gone"])
def test_what_a_crash_has_left_is_taken_away_once_it_is_found_gone(
    does: str, calls: int, moving_clock: MovingClock
) -> None:
    directory = Registry()
    if does != "open":
        directory.begin(("open", 0))()
        moving_clock.pass_seconds(31)
    with suppress(Crash), crash_after(calls):
        directory.begin((does, 0))()
    moving_clock.pass_seconds(31)
    for fewest in (1, 10**6):
        for left in directory.found(fewest=fewest):
            connections.forget_gone(left)
    assert directory.found(fewest=1) == directory.found(fewest=10**6) == set()
    rows = [dynamodb.query("control", keys.connections(directory.tenant_id, shard))[0] for shard in SHARDS]
    assert not any(rows)


@settings(EXAMPLES, max_examples=30)
@given(
    watching=st.lists(st.sampled_from(["watch", "watch", "unwatch", "close"]), min_size=2, max_size=4),
    schedule=st.lists(st.integers(0, 3), min_size=20, max_size=60),
)
def test_of_watchers_that_come_at_once_no_more_stay_than_may_and_all_of_them_are_listed(
    watching: list[str], schedule: list[int]
) -> None:
    with patch.object(watching_module, "MAX_WATCHERS", 2), patch.object(audience, "MAX_WATCHERS", 2):
        acme = new_workspace("acme")
        give_key(acme.tenant_id)
        alice, bob = acme.person("alice"), acme.person("bob")
        group = alice.open_group(bob)
        sockets = Sockets().admit([alice] * len(watching))
        places = [Connection(alice.tenant_id, "alice", socket.id) for socket in sockets]
        stays: set[str] = set()

        def act(does: str, at: Connection) -> None:
            with suppress(TooManyWatchers):
                watching_module.do_watch(alice.caller, at, group)
                stays.add(at.id)
            if does != "watch":
                stays.discard(at.id)
            if does == "unwatch":
                watching_module.do_unwatch(alice.caller, at, group)
            if does == "close":
                connecting.do_close(at)

        interleave([lambda each=each: act(*each) for each in zip(watching, places, strict=True)], schedule)  # type: ignore[misc]
        listed = [connection_id for _, connection_id in audience.list_watchers(acme.tenant_id, group)]
        assert set(listed) == stays
        assert len(listed) <= 2
