"""GET /v1/users/{user_id}/moderation-decisions: what moderators have decided about the caller, the newest first.

With the reason, the beginning of what the message said, and the appeal against it. A back end reads those of any user.
"""

from parley.http import DEFAULT_LIMIT, AnyCaller, Cursor, Limit, create_api
from parley.ids import UserId
from parley.review import appeals
from parley.review.schemas import OwnDecision
from parley.wire import Page

api = create_api()


@api.get("/v1/users/<user_id>/moderation-decisions")
def list_decisions(
    caller: AnyCaller, user_id: UserId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[OwnDecision]:
    return appeals.do_list_own(caller, user_id, limit=limit, cursor=cursor)


handler = api.resolve
