"""POST /v1/announcements: send one message to many conversations, now or later.

By the tenant's back end, as a system message: to up to 500 conversations that it names, or to all of a type, a declared
type or a team. Each gets it once, at a pace that leaves the tenant's users three quarters of its messages a minute. At
most ten have not ended. `GET /v1/announcements/{announcement_id}` tells how far it is.
"""

from parley.announcements import announcements
from parley.announcements.schemas import Announcement, CreateAnnouncement
from parley.http import CurrentServer, IdempotencyKey, create_api

api = create_api()


@api.post("/v1/announcements", status_code=202)
def create_announcement(
    caller: CurrentServer, body: CreateAnnouncement, idempotency_key: IdempotencyKey = None
) -> Announcement:
    return announcements.do_create(caller, body, idempotency_key=idempotency_key)


handler = api.resolve
