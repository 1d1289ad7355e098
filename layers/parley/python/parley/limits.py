"""The rate limits: each declared once, as data, and taken from by `take`.

A limit says how much a user, the whole tenant, or both may spend in any window, from the tenant's settings. `take` is
called with the limit and the caller, by the middleware of all routes (`parley.http.limited`, by the families of
`parley.http.families`) or by a use case:

    take(limits.MESSAGES, caller)

A user's limit is exact: 1 WRU. A tenant's, which many processes share, is counted by each and written once a hundredth,
and so is a user's with `batched`: most requests write nothing, and each process may accept a hundredth that no other
knows of. With `exact` the tenant's is exact too, and an item that all of its processes write.
"""

from collections.abc import Callable
from dataclasses import dataclass

from parley.identity.caller import Caller
from parley.identity.tenant_settings import TenantSettings
from parley.tables import dynamodb, keys, rate_limits
from parley.tables.rate_limits import Decision, Policy

DAY_SECONDS = 24 * 3600

Amount = Callable[[TenantSettings], int]


@dataclass(frozen=True, slots=True)
class RateLimit:
    """What may be spent in any `window` seconds, at any rhythm, of what is counted under `name`.

    `user` and `tenant` read the amounts from the tenant's settings; None is no limit. The tenant's is taken first, and
    nothing of the user's where it refuses; with `at_once` both are taken in parallel where the tenant's needs a write,
    for routes that cannot wait for two round trips. `name` is part of stored keys and is shown in headers.
    """

    name: str
    user: Amount
    tenant: Amount | None = None
    window: int = 60
    batched: bool = False
    exact: bool = False
    at_once: bool = False


def fixed(amount: int) -> Amount:
    """An amount that tenants do not set."""
    return lambda _: amount


def take(limit: RateLimit, caller: Caller, *, cost: int = 1, subject: str | None = None) -> Decision:
    """Spend `cost` of the tenant's and the user's limit; what is left of the one of which less is left.

    `subject` is whose limit it is where that is not the caller's. A back end that acts for no user has the tenant's
    limit alone, where there is one. A cost beyond a whole limit takes all of it. Raises `RateLimited` with a `decision`
    field.
    """
    settings, tenant_id = caller.tenant.settings, caller.tenant_id
    subject = caller.user_id if subject is None else subject
    policy = Policy(limit.name, limit.user(settings), limit.window)

    def take_user() -> Decision:
        take_one = rate_limits.take_batched if limit.batched else rate_limits.take
        scope = keys.per_user(limit.name, subject)
        return take_one(tenant_id, scope, policy, cost=min(cost, policy.limit))

    if limit.tenant is None:
        return take_user()
    shared = Policy(f"tenant-{limit.name}", limit.tenant(settings), limit.window)
    charged = min(cost, shared.limit)

    def take_tenant() -> Decision:
        take_one = rate_limits.take if limit.exact else rate_limits.take_batched
        return take_one(tenant_id, limit.name, shared, cost=charged)

    if not subject:
        return take_tenant()
    if limit.at_once and rate_limits.writes(tenant_id, limit.name, shared, cost=charged):
        return _tighter(*dynamodb.in_parallel(take_tenant, take_user))
    return _tighter(take_tenant(), take_user())


def known(limit: RateLimit, caller: Caller) -> Decision:
    """What is left of a limit as this process knows it, for who spent none of it."""
    settings, tenant_id = caller.tenant.settings, caller.tenant_id
    policy = Policy(limit.name, limit.user(settings), limit.window)
    users = rate_limits.known(tenant_id, keys.per_user(limit.name, caller.user_id), policy)
    if limit.tenant is None:
        return users
    shared = Policy(f"tenant-{limit.name}", limit.tenant(settings), limit.window)
    tenants = rate_limits.known(tenant_id, limit.name, shared)
    return _tighter(tenants, users) if caller.user_id else tenants


def _tighter(tenants: Decision, users: Decision) -> Decision:
    return tenants if tenants.remaining < users.remaining else users


def give_back_to(limit: RateLimit, caller: Caller, *, cost: int = 1) -> Decision:
    """Undo a `take` for what turned out to be no new request; what is left of the user's limit. 1 WRU.

    A back end that acts for no user has the tenant's limit alone, as `take` says.
    """
    settings, tenant_id = caller.tenant.settings, caller.tenant_id
    policy = Policy(limit.name, limit.user(settings), limit.window)
    if limit.tenant is not None:
        shared = Policy(f"tenant-{limit.name}", limit.tenant(settings), limit.window)
        rate_limits.give_back_batched(tenant_id, limit.name, shared, cost=min(cost, shared.limit))
        if not caller.user_id:
            return rate_limits.known(tenant_id, limit.name, shared)
    return rate_limits.give_back(tenant_id, keys.per_user(limit.name, caller.user_id), policy, cost=cost)


