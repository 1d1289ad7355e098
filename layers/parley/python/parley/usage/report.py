"""What a tenant used, day by day."""

from datetime import UTC, date, datetime, timedelta

from parley import clock
from parley.errors import ValidationFailed
from parley.identity.caller import Caller
from parley.media.quota import used_by_shard
from parley.settings import settings
from parley.tables import attributes, dynamodb, keys, usage
from parley.usage.schemas import DayOfUsage, Usage

MAX_DAYS, DEFAULT_DAYS = 31, 7


def do_report(caller: Caller, first: date | None, last: date | None) -> Usage:
    """The usage from one day to another, both included; by default the last seven days, today among them.

    Eight queries of counters, two of what was stored and the quota's counters: at most 18 RRU for 31 days. Raises
    `ValidationFailed` for more than 31 days or an end before the beginning.
    """
    today = datetime.fromtimestamp(clock.now_ms() / 1000, UTC).date()
    last = last or today
    first = first or date.fromordinal(max(1, last.toordinal() - DEFAULT_DAYS + 1))
    if not timedelta(0) <= last - first < timedelta(days=MAX_DAYS):
        detail = f"From one day to the same or a later one, at most {MAX_DAYS} days"
        raise ValidationFailed([{"pointer": "?to", "code": "invalid_range", "detail": detail}])
    days = [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]
    counted = usage.by_day(caller.tenant_id, days[0], days[-1])
    stored = _stored(caller.tenant_id, days, today.isoformat())
    return Usage(
        data=[
            DayOfUsage(
                day=day,
                messages=counted["messages", day],
                active_users=counted["active_users", day],
                stored_bytes=stored[day],
                egress_bytes=counted["egress_bytes", day],
                searches=counted["searches", day],
            )
            for day in days
        ]
    )


def _stored(tenant_id: str, days: list[str], today: str) -> dict[str, int]:
    """What was stored at the end of each day: a day on which nothing changed has the figure of the day before it."""
    pk = keys.stored_bytes(tenant_id, "").pk
    noted: dict[str, int] = {}
    before, _ = dynamodb.query(settings().control_table, pk, between=("0", days[0]), forward=False, limit=1)
    within, _ = dynamodb.query(settings().control_table, pk, between=(days[0], days[-1]))
    for item in (*before, *within):
        noted[attributes.required_text(item, "sk")] = attributes.number(item, "amount")
    amount = attributes.number(before[0], "amount") if before else 0
    stored = {}
    for day in days:
        amount = noted.get(day, amount)
        stored[day] = amount if day <= today else 0
    if today in stored:
        stored[today] = sum(used_by_shard(tenant_id, consistent=False))
    return stored
