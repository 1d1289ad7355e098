"""A message to somebody who is away, on the deployed stack: a push is made, and shown on the captured topic."""

import time
import uuid
from typing import Any

import httpx

from infrastructure.local.phones import take_pushes
from infrastructure.local.stack import RunningStack
from tests.support.aws.local_stack import client

SECONDS = 30


def made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


def person(stack: RunningStack, name: str) -> tuple[str, httpx.Client]:
    """A user of this test's own, who is not connected anywhere."""
    user_id = f"{name}-{uuid.uuid4().hex[:8]}"
    with client(stack, stack.credentials.server) as server:
        made(server.put(f"/v1/users/{user_id}", json={"name": name.title()}))
        token = made(server.post("/v1/tokens", json={"user_id": user_id}))["token"]
    return user_id, client(stack, token)


def wait_for_pushes(stack: RunningStack, user_id: str, count: int) -> list[dict[str, Any]]:
    """The pushes to a user, once there are so many; fails where they do not come."""
    found: list[dict[str, Any]] = []
    deadline = time.monotonic() + SECONDS
    while len(found) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {count} pushes came"
        found += [each for each in take_pushes(stack.state.endpoint) if each["user_id"] == user_id]
    return found


def test_who_is_away_is_pushed_to_on_each_device_until_it_is_removed(local_stack: RunningStack) -> None:
    (_, erin), (frank_id, frank) = person(local_stack, "erin"), person(local_stack, "frank")
    with erin, frank:
        devices = {
            "pixel": {"platform": "fcm", "token": f"fcm-token-{uuid.uuid4().hex}"},
            "iphone": {"platform": "apns", "token": uuid.uuid4().hex * 2},
        }
        for device_id, body in devices.items():
            made(frank.put(f"/v1/users/me/devices/{device_id}", json=body))
        direct = made(erin.post("/v1/conversations", json={"type": "direct", "members": [frank_id]}))["id"]
        sent = made(erin.post("/v1/messages", json={"conversation_id": direct, "text": "Are you there?"}))
        pushes = {each["device_id"]: each for each in wait_for_pushes(local_stack, frank_id, 2)}
        assert set(pushes) == set(devices)
        assert pushes["iphone"]["payload"]["aps"]["alert"] == {"title": "Erin", "body": "Are you there?"}
        assert pushes["iphone"]["payload"]["aps"]["badge"] == 1
        message = pushes["pixel"]["payload"]["fcmV1Message"]["message"]
        assert message["notification"] == {"title": "Erin", "body": "Are you there?"}
        assert message["data"]["message_id"] == sent["id"]
        assert ":app/GCM/parley-local-default" in pushes["pixel"]["endpoint"]

        assert frank.delete("/v1/users/me/devices/iphone").status_code == 204
        made(erin.post("/v1/messages", json={"conversation_id": direct, "text": "Hello?"}))
        (again,) = wait_for_pushes(local_stack, frank_id, 1)
        assert (again["device_id"], again["payload"]["fcmV1Message"]["message"]["notification"]["body"]) == (
            "pixel",
            "Hello?",
        )
