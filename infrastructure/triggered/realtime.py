"""The functions of the WebSocket API: those of its routes, its authorizer, and the sweeper of connections."""

from infrastructure.access import chat, control
from infrastructure.routes.realtime import TELL_WATCHERS
from infrastructure.triggered.identity import AUTHORIZING
from infrastructure.triggered.triggered import Authorizer, Every, SocketRoutes, Trigger, Triggered
from infrastructure.uses.permissions import PERMISSIONS, TOLD_BY_PERMISSION
from infrastructure.uses.realtime import Sockets
from infrastructure.uses.use import Use

TELL_PRESENCE: tuple[Use, ...] = (
    *TOLD_BY_PERMISSION,
    chat("Query BatchGetItem", "user"),
    control("Query", "conversation"),
)
"""A user came or went: who watches their conversations, is still a member there, and is not blocked."""
FORGET: tuple[Use, ...] = (
    control("DeleteItem", "connections", "conversation"),
    control("UpdateItem", "user"),
)
"""A connection went: out of the registry, with what it watched."""
LIMIT: tuple[Use, ...] = (control("UpdateItem", "rate_limit"),)
CHECK_TOKENS: tuple[Use, ...] = (chat("BatchGetItem", "tenant", "user"),)


SOCKET_FUNCTIONS: tuple[Triggered[SocketRoutes], ...] = (
    Triggered(
        "realtime/connect",
        "registers a connection",
        SocketRoutes(("$connect",)),
        (
            *CHECK_TOKENS,
            control("PutItem", "connections", "closing"),
            control("GetItem", "connections"),
            *FORGET,
            *TELL_PRESENCE,
            *LIMIT,
            Sockets(),
        ),
    ),
    Triggered(
        "realtime/disconnect",
        "forgets a connection",
        SocketRoutes(("$disconnect",)),
        (*FORGET, *TELL_PRESENCE, Sockets()),
    ),
    Triggered(
        "realtime/ping",
        "keeps a connection alive",
        SocketRoutes(("ping",)),
        (control("UpdateItem", "user"), *LIMIT, Sockets()),
    ),
    Triggered(
        "realtime/show_typing",
        "tells who types",
        SocketRoutes(("typing.start", "typing.stop")),
        (PERMISSIONS, *TELL_WATCHERS, *LIMIT),
    ),
    Triggered(
        "realtime/pass_event",
        "tells an app's own events",
        SocketRoutes(("event.send",)),
        (PERMISSIONS, *TELL_WATCHERS, *LIMIT),
    ),
    Triggered(
        "realtime/read",
        "moves a read pointer",
        SocketRoutes(("read",)),
        (PERMISSIONS, chat("GetItem UpdateItem", "user"), chat("GetItem Query", "conversation"), *LIMIT, Sockets()),
    ),
    Triggered(
        "realtime/delivered",
        "keeps how far messages have reached a member",
        SocketRoutes(("delivered",)),
        (chat("BatchGetItem UpdateItem", "user"), chat("BatchGetItem", "conversation"), *LIMIT, Sockets()),
    ),
    Triggered(
        "realtime/watch",
        "watches a conversation",
        SocketRoutes(("watch", "unwatch")),
        (
            *TOLD_BY_PERMISSION,
            chat("GetItem BatchGetItem", "user"),
            chat("GetItem", "conversation"),
            chat("Query", "conversation", index="collection"),
            control("UpdateItem", "connections"),
            control("PutItem DeleteItem Query", "conversation"),
            control("BatchGetItem", "user"),
            *LIMIT,
            Sockets(),
        ),
    ),
    Triggered("realtime/default", "refuses unknown actions", SocketRoutes(("$default",)), (*LIMIT, Sockets())),
)

SWEEPER = Triggered(
    "realtime/sweep_connections",
    "closes connections whose tokens have expired, every minute",
    Every(minutes=1),
    (
        *CHECK_TOKENS,
        control("Query PutItem DeleteItem", "closing"),
        control("GetItem Query", "connections"),
        *FORGET,
        *TELL_PRESENCE,
        Sockets(),
    ),
    timeout=50,
)
SOCKET_AUTHORIZER = Triggered(
    "realtime/authorizer", "verifies tokens for the WebSocket API", Authorizer(), AUTHORIZING, timeout=5
)
FUNCTIONS: tuple[Triggered[Trigger], ...] = (*SOCKET_FUNCTIONS, SWEEPER, SOCKET_AUTHORIZER)
