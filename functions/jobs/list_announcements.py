"""GET /v1/announcements: the tenant's announcements, the newest first.

For the tenant's back end. Those that have ended are listed for 30 days.
"""

from parley.announcements import announcements
from parley.announcements.schemas import Announcement
from parley.http import DEFAULT_LIMIT, CurrentServer, Cursor, Limit, create_api
from parley.wire import Page

api = create_api()


@api.get("/v1/announcements")
def list_announcements(
    caller: CurrentServer, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[Announcement]:
    return announcements.do_list(caller, limit=limit, cursor=cursor)


handler = api.resolve
