"""`{"action": "ping"}`: keep the connection and the user's presence alive."""

from parley.http.sockets import socket_action
from parley.realtime import connecting
from parley.realtime.schemas import Ping

handler = socket_action(Ping, lambda caller, connection, _: connecting.do_ping(caller, connection))
