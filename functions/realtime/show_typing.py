"""`{"action": "typing.start" | "typing.stop", "conversation_id"}`: tell who watches the conversation."""

from parley.http.sockets import by_types_of_now, socket_action
from parley.identity.caller import Caller
from parley.realtime import passing
from parley.realtime.connections import Connection
from parley.realtime.schemas import Typing


def act(caller: Caller, _connection: Connection, body: Typing) -> None:
    passing.do_type(caller, body.conversation_id, started=body.action == "typing.start")


handler = socket_action(Typing, by_types_of_now(act))
