"""POST /v1/announcements/{announcement_id}/cancel: send an announcement to nobody else.

By the tenant's back end. Who has the message keeps it; up to 25 conversations that it is on its way to get it.
"""

from parley.announcements import announcements
from parley.announcements.schemas import Announcement
from parley.http import CurrentServer, create_api

api = create_api()


@api.post("/v1/announcements/<announcement_id>/cancel")
def cancel_announcement(caller: CurrentServer, announcement_id: str) -> Announcement:
    return announcements.do_cancel(caller, announcement_id)


handler = api.resolve
