"""Making signing keys: a secret of ours for HS256, a registered public key for the others."""

import secrets

from parley import clock, ids
from parley.audit import audit_log
from parley.errors import KeyNotFound, TooManyKeys, Unavailable, ValidationFailed
from parley.identity.algorithms import SYMMETRIC
from parley.identity.caller import Caller
from parley.identity.items import SigningKeyItem, SigningSecretItem
from parley.tables import dynamodb, idempotency, keys, transactions
from parley.tables.attributes import required_text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import absent, exists
from parley.tables.idempotency import StoredAnswer
from parley.tables.items import Item
from parley.tenants.administration import check_administers
from parley.tenants.keyring import ATTEMPTS, Keyring, KeyringChanged, load_keyring, secret_key, signing_key_view
from parley.tenants.public_keys import check_public_key
from parley.tenants.schemas import CreateSigningKey, NewSigningKey

MAX_LIVE_KEYS = 10
MAX_STORED_KEYS = 20
SECRET_BYTES = 48


def do_create(
    caller: Caller, tenant_id: str, body: CreateSigningKey, *, idempotency_key: str | None
) -> tuple[NewSigningKey, bool]:
    """Give a tenant a further signing key; whether the request is a repetition.

    A repetition gets the secret again, which is nowhere stored but in its own partition: the idempotency record holds
    the key's id alone. Raises `TenantNotFound`, `TooManyKeys`, `ValidationFailed`, and `KeyNotFound` for the repetition
    of a request whose key has been removed.
    """
    check_administers(caller, tenant_id)
    if idempotency_key is None:
        return do_make(caller, tenant_id, body), False
    public_key = _public_key(body)
    at = keys.idempotency(caller.tenant_id, "signing-keys", caller.user_id, idempotency_key)
    stored = idempotency.begin(at, idempotency.body_hash([tenant_id, body.model_dump(mode="json")]))
    kid = f"{tenant_id}.{ids.derived_id('signing-key', caller.tenant_id, tenant_id, idempotency_key)}"
    if stored is not None:
        return _existing(load_keyring(tenant_id), kid), True
    with idempotency.releasing(at):
        created = _create(caller, tenant_id, kid, body, public_key)
        idempotency.finish(at, StoredAnswer(201, {"kid": kid}))
    return created, False


def do_make(caller: Caller, tenant_id: str, body: CreateSigningKey) -> NewSigningKey:
    """Another key whenever it is asked for. Raises as `do_create`."""
    return _create(caller, tenant_id, f"{tenant_id}.{ids.new_id()}", body, _public_key(body))


def _public_key(body: CreateSigningKey) -> str | None:
    if body.algorithm == SYMMETRIC:
        if body.public_key is not None:
            raise _refusal("unexpected", "An HS256 key has a secret, which Parley makes")
        return None
    if body.public_key is None:
        raise _refusal("required", "The public key, in PEM form")
    return check_public_key(body.algorithm, body.public_key)


def _refusal(code: str, detail: str) -> ValidationFailed:
    return ValidationFailed([{"pointer": "/public_key", "code": code, "detail": detail}])


def _create(caller: Caller, tenant_id: str, kid: str, body: CreateSigningKey, public_key: str | None) -> NewSigningKey:
    secret = secrets.token_urlsafe(SECRET_BYTES) if body.algorithm == SYMMETRIC else None
    for _ in range(ATTEMPTS):
        keyring = load_keyring(tenant_id)
        if any(key.kid == kid for key in keyring.signing_keys):  # made before a crash, by the same request
            return _existing(keyring, kid)
        _check_room(keyring)
        key = SigningKeyItem(
            pk=keys.tenant(tenant_id),
            sk=keys.signing_key_sk(kid),
            kid=kid,
            algorithm=body.algorithm,
            public_key=public_key,
            audience=body.audience,
            issuer=body.issuer,
            created_at=clock.now_ms(),
        )
        items: list[Item] = [key]
        if secret is not None:
            items.append(_secret_item(tenant_id, kid, secret))
        details = {"algorithm": body.algorithm}
        line = audit_log.line(caller, "key.created", ("key", kid), tenant_id=tenant_id, details=details)
        try:
            keyring.change([*(transactions.put_if_absent(item.table(), item.serialize()) for item in items), line])
        except KeyringChanged:
            continue
        return NewSigningKey(**signing_key_view(key).model_dump(), secret=secret)
    raise Unavailable("The keys are being changed by others")


def _check_room(keyring: Keyring) -> None:
    if len(keyring.live) >= MAX_LIVE_KEYS:
        raise TooManyKeys(f"At most {MAX_LIVE_KEYS} keys are live at once")
    if len(keyring.signing_keys) >= MAX_STORED_KEYS:
        raise TooManyKeys("Remove the keys that have ended")


def _existing(keyring: Keyring, kid: str) -> NewSigningKey:
    """The key that an earlier run of the same request made."""
    key = keyring.find(kid)
    secret = _secret_of(keyring.tenant_id, kid) if key.algorithm == SYMMETRIC else None
    return NewSigningKey(**signing_key_view(key).model_dump(), secret=secret)


def _secret_of(tenant_id: str, kid: str) -> str:
    """The secret, from a write that is always refused: this function's role may write secrets but not read them."""
    try:
        dynamodb.put(
            SigningSecretItem.table(),
            _secret_item(tenant_id, kid, "").serialize(),
            condition=exists() & absent(),
        )
    except ConditionFailed as failed:
        if failed.item is not None:
            return required_text(failed.item, "secret")
    raise KeyNotFound


def _secret_item(tenant_id: str, kid: str, secret: str) -> SigningSecretItem:
    at = secret_key(tenant_id, kid)
    return SigningSecretItem(pk=at.pk, sk=at.sk, kid=kid, secret=secret)
