"""`{"action": "watch" | "unwatch", "conversation_id"}`: who types and who is there, from now on or no more."""

from typing import Any

from parley.http.sockets import by_types_of_now, socket_action
from parley.identity.caller import Caller
from parley.realtime import connecting, watching
from parley.realtime.connections import Connection
from parley.realtime.schemas import Watch


def act(caller: Caller, connection: Connection, body: Watch) -> dict[str, Any] | None:
    if body.action == "unwatch":
        watching.do_unwatch(caller, connection, body.conversation_id)
        return None
    return connecting.do_watch(caller, connection, body.conversation_id)


handler = socket_action(Watch, by_types_of_now(act))
