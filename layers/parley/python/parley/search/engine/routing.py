"""Where documents are written to and read from: one small item that the indexer reads with every batch.

Usually a family is written through its write alias. While a rebuild is under way, `targets` names the indices that are
all written, until the new one is confirmed: so either is complete whenever the read alias moves, forth or back.
A tenant above the size threshold (`tenants`) has messages in a family of its own.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from parley import clock
from parley.search.engine.indices import Family, read_alias, write_alias
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import item, required_number, required_text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import absent, equals
from parley.tables.keys import Key

READ_CACHED_MS = 10_000
"""How long a search may go on reading where a tenant's messages were. They are written to both places meanwhile."""
TenantState = Literal["copying", "switched", "own"]
"""`copying`: written to both, read from the shared family; `switched`: read from its own; `own`: in its own alone."""


@dataclass(frozen=True)
class Placement:
    targets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tenants: dict[str, TenantState] = field(default_factory=dict)
    version: int = 0

    def write_targets(self, family: Family, tenant_id: str) -> tuple[str, ...]:
        """Every index or alias that a document of this tenant goes to."""
        bases = [str(family)]
        state = self.tenants.get(tenant_id) if family == "messages" else None
        if state is not None:
            own = own_family(tenant_id)
            bases = [own] if state == "own" else [family, own]
        return tuple(target for base in bases for target in self.targets.get(base, (write_alias(base),)))

    @property
    def own_families(self) -> tuple[str, ...]:
        """The families of single tenants that are searched."""
        return tuple(own_family(tenant_id) for tenant_id, state in self.tenants.items() if state != "copying")

    def read_target(self, family: Family, tenant_id: str) -> str:
        """The alias that searches of this tenant read."""
        own = family == "messages" and self.tenants.get(tenant_id) in ("switched", "own")
        return read_alias(own_family(tenant_id) if own else family)


def own_family(tenant_id: str) -> str:
    """The messages of a tenant that has a family of its own."""
    return f"messages.{tenant_id}"


def _key() -> Key:
    return Key(keys.search_state(), keys.ROUTING_SK)


def load() -> Placement:
    """The placement as it is at this moment."""
    raw = dynamodb.get(settings().control_table, _key(), consistent=True)
    if raw is None:
        return Placement()
    stored = json.loads(required_text(raw, "placement"))
    return Placement(
        {base: tuple(indices) for base, indices in stored["targets"].items()},
        stored["tenants"],
        required_number(raw, "version"),
    )


def change(make: Callable[[Placement], Placement]) -> Placement:
    """Replace the placement by what `make` makes of it; whoever loses a race makes it anew."""
    while True:
        current = load()
        wanted = replace(make(current), version=current.version + 1)
        placed = item(
            {
                **_key()._asdict(),
                "entity": "search_placement",
                "placement": json.dumps({"targets": wanted.targets, "tenants": wanted.tenants}),
                "version": wanted.version,
            }
        )
        try:
            dynamodb.put(
                settings().control_table,
                placed,
                condition=absent() | equals("version", current.version),
            )
        except ConditionFailed:
            continue
        return wanted


class _Cached:
    """The placement for searches, at most ten seconds old."""

    def __init__(self) -> None:
        self._placement, self._until = Placement(), 0

    def get(self) -> Placement:
        if clock.now_ms() >= self._until:
            self._placement, self._until = load(), clock.now_ms() + READ_CACHED_MS
        return self._placement

    def forget(self) -> None:
        self._until = 0


cached = _Cached()
