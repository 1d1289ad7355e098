"""The settings of tenants for what has no caller to bring them: the consumers of the stream, and jobs."""

from collections.abc import Iterable, Mapping

from parley.identity.caller import Tenant
from parley.identity.tenant_settings import TenantSettings
from parley.remembered import Remembered
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, number, text
from parley.tables.keys import Key

KEPT_MS = 60_000
"""As the authorizer keeps them."""
_kept: Remembered[str, tuple[TenantSettings, int]] = Remembered(kept_ms=KEPT_MS)


def of(tenant_id: str) -> TenantSettings:
    """The settings of a tenant, at most a minute old."""
    return _of(tenant_id)[0]


def conversation_types(tenant_id: str) -> int:
    """The version of the types of conversations that a tenant declares, at most a minute old; 0, it has none."""
    return _of(tenant_id)[1]


def _of(tenant_id: str) -> tuple[TenantSettings, int]:
    kept = _kept.get(tenant_id)
    return _keep(tenant_id, dynamodb.get(settings().chat_table, _place(tenant_id))) if kept is None else kept


def tenant(tenant_id: str, raw: RawItem) -> Tenant:
    """A tenant as its item says, for a caller that no request brings."""
    return Tenant(
        tenant_id,
        TenantSettings.model_validate_json(text(raw, "settings") or "{}"),
        block_list=number(raw, "block_list"),
        conversation_types=number(raw, "conversation_types"),
    )


def of_all(tenant_ids: Iterable[str]) -> Mapping[str, TenantSettings]:
    """The settings of these tenants, at most a minute old: one batch read for those that are not remembered."""
    known = {tenant_id: _kept.get(tenant_id) for tenant_id in set(tenant_ids)}
    places = {tenant_id: _place(tenant_id) for tenant_id, kept in known.items() if kept is None}
    found = dynamodb.batch_get(settings().chat_table, places.values()) if places else {}
    return {
        tenant_id: (_keep(tenant_id, found.get(places[tenant_id])) if kept is None else kept)[0]
        for tenant_id, kept in known.items()
    }


def forget() -> None:
    _kept.clear()


def _place(tenant_id: str) -> Key:
    return Key(keys.tenant(tenant_id), keys.TENANT_SK)


def _keep(tenant_id: str, raw: RawItem | None) -> tuple[TenantSettings, int]:
    said = TenantSettings.model_validate_json(text(raw or {}, "settings") or "{}")
    kept = (said, number(raw or {}, "conversation_types"))
    _kept.set(tenant_id, kept)
    return kept
