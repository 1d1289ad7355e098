"""`{"action": "ping"}`: keep the connection and the user's presence alive."""

from parley.http.sockets import socket_action
from parley.realtime import lifecycle
from parley.realtime.schemas import Ping

handler = socket_action(Ping, lambda caller, connection, _: lifecycle.do_ping(caller, connection))
