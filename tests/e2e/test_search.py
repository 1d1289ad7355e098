"""Search on the deployed local stack: what is said is found seconds later, through stream, indexer and engine."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx

from infrastructure.local.stack import RunningStack
from tests.support.aws.local_stack import client

FOUND_SECONDS = 30
REBUILT_SECONDS = 150


def until(answer: Callable[[], httpx.Response], fits: Callable[[Any], bool], seconds: float) -> Any:
    """The body of the first answer that fits."""
    deadline = time.monotonic() + seconds
    while True:
        got = answer()
        if got.status_code == 200 and fits(got.json()):
            return got.json()
        assert time.monotonic() < deadline, got.text
        time.sleep(0.3)


def test_what_is_said_is_found_and_survives_a_rebuild(local_stack: RunningStack) -> None:
    word = f"w{uuid.uuid4().hex}"
    alice = client(local_stack, local_stack.credentials.alice)
    bob = client(local_stack, local_stack.credentials.bob)
    operator = client(local_stack, local_stack.credentials.operator_key)
    with alice, bob, operator:
        group = alice.post(
            "/v1/conversations", json={"type": "group", "name": f"Room {word}", "members": ["bob"]}
        ).json()["id"]
        sent = alice.post("/v1/messages", json={"conversation_id": group, "text": f"The {word} is here"})
        assert sent.status_code == 201, sent.text
        found = until(
            lambda: bob.get("/v1/search/messages", params={"q": f"{word} here", "sort": "recent"}),
            lambda body: bool(body["data"]),
            FOUND_SECONDS,
        )
        assert found["data"][0]["message"]["id"] == sent.json()["id"]
        assert found["data"][0]["highlights"] == [f"The <em>{word}</em> is <em>here</em>"]
        suggested = until(
            lambda: bob.get("/v1/search/suggestions", params={"q": word[:12]}),
            lambda body: any(one["kind"] == "conversation" for one in body["data"]),
            FOUND_SECONDS,
        )
        assert group in {one["id"] for one in suggested["data"]}

        job = operator.post("/v1/admin/search/reindex", json={}).json()
        place = f"/v1/admin/search/reindex/{job['id']}"
        until(lambda: operator.get(place), lambda body: body["status"] == "switched", REBUILT_SECONDS)
        assert operator.post(f"{place}/confirm").json()["status"] == "confirmed"
        again = bob.get("/v1/search/messages", params={"q": f"here {word}"})
        assert [hit["message"]["id"] for hit in again.json()["data"]] == [sent.json()["id"]]
        assert operator.get("/v1/admin/search/failures").json()["data"] == []
