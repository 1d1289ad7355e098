"""The page of the events: what sockets and webhooks carry, from the AsyncAPI document."""

import json
from typing import Any

from infrastructure.contract.samples import sample
from infrastructure.docs.markdown import table
from infrastructure.layers import ROOT

Schema = dict[str, Any]
COMPONENTS = "#/components/schemas/"
INTRODUCTION = """\
# Events

Parley tells what happens on a user's [WebSocket](#sockets), to a tenant's [webhooks](../webhooks.md), and to those
who come back in `GET /v1/events`. An event is the same in all three. How to follow them without a gap is in
[Delivery](../concepts/delivery.md); programs read [asyncapi.json](../asyncapi.json) (AsyncAPI 3).

## What every event has

"""
SOCKETS = """\
## Sockets

Connect to the address that `make up` or the deploy prints, with a user's token: `wss://…?token=<token>`, or as the
subprotocols `bearer, <token>`. Frames are JSON objects, never arrays, of at most 32 KiB. A frame without `action`
is an event; a client sends actions, with a `request_id` of its own choice to know the answer by. The connection
ends after two hours at most; connect again and ask for what was missed.
"""


SAID_OF_FIELDS = {
    "type": ("string", "One of the types below"),
    "data": ("object", "What it is about, by its type; a state that does not fit a frame is a `reference` to fetch"),
    "spec": ("`parley.event/1`", "The form of the event"),
    "tenant_id": ("string", "Whose it is"),
    "conversation_id": ("string or null", "Where it happened, if in a conversation"),
}


def page() -> str:
    """The whole page."""
    document = json.loads((ROOT / "docs" / "asyncapi.json").read_text())
    schemas: Schema = document["components"]["schemas"]
    messages: Schema = document["components"]["messages"]
    on = {name: _messages(document, name) for name in ("sendEvents", "deliverEvents")}
    events = [name for name in messages if name in on["sendEvents"] or name in on["deliverEvents"]]
    actions = {name: each for name, each in document["operations"].items() if "reply" in each}
    parts = [INTRODUCTION + _envelope([_payload(messages, name, schemas) for name in events])]
    parts.append(
        "## Types\n\n" + table(("type", "told", "sockets", "webhooks"), [_line(name, messages, on) for name in events])
    )
    parts += [_event(name, _payload(messages, name, schemas), schemas) for name in events]
    parts.append(SOCKETS)
    parts += [_action(each, document) for each in actions.values()]
    answers = {name for each in actions.values() for name in _replies(each)}
    parts.append("## Answers to actions\n")
    parts += [_answer(name, _payload(messages, name, schemas), schemas) for name in messages if name in answers]
    return "\n".join(parts)


def _messages(document: Schema, operation: str) -> list[str]:
    return [each["$ref"].split("/")[-1] for each in document["operations"][operation]["messages"]]


def _replies(operation: Schema) -> list[str]:
    return [each["$ref"].split("/")[-1] for each in operation["reply"]["messages"]]


def _payload(messages: Schema, name: str, schemas: Schema) -> Schema:
    found: Schema = schemas[messages[name]["payload"]["$ref"].removeprefix(COMPONENTS)]
    return found


def anchor(name: str) -> str:
    """The anchor of a type of event, an action or an answer."""
    return name.replace(".", "-").lower()


def _line(name: str, messages: Schema, on: dict[str, list[str]]) -> tuple[str, str, str, str]:
    where = ["yes" if name in names else "" for names in (on["sendEvents"], on["deliverEvents"])]
    return (f"[`{name}`](#{anchor(name)})", messages[name]["summary"], *where)


def _envelope(payloads: list[Schema]) -> str:
    """The fields that all events have, with each type that they have in any."""
    rows = []
    for name in payloads[0]["properties"]:
        kinds = dict.fromkeys(kind_of(each["properties"][name]) for each in payloads)
        if name in SAID_OF_FIELDS:
            rows.append((f"`{name}`", *SAID_OF_FIELDS[name]))
        else:
            words = next((each["properties"][name].get("description") for each in payloads), None)
            rows.append((f"`{name}`", " or ".join(kinds), words or ""))
    return table(("field", "type", ""), rows)


def _event(name: str, payload: Schema, schemas: Schema) -> str:
    data = payload["properties"]["data"]
    kinds = [_named(each) for each in data.get("anyOf", [data])]
    parts = [f"### `{name}` {{ #{anchor(name)} }}\n\n{payload['description']}\n"]
    for kind in kinds:
        if kind is None:
            continue
        schema = schemas[kind]
        parts.append(f"`data` is a **{kind}**: {schema.get('description', '')}\n\n{_fields(schema, schemas)}")
    example = json.dumps(sample(payload, schemas), indent=2, ensure_ascii=False)
    return "\n".join(parts) + f'\n??? example "An event"\n\n    ```json\n{_indented(example)}\n    ```\n'


def _action(operation: Schema, document: Schema) -> str:
    name = operation["messages"][0]["$ref"].split("/")[-1]
    schemas: Schema = document["components"]["schemas"]
    payload = dict(_payload(document["components"]["messages"], name, schemas))
    example = json.dumps(sample(payload, schemas) | {"action": name, "request_id": "1"})
    answers = ", ".join(f"[`{each}`](#{anchor(each)})" for each in _replies(operation))
    said = document["components"]["messages"][name]["summary"]
    head = (
        f"### `{name}` {{ #{anchor('action-' + name)} }}\n\n{said}. Answered by {answers}.\n\n```json\n{example}\n```\n"
    )
    return f"{head}\n{_fields(payload, schemas)}"


def _answer(name: str, payload: Schema, schemas: Schema) -> str:
    return f"### {name} {{ #{anchor(name)} }}\n\n{payload['description']}\n\n{_fields(payload, schemas)}"


def _fields(schema: Schema, schemas: Schema) -> str:
    rows = [
        (f"`{name}`", kind_of(part), part.get("description") or _inner(part, schemas))
        for name, part in schema.get("properties", {}).items()
    ]
    return table(("field", "type", ""), rows) if rows else ""


def _named(schema: Schema) -> str | None:
    reference: str | None = schema.get("$ref")
    return reference.removeprefix(COMPONENTS) if reference else None


def _inner(schema: Schema, schemas: Schema) -> str:
    """What a field without words of its own leads to."""
    for each in (schema, schema.get("items", {}), schema.get("additionalProperties") or {}, *schema.get("anyOf", [])):
        if isinstance(each, dict) and (name := _named(each)):
            fields = ", ".join(f"`{field}`" for field in schemas[name].get("properties", {}))
            return f"{schemas[name].get('description', '')} {fields}".strip()
    return ""


def kind_of(schema: Schema) -> str:
    """A schema's type, in a few words."""
    match schema:
        case {"$ref": str()}:
            said = _named(schema) or ""
        case {"const": value}:
            said = f"`{json.dumps(value)}`"
        case {"enum": values}:
            said = ", ".join(f"`{each}`" for each in values)
        case {"anyOf": choices}:
            said = " or ".join(kind_of(each) for each in choices)
        case {"type": "array"}:
            said = f"array of {kind_of(schema.get('items', {}))}"
        case {"format": "date-time"}:
            said = "timestamp"
        case _:
            said = str(schema.get("type", "any"))
    return said


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
