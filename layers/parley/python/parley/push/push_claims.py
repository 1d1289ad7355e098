"""Push claims: who has been pushed a message, one item a message, so that a repeated record pushes nothing again.

A claim is made before the push. Where the function dies between the two, that push is lost and not made twice.
"""

import hashlib
from collections.abc import Set as AbstractSet

from parley import clock
from parley.ids import MessageAddress
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import texts
from parley.tables.expressions import Update
from parley.tables.keys import Key

KEPT_SECONDS = 3600
"""Longer than a message may be old to be pushed."""


def mark(digest: str) -> str:
    """What stands for a token among the claims: 12 characters, of which hundreds fit into a KiB or few."""
    return hashlib.sha256(digest.encode()).hexdigest()[:12]


def mark_by_name(digest: str) -> str:
    """The same of whoever was pushed a message that names them: an edit that names them is nothing new."""
    return mark(f"@{digest}")


def _key(tenant_id: str, address: MessageAddress) -> Key:
    return keys.pushed(tenant_id, address.conversation_id, str(address))


def claim(
    tenant_id: str, address: MessageAddress, marks: AbstractSet[str], *, beside: AbstractSet[str] = frozenset()
) -> set[str]:
    """Claim a message for devices; those that nobody had claimed it for. 1 WRU for some 70 devices.

    What is claimed `beside` them decides nothing here.
    """
    before = dynamodb.renew(
        settings().control_table,
        _key(tenant_id, address),
        Update().set(expires_at=clock.now_ms() // 1000 + KEPT_SECONDS, entity="pushed").add(devices=marks | beside),
        returning="ALL_OLD",
    )
    return set(marks) - set(texts(before, "devices"))


def release(tenant_id: str, address: MessageAddress, marks: AbstractSet[str]) -> None:
    """Give claims back whose push was surely not made, for another try."""
    dynamodb.update(
        settings().control_table,
        _key(tenant_id, address),
        Update().discard(devices=marks),
    )
