"""The consumers of the change stream, as data: CDK deploys a function and an event source mapping for each.

To add a consumer: write `functions/streams/<name>.py`, whose handler calls `parley.streams.consumer.consume`, and name
it here with the entities that it is woken for and what it may call. Tests hold its calls against the grants.
"""

from dataclasses import dataclass
from typing import Literal

from infrastructure.access import Grant, chat, control
from infrastructure.sockets import CHECK_TOKENS, FORGET, TELL_PRESENCE

TOLD_ENTITIES = (
    "annotations",
    "conversation",
    "conversation_details",
    "media",
    "membership",
    "message",
    "reference",
    "user",
)
"""Whose changes tell events; as `parley.streams.events.TOLD_ENTITIES`."""


@dataclass(frozen=True)
class Consumer:
    """A function under `functions/` that takes batches of the stream, and the `entities` that it is woken for.

    `sends_frames`: it may send to connections and close them. `layers` are dependency layers beyond `api`.
    """

    function: str
    description: str
    entities: tuple[str, ...]
    grants: tuple[Grant, ...]
    memory: int = 512
    timeout: int = 60
    layers: tuple[str, ...] = ()
    sends_frames: bool = False
    engine: Literal["read", "write"] | None = None
    """What it may do in OpenSearch."""
    inserts_only: bool = False
    """Whether only what is new wakes it."""
    pushes: bool = False
    """Whether it pushes to phones."""
    queues_webhooks: bool = False
    """Whether it puts deliveries to tenants' servers into their queue."""

    @property
    def endpoint(self) -> str:
        return self.function.split("/")[1]


CONSUMERS: tuple[Consumer, ...] = (
    Consumer(
        "streams/deliver_realtime",
        "delivers changes to sockets, and notes them for replay",
        TOLD_ENTITIES,
        (
            chat("BatchGetItem", "user", "conversation", "media"),
            chat("GetItem", "tenant", "conversation"),
            chat("Query", "conversation", index="collection"),
            control("PutItem UpdateItem", "conversation"),
            control("PutItem BatchGetItem", "user"),
            *FORGET,
            *TELL_PRESENCE,
        ),
        sends_frames=True,
    ),
    Consumer(
        "streams/close_connections",
        "closes connections whose tokens have been revoked",
        ("revocation", "signing_key", "tenant"),
        (
            *CHECK_TOKENS,
            control("BatchGetItem", "user"),
            control("PutItem", "closing"),
            control("GetItem Query", "connections"),
            *FORGET,
            *TELL_PRESENCE,
        ),
        memory=256,
        sends_frames=True,
    ),
    Consumer(
        "streams/deliver_webhooks",
        "queues events for tenants' webhooks",
        (*TOLD_ENTITIES, "webhook"),
        (chat("Query", "webhooks"),),
        queues_webhooks=True,
    ),
    Consumer(
        "streams/send_push",
        "pushes new messages to phones",
        ("message",),
        (
            chat("BatchGetItem Query", "user"),
            chat("BatchGetItem Query", "conversation"),
            chat("Query", "conversation", index="collection"),
            chat("GetItem", "tenant"),
            control("BatchGetItem UpdateItem", "user"),
            control("UpdateItem", "conversation"),
            control("DeleteItem", "push_tokens"),
        ),
        inserts_only=True,
        pushes=True,
    ),
    Consumer(
        "streams/index_documents",
        "indexes messages, conversations, users and memberships for search",
        ("conversation", "membership", "message", "search_heartbeat", "user", "void"),
        (
            chat("BatchGetItem", "media"),
            chat("UpdateItem", "search_failures"),
            control("GetItem UpdateItem", "search_state"),
        ),
        memory=1024,
        timeout=120,
        layers=("search",),
        engine="write",
    ),
    Consumer(
        "streams/roll_up_usage",
        "counts what tenants use",
        ("message", "membership", "media"),
        (control("GetItem BatchGetItem PutItem UpdateItem", "quota"),),
        memory=256,
    ),
)
