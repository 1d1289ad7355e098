"""PUT /v1/users/me/notifications: choose what to be told of by push in all conversations.

`none` silences every conversation, whatever is chosen for it; with `until`, for a while.
"""

from parley.http import CurrentCaller, create_api
from parley.push import preferences
from parley.push.schemas import Notifications, SetNotifications

api = create_api()


@api.put("/v1/users/me/notifications")
def set_notifications(caller: CurrentCaller, body: SetNotifications) -> Notifications:
    return preferences.do_set(caller, body)


handler = api.resolve
