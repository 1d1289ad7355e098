"""PUT /v1/users/me/status: what the caller shows of themselves.

Invisible, others see the user offline. What is left out stays as it is; null takes the text away.
"""

from parley.http import CurrentCaller, create_api
from parley.realtime import presence
from parley.realtime.schemas import OwnStatus, SetStatus

api = create_api()


@api.put("/v1/users/me/status")
def set_status(caller: CurrentCaller, body: SetStatus) -> OwnStatus:
    return presence.do_set_status(caller, body)


handler = api.resolve
