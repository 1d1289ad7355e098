"""What all keys are made of."""

from typing import NamedTuple

SEPARATOR = "#"
"""Between the parts of a key: no id has it."""
SYSTEM_TENANT = "_system"
"""Stands where a tenant would in partitions that are Parley's own; no tenant can have this id."""


class Key(NamedTuple):
    """Partition and sort key of an item."""

    pk: str
    sk: str


class WrongKey(ValueError):
    """A key of another kind than the one that is read."""
