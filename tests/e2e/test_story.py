"""The whole story over HTTP: two tenants, three users, from the operator's first request to a key that is retired."""

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import jwt
import pytest

from infrastructure.local.stack import RunningStack
from tests.support.aws.local_stack import client


@dataclass(frozen=True)
class Tenant:
    """A tenant made by the operator, with a key of its own and users that its back end made."""

    id: str
    kid: str
    secret: str
    stack: RunningStack

    def token(self, *, lasts: int = 600, **claims: Any) -> str:
        now = int(time.time())
        payload = {"iat": now, "exp": now + lasts, **claims}
        return jwt.encode(payload, self.secret, algorithm="HS256", headers={"kid": self.kid})


def make_tenant(stack: RunningStack, name: str) -> Tenant:
    tenant_id = f"{name}-{uuid.uuid4().hex[:8]}"
    with client(stack, stack.credentials.operator_key) as operator:
        made = operator.post("/v1/tenants", json={"id": tenant_id, "name": name.title()})
        assert made.status_code == 201, made.text
        key = operator.post(f"/v1/tenants/{tenant_id}/keys", json={"algorithm": "HS256"})
        assert key.status_code == 201, key.text
    return Tenant(tenant_id, key.json()["kid"], key.json()["secret"], stack)


@pytest.fixture(scope="module")
def acme(local_stack: RunningStack) -> Tenant:
    tenant = make_tenant(local_stack, "acme")
    with client(local_stack, tenant.token(scope="server")) as server:
        for user_id in ("alice", "bob"):
            assert server.put(f"/v1/users/{user_id}", json={"name": user_id.title()}).status_code == 201
    return tenant


@pytest.fixture(scope="module")
def globex(local_stack: RunningStack) -> Tenant:
    tenant = make_tenant(local_stack, "globex")
    with client(local_stack, tenant.token(scope="server")) as server:
        assert server.put("/v1/users/mallory", json={"name": "Mallory"}).status_code == 201
    return tenant


@pytest.fixture
def people(acme: Tenant, globex: Tenant) -> Iterator[tuple[httpx.Client, httpx.Client, httpx.Client]]:
    """Alice and bob of one tenant, mallory of another."""
    with ExitStack() as clients:
        yield (
            clients.enter_context(client(acme.stack, acme.token(sub="alice"))),
            clients.enter_context(client(acme.stack, acme.token(sub="bob"))),
            clients.enter_context(client(globex.stack, globex.token(sub="mallory"))),
        )


def open_group(alice: httpx.Client) -> str:
    opened = alice.post("/v1/conversations", json={"type": "group", "name": "Plans", "members": ["bob"]})
    assert opened.status_code == 201, opened.text
    return str(opened.json()["id"])


def unread(person: httpx.Client, conversation: str) -> int:
    listed = person.get("/v1/conversations").json()["data"]
    return next(int(entry["unread_count"]) for entry in listed if entry["id"] == conversation)


def test_a_conversation_from_its_opening_to_its_archive(
    people: tuple[httpx.Client, httpx.Client, httpx.Client],
) -> None:
    alice, bob, mallory = people
    group = open_group(alice)
    first = alice.post("/v1/messages", json={"conversation_id": group, "text": "Lunch?"}).json()
    assert unread(bob, group) == 1
    thumb = bob.post(f"/v1/messages/{first['id']}/reactions", json={"reaction": "👍"})
    assert thumb.status_code == 201, thumb.text
    reply = bob.post("/v1/messages", json={"conversation_id": group, "text": "Noon.", "parent_id": first["id"]})
    assert reply.status_code == 201, reply.text
    read = bob.post(f"/v1/conversations/{group}/read", json={})
    assert (read.status_code, unread(bob, group)) == (200, 0)
    edited = alice.put(f"/v1/messages/{first['id']}", json={"text": "Lunch at noon?"})
    assert edited.status_code == 200, edited.text
    seen = bob.get(f"/v1/messages/{first['id']}").json()
    assert (seen["text"], seen["reply_count"]) == ("Lunch at noon?", 1)
    assert seen["reactions"] == {"👍": {"count": 1, "mine": True}}
    gone = bob.delete(f"/v1/messages/{first['id']}/reactions/{quote('👍')}")
    assert gone.status_code == 204, gone.text
    for path in (f"/v1/conversations/{group}", f"/v1/conversations/{group}/messages", f"/v1/messages/{first['id']}"):
        assert mallory.get(path).status_code == 404
    assert bob.delete(f"/v1/messages/{first['id']}").status_code == 403
    assert alice.delete(f"/v1/messages/{first['id']}").is_success
    [tombstone] = bob.get(f"/v1/conversations/{group}/messages").json()["data"]
    assert (tombstone["text"], tombstone["deleted_at"] is not None) == ("", True)
    assert alice.delete(f"/v1/conversations/{group}").is_success
    refused = bob.post("/v1/messages", json={"conversation_id": group, "text": "Too late"})
    assert (refused.status_code, refused.json()["code"]) == (409, "conversation_archived")
    assert refused.headers["content-type"] == "application/problem+json"


