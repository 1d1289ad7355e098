"""Servers that are asked while somebody waits, among a tenant's settings: what may be named, and what follows of it."""

from collections.abc import Mapping

from parley.errors import InvalidWebhookUrl, ValidationFailed
from parley.identity.tenant_settings import TenantSettings
from parley.outbound import circuit, hooks
from parley.outbound.addresses import check_url
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import exists
from parley.tenants.schemas import SettingsChange

HOOKS: Mapping[str, str] = {"pre_send_url": keys.ENDPOINT_SK, "translation_url": keys.TRANSLATOR_SK}
"""The sort key of each one's circuit."""


def check(tenant_id: str | None, change: SettingsChange | None) -> None:
    """Refuse an address that can be no endpoint, and any while nothing signs the calls: a new tenant has no secret.

    Whether there is a secret is asked without reading it. Raises `ValidationFailed`.
    """
    for name in _named(change):
        try:
            check_url(getattr(change, name))
        except InvalidWebhookUrl as refused:
            raise _refusal(name, refused.code, refused.detail) from None
        if tenant_id is None or not _has_secret(tenant_id):
            raise _refusal(name, "no_secret", "Make its secret first: POST /v1/moderation/pre-send/rotate-secret")


def check_chosen(chosen: TenantSettings) -> None:
    """Refuse to have a server translate where none is named. Raises `ValidationFailed`."""
    if chosen.translation == "hook" and chosen.translation_url is None:
        raise _refusal("translation", "no_url", "Name the server that translates in `translation_url`")


def _has_secret(tenant_id: str) -> bool:
    try:
        dynamodb.transact([transactions.check(settings().control_table, hooks.secret_key(tenant_id), exists())])
    except TransactionRefused:
        return False
    return True


def follow(tenant_id: str, change: SettingsChange | None) -> None:
    """Ask a new address at once, however the one before fared."""
    for name in _named(change):
        circuit.close(hooks.endpoint_key(tenant_id, HOOKS[name]))


def _named(change: SettingsChange | None) -> list[str]:
    return [] if change is None else [name for name in HOOKS if getattr(change, name) is not None]


def _refusal(name: str, code: str, detail: str) -> ValidationFailed:
    return ValidationFailed([{"pointer": f"/settings/{name}", "code": code, "detail": detail}])
