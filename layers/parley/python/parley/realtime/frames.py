"""Frames: what is sent over a socket. At most 32 KB, API Gateway's unit; an event that is larger becomes a reference.

A frame is one event, a JSON object.
"""

import json
from typing import Any

from parley import clock
from parley.streams.envelope import Event

FRAME_LIMIT_BYTES = 32 * 1024


def socket_event(event: Event) -> dict[str, Any]:
    """The event as a webhook carries it too: `infrastructure/contract/events` has its schema."""
    return {
        "spec": event.spec,
        "id": event.id,
        "type": event.type,
        "tenant_id": event.tenant_id,
        "conversation_id": event.conversation_id,
        "entity_id": event.entity_id,
        "seq": event.seq,
        "version": event.version,
        "created_at": clock.to_rfc3339(event.created_at),
        "actor_id": event.actor_id,
        "changed": event.changed,
        "data": event.data,
    }


def encode(event: Event) -> bytes:
    """One event as JSON, cut down to a reference where it would not fit a frame."""
    encoded = _json(socket_event(event))
    if len(encoded) <= FRAME_LIMIT_BYTES:
        return encoded
    return _json(socket_event(event) | {"data": {"reference": reference_to(event)}})


def reference_to(event: Event) -> str:
    """Where the state of the event's entity is fetched: a path of the API."""
    entity_id, _, part = event.entity_id.partition("/")
    if event.type.startswith(("message.", "reaction.")):
        return f"/v1/messages/{entity_id}"
    if event.type.startswith("media."):
        return f"/v1/media/{entity_id}"
    if event.type.startswith("user."):
        return f"/v1/users/{entity_id}"
    return f"/v1/conversations/{entity_id}/members" if part and part != "details" else f"/v1/conversations/{entity_id}"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
