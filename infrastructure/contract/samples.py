"""Example values made from a schema, where no recorded answer shows any: the same for the same schema.

They play in the world of `infrastructure/examples.py` as far as a field's name tells what it holds.
"""

from typing import Any

from infrastructure import examples

Schema = dict[str, Any]
ANY_ID = "01j9zt5s7n8k3v2q4r6w8y0x1z"
MOMENT = "2026-11-23T09:00:00.000Z"
BY_NAME: dict[str, object] = {
    "actor_id": "alice",
    "author_id": "alice",
    "content_type": "image/jpeg",
    "conversation_id": examples.GENERAL,
    "created_by": "alice",
    "event_type": "message.created",
    "filename": "holiday.jpg",
    "media_id": examples.MEDIA,
    "message_id": examples.HELLO,
    "name": "General",
    "owner_id": "alice",
    "parent_id": None,
    "percent": 40,
    "size": 812_345,
    "tenant_id": examples.TENANT,
    "text": "Lunch at noon, @bob?",
    "upload_id": examples.MEDIA,
    "url": "https://media.example.com/holiday.jpg?Signature=abc",
    "user_id": "bob",
}
"""What a field of such a name holds, where its type allows it."""
IDS = {"Conversation": examples.GENERAL, "Message": examples.HELLO, "Media": examples.MEDIA, "User": "bob"}
IDS |= {"MessageContent": examples.HELLO, "FoundConversation": examples.GENERAL, "FoundUser": "bob"}
IDS |= {"ReindexJob": examples.REINDEX, "Webhook": examples.WEBHOOK, "MediaState": examples.MEDIA}
"""What `id` holds, by the schema that has it."""
JSON_TYPES: dict[type, str] = {str: "string", int: "integer", bool: "boolean", type(None): "null"}


def sample(schema: Schema, schemas: Schema, *, name: str = "", owner: str = "") -> Any:
    """A value that fits a schema whose references lead into `schemas`; `name` is the field, `owner` what has it."""
    if "$ref" in schema:
        owner = schema["$ref"].split("/")[-1]
        return sample(schemas[owner], schemas, name=name, owner=owner)
    fixed = [schema["const"]] if "const" in schema else schema.get("enum") or schema.get("examples")
    if fixed:
        return fixed[0]
    choices = schema.get("anyOf") or schema.get("oneOf") or []
    known = IDS.get(owner, ANY_ID) if name == "id" else BY_NAME.get(name)
    if known is not None and JSON_TYPES[type(known)] in [each.get("type") for each in choices or [schema]]:
        return known
    if choices:
        return sample(choices[0], schemas, name=name, owner=owner)
    return _of_type(schema, schemas, name, owner)


def _of_type(schema: Schema, schemas: Schema, name: str, owner: str) -> Any:
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            return {each: sample(part, schemas, name=each, owner=owner) for each, part in fields.items()}
        case "array":
            return [sample(schema["items"], schemas, name=name.removesuffix("s"))] if "items" in schema else []
        case "integer" | "number":
            return max(1, schema.get("minimum", 1))
        case "boolean":
            return False
        case "null":
            return None
        case _:
            return MOMENT if schema.get("format") == "date-time" else name.replace("_", " ") or "text"
