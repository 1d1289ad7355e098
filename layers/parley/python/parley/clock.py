"""The time. Parley stores moments as integer milliseconds since the epoch and shows them as RFC 3339 in UTC."""

import re
import time
from datetime import UTC, date, datetime, timedelta

Milliseconds = int
_RFC3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}):([0-9]{2})(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LEAP_SECOND = "60"


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
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return f"{utc.isoformat(timespec='milliseconds')[: -len('+00:00')]}Z"


def from_datetime(moment: datetime) -> Milliseconds:
    return int(moment.timestamp() * 1000)


def read_day(text: object) -> date:
    """The day that a caller writes as RFC 3339's `full-date`; raises `ValueError` for anything else."""
    if not isinstance(text, str) or _DAY.fullmatch(text) is None:
        raise ValueError("a day is written 2026-11-23")
    return date.fromisoformat(text)


def read_rfc3339(text: object) -> datetime:
    """The moment that a caller writes as RFC 3339, in UTC; raises `ValueError` for anything else, and without a zone.

    A leap second is the first moment after it, and what is finer than microseconds is cut off.
    """
    match = _RFC3339.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError("a moment is RFC 3339 with its zone: 2026-11-23T09:00:00.000Z")
    day, minute, second, fraction, zone = match.groups()
    is_leap = second == _LEAP_SECOND
    whole = f"{day}T{minute}:{'59' if is_leap else second}{'+00:00' if zone in 'Zz' else zone}"
    try:
        read = datetime.fromisoformat(whole).astimezone(UTC)
        if is_leap:
            return read + timedelta(seconds=1)
    except OverflowError:
        raise ValueError("this moment is out of range") from None
    return read.replace(microsecond=int((fraction or ".0")[1:7].ljust(6, "0")))
