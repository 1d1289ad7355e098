"""Realtime: connections, what they watch, when they must close, and the logs that replay reads."""

import re

from parley.tables.keys.parts import SYSTEM_TENANT, WrongKey

_CONNECTION_PREFIX = "X#"
_LOG_PREFIX = "L#"
_LOG_SK = re.compile(r"L#([0-9]{15})#[0-9a-f]{16}")
LOG_HEAD_SK = "HEAD"
"""When a conversation's log was last written to."""


def connections(tenant_id: str, shard: str) -> str:
    """A sixteenth of a tenant's open connections; `shard` is a hexadecimal digit."""
    return f"T#{tenant_id}#X#{shard}"


def watchers(tenant_id: str, conversation_id: str) -> str:
    """The connections that watch a conversation."""
    return f"T#{tenant_id}#C#{conversation_id}#W"


def connection_sk(connection_id: str) -> str:
    return f"{_CONNECTION_PREFIX}{connection_id}"


def closing(minute: int, shard: str) -> str:
    """Connections whose tokens expire, and keys that retire, in a minute since the epoch, whatever the tenant."""
    return f"T#{SYSTEM_TENANT}#CLOSING#{minute}#{shard}"


def closing_connection_sk(tenant_id: str, connection_id: str) -> str:
    return f"{tenant_id}#{connection_id}"


def closing_key_sk(tenant_id: str, kid: str) -> str:
    return f"{tenant_id}#KEY#{kid}"


def conversation_log(tenant_id: str, conversation_id: str) -> str:
    """What was told in a conversation lately, for replay."""
    return f"T#{tenant_id}#C#{conversation_id}#LOG"


def user_log(tenant_id: str, user_id: str) -> str:
    """What was told to one user alone lately, for replay."""
    return f"T#{tenant_id}#U#{user_id}#LOG"


def log_sk(moment: int, batch: str = "") -> str:
    """A log entry by the moment at which it was written; without `batch`, the bound before all of that moment."""
    return f"{_LOG_PREFIX}{moment:015d}#{batch}"


def log_moment_of(sk: str) -> int:
    """When the log entry was written whose place this is."""
    match = _LOG_SK.fullmatch(sk)
    if match is None:
        raise WrongKey("not the place of a log entry")
    return int(match[1])
