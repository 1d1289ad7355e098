"""The AsyncAPI 3 document of what is not asked for.

Sockets in both directions, and webhooks; of the same classes as the OpenAPI document.
"""

from collections.abc import Iterable
from typing import Any

from infrastructure import openapi
from infrastructure import openapi_shared as shared
from infrastructure.contract import events, socket_answers
from parley.realtime import schemas as actions
from parley.realtime.frames import FRAME_LIMIT_BYTES
from parley.wire import Answer, Body

Schema = dict[str, Any]
PREFIX = "#/components/schemas/"
ACTIONS: dict[str, type[Body]] = {
    "ping": actions.Ping,
    "typing.start": actions.Typing,
    "typing.stop": actions.Typing,
    "event.send": actions.SendEventAction,
    "read": actions.ReadAction,
    "delivered": actions.DeliveredAction,
    "watch": actions.Watch,
    "unwatch": actions.Watch,
}
"""The body of each action; API Gateway chooses the function by it."""
SAYS = {
    "ping": "Keep the connection and the user's presence alive",
    "typing.start": "Tell who watches the conversation that the caller types",
    "typing.stop": "Tell who watches the conversation that the caller types no more",
    "event.send": "Tell who watches the conversation of something that only the app understands",
    "read": "Move the caller's read pointer to a message or to the end",
    "delivered": "Tell how far messages have reached the device, every few seconds",
    "watch": "Be told of typing and presence in a conversation",
    "unwatch": "Be told of typing and presence in a conversation no more",
}
EVENTS_ON_SOCKETS = (
    "Everything that the user may see; typing, presence and an app's own events of the conversations that the socket "
    "watches"
)
EVENTS_TO_WEBHOOKS = "A POST, signed, for each event of the types that the webhook names; tried again for some 20 hours"
DESCRIPTION = f"""\
What a Parley sends by itself: events, on WebSockets and to tenants' servers.

A frame is one JSON object of at most {FRAME_LIMIT_BYTES // 1024} KiB, never an array: an event or, with `type` `ack`,
`pong` or `error`, the answer to an action. An event is the same on a socket, in a webhook's body and in the answer of
`GET /v1/events`, but that a socket shows a state which does not fit a frame as a `reference`. Delivery is at least
once: drop an `id` that you have, and a `version` of an `entity_id` that is lower than the one that you have.
"""


def document() -> Schema:
    """The whole document, the same for the same code."""
    schemas = events.components(PREFIX)
    answers = {kind.__name__: kind for kinds in socket_answers.ANSWERS.values() for kind in kinds}
    for action in ACTIONS.values():
        schemas |= _schemas_of(action)
    for answer in answers.values():
        schemas |= _schemas_of(answer)
    for unused in ("Event", "ReplayedEvent", "Gap"):
        schemas.pop(unused)
    messages = {name: _message(name, kind) for name, kind in events.TYPES.items()}
    messages |= {name: _message(name, kind, SAYS[name]) for name, kind in ACTIONS.items()}
    messages |= {name: _message(name, kind) for name, kind in answers.items()}
    made: Schema = openapi.tidied(
        {
            "asyncapi": "3.0.0",
            "info": {
                "title": "Parley",
                "version": "1.0.0",
                "description": DESCRIPTION,
                "contact": shared.CONTACT,
                "tags": [
                    {"name": "socket", "description": "A user's connection, in both directions"},
                    {"name": "webhook", "description": "What a tenant's server is sent"},
                ],
            },
            "defaultContentType": "application/json",
            "servers": {
                "sockets": {
                    "host": "{host}",
                    "protocol": "wss",
                    "description": "The WebSocket API's address; `make up` and `make deploy` print it",
                    "variables": {"host": {"default": "sockets.example.com"}},
                    "security": [{"$ref": "#/components/securitySchemes/token"}],
                },
            },
            "channels": {
                "socket": {
                    "address": "/",
                    "title": "A user's connection",
                    "description": "Opened with a user token as `?token=` or as the subprotocols `bearer, <token>`",
                    "servers": [{"$ref": "#/servers/sockets"}],
                    "messages": _named([*events.TOLD_ON_SOCKETS, *ACTIONS, *answers]),
                },
                "webhook": {
                    "address": None,
                    "title": "A tenant's server",
                    "description": "The URL that `POST /v1/webhooks` named; each delivery is signed",
                    "messages": _named(events.TOLD_TO_WEBHOOKS),
                },
            },
            "operations": {
                "sendEvents": _operation(
                    "send", "socket", "Tell a user what happens", EVENTS_ON_SOCKETS, events.TOLD_ON_SOCKETS
                ),
                "deliverEvents": _operation(
                    "send",
                    "webhook",
                    "Tell a tenant's server what happens",
                    EVENTS_TO_WEBHOOKS,
                    events.TOLD_TO_WEBHOOKS,
                )
                | {"bindings": {"http": {"method": "POST", "bindingVersion": "0.3.0"}}},
                **{_camel(name): _action(name) for name in ACTIONS},
            },
            "components": {
                "messages": messages,
                "schemas": dict(sorted(schemas.items())),
                "securitySchemes": {
                    "token": {
                        "type": "httpApiKey",
                        "name": "token",
                        "in": "query",
                        "description": "A user token",
                    },
                },
            },
        }
    )
    return made


def _schemas_of(kind: type[Answer] | type[Body]) -> Schema:
    mode: Any = "serialization" if issubclass(kind, Answer) else "validation"
    schema: Schema = kind.model_json_schema(mode=mode, ref_template=PREFIX + "{model}")
    return {**schema.pop("$defs", {}), kind.__name__: schema}


def _message(name: str, kind: type[Answer] | type[Body], summary: str = "") -> Schema:
    summary = summary or events.summary_of(kind)
    return {"name": name, "title": name, "summary": summary, "payload": {"$ref": PREFIX + kind.__name__}}


def _named(names: Iterable[str]) -> Schema:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in names}


def _operation(action: str, channel: str, summary: str, description: str, names: Iterable[str]) -> Schema:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": summary,
        "description": description,
        "tags": [{"name": channel}],
        "messages": [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in names],
    }


def _action(name: str) -> Schema:
    answers = [kind.__name__ for kind in socket_answers.ANSWERS[name]]
    reply = {
        "channel": {"$ref": "#/channels/socket"},
        "messages": [{"$ref": f"#/channels/socket/messages/{answer}"} for answer in answers],
    }
    return _operation(
        "receive", "socket", SAYS[name], f"Answered with {' or '.join(answers)}, under the same `request_id`", [name]
    ) | {"reply": reply}


def _camel(name: str) -> str:
    first, *rest = name.split(".")
    return first + "".join(part.title() for part in rest)
