"""GET /v1/scheduled-messages: the caller's messages that are sent later, the soonest first.

Those that failed are among them until they are changed or taken back; those that were sent are not.
"""

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.scheduling import listing
from parley.scheduling.schemas import ScheduledMessage
from parley.wire import Page

api = create_api()


@api.get("/v1/scheduled-messages")
def list_scheduled_messages(
    caller: CurrentCaller, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[ScheduledMessage]:
    return listing.do_list(caller, limit=limit, cursor=cursor)


handler = api.resolve
