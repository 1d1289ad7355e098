"""`{"action": "event.send", "conversation_id", "name", "data"?}`: as `POST /v1/conversations/{id}/events`."""

from parley.http.sockets import by_types_of_now, socket_action
from parley.identity.caller import Caller
from parley.realtime import passing
from parley.realtime.connections import Connection
from parley.realtime.schemas import SendEvent, SendEventAction


def act(caller: Caller, connection: Connection, body: SendEventAction) -> None:
    sent = SendEvent(name=body.name, data=body.data)
    passing.do_send_event(caller, body.conversation_id, sent, from_connection=connection.id)


handler = socket_action(SendEventAction, by_types_of_now(act))