MESSAGES = RateLimit(
    "messages",
    user=lambda settings: settings.messages_per_minute,
    tenant=lambda settings: settings.tenant_messages_per_minute,
    at_once=True,
)
"""Messages sent."""
ANNOUNCED = RateLimit("announced", user=lambda settings: max(1, settings.tenant_messages_per_minute // 24), window=10)
"""Conversations that a tenant's announcements reach: a quarter of its messages. Their subject is nobody."""
MESSAGE_CHANGES = RateLimit(
    "message-changes",
    user=lambda settings: 2 * settings.messages_per_minute,
    tenant=lambda settings: 2 * settings.tenant_messages_per_minute,
    batched=True,
)
"""Edits, deletions, reactions, pins and flags."""
TRANSLATIONS = RateLimit("translations", user=fixed(120), tenant=fixed(12_000), batched=True)
"""Translations that are asked for, kept ones too."""
TRANSLATED_CHARACTERS = RateLimit(
    "translated-characters",
    user=lambda settings: max(1, settings.translated_characters_per_day // 10),
    tenant=lambda settings: settings.translated_characters_per_day,
    window=DAY_SECONDS,
    exact=True,
)
"""What Amazon Translate is given, which is billed by the character."""
CONVERSATIONS = RateLimit("conversations", user=fixed(60), tenant=fixed(6_000))
"""Conversations that a user creates."""
CHANGES = RateLimit("changes", user=fixed(300), tenant=fixed(30_000), batched=True)
"""What else is written of conversations, members, profiles and settings."""
UPLOADS = RateLimit("uploads", user=fixed(300), tenant=fixed(30_000), batched=True)
"""Calls that start, sign, complete and abort uploads, or delete files."""
READ_MARKS = RateLimit("read-marks", user=fixed(600), tenant=fixed(60_000), batched=True)
"""A client marks as read whatever comes into view."""
READS = RateLimit("reads", user=fixed(3_000), tenant=fixed(300_000), batched=True)
"""Whatever is read, but searches."""
ADMINISTRATION = RateLimit("administration", user=fixed(300), tenant=fixed(600), batched=True)
"""A tenant's keys, webhooks, moderation, revocations; the operator's own routes."""
TOKENS = RateLimit("tokens", user=fixed(600), tenant=fixed(6_000), batched=True)
"""Tokens that Parley mints; those that a tenant signs are not counted."""
SEARCHES = RateLimit(
    "searches",
    user=lambda settings: settings.searches_per_minute,
    tenant=lambda settings: 100 * settings.searches_per_minute,
)
"""Searches; typing ahead has a limit of its own."""
SUGGESTIONS = RateLimit(
    "suggestions",
    user=lambda settings: 5 * settings.searches_per_minute,
    tenant=lambda settings: 500 * settings.searches_per_minute,
)
"""A suggestion is asked for with every few letters typed."""
CONNECTIONS = RateLimit("connections", user=fixed(60), tenant=fixed(60_000), batched=True)
"""WebSocket connections opened."""
SOCKET_ACTIONS = RateLimit("socket-actions", user=fixed(600), tenant=fixed(600_000), batched=True)
"""What clients send on a WebSocket."""
CUSTOM_EVENTS = RateLimit("custom-events", user=fixed(600), tenant=fixed(60_000), batched=True)
"""Events of an app's own that are sent by a request, each told to up to a thousand sockets; ephemeral messages."""
COMMANDS = RateLimit("commands", user=fixed(60), tenant=fixed(6_000))
"""Commands that a user runs, each a call of the tenant's server."""
EGRESS = RateLimit(
    "egress",
    user=lambda settings: settings.user_egress_bytes_per_day,
    tenant=lambda settings: settings.egress_bytes_per_day,
    window=DAY_SECONDS,
    exact=True,
)
"""Bytes downloaded. A day's worth of processes would each know a hundredth of their own: the tenant's is exact."""
USER_EXPORTS = RateLimit("exports", user=fixed(5), window=DAY_SECONDS)
"""Exports of one user, whoever asks."""
TENANT_IMPORTS = RateLimit("imports", user=fixed(100), window=DAY_SECONDS)
"""Imports that a tenant's back end begins: their subject is nobody."""
TENANT_EXPORTS = RateLimit("exports", user=fixed(24), window=DAY_SECONDS)
"""Exports of all of a tenant: their subject is nobody."""
