"""Tenants: their signing keys, webhooks, moderation, counters and limits."""

import hashlib

from parley.tables.keys.parts import SEPARATOR, SYSTEM_TENANT, Key, WrongKey
from parley.tables.keys.reading import after

TENANT_SK = "TENANT"
KEYRING_SK = "KEY"
"""What every change of a tenant's keys writes, so that one wins. Sorts before the keys: a Query reads it first."""
SIGNING_SK = "SECRET"
BLOCK_LIST_SK = "BLOCKLIST"
CONVERSATION_TYPES_SK = "TYPES"
WEBHOOK_PREFIX = "WEBHOOK#"
WEBHOOK_IDS_SK = "ROSTER"
"""Beside a tenant's webhooks: which there are, so that their number has an exact limit."""
DELIVERY_PREFIX = "D#"
ENDPOINT_SK = "ENDPOINT"
"""In a webhook's partition of `control`: its circuit breaker."""
TRANSLATOR_SK = "TRANSLATOR"
"""Beside the pre-send webhook's: that of the server that translates."""
ISSUER_PREFIX = "ISSUER#"
AUDIT_PREFIX = "A#"
COMMAND_PREFIX = "COMMAND#"
COMMAND_NAMES_SK = "NAMES"
"""Beside a tenant's commands: which there are, so that their number has an exact limit."""
USER_GROUP_PREFIX = "G#"
HOLD_PREFIX = "HOLD#"
HOLD_COUNT_SK = "COUNT"
"""Beside a tenant's holds: how many there are, so that their number has an exact limit."""
USER_GROUP_COUNT_SK = "COUNT"
"""Beside a tenant's user groups: how many there are, so that their number has an exact limit."""
ISSUER_AUDIENCE_SK = "ISSUER"
_SIGNING_KEY_PREFIX = "KEY#"


def tenant(tenant_id: str) -> str:
    return f"T#{tenant_id}"


def tenant_of(pk: str) -> str:
    """The tenant that a partition belongs to, `SYSTEM_TENANT` where it is Parley's own."""
    parts = pk.split(SEPARATOR, 2)
    if parts[0] != "T" or len(parts) == 1 or not parts[1]:
        raise WrongKey("not the key of a tenant's partition")
    return parts[1]


def secrets(tenant_id: str) -> str:
    """Key material, apart from the tenant so that IAM can keep it to the authorizer and the token function."""
    return f"T#{tenant_id}#SECRETS"


def signing_key_sk(kid: str) -> str:
    return f"{_SIGNING_KEY_PREFIX}{kid}"


def kid_of(sk: str) -> str:
    """The id of the signing key that this is."""
    return after(_SIGNING_KEY_PREFIX, sk)


def issuer_sk(issuer_id: str) -> str:
    return f"{ISSUER_PREFIX}{issuer_id}"


def verifier_sk(verifier: str) -> str:
    """Beside the tenant: what a token was verified by. It is named by the id of a signing key or by `issuer_sk`."""
    return verifier if verifier.startswith(ISSUER_PREFIX) else signing_key_sk(verifier)


def issuers(tenant_id: str) -> str:
    """In `control`: the keys of a tenant's issuers."""
    return f"T#{tenant_id}#ISSUERS"


def issuer_audience(issuer: str, audience: str) -> Key:
    """In `control`: which tenant takes the tokens of an issuer for an audience; for an empty one, whether any does."""
    digest = hashlib.sha256(f"{issuer}\0{audience}".encode()).hexdigest()
    return Key(f"T#{SYSTEM_TENANT}#ISS#{digest}", ISSUER_AUDIENCE_SK)


def webhooks(tenant_id: str) -> str:
    """A tenant's webhooks, and in `control` what signs them: apart from the tenant, so that IAM can tell them apart."""
    return f"T#{tenant_id}#HOOKS"


def webhook_sk(webhook_id: str) -> str:
    return f"{WEBHOOK_PREFIX}{webhook_id}"


def webhook_log(tenant_id: str, webhook_id: str) -> str:
    """In `control`: how a webhook's endpoint fares, and the log of its deliveries."""
    return f"T#{tenant_id}#WH#{webhook_id}"


