"""The audit log: what acts writes to it and no more, what shows it reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from infrastructure.access import Grant
from infrastructure.uses.use import Place, Use


@dataclass(frozen=True)
class AuditLog(Use):
    """Putting lines, or showing them. There is no use that changes or removes one."""

    purpose: Literal["write", "read"] = "write"

    @property
    def grants(self) -> tuple[Grant, ...]:
        return (Grant("audit", ("PutItem" if self.purpose == "write" else "Query",), ("audit",)),)

    def environment(self, place: Place) -> Mapping[str, str]:
        return {
            "AUDIT_TABLE": place.resources.tables["audit"].table_name,
            "AUDIT_DAYS": str(place.settings.audit_retention_days),
        }
