"""The time. Parley stores moments as integer milliseconds since the epoch and shows them as RFC 3339 in UTC."""

import time
from datetime import UTC, datetime

Milliseconds = int


def now_ms() -> Milliseconds:
    """The present moment. Call it as `clock.now_ms()`, so that a test can move the clock."""
    return time.time_ns() // 1_000_000


def to_datetime(moment: Milliseconds) -> datetime:
    return datetime.fromtimestamp(moment / 1000, UTC)


def optional_datetime(moment: float | None) -> datetime | None:
    """The moment in an attribute that an item may lack."""
    return None if moment is None else to_datetime(int(moment))


def to_rfc3339(moment: datetime) -> str:
    """`2026-11-23T09:00:00.000Z`: always UTC, always milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_datetime(moment: datetime) -> Milliseconds:
    return int(moment.timestamp() * 1000)
