"""A tenant's webhooks on the deployed stack: from a message over HTTP to a server on this machine, and to the log.

MiniStack holds a message back for as long as SQS would, so the test of a retry waits for the first of them: some 10 s.
"""

import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import httpx
import pytest

from tests.support.people.tenant_servers import Received, Server, serving

SECONDS = 40
Found = TypeVar("Found")


@pytest.fixture
def endpoint() -> Iterator[Server]:
    with serving() as listening:
        yield listening


@pytest.fixture
def group(alice: httpx.Client) -> str:
    body = {"type": "group", "name": f"hooks {uuid.uuid4().hex[:6]}", "members": ["bob"]}
    return str(done(alice.post("/v1/conversations", json=body))["id"])


@pytest.fixture
def webhook(server: httpx.Client, endpoint: Server, group: str) -> Iterator[dict[str, Any]]:
    """For new messages. Its endpoint knows those of its own conversation, since the tenant has others."""
    made = done(server.post("/v1/webhooks", json={"url": endpoint.url, "events": ["message.created"]}))
    yield made
    assert server.delete(f"/v1/webhooks/{made['id']}").status_code == 204


def done(answer: httpx.Response) -> dict[str, Any]:
    assert answer.is_success, answer.text
    return dict(answer.json())


def eventually(look: Callable[[], Found | None], seconds: float = SECONDS) -> Found:
    """What `look` finds, as soon as it finds something."""
    deadline = time.monotonic() + seconds
    while (found := look()) is None:
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)
    return found


def received(endpoint: Server, message: dict[str, Any]) -> list[Received]:
    """The requests that told of a message."""
    return [each for each in endpoint.received if each.event["entity_id"] == message["id"]]


def entry_of(server: httpx.Client, webhook: dict[str, Any], delivery_id: str) -> dict[str, Any]:
    log = done(server.get(f"/v1/webhooks/{webhook['id']}/deliveries", params={"limit": 100}))["data"]
    (found,) = [each for each in log if each["id"] == delivery_id]
    return dict(found)


def send(alice: httpx.Client, group: str, text: str) -> dict[str, Any]:
    return done(alice.post("/v1/messages", json={"conversation_id": group, "text": text}))


def test_a_message_arrives_signed_and_is_replayed_from_the_log(
    alice: httpx.Client, server: httpx.Client, endpoint: Server, group: str, webhook: dict[str, Any]
) -> None:
    sent = send(alice, group, "Grüße 👋")
    first = eventually(lambda: next(iter(received(endpoint, sent)), None))
    assert first.event["data"]["text"] == "Grüße 👋"
    assert first.is_signed_with(webhook["secret"])
    assert not first.is_signed_with("whsec_another")
    assert first.headers["parley-webhook-id"] == webhook["id"]
    timestamp = int(first.headers["webhook-timestamp"])
    assert abs(timestamp - time.time()) < SECONDS
    delivery_id = first.headers["parley-delivery-id"]

    def delivered() -> dict[str, Any] | None:
        entry = entry_of(server, webhook, delivery_id)
        return entry if entry["status"] == "delivered" else None

    entry = eventually(delivered)
    assert (entry["attempts"], entry["response_status"], entry["event_id"]) == (1, 200, first.event["id"])
    replayed = server.post(f"/v1/webhooks/{webhook['id']}/deliveries/{delivery_id}/replay")
    assert replayed.status_code == 202, replayed.text
    again = eventually(lambda: next(iter(received(endpoint, sent)[1:]), None))
    assert again.event == first.event
    assert again.is_signed_with(webhook["secret"])
    assert again.headers["parley-delivery-id"] == delivery_id


def test_what_an_endpoint_fails_to_take_is_shown_and_tried_again(
    alice: httpx.Client, server: httpx.Client, endpoint: Server, group: str, webhook: dict[str, Any]
) -> None:
    endpoint.status = 503
    sent = send(alice, group, "try again")
    first = eventually(lambda: next(iter(received(endpoint, sent)), None))
    delivery_id = first.headers["parley-delivery-id"]

    def attempted() -> dict[str, Any] | None:
        entry = entry_of(server, webhook, delivery_id)
        return entry if entry["attempts"] >= 1 else None

    entry = eventually(attempted)
    assert (entry["status"], entry["response_status"], entry["response"]) == ("pending", 503, "ok")
    assert entry["next_attempt_at"] is not None
    endpoint.status = 200
    eventually(lambda: next(iter(received(endpoint, sent)[1:]), None))

    def delivered() -> dict[str, Any] | None:
        entry = entry_of(server, webhook, delivery_id)
        return entry if entry["status"] == "delivered" else None

    assert eventually(delivered)["attempts"] == 2


def test_what_an_endpoint_refuses_fails_and_one_that_is_gone_is_disabled(
    alice: httpx.Client, server: httpx.Client, endpoint: Server, group: str, webhook: dict[str, Any]
) -> None:
    endpoint.status = 422
    refused = send(alice, group, "refused")
    first = eventually(lambda: next(iter(received(endpoint, refused)), None))

    def failed() -> dict[str, Any] | None:
        entry = entry_of(server, webhook, first.headers["parley-delivery-id"])
        return entry if entry["status"] == "failed" else None

    assert eventually(failed)["response_status"] == 422
    endpoint.status = 410
    send(alice, group, "gone")

    def disabled() -> dict[str, Any] | None:
        shown = done(server.get(f"/v1/webhooks/{webhook['id']}"))
        return None if shown["enabled"] else shown

    shown = eventually(disabled)
    assert (shown["disabled_by"], bool(shown["disabled_reason"])) == ("parley", True)
