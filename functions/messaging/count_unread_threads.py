"""GET /v1/unread/threads: what is unread in the threads that the caller follows.

In all and by thread, the newest reply first. Replies in muted conversations are counted apart.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.threads import listing
from parley.messaging.threads.schemas import UnreadThreads

api = create_api()


@api.get("/v1/unread/threads")
def count_unread_threads(caller: CurrentCaller) -> UnreadThreads:
    return listing.do_count_unread(caller)


handler = api.resolve
