"""Whether a role allows an action in a conversation: the one check of all verbs."""

from typing import NamedTuple, Self

from parley.errors import InsufficientRole
from parley.identity.caller import Caller
from parley.permissions import declared
from parley.permissions.roles import IN_DIRECT, Least, Permission, reaches
from parley.tables.attributes import RawItem, required_text, text


class Seat(NamedTuple):
    """What decides: the tenant and the version of its types, the type of the conversation, and the member's role.

    `type` is what it is built like; `declared_type` is the tenant's own name of it, None for a built-in one.
    """

    tenant_id: str
    types_version: int
    type: str
    declared_type: str | None
    role: str

    @classmethod
    def read(cls, tenant_id: str, types_version: int, membership: RawItem) -> Self:
        """The seat of a membership as it is stored."""
        return cls(
            tenant_id,
            types_version,
            required_text(membership, "type"),
            text(membership, "declared_type"),
            required_text(membership, "role"),
        )


def seat_of(caller: Caller, membership: RawItem) -> Seat:
    """The seat of a membership, the caller's or another's, as far as the caller knows the tenant's types."""
    return Seat.read(caller.tenant_id, caller.tenant.conversation_types, membership)


def least_role(seat: Seat, permission: Permission) -> Least:
    """The lowest role that allows it where this seat is."""
    if seat.type == "direct":
        return IN_DIRECT[permission]
    table = declared.table_of(seat.tenant_id, seat.types_version, seat.declared_type, seat.type)
    return table[permission]


def allows(seat: Seat, permission: Permission) -> bool:
    """Whether the seat's role allows it."""
    return reaches(seat.role, least_role(seat, permission))


def check_allows(seat: Seat, *permissions: Permission) -> None:
    """Refuse a role that does not allow all of this; raises `InsufficientRole` with the lowest role that does."""
    for permission in permissions:
        least = least_role(seat, permission)
        if not reaches(seat.role, least):
            raise InsufficientRole(required_role=least)
