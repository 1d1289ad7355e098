"""The topics of the Kafka variant of the change stream. Consumers do not care: a record is the same everywhere."""

MESSAGES, CONVERSATIONS, USERS = "chat.messages", "conversation-events", "user-events"

TOPICS: dict[str, frozenset[str]] = {
    MESSAGES: frozenset({"message", "reference", "shadowed_message", "annotations", "vote", "void"}),
    CONVERSATIONS: frozenset(
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
    USERS: frozenset(
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
"""The entities that are published to each; what no topic carries (secrets above all) is not published."""

_TOPIC_OF = {entity: topic for topic, entities in TOPICS.items() for entity in entities}


def topic_of(entity: str) -> str | None:
    """The topic of an entity's changes, None for what is not published."""
    return _TOPIC_OF.get(entity)
