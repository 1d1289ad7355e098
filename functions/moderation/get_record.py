"""GET /v1/users/{user_id}/moderation-record: what moderators have decided about a user.

The decisions, the newest first; how often what was decided, how often the user was reported and has reported. For the
tenant's back end. An erasure of the user takes the record away.
"""

from parley.http import DEFAULT_LIMIT, CurrentServer, Cursor, Limit, create_api
from parley.ids import UserId
from parley.review import record
from parley.review.schemas import ModerationRecord

api = create_api()


@api.get("/v1/users/<user_id>/moderation-record")
def get_record(
    caller: CurrentServer, user_id: UserId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> ModerationRecord:
    return record.do_get(caller, user_id, limit=limit, cursor=cursor)


handler = api.resolve
