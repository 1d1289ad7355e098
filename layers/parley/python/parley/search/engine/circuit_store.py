"""Where the engine's circuit is kept: an item that all functions share, read at most every two seconds by each.

It is what Powertools' breaker asks and tells. The store that Powertools brings loads boto3, a quarter of a cold start,
and makes a client of it at the first search.
"""

import time
from dataclasses import dataclass

from aws_lambda_powertools.utilities.circuit_breaker import CircuitBreakerConfig, CircuitInfo, CircuitState
from botocore.exceptions import BotoCoreError, ClientError

from parley.observability import logger
from parley.remembered import Remembered
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, number, number_or_none, required_text, text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Condition, Update, absent, at_most, equals
from parley.tables.keys import Key

KEPT_SECONDS = 3600
"""How long a circuit that nobody uses is kept."""


@dataclass(frozen=True, slots=True)
class Circuit:
    """The state of a circuit, with moments in seconds. Half open, one thread owns the probe until its lease ends."""

    name: str
    state: CircuitState = CircuitState.CLOSED
    failure_count: int = 0
    opened_at: int | None = None
    half_open_owner: str | None = None
    probe_lease_expiry: int | None = None

    @classmethod
    def read(cls, name: str, raw: RawItem) -> "Circuit":
        return cls(
            name,
            CircuitState(required_text(raw, "state")),
            number(raw, "failure_count"),
            number_or_none(raw, "opened_at"),
            text(raw, "half_open_owner"),
            number_or_none(raw, "probe_lease_expiry"),
        )

    def to_circuit_info(self) -> CircuitInfo:
        """What a caller is told."""
        return CircuitInfo(self.name, self.state, self.failure_count, self.opened_at)


class CircuitStore:
    """The circuits in `control`. One that cannot be read counts as closed: the breaker shall not be the outage."""

    def __init__(self, *, cached_seconds: int, recovery_seconds: int) -> None:
        self._recovery_seconds = recovery_seconds
        self._seen: Remembered[str, Circuit] = Remembered(kept_ms=cached_seconds * 1000)

    def configure(self, config: CircuitBreakerConfig, circuit_name: str) -> None:
        """Powertools tells its configuration before each call; it is ours."""

    def get_state(self, name: str) -> Circuit:
        """The circuit as it was at most two seconds ago."""
        if (seen := self._seen.get(name)) is not None:
            return seen
        try:
            raw = dynamodb.get(settings().control_table, Key(keys.breakers(), name))
        except (BotoCoreError, ClientError) as error:
            logger().warning("circuit unread", extra={"circuit": name, "failure": type(error).__name__})
            return Circuit(name)
        found = Circuit(name) if raw is None else Circuit.read(name, raw)
        self._seen.set(name, found)
        return found

    def save_open(self, name: str, failure_count: int, opened_at: int) -> None:
        self._write(Circuit(name, CircuitState.OPEN, failure_count, opened_at))

    def save_reopen(self, name: str, opened_at: int) -> None:
        """Open it again after a probe that failed. Should this fail, the probe's lease ends all the same."""
        self._write(Circuit(name, CircuitState.OPEN, opened_at=opened_at))

    def save_closed(self, name: str) -> None:
        self._write(Circuit(name))

    def try_acquire_half_open(self, name: str, owner: str, opened_at: int) -> bool:
        """Whether this thread is the one that probes an open circuit, or one whose prober has not come back."""
        now = int(time.time())
        wanted = equals("state", CircuitState.OPEN.value) & absent("half_open_owner") & equals("opened_at", opened_at)
        wanted |= equals("state", CircuitState.HALF_OPEN.value) & at_most("probe_lease_expiry", now)
        lease = now + self._recovery_seconds
        try:
            self._write(Circuit(name, CircuitState.HALF_OPEN, 0, opened_at, owner, lease), wanted)
        except ConditionFailed:
            return False
        return True

    def _write(self, circuit: Circuit, condition: Condition | None = None) -> None:
        change = Update().set(
            state=circuit.state.value,
            failure_count=circuit.failure_count,
            expires_at=int(time.time()) + self._recovery_seconds + KEPT_SECONDS,
        )
        change.set_or_remove(
            opened_at=circuit.opened_at,
            half_open_owner=circuit.half_open_owner,
            probe_lease_expiry=circuit.probe_lease_expiry,
        )
        at = Key(keys.breakers(), circuit.name)
        dynamodb.update(settings().control_table, at, change, condition=condition)
        self._seen.set(circuit.name, circuit)
