"""POST /v1/delivered: tell how far messages have reached a device of the caller's.

The newest number of up to 25 conversations at once: gather what came within some seconds, by socket, push or page. It
never goes back, and is kept at most once in three seconds: what the answer shows lower, tell again then. Conversations
of more members than the tenant's `delivery_receipts_members` keep none.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.members import delivery
from parley.messaging.members.schemas import Delivered, DeliveredStates

api = create_api()


@api.post("/v1/delivered")
def acknowledge_delivery(caller: CurrentCaller, body: Delivered) -> DeliveredStates:
    return delivery.do_acknowledge(caller, body)


handler = api.resolve
