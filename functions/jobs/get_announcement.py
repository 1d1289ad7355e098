"""GET /v1/announcements/{announcement_id}: how far an announcement is, and what refused it where.

For the tenant's back end. Kept for 30 days after it has ended.
"""

from parley.announcements import announcements
from parley.announcements.schemas import Announcement
from parley.http import CurrentServer, create_api

api = create_api()


@api.get("/v1/announcements/<announcement_id>")
def get_announcement(caller: CurrentServer, announcement_id: str) -> Announcement:
    return announcements.do_get(caller, announcement_id)


handler = api.resolve
