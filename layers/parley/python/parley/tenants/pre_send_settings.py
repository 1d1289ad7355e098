"""The pre-send webhook among a tenant's settings: what may be named there, and what follows from another address."""

from parley.errors import InvalidWebhookUrl, ValidationFailed
from parley.moderation.pre_send import endpoint_key, secret_key
from parley.outbound import circuit
from parley.outbound.addresses import check_url
from parley.settings import settings
from parley.tables import dynamodb, transactions
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import exists
from parley.tenants.schemas import SettingsChange

POINTER = "/settings/pre_send_url"


def check(tenant_id: str | None, change: SettingsChange | None) -> None:
    """Refuse an address that can be no endpoint, and any while nothing signs the calls: a new tenant has no secret.

    Whether there is a secret is asked without reading it. Raises `ValidationFailed`.
    """
    if change is None or change.pre_send_url is None:
        return
    try:
        check_url(change.pre_send_url)
    except InvalidWebhookUrl as refused:
        raise _refusal(refused.code, refused.detail) from None
    if tenant_id is None or not _has_secret(tenant_id):
        raise _refusal("no_secret", "Make its secret first: POST /v1/moderation/pre-send/rotate-secret")


def _has_secret(tenant_id: str) -> bool:
    try:
        dynamodb.transact([transactions.check(settings().control_table, secret_key(tenant_id), exists())])
    except TransactionRefused:
        return False
    return True


def follow(tenant_id: str, change: SettingsChange | None) -> None:
    """Ask a new address at once, however the one before fared."""
    if change is not None and change.pre_send_url is not None:
        circuit.close(endpoint_key(tenant_id))


def _refusal(code: str, detail: str) -> ValidationFailed:
    return ValidationFailed([{"pointer": POINTER, "code": code, "detail": detail}])
