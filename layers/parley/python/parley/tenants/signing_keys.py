"""Reading and removing signing keys. Making them is `key_creation`, which needs cryptography."""

from parley import clock
from parley.audit import audit_log
from parley.errors import LastKey, Unavailable
from parley.identity.algorithms import SYMMETRIC
from parley.identity.caller import Caller
from parley.identity.items import SigningKeyItem, SigningSecretItem
from parley.settings import settings
from parley.tables import transactions
from parley.tables.expressions import Update, exists
from parley.tables.transactions import Action
from parley.tenants.administration import check_administers
from parley.tenants.keyring import (
    ATTEMPTS,
    Keyring,
    KeyringChanged,
    is_live,
    load_keyring,
    secret_key,
    signing_key_view,
)
from parley.tenants.schemas import SigningKey, SigningKeys

LONGEST_OVERLAP_SECONDS = 30 * 24 * 3600


def do_list(caller: Caller, tenant_id: str) -> SigningKeys:
    """All keys of a tenant, without secrets. Raises `TenantNotFound`."""
    check_administers(caller, tenant_id)
    return SigningKeys(data=[signing_key_view(key) for key in load_keyring(tenant_id).signing_keys])


def do_get(caller: Caller, tenant_id: str, kid: str) -> SigningKey:
    """One key, without its secret. Raises `TenantNotFound`, `KeyNotFound`."""
    check_administers(caller, tenant_id)
    return signing_key_view(load_keyring(tenant_id).find(kid))


def do_remove(caller: Caller, tenant_id: str, kid: str, *, overlap_seconds: int) -> SigningKey | None:
    """Remove a key: at once, or accept its tokens for `overlap_seconds` more while clients get new ones.

    Returns the key that is being retired, None for one that is gone. A key that has gone past its end goes for good
    with the next removal. The operator may remove every key; a tenant keeps one that does not end, since it could not
    sign a request for a new one. Raises `TenantNotFound`, `KeyNotFound`, `LastKey`.
    """
    check_administers(caller, tenant_id)
    for _ in range(ATTEMPTS):
        keyring = load_keyring(tenant_id)
        key = keyring.find(kid)
        if not caller.is_operator:
            _check_not_last(keyring, key)
        ended = [other for other in keyring.signing_keys if other.kid != kid and not is_live(other)]
        actions = [action for other in ended for action in _deletions(other, tenant_id)]
        retiring = overlap_seconds > 0 and is_live(key)
        if retiring:
            ends_at = clock.now_ms() + overlap_seconds * 1000
            is_sooner = key.expires_at_ms is None or ends_at < key.expires_at_ms
            key.expires_at_ms = min(ends_at, key.expires_at_ms or ends_at)
            actions.append(_retirement(key))
            if is_sooner:  # or it retires already, and no later than that
                details = {"overlap_seconds": overlap_seconds}
                actions.append(
                    audit_log.line(caller, "key.retired", ("key", kid), tenant_id=tenant_id, details=details)
                )
        else:
            actions += _deletions(key, tenant_id)
            actions.append(audit_log.line(caller, "key.removed", ("key", kid), tenant_id=tenant_id))
        try:
            keyring.change(actions)
        except KeyringChanged:
            continue
        return signing_key_view(key) if retiring else None
    raise Unavailable("The keys are being changed by others")


def _check_not_last(keyring: Keyring, key: SigningKeyItem) -> None:
    others = [other for other in keyring.signing_keys if other.kid != key.kid and other.expires_at_ms is None]
    if is_live(key) and not others:
        raise LastKey


def _retirement(key: SigningKeyItem) -> Action:
    ends = Update().set(expires_at_ms=int(key.expires_at_ms)).add(version=1)
    return transactions.update(settings().chat_table, key.key, ends, condition=exists())


def _deletions(key: SigningKeyItem, tenant_id: str) -> list[Action]:
    places = [(key.table(), key.key)]
    if key.algorithm == SYMMETRIC:
        places.append((SigningSecretItem.table(), secret_key(tenant_id, key.kid)))
    return [transactions.delete(table, at) for table, at in places]
