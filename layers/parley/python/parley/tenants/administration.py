"""Creating, reading and changing tenants: the operator for any, a tenant's back end for its own."""

from typing import Any

from parley import clock, ids
from parley.audit import audit_log
from parley.errors import OperatorRequired, TenantExists, TenantNotFound, Unavailable, ValidationFailed, VersionConflict
from parley.identity.caller import Caller
from parley.identity.tenant_settings import TenantSettings
from parley.settings import settings
from parley.tables import keys, transactions
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, at_least, at_version, exists, stored_or
from parley.tables.keys import Key
from parley.tenants import hook_settings
from parley.tenants.items import TenantItem
from parley.tenants.schemas import (
    Ceilings,
    CeilingsChange,
    CreateTenant,
    PushApplications,
    SettingsChange,
    Tenant,
    UpdateTenant,
)

RESERVED_IDS = frozenset({"admin", "api", "internal", "me", "operator", "operators", "parley", "root", "system", "www"})
"""Ids that would pass for the service's own in an address or a log."""
ATTEMPTS = 5
SNS_PLATFORMS = {"apns": "APNS", "apns_sandbox": "APNS_SANDBOX", "fcm": "GCM"}
"""What SNS calls the platforms."""
OPERATORS_FIELDS = frozenset({"ceilings", "suspended", "push_applications"})


def tenant_key(tenant_id: str) -> Key:
    return Key(keys.tenant(tenant_id), keys.TENANT_SK)


def check_administers(caller: Caller, tenant_id: str) -> None:
    """Refuse another tenant's back end as one refuses what does not exist. Raises `TenantNotFound`."""
    if not ids.is_well_formed(tenant_id) or not (caller.is_operator or caller.tenant_id == tenant_id):
        raise TenantNotFound


def access_tenant(caller: Caller, tenant_id: str) -> TenantItem:
    """The tenant as it is at this moment. Raises `TenantNotFound`."""
    check_administers(caller, tenant_id)
    item = TenantItem.at(tenant_key(tenant_id), consistent=True)
    if item is None:
        raise TenantNotFound
    return item


def do_create(caller: Caller, body: CreateTenant, *, idempotency_key: str | None) -> Tenant:
    """Create a tenant without keys or users.

    A request that is repeated after a crash finds what it made by `created_with`. Raises `TenantExists`.
    """
    if body.id in RESERVED_IDS:
        raise ValidationFailed([{"pointer": "/id", "code": "reserved", "detail": "This id is reserved"}])
    hook_settings.check(None, body.settings)
    created_with = None if idempotency_key is None else ids.derived_id("tenant", idempotency_key)
    tenant_id = body.id or created_with or ids.new_id()
    ceilings = Ceilings(**body.ceilings.model_dump(exclude_unset=True))
    chosen = _within(ceilings, TenantSettings(), body.settings)
    hook_settings.check_chosen(chosen)
    at, now = tenant_key(tenant_id), clock.now_ms()
    item = TenantItem(
        pk=at.pk,
        sk=at.sk,
        tenant_id=tenant_id,
        name=body.name,
        **_listed(tenant_id, chosen),
        settings=chosen.model_dump(exclude_defaults=True),
        ceilings=ceilings.model_dump(exclude_defaults=True),
        created_at=now,
        updated_at=now,
        created_with=created_with,
    )
    line = audit_log.line(caller, "tenant.created", ("tenant", tenant_id), tenant_id=tenant_id)
    put = transactions.put_if_absent(settings().chat_table, item.serialize(), tell=True)
    try:
        audit_log.write(put, lines=[line])
    except ConditionFailed as failed:
        existing = TenantItem.read(failed.item)
        if existing is None or created_with is None or existing.created_with != created_with:
            raise TenantExists from None
        return tenant_view(existing)
    return tenant_view(item)


def do_get(caller: Caller, tenant_id: str) -> Tenant:
    """A tenant with its settings and ceilings. Raises `TenantNotFound`."""
    return tenant_view(access_tenant(caller, tenant_id))


def do_update(caller: Caller, tenant_id: str, change: UpdateTenant, *, if_match: int | None) -> Tenant:
    """Change a tenant's name and settings; as the operator its ceilings and whether it is suspended.

    The write is conditional on the version that was read. A conflict is read again, and raises `VersionConflict` where
    the caller named a version. Callers see new settings within 60 s. Raises `TenantNotFound`, `OperatorRequired`.
    """
    if not caller.is_operator and not change.model_fields_set.isdisjoint(OPERATORS_FIELDS):
        raise OperatorRequired
    if change.push_applications is not None:
        _check_applications(change.push_applications)
    for _ in range(ATTEMPTS):
        item = access_tenant(caller, tenant_id)
        hook_settings.check(tenant_id, change.settings)
        if if_match is not None and if_match != item.version:
            raise VersionConflict
        try:
            written = _write(caller, item, change)
        except ConditionFailed:
            continue
        hook_settings.follow(tenant_id, change.settings)
        return tenant_view(written)
    raise Unavailable("The tenant is being changed by others")


