"""The circuit breaker of one endpoint: after five failures in a row it is left alone for a while, then asked once.

Its state is an item of the endpoint's tenant, beside its deliveries. Powertools' breaker keeps all states under one
partition key, does not say when a circuit closes, which the queue must know to hold a delivery back until then, and
does not count since when an endpoint fails, on which disabling it depends. See docs/adr.
"""

from dataclasses import dataclass

from parley import chance, clock
from parley.outbound.items import EndpointItem
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, equals, stored_or
from parley.tables.keys import Key

FAILURES_TO_OPEN = 5
FIRST_PAUSE_MS = 30_000
LONGEST_PAUSE_MS = 15 * 60_000
PROBE_MS = 30_000
"""How long a probe holds the others back: longer than an attempt takes."""
KEPT_SECONDS = 30 * 24 * 3600
DISABLED_AFTER_MS = 24 * 3600_000
DISABLED_AFTER_FAILURES = 20


@dataclass(frozen=True, slots=True)
class Circuit:
    """How an endpoint fares. `open_until` is the moment before which it is not asked.

    `has_opened`: the failure just noted opened it; one that finds it open, or half open, only prolongs the pause.
    """

    failures: int = 0
    failing_since: int | None = None
    open_until: int | None = None
    has_opened: bool = False

    @classmethod
    def of(cls, item: EndpointItem | None) -> "Circuit":
        if item is None:
            return cls()
        since, until = item.failing_since, item.open_until
        return cls(int(item.failures), None if since is None else int(since), None if until is None else int(until))

    @property
    def is_open(self) -> bool:
        return self.open_until is not None and self.open_until > clock.now_ms()

    @property
    def is_given_up(self) -> bool:
        """Whether the endpoint has failed for so long, and so often, that it is to be disabled."""
        return (
            self.failing_since is not None
            and clock.now_ms() - self.failing_since >= DISABLED_AFTER_MS
            and self.failures >= DISABLED_AFTER_FAILURES
        )


def may_attempt(at: Key, seen: Circuit) -> bool:
    """Whether a delivery may be attempted now. Of those that find a circuit half open, one goes and the rest wait."""
    if seen.open_until is None:
        return True
    if seen.is_open:
        return False
    try:
        dynamodb.update(
            settings().control_table,
            at,
            Update().set(open_until=clock.now_ms() + PROBE_MS),
            condition=equals("open_until", seen.open_until),
        )
    except ConditionFailed:
        return False
    return True


def note_failure(
    at: Key, *, answered: bool, pauses_ms: tuple[int, int] = (FIRST_PAUSE_MS, LONGEST_PAUSE_MS)
) -> Circuit:
    """Count a failure, and open the circuit where it is one too many. An endpoint that `answered` is up: a refusal
    counts towards disabling the webhook and opens nothing.
    """
    now = clock.now_ms()
    failed = Update().set(entity="webhook_endpoint", expires_at=now // 1000 + KEPT_SECONDS).add(failures=1)
    failed.set(failing_since=stored_or("failing_since", now))
    if answered:
        failed.remove("open_until")
    counted = dynamodb.renew(settings().control_table, at, failed, returning="ALL_NEW")
    after = Circuit.of(EndpointItem.from_raw_data(counted))
    if answered or after.failures < FAILURES_TO_OPEN:
        return after
    first, longest = pauses_ms
    pause = min(longest, first * 2 ** min(after.failures - FAILURES_TO_OPEN, 10))
    until = now + int(pause * chance.uniform(0.9, 1.1))
    before = dynamodb.update(settings().control_table, at, Update().set(open_until=until), returning="UPDATED_OLD")
    return Circuit(after.failures, after.failing_since, until, has_opened="open_until" not in before)


def note_success(at: Key, seen: Circuit) -> None:
    """The endpoint is well; nothing is written where nothing else was noted."""
    if seen != Circuit():
        close(at)


def close(at: Key) -> None:
    """Forget all failures."""
    dynamodb.delete(settings().control_table, at)
