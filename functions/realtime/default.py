"""`$default`: a frame whose `action` is none of ours."""

from typing import NoReturn

from parley.errors import BadRequest
from parley.http.sockets import socket_action
from parley.identity.caller import Caller
from parley.realtime.connections import Connection
from parley.realtime.schemas import ClientAction


def act(_caller: Caller, _connection: Connection, _body: ClientAction) -> NoReturn:
    raise BadRequest("The actions are ping, typing.start, typing.stop, event.send, read, delivered, watch and unwatch")


handler = socket_action(ClientAction, act)
