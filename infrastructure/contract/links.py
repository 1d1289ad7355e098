"""Where a client goes on from an answer: OpenAPI's `links`.

`LINKS` are the steps that follow what was made. Beyond these every id in an answer leads to the operation that shows
what it names, and every page to the next.
"""

import re
from collections.abc import Iterator
from typing import Any

from infrastructure.routes import ROUTES

Schema = dict[str, Any]


def _link(operation: str, description: str, **parameters: str) -> Schema:
    return {"operationId": operation, "parameters": parameters, "description": description}


_MESSAGE = "$response.body#/id"
LINKS: dict[str, dict[str, Schema]] = {
    "create_conversation": {
        "conversation": _link("get_conversation", "The conversation", conversation_id="$response.body#/id"),
        "messages": _link("list_messages", "What is said in it", conversation_id="$response.body#/id"),
        "members": _link("list_members", "Who is in it", conversation_id="$response.body#/id"),
        "archive": _link("archive_conversation", "Close it", conversation_id="$response.body#/id"),
    },
    "send_message": {
        "message": _link("get_message", "The message", message_id=_MESSAGE),
        "replies": _link("list_replies", "Its thread", message_id=_MESSAGE),
        "edit": _link("edit_message", "Say something else", message_id=_MESSAGE),
        "react": _link("add_reaction", "React to it", message_id=_MESSAGE),
        "delete": _link("delete_message", "Take it back", message_id=_MESSAGE),
    },
    "create_user_group": {
        "group": _link("get_user_group", "The group", user_group_id="$response.body#/id"),
        "members": _link("list_user_group_members", "Who is in it", user_group_id="$response.body#/id"),
        "add": _link("add_user_group_members", "Add users to it", user_group_id="$response.body#/id"),
    },
    "put_user": {"user": _link("get_user", "The user", user_id="$response.body#/id")},
    "delete_user": {"job": _link("get_job", "How far it is", job_id="$response.body#/id")},
    "create_import": {
        "import": _link("get_import", "How far it is", import_id="$response.body#/id"),
        "check": _link("check_import", "Have its file checked", import_id="$response.body#/id"),
        "start": _link("start_import", "Import it", import_id="$response.body#/id"),
        "cancel": _link("cancel_import", "End it where it stands", import_id="$response.body#/id"),
    },
    "create_announcement": {
        "announcement": _link("get_announcement", "How far it is", announcement_id="$response.body#/id"),
        "cancel": _link("cancel_announcement", "Send it to nobody else", announcement_id="$response.body#/id"),
    },
    "start_export": {"export": _link("get_export", "How far it is", export_id="$response.body#/id")},
    "start_upload": {
        "progress": _link("get_progress", "What has arrived", upload_id="$response.body#/upload_id"),
        "abort": _link("abort_upload", "Give it up", upload_id="$response.body#/upload_id"),
        "media": _link("get_media", "What it becomes", media_id="$response.body#/media_id"),
    },
    "create_webhook": {
        "webhook": _link("get_webhook", "The webhook", webhook_id="$response.body#/id"),
        "deliveries": _link("list_deliveries", "What was sent to it", webhook_id="$response.body#/id"),
    },
    "put_command": {
        "rotate": _link("rotate_command_secret", "Give it a new secret", command_name="$response.body#/name"),
        "delete": _link("delete_command", "Remove it", command_name="$response.body#/name"),
    },
    "create_tenant": {"tenant": _link("get_tenant", "The tenant", tenant_id="$response.body#/id")},
    "create_key": {
        "key": _link("get_key", "The key", tenant_id="$request.path.tenant_id", kid="$response.body#/kid"),
        "delete": _link("delete_key", "Retire it", tenant_id="$request.path.tenant_id", kid="$response.body#/kid"),
    },
    "add_reaction": {
        "reactions": _link("list_reactions", "Who reacted", message_id="$request.path.message_id"),
    },
    "vote": {
        "votes": _link("list_votes", "Who voted", message_id="$request.path.message_id"),
        "close": _link("close_poll", "Take no more votes", message_id="$request.path.message_id"),
    },
    "schedule_message": {
        "change": _link("update_scheduled_message", "Change it", scheduled_message_id="$response.body#/id"),
        "cancel": _link("cancel_scheduled_message", "Take it back", scheduled_message_id="$response.body#/id"),
    },
    "register_device": {
        "remove": _link("remove_device", "Sign out there", device_id="$request.path.device_id"),
    },
    "put_block_list": {"block_list": _link("get_block_list", "The list")},
    "start_reindex": {"job": _link("get_reindex", "How far it is", job_id="$response.body#/id")},
}
"""Where a client goes on from what an operation has made."""


