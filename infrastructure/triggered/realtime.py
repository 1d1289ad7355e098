"""The routes of the WebSocket API as data, and the functions behind them that no route reaches: see `routes/`."""

from dataclasses import dataclass

from infrastructure.access import Grant, chat, control

TELL_PRESENCE: tuple[Grant, ...] = (
    chat("Query BatchGetItem", "user"),
    control("Query", "conversation"),
)
"""A user came or went: who watches their conversations, is still a member there, and is not blocked."""
FORGET: tuple[Grant, ...] = (
    control("DeleteItem", "connections", "conversation"),
    control("UpdateItem", "user"),
)
"""A connection went: out of the registry, with what it watched."""
LIMIT: tuple[Grant, ...] = (control("UpdateItem", "rate_limit"),)
CHECK_TOKENS: tuple[Grant, ...] = (chat("BatchGetItem", "tenant", "user"),)


@dataclass(frozen=True)
class SocketFunction:
    """A function under `functions/` whose grants are its role's. With `sends_frames` it may send to connections and
    close them. `keys` are the route keys that lead to it: a client action's, or one of API Gateway's own.
    """

    function: str
    description: str
    grants: tuple[Grant, ...]
    keys: tuple[str, ...] = ()
    sends_frames: bool = True
    memory: int = 256
    timeout: int = 10

    @property
    def endpoint(self) -> str:
        return self.function.split("/")[1]


SOCKET_FUNCTIONS: tuple[SocketFunction, ...] = (
    SocketFunction(
        "realtime/connect",
        "registers a connection",
        (
            *CHECK_TOKENS,
            control("PutItem", "connections", "closing"),
            control("GetItem", "connections"),
            *FORGET,
            *TELL_PRESENCE,
        ),
        ("$connect",),
    ),
    SocketFunction("realtime/disconnect", "forgets a connection", (*FORGET, *TELL_PRESENCE), ("$disconnect",)),
    SocketFunction("realtime/ping", "keeps a connection alive", (control("UpdateItem", "user"), *LIMIT), ("ping",)),
    SocketFunction(
        "realtime/show_typing",
        "tells who types",
        (chat("GetItem", "user", "conversation"), *LIMIT, *FORGET, *TELL_PRESENCE),
        ("typing.start", "typing.stop"),
    ),
    SocketFunction(
        "realtime/read",
        "moves a read pointer",
        (chat("GetItem UpdateItem", "user"), chat("GetItem Query", "conversation"), *LIMIT),
        ("read",),
    ),
    SocketFunction(
        "realtime/watch",
        "watches a conversation",
        (
            chat("GetItem BatchGetItem", "user"),
            chat("GetItem", "conversation"),
            chat("Query", "conversation", index="collection"),
            control("UpdateItem", "connections"),
            control("PutItem DeleteItem", "conversation"),
            control("BatchGetItem", "user"),
            *LIMIT,
        ),
        ("watch", "unwatch"),
    ),
    SocketFunction("realtime/default", "refuses unknown actions", LIMIT, ("$default",)),
)

SWEEPER = SocketFunction(
    "realtime/sweep_connections",
    "closes connections whose tokens have expired, every minute",
    (
        *CHECK_TOKENS,
        control("Query PutItem DeleteItem", "closing"),
        control("GetItem Query", "connections"),
        *FORGET,
        *TELL_PRESENCE,
    ),
    timeout=50,
)
