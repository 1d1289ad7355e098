"""Reading the audit log: a tenant's own, or as the operator any tenant's; the newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from parley import clock, ids
from parley.audit.items import AuditItem
from parley.audit.schemas import AuditLine, AuditPage
from parley.audit.vocabulary import AuditAction, AuditActor, AuditTarget
from parley.errors import InvalidCursor, TenantNotFound, ValidationFailed
from parley.identity.caller import Caller
from parley.settings import settings
from parley.tables import cursors, dynamodb, keys
from parley.tables.cursors import Listing

READ_AT_ONCE = 200
MOST_READ = 1_000
"""Lines that a page looks at, some 60 RRU; where filters leave out more, it ends early and says where to go on."""
AHEAD = timedelta(minutes=1)
"""As far as the clocks of two functions may be apart."""
NEWEST_OF_A_MOMENT = 2**80 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines are wanted; what is None is not asked for. `since` and `until` are inclusive."""

    tenant_id: str | None = None
    actor: AuditActor | None = None
    actor_id: str | None = None
    action: AuditAction | None = None
    target: AuditTarget | None = None
    target_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def matches(self, line: AuditItem) -> bool:
        wanted = {
            "actor": self.actor,
            "actor_id": self.actor_id,
            "action": self.action,
            "target": self.target,
            "target_id": self.target_id,
        }
        return all(value is None or getattr(line, name) == value for name, value in wanted.items())

    @property
    def listing(self) -> Listing:
        moments = [None if each is None else clock.from_datetime(each) for each in (self.since, self.until)]
        return ("audit", self.actor, self.actor_id, self.action, self.target, self.target_id, *moments)


def do_list(caller: Caller, asked: Asked, *, limit: int, cursor: str | None) -> AuditPage:
    """A page of a tenant's administrative acts. An operator names the tenant, a tenant's back end sees its own.

    One Query a year that is looked at, backwards from `until`; at most `MOST_READ` lines are read for a page.
    Raises `TenantNotFound` for another's, `ValidationFailed` where an operator names none, `InvalidCursor`.
    """
    tenant_id = _tenant_of(caller, asked)
    after = None if cursor is None else _position(cursor, asked)
    found: list[AuditItem] = []
    for read, line in enumerate(_backwards(tenant_id, *_span(asked, after)), start=1):
        if line.line_id != after and asked.matches(line):  # `after` is the last of the page before
            found.append(line)
        if len(found) > limit:
            return _page(found[:limit], found[limit - 1].line_id, asked)
        if read > MOST_READ:
            return _page(found, line.line_id, asked)
    return _page(found, None, asked)


def _span(asked: Asked, after: str | None) -> tuple[datetime, datetime, str | None]:
    """From when to when lines are wanted and kept, and the line to begin with, where one is known."""
    now = clock.to_datetime(clock.now_ms())
    oldest, newest = now - timedelta(days=settings().audit_days), now + AHEAD
    until = min(asked.until or newest, newest)
    if after is not None:
        until = min(until, clock.to_datetime(ids.moment_of(after) or 0))
    return max(asked.since or oldest, oldest), until, after


def _backwards(tenant_id: str, since: datetime, until: datetime, first: str | None) -> Iterator[AuditItem]:
    """All lines of a span, the newest first, year by year; from the line `first` on, that one too."""
    low = keys.audit_sk(ids.timed_id(clock.from_datetime(since), 0))
    high = keys.audit_sk(first or ids.timed_id(clock.from_datetime(until), NEWEST_OF_A_MOMENT))
    for year in reversed(range(since.year, until.year + 1)) if low <= high else ():
        lines = dynamodb.every(
            settings().audit_table,
            keys.audit(tenant_id, str(year)),
            between=(low, high),
            limit=READ_AT_ONCE,
            forward=False,
            consistent=True,
        )
        yield from map(AuditItem.from_raw_data, lines)


def _tenant_of(caller: Caller, asked: Asked) -> str:
    if not caller.is_operator:
        if asked.tenant_id not in (None, caller.tenant_id):
            raise TenantNotFound
        return caller.tenant_id
    if asked.tenant_id is None:
        raise ValidationFailed([{"pointer": "?tenant_id", "code": "missing", "detail": "An operator names the tenant"}])
    if not ids.is_well_formed(asked.tenant_id):
        raise TenantNotFound
    return asked.tenant_id


def _position(cursor: str, asked: Asked) -> str:
    """The line that a page goes on after: an id of ours, whose moment says in which year."""
    position = cursors.decode_text(cursor, asked.listing)
    if not ids.is_conversation_id(position) or ids.moment_of(position) is None:
        raise InvalidCursor
    return position


def _page(found: list[AuditItem], last: str | None, asked: Asked) -> AuditPage:
    return AuditPage(
        data=[audit_view(line) for line in found],
        next_cursor=None if last is None else cursors.encode(last, asked.listing),
    )


def audit_view(line: AuditItem) -> AuditLine:
    return AuditLine(
        id=line.line_id,
        action=line.action,
        actor=line.actor,
        actor_id=line.actor_id,
        acting_for=line.acting_for,
        target=line.target,
        target_id=line.target_id,
        conversation_id=line.conversation_id,
        details=line.details or {},
        address=line.address,
        user_agent=line.user_agent,
        request_id=line.request_id,
        acted_at=clock.to_datetime(int(line.acted_at)),
    )
