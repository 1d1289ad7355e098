"""The world in which the examples of `infrastructure/examples.py` play: the same ids, times and secrets in every run.

It is built once through the real handlers, kept as raw items, and put into tables of its own for each use.
"""

import functools
import json
import os
import random
import secrets
import uuid
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import boto3

from infrastructure.examples import (
    DELIVERY,
    EXPORT,
    GENERAL,
    HELLO,
    ISSUER,
    JOB,
    PINNED,
    SIGNING_KEY,
    TENANT,
    WEBHOOK,
    Who,
)
from infrastructure.routes import ROUTES
from infrastructure.tables import TABLES, create_table_request
from parley import clock
from parley.identity import stored_settings
from parley.identity.authorizer import OPERATOR_TENANT
from parley.identity.items import SigningKeyItem, SigningSecretItem
from parley.issuers.items import IssuerItem
from parley.messaging.conversations import kept
from parley.outbound.transport import Outcome
from parley.settings import settings
from parley.tables import dynamodb, keys, rate_limits
from parley.webhooks import deliveries
from parley.webhooks.delivery_queue import Job
from tests.support.aws import gateway
from tests.support.aws.job_queues import job_queues
from tests.support.aws.sqs import using_queues
from tests.support.people.clocks import START_MS, Clock
from tests.support.people.people import Person, Workspace

SIGNING_SECRET = "an-example-secret-that-signs-nothing-of-value"
_ITEMS: dict[str, list[dict[str, Any]]] = {}


@contextmanager
def own_tables() -> Iterator[None]:
    """Empty tables of one's own, inside the session's moto."""
    names = {f"{table.name.upper()}_TABLE": f"{table.name}-{uuid.uuid4().hex}" for table in TABLES}
    with patch.dict(os.environ, names):
        settings.cache_clear()
        physical = {table.name: names[f"{table.name.upper()}_TABLE"] for table in TABLES}
        client = boto3.client("dynamodb")
        try:
            for table in TABLES:
                client.create_table(**create_table_request(table, physical[table.name]))
            _forget()
            yield
            for name in physical.values():
                client.delete_table(TableName=name)
        finally:
            _forget()
    settings.cache_clear()


def _forget() -> None:
    """What a process remembers of the limits that it spent, and of tenants' settings."""
    rate_limits.forget()
    stored_settings.forget()
    kept.forget()


@contextmanager
def example_world() -> Iterator[Clock]:
    """The world of the examples, new, with time and chance standing still."""
    moved = Clock()
    chance = random.Random(7)  # noqa: S311 - the same ids in every run
    with (
        own_tables(),
        using_queues(),
        job_queues(),
        patch.object(clock, "now_ms", moved),
        patch.object(secrets, "randbits", chance.getrandbits),
        patch.object(secrets, "token_bytes", lambda size=32: chance.randbytes(size)),
        patch.object(secrets, "token_hex", lambda size=32: chance.randbytes(size).hex()),
        patch.object(secrets, "token_urlsafe", lambda size=32: chance.randbytes(size).hex()),
        patch.object(gateway, "new_request_id", lambda: b64encode(chance.randbytes(11)).decode()),
        patch.dict(gateway.SEEN, sourceIp="203.0.113.7", userAgent="parley-example/1.0"),
    ):
        if _ITEMS:
            _put_items()
        else:
            _build(moved)
            _keep_items()
        moved.now = START_MS + 3600_000
        chance.seed(7)
        _forget()
        yield moved


def person(who: Who) -> Person:
    """A caller of the world of the examples."""
    if who == "operator":
        return Person(OPERATOR_TENANT, "", scope="operator", credential="9f86d081884c")
    if who == "server":
        return Person(TENANT, "", scope="server", credential=SIGNING_KEY)
    return Person(TENANT, who, credential=SIGNING_KEY)


def _tables() -> dict[str, str]:
    return {"chat": settings().chat_table, "control": settings().control_table, "audit": settings().audit_table}


def _keep_items() -> None:
    for name, table in _tables().items():
        _ITEMS[name] = dynamodb.client().scan(TableName=table)["Items"]


def _put_items() -> None:
    for name, table in _tables().items():
        for item in _ITEMS[name]:
            dynamodb.put(table, item)


