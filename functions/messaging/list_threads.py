"""GET /v1/threads: the threads that the caller follows, newest reply first.

Who starts a thread, replies in it or is mentioned there follows it, until they turn away. Each comes with what it hangs
on, its last reply, how many replies it has and how many of them are unread. Threads of conversations that are archived,
hidden for good or in the caller's own archive are left out. At most 200 are followed: of more, those go that the caller
touched longest ago.
"""

from typing import Annotated

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.messaging.threads import listing
from parley.messaging.threads.schemas import Thread
from parley.wire import Page, TrueOrFalse

from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()


@api.get("/v1/threads")
def list_threads(
    caller: CurrentCaller,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
    unread: Annotated[bool, TrueOrFalse, Query(description="Only those with unread replies")] = False,  # noqa: FBT002
) -> Page[Thread]:
    return listing.do_list(caller, unread=unread, limit=limit, cursor=cursor)


handler = api.resolve