SHOWN_BY: dict[str, tuple[str, str]] = {
    "message": ("get_message", "message_id"),
    "conversation": ("get_conversation", "conversation_id"),
    "user": ("get_user", "user_id"),
    "media": ("get_media", "media_id"),
    "upload": ("get_progress", "upload_id"),
    "job": ("get_job", "job_id"),
    "reindex": ("get_reindex", "job_id"),
    "export": ("get_export", "export_id"),
    "announcement": ("get_announcement", "announcement_id"),
    "tenant": ("get_tenant", "tenant_id"),
    "webhook": ("get_webhook", "webhook_id"),
    "flag": ("resolve_flag", "flag_id"),
    "device": ("remove_device", "device_id"),
    "key": ("get_key", "kid"),
    "issuer": ("get_issuer", "issuer_id"),
    "scheduled message": ("get_scheduled_message", "scheduled_message_id"),
    "saved search": ("get_saved_search", "saved_search_id"),
    "hold": ("release_hold", "hold_id"),
    "user group": ("get_user_group", "user_group_id"),
    "delivery": ("replay_delivery", "delivery_id"),
}
"""What each kind of id leads to, and as which parameter."""
NAMED = {
    "conversation_id": "conversation",
    "message_id": "message",
    "last_message_id": "message",
    "parent_id": "message",
    "user_id": "user",
    "author_id": "user",
    "media_id": "media",
    "upload_id": "upload",
    "kid": "key",
    "banned_by": "user",
    "invited_by": "user",
    "reported_by": "user",
    "placed_by": "user",
}
"""Fields that hold an id, and of what."""
OWN: dict[str, str] = {
    "Announcement": "announcement",
    "Conversation": "conversation",
    "ConversationSummary": "conversation",
    "Delivery": "delivery",
    "Device": "device",
    "Export": "export",
    "Flag": "flag",
    "FoundConversation": "conversation",
    "FoundUser": "user",
    "Issuer": "issuer",
    "Job": "job",
    "Media": "media",
    "Message": "message",
    "MessageContent": "message",
    "NewWebhook": "webhook",
    "OpenFlag": "flag",
    "ReindexJob": "reindex",
    "ResolvedFlag": "flag",
    "SavedSearch": "saved search",
    "ScheduledMessage": "scheduled message",
    "Tenant": "tenant",
    "User": "user",
    "Hold": "hold",
    "UserGroup": "user group",
    "UserSummary": "user",
    "Webhook": "webhook",
}
"""What the `id` of such an answer names."""
NOBODY = {("Job", "user_id")}
"""Ids of what is not there any more: an erasure names whom it erases."""
DEPTH = 4
PATHS = {route.endpoint: re.findall(r"{(\w+)}", route.path) for route in ROUTES}


def links_of(operation: str, parameters: list[Schema], answer: Schema, schemas: Schema) -> dict[str, Schema]:
    """What an answer leads to: `answer` is its schema, whose references lead into `schemas`."""
    links = dict(LINKS.get(operation, {}))
    linked = {(link["operationId"], *sorted(link["parameters"].items())) for link in links.values()}
    for kind, pointer in ids_in(answer, schemas):
        target, parameter = SHOWN_BY[kind]
        others = [name for name in PATHS[target] if name != parameter]
        if target == operation or not set(others) <= set(PATHS[operation]) or kind in links:
            continue
        given = {name: f"$request.path.{name}" for name in others} | {parameter: f"$response.body#{pointer}"}
        if (target, *sorted(given.items())) not in linked:
            links[kind] = _link(target, f"The {kind} that `{pointer}` names", **given)
    named = {str(each["name"]): str(each["in"]) for each in parameters if each.get("in") in {"path", "query"}}
    if "cursor" in named:
        same = {name: f"$request.{place}.{name}" for name, place in named.items() if place == "path" or name == "limit"}
        links["next"] = _link(operation, "The next page", **same, cursor="$response.body#/next_cursor")
    return links


def ids_in(schema: Schema, schemas: Schema, pointer: str = "", depth: int = DEPTH) -> Iterator[tuple[str, str]]:
    """The ids that an answer gives: of what, and where; of a list those of its first element."""
    if depth < 0:
        return
    name = schema.get("$ref", "").split("/")[-1]
    schema = schemas[name] if name else schema
    for part in [*schema.get("anyOf", []), *([schema["items"]] if "items" in schema else [])]:
        yield from ids_in(part, schemas, pointer if part is not schema.get("items") else f"{pointer}/0", depth - 1)
    for field, part in schema.get("properties", {}).items():
        if (name, field) in NOBODY:
            continue
        kind = OWN.get(name) if field == "id" else NAMED.get(field)
        if kind is not None:
            yield kind, f"{pointer}/{field}"
        elif field != "id":
            yield from ids_in(part, schemas, f"{pointer}/{field}", depth - 1)
