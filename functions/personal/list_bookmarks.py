"""GET /v1/bookmarks: the messages that the caller keeps, those first that were kept last.

Each with its message as it is now; without it where that has been deleted, or the caller does not see it any more.
"""

from typing import Annotated

from parley.bookmarks import listing
from parley.bookmarks.schemas import Bookmark, Reminder
from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.wire import Page

from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()


@api.get("/v1/bookmarks")
def list_bookmarks(
    caller: CurrentCaller,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
    reminder: Annotated[
        Reminder | None, Query(description="Only those whose reminder is to come, or has come due")
    ] = None,
) -> Page[Bookmark]:
    return listing.do_list(caller, reminder=reminder, limit=limit, cursor=cursor)


handler = api.resolve
