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
    ANNOUNCEMENT,
    APPEALED,
    CHANNEL,
    CLUB,
    DECISION,
    DELIVERY,
    EXPORT,
    GENERAL,
    HELLO,
    HOLD,
    IMPORT,
    INVITE_LINK,
    INVITE_TOKEN,
    ISSUER,
    JOB,
    LATER,
    PINNED,
    POLL,
    SIGNING_KEY,
    TENANT,
    USER_GROUP,
    WEBHOOK,
    Who,
)
from infrastructure.routes import ROUTES
from infrastructure.tables import TABLES, create_table_request
from parley import clock
from parley.commands import running
from parley.identity import stored_settings
from parley.identity.authorizer import OPERATOR_TENANT
from parley.identity.items import SigningKeyItem, SigningSecretItem
from parley.ids import MessageAddress
from parley.issuers.items import IssuerItem
from parley.jobs import import_list, store
from parley.messaging.conversations import kept
from parley.messaging.items import MessageItem
from parley.messaging.messages.reading import Place
from parley.messaging.messages.translations import kept as kept_translations
from parley.outbound.transport import Outcome
from parley.permissions import declared
from parley.review.items import DecisionItem, decision_key
from parley.settings import settings
from parley.tables import dynamodb, keys, rate_limits
from parley.tables.shards import shard_of
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
    running.remembered.clear()
    declared.types.forget()


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
    if who == "moderator":
        return Person(TENANT, "", scope="server", headers={"X-Acting-User": "alice"}, credential=SIGNING_KEY)
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


def _put_group_and_hold() -> None:
    """What a back end has of its own: a user group, and a hold."""
    if ("GET", "user-groups") in _deployed():
        cooks = {"handle": "cooks", "name": "Cooks"}
        assert person("server").post("/v1/user-groups", cooks, key="the-cooks")["id"] == USER_GROUP
        added = person("server").post(f"/v1/user-groups/{USER_GROUP}/members", {"user_ids": ["bob"]})
        assert added.status == 200, added.text
    if ("GET", "holds") in _deployed():
        matter = {"user_id": "carol", "reason": "Matter 2026-17"}
        assert person("server").post("/v1/holds", matter, key="the-matter")["id"] == HOLD


def _put_announcement() -> None:
    """An announcement that waits for its moment."""
    news = {"message": {"text": "Happy new year"}, "audience": {}, "send_at": "2027-01-01T00:00:00.000Z"}
    assert person("server").post("/v1/announcements", news, key="the-news")["id"] == ANNOUNCEMENT


def _put_import() -> None:
    """An import whose file has been checked, and waits to be started."""
    checked = store.new(
        TENANT,
        "import",
        None,
        job_id=IMPORT,
        step="checked",
        size=1_204_224,
        source="stream",
        lines={"user": 3, "conversation": 1, "membership": 3, "message": 4_096, "reaction": 17},
        begins_at=300,
        offset=0,
        window=0,
    )
    dynamodb.transact([store.put_action(checked), store.list_action(checked), import_list.entry_action(checked)])


def _put_translation() -> None:
    """What bob has said, as a reader has asked for it in German."""
    address = MessageAddress.parse(PINNED)
    assert address is not None
    item = MessageItem.at(Place(TENANT, address).message)
    assert item is not None
    kept_translations.keep(item, "de", "Um zehn ist Stand-up")


def _put_decisions() -> None:
    """What moderators have decided lately: a warning of bob, and one of alice, who has appealed."""
    for user_id, decision_id, message_id, text in (
        ("bob", DECISION, PINNED, "Stand-up is at ten"),
        ("alice", APPEALED, HELLO, "Hello, everybody"),
    ):
        at, now = decision_key(TENANT, user_id, decision_id), clock.now_ms()
        named = {"decision_id": decision_id, "user_id": user_id, "message_id": message_id, "actions": ["warn"]}
        item = DecisionItem(pk=at.pk, sk=at.sk, **named)
        item.conversation_id, item.text, item.reason = GENERAL, text, "Off topic"
        item.decided_by, item.decided_at = "carol", now
        if decision_id == APPEALED:
            item.appeal, item.appealed_at = "It was a greeting", now
            item.gpk = keys.appeals(TENANT, shard_of(decision_id))
            item.gsk = keys.appeal_gsk(now, decision_id, user_id)
        dynamodb.put(settings().chat_table, item.serialize())


