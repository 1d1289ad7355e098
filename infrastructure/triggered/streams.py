"""The consumers of the change stream, what fills its topics, and what applies again what a consumer gave up on.

To add a consumer: write `functions/streams/<name>.py`, whose handler calls `parley.streams.consumer.consume`, and name
it here with the entities that wake it and what it uses. Tests hold its calls against the grants.
"""

from infrastructure.access import chat, control
from infrastructure.triggered.realtime import CHECK_TOKENS, FORGET, TELL_PRESENCE
from infrastructure.triggered.triggered import Changes, Filter, Operator, TableStream, Trigger, Triggered
from infrastructure.uses.push import Push
from infrastructure.uses.realtime import Sockets
from infrastructure.uses.search import Engine
from infrastructure.uses.streams import ChangeStream
from infrastructure.uses.use import Libraries
from infrastructure.uses.webhooks import Webhooks

EVENT_ENTITIES = (
    "annotations",
    "conversation",
    "conversation_details",
    "media",
    "membership",
    "message",
    "reference",
    "saved_search",
    "thread_follow",
    "user",
)
"""Whose changes tell events; as `parley.streams.events.EVENT_ENTITIES`."""


TELLING: tuple[Filter, ...] = (
    Filter(
        (
            "annotations",
            "conversation",
            "conversation_details",
            "membership",
            "message",
            "saved_search",
            "thread_follow",
            "user",
        )
    ),
    Filter(("reference",), ("INSERT",)),
    Filter(("media",), having=(("status", ("ready", "rejected")),)),
    Filter(("webhook",), ("MODIFY",), having=(("disabled_by", ("parley",)),)),
    Filter(("membership", "message", "thread_follow"), ("REMOVE",)),
)
"""Of the changes of these entities, those that may tell anybody anything."""

CONSUMERS: tuple[Triggered[Changes], ...] = (
    Triggered(
        "streams/deliver_changes",
        "delivers changes to sockets, webhooks' queue and phones, and notes them for replay",
        Changes(
            (*EVENT_ENTITIES, "webhook"),
            TELLING,
            effects=("deliver_realtime", "deliver_webhooks", "send_push"),
            urgent=True,
        ),
        (
            # to sockets, and into the log for replay
            chat("BatchGetItem", "user", "conversation", "media"),
            chat("GetItem", "tenant", "conversation"),
            chat("Query", "conversation", index="collection"),
            control("BatchWriteItem", "conversation"),
            control("BatchWriteItem BatchGetItem", "user"),
            control("Query", "connections"),
            *FORGET,
            *TELL_PRESENCE,
            Sockets(),
            # into webhooks' queue
            chat("BatchGetItem Query", "webhooks"),
            Webhooks("send"),
            # to phones
            chat("Query", "conversation"),
            control("UpdateItem", "conversation"),
            control("DeleteItem", "push_tokens"),
            Push("send"),
            ChangeStream(),
        ),
        memory=512,
        timeout=75,
    ),
    Triggered(
        "streams/close_connections",
        "closes connections whose tokens have been revoked",
        Changes(("issuer", "revocation", "signing_key", "tenant")),
        (
            *CHECK_TOKENS,
            control("BatchGetItem", "user"),
            control("PutItem", "closing"),
            control("GetItem Query", "connections"),
            *FORGET,
            *TELL_PRESENCE,
            Sockets(),
            ChangeStream(),
        ),
        timeout=60,
    ),
    Triggered(
        "streams/index_documents",
        "indexes messages, conversations and users for search, and tells of what saved searches match",
        Changes(("conversation", "message", "search_heartbeat", "user", "void")),
        (
            chat("BatchGetItem", "conversation", "media", "tenant", "user"),
            chat("GetItem", "tenant"),
            chat("GetItem UpdateItem", "user"),
            chat("BatchGetItem Query", "alerts"),
            chat("UpdateItem", "search_failures"),
            control("GetItem UpdateItem", "search_state"),
            control("PutItem", "search_mark"),
            Engine("write"),
            ChangeStream(),
        ),
        memory=1024,
        timeout=120,
    ),
    Triggered(
        "streams/roll_up_usage",
        "counts what tenants use, notes beside kept lists what changed, and makes users follow threads",
        Changes(("conversation", "message", "membership", "media", "thread_follow")),
        (
            chat("BatchGetItem DeleteItem Query UpdateItem", "user"),
            chat("BatchGetItem GetItem PutItem Query UpdateItem", "conversation"),
            chat("Query", "conversation", index="collection"),
            control("Query", "conversation"),
            control("BatchGetItem BatchWriteItem", "user"),
            control("UpdateItem", "unlisted"),
            control("GetItem BatchGetItem Query PutItem UpdateItem", "quota"),
            ChangeStream(),
        ),
        timeout=60,
    ),
)

PUBLISHER = Triggered(
    "streams/publish_changes",
    "the table's stream to Kafka topics",
    TableStream(),
    (Libraries(("kafka",)),),
    memory=512,
    timeout=60,
)
REDRIVE = Triggered(
    "streams/redrive",
    "another try for batches that a consumer gave up on",
    Operator(),
    (ChangeStream(kinesis_alone=True),),
    timeout=900,
)
FUNCTIONS: tuple[Triggered[Trigger], ...] = (*CONSUMERS, PUBLISHER, REDRIVE)
