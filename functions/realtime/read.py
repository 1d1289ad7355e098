"""`{"action": "read", "conversation_id", "message_id"?}`: as `POST /v1/conversations/{id}/read`."""

from typing import Any

from parley.http.sockets import socket_action
from parley.identity.caller import Caller
from parley.messaging.members import receipts
from parley.messaging.members.schemas import MarkRead
from parley.realtime.connections import Connection
from parley.realtime.schemas import ReadAction


def act(caller: Caller, _connection: Connection, body: ReadAction) -> dict[str, Any]:
    marked = receipts.do_mark_read(caller, body.conversation_id, MarkRead(message_id=body.message_id))
    return marked.model_dump(mode="json")


handler = socket_action(ReadAction, act)
