"""Usage counts each message and each user once: whatever batches overlap, whoever runs beside, wherever one dies."""

import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley import clock
from parley.remembered import Remembered
from parley.streams.changes import Change
from parley.tables import dynamodb, usage
from parley.usage import rollup
from tests.support.dynamodb.change_stream import ChangeStream, changes
from tests.support.faults.interference import Crash, crash_after
from tests.support.faults.interleaving import interleave
from tests.support.people.people import new_workspace

EXAMPLES = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DAY = 24 * 3600_000
PICKS = st.lists(st.integers(0, 40), min_size=4, max_size=20)
EARLIER = st.lists(st.integers(0, 40), max_size=6)
"""What has been counted before anything else happens."""


@dataclass(frozen=True)
class Story:
    """What happened to a tenant, and what it comes to: so many messages and users on each of two days."""

    tenant_id: str
    records: list[Change]
    days: tuple[str, str]
    messages: tuple[int, int] = (7, 2)
    users: tuple[int, int] = (2, 2)

    def of_another_tenant(self) -> "Story":
        """The same, as if nothing of it had been counted."""
        tenant_id = f"acme-{uuid.uuid4().hex[:12]}"
        records = [
            replace(each, tenant_id=tenant_id, pk=each.pk.replace(self.tenant_id, tenant_id, 1))
            for each in self.records
        ]
        return replace(self, tenant_id=tenant_id, records=records)

    def batch(self, picks: Sequence[int]) -> list[Change]:
        """Some of the changes; they may repeat, and come in any order."""
        return [self.records[pick % len(self.records)] for pick in picks]

    def check(self) -> None:
        """Whatever had been counted by then, all of it comes once more and everything is right."""
        rollup.roll_up(self.records)
        counted = usage.by_day(self.tenant_id, *self.days)
        assert tuple(counted["messages", day] for day in self.days) == self.messages
        assert tuple(counted["active_users", day] for day in self.days) == self.users


@pytest.fixture(scope="module")
def happened() -> list[Story]:
    """The story, once it has been told."""
    return []


@pytest.fixture
def story(tables: None, happened: list[Story]) -> Iterator[Story]:
    """Two conversations and a thread: seven messages by two users, a day later two by one, and the other reads.

    Every process that rolls up remembers no user, as one that has just started.
    """
    if not happened:
        happened.append(_tell())
    with patch.object(rollup, "_known_active", Remembered(most=0)):
        yield happened[0]


def _tell() -> Story:
    acme = new_workspace("acme")
    alice, bob = acme.person("alice"), acme.person("bob")
    stream = ChangeStream()
    first, second = alice.open_group(bob), bob.open_group(alice, name="other")
    root = alice.send(first, "1")["id"]
    for text in "234":
        alice.send(first, text)
    bob.send(second, "5")
    bob.send(first, "6", parent_id=root)
    bob.send(first, "7", parent_id=root)
    now = clock.now_ms()
    with patch.object(clock, "now_ms", lambda: now + DAY):
        bob.send(second, "8")
        bob.send(second, "9")
        alice.post(f"/v1/conversations/{second}/read", {})
    records = [each for each in changes(stream.take(acme.tenant_id)) if each.entity in rollup.ENTITIES]
    return Story(acme.tenant_id, records, (usage.day_of(now), usage.day_of(now + DAY)))


@EXAMPLES
@given(
    earlier=EARLIER,
    batches=st.lists(PICKS, min_size=2, max_size=3),
    schedule=st.lists(st.integers(0, 2), min_size=20, max_size=60),
)
def test_overlapping_batches_beside_each_other_count_once(
    story: Story, earlier: list[int], batches: list[list[int]], schedule: list[int]
) -> None:
    fresh = story.of_another_tenant()
    rollup.roll_up(fresh.batch(earlier))
    interleave([lambda picks=picks: rollup.roll_up(fresh.batch(picks)) for picks in batches], schedule)  # type: ignore[misc]
    fresh.check()


@EXAMPLES
@given(batches=st.lists(st.tuples(PICKS, st.integers(0, 8)), min_size=1, max_size=4))
def test_a_batch_that_dies_between_any_two_calls_counts_once_when_it_comes_again(
    story: Story, batches: list[tuple[list[int], int]]
) -> None:
    fresh = story.of_another_tenant()
    for picks, calls in batches:
        with suppress(Crash), crash_after(calls):
            rollup.roll_up(fresh.batch(picks))
    fresh.check()


@EXAMPLES
@given(
    earlier=EARLIER,
    batches=st.lists(PICKS, min_size=2, max_size=2),
    schedule=st.lists(st.integers(0, 1), min_size=10, max_size=40),
    writes=st.integers(0, 6),
)
def test_one_that_dies_beside_another_takes_nothing_with_it(
    story: Story, earlier: list[int], batches: list[list[int]], schedule: list[int], writes: int
) -> None:
    fresh = story.of_another_tenant()
    rollup.roll_up(fresh.batch(earlier))
    survives, dies = (fresh.batch(picks) for picks in batches)
    with dying_after(writes) as mortal:
        interleave([lambda: rollup.roll_up(survives), lambda: mortal(dies)], schedule)
    fresh.check()


@contextmanager
def dying_after(writes: int) -> Iterator[Any]:
    """A roll-up that dies after so many transactions, and leaves the one beside it alone."""
    mortals: set[int] = set()
    left = iter(range(writes))
    transact = dynamodb.transact

    def maybe(actions: Sequence[Any]) -> None:
        if threading.get_ident() in mortals and next(left, None) is None:
            raise Crash
        transact(actions)

    def roll_up(batch: Sequence[Change]) -> None:
        mortals.add(threading.get_ident())
        with suppress(Crash):
            rollup.roll_up(batch)

    with patch.object(dynamodb, "transact", maybe):
        yield roll_up
