"""GET /v1/users/me/devices: the caller's devices that take push notifications.

Without their push tokens.
"""

from parley.http import CurrentCaller, create_api
from parley.push import devices
from parley.push.schemas import Devices

api = create_api()


@api.get("/v1/users/me/devices")
def list_devices(caller: CurrentCaller) -> Devices:
    return devices.do_list(caller)


handler = api.resolve
