"""One example request a route: the events under `events/`, the OpenAPI document and the contract tests are made of it.

All of them play in one small world, which `tests/support/people/world.py` seeds: the tenant acme with alice, who owns
the group `general`, bob, who belongs to it, and carol, who does not. Adding a route means adding its example here,
then `make events`.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from infrastructure.routes import Route
from parley import ids
from parley.tables import cursors

TENANT = "acme"
GENERAL = ids.derived_id("keyed", TENANT, "alice", "open-general")
"""The group of the examples, as `POST /v1/conversations` names it under the Idempotency-Key `open-general`."""
CHANNEL = ids.derived_id("keyed", TENANT, "alice", "open-news")
"""A channel that alice opened and nobody else has joined."""
CLUB = ids.derived_id("keyed", TENANT, "alice", "open-club")
"""A group that alice opened, which bob has asked to join."""
INVITE_LINK = ids.derived_id("invite_link", TENANT, "alice", CHANNEL, "the-link")
"""An invite link of the channel, as `POST …/invite-links` names it under the Idempotency-Key `the-link`."""
INVITE_TOKEN = f"{CHANNEL}.{INVITE_LINK}.the-secret-of-the-examples"
HELLO, REPLY, PINNED = f"{GENERAL}-1", f"{GENERAL}-1-1", f"{GENERAL}-2"
"""alice's first message, bob's reply to it, and bob's message, which is pinned."""
POLL = f"{GENERAL}-1-2"
"""alice's poll in the same thread, in which she has voted."""
SIGNING_KEY = f"{TENANT}.main"
ISSUER = ids.timed_id(1_795_424_400_000, 2)
WEBHOOK = ids.derived_id("webhook", TENANT, "", "the-webhook")
"""The webhook of the examples, as `POST /v1/webhooks` names it under the Idempotency-Key `the-webhook`."""
SAVED = ids.derived_id("saved_search", TENANT, "alice", "from:bob lunch")
"""A search that alice has saved."""
HOLD = ids.derived_id("hold", TENANT, "", "the-matter")
"""The hold of the examples, as `POST /v1/holds` names it under the Idempotency-Key `the-matter`."""
USER_GROUP = ids.derived_id("user_group", TENANT, "", "the-cooks")
"""The user group of the examples, as `POST /v1/user-groups` names it under the Idempotency-Key `the-cooks`."""
LATER = ids.derived_id("scheduled", TENANT, "alice", "the-greeting")
"""A message that alice has sent later, under the Idempotency-Key `the-greeting`."""
DELIVERY = ids.timed_id(1_795_424_400_000, 1)

JOB = ids.derived_id("erasure", TENANT, "dave", "1795424400000")
"""The erasure of dave, who was gone before the others came."""
EXPORT = ids.derived_id("export", TENANT, "alice", "1795424400000")
"""The export that alice asked for at the same time."""

ANNOUNCEMENT = ids.derived_id("announcement", TENANT, "", "the-news")
"""An announcement that waits, as `POST /v1/announcements` names it under the Idempotency-Key `the-news`."""

IMPORT = ids.timed_id(1_795_424_400_000, 3)
"""An import whose file has been checked."""

DECISION, APPEALED = ids.timed_id(1_795_424_400_000, 4), ids.timed_id(1_795_424_400_000, 5)
"""What moderators decided about a message of bob's, and about one of alice's, who has appealed."""

Who = Literal["alice", "bob", "moderator", "server", "operator", "nobody"]
"""`moderator`: the tenant's back end, for alice."""


@dataclass(frozen=True)
class Example:
    """A request that succeeds in the world of the examples.

    `path` are the path parameters in order. `other_statuses` explains further success statuses of the route.
    `elsewhere` is where the tests are that answer a request which this world cannot, since it has no object store, no
    search engine and nobody to call: such a route has an event, and no recorded answer.
    """

    who: Who = "alice"
    path: tuple[str, ...] = ()
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    other_statuses: dict[int, str] = field(default_factory=dict)
    elsewhere: str = ""


JOB_TESTS, MEDIA_TESTS, SEARCH_TESTS = (f"tests/functional/{name}" for name in ("jobs", "media", "search"))
IDENTITY_TESTS = "tests/functional/identity"
MEDIA = ids.derived_id("media", TENANT, "alice", "holiday.jpg")
REINDEX = ids.derived_id("reindex", TENANT)

