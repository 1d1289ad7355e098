"""What the names in paths and queries mean, wherever they stand."""

WORDS = {
    # in paths
    "announcement_id": "The announcement, as the answer that made it named it",
    "command_name": "The command, without the `/`",
    "conversation_id": "The conversation, as the answer that made it named it",
    "conversation_type": "The type: a name that the tenant has declared, or `group` or `channel`",
    "decision_id": "The decision, as the record and the event name it",
    "delivery_id": "The delivery, as the webhook's log names it",
    "device_id": "The device, as the app names it",
    "export_id": "The export, as the answer that began it named it",
    "import_id": "The import, as the answer that began it named it",
    "flag_id": "The report, as the queue names it",
    "issuer_id": "The issuer, as the answer that registered it named it",
    "job_id": "The job, as the answer that began it named it",
    "kid": "The key, as its tokens name it in their header",
    "link_id": "The invite link, as the answer that made it named it",
    "media_id": "The file, as the answer that began its upload named it",
    "message_id": "The message: its conversation and its place there",
    "reaction": "The emoji, percent-encoded",
    "saved_search_id": "The saved search, as the answer that made it named it",
    "scheduled_message_id": "The message that is sent later, as the answer that made it named it",
    "tenant_id": "The tenant",
    "upload_id": "The upload, as the answer that began it named it",
    "hold_id": "The hold",
    "user_group_id": "The user group, as the answer that made it named it",
    "user_id": "The user, as the tenant's own back end names them; `me` is the caller",
    "webhook_id": "The webhook, as the answer that made it named it",
    # in queries
    "action": "Only this act",
    "actor": "Only what such a one did",
    "actor_id": "Only what this one did: a user, a key, a login",
    "after_seq": "Only what comes after this number",
    "archived": "Only those that are archived, or only those that are not",
    "around": "The message in the middle of the page",
    "author_id": "Only what this user wrote",
    "before_seq": "Only what comes before this number",
    "from": "From this moment on",
    "has": "Only messages that have one",
    "in_thread": "Only replies, or only what is no reply",
    "limit": "How many at most",
    "mentioned_group": "Only messages that mention this user group",
    "mentions": "Only messages that name this user",
    "message_type": "Only messages of this type, as `regular` or `system`",
    "option": "Only who voted for this option",
    "order": "Oldest first (`asc`) or newest first (`desc`)",
    "parent_id": "The message whose thread is meant",
    "q": "What to search for",
    "reminder": "Only those whose reminder is to come, or has come due",
    "target": "Only what was done to such a thing",
    "target_id": "Only what was done to this one",
    "sort": "The best first, or the newest",
    "to": "Up to this moment",
    "type": "Only conversations of this type",
    "variant": "A thumbnail in place of the file itself",
}


def with_words(parameter: dict[str, object]) -> dict[str, object]:
    """A parameter with its own description or, where it has none, with what its name means everywhere."""
    if "description" in parameter:
        return parameter
    return parameter | {"description": WORDS[str(parameter["name"])]}
