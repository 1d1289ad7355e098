"""PUT /v1/users/me/devices/{device_id}: push to a device of the caller's from now on.

An app registers its device at each start with the token that the push service gave it. A token belongs to one device of
one user: who signs in on a phone takes it from whoever was signed in there. The eleventh device of a user takes the
place of the one that was registered longest ago.
"""

from parley.http import CurrentCaller, answer, create_api
from parley.push import devices
from parley.push.schemas import Device, RegisterDevice

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.put("/v1/users/me/devices/<device_id>")
def register_device(caller: CurrentCaller, device_id: str, body: RegisterDevice) -> Response[Device]:
    device, is_new = devices.do_register(caller, device_id, body)
    return answer(device, 201 if is_new else 200)


handler = api.resolve
