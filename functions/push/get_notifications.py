"""GET /v1/users/me/notifications: what the caller is told of by push in all conversations.

What holds where a conversation has no choice of its own.
"""

from parley.http import CurrentCaller, create_api
from parley.push import preferences
from parley.push.schemas import Notifications

api = create_api()


@api.get("/v1/users/me/notifications")
def get_notifications(caller: CurrentCaller) -> Notifications:
    return preferences.do_get(caller)


handler = api.resolve
