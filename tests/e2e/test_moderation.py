"""Moderation on the deployed stack: the list's version travels by the real authorizer, RE2 comes from its layer, and a
tenant's server on this machine is asked by the deployed function. What is masked is masked in search too.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import httpx
import jwt
import pytest

from infrastructure.local.stack import RunningStack
from tests.support.aws.local_stack import client
from tests.support.people.tenant_servers import Server, serving

SECONDS = 40


class Tenant:
    """A tenant of the test's own, with alice and bob in a group. Each caller comes with a token of its own: the gateway
    keeps what the authorizer said of a token for a minute.
    """

    def __init__(self, stack: RunningStack) -> None:
        self.stack, self.id = stack, f"moderated-{uuid.uuid4().hex[:8]}"
        with client(stack, stack.credentials.operator_key) as operator:
            done(operator.post("/v1/tenants", json={"id": self.id, "name": "Moderated"}))
            self.key = done(operator.post(f"/v1/tenants/{self.id}/keys", json={"algorithm": "HS256"}))
        with self.server() as server:
            for user_id in ("alice", "bob"):
                done(server.put(f"/v1/users/{user_id}", json={"name": user_id.title()}))
        with self.user("alice") as alice:
            body = {"type": "group", "name": "room", "members": ["bob"]}
            self.group = done(alice.post("/v1/conversations", json=body))["id"]

    def server(self) -> httpx.Client:
        return self._client(scope="server")

    def user(self, user_id: str) -> httpx.Client:
        return self._client(sub=user_id)

    def _client(self, **claims: Any) -> httpx.Client:
        now = int(time.time())
        payload = {"iat": now, "exp": now + 600, "jti": uuid.uuid4().hex, **claims}
        token = jwt.encode(payload, self.key["secret"], algorithm="HS256", headers={"kid": self.key["kid"]})
        return client(self.stack, token)

    def send(self, text: str) -> httpx.Response:
        with self.user("alice") as alice:
            return alice.post("/v1/messages", json={"conversation_id": self.group, "text": text})


@pytest.fixture
def tenant(local_stack: RunningStack) -> Tenant:
    return Tenant(local_stack)


@pytest.fixture
def hook() -> Iterator[Server]:
    with serving() as listening:
        yield listening


def done(answer: httpx.Response) -> dict[str, Any]:
    assert answer.is_success, answer.text
    return dict(answer.json())


def eventually(look: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not look():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.3)


def test_a_list_is_applied_and_what_is_masked_cannot_be_found(tenant: Tenant) -> None:
    word = f"w{uuid.uuid4().hex}"
    entries = [
        {"word": word},
        {"pattern": "h+e+c+k+", "action": "refuse"},
        {"word": "odd", "action": "flag"},
    ]
    with tenant.server() as server:
        done(server.put("/v1/moderation/block-list", json={"action": "mask", "entries": entries}))
    refused = tenant.send("oh HHECK")
    assert (refused.status_code, refused.json()["code"]) == (422, "message_refused")
    sent = done(tenant.send(f"odd lunch {word.upper()}"))
    assert sent["text"] == f"odd lunch {'*' * len(word)}"
    with tenant.server() as server:
        eventually(lambda: len(done(server.get("/v1/moderation/flags"))["data"]) == 1)
        (flag,) = done(server.get("/v1/moderation/flags"))["data"]
    assert (flag["message_id"], flag["source"], flag["reason"]) == (sent["id"], "block_list", "odd")
    with tenant.user("bob") as bob:
        found: Callable[[str], int] = lambda q: len(done(bob.get("/v1/search/messages", params={"q": q}))["data"])  # noqa: E731
        eventually(lambda: found("lunch") == 1)
        assert found(word) == 0


def test_the_tenants_server_decides(tenant: Tenant, hook: Server) -> None:
    def decide(handler: BaseHTTPRequestHandler) -> None:
        said = hook.received[-1].event["text"]
        body = json.dumps({"action": "refuse"} if "spam" in said else {"action": "mask", "words": ["darn"]}).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    hook.behave = decide
    with tenant.server() as server:
        secret = done(server.post("/v1/moderation/pre-send/rotate-secret", json={}))["secret"]
        settings = {"pre_send_url": hook.url, "pre_send_on_failure": "refuse"}
        done(server.put(f"/v1/tenants/{tenant.id}", json={"settings": settings}))
    assert done(tenant.send("darn it"))["text"] == "**** it"
    assert hook.received[-1].is_signed_with(secret)
    assert tenant.send("spam").json()["code"] == "message_refused"
