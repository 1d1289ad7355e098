"""`{"action": "delivered", "conversations": [{"conversation_id", "seq"}]}`: as `POST /v1/delivered`."""

from typing import Any

from parley.http.sockets import socket_action
from parley.identity.caller import Caller
from parley.messaging.members import delivery
from parley.messaging.members.schemas import Delivered
from parley.realtime.connections import Connection
from parley.realtime.schemas import DeliveredAction


def act(caller: Caller, _connection: Connection, body: DeliveredAction) -> dict[str, Any]:
    return delivery.do_acknowledge(caller, Delivered(conversations=body.conversations)).model_dump(mode="json")


handler = socket_action(DeliveredAction, act)
