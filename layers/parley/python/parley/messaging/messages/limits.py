"""How often users and tenants may send."""

from parley.identity.caller import Caller
from parley.tables import dynamodb, keys, rate_limits
from parley.tables.rate_limits import Decision, Policy


def take_for_send(caller: Caller) -> Decision:
    """Spend one message of the sender's and of the tenant's limit; what is left of the sender's.

    The sender's limit is exact: 1 WRU. The tenant's is leased by this process in hundredths, so it costs a write for
    every hundredth of the limit, beside the sender's, and is not a hot item. Raises `RateLimited`.
    """
    limits = caller.tenant.settings

    def lease() -> None:
        policy = Policy("tenant-messages", limits.tenant_messages_per_minute)
        rate_limits.lease(caller.tenant_id, "messages", policy)

    def take() -> Decision:
        policy = Policy("messages", limits.messages_per_minute)
        return rate_limits.take(caller.tenant_id, keys.per_user("messages", caller.user_id), policy)

    if rate_limits.is_leased(caller.tenant_id, "messages"):
        lease()
        return take()
    return dynamodb.in_parallel(lease, take)[1]
