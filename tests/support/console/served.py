"""The console as it is served, signed in to a tenant that the tests made."""

import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import jwt

from infrastructure.local.pages import FOLDER, builds
from infrastructure.local.pages.demo import BackEnd
from infrastructure.local.pages.server import Server
from infrastructure.local.seed import SigningKey
from infrastructure.local.stack import RunningStack
from parley_client.tokens import TenantKey
from tests.support.aws.local_stack import client

USERS = {"ada": "Ada Lovelace", "ben": "Ben Okri", "omar": "عمر"}


@dataclass(frozen=True)
class OwnTenant(BackEnd):
    """The back end of a tenant of the tests' own, so that a list holds what they made and nothing else."""

    tenant: str
    key: SigningKey
    people: Mapping[str, str] = field(default_factory=dict)

    def config(self) -> dict[str, Any]:
        return super().config() | {"tenant": self.tenant}

    def _users(self) -> dict[str, str]:
        return dict(self.people)

    def _key(self) -> TenantKey:
        return TenantKey(self.key.kid, self.key.secret)


class Tenant:
    """The tenant through the API, to make what the console shows and to see what it did; `url` is the console's."""

    def __init__(self, running: RunningStack, back_end: OwnTenant, url: str) -> None:
        self.running, self.id, self.key, self.url = running, back_end.tenant, back_end.key, f"{url}/console/"
        self._api = client(running, self.signed(scope="server"))

    def ask(self, method: str, path: str, acting: str | None = None, **more: Any) -> httpx.Response:
        """A request as the tenant's back end, perhaps for a user."""
        headers = {"X-Acting-User": acting} if acting else {}
        return self._api.request(method, path, headers=headers, **more)

    def call(self, method: str, path: str, acting: str | None = None, **more: Any) -> Any:
        answer = self.ask(method, path, acting, **more)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def user(self, name: str) -> str:
        """A new user of this name; the id."""
        user_id = f"u-{uuid.uuid4().hex[:8]}"
        self.call("PUT", f"/v1/users/{user_id}", json={"name": name})
        return user_id

    def group(self, owner: str, *members: str, name: str) -> str:
        body = {"type": "group", "name": name, "members": list(members)}
        return str(self.call("POST", "/v1/conversations", owner, json=body)["id"])

    def say(self, author: str, conversation: str, text: str) -> dict[str, Any]:
        body = {"conversation_id": conversation, "text": text}
        return dict(self.call("POST", "/v1/messages", author, json=body))

    def signed(self, **claims: Any) -> str:
        """A token of the tenant's key with these claims, which no cache knows."""
        now = int(time.time())
        whole = {"iat": now, "exp": now + 3600, "jti": uuid.uuid4().hex, **claims}
        return jwt.encode(whole, self.key.secret, algorithm="HS256", headers={"kid": self.key.kid})

    def close(self) -> None:
        self._api.close()


def made_tenant(running: RunningStack, *, people: Mapping[str, str], **settings: Any) -> OwnTenant:
    """The back end of a new tenant with these settings, of which some take a secret for calls; it has no user yet."""
    tenant_id = f"own-{uuid.uuid4().hex[:8]}"
    with client(running, running.credentials.operator_key) as operator:
        for path, body in (("", {"id": tenant_id, "name": "Own"}), (f"/{tenant_id}/keys", {"algorithm": "HS256"})):
            made = operator.post(f"/v1/tenants{path}", json=body)
            assert made.is_success, made.text
    key = SigningKey(made.json()["kid"], made.json()["secret"])
    back_end = OwnTenant(Path(running.state.tokens_file).parent, tenant_id, key, people)
    if settings:
        with client(running, back_end.console_token()["token"]) as server:
            server.post("/v1/moderation/pre-send/rotate-secret", json={}).raise_for_status()
            server.put(f"/v1/tenants/{tenant_id}", json={"settings": settings}).raise_for_status()
    return back_end


@contextmanager
def served(running: RunningStack, **settings: Any) -> Iterator[Tenant]:
    """A new tenant with a few users, and the console that is signed in to it."""
    with builds.start([builds.WEB]) as building:
        building.wait()
    assert not building.failures, building.failures
    back_end = made_tenant(running, people={}, **settings)
    server = Server(0, FOLDER, back_end)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    tenant = Tenant(running, back_end, f"http://127.0.0.1:{server.server_port}")
    try:
        for user_id, name in USERS.items():
            tenant.call("PUT", f"/v1/users/{user_id}", json={"name": name})
        yield tenant
    finally:
        tenant.close()
        server.shutdown()
        server.server_close()