@functools.cache
def _deployed() -> frozenset[tuple[str, str]]:
    return frozenset((route.method, route.path.split("/")[-1]) for route in ROUTES)


def _build(moved: Clock) -> None:
    acme = Workspace(TENANT, tenant_settings={})
    alice, bob, _ = (acme.person(name) for name in ("alice", "bob", "carol"))
    _put_tenant()
    assert alice.post("/v1/exports", {}, key="the-export")["id"] == EXPORT
    acme.person("dave")
    assert person("server").delete("/v1/users/dave")["id"] == JOB
    moved.pass_seconds(60)
    opened = alice.post(
        "/v1/conversations", {"type": "group", "name": "general", "members": ["bob"]}, key="open-general"
    )
    assert opened["id"] == GENERAL
    news = alice.post("/v1/conversations", {"type": "channel", "name": "news"}, key="open-news")
    assert news.status == 201, news.text
    moved.pass_seconds(60)
    hello = alice.send(GENERAL, "Hello, everybody")
    assert hello["id"] == HELLO
    moved.pass_seconds(60)
    assert bob.send(GENERAL, "Stand-up is at ten").status == 201
    assert alice.put(f"/v1/threads/{HELLO}/follow").status == 200
    assert bob.send(GENERAL, "Hello, Alice", parent_id=HELLO).status == 201
    moved.pass_seconds(60)
    _put_webhook()
    device = {"platform": "fcm", "token": "fcm-token-of-the-examples:APA91b"}
    assert alice.put("/v1/users/me/devices/pixel-9", device).status == 201
    for who, method, path, body in (
        (bob, "POST", f"/v1/messages/{HELLO}/reactions", {"reaction": "🎉"}),
        (alice, "PUT", f"/v1/messages/{PINNED}/pin", None),
        (alice, "POST", f"/v1/messages/{PINNED}/flag", {"reason": "off topic"}),
        (person("server"), "PUT", "/v1/moderation/block-list", {"entries": [{"word": "darn", "action": "flag"}]}),
        (alice, "PUT", "/v1/users/carol/block", None),
        (alice, "POST", "/v1/search/saved", {"q": "from:bob lunch", "name": "Lunch", "notify": True}),
        (alice, "PUT", f"/v1/conversations/{GENERAL}/mute", {}),
    ):
        if (method, path.split("/")[-1]) in _deployed():
            answer = who.request(method, path, body)
            assert answer.status in (200, 201, 204), answer.text


def _put_tenant() -> None:
    now = clock.now_ms()
    tenant = {
        "pk": {"S": keys.tenant(TENANT)},
        "sk": {"S": keys.TENANT_SK},
        "entity": {"S": "tenant"},
        "tenant_id": {"S": TENANT},
        "name": {"S": "Acme"},
        "settings": {"S": json.dumps({})},
        "created_at": {"N": str(now)},
        "updated_at": {"N": str(now)},
        "version": {"N": "1"},
    }
    dynamodb.put(settings().chat_table, tenant)
    sk = keys.signing_key_sk(SIGNING_KEY)
    key = SigningKeyItem(pk=keys.tenant(TENANT), sk=sk, kid=SIGNING_KEY, algorithm="HS256", created_at=now)
    secret = SigningSecretItem(pk=keys.secrets(TENANT), sk=sk, kid=SIGNING_KEY, secret=SIGNING_SECRET)
    issuer = IssuerItem(
        pk=keys.tenant(TENANT),
        sk=keys.issuer_sk(ISSUER),
        tenant_id=TENANT,
        issuer_id=ISSUER,
        issuer="https://acme.eu.auth0.com/",
        audiences=["https://chat.acme.example"],
        user_id_claim="sub",
        name_claim="name",
        create_users=True,
        created_at=now,
    )
    for item in (key, secret, issuer):
        dynamodb.put(item.table(), item.serialize())


def _put_webhook() -> None:
    """A webhook, and a delivery in its log."""
    made = person("server").post("/v1/webhooks", {"url": "https://hooks.example.com/parley"}, key="the-webhook")
    assert made["id"] == WEBHOOK
    event = {"id": "0" * 64, "type": "message.created", "entity_id": HELLO}
    deliveries.record(Job(TENANT, WEBHOOK, DELIVERY, event, attempt=1), "delivered", Outcome(200, shown="ok"))