def _build(moved: Clock) -> None:
    acme = Workspace(TENANT, tenant_settings={})
    alice, bob, _ = (acme.person(name) for name in ("alice", "bob", "carol"))
    _put_tenant()
    assert alice.post("/v1/exports", {}, key="the-export")["id"] == EXPORT
    _put_import()
    acme.person("dave")
    assert person("server").delete("/v1/users/dave")["id"] == JOB
    moved.pass_seconds(60)
    opened = alice.post(
        "/v1/conversations", {"type": "group", "name": "general", "members": ["bob"]}, key="open-general"
    )
    assert opened["id"] == GENERAL
    news = alice.post("/v1/conversations", {"type": "channel", "name": "news"}, key="open-news")
    assert news.status == 201, news.text
    _invite(alice)
    _ask(alice, bob)
    moved.pass_seconds(60)
    assert alice.send(GENERAL, "Hello, everybody")["id"] == HELLO
    moved.pass_seconds(60)
    assert bob.send(GENERAL, "Stand-up is at ten").status == 201
    assert alice.put(f"/v1/threads/{HELLO}/follow").status == 200
    assert bob.send(GENERAL, "Hello, Alice", parent_id=HELLO).status == 201
    draft = f"/v1/conversations/{GENERAL}/draft"
    assert alice.put(draft, {"text": "See you"}, parent_id=HELLO).status == 200
    kept = {"note": "Answer", "remind_at": "2026-12-01T09:00:00.000Z"}
    assert alice.put(f"/v1/messages/{HELLO}/bookmark", kept).status == 200
    if ("PUT", "votes") in _deployed():
        poll = {"question": "Lunch at noon?", "options": [{"text": "Yes"}, {"text": "At one"}]}
        assert alice.send(GENERAL, "", parent_id=HELLO, poll=poll)["id"] == POLL
        assert alice.put(f"/v1/messages/{POLL}/votes", {"options": ["1"]}).status == 200
    if ("GET", "conversation-types") in _deployed():
        support = {"like": "group", "permissions": {"see_members": "moderator"}}
        assert person("server").put("/v1/conversation-types/support", support).status == 200
    _put_group_and_hold()
    _put_announcement()
    later = {"message": {"conversation_id": GENERAL, "text": "Happy new year"}, "send_at": "2027-01-01T00:00:00.000Z"}
    assert alice.post("/v1/scheduled-messages", later, key="the-greeting")["id"] == LATER
    moved.pass_seconds(60)
    _put_webhook()
    _put_translation()
    _put_decisions()
    device = {"platform": "fcm", "token": "fcm-token-of-the-examples:APA91b"}
    assert alice.put("/v1/users/me/devices/pixel-9", device).status == 201
    for who, method, path, body in (
        (bob, "POST", f"/v1/messages/{HELLO}/reactions", {"reaction": "🎉"}),
        (alice, "PUT", f"/v1/messages/{PINNED}/pin", None),
        (alice, "POST", f"/v1/messages/{PINNED}/flag", {"reason": "off topic"}),
        (person("server"), "PUT", "/v1/moderation/block-list", {"entries": [{"word": "darn", "action": "flag"}]}),
        (alice, "PUT", "/v1/users/carol/block", None),
        (person("server"), "PUT", "/v1/users/carol/shadow-ban", {"reason": "Advertising"}),
        (alice, "PUT", "/v1/users/carol/mute", {}),
        (alice, "POST", "/v1/search/saved", {"q": "from:bob lunch", "name": "Lunch", "notify": True}),
        (alice, "PUT", f"/v1/conversations/{GENERAL}/mute", {}),
    ):
        if (method, path.split("/")[-1]) in _deployed():
            answer = who.request(method, path, body)
            assert answer.status in (200, 201, 204), answer.text
    if ("GET", "commands") in _deployed():
        weather = {"url": "https://commands.example.com/weather", "description": "The weather of a place"}
        assert person("server").put("/v1/commands/weather", weather).status == 201


def _invite(alice: Person) -> None:
    """To the channel: bob, and whoever has the link."""
    invited = alice.post(f"/v1/conversations/{CHANNEL}/invites", {"user_ids": ["bob"]})
    assert invited.status == 200, invited.text
    with patch.object(secrets, "token_urlsafe", lambda _: INVITE_TOKEN.rpartition(".")[2]):
        made = alice.post(f"/v1/conversations/{CHANNEL}/invite-links", {"max_uses": 25}, key="the-link")
    assert (made["id"], made["token"]) == (INVITE_LINK, INVITE_TOKEN)


def _ask(alice: Person, bob: Person) -> None:
    """To join a group that takes requests: bob."""
    assert alice.post("/v1/conversations", {"type": "group", "name": "club"}, key="open-club")["id"] == CLUB
    assert alice.put(f"/v1/conversations/{CLUB}", {"join_requests": True}).status == 200
    assert bob.post(f"/v1/conversations/{CLUB}/join-requests", {"text": "I play the viola"}).status == 201


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