def test_concurrent_copies_of_a_send_make_one_message(people: tuple[httpx.Client, httpx.Client, httpx.Client]) -> None:
    alice, bob, _ = people
    group = open_group(alice)
    body, headers = {"conversation_id": group, "text": "once"}, {"Idempotency-Key": uuid.uuid4().hex}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: alice.post("/v1/messages", json=body, headers=headers), range(50)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    page = bob.get(f"/v1/conversations/{group}/messages").json()
    assert [message["text"] for message in page["data"]] == ["once"]
    assert unread(bob, group) == 1


def test_a_removed_member_is_refused_at_once(people: tuple[httpx.Client, httpx.Client, httpx.Client]) -> None:
    alice, bob, _ = people
    group = open_group(alice)
    assert bob.get(f"/v1/conversations/{group}/messages").status_code == 200
    assert alice.delete(f"/v1/conversations/{group}/members/bob").is_success
    assert bob.get(f"/v1/conversations/{group}/messages").status_code == 404
    assert bob.post("/v1/messages", json={"conversation_id": group, "text": "still here?"}).status_code == 404


def test_the_authorizer_tells_good_tokens_from_bad(acme: Tenant, globex: Tenant) -> None:
    foreign_kid = jwt.encode(
        {"sub": "alice", "exp": int(time.time()) + 600}, acme.secret, algorithm="HS256", headers={"kid": globex.kid}
    )
    unsigned = jwt.encode(
        {"sub": "alice", "exp": int(time.time()) + 600}, "", algorithm="none", headers={"kid": acme.kid}
    )
    for bad in (foreign_kid, unsigned, "not-a-token"):
        with client(acme.stack, bad) as stranger:
            assert stranger.get("/v1/users/me").status_code in {401, 403}
    with client(acme.stack, acme.token(sub="alice", lasts=-60)) as late:
        answer = late.get("/v1/users/me")
        assert (answer.status_code, answer.json()["code"]) == (401, "token_expired")
    with client(acme.stack, acme.token(scope="server")) as server:
        assert server.get("/v1/users/me", headers={"X-Acting-User": "bob"}).json()["id"] == "bob"
        assert server.get("/v1/conversations").json()["code"] == "acting_user_required"


def test_a_retired_key_verifies_no_new_token(acme: Tenant) -> None:
    tenant = make_tenant(acme.stack, "initech")
    with client(acme.stack, tenant.token(scope="server")) as server:
        second = server.post(f"/v1/tenants/{tenant.id}/keys", json={"algorithm": "HS256"}).json()
        assert server.delete(f"/v1/tenants/{tenant.id}/keys/{tenant.kid}").is_success
    with client(acme.stack, tenant.token(sub="peter")) as old:
        assert old.get("/v1/users").json()["code"] == "token_key_unknown"
    renewed = Tenant(tenant.id, second["kid"], second["secret"], acme.stack)
    with client(acme.stack, renewed.token(scope="server")) as new:
        assert new.get("/v1/users").status_code == 200
