"""The consumers of the change stream, what fills its topics, and what applies again what a consumer gave up on.

To add a consumer: write `functions/streams/<name>.py`, whose handler calls `parley.streams.consumer.consume`, and name
it here with the entities that wake it and what it uses. Tests hold its calls against the grants.
"""

from infrastructure.access import chat, control
from infrastructure.triggered.realtime import CHECK_TOKENS, FORGET, TELL_PRESENCE
from infrastructure.triggered.triggered import Changes, Filter, Operator, TableStream, Trigger, Triggered
from infrastructure.uses.jobs import Jobs
from infrastructure.uses.push import Push
from infrastructure.uses.realtime import Sockets
from infrastructure.uses.search import Engine
from infrastructure.uses.streams import ChangeStream
from infrastructure.uses.use import Libraries
from infrastructure.uses.webhooks import Webhooks

EVENT_ENTITIES = (
    "annotations",
    "bookmark",
    "case",
    "conversation",
    "conversation_details",
    "draft",
    "invite",
    "join_request",
    "media",
    "membership",
    "message",
    "moderation_decision",
    "reference",
    "saved_search",
    "scheduled_message",
    "shadowed_message",
    "thread_follow",
    "user",
    "user_mute",
    "vote",
)
"""Whose changes tell events; as `parley.streams.events.EVENT_ENTITIES`."""


TELLING: tuple[Filter, ...] = (
    Filter(
        (
            "annotations",
            "bookmark",
            "case",
            "conversation",
            "conversation_details",
            "draft",
            "invite",
            "join_request",
            "membership",
            "message",
            "moderation_decision",
            "saved_search",
            "scheduled_message",
            "shadowed_message",
            "thread_follow",
            "user",
            "user_mute",
            "vote",
        )
    ),
    Filter(("reference",), ("INSERT",)),
    Filter(("media",), having=(("status", ("ready", "rejected")),)),
    Filter(("webhook",), ("MODIFY",), having=(("disabled_by", ("parley",)),)),
    Filter(
        (
            "bookmark",
            "draft",
            "invite",
            "join_request",
            "membership",
            "scheduled_message",
            "thread_follow",
            "user_mute",
        ),
        ("REMOVE",),
    ),
)
"""Of the changes of these entities, those that may tell anybody anything."""

CONSUMERS: tuple[Triggered[Changes], ...] = (
    Triggered(
        "streams/deliver_changes",
        "delivers changes to sockets, webhooks' queue and phones, and notes them for replay",
        Changes(
            (*EVENT_ENTITIES, "webhook"),
            TELLING,
            effects=("deliver_realtime", "deliver_webhooks", "send_push", "notice_links"),
            urgent=True,
        ),
        (
            # to sockets, and into the log for replay
            chat("BatchGetItem", "user", "conversation", "media", "user_groups"),
            chat("GetItem", "conversation"),
            chat("Query", "conversation", "user_group_members", index="collection"),
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
            # into the queue of previews
            chat("BatchGetItem", "tenant"),
            control("PutItem", "due"),
            Jobs(("previews",)),
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
