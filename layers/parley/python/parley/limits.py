"""The rate limits: each declared once, as data, and taken from by `take`.

A limit says how much a user, the whole tenant, or both may spend in a window, from the tenant's settings. `take` is
called with the limit and the caller, by a route's middleware (`parley.http.rate_limited`) or by a use case:

    take(limits.MESSAGES, caller)

A user's limit is exact: 1 WRU. A tenant's, which many processes share, is leased by each in hundredths, and so is a
user's with `leased`: a write for every hundredth of the limit, and no item that all of them write.
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
    """What may be spent in `window` seconds, at any rhythm, of what is counted under `name`.

    `user` and `tenant` read the amounts from the tenant's settings; None is no limit. The tenant's is taken first, and
    nothing of the user's where it refuses; with `at_once` both are taken in parallel where the tenant's needs a write,
    for routes that cannot wait for two round trips. `name` is part of stored keys and is shown in headers.
    """

    name: str
    user: Amount
    tenant: Amount | None = None
    window: int = 60
    leased: bool = False
    at_once: bool = False


def fixed(amount: int) -> Amount:
    """An amount that tenants do not set."""
    return lambda _: amount


def take(limit: RateLimit, caller: Caller, *, cost: int = 1, subject: str | None = None) -> Decision:
    """Spend `cost` of the tenant's and the user's limit; what is left of the user's.

    `subject` is whose limit it is where that is not the caller's. A cost beyond a whole limit takes all of it. Raises
    `RateLimited` with a `decision` field.
    """
    settings, tenant_id = caller.tenant.settings, caller.tenant_id
    policy = Policy(limit.name, limit.user(settings), limit.window)
    scope = keys.per_user(limit.name, caller.user_id if subject is None else subject)

    def take_user() -> Decision:
        take_one = rate_limits.lease if limit.leased else rate_limits.take
        return take_one(tenant_id, scope, policy, cost=min(cost, policy.limit))

    if limit.tenant is None:
        return take_user()
    shared = Policy(f"tenant-{limit.name}", limit.tenant(settings), limit.window)

    def take_tenant() -> Decision:
        return rate_limits.lease(tenant_id, limit.name, shared, cost=min(cost, shared.limit))

    if limit.at_once and not rate_limits.is_leased(tenant_id, limit.name):
        return dynamodb.in_parallel(take_tenant, take_user)[1]
    take_tenant()
    return take_user()


def give_back_to(limit: RateLimit, caller: Caller, *, cost: int = 1) -> Decision:
    """Undo a `take` for what turned out to be no new request; what is left of the user's limit. 1 WRU."""
    settings, tenant_id = caller.tenant.settings, caller.tenant_id
    policy = Policy(limit.name, limit.user(settings), limit.window)
    if limit.tenant is not None:
        rate_limits.return_to_lease(tenant_id, limit.name, cost=min(cost, limit.tenant(settings)))
    return rate_limits.give_back(tenant_id, keys.per_user(limit.name, caller.user_id), policy, cost=cost)


MESSAGES = RateLimit(
    "messages",
    user=lambda settings: settings.messages_per_minute,
    tenant=lambda settings: settings.tenant_messages_per_minute,
    at_once=True,
)
CONVERSATIONS = RateLimit("conversations", user=fixed(60))
"""Conversations that a user creates."""
SEARCHES = RateLimit("searches", user=lambda settings: settings.searches_per_minute)
SUGGESTIONS = RateLimit("suggestions", user=lambda settings: 5 * settings.searches_per_minute)
"""A suggestion is asked for with every few letters typed."""
SOCKET_ACTIONS = RateLimit("socket-actions", user=fixed(600), leased=True)
EGRESS = RateLimit(
    "egress",
    user=lambda settings: settings.user_egress_bytes_per_day,
    tenant=lambda settings: settings.egress_bytes_per_day,
    window=DAY_SECONDS,
)
"""Bytes downloaded."""
USER_EXPORTS = RateLimit("exports", user=fixed(5), window=DAY_SECONDS)
"""Exports of one user, whoever asks."""
TENANT_EXPORTS = RateLimit("exports", user=fixed(24), window=DAY_SECONDS)
"""Exports of all of a tenant: their subject is nobody."""
