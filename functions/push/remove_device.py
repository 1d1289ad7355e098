"""DELETE /v1/users/me/devices/{device_id}: push to a device no more, as when the caller signs out there.

What is not registered stays so.
"""

from parley.http import CurrentCaller, create_api
from parley.push import devices

api = create_api()


@api.delete("/v1/users/me/devices/<device_id>", status_code=204)
def remove_device(caller: CurrentCaller, device_id: str) -> None:
    devices.do_remove(caller, device_id)


handler = api.resolve
