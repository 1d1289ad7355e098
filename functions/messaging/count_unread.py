"""GET /v1/unread: what the caller has not read, in all and by conversation.

Of conversations that are not archived, hidden or in the caller's own archive. Muted ones count in a total of their own.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.conversations import unread
from parley.messaging.members.schemas import Unread

api = create_api()


@api.get("/v1/unread")
def count_unread(caller: CurrentCaller) -> Unread:
    return unread.do_count_unread(caller)


handler = api.resolve
