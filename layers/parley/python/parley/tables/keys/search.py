"""Search: what the indexer shares, what could not be indexed, and cached answers."""

from parley.tables.keys.parts import SEPARATOR, SYSTEM_TENANT, Key, WrongKey
from parley.tables.keys.reading import after, number

ROUTING_SK = "PLACEMENT"
"""In what the indexer shares: where tenants are read and written."""
ACTIVE_REBUILD_SK = "ACTIVE"
"""Names the rebuild that is not finished."""
SHARD_PREFIX = "SHARD#"
"""How far each shard of the change stream is indexed."""
SAVED_SEARCH_PREFIX = "SAVED#"
SAVED_SEARCH_IDS_SK = "SAVEDIDS"
"""In a user's partition: the ids of the searches that they have saved."""
ALERT_PREFIX = "A#"
ALERT_COUNT_SK = "COUNT"
"""Beside a tenant's alerts: how many there are."""
_UNINDEXED_PREFIX = f"T#{SYSTEM_TENANT}#UNINDEXED#"


def search_state() -> str:
    """What the indexer shares: where it writes to, how far each shard is indexed, rebuilds under way."""
    return f"T#{SYSTEM_TENANT}#SEARCH"


def shard_sk(shard: str) -> str:
    return f"{SHARD_PREFIX}{shard}"


def rebuild_sk(job_id: str) -> str:
    return f"JOB#{job_id}"


def search_failures(shard: int) -> str:
    """Documents that could not be indexed, in `chat`, spread over eight partitions."""
    return f"{_UNINDEXED_PREFIX}{shard}"


def search_failures_shard_of(pk: str) -> int:
    """Which of the eight partitions this is."""
    return number(after(_UNINDEXED_PREFIX, pk))


def search_heartbeat(lane: int) -> str:
    """In `chat`: written every minute for the change stream to carry, so that a quiet shard shows how far it is."""
    return f"T#{SYSTEM_TENANT}#HEARTBEAT#{lane}"


def search_cache(tenant_id: str, digest: str) -> Key:
    """The engine's answer to a query of one visibility, for a minute."""
    return Key(f"T#{tenant_id}#SC#{digest}", "SC")


def search_mark(tenant_id: str) -> Key:
    """When something of the tenant was indexed last."""
    return Key(f"T#{tenant_id}#SM", "SM")


def saved_search_sk(saved_id: str) -> str:
    """In a user's partition: a search that they have saved."""
    return f"{SAVED_SEARCH_PREFIX}{saved_id}"


def saved_search_of(sk: str) -> str:
    """The saved search that this is."""
    return after(SAVED_SEARCH_PREFIX, sk)


def alerts(tenant_id: str) -> str:
    """The saved searches of a tenant whose owners are told of what they match."""
    return f"T#{tenant_id}#ALERTS"


def alert_sk(user_id: str, saved_id: str) -> str:
    return f"{ALERT_PREFIX}{user_id}#{saved_id}"


def alert_of(sk: str) -> tuple[str, str]:
    """The user and the saved search that this alert is of."""
    user_id, separator, saved_id = after(ALERT_PREFIX, sk).partition(SEPARATOR)
    if not (user_id and separator and saved_id):
        raise WrongKey("not an alert")
    return user_id, saved_id
