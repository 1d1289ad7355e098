"""GET /v1/unread: what the caller has not read, in all and by conversation."""

from parley.http import CurrentCaller, create_api
from parley.messaging import inbox
from parley.messaging.member_schemas import Unread

api = create_api()


@api.get("/v1/unread")
def count_unread(caller: CurrentCaller) -> Unread:
    return inbox.do_count_unread(caller)


handler = api.resolve
