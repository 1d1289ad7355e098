"""The `webhooks` of the OpenAPI document: what tenants' servers are sent, and by which headers they verify it."""

from typing import Any, Literal

from infrastructure.contract import events
from parley.commands.schemas import CommandCall, CommandReply
from parley.messaging.messages.translations.schemas import TranslatedText
from parley.moderation.schemas import Decision
from parley.wire import Answer, Timestamp

Schema = dict[str, Any]
JSON = "application/json"
TAGS = {"CommandCall": "commands", "PreSendCall": "moderation", "TranslateCall": "messaging"}
SIGNED = "Signed as Standard Webhooks. "


class PreSendCall(Answer):
    """A message as somebody wants to have it, which the tenant's server is asked about before it is stored."""

    id: str
    type: Literal["message.pre_send"]
    tenant_id: str
    user_id: str
    asked_at: Timestamp
    operation: Literal["send", "edit"]
    conversation_id: str
    message_id: str | None
    parent_id: str | None
    text: str
    attachments: list[str]
    mentions: list[str]
    mentioned_groups: list[str]
    custom: dict[str, Any]


class TranslateCall(Answer):
    """A text that the tenant's server is asked to translate."""

    id: str
    type: Literal["message.translate"]
    tenant_id: str
    asked_at: Timestamp
    conversation_id: str
    message_id: str
    text: str
    language: str


PARAMETERS: Schema = {
    "WebhookId": {
        "name": "webhook-id",
        "in": "header",
        "required": True,
        "description": "The `id` in the body, the same for every attempt",
        "schema": {"type": "string"},
    },
    "WebhookTimestamp": {
        "name": "webhook-timestamp",
        "in": "header",
        "required": True,
        "description": "When this attempt was signed, in seconds; refuse one that is more than five minutes off",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "WebhookSignature": {
        "name": "webhook-signature",
        "in": "header",
        "required": True,
        "description": "`v1,` and HMAC-SHA256 over `id.timestamp.body` in base64, one for each secret that still "
        "counts, with spaces between",
        "schema": {"type": "string", "pattern": "^v1,[A-Za-z0-9+/]+=*( v1,[A-Za-z0-9+/]+=*)*$"},
    },
}


def section() -> Schema:
    """Each event that webhooks name, and what tenants' servers are asked, by type."""
    told = {
        name: _call(
            name, kind, "Tried again for some 20 hours unless it is answered with 2XX.", {"2XX": _said("Taken")}
        )
        for name, kind in events.TOLD_TO_WEBHOOKS.items()
    }
    decided = {"200": _said("What the tenant decides") | _json("PreSendDecision")}
    asked = _call("message.pre_send", PreSendCall, "Answered within a second; anything but 200 is a failure.", decided)
    replies = {"200": _said("What is shown of it") | _json("CommandReply"), "204": _said("Nothing is shown")}
    ran = _call("command.run", CommandCall, "Answered within 3 s; anything but 2XX is a failure.", replies)
    translated = {
        "200": _said("The text in the language") | _json("TranslatedText"),
        "4XX": _said("This is not translated into that language"),
    }
    within = "Answered within five seconds; anything else is a failure."
    wanted = _call("message.translate", TranslateCall, within, translated)
    return {**told, "message.pre_send": asked, "command.run": ran, "message.translate": wanted}


def schemas() -> Schema:
    """The schemas that only these calls use."""
    return {
        "PreSendCall": PreSendCall.model_json_schema(mode="serialization"),
        "CommandCall": CommandCall.model_json_schema(mode="serialization"),
        "CommandReply": CommandReply.model_json_schema(),
        "TranslateCall": TranslateCall.model_json_schema(mode="serialization"),
        "TranslatedText": TranslatedText.model_json_schema() | {"title": "TranslatedText"},
        "PreSendDecision": Decision.model_json_schema() | {"title": "PreSendDecision"},
    }


def _call(name: str, kind: type[Answer], what_follows: str, responses: Schema) -> Schema:
    return {
        "post": {
            "operationId": "on_" + name.replace(".", "_"),
            "summary": events.summary_of(kind),
            "description": SIGNED + what_follows,
            "tags": [TAGS.get(kind.__name__, "webhooks")],
            "parameters": [{"$ref": f"#/components/parameters/{each}"} for each in PARAMETERS],
            "requestBody": {"required": True, **_json(kind.__name__)},
            "responses": responses,
        }
    }


def _said(description: str) -> Schema:
    return {"description": description}


def _json(name: str) -> Schema:
    return {"content": {JSON: {"schema": {"$ref": f"#/components/schemas/{name}"}}}}
