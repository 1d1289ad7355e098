"""Rate limits by GCRA: one item a limit with the theoretical arrival time, one conditional write a decision.

DynamoDB has no `max`, so a write has two forms: for a limit at rest and for one in use. This process remembers the
arrival times that it saw, picks the right form, and answers a denial that cannot have ended without any call.
"""

from dataclasses import dataclass
from decimal import Decimal

from parley import clock
from parley.errors import RateLimited
from parley.remembered import Remembered
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Operand, Update, at_most, greater, stored

_TTL_MARGIN_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Policy:
    """`limit` requests in any `window` seconds, spent at any rhythm; `name` is shown in the headers."""

    name: str
    limit: int
    window: int = 60

    @property
    def window_ms(self) -> int:
        return self.window * 1000


@dataclass(frozen=True, slots=True)
class Decision:
    """What is left of a limit: `remaining` requests now, all of them again in `reset_after` seconds."""

    policy: Policy
    remaining: int
    reset_after: int
    retry_after: int = 0


_memory: Remembered[keys.Key, float] = Remembered()
"""The newest arrival time seen of each limit."""
_leases: Remembered[keys.Key, tuple[int, int]] = Remembered()
"""What is left of each lease of this process, and until when it holds."""


def forget() -> None:
    """Begin as a new process does."""
    _memory.clear()
    _leases.clear()


def take(tenant_id: str, scope: str, policy: Policy, *, cost: int = 1) -> Decision:
    """Spend `cost` requests of a limit: 1 WRU, 2 where another process spent from it meanwhile.

    Raises `RateLimited` with a `decision` field when the limit does not allow it; nothing is spent then.
    """
    at = keys.rate_limit(tenant_id, scope)
    interval = policy.window_ms / policy.limit
    while True:
        now = clock.now_ms()
        arrival = max(_memory.get(at) or 0, now)
        if arrival + cost * interval > now + policy.window_ms + 0.5:
            raise _denied(policy, arrival, now, cost * interval)
        try:
            reached = _spend(at, now=now, in_use=arrival > now, spent=cost * interval, window_ms=policy.window_ms)
        except ConditionFailed as failed:
            _memory.set(at, float(failed.item["tat"]["N"]) if failed.item else 0)
        else:
            _memory.set(at, reached)
            return _decision(policy, reached, now)


LEASE_SHARE = 100


def lease(tenant_id: str, scope: str, policy: Policy, *, cost: int = 1) -> Decision:
    """Spend `cost` requests of a limit that many processes share, from a lease of a hundredth of it.

    A write is needed once a lease, which lasts for the window. What is left is that of the lease. Raises `RateLimited`.
    """
    at = keys.rate_limit(tenant_id, scope)
    left, until = _leases.get(at) or (0, 0)
    now = clock.now_ms()
    if left < cost or now >= until:
        left = max(cost, policy.limit // LEASE_SHARE)
        take(tenant_id, scope, policy, cost=left)
        until = now + policy.window_ms
    _leases.set(at, (left - cost, until))
    return Decision(policy, left - cost, _seconds(until - now))


def is_leased(tenant_id: str, scope: str) -> bool:
    """Whether `lease` would spend from a lease that this process holds, without a write."""
    left, until = _leases.get(keys.rate_limit(tenant_id, scope)) or (0, 0)
    return left > 0 and clock.now_ms() < until


def return_to_lease(tenant_id: str, scope: str, *, cost: int) -> None:
    """Put back what was spent from a lease that this process holds; where there is none any more, nothing."""
    at = keys.rate_limit(tenant_id, scope)
    left, until = _leases.get(at) or (0, 0)
    if until:
        _leases.set(at, (left + cost, until))


def give_back(tenant_id: str, scope: str, policy: Policy, *, cost: int = 1) -> Decision:
    """Undo a `take`: 1 WRU. Another process may hold the earlier figure, and deny as if nothing had been given back."""
    at, now = keys.rate_limit(tenant_id, scope), clock.now_ms()
    spent = policy.window_ms / policy.limit * cost
    try:
        updated = dynamodb.update(
            settings().control_table,
            at,
            Update().set(tat=stored("tat", plus=-_microseconds(spent))),
            condition=greater("tat", now),
            returning="UPDATED_NEW",
        )
    except ConditionFailed:  # at rest again
        return _decision(policy, now, now)
    reached = float(updated["tat"]["N"])
    _memory.set(at, reached)
    return _decision(policy, max(reached, now), now)


def _spend(at: keys.Key, *, now: int, in_use: bool, spent: float, window_ms: int) -> float:
    """Advance the arrival time and return it; `ConditionFailed` when the other form applies or the limit is spent."""
    arrival: Decimal | Operand
    if in_use:
        arrival = stored("tat", plus=_microseconds(spent))
        condition = greater("tat", now) & at_most("tat", _microseconds(now + window_ms - spent + 0.5))
    else:
        arrival = _microseconds(now + spent)
        condition = ~greater("tat", now)
    updated = dynamodb.update(
        settings().control_table,
        at,
        Update().set(tat=arrival, expires_at=(now + window_ms) // 1000 + _TTL_MARGIN_SECONDS),
        condition=condition,
        returning="UPDATED_NEW",
    )
    return float(updated["tat"]["N"])


def _microseconds(milliseconds: float) -> Decimal:
    """To three places: DynamoDB refuses a number of more digits than it keeps."""
    return Decimal(f"{milliseconds:.3f}")


def _decision(policy: Policy, arrival: float, now: int) -> Decision:
    interval = policy.window_ms / policy.limit
    remaining = int((now + policy.window_ms - arrival + 0.5) / interval)
    return Decision(policy, max(0, remaining), _seconds(arrival - now))


def _denied(policy: Policy, arrival: float, now: int, spent: float) -> RateLimited:
    wait = _seconds(arrival + spent - policy.window_ms - now)
    decision = Decision(policy, 0, _seconds(arrival - now), wait)
    return RateLimited(f"At most {policy.limit} in {policy.window} s", retry_after=wait, decision=decision)


def _seconds(milliseconds: float) -> int:
    return max(1, -int(-milliseconds // 1000))
