"""Which limit each route spends, by the family that it belongs to.

A route belongs to the first family whose methods and path fit. One that belongs to none cannot be answered, which a
test finds before a client does.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from parley import limits
from parley.errors import RouteNotFound
from parley.limits import RateLimit

WRITES = frozenset({"POST", "PUT", "DELETE"})
POST = frozenset({"POST"})
GET = frozenset({"GET"})


@dataclass(frozen=True, slots=True)
class Family:
    """Routes that spend the same limit; `path` is a pattern of the whole path as it is declared.

    `limit` is None where the use case takes its own, beside what it reads or of another subject.
    """

    methods: frozenset[str]
    path: str
    limit: RateLimit | None


FAMILIES: tuple[Family, ...] = (
    Family(POST, r"/v1/messages", None),
    Family(POST, r"/v1/messages/(batch|{message_id}/forward)", limits.CHANGES),  # beside that of each message
    Family(POST, r"/v1/exports", None),
    Family(POST, r"/v1/download/signed", None),
    Family(WRITES, r"/v1/scheduled-messages(/.*)?", limits.CHANGES),
    Family(POST, r"/v1/messages/{message_id}/translations", limits.TRANSLATIONS),
    Family(WRITES, r"/v1/messages/.*", limits.MESSAGE_CHANGES),
    Family(POST, r"/v1/conversations", limits.CONVERSATIONS),
    Family(POST, r"/v1/conversations/{conversation_id}/(?:un)?read", limits.READ_MARKS),
    Family(POST, r"/v1/conversations/{conversation_id}/(?:events|ephemeral-messages)", limits.CUSTOM_EVENTS),
    Family(POST, r"/v1/conversations/{conversation_id}/commands", limits.COMMANDS),
    Family(WRITES, r"/v1/conversations/.*", limits.CHANGES),
    Family(POST, r"/v1/invite-links/join", limits.CHANGES),
    Family(POST, r"/v1/threads/{message_id}/read|/v1/delivered", limits.READ_MARKS),
    Family(WRITES, r"/v1/threads/.*", limits.CHANGES),
    Family(POST, r"/v1/users/{user_id}/(revoke-tokens|deactivate|reactivate)", limits.ADMINISTRATION),
    Family(POST, r"/v1/users/query", limits.SEARCHES),
    Family(WRITES, r"/v1/users/.*", limits.CHANGES),
    Family(WRITES, r"/v1/upload(/.*)?|/v1/media/.*", limits.UPLOADS),
    Family(WRITES, r"/v1/search/(recent|saved(/.*)?)", limits.CHANGES),
    Family(POST, r"/v1/tokens", limits.TOKENS),
    Family(
        WRITES,
        r"/v1/(tenants|webhooks|commands|moderation|admin|imports|announcements|user-groups|conversation-types|holds)(/.*)?",
        limits.ADMINISTRATION,
    ),
    Family(GET, r"/v1/search/suggestions", limits.SUGGESTIONS),
    Family(GET, r"/v1/search/(messages|conversations|users|global)", limits.SEARCHES),
    Family(GET, r"/v1/.*", limits.READS),
)


@lru_cache(maxsize=256)
def limit_of(route_key: str) -> RateLimit | None:
    """The limit of a route, such as `GET /v1/users`; None where its use case takes one. Raises `RouteNotFound`."""
    method, _, path = route_key.partition(" ")
    for family in FAMILIES:
        if method in family.methods and re.fullmatch(family.path, path):
            return family.limit
    raise RouteNotFound