def _write(caller: Caller, item: TenantItem, change: UpdateTenant) -> TenantItem:
    ceilings = ceilings_of(item)
    if change.ceilings is not None:
        ceilings = ceilings.model_copy(update=change.ceilings.model_dump(exclude_unset=True))
    chosen = _within(ceilings, settings_of(item), change.settings or SettingsChange())
    hook_settings.check_chosen(chosen)
    now = clock.now_ms()
    written = Update().set(name=change.name or item.name, updated_at=now).add(version=1)
    written.set(
        settings=chosen.model_dump_json(exclude_defaults=True),
        ceilings=ceilings.model_dump_json(exclude_defaults=True),
    )
    written.set_or_remove(_listed(item.tenant_id, chosen))
    if change.suspended:
        written.set(suspended_at=stored_or("suspended_at", now))
    elif change.suspended is False:
        written.remove("suspended_at")
    if change.push_applications is not None:
        written.set(push=change.push_applications.model_dump_json(exclude_none=True))
    as_read = at_version(int(item.version))
    line = audit_log.line(
        caller,
        "tenant.updated",
        ("tenant", item.tenant_id),
        tenant_id=item.tenant_id,
        details={"changed": _named(change), "suspended": change.suspended},
    )
    updated = audit_log.update(settings().chat_table, item.key, written, lines=[line], condition=as_read)
    return TenantItem.from_raw_data(updated)


def _listed(tenant_id: str, chosen: TenantSettings) -> dict[str, str | None]:
    """The place among the tenants whose messages go by their age; none for one that keeps all."""
    listed = chosen.lets_messages_go
    return {"gpk": keys.retaining() if listed else None, "gsk": tenant_id if listed else None}


def _named(change: UpdateTenant) -> list[str]:
    """The fields that a change names, settings and ceilings one by one; not what they become."""
    parts = {name: getattr(change, name) for name in change.model_fields_set}
    return sorted(
        f"{name}.{field}" if isinstance(part, SettingsChange | CeilingsChange) else name
        for name, part in parts.items()
        for field in (part.model_fields_set if isinstance(part, SettingsChange | CeilingsChange) else [name])
    )


def _check_applications(applications: PushApplications) -> None:
    """Refuse those of another platform, and those that the pusher's role does not reach: it goes by their names."""
    begins = {platform: f"{SNS_PLATFORMS[platform]}/parley-{settings().stage}-" for platform in SNS_PLATFORMS}
    errors = [
        {
            "pointer": f"/push_applications/{platform}",
            "code": "not_of_this_stage",
            "detail": f"Its ARN must go on with app/{begins[platform]}",
        }
        for platform, arn in applications.model_dump(exclude_none=True).items()
        if f":app/{begins[platform]}" not in arn
    ]
    if errors:
        raise ValidationFailed(errors)


def _within(ceilings: Ceilings, current: TenantSettings, change: SettingsChange) -> TenantSettings:
    """The settings after a change; what was set before and is now above its ceiling comes down to it.

    Raises `ValidationFailed` with every setting that the change puts above its ceiling.
    """
    highest = ceilings.model_dump()
    asked: dict[str, Any] = change.model_dump(exclude_unset=True)
    above = [name for name, value in asked.items() if name in highest and value > highest[name]]
    if above:
        raise ValidationFailed(
            [
                {
                    "pointer": f"/settings/{name}",
                    "code": "above_ceiling",
                    "detail": f"The operator allows at most {highest[name]}",
                }
                for name in above
            ]
        )
    kept: dict[str, Any] = current.model_dump() | asked
    return TenantSettings(**kept | {name: min(kept[name], ceiling) for name, ceiling in highest.items()})


def do_revoke_tokens(caller: Caller, tenant_id: str) -> Tenant:
    """Refuse every token of the tenant that was issued before now, server tokens too, within 60 s.

    The moment never goes back, whichever of two clocks is ahead. Raises `TenantNotFound`.
    """
    check_administers(caller, tenant_id)
    now = clock.now_ms()
    try:
        updated = audit_log.update(
            settings().chat_table,
            tenant_key(tenant_id),
            Update().set(tokens_valid_from=now, updated_at=now).add(version=1),
            lines=[audit_log.line(caller, "tenant.tokens_revoked", ("tenant", tenant_id), tenant_id=tenant_id)],
            condition=exists() & ~at_least("tokens_valid_from", now),
        )
    except ConditionFailed as failed:
        item = TenantItem.read(failed.item)
        if item is None:
            raise TenantNotFound from None
        return tenant_view(item)
    return tenant_view(TenantItem.from_raw_data(updated))


def settings_of(item: TenantItem) -> TenantSettings:
    return TenantSettings(**(item.settings or {}))


def ceilings_of(item: TenantItem) -> Ceilings:
    return Ceilings(**(item.ceilings or {}))


def tenant_view(item: TenantItem) -> Tenant:
    return Tenant(
        id=item.tenant_id,
        name=item.name,
        settings=settings_of(item),
        ceilings=ceilings_of(item),
        suspended_at=clock.optional_datetime(item.suspended_at),
        push_platforms=sorted(item.push or {}),
        tokens_valid_from=clock.optional_datetime(item.tokens_valid_from),
        created_at=clock.to_datetime(int(item.created_at)),
        updated_at=clock.to_datetime(int(item.updated_at)),
        version=int(item.version),
    )
