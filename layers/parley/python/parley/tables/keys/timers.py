"""Timers: what must be looked at in a minute, whatever its tenant, in partitions of Parley's own."""

from parley.tables.keys.parts import SYSTEM_TENANT, Key


def timers_begin() -> Key:
    """In `control`: before which hour there are no timers any more."""
    return Key(f"T#{SYSTEM_TENANT}#TIMERS#BEGIN", "BEGIN")


def timers(hour: str, shard: int) -> str:
    """In `control`: what is due within an hour (`2026112309`), in a quarter of it."""
    return f"T#{SYSTEM_TENANT}#TIMERS#{hour}#{shard}"


def timer_sk(moment: int, kind: str, tenant_id: str, user_id: str, name: str, mark: str) -> str:
    return f"{timer_bound(moment)}{kind}#{tenant_id}#{user_id}#{name}#{mark}"


def timer_bound(moment: int) -> str:
    """What the timers of a moment begin with."""
    return f"{moment:015d}#"
