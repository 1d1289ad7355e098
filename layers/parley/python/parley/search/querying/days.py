"""Days and moments as people write them in a query, in UTC, as bounds in milliseconds.

| written | means |
| --- | --- |
| `2026-11-23`, `2026/11/23`, `20261123`, `23.11.2026` | a day |
| `2026-11`, `2026` | a month, a year |
| `today`, `yesterday` | a day |
| `2026-11-23T09:00:00Z` | a moment, in RFC 3339 |

`11/23/2026` is refused: half of the world reads it as another day.
"""

import re
from datetime import MAXYEAR, UTC, datetime, timedelta

from parley import clock

_YEAR_FIRST = re.compile(r"([0-9]{4})(?:([-/.])([0-9]{1,2})(?:\2([0-9]{1,2}))?)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_AGO = {"today": 0, "yesterday": 1}
_DECEMBER = 12


def bounds(text: str) -> tuple[int, int]:
    """The first millisecond of what is written, and the first after it.

    Raises `ValueError` for what is no day and no moment, `OverflowError` for one that no calendar has room for.
    """
    begins, ends = _span(text)
    return max(0, clock.from_datetime(begins)), max(0, clock.from_datetime(ends))


def is_day(text: str) -> bool:
    """Whether this is a day, a month or a moment; a year alone may be any number."""
    try:
        bounds(text)
    except (ValueError, OverflowError):
        return False
    return not text.isdecimal()


def _span(text: str) -> tuple[datetime, datetime]:
    if (ago := _AGO.get(text.lower())) is not None:
        return _day(clock.to_datetime(clock.now_ms()) - timedelta(days=ago))
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = (None if part is None else int(part) for part in found.group(1, 3, 4))
        return _calendar(year or 0, month, day)
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, found.groups())
        return _calendar(year, month, day)
    if found := _COMPACT.fullmatch(text):
        return _calendar(*map(int, found.groups()))
    moment = clock.read_rfc3339(text)
    return moment, moment + timedelta(milliseconds=1)


def _calendar(year: int, month: int | None = None, day: int | None = None) -> tuple[datetime, datetime]:
    begins = datetime(year, month or 1, day or 1, tzinfo=UTC) if month != 0 and day != 0 else _no_such_day()
    if day is not None:
        return _day(begins)
    if year == MAXYEAR:
        raise OverflowError
    if month is None:
        return begins, begins.replace(year=year + 1)
    following = begins.replace(year=year + 1, month=1) if month == _DECEMBER else begins.replace(month=month + 1)
    return begins, following


def _no_such_day() -> datetime:
    raise ValueError("there is no day or month 0")


def _day(moment: datetime) -> tuple[datetime, datetime]:
    begins = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return begins, begins + timedelta(days=1)
