"""The types of conversations that this process has met: each tenant's are read once for each of their versions.

The version travels with every caller (`Tenant.conversation_types`), so what a tenant does that has declared none reads
nothing. A caller whose context is older than what is known here is held to the newer types.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parley.permissions.items import ConversationTypesItem, types_key
from parley.permissions.roles import DEFAULTS, Least, Permission
from parley.remembered import Remembered

MOST_TENANTS = 100
"""Fifty types of all actions take some 60 KiB."""


@dataclass(frozen=True, slots=True)
class DeclaredTypes:
    """What a tenant has declared at a version; `stored` is that as it is stored, by name."""

    version: int
    stored: Mapping[str, Mapping[str, Any]]
    tables: Mapping[str, Mapping[Permission, Least]]

    def days_kept(self, name: str | None) -> int | None:
        """After how many days the messages of a type go; 0, never, None where it says nothing."""
        days: int | None = self.stored.get(name or "", {}).get("retention_days")
        return days

    @property
    def lets_messages_go(self) -> bool:
        """Whether messages of any type go by their age."""
        return any(self.days_kept(each) for each in self.stored)


NONE = DeclaredTypes(0, {}, {})


class _Types:
    def __init__(self) -> None:
        self._kept: Remembered[str, DeclaredTypes] = Remembered(most=MOST_TENANTS)

    def of(self, tenant_id: str, version: int, name: str | None = None) -> DeclaredTypes:
        """What the tenant has declared: at least as new as `version`, and as the type `name`."""
        held = self._kept.get(tenant_id)
        if held is None or held.version < version or (name is not None and name not in held.stored):
            held = read(ConversationTypesItem.at(types_key(tenant_id), consistent=True))
            self.keep(tenant_id, held)
        return held

    def keep(self, tenant_id: str, known: DeclaredTypes) -> None:
        self._kept.set(tenant_id, known)

    def forget(self) -> None:
        self._kept.clear()


def read(item: ConversationTypesItem | None) -> DeclaredTypes:
    """The types as they are stored, with all that their tables leave to the built-in ones."""
    if item is None:
        return NONE
    tables = {name: {**DEFAULTS, **each["permissions"]} for name, each in item.types.items()}
    return DeclaredTypes(int(item.version), item.types, tables)


types = _Types()


def of_tenant(tenant_id: str, version: int) -> DeclaredTypes:
    """What a tenant has declared, as `table_of` reads it."""
    return types.of(tenant_id, version) if version else NONE


def table_of(tenant_id: str, version: int, name: str | None, built_in: str) -> Mapping[Permission, Least]:
    """What roles may in conversations of a type, or of a built-in one where `name` is None.

    0.5 RRU for each KiB where the version is new to this process, else nothing is read.
    """
    if not version and name is None:
        return DEFAULTS
    return types.of(tenant_id, version, name).tables.get(name or built_in, DEFAULTS)