def delivery_sk(delivery_id: str) -> str:
    return f"{DELIVERY_PREFIX}{delivery_id}"


def delivery_of(sk: str) -> str:
    """The id of the delivery."""
    return after(DELIVERY_PREFIX, sk)


def moderation(tenant_id: str) -> str:
    """What a tenant moderates by."""
    return f"T#{tenant_id}#MODERATION"


def conversation_types(tenant_id: str) -> str:
    """The types of conversations that a tenant declares."""
    return f"T#{tenant_id}#TYPES"


def pre_send(tenant_id: str) -> str:
    """In `control`: how the endpoint of a tenant's pre-send webhook fares."""
    return f"T#{tenant_id}#PRESEND"


def pre_send_secret(tenant_id: str) -> str:
    """In `control`: what signs it, apart from other secrets, so that a send can read this one alone."""
    return f"T#{tenant_id}#PRESEND#KEY"


def commands(tenant_id: str) -> str:
    """A tenant's commands, and in `control` what signs their calls."""
    return f"T#{tenant_id}#COMMANDS"


def command_sk(name: str) -> str:
    return f"{COMMAND_PREFIX}{name}"


def command_endpoint(tenant_id: str, name: str) -> str:
    """In `control`: how the server of a command fares."""
    return f"T#{tenant_id}#CMD#{name}"


def user_groups(tenant_id: str) -> str:
    """A tenant's user groups, with their handles."""
    return f"T#{tenant_id}#GROUPS"


def user_group_sk(group_id: str) -> str:
    return f"{USER_GROUP_PREFIX}{group_id}"


def user_group_handle_sk(handle: str) -> str:
    """Beside the groups: which of them has a handle."""
    return f"H#{handle}"


def user_group_members(tenant_id: str, group_id: str) -> str:
    """Partition of the `collection` index with the members of a user group."""
    return f"T#{tenant_id}#UG#{group_id}"


def retaining() -> str:
    """Partition of the `collection` index with the tenants whose messages go by their age, by their ids."""
    return f"T#{SYSTEM_TENANT}#RETAINING"


def holds(tenant_id: str) -> str:
    """A tenant's holds."""
    return f"T#{tenant_id}#HOLDS"


def hold_sk(hold_id: str) -> str:
    return f"{HOLD_PREFIX}{hold_id}"


def audit(tenant_id: str, year: str) -> str:
    """In `audit`: what was done with a tenant's administration in a year."""
    return f"T#{tenant_id}#AUDIT#{year}"


def audit_sk(line_id: str) -> str:
    return f"{AUDIT_PREFIX}{line_id}"


def idempotency(tenant_id: str, scope: str, user_id: str, key: str) -> Key:
    return Key(f"T#{tenant_id}#I#{scope}#{user_id}#{key}", "I")


def rate_limit(tenant_id: str, scope: str) -> Key:
    return Key(f"T#{tenant_id}#RL#{scope}", "RL")


def per_user(limit: str, user_id: str) -> str:
    """The scope of a rate limit that each user has for themselves."""
    return f"{limit}#{user_id}"


def quota(tenant_id: str, metric: str, period: str, shard: str | int) -> Key:
    """A counter of a metric: `period` is `total`, or `user` or a day with the user's id as the shard."""
    return Key(f"T#{tenant_id}#Q#{metric}#{period}#{shard}", "Q")


def usage(tenant_id: str, shard: int, day: str) -> Key:
    """One of the counters of what was used on a day; the days of a shard share a partition, in order."""
    return Key(f"T#{tenant_id}#Q#usage#{shard}", day)


def usage_bitmap(tenant_id: str, metric: str, day: str, line_pk: str, span: int) -> Key:
    """Which of a span of the numbers of a conversation or a thread are counted; `line_pk` is its partition."""
    line = after(f"{tenant(tenant_id)}#", line_pk)
    return Key(f"T#{tenant_id}#Q#{metric}-seen#{day}#{line}", f"S#{span:09d}")


def stored_bytes(tenant_id: str, day: str) -> Key:
    """What was stored at the end of a day; the days of a tenant share a partition, in order."""
    return Key(f"T#{tenant_id}#Q#stored-bytes", day)
