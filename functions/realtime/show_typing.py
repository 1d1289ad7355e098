"""`{"action": "typing.start" | "typing.stop", "conversation_id"}`: tell who watches the conversation."""

from parley.http.sockets import socket_action
from parley.identity.caller import Caller
from parley.realtime import typing
from parley.realtime.connections import Connection
from parley.realtime.schemas import Typing


def act(caller: Caller, _connection: Connection, body: Typing) -> None:
    typing.do_type(caller, body.conversation_id, started=body.action == "typing.start")


handler = socket_action(Typing, act)
