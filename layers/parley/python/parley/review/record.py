"""What moderation knows of one user: what was decided about them, page by page, and counts of everything."""

from parley.errors import InvalidCursor
from parley.identity.caller import Caller
from parley.ids import is_well_formed
from parley.messaging.cases import ModerationCountsItem, counts_key
from parley.review.items import DecisionItem, decision_key
from parley.review.schemas import ModerationRecord, RecordCounts
from parley.review.views import recorded_view
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem
from parley.tables.pages import Position, Slice, cut

_LISTING = ("moderation decisions",)


def decisions_of(caller: Caller, user_id: str, *, limit: int, cursor: str | None) -> Slice[RawItem]:
    """A page of the decisions about a user, the newest first. Raises `InvalidCursor`."""
    position = None if cursor is None else Position.decode(cursor, _LISTING)
    if position is not None and not is_well_formed(position.text):
        raise InvalidCursor
    found, _ = dynamodb.query(
        settings().chat_table,
        keys.user(caller.tenant_id, user_id),
        begins_with=keys.DECISION_PREFIX,
        limit=limit + 1,
        forward=position is not None and not position.forward,
        after=None if position is None else dynamodb.key(decision_key(caller.tenant_id, user_id, position.text)),
    )
    return cut(found, position, limit, lambda raw: keys.decision_of(dynamodb.key_of(raw).sk), _LISTING)


def do_get(caller: Caller, user_id: str, *, limit: int, cursor: str | None) -> ModerationRecord:
    """A user's record, empty of whom moderation knows nothing. 1 RRU, and 0.5 for about four decisions."""
    found = decisions_of(caller, user_id, limit=limit, cursor=cursor)
    counts = ModerationCountsItem.at(counts_key(caller.tenant_id, user_id), consistent=True)
    return ModerationRecord(
        user_id=user_id,
        counts=RecordCounts(
            **{name: 0 if counts is None else int(getattr(counts, name)) for name in RecordCounts.model_fields}
        ),
        data=[recorded_view(DecisionItem.from_raw_data(raw)) for raw in found.entries],
        next_cursor=found.next_cursor,
        prev_cursor=found.prev_cursor,
    )
