"""Rate limits by a sliding window: one item a limit, one conditional write a decision.

A limit of 60 in 60 s accepts at most 60 in any 60 s, all at once or spread. The item counts what was spent in each
sixtieth of the window, so a place comes back when its sixtieth has left the window: never early, a second of a minute
late at most. Within a sixtieth writers only add, whatever the others do; the first of the next one writes the
counters anew, on condition that they are as it saw them.

This process remembers the counters that it saw, picks the right write, and answers a denial that cannot have ended
without any call.
"""

from dataclasses import dataclass

from parley import clock
from parley.errors import RateLimited, Unavailable
from parley.remembered import Remembered
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, number, text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Condition, Update, absent, at_least, at_most, equals, less, stored

SLICES = 60
ATTEMPTS = 20
"""Each failure means that another process spent from the limit or opened a slice."""
BATCH_SHARE = 100
_TTL_MARGIN_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Policy:
    """At most `limit` in any `window` seconds, spent at any rhythm; `name` is shown in the headers."""

    name: str
    limit: int
    window: int = 60

    @property
    def window_ms(self) -> int:
        return self.window * 1000

    @property
    def slice_ms(self) -> int:
        return -(-self.window_ms // SLICES)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is left of a limit: `remaining` requests now, all of them again in `reset_after` seconds."""

    policy: Policy
    remaining: int
    reset_after: int
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class Counters:
    """What was spent in slice `head`, the newest, and in those before; slices are numbered since 1970."""

    head: int = -1
    in_head: int = 0
    earlier: tuple[tuple[int, int], ...] = ()

    def within(self, current: int) -> "Counters":
        """Those of the window that ends in slice `current`; the slice that is partly outside counts."""
        first = current - SLICES
        if self.head < first:
            return Counters()
        return Counters(self.head, self.in_head, tuple(each for each in self.earlier if each[0] >= first))

    @property
    def used(self) -> int:
        return self.in_head + sum(count for _, count in self.earlier)

    def slices(self) -> tuple[tuple[int, int], ...]:
        """The number of each slice and what was spent in it, the oldest first."""
        return (*self.earlier, (self.head, self.in_head)) if self.in_head else self.earlier


_counters: Remembered[keys.Key, Counters] = Remembered()
"""The newest counters that this process has seen."""
_unpaid: Remembered[keys.Key, tuple[int, int]] = Remembered()
"""What `take_batched` has not written yet, and since when it counts."""


def forget() -> None:
    """Begin as a new process does."""
    _counters.clear()
    _unpaid.clear()


def take(tenant_id: str, scope: str, policy: Policy, *, cost: int = 1) -> Decision:
    """Spend `cost` requests of a limit: 1 WRU, 2 where another process spent from it meanwhile.

    Raises `RateLimited` with a `decision` field when the limit does not allow it; nothing is spent then.
    """
    at = keys.rate_limit(tenant_id, scope)
    for _ in range(ATTEMPTS):
        now = clock.now_ms()
        current = now // policy.slice_ms
        known = _counters.get(at) or Counters()
        counted = known.within(current)
        if counted.used + cost > policy.limit:
            raise _denied(policy, counted, now, cost)
        try:
            reached = _spend(at, policy, known, counted, current=current, cost=cost)
        except ConditionFailed as failed:
            _counters.set(at, _read(failed.item))
        else:
            _counters.set(at, reached)
            return _decision(policy, reached.within(current), now)
    raise Unavailable("The limit is being spent from by too many at once")


def take_batched(tenant_id: str, scope: str, policy: Policy, *, cost: int = 1) -> Decision:
    """Spend `cost` requests of a limit that this process counts by itself, and writes down once a hundredth of it.

    So most requests write nothing, and each process may accept up to a hundredth that no other knows of. What it did
    not write within a window is forgotten. A limit below 100 is exact. Raises `RateLimited` as `take` does.
    """
    at = keys.rate_limit(tenant_id, scope)
    now = clock.now_ms()
    unpaid, since = _counted_here(at, policy, now)
    unpaid += cost
    known = (_counters.get(at) or Counters()).within(now // policy.slice_ms)
    if known.used + unpaid > policy.limit:
        raise _denied(policy, known, now, unpaid)
    if unpaid > policy.limit // BATCH_SHARE:
        _unpaid.set(at, (0, now))  # before the write: whoever takes meanwhile in another thread writes it no more
        try:
            return take(tenant_id, scope, policy, cost=unpaid)
        except BaseException:
            meanwhile, _ = _counted_here(at, policy, now)
            _unpaid.set(at, (meanwhile + unpaid - cost, since))
            raise
    _unpaid.set(at, (unpaid, since))
    return Decision(policy, policy.limit - known.used - unpaid, _seconds(since + policy.window_ms - now))


def known(tenant_id: str, scope: str, policy: Policy) -> Decision:
    """What is left of a limit as this process knows it: nothing is spent or read."""
    at, now = keys.rate_limit(tenant_id, scope), clock.now_ms()
    counted = (_counters.get(at) or Counters()).within(now // policy.slice_ms)
    unpaid, since = _counted_here(at, policy, now)
    reset = max(_left_at(policy, counted.head) if counted.used else now, since + policy.window_ms if unpaid else now)
    return Decision(policy, max(0, policy.limit - counted.used - unpaid), _seconds(reset - now))


def writes(tenant_id: str, scope: str, policy: Policy, *, cost: int = 1) -> bool:
    """Whether `take_batched` would write now."""
    unpaid, _ = _counted_here(keys.rate_limit(tenant_id, scope), policy, clock.now_ms())
    return unpaid + cost > policy.limit // BATCH_SHARE


def give_back(tenant_id: str, scope: str, policy: Policy, *, cost: int = 1) -> Decision:
    """Undo the `take` that this process made last, for what turned out to be no new request: 1 WRU.

    Where others have opened the next slice meanwhile, it stays spent until it leaves the window.
    """
    at, now = keys.rate_limit(tenant_id, scope), clock.now_ms()
    known = _counters.get(at) or Counters()
    try:
        updated = dynamodb.update(
            settings().control_table,
            at,
            Update().set(in_head=stored("in_head", plus=-cost), used=stored("used", plus=-cost)),
            condition=equals("head", known.head) & at_least("in_head", cost),
            returning="UPDATED_NEW",
        )
    except ConditionFailed as failed:
        left = _read(failed.item)
    else:
        left = Counters(known.head, number(updated, "in_head"), known.earlier)
    _counters.set(at, left)
    return _decision(policy, left.within(now // policy.slice_ms), now)


def give_back_batched(tenant_id: str, scope: str, policy: Policy, *, cost: int = 1) -> None:
    """Undo a `take_batched` of this process: the next ones are counted the less."""
    at = keys.rate_limit(tenant_id, scope)
    unpaid, since = _counted_here(at, policy, clock.now_ms())
    _unpaid.set(at, (unpaid - cost, since))


def _counted_here(at: keys.Key, policy: Policy, now: int) -> tuple[int, int]:
    unpaid, since = _unpaid.get(at) or (0, now)
    return (unpaid, since) if now - since < policy.window_ms else (0, now)


def _spend(at: keys.Key, policy: Policy, known: Counters, counted: Counters, *, current: int, cost: int) -> Counters:
    """Count `cost`; `ConditionFailed` where the counters are not as known, or the limit is spent."""
    condition: Condition
    if known.head >= current:
        change = Update().set(in_head=stored("in_head", plus=cost), used=stored("used", plus=cost))
        condition = equals("head", known.head) & at_most("used", policy.limit - cost)
        earlier, in_head = known.earlier, known.in_head + cost
    else:
        earlier, in_head = counted.slices(), cost
        change = Update().set(head=current, in_head=cost, used=counted.used + cost, earlier=_written(earlier, current))
        if counted.head >= 0:
            condition = equals("head", known.head) & equals("used", known.used)
        else:
            condition = absent("head") | less("head", current - SLICES)
    change.set(expires_at=clock.now_ms() // 1000 + policy.window + _TTL_MARGIN_SECONDS)
    updated = dynamodb.update(settings().control_table, at, change, condition=condition, returning="UPDATED_NEW")
    return Counters(max(known.head, current), number(updated, "in_head", in_head), earlier)


def _written(slices: tuple[tuple[int, int], ...], head: int) -> str:
    """`age:count` of each slice: the item stays below 1 KiB with sixty counts of bytes."""
    return " ".join(f"{head - slice_}:{count}" for slice_, count in slices)


def _read(item: RawItem | None) -> Counters:
    if item is None or "head" not in item:
        return Counters()
    head = number(item, "head")
    pairs = (pair.partition(":") for pair in (text(item, "earlier") or "").split())
    return Counters(head, number(item, "in_head"), tuple((head - int(age), int(count)) for age, _, count in pairs))


def _decision(policy: Policy, counters: Counters, now: int) -> Decision:
    return Decision(policy, max(0, policy.limit - counters.used), _seconds(_left_at(policy, counters.head) - now))


def _denied(policy: Policy, counters: Counters, now: int, cost: int) -> RateLimited:
    """The refusal, with the moment at which enough will have left the window."""
    excess, wait = counters.used + cost - policy.limit, 1
    for slice_, count in counters.slices():
        wait = _seconds(_left_at(policy, slice_) - now)
        excess -= count
        if excess <= 0:
            break
    reset = _seconds(_left_at(policy, counters.head) - now)
    decision = Decision(policy, max(0, policy.limit - counters.used), reset, wait)
    return RateLimited(f"At most {policy.limit} in {policy.window} s", retry_after=wait, decision=decision)


def _left_at(policy: Policy, slice_: int) -> int:
    """When a slice has left the window."""
    return (slice_ + SLICES + 1) * policy.slice_ms


def _seconds(milliseconds: int) -> int:
    return max(1, -(-milliseconds // 1000))
