"""What a tenant's pushes look like and which platform applications they go through, read once a minute.

A platform application holds the credentials of one app at a push service. The operator makes it in SNS, under a name
that begins with `parley-<stage>-`, and names it to the tenant; a tenant without one of its own uses the stage's.
"""

from dataclasses import dataclass

from parley.identity.tenant_settings import TenantSettings
from parley.push.schemas import Platform
from parley.remembered import Remembered
from parley.settings import push_settings, settings
from parley.tables import dynamodb
from parley.tenants.administration import settings_of, tenant_key
from parley.tenants.items import TenantItem

KEPT_MS = 60_000


@dataclass(frozen=True, slots=True)
class TenantPush:
    """`content` is the setting `push_content`; `applications` are ARNs by platform."""

    content: str
    applications: dict[str, str]
    suspended: bool = False

    def application(self, platform: Platform) -> str | None:
        return self.applications.get(platform)


class _Tenants:
    def __init__(self) -> None:
        self._kept: Remembered[str, TenantPush] = Remembered(kept_ms=KEPT_MS)

    def of(self, tenant_id: str) -> TenantPush:
        kept = self._kept.get(tenant_id)
        if kept is None:
            kept = _read(tenant_id)
            self._kept.set(tenant_id, kept)
        return kept

    def forget(self) -> None:
        self._kept.clear()


tenants = _Tenants()


def _read(tenant_id: str) -> TenantPush:
    item = TenantItem.read(dynamodb.get(settings().chat_table, tenant_key(tenant_id)))
    if item is None:
        return TenantPush(TenantSettings().push_content, dict(push_settings().applications))
    return TenantPush(
        content=settings_of(item).push_content,
        applications=push_settings().applications | (item.push or {}),
        suspended=item.suspended_at is not None,
    )
