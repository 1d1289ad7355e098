"""The topics of the Kafka variant of the change stream: which entities are published where, and how wide. Pure data."""

from collections.abc import Iterable

TOPICS: dict[str, frozenset[str]] = {
    "chat.messages": frozenset({"message", "reference", "shadowed_message", "annotations", "vote", "void"}),
    "conversation-events": frozenset(
        {
            "conversation",
            "conversation_details",
            "roster",
            "membership",
            "ban",
            "invite",
            "invite_link",
            "join_request",
            "case",
        }
    ),
    "user-events": frozenset(
        {
            "user",
            "revocation",
            "signing_key",
            "issuer",
            "tenant",
            "media",
            "block",
            "user_mute",
            "conversation_types",
            "user_group",
            "user_group_member",
            "webhook",
            "command",
            "search_heartbeat",
            "saved_search",
            "thread_follow",
            "draft",
            "bookmark",
            "scheduled_message",
            "moderation_decision",
        }
    ),
}
"""As `parley.streams.topics`, by which the publisher goes; the CDK app does not import the library."""
PARTITIONS = 12
"""Changes of one item keep their order: its partition key is the record's key."""
REPLICAS = 3


def topics_of(entities: Iterable[str]) -> list[str]:
    """The topics that carry changes of these entities."""
    wanted = set(entities)
    return [topic for topic, carried in TOPICS.items() if wanted & carried]