EXAMPLES: dict[str, Example] = {
    # messages
    "POST /v1/messages": Example(
        body={
            "conversation_id": GENERAL,
            "text": "Lunch at noon, @bob?",
            "mentions": ["bob"],
            "custom": {"mood": "hungry"},
        },
    ),
    "POST /v1/messages/batch": Example(
        "server",
        body={
            "messages": [
                {"conversation_id": GENERAL, "author_id": "bob", "text": "On my way", "idempotency_key": "on-my-way"},
                {"conversation_id": GENERAL, "text": "Bob has shared his way", "type": "system", "silent": True},
                {"conversation_id": CHANNEL, "author_id": "bob", "text": "Not a member there"},
            ]
        },
    ),
    "POST /v1/messages/{}/forward": Example(path=(PINNED,), body={"conversation_ids": [CHANNEL]}),
    "GET /v1/conversations/{}/messages": Example(path=(GENERAL,), query={"limit": "20", "order": "asc"}),
    "GET /v1/messages/{}": Example(path=(HELLO,)),
    "PUT /v1/messages/{}": Example(path=(HELLO,), body={"text": "Hello, all"}),
    "GET /v1/messages/{}/edits": Example(path=(HELLO,)),
    "DELETE /v1/messages/{}": Example(path=(HELLO,), other_statuses={204: "`hard=true`: it is gone for good"}),
    "GET /v1/messages/{}/replies": Example(path=(HELLO,)),
    "POST /v1/messages/{}/reactions": Example(
        path=(HELLO,), body={"reaction": "👍"}, other_statuses={200: "The caller had reacted so already"}
    ),
    "DELETE /v1/messages/{}/reactions/{}": Example("bob", path=(HELLO, "🎉")),
    "GET /v1/messages/{}/reactions": Example(path=(HELLO,)),
    "PUT /v1/messages/{}/votes": Example("bob", path=(POLL,), body={"options": ["2"]}),
    "GET /v1/messages/{}/votes": Example(path=(POLL,)),
    "POST /v1/messages/{}/poll/close": Example(path=(POLL,)),
    "PUT /v1/messages/{}/pin": Example(path=(HELLO,)),
    "DELETE /v1/messages/{}/pin": Example(path=(PINNED,)),
    "DELETE /v1/messages/{}/link_previews": Example(path=(HELLO,), query={"url": "https://example.com/"}),
    "POST /v1/messages/{}/translations": Example(path=(PINNED,), body={"language": "de"}),
    "GET /v1/conversations/{}/pins": Example(path=(GENERAL,)),
    "POST /v1/messages/{}/flag": Example(
        "bob", path=(HELLO,), body={"reason": "spam"}, other_statuses={200: "The caller had reported it already"}
    ),
    "POST /v1/delivered": Example("bob", body={"conversations": [{"conversation_id": GENERAL, "seq": 2}]}),
    # types of conversations
    "GET /v1/conversation-types": Example(),
    "GET /v1/conversation-types/{}": Example("server", path=("support",)),
    "PUT /v1/conversation-types/{}": Example(
        "server",
        path=("support",),
        body={"like": "group", "permissions": {"see_members": "moderator", "pin": "moderator"}},
    ),
    "DELETE /v1/conversation-types/{}": Example("server", path=("support",)),
    # user groups
    "POST /v1/user-groups": Example("server", body={"handle": "bakers", "name": "Bakers"}),
    "GET /v1/user-groups": Example(query={"limit": "20"}),
    "GET /v1/user-groups/{}": Example(path=(USER_GROUP,)),
    "PUT /v1/user-groups/{}": Example("server", path=(USER_GROUP,), body={"description": "Who cooks this week"}),
    "DELETE /v1/user-groups/{}": Example("server", path=(USER_GROUP,)),
    "GET /v1/user-groups/{}/members": Example(path=(USER_GROUP,), query={"limit": "20"}),
    "POST /v1/user-groups/{}/members": Example("server", path=(USER_GROUP,), body={"user_ids": ["alice", "nobody"]}),
    "POST /v1/user-groups/{}/members/remove": Example("server", path=(USER_GROUP,), body={"user_ids": ["bob"]}),
    # drafts
    "GET /v1/drafts": Example(query={"limit": "20"}),
    "PUT /v1/conversations/{}/draft": Example(path=(GENERAL,), body={"text": "Let us meet at"}),
    "GET /v1/conversations/{}/draft": Example(path=(GENERAL,), query={"parent_id": HELLO}),
    "DELETE /v1/conversations/{}/draft": Example(path=(GENERAL,), query={"parent_id": HELLO}),
    # bookmarks
    "GET /v1/bookmarks": Example(query={"limit": "20", "reminder": "upcoming"}),
    "PUT /v1/messages/{}/bookmark": Example(
        path=(PINNED,), body={"note": "Prepare for it", "remind_at": "2026-11-24T09:00:00.000Z"}
    ),
    "DELETE /v1/messages/{}/bookmark": Example(path=(HELLO,)),
    # messages that are sent later
    "POST /v1/scheduled-messages": Example(
        body={
            "message": {"conversation_id": GENERAL, "text": "Good morning, everybody"},
            "send_at": "2026-11-24T08:00:00.000Z",
        }
    ),
    "GET /v1/scheduled-messages": Example(query={"limit": "20"}),
    "GET /v1/scheduled-messages/{}": Example(path=(LATER,)),
    "PUT /v1/scheduled-messages/{}": Example(path=(LATER,), body={"send_at": "2026-11-24T09:00:00.000Z"}),
    "DELETE /v1/scheduled-messages/{}": Example(path=(LATER,)),
    # threads
    "GET /v1/threads": Example(query={"limit": "20"}),
    "GET /v1/unread/threads": Example(),
    "GET /v1/threads/{}": Example(path=(HELLO,)),
    "PUT /v1/threads/{}/follow": Example(path=(PINNED,)),
    "DELETE /v1/threads/{}/follow": Example(path=(HELLO,)),
    "POST /v1/threads/{}/read": Example(path=(HELLO,), body={"reply_id": REPLY}),
    # conversations
    "POST /v1/conversations": Example(
        body={"type": "group", "name": "Launch", "members": ["bob", "carol"], "custom": {"project": "42"}},
        other_statuses={200: "The direct conversation existed already"},
    ),
    "GET /v1/conversations": Example(query={"limit": "20"}),
    "GET /v1/conversations/{}": Example(path=(GENERAL,)),
    "PUT /v1/conversations/{}": Example(path=(GENERAL,), body={"name": "Everybody"}),
    "DELETE /v1/conversations/{}": Example(path=(GENERAL,)),
    "GET /v1/conversations/{}/members": Example(path=(GENERAL,)),
    "POST /v1/conversations/{}/members": Example(path=(GENERAL,), body={"user_ids": ["carol"]}),
    "DELETE /v1/conversations/{}/members/{}": Example(path=(GENERAL, "bob")),
    "PUT /v1/conversations/{}/members/{}/role": Example(path=(GENERAL, "bob"), body={"role": "admin"}),
    "GET /v1/conversations/{}/notifications": Example(path=(GENERAL,)),
    "PUT /v1/conversations/{}/notifications": Example(path=(GENERAL,), body={"level": "mentions"}),
    "DELETE /v1/conversations/{}/notifications": Example(path=(GENERAL,)),
    "GET /v1/users/me/notifications": Example(),
    "PUT /v1/users/me/notifications": Example(body={"level": "none", "until": "2026-11-23T22:00:00.000Z"}),
    "GET /v1/users/me/devices": Example(),
    "PUT /v1/users/me/devices/{}": Example(
        path=("pixel-9",),
        body={"platform": "fcm", "token": "fcm-token-of-the-examples:APA91b"},
        other_statuses={201: "The device is new"},
    ),
    "DELETE /v1/users/me/devices/{}": Example(path=("pixel-9",)),
    "PUT /v1/conversations/{}/mute": Example(path=(GENERAL,), body={}),
    "DELETE /v1/conversations/{}/mute": Example(path=(GENERAL,)),
    "PUT /v1/conversations/{}/settings": Example(path=(GENERAL,), body={"pinned": True, "labels": ["Work"]}),
    "POST /v1/conversations/{}/ephemeral-messages": Example(
        "server", path=(GENERAL,), body={"user_id": "alice", "text": "Your table is booked for noon"}
    ),
    "POST /v1/conversations/{}/events": Example(
        path=(GENERAL,), body={"name": "cursor.moved", "data": {"line": 42, "column": 7}}
    ),
    "POST /v1/conversations/{}/read": Example(path=(GENERAL,), body={"message_id": PINNED}),
    "POST /v1/conversations/{}/clear": Example(path=(GENERAL,), body={"message_id": PINNED}),
    "POST /v1/conversations/{}/truncate": Example(path=(GENERAL,), body={"message_id": PINNED}),
    "POST /v1/conversations/{}/unread": Example(path=(GENERAL,), body={"message_id": PINNED}),
    "GET /v1/conversations/{}/receipts": Example(path=(GENERAL,)),
    "GET /v1/unread": Example(),
    "PUT /v1/conversations/{}/bans/{}": Example(path=(GENERAL, "bob"), body={"reason": "Advertising"}),
    "DELETE /v1/conversations/{}/bans/{}": Example(path=(GENERAL, "bob")),
    "GET /v1/conversations/{}/bans": Example(path=(GENERAL,)),
    # invites
    "POST /v1/conversations/{}/invites": Example(path=(CHANNEL,), body={"user_ids": ["bob"]}),
    "GET /v1/conversations/{}/invites": Example(path=(CHANNEL,)),
    "DELETE /v1/conversations/{}/invites/{}": Example(path=(CHANNEL, "bob")),
    "POST /v1/conversations/{}/invites/accept": Example("bob", path=(CHANNEL,)),
    "GET /v1/users/me/invites": Example("bob"),
    "POST /v1/conversations/{}/invite-links": Example(path=(CHANNEL,), body={"max_uses": 25}),
    "GET /v1/conversations/{}/invite-links": Example(path=(CHANNEL,)),
    "DELETE /v1/conversations/{}/invite-links/{}": Example(path=(CHANNEL, INVITE_LINK)),
    "POST /v1/conversations/{}/join-requests": Example(
        "bob", path=(CLUB,), body={"text": "I play the viola"}, other_statuses={200: "The caller had asked already"}
    ),
    "GET /v1/conversations/{}/join-requests": Example(path=(CLUB,)),
    "POST /v1/conversations/{}/join-requests/{}/approve": Example(path=(CLUB, "bob")),
    "DELETE /v1/conversations/{}/join-requests/{}": Example(path=(CLUB, "bob")),
    "GET /v1/users/me/join-requests": Example("bob"),
    "PUT /v1/users/{}/mute": Example(path=("bob",), body={"until": "2026-11-30T09:00:00.000Z"}),
    "DELETE /v1/users/{}/mute": Example(path=("carol",)),
    "GET /v1/users/me/mutes": Example(),
    "POST /v1/invite-links/join": Example("bob", body={"token": INVITE_TOKEN}),
    # users
    "PUT /v1/users/{}": Example(
        path=("alice",),
        body={"name": "Alice Liddell", "avatar_url": "https://example.com/alice.png", "languages": ["en", "de"]},
        other_statuses={201: "The user is new"},
    ),
    "POST /v1/users/batch": Example(
        "server", body={"users": [{"id": "bob", "name": "Bob"}, {"id": "dora", "name": "Dora", "role": "agent"}]}
    ),
    "POST /v1/users/query": Example("server", body={"ids": ["bob", "carol"]}),
    "POST /v1/users/{}/deactivate": Example("server", path=("bob",)),
    "PUT /v1/users/{}/shadow-ban": Example("server", path=("bob",), body={"reason": "Advertising"}),
    "GET /v1/users/{}/shadow-ban": Example("server", path=("carol",)),
    "DELETE /v1/users/{}/shadow-ban": Example("server", path=("carol",)),
    "GET /v1/users/{}/shadowed-messages": Example("server", path=("bob",)),
    "GET /v1/conversations/{}/shadowed-messages": Example(path=(GENERAL,)),
    "POST /v1/users/{}/reactivate": Example("server", path=("bob",)),
    "GET /v1/users/{}": Example(path=("bob",)),
    "GET /v1/users": Example(query={"limit": "20"}),
    "DELETE /v1/users/{}": Example("server", path=("bob",)),
    "POST /v1/holds": Example("server", body={"conversation_id": GENERAL, "reason": "Matter 2026-18"}),
    "GET /v1/holds": Example("server"),
    "DELETE /v1/holds/{}": Example("server", path=(HOLD,)),
    "POST /v1/announcements": Example(
        "server",
        body={"message": {"text": "Back at noon", "custom": {"kind": "maintenance"}}, "audience": {"type": "group"}},
    ),
    "GET /v1/announcements": Example("server", query={"limit": "20"}),
    "GET /v1/announcements/{}": Example("server", path=(ANNOUNCEMENT,)),
    "POST /v1/announcements/{}/cancel": Example("server", path=(ANNOUNCEMENT,)),
    "POST /v1/exports": Example("server", body={"user_id": "bob"}),
    "GET /v1/exports/{}": Example(path=(EXPORT,)),
    "GET /v1/jobs/{}": Example("server", path=(JOB,)),
    "POST /v1/imports": Example("server", body={"size": 1_204_224, "source": "stream"}, elsewhere=JOB_TESTS),
    "GET /v1/imports": Example("server"),
    "GET /v1/imports/{}": Example("server", path=(IMPORT,)),
    "POST /v1/imports/{}/check": Example("server", path=(IMPORT,)),
    "POST /v1/imports/{}/start": Example("server", path=(IMPORT,)),
    "POST /v1/imports/{}/cancel": Example("server", path=(IMPORT,), elsewhere=JOB_TESTS),
    "PUT /v1/users/{}/block": Example(path=("carol",)),
    "DELETE /v1/users/{}/block": Example(path=("carol",)),
    "GET /v1/users/me/blocks": Example(),
    "POST /v1/tokens": Example("server", body={"user_id": "alice"}),
    "POST /v1/users/{}/revoke-tokens": Example("server", path=("bob",)),
    # media
    "POST /v1/upload": Example(
        body={"filename": "holiday.jpg", "content_type": "image/jpeg", "size": 812_345, "conversation_id": GENERAL},
        elsewhere=MEDIA_TESTS,
    ),
    "POST /v1/upload/chunk": Example(body={"upload_id": MEDIA, "part_numbers": [1, 2, 3]}, elsewhere=MEDIA_TESTS),
    "GET /v1/upload/{}/progress": Example(path=(MEDIA,), elsewhere=MEDIA_TESTS),
    "POST /v1/upload/complete": Example(body={"upload_id": MEDIA}, elsewhere=MEDIA_TESTS),
    "DELETE /v1/upload/{}": Example(path=(MEDIA,), elsewhere=MEDIA_TESTS),
    "POST /v1/admin/media/redrive": Example("operator", elsewhere=MEDIA_TESTS),
    "GET /v1/media/{}": Example(path=(MEDIA,), elsewhere=MEDIA_TESTS),
    "DELETE /v1/media/{}": Example(path=(MEDIA,), elsewhere=MEDIA_TESTS),
    "GET /v1/media/{}/downloads": Example(path=(MEDIA,), elsewhere=MEDIA_TESTS),
    "GET /v1/download/{}": Example(path=(MEDIA,), elsewhere=MEDIA_TESTS),
    "GET /v1/download/{}/signed": Example(path=(MEDIA,), query={"ttl": "3600"}, elsewhere=MEDIA_TESTS),
    "POST /v1/download/signed": Example(
        body={"items": [{"media_id": MEDIA, "disposition": "inline"}, {"media_id": MEDIA, "variant": "thumb_256"}]},
        elsewhere=MEDIA_TESTS,
    ),
    "GET /v1/stream/{}": Example(path=(MEDIA,), elsewhere=MEDIA_TESTS),
    # search
    "GET /v1/search/messages": Example(query={"q": "from:bob lunch"}, elsewhere=SEARCH_TESTS),
    "GET /v1/search/conversations": Example(query={"q": "gen"}, elsewhere=SEARCH_TESTS),
    "GET /v1/search/users": Example(query={"q": "bo"}, elsewhere=SEARCH_TESTS),
    "GET /v1/search/global": Example(query={"q": "lunch"}, elsewhere=SEARCH_TESTS),
    "GET /v1/search/suggestions": Example(query={"q": "lu"}, elsewhere=SEARCH_TESTS),
    "GET /v1/search/recent": Example(elsewhere=SEARCH_TESTS),
    "DELETE /v1/search/recent": Example(elsewhere=SEARCH_TESTS),
    "POST /v1/search/saved": Example(
        body={"q": "mentions:me has:link", "name": "Links for me", "notify": True},
        other_statuses={200: "The caller has saved this query already"},
    ),
    "GET /v1/search/saved": Example(),
    "GET /v1/search/saved/{}": Example(path=(SAVED,)),
    "PUT /v1/search/saved/{}": Example(path=(SAVED,), body={"notify": False}),
    "DELETE /v1/search/saved/{}": Example(path=(SAVED,)),
    "POST /v1/admin/search/reindex": Example("operator", body={"source": "table"}, elsewhere=SEARCH_TESTS),
    "GET /v1/admin/search/reindex/{}": Example("operator", path=(REINDEX,), elsewhere=SEARCH_TESTS),
    "POST /v1/admin/search/reindex/{}/confirm": Example("operator", path=(REINDEX,), elsewhere=SEARCH_TESTS),
    "POST /v1/admin/search/reindex/{}/rollback": Example("operator", path=(REINDEX,), elsewhere=SEARCH_TESTS),
    "POST /v1/admin/search/reindex/{}/cancel": Example("operator", path=(REINDEX,), elsewhere=SEARCH_TESTS),
    "GET /v1/admin/search/failures": Example("operator", elsewhere=SEARCH_TESTS),
    "POST /v1/admin/search/failures/redrive": Example("operator", elsewhere=SEARCH_TESTS),
    # tenants and operations
    "POST /v1/tenants": Example("operator", body={"id": "globex", "name": "Globex"}),
    "GET /v1/tenants/{}": Example("operator", path=(TENANT,)),
    "PUT /v1/tenants/{}": Example("operator", path=(TENANT,), body={"name": "Acme Corporation"}),
    "POST /v1/tenants/{}/keys": Example("operator", path=(TENANT,), body={"algorithm": "HS256"}),
    "GET /v1/tenants/{}/keys": Example("operator", path=(TENANT,)),
    "GET /v1/tenants/{}/keys/{}": Example("operator", path=(TENANT, SIGNING_KEY)),
    "DELETE /v1/tenants/{}/keys/{}": Example(
        "operator",
        path=(TENANT, SIGNING_KEY),
        query={"overlap_seconds": "3600"},
        other_statuses={204: "The key is gone at once"},
    ),
    "POST /v1/tenants/{}/issuers": Example(
        "operator",
        path=(TENANT,),
        body={
            "issuer": "https://acme.eu.auth0.com/",
            "audiences": ["https://chat.acme.example"],
            "name_claim": "name",
            "create_users": True,
        },
        elsewhere=IDENTITY_TESTS,
    ),
    "GET /v1/tenants/{}/issuers": Example("operator", path=(TENANT,)),
    "GET /v1/tenants/{}/issuers/{}": Example("operator", path=(TENANT, ISSUER)),
    "DELETE /v1/tenants/{}/issuers/{}": Example("operator", path=(TENANT, ISSUER)),
    "POST /v1/tenants/{}/revoke-tokens": Example("operator", path=(TENANT,)),
    # realtime
    "GET /v1/events": Example(query={"after": cursors.encode([1_795_424_400_000], ("events",)), "limit": "20"}),
    "GET /v1/users/{}/presence": Example(path=("bob",)),
    "PUT /v1/users/me/status": Example(body={"invisible": False, "status_text": "Out for lunch"}),
    "PUT /v1/moderation/block-list": Example(
        "server",
        body={
            "action": "mask",
            "entries": [{"word": "darn"}, {"word": "free money", "action": "flag"}, {"pattern": "h+e+c+k+"}],
        },
    ),
    "GET /v1/moderation/block-list": Example("server"),
    "DELETE /v1/moderation/block-list": Example("server"),
    "POST /v1/moderation/pre-send/rotate-secret": Example("server", body={"overlap_seconds": 3600}),
    "GET /v1/moderation/flags": Example("server", query={"limit": "20"}),
    "POST /v1/moderation/flags/{}/resolve": Example(
        "server", path=(f"{PINNED}~alice",), body={"resolution": "dismissed", "note": "A reminder"}
    ),
    "GET /v1/moderation/cases": Example("moderator", query={"claim": "unclaimed", "limit": "20"}),
    "GET /v1/moderation/cases/{}": Example("server", path=(PINNED,)),
    "POST /v1/moderation/cases/{}/claim": Example("moderator", path=(PINNED,), body={"minutes": 10}),
    "DELETE /v1/moderation/cases/{}/claim": Example("moderator", path=(PINNED,)),
    "POST /v1/moderation/cases/{}/decide": Example(
        "moderator", path=(PINNED,), body={"actions": ["delete_message", "warn"], "reason": "Advertising"}
    ),
    "POST /v1/moderation/cases/{}/reopen": Example("moderator", path=(PINNED,)),
    "GET /v1/users/{}/moderation-record": Example("server", path=("bob",)),
    "GET /v1/users/{}/moderation-decisions": Example("bob", path=("me",), query={"limit": "20"}),
    "POST /v1/users/{}/moderation-decisions/{}/appeal": Example(
        "bob", path=("me", DECISION), body={"text": "It was a joke among friends"}
    ),
    "GET /v1/moderation/appeals": Example("server", query={"limit": "20"}),
    "POST /v1/moderation/appeals/{}/{}/answer": Example(
        "moderator", path=("alice", APPEALED), body={"outcome": "overturned", "answer": "You were right"}
    ),
    "GET /v1/audit": Example("server", query={"limit": "20"}),
    "GET /v1/usage": Example("server", query={"from": "2026-11-20", "to": "2026-11-23"}),
    # commands
    "GET /v1/commands": Example("server"),
    "GET /v1/commands/{}": Example("server", path=("weather",)),
    "PUT /v1/commands/{}": Example(
        "server",
        path=("roll",),
        body={
            "url": "https://commands.example.com/roll",
            "description": "Roll dice",
            "usage": "[dice]d[sides]",
            "role": "member",
        },
        other_statuses={201: "The command is new: its secret is shown this once"},
    ),
    "DELETE /v1/commands/{}": Example("server", path=("weather",)),
    "POST /v1/commands/{}/rotate-secret": Example("server", path=("weather",), body={"overlap_seconds": 3600}),
    "GET /v1/conversations/{}/commands": Example(path=(GENERAL,)),
    "POST /v1/conversations/{}/commands": Example(
        path=(GENERAL,), body={"name": "weather", "text": "Lisbon"}, elsewhere="tests/functional/commands"
    ),
    # webhooks
    "POST /v1/webhooks": Example(
        "server",
        body={"url": "https://hooks.example.com/parley", "events": ["message.created"], "description": "Orders"},
    ),
    "GET /v1/webhooks": Example("server"),
    "GET /v1/webhooks/{}": Example("server", path=(WEBHOOK,)),
    "PUT /v1/webhooks/{}": Example("server", path=(WEBHOOK,), body={"events": ["message.created", "message.deleted"]}),
    "DELETE /v1/webhooks/{}": Example("server", path=(WEBHOOK,)),
    "POST /v1/webhooks/{}/rotate-secret": Example("server", path=(WEBHOOK,), body={"overlap_seconds": 3600}),
    "GET /v1/webhooks/{}/deliveries": Example("server", path=(WEBHOOK,), query={"limit": "20"}),
    "POST /v1/webhooks/{}/deliveries/{}/replay": Example("server", path=(WEBHOOK, DELIVERY)),
    "POST /v1/admin/webhooks/redrive": Example("operator"),
    "GET /v1/health": Example("nobody"),
    "GET /v1/health/ready": Example("operator", elsewhere=SEARCH_TESTS),
}


class MissingExample(LookupError):
    """A route was added without its example."""


def example_of(route: Route) -> Example:
    """The example of a route; `MissingExample` where it has none."""
    name = f"{route.method} {re.sub(r'{[^}]+}', '{}', route.path)}"
    if name not in EXAMPLES:
        raise MissingExample(f"{name} has no example in infrastructure/examples.py")
    return EXAMPLES[name]


def find_example(route: Route) -> Example | None:
    """The example of a route, or None; that there is one is a test's business."""
    try:
        return example_of(route)
    except MissingExample:
        return None


def parameters_of(route: Route) -> dict[str, str]:
    """The example's path parameters by name."""
    return dict(zip(re.findall(r"{([^}]+)}", route.path), example_of(route).path, strict=True))
